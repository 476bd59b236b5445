"""The rhythm of the meeting: clocks that change, holidays that move it."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import islice, pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report_helpers.errors import ConfigurationError
from report_helpers.settings import Settings
from report_helpers.teams.cadence import Cadence, local, moment

ANCHOR = date(2026, 1, 8)
SPRING, AUTUMN = date(2026, 3, 29), date(2026, 10, 25)
DAYS = st.dates(date(1990, 1, 1), date(2060, 1, 1))


@pytest.mark.parametrize("night", [SPRING, AUTUMN])
def test_the_clock_keeps_its_hour_when_summer_time_changes(night: date) -> None:
    cadence = Cadence(ANCHOR)
    for offset in range(-3, 4):
        moment = cadence.starts_at(night + timedelta(days=offset))
        assert local(moment, "Europe/Berlin").time() == time(10)


def test_utc_follows_the_clock() -> None:
    cadence = Cadence(ANCHOR)
    assert cadence.starts_at(date(2026, 3, 28)) == datetime(2026, 3, 28, 9)
    assert cadence.starts_at(SPRING) == datetime(2026, 3, 29, 8)
    assert cadence.starts_at(date(2026, 10, 24)) == datetime(2026, 10, 24, 8)
    assert cadence.starts_at(AUTUMN) == datetime(2026, 10, 25, 9)


def test_hours_that_are_skipped_or_come_twice_are_read_one_way() -> None:
    at_night = Cadence(ANCHOR, at=time(2, 30))
    skipped, twice = at_night.starts_at(SPRING), at_night.starts_at(AUTUMN)
    assert skipped == datetime(2026, 3, 29, 1, 30)  # half past three on the new clock
    assert local(skipped, "Europe/Berlin").time() == time(3, 30)
    first = datetime(2026, 10, 25, 2, 30, tzinfo=ZoneInfo("Europe/Berlin")).astimezone(UTC)
    assert twice == first.replace(tzinfo=None) == datetime(2026, 10, 25, 0, 30)


@pytest.mark.parametrize(("day", "utc"), [(SPRING, 12), (AUTUMN, 13)])
def test_a_meeting_moved_to_a_day_after_the_change_keeps_the_hour_asked_for(
    day: date, utc: int
) -> None:
    asked = moment(day, time(14), "Europe/Berlin")
    assert asked == datetime(day.year, day.month, day.day, utc)
    assert moment(day - timedelta(days=1), time(14), "Europe/Berlin").hour == 25 - utc


def test_a_holiday_moves_the_meeting_and_not_the_rhythm() -> None:
    cadence = Cadence(ANCHOR, country="DE")
    found = list(islice(cadence.slots(date(2026, 5, 1)), 3))
    assert [str(slot.held_on) for slot in found] == ["2026-05-15", "2026-05-28", "2026-06-11"]
    assert [str(slot.regular) for slot in found] == ["2026-05-14", "2026-05-28", "2026-06-11"]
    assert found[0].why == "Ascension Day"
    assert not found[1].why


def test_christmas_moves_over_holiday_and_weekend() -> None:
    slot = Cadence(date(2025, 12, 25), country="DE").next(date(2025, 12, 20))
    assert slot.held_on == date(2025, 12, 29)  # 26 December is a holiday, then comes a weekend


def test_a_meeting_on_a_holiday_can_be_skipped() -> None:
    cadence = Cadence(ANCHOR, country="DE", skips=True)
    assert cadence.next(date(2026, 5, 1)).held_on == date(2026, 5, 28)


def test_the_part_of_a_country_counts() -> None:
    corpus_christi = date(2026, 6, 4)
    for subdivision, held_on in (("BY", 5), ("BE", 4)):
        cadence = Cadence(corpus_christi, country="DE", subdivision=subdivision)
        assert cadence.next(corpus_christi).held_on == date(2026, 6, held_on)


@pytest.mark.parametrize(("country", "subdivision"), [("XX", ""), ("DE", "ZZ")])
def test_an_unknown_country_is_refused(country: str, subdivision: str) -> None:
    calendar = {"country": country, "subdivision": subdivision}
    with pytest.raises(ConfigurationError, match="not known"):
        Cadence.of(Settings.model_validate({"calendar": calendar}))


def test_settings_give_the_rhythm() -> None:
    raw = {
        "calendar": {"brief_weeks": 3, "country": "DE"},
        "meeting": {"anchor": ANCHOR, "hour": "09:30", "on_holiday": "skip"},
    }
    cadence = Cadence.of(Settings.model_validate(raw))
    assert (cadence.weeks, cadence.at, cadence.skips) == (3, time(9, 30), True)


@given(first=DAYS, anchor=DAYS, weeks=st.sampled_from([2, 3]))
def test_meetings_come_in_order_on_working_days(first: date, anchor: date, weeks: int) -> None:
    cadence = Cadence(anchor, weeks, country="DE")
    found = list(islice(cadence.slots(first), 4))
    assert found[0].held_on >= first
    assert found[0].regular - timedelta(weeks=weeks) < first
    assert all((slot.regular - anchor).days % (7 * weeks) == 0 for slot in found)
    assert all(slot.held_on not in cadence.holidays for slot in found)
    assert all(a.held_on < b.held_on for a, b in pairwise(found))
