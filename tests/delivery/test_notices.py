"""What readers and the owner are told when a report is held, late, or failed."""

from __future__ import annotations

import email
import email.policy
import logging
from dataclasses import replace
from datetime import date, datetime
from email.message import EmailMessage
from typing import Any

import pytest

from report_helpers.delivery import notices
from report_helpers.delivery.journal import Journal, Tail
from report_helpers.delivery.occasions import Occasion
from report_helpers.errors import NotebookError
from report_helpers.settings import Recipient, Settings
from report_helpers.teams.issues import Issue
from report_helpers.teams.letters import Letter

SECRET = "k4tz&maus"
STALE = "Leads: nothing newer than Fri 23 Oct 2026, 9 days before the period ends."
TRUST = {
    "verdict": "red",
    "expected_by": "2026-11-03T07:00",
    "checks": [
        {"name": "totals", "state": "green", "text": "Inquiries: 105 and 105.", "remedy": "",
         "who": ""},
        {"name": "faults", "state": "amber", "text": "Deals: 9 × odd.", "remedy": "Mend it.",
         "who": "whoever exports the data of Sales"},
        {"name": "freshness", "state": "red", "text": STALE, "remedy": "Run the export again.",
         "who": "whoever exports the data of Marketing"},
    ],
}  # fmt: skip
READER = Recipient(address="ann@example.com", name="Ann Lee")
OCCASION = Occasion(
    "weekly", datetime(2026, 11, 2, 6), date(2026, 11, 2), "weekly-2026-W44", "2026-W44"
)
COMMAND = "marsale run weekly --as-of 2026-11-02 --settings /srv/marsale.toml"


@pytest.fixture
def company() -> Settings:
    mail = {"sender": "kit@example.com", "owner": "ops@example.com"}
    clock = {"time_zone": "Europe/Berlin", "weekly": "monday 07:00"}
    return Settings.model_validate({"mail": mail, "schedule": clock, "company": {"name": "Acme"}})


def issue(trust: dict[str, Any] = TRUST, **more: Any) -> Issue:
    inputs = [{"name": "leads.csv", "sha256": "ab" * 32, "bytes": 3}]
    return Issue(
        "weekly", "2026-W44", date(2026, 10, 26), state="held", folder="weekly/2026-W44",
        facts={"trust": trust, "inputs": inputs}, made_at=datetime(2026, 11, 2, 6), **more,
    )  # fmt: skip


def opened(letter: Letter) -> EmailMessage:
    found = email.message_from_bytes(letter.content, policy=email.policy.default)
    assert isinstance(found, EmailMessage)
    assert found.get_content_type() == "text/plain"
    assert found["Auto-Submitted"] == "auto-generated"
    return found


def words(letter: Letter) -> str:
    return str(opened(letter).get_content()).replace("\r\n", "\n")


def failed(error: BaseException, company: Settings, command: str = COMMAND) -> Letter:
    tail = Tail(Journal("plain", {"MARSALE_MAIL_PASSWORD": SECRET}))
    said = {"name": "report_helpers.delivery.tick", "levelname": "ERROR", "created": 0.0}
    tail.handle(logging.makeLogRecord(said | {"msg": f"weekly failed with {SECRET}"}))
    return notices.failure(OCCASION, company, error, tail, command)


def test_a_reader_is_told_in_two_sentences_why_and_until_when(company: Settings) -> None:
    letter = notices.held(issue(), READER, company, [STALE], TRUST["expected_by"])  # type: ignore[arg-type]
    assert opened(letter)["To"] == "Ann Lee <ann@example.com>"
    assert letter.subject == "Held: weekly two-way report for week 44 of 2026 (Acme)"
    assert words(letter).rstrip("\n").split("\n\n") == [
        "The weekly two-way report for week 44 of 2026 is held, because its numbers cannot be "
        f"relied on yet. {STALE}",
        "It is expected by Tue 3 Nov 2026, 07:00 (Europe/Berlin).",
    ]


@pytest.mark.parametrize(
    ("expected", "said"),
    [
        ("2026-11-03", "It is expected by Tue 3 Nov 2026."),
        (None, "It comes as soon as the data are right."),
    ],
)
def test_no_hour_is_promised_that_nobody_knows(
    company: Settings, expected: str | None, said: str
) -> None:
    assert said in words(notices.held(issue(), READER, company, [STALE], expected))


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (datetime(2026, 11, 3, 5, 59), "Tue 3 Nov 2026, 07:00"),
        (datetime(2026, 11, 3, 6), "Wed 4 Nov 2026, 07:00"),  # 07:00 in Berlin
        (datetime(2026, 11, 6, 12), "Mon 9 Nov 2026, 07:00"),  # a Friday noon
    ],
)
def test_a_time_that_has_passed_is_not_promised_again(
    company: Settings, made: datetime, expected: str
) -> None:
    first = notices.held(issue(), READER, company, [STALE], "2026-11-03T07:00")
    later = notices.held(
        replace(issue(), made_at=made), READER, company, [STALE], "2026-11-03T07:00"
    )
    assert f"It is expected by {expected} (Europe/Berlin)." in words(later)
    assert (later.letter_id == first.letter_id) == expected.startswith("Tue")


