"""Meetings planned and kept: names that stay, sequences that rise only when something changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pandas as pd
import pytest

from report_helpers.data import load
from report_helpers.data.dataset import Dataset
from report_helpers.errors import ConfigurationError, UnknownName
from report_helpers.settings import Settings
from report_helpers.teams.meetings import (
    Meeting,
    cancel,
    find,
    held,
    kept,
    missing,
    move,
    parted,
    plan,
    save,
)
from report_helpers.teams.rota import Person
from report_helpers.teams.store import Store, open_store

NOW, LATER = datetime(2026, 11, 4, 12), datetime(2026, 11, 5, 12)
PEOPLE = [Person("Kim", "sales"), *(Person(n, "sales", manager="Kim") for n in ("Ada", "Bo", "Cy"))]
SETTINGS = Settings.model_validate({"calendar": {"country": "DE"}, "meeting": {"members": 1}})
ONE = Meeting("2026-11-12", datetime(2026, 11, 12, 9), "Europe/Berlin", attendees=("Kim", "Ada"))


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(tmp_path / "marsale.db")


def data(*meetings: tuple[str, str, str | None]) -> Dataset:
    day = pd.Timestamp("2026-11-04")
    deals = pd.DataFrame({"opportunity_id": ["1"], "created_on": [day], "outcome": ["open"]})
    frame = pd.DataFrame(meetings, columns=["meeting_id", "starts_at", "attendees"])
    return load({"opportunities": deals, **({"meetings": frame} if meetings else {})})


def keep(store: Store, meeting: Meeting, now: datetime = NOW) -> Meeting:
    with store.write() as db:
        return save(db, meeting, now)


def test_a_moved_meeting_keeps_the_name_of_its_day_in_the_rhythm() -> None:
    found = plan(SETTINGS, PEOPLE, [], date(2026, 5, 8))
    assert (found.meeting_id, found.day) == ("2026-05-14", date(2026, 5, 15))
    assert found.starts_at == datetime(2026, 5, 15, 8)
    assert find([found], "2026-05-15") is find([found], "2026-05-14") is found


def test_whose_turn_it_is_comes_from_the_meetings_held_before() -> None:
    later = replace(ONE, meeting_id="x", starts_at=datetime(2027, 1, 1), attendees=("Bo",))
    found = plan(SETTINGS, PEOPLE, [later, ONE], date(2026, 11, 13))
    assert found.attendees == ("Kim", "Bo")


def test_somebody_unknown_cannot_be_absent() -> None:
    with pytest.raises(UnknownName, match="Adda"):
        plan(SETTINGS, PEOPLE, [], NOW.date(), absent=["Adda"])


def test_the_sequence_rises_when_an_invitation_would_change(store: Store) -> None:
    assert keep(store, ONE).sequence == 0
    assert keep(store, ONE, LATER) == kept(store)[0]
    assert kept(store)[0].changed_at == NOW  # nothing was changed
    moved = keep(store, replace(ONE, starts_at=datetime(2026, 11, 13, 9)), LATER)
    assert (moved.sequence, moved.changed_at) == (1, LATER)
    noted = keep(store, replace(moved, notes="Bring the pipe"), LATER)
    assert noted.sequence == 1
    assert keep(store, replace(noted, attendees=("Kim",)), LATER).sequence == 2


def test_what_is_kept_comes_back_the_same(store: Store) -> None:
    full = replace(ONE, place="Room 1", topics=("A", "B"), held=True, notes="ü 😬", minutes=30)
    assert keep(store, full) == kept(store)[0] == replace(full, changed_at=NOW)


def test_held_meetings_come_from_data_and_store_and_the_store_wins(store: Store) -> None:
    known = data(
        ("2026-10-29", "2026-10-29 09:00", "Kim|Bo"), ("2026-11-12", "2026-11-12 09:00", None)
    )
    keep(store, replace(ONE, held=True))
    keep(store, replace(ONE, meeting_id="2026-11-26", starts_at=datetime(2026, 11, 26, 9)))
    found = held(known, store, date(2026, 12, 1))
    assert [(m.meeting_id, m.attendees) for m in found] == [
        ("2026-10-29", ("Kim", "Bo")),
        ("2026-11-12", ("Kim", "Ada")),
    ]
    assert held(known, store, date(2026, 11, 12)) == found[:1]
    assert held(data(), None, date.max) == []


def test_a_meeting_nobody_knows_is_refused() -> None:
    with pytest.raises(UnknownName, match="2026-11-13"):
        find([ONE], "2026-11-13")


def test_blank_parts_are_no_names() -> None:
    assert parted(" Kim || Ada|") == ("Kim", "Ada")


def test_a_cancelled_meeting_keeps_its_name_and_tells_why(store: Store) -> None:
    keep(store, ONE)
    with store.write() as db:
        gone = cancel(db, ONE, "Trade fair", LATER)
        assert cancel(db, gone, "", LATER) == gone  # said twice, it is one change
    assert (gone.cancelled, gone.sequence, gone.notes) == (True, 1, "Trade fair")
    assert not gone.is_ahead
    assert held(data(), store, date.max) == []
    assert kept(store) == [
        replace(ONE, cancelled=True, sequence=1, notes="Trade fair", changed_at=LATER)
    ]


def test_what_was_never_kept_may_have_been_sent_and_is_withdrawn_by_a_higher_sequence(
    store: Store,
) -> None:
    with store.write() as db:
        assert cancel(db, ONE, "", NOW).sequence == 1


def test_a_moved_meeting_takes_place_again_under_its_name(store: Store) -> None:
    with store.write() as db:
        gone = cancel(db, ONE, "", NOW)
        back = move(db, gone, datetime(2026, 11, 17, 13), LATER)
    assert (back.meeting_id, back.day, back.sequence) == ("2026-11-12", date(2026, 11, 17), 2)
    assert back.is_ahead


def test_a_meeting_that_was_held_is_neither_moved_nor_cancelled(store: Store) -> None:
    for change in (lambda db, it: cancel(db, it, "", NOW), lambda db, it: move(db, it, NOW, NOW)):
        with pytest.raises(ConfigurationError, match="was held"), store.write() as db:
            change(db, replace(ONE, held=True))
    assert kept(store) == []


def test_who_is_to_come_and_is_not_at_work_is_missing() -> None:
    away = replace(PEOPLE[1], away=((ONE.day, ONE.day),))
    assert missing(ONE, [PEOPLE[0], away]) == ["Ada"]
    assert missing(ONE, PEOPLE) == []
