"""A monitor hears of what did not arrive, what is held, what was not sent, and of silence."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from report_helpers.delivery.watch import MEMORY, alarms
from report_helpers.settings import Settings
from report_helpers.teams import heartbeat, issues, letters
from report_helpers.teams.issues import Issue
from report_helpers.teams.letters import Letter
from report_helpers.teams.store import Store, open_store

MONDAY = datetime(2026, 11, 2, 6)  # 07:00 in Berlin
WEEK, DAY, HOUR = timedelta(days=7), timedelta(days=1), timedelta(hours=1)
COMPANY = Settings.model_validate({"schedule": {"weekly": "monday 07:00"}})
RED = {
    "trust": {"verdict": "red", "checks": [{"name": "fresh", "state": "red", "text": "no deal"}]}
}


@pytest.fixture
def store(tmp_path: Path) -> Store:
    made = open_store(tmp_path / "marsale.db")
    with made.write() as db:
        heartbeat.beat(db, MONDAY - DAY)
    issued(made, "2026-W43", date(2026, 10, 19))
    return made


def issued(store: Store, week: str, starts_on: date, **more: Any) -> None:
    with store.write() as db:
        issues.enter(db, Issue("weekly", week, starts_on, **more))


def told(store: Store | None, now: datetime, *, ticked: bool = True) -> list[tuple[str, str]]:
    if ticked and store:
        with store.write() as db:
            heartbeat.beat(db, now)
    return [(alarm.kind, alarm.name) for alarm in alarms(COMPANY, store, now)]


def test_a_report_is_late_after_the_hours_that_are_set(store: Store) -> None:
    assert told(store, MONDAY + 4 * HOUR - timedelta(seconds=1)) == []
    assert told(store, MONDAY + 4 * HOUR) == [("report", "weekly-2026-W44")]


def test_all_is_well_when_it_has_arrived(store: Store) -> None:
    issued(store, "2026-W44", date(2026, 10, 26))
    assert told(store, MONDAY + 6 * DAY) == []


def test_a_report_that_is_held_says_why(store: Store) -> None:
    issued(store, "2026-W44", date(2026, 10, 26), state="held", facts=RED)
    assert told(store, MONDAY + 5 * HOUR) == [("held", "weekly-2026-W44")]
    [alarm] = alarms(COMPANY, store, MONDAY + 5 * HOUR)
    assert (alarm.text, alarm.since) == ("held: no deal", MONDAY)


def test_a_missed_report_is_an_alarm_until_a_later_one_has_come(store: Store) -> None:
    late = MONDAY + 6 * DAY
    assert told(store, late) == [("report", "weekly-2026-W44")]
    assert "too late to be made up for" in alarms(COMPANY, store, late)[0].text
    both = [("report", "weekly-2026-W44"), ("report", "weekly-2026-W45")]
    assert told(store, MONDAY + WEEK + 5 * HOUR) == both
    issued(store, "2026-W45", date(2026, 11, 2))
    assert told(store, MONDAY + WEEK + 5 * HOUR) == []


def test_a_report_of_the_company_does_not_stand_for_that_of_a_segment(store: Store) -> None:
    readers = {"recipients": [{"address": "a@b.c", "segment": "SMB"}]}
    company = Settings.model_validate({"schedule": {"weekly": "monday 07:00"}, "mail": readers})
    issued(store, "2026-W44", date(2026, 10, 26))
    found = [a.name for a in alarms(company, store, MONDAY + 5 * HOUR) if a.kind == "report"]
    assert found == ["weekly-2026-W44/SMB"]


def test_a_tick_that_stopped_is_told_before_a_report_is_missed(store: Store) -> None:
    wednesday = MONDAY - 5 * DAY + WEEK
    issued(store, "2026-W44", date(2026, 10, 26))
    assert told(store, wednesday) == []
    assert told(store, wednesday + 3 * HOUR, ticked=False) == []
    assert told(store, wednesday + 4 * HOUR, ticked=False) == [("tick", "tick")]
    assert alarms(COMPANY, store, wednesday + 4 * HOUR)[0].since == wednesday


def test_a_tick_that_never_ran_is_told(tmp_path: Path) -> None:
    missing = [("tick", "tick"), ("report", "weekly-2026-W44")]
    assert told(None, MONDAY + 5 * HOUR) == missing
    empty = open_store(tmp_path / "empty.db")
    assert told(empty, MONDAY + 5 * HOUR, ticked=False) == missing


def letter(number: int) -> Letter:
    return Letter("report", "weekly-2026-W44", f"{number}@b.c", f"<{number}@b.c>", "W", b"x")


def test_mail_that_waits_or_was_given_up_is_told_by_what_it_is_about(store: Store) -> None:
    issued(store, "2026-W44", date(2026, 10, 26))
    post = [letter(number) for number in range(4)]
    with store.write() as db:
        letters.queue(db, post, MONDAY)
        letters.sent(db, post[0].letter_id, MONDAY)
        letters.give_up(db, post[1].letter_id, "550 no such user")
    given_up = [("mail", "weekly-2026-W44")]
    assert told(store, MONDAY + HOUR) == given_up
    texts = [a.text for a in alarms(COMPANY, store, MONDAY + 4 * HOUR)]
    assert texts == [
        "1 letter given up: marsale outbox list --failed",
        "2 letters still to be sent",
    ]
    assert told(store, MONDAY + 4 * HOUR) == given_up * 2
    with store.write() as db:
        for one in post[1:]:
            letters.sent(db, one.letter_id, MONDAY)
    assert told(store, MONDAY + 4 * HOUR) == []


def test_no_address_is_told(store: Store) -> None:
    with store.write() as db:
        letters.queue(db, [letter(1)], MONDAY)
        letters.give_up(db, letter(1).letter_id, "550 1@b.c is unknown")
    assert "@" not in str(alarms(COMPANY, store, MONDAY + HOUR))


def test_old_letters_are_history(store: Store) -> None:
    with store.write() as db:
        letters.queue(db, [letter(1)], MONDAY)
        letters.give_up(db, letter(1).letter_id, "550")
    issued(store, "2026-W46", date(2026, 11, 9))
    assert ("mail", "weekly-2026-W44") in told(store, MONDAY + MEMORY)
    assert ("mail", "weekly-2026-W44") not in told(store, MONDAY + MEMORY + HOUR)
