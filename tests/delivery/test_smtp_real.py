"""Against a mail server as companies run them, where MARSALE_TEST_SMTP names one.

It is written as ``smtp://USER:PASSWORD@HOST:PORT?ca=FILE&to=ADDRESS``: the user signs in as
``USER@domain of ADDRESS``, and nobody else has a mailbox there.
"""

import os
from urllib.parse import parse_qs, urlsplit

import pytest

from report_helpers.delivery.smtp import Permanent, Server
from report_helpers.settings import Mail

GIVEN = os.environ.get("MARSALE_TEST_SMTP", "")
pytestmark = pytest.mark.skipif(not GIVEN, reason="needs a mail server: MARSALE_TEST_SMTP")
LETTER = b"From: reports@marsale.example\r\nSubject: Week 44\r\n\r\nOne line.\r\n"


@pytest.fixture
def named():
    """Return the server's settings, a good password, and an address it takes mail for."""
    parts = urlsplit(GIVEN)
    asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
    domain = asked["to"].partition("@")[2]
    mail = Mail(
        server=f"{parts.scheme}://{parts.hostname}:{parts.port}",
        user=f"{parts.username}@{domain}",
        sender=f"reports@{domain}",
        ca_file=asked["ca"],
    )
    return mail, parts.password, asked["to"]


def test_it_takes_letters_and_refuses_whom_it_does_not_know(named):
    mail, password, address = named
    with Server(mail, password).session() as session:
        session.send(LETTER, address)
        with pytest.raises(Permanent, match="the server said 550"):
            session.send(LETTER, f"nobody-here@{address.partition('@')[2]}")
        session.send(LETTER, address)


def test_it_lets_nobody_in_with_a_wrong_password(named):
    mail, password, _ = named
    with (
        pytest.raises(Permanent, match="the server said 535") as caught,
        Server(mail, password[::-1]).session(),
    ):
        pass
    assert password[::-1] not in str(caught.value)


def test_its_certificate_is_refused_unless_its_authority_is_named(named):
    mail, password, _ = named
    with (
        pytest.raises(Permanent, match="not trusted"),
        Server(mail.model_copy(update={"ca_file": ""}), password).session(),
    ):
        pass
