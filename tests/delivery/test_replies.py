"""Replies become answers and remarks in the exchange: once, and only those of members."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from postbox import ISSUE, LETTER_ID, collected, deliver, desk, lying, mail, post, receipt, written

from report_helpers.delivery import incoming, replies
from report_helpers.delivery.mailbox import opened
from report_helpers.errors import BadValue, DeliveryError, UnknownName
from report_helpers.teams import exchange, letters
from report_helpers.teams import replies as kept
from report_helpers.teams.replies import reference


def test_a_mark_in_the_words_makes_an_answer(tmp_path: Path) -> None:
    at, obstacle = desk(tmp_path)
    deliver(tmp_path, mail(f"{reference(obstacle)} The form has the field again."))
    (reply,) = collected(at)
    assert (reply.state, reply.issue_id) == ("added", ISSUE.issue_id)
    (thread,) = [t for t in exchange.threads(at.data, date.max, at.store) if t.note_id == obstacle]
    (answer,) = thread.answers
    assert (answer.body, answer.author, answer.team) == (
        "The form has the field again.",
        "Max Öst",
        "marketing",
    )
    assert lying(tmp_path) == {"taken": 1}


def test_a_mark_in_the_subject_counts_as_well(tmp_path: Path) -> None:
    at, obstacle = desk(tmp_path)
    deliver(tmp_path, mail("Done.", Subject=f"Re: {reference(obstacle)}", to="replies@b.example"))
    assert [reply.state for reply in collected(at)] == ["added"]
    assert written(at)[-1]["answers"] == obstacle


def test_a_note_of_the_data_is_taken_into_the_store_to_be_answered(tmp_path: Path) -> None:
    at, _ = desk(tmp_path)
    deliver(tmp_path, mail(f"Sent. {reference('N07')}"))
    collected(at)
    assert [row["answers"] for row in written(at) if row["kind"] == "answer"] == ["N07"]


def test_one_mail_answers_several_items(tmp_path: Path) -> None:
    at, obstacle = desk(tmp_path)
    words = f"{reference(obstacle)} On Friday.\n{reference('N07')} Sent today."
    deliver(tmp_path, mail(words))
    collected(at)
    answers = {row["answers"]: row["body"] for row in written(at) if row["kind"] == "answer"}
    assert answers == {obstacle: "On Friday.", "N07": "Sent today."}
    assert receipt(at).count("[#") == 2


@pytest.mark.parametrize(
    ("words", "kind", "body"),
    [
        ("Is 26 % right?", "question", "Is 26 % right?"),
        ("Obstacle: no phone numbers", "obstacle", "no phone numbers"),
        ("Request:", "question", "Request:"),
    ],
)
def test_words_without_a_mark_are_a_remark_on_the_report(
    tmp_path: Path, words: str, kind: str, body: str
) -> None:
    at, _ = desk(tmp_path)
    deliver(tmp_path, mail(words))
    collected(at)
    row = written(at)[-1]
    assert (row["kind"], row["body"]) == (kind, f"On the weekly report 2026-W44: {body}")
    assert (row["about_segment"], row["team"]) == ("Enterprise", "marketing")
    assert exchange.asks(exchange.threads(at.data, date.max, at.store), "marketing") or kind != (
        "question"
    )


@pytest.mark.parametrize("name", ["In_Reply_To", "References"])
def test_the_thread_of_a_mail_leads_to_its_report(tmp_path: Path, name: str) -> None:
    at, _ = desk(tmp_path)
    said = f"<other@b.example> <{LETTER_ID}@reports.b.example>"
    deliver(tmp_path, mail("Fine.", to="reports@b.example", **{name: said}))
    assert [reply.issue_id for reply in collected(at)] == [ISSUE.issue_id]


def test_the_receipt_stands_in_the_thread_and_goes_on_with_it(tmp_path: Path) -> None:
    at, obstacle = desk(tmp_path)
    deliver(tmp_path, mail(f"{reference(obstacle)} On Friday.", Message_ID="<one@b.example>"))
    (reply,) = collected(at)
    said = receipt(at)
    for header in ("In-Reply-To: <one@b.example>", "Auto-Submitted: auto-replied", "Re: W44"):
        assert header in said
    assert reference(str(reply.item_id)) in said
    assert len(said.partition("\n\n")[2].strip().splitlines()) == 2
    (letter,) = post(at)
    deliver(tmp_path, mail("Or Monday.", to=f"replies+{letter['letter_id']}@b.example"))
    (more,) = collected(at)
    assert more.issue_id == ISSUE.issue_id
    assert [r["answers"] for r in written(at) if r["body"] == "Or Monday."] == [reply.item_id]


def test_a_copy_of_a_mail_is_taken_once(tmp_path: Path) -> None:
    at, _ = desk(tmp_path)
    content = mail("Fine.")
    deliver(tmp_path, content, b"Received: from elsewhere\n" + content)
    collected(at)
    deliver(tmp_path, content)
    collected(at)
    assert (len(written(at)), len(post(at)), lying(tmp_path)) == (2, 1, {"taken": 3})


def test_who_is_stopped_before_the_mail_is_moved_doubles_nothing(tmp_path: Path) -> None:
    at, _ = desk(tmp_path)
    deliver(tmp_path, mail("Fine."), mail("Stranger.", "eve@x.example"))
    with opened(at.company.replies, None) as mailbox:
        for key in mailbox.waiting():
            replies.take(at, incoming.read(mailbox.read(key) or b""), at.members())
    assert lying(tmp_path) == {"box": 2}
    assert [reply.state for reply in collected(at)] == ["added", "refused"]
    assert (len(written(at)), len(post(at))) == (2, 1)
    assert lying(tmp_path) == {"refused": 1, "taken": 1}


def test_who_is_stopped_within_the_transaction_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at, _ = desk(tmp_path)
    deliver(tmp_path, mail("Fine."))
    with monkeypatch.context() as patched:
        patched.setattr(letters, "queue", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            collected(at)
    with at.store.read() as db:
        assert kept.listed(db) == []
    assert (len(written(at)), lying(tmp_path)) == (1, {"box": 1})
    assert [reply.state for reply in collected(at)] == ["added"]


def test_two_collectors_at_once_take_each_mail_once(tmp_path: Path) -> None:
    at, _ = desk(tmp_path)
    at = replace(at, data=None)  # processes share no data either
    deliver(tmp_path, *(mail(f"Remark {n}.", "agency@partner.example") for n in range(30)))
    with ThreadPoolExecutor(3) as pool:
        found = list(pool.map(lambda _: collected(at), range(3)))
    states = Counter(reply.state for round_ in found for reply in round_)
    assert set(states) == {"added"}
    assert (len(written(at)), len(post(at)), lying(tmp_path)) == (31, 30, {"taken": 30})


def test_a_dry_run_foretells_and_changes_nothing(tmp_path: Path) -> None:
    at, obstacle = desk(tmp_path)
    deliver(tmp_path, mail(f"{reference(obstacle)} Done."), mail("Spam.", "eve@x.example"))
    told = [(reply.state, reply.item_id) for reply in collected(at, dry=True)]
    assert told == [("added", obstacle), ("refused", None)]
    assert (len(written(at)), post(at), lying(tmp_path)) == (1, [], {"box": 2})


def test_a_mail_in_quarantine_is_assigned_by_hand(tmp_path: Path) -> None:
    at, obstacle = desk(tmp_path)
    deliver(tmp_path, mail("It is back.", to="replies@b.example"), mail("X.", to="r@b.example"))
    waiting, _ = collected(at)
    with opened(at.company.replies, None) as mailbox:
        reply = replies.assign(at, mailbox, waiting.reply_id, reference(obstacle))
        assert (reply.state, lying(tmp_path)) == ("added", {"quarantine": 1, "taken": 1})
        with pytest.raises(UnknownName, match="quarantined reply"):
            replies.assign(at, mailbox, waiting.reply_id, obstacle)
    assert [r["answers"] for r in written(at) if r["body"] == "It is back."] == [obstacle]
    assert len(post(at)) == 3  # that both wait, and that one was placed


def test_what_cannot_be_assigned_stays_where_it_is(tmp_path: Path) -> None:
    at, obstacle = desk(tmp_path)
    deliver(tmp_path, mail("Fine.", "boss@b.example"), mail("Y.", to="r@b.example"))
    boss, other = collected(at)
    with opened(at.company.replies, None) as mailbox:
        with pytest.raises(BadValue, match="which team"):
            replies.assign(at, mailbox, boss.reply_id, obstacle)
        with pytest.raises(UnknownName, match="item 'N99'"):
            replies.assign(at, mailbox, other.reply_id, "N99")
        for file in (tmp_path / "box" / ".quarantine").rglob("*.mail"):
            file.unlink()
        with pytest.raises(DeliveryError, match="no longer in the folder"):
            replies.assign(at, mailbox, other.reply_id, obstacle)
    with at.store.read() as db:
        assert {reply.state for reply in kept.listed(db)} == {"quarantined"}
    assert len(written(at)) == 1


def test_without_a_mail_server_there_are_no_receipts(tmp_path: Path) -> None:
    at, _ = desk(tmp_path)
    silent = at.company.model_copy(
        update={"mail": at.company.mail.model_copy(update={"server": ""})}
    )
    deliver(tmp_path, mail("Fine."))
    assert [reply.state for reply in collected(replace(at, company=silent))] == ["added"]
    assert post(at) == []


def test_what_was_left_out_is_said(tmp_path: Path) -> None:
    at, _ = desk(tmp_path)
    deliver(tmp_path, mail("long " * 3000))
    (reply,) = collected(at)
    assert reply.reason == "cut after 10,000 letters"
    assert reply.reason in receipt(at)
