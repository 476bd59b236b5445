"""The next meeting: by the rhythm, unless it is planned, moved or cancelled."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest

from report_helpers.settings import Settings
from report_helpers.teams.meetings import Meeting, cancel, move, save
from report_helpers.teams.preparation import Circle, next_meeting
from report_helpers.teams.rota import Person
from report_helpers.teams.store import Store, open_store

NOW, ON = datetime(2026, 11, 4, 12), date(2026, 11, 4)
PEOPLE = [Person("Kim", "sales"), *(Person(n, "sales", manager="Kim") for n in ("Ada", "Bo", "Cy"))]
SETTINGS = Settings.model_validate({"meeting": {"members": 1}})


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(tmp_path / "marsale.db")


def following(store: Store, on: date = ON, absent: tuple[str, ...] = ()) -> Meeting:
    return next_meeting(Circle(PEOPLE, [], [], on), store, SETTINGS, absent)


def moved(store: Store, to: datetime) -> Meeting:
    with store.write() as db:
        return move(db, following(store), to, NOW)


def test_after_a_cancelled_meeting_comes_that_of_the_rhythm_with_the_same_people(
    store: Store,
) -> None:
    first = following(store)
    with store.write() as db:
        cancel(db, first, "Trade fair", NOW)
    second = following(store)
    assert (first.meeting_id, second.meeting_id) == ("2026-11-12", "2026-11-26")
    assert second.attendees == first.attendees == ("Kim", "Ada")


def test_a_meeting_moved_to_a_later_day_is_the_next_one_until_then(store: Store) -> None:
    later = moved(store, datetime(2026, 11, 17, 13))
    for on in (ON, date(2026, 11, 13), date(2026, 11, 17)):
        assert following(store, on) == later
    assert following(store, date(2026, 11, 18)).meeting_id == "2026-11-26"


def test_a_meeting_moved_to_an_earlier_day_is_not_held_twice(store: Store) -> None:
    earlier = moved(store, datetime(2026, 11, 10, 9))
    assert following(store) == earlier
    assert following(store, date(2026, 11, 11)).meeting_id == "2026-11-26"


def test_a_meeting_moved_behind_the_one_after_it_comes_second(store: Store) -> None:
    moved(store, datetime(2026, 12, 1, 9))
    assert following(store).meeting_id == "2026-11-26"


def test_an_absence_calls_the_next_in_turn_and_leaves_the_hour(store: Store) -> None:
    later = moved(store, datetime(2026, 11, 17, 13))
    found = following(store, absent=("Ada",))
    assert found == replace(later, attendees=("Kim", "Bo"))
    with store.write() as db:
        assert save(db, found, NOW).sequence == later.sequence + 1


def test_a_holiday_that_moves_a_cancelled_meeting_does_not_bring_it_back(store: Store) -> None:
    ascension = date(2026, 5, 8)
    settings = Settings.model_validate({"calendar": {"country": "DE"}})
    circle = Circle(PEOPLE, [], [], ascension)
    first = next_meeting(circle, store, settings)
    assert (first.meeting_id, first.day) == ("2026-05-14", date(2026, 5, 15))
    with store.write() as db:
        cancel(db, first, "", NOW)
    assert next_meeting(circle, store, settings).meeting_id == "2026-05-28"