def test_a_report_on_a_segment_says_so(company: Settings) -> None:
    held = issue(segment="Enterprise")
    assert "2026, segment Enterprise is held" in words(
        notices.held(held, READER, company, [STALE], None)
    )


def test_the_owner_gets_every_check_what_to_do_and_what_it_was_made_from(company: Settings) -> None:
    (letter,) = notices.held_for_owner(issue(), company)
    text = words(letter)
    assert letter.address == "ops@example.com"
    assert f"{STALE} Run the export again. It is for whoever exports the data of Marketing." in text
    assert text.index("Run the export again.") < text.index("Mend it.")  # red before amber
    for line in ("RED   " + STALE, "AMBER Deals: 9 × odd.", "green Inquiries: 105 and 105."):
        assert line in text.splitlines()
    assert "leads.csv, sha256 abababababab" in text
    assert "weekly/2026-W44" in text


def test_the_owner_hears_again_only_of_another_verdict(company: Settings) -> None:
    other = TRUST | {"checks": TRUST["checks"][:2]}  # type: ignore[index]
    (first,), (again,), (changed,) = (
        list(notices.held_for_owner(issue(trust), company)) for trust in (TRUST, TRUST, other)
    )
    assert first == again
    assert changed.letter_id != first.letter_id


def test_without_an_owner_nobody_is_written_to(company: Settings) -> None:
    mail = company.mail.model_copy(update={"owner": ""})
    nobody = company.model_copy(update={"mail": mail})
    assert list(notices.held_for_owner(issue(), nobody)) == []


def test_late_is_said_plainly(company: Settings) -> None:
    letter = notices.late(OCCASION, READER, company, "a table is not there.")
    assert letter.about == "weekly-2026-W44"
    first, second = words(letter).rstrip("\n").split("\n\n")
    assert first == "The weekly two-way report for week 44 of 2026 is late: a table is not there."
    assert second.endswith("there is nothing for you to do.")


def test_a_failure_says_where_why_how_it_ended_and_how_to_run_it_again(company: Settings) -> None:
    error = NotebookError(
        "KeyError: 'x'", where="weekly, section 'Funnel'", remedy="The notebook is /out/w.ipynb"
    )
    error.__cause__ = OSError(f"postgresql://ann:pa55@db/x {SECRET}")
    text = words(failed(error, company))
    for part in (
        "NotebookError: weekly, section 'Funnel': KeyError: 'x'",
        "The notebook is /out/w.ipynb",
        "caused by OSError: postgresql://ann:***@db/x ***",
        "Exit code 4",
        f"    {COMMAND}\n",
        "    1970-01-01T00:00:00.000Z ERROR tick: weekly failed with ***",
        "due at 2026-11-02 06:00 UTC as of 2026-11-02",
    ):
        assert part in text
    assert SECRET not in text


def test_an_error_nobody_expected_ends_with_code_one(company: Settings) -> None:
    assert "Exit code 1" in words(failed(ZeroDivisionError("x"), company))


def test_the_same_failure_is_told_once_and_another_one_apart(company: Settings) -> None:
    names = [
        failed(error, company, command).letter_id
        for error, command in (
            (OSError("after 3.1 s"), COMMAND),
            (OSError("after 3.2 s"), COMMAND),
            (ValueError("x"), COMMAND),
            (OSError("x"), f"{COMMAND} --segment Enterprise"),
        )
    ]
    assert names[0] == names[1]
    assert len(set(names)) == 3


def test_words_of_others_are_no_header(company: Settings) -> None:
    evil = "x\r\nBcc: everybody@example.com\r\n\r\n<b>"
    reader = Recipient(address="ann@example.com", name=evil, segment=evil)
    letter = notices.late(OCCASION, reader, company, evil)
    found = opened(letter)
    assert found["Bcc"] is None
    assert found.get_all("To") == [found["To"]]
    assert "\n" not in letter.subject


def test_a_notice_is_the_same_whenever_it_is_written(company: Settings) -> None:
    first, second = (notices.held(issue(), READER, company, [STALE], None) for _ in range(2))
    assert first == second
