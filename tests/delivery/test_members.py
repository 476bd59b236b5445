"""Whose replies are taken, and on whose word a sender is believed."""

from __future__ import annotations

from datetime import date

import pytest
from postbox import company, people

from report_helpers.delivery.members import Member, members, vouched
from report_helpers.settings import Recipient

TODAY = date(2026, 11, 5)


def test_members_are_people_who_have_not_left_and_recipients() -> None:
    assert members(company(), people(), TODAY) == {
        "boss@b.example": Member("The boss", ""),
        "agency@partner.example": Member("Agency", "marketing"),
        "max@b.example": Member("Max Öst", "marketing"),
        "ann@b.example": Member("Ann Lee", "sales"),
    }
    assert "gone@b.example" in members(company(), people(), date(2026, 10, 31))
    assert set(members(company(), None, TODAY)) == {"boss@b.example", "agency@partner.example"}


def test_the_table_of_people_knows_the_team_of_a_recipient_better() -> None:
    ann = Recipient(address="Ann@B.example", name="A.", team="marketing")
    given = company().model_copy(
        update={"mail": company().mail.model_copy(update={"recipients": (ann,)})}
    )
    assert members(given, people(), TODAY)["ann@b.example"] == Member("Ann Lee", "sales")


def test_addresses_are_compared_as_they_travel() -> None:
    given = company()
    umlaut = Recipient(address="info@Müller.example", team="sales")
    mail = given.mail.model_copy(update={"recipients": (umlaut,)})
    found = members(given.model_copy(update={"mail": mail}), None, TODAY)
    assert list(found) == ["info@xn--mller-kva.example"]


SERVER, ANN = "mx.b.example", "ann@b.example"


@pytest.mark.parametrize(
    ("verdicts", "believed"),
    [
        (("mx.b.example; dmarc=pass header.from=b.example",), True),
        (("MX.B.example 1; spf=fail; dmarc = pass (p=none; x=1)",), True),
        (("mx.b.example; dkim=pass header.d=b.example",), True),
        (("mx.b.example; spf=pass smtp.mailfrom=bounces@b.example",), True),
        (("mx.b.example; dkim=pass header.d=evil.example",), False),
        (("mx.b.example; spf=pass smtp.mailfrom=ann@evil.example",), False),
        (("mx.b.example; spf=pass smtp.mailfrom=dmarc=pass@evil.example",), False),
        (('mx.b.example; spf=pass smtp.mailfrom="; dmarc=pass "@evil.example',), False),
        (("mx.b.example; spf=fail (x) dmarc=pass; y) z",), False),
        (("mx.b.example; dkim=pass header.i=header.d=b.example@evil.example",), False),
        (("mx.b.example; dkim=pass header.d=evilb.example",), False),
        (("mx.b.example; dkim=pass",), False),
        (("mx.b.example; dmarc=fail (was dmarc=pass)",), False),
        (("mx.b.example; none", "mx.b.example; dmarc=pass"), False),
        (("evil.example; dmarc=pass", "mx.b.example; dmarc=pass"), True),
        (("evil.example; dmarc=pass",), False),
        ((), False),
    ],
)
def test_a_sender_is_believed_on_the_word_of_the_own_server_alone(
    verdicts: tuple[str, ...], believed: bool
) -> None:
    assert vouched(verdicts, SERVER, ANN) is believed
