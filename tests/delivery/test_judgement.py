"""Which mails are taken, which wait for somebody to place them, which are refused."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from postbox import (
    LETTER_ID,
    NOW,
    bounce,
    collected,
    deliver,
    desk,
    lying,
    mail,
    post,
    receipt,
    written,
)

from report_helpers.data import load
from report_helpers.errors import UnknownName
from report_helpers.teams import letters


@pytest.mark.parametrize(
    ("sender", "headers", "why"),
    [
        ("eve@stranger.example", {}, "neither in a team nor"),
        ("gone@b.example", {}, "neither in a team nor"),
        ("max@b.example, ann@b.example", {}, "neither in a team nor"),
        ("max@b.example", {"Auto_Submitted": "auto-replied"}, "machine"),
        ("max@b.example", {"Precedence": "bulk"}, "machine"),
        ("max@b.example", {"Return_Path": "<>"}, "machine"),
    ],
)
def test_strangers_and_machines_are_refused_without_a_word(
    tmp_path: Path, sender: str, headers: dict[str, str], why: str
) -> None:
    at, _ = desk(tmp_path)
    deliver(tmp_path, mail("Hello.", sender, **headers))
    (reply,) = collected(at)
    assert reply.state == "refused"
    assert why in (reply.reason or "")
    assert (len(written(at)), post(at), lying(tmp_path)) == (1, [], {"refused": 1})


def test_a_recipient_outside_the_teams_may_answer(tmp_path: Path) -> None:
    at, _ = desk(tmp_path)
    deliver(tmp_path, mail("Fine.", "Agency@Partner.example", Auto_Submitted="no"))
    assert [reply.state for reply in collected(at)] == ["added"]
    assert written(at)[-1]["author"] == "Agency"


def test_with_a_server_to_vouch_for_senders_no_other_word_counts(tmp_path: Path) -> None:
    at, _ = desk(tmp_path, authenticated_by="mx.b.example")
    good, bad = "mx.b.example; dmarc=pass header.from=b.example", "mx.b.example; dmarc=fail"
    deliver(tmp_path, mail("One."), mail("Two.", Authentication_Results="evil.example; dmarc=pass"))
    deliver(tmp_path, mail("Three.", Authentication_Results=good))
    sly = "mx.b.example; spf=pass smtp.mailfrom==?utf-8?q?=3B_dmarc=3Dpass_?=@evil.example"
    deliver(
        tmp_path,
        mail("Sly.").replace(b"Subject", f"Authentication-Results: {sly}\nSubject".encode()),
    )
    assert [reply.state for reply in collected(at)] == ["refused", "refused", "added", "refused"]
    forged = b"Authentication-Results: " + bad.encode() + b"\n"
    deliver(tmp_path, forged + mail("Four.", Authentication_Results=good))
    assert [reply.state for reply in collected(at)] == ["refused"]


@pytest.mark.parametrize(
    ("words", "sender", "to", "why"),
    [
        ("Fine.", "max@b.example", "replies@b.example", "answers no report"),
        ("Fine.", "max@b.example", f"replies+{'0' * 16}@b.example", "answers no report"),
        ("On Monday, Ann <a@b.example> wrote:\n> All.", "max@b.example", "", "no words"),
        ("Fine.", "boss@b.example", "", "neither team"),
    ],
)
def test_what_cannot_be_placed_waits_and_its_writer_hears_of_it(
    tmp_path: Path, words: str, sender: str, to: str, why: str
) -> None:
    at, _ = desk(tmp_path)
    deliver(tmp_path, mail(words, sender, *filter(None, [to])))
    (reply,) = collected(at)
    assert reply.state == "quarantined"
    assert why in (reply.reason or "")
    assert why in receipt(at)
    assert (len(written(at)), lying(tmp_path)) == (1, {"quarantine": 1})


def test_a_fault_of_one_mail_stops_no_other(tmp_path: Path) -> None:
    at, _ = desk(tmp_path)
    assert at.data is not None
    frame = at.data.frame("people")
    frame.loc[0, "person"] = "Max\x07"
    tables = {name: at.data.frame(name) for name in ("opportunities", "notes")}
    at = replace(at, data=load({**tables, "people": frame}))
    deliver(tmp_path, mail("One."), mail("Two.", "ann@b.example"))
    states = [(reply.state, reply.reason) for reply in collected(at)]
    assert [state for state, _ in states] == ["quarantined", "added"]
    assert "control character" in (states[0][1] or "")


def test_a_bounce_is_noted_on_its_letter(tmp_path: Path) -> None:
    at, _ = desk(tmp_path)
    deliver(tmp_path, bounce(action="delayed"))
    collected(at)
    assert [letter["state"] for letter in post(at, "report")] == ["sent"]
    deliver(tmp_path, bounce(), bounce("f" * 16))
    assert [reply.state for reply in collected(at)] == ["refused", "refused"]
    (letter,) = post(at, "report")
    assert letter["state"] == "failed"
    assert letter["error"] == "came back: 550 5.1.1 no such user"
    with at.store.write() as db, pytest.raises(UnknownName):
        letters.retry(db, LETTER_ID, NOW)  # its content is gone
    assert post(at) == []
