"""When is what due: by rule, by clocks that change, over holidays; nothing twice, nothing lost."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as effort
from hypothesis import strategies as st

from report_helpers.delivery.occasions import Occasion, between, segments, upcoming
from report_helpers.periods import Period
from report_helpers.settings import Settings
from report_helpers.teams.cadence import Cadence, local
from report_helpers.teams.meetings import Meeting

ZONES = (
    "Europe/Berlin",
    "America/New_York",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "UTC",
)
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
CLOCKS = ("00:00", "02:15", "02:30", "07:00", "23:59")
DAY, WEEK = timedelta(days=1), timedelta(days=7)
NAMES = ("weekly", "brief", "shadowing")


def scheduled(**schedule: Any) -> Settings:
    country = schedule.pop("country", "")
    return Settings.model_validate({"schedule": schedule, "calendar": {"country": country}})


@st.composite
def companies(draw: st.DrawFn) -> Settings:
    clock = st.sampled_from(CLOCKS)
    schedule = {
        "time_zone": draw(st.sampled_from(ZONES)),
        "weekly": f"{draw(st.sampled_from(WEEKDAYS))} {draw(clock)}",
        "brief": draw(clock),
        "brief_days_before": draw(st.integers(0, 5)),
        "shadowing": f"{draw(st.integers(1, 28))} {draw(clock)}",
        "on_holiday": draw(st.sampled_from(["next working day", "skip", "as ever"])),
    }
    calendar = {
        "country": draw(st.sampled_from(["", "DE", "US", "CN", "NP", "SA"])),
        "brief_weeks": draw(st.sampled_from([2, 3])),
    }
    meeting = {
        "anchor": draw(st.dates(date(2010, 1, 1), date(2026, 1, 1))),
        "time_zone": draw(st.sampled_from(ZONES)),
        "on_holiday": draw(st.sampled_from(["next working day", "skip"])),
    }
    return Settings.model_validate({"schedule": schedule, "calendar": calendar, "meeting": meeting})


MOMENTS = st.datetimes(datetime(2009, 1, 1), datetime(2031, 1, 1))


@effort(deadline=None, max_examples=50)
@given(company=companies(), cuts=st.lists(MOMENTS, min_size=3, max_size=3))
def test_however_time_is_cut_the_same_is_due(company: Settings, cuts: list[datetime]) -> None:
    a, b, c = sorted(cuts)
    assert between(company, a, b) + between(company, b, c) == between(company, a, c)


@effort(deadline=None, max_examples=20)
@given(company=companies(), year=st.integers(2009, 2021))
def test_in_ten_years_nothing_comes_twice_and_nothing_is_lost(company: Settings, year: int) -> None:
    start, end = datetime(year, 1, 1), datetime(year + 10, 1, 1)
    found = between(company, start, end)
    assert len({o.about for o in found}) == len(found)
    assert [o.due_at for o in found] == sorted(o.due_at for o in found)
    assert all(start <= o.due_at < end for o in found)
    counts = {name: sum(o.report == name for o in found) for name in NAMES}
    if company.schedule.on_holiday != "skip":
        assert abs(counts["weekly"] - (end - start) // WEEK) <= 2
        assert abs(counts["shadowing"] - 120) <= 1
    if company.meeting.on_holiday != "skip":
        meetings = (end - start) // (company.calendar.brief_weeks * WEEK)
        assert abs(counts["brief"] - meetings) <= 2


@effort(deadline=None, max_examples=40)
@given(company=companies(), start=MOMENTS)
def test_a_weekly_report_is_of_the_week_before_and_a_day_is_never_in_the_future(
    company: Settings, start: datetime
) -> None:
    zone = company.schedule.time_zone
    found = between(company, start, start + 60 * DAY)
    for occasion in found:
        assert occasion.as_of <= local(occasion.due_at, zone).date()
    weeklies = [o for o in found if o.report == "weekly"]
    for occasion in weeklies:
        week = Period.weeks_before(occasion.as_of, 1)
        assert occasion.about == f"weekly-{week.key}"
        assert occasion.period == week.key
    if company.schedule.on_holiday != "skip":
        weeks = [Period.weeks_before(o.as_of, 1) for o in weeklies]
        assert all(later.prior() == earlier for earlier, later in pairwise(weeks))


@effort(deadline=None, max_examples=40)
@given(company=companies(), start=MOMENTS)
def test_a_brief_comes_so_many_working_days_before_its_meeting(
    company: Settings, start: datetime
) -> None:
    cadence = Cadence.of(company)
    for occasion in between(company, start, start + 60 * DAY):
        if occasion.report == "brief":
            regular = date.fromisoformat(occasion.about.removeprefix("brief-"))
            slot = cadence.slot(regular)
            assert slot is not None
            days = (occasion.as_of + n * DAY for n in range((slot.held_on - occasion.as_of).days))
            working = sum(cadence.is_working_day(day) for day in days)
            assert working == company.schedule.brief_days_before


@given(company=companies(), now=MOMENTS, count=st.integers(0, 30))
@effort(deadline=None, max_examples=30)
def test_what_is_upcoming_is_what_will_be_due(company: Settings, now: datetime, count: int) -> None:
    found = upcoming(company, now, count)
    assert len(found) == count
    if found:
        last = found[-1].due_at
        due = between(company, now, last + timedelta(microseconds=1))
        assert due[:count] == found


@pytest.mark.parametrize(
    ("zone", "weekly", "day", "due_at"),
    [
        # 02:30 is skipped in Berlin on 29 March 2026: half past three on the new clock
        ("Europe/Berlin", "sunday 02:30", date(2026, 3, 29), datetime(2026, 3, 29, 1, 30)),
        # and comes twice on 25 October: the first
        ("Europe/Berlin", "sunday 02:30", date(2026, 10, 25), datetime(2026, 10, 25, 0, 30)),
        ("America/New_York", "sunday 02:30", date(2026, 3, 8), datetime(2026, 3, 8, 7, 30)),
        ("America/New_York", "sunday 01:30", date(2026, 11, 1), datetime(2026, 11, 1, 5, 30)),
        ("Asia/Kathmandu", "monday 07:00", date(2026, 11, 2), datetime(2026, 11, 2, 1, 15)),
        # Lord Howe moves by half an hour: 02:15 is skipped on 4 October 2026
        ("Australia/Lord_Howe", "sunday 02:15", date(2026, 10, 4), datetime(2026, 10, 3, 15, 45)),
        ("Australia/Lord_Howe", "monday 07:00", date(2026, 10, 5), datetime(2026, 10, 4, 20)),
        # Samoa left out Friday, 30 December 2011: it is due on Saturday at the same hour
        ("Pacific/Apia", "friday 07:00", date(2011, 12, 30), datetime(2011, 12, 30, 17)),
    ],
)
def test_clocks_that_change(zone: str, weekly: str, day: date, due_at: datetime) -> None:
    company = scheduled(time_zone=zone, weekly=weekly)
    found = between(company, due_at - 2 * DAY, due_at + 2 * DAY)
    assert [(o.due_at, o.as_of) for o in found] == [(due_at, day)]


def test_the_lost_day_of_samoa_is_made_up_the_day_after() -> None:
    company = scheduled(time_zone="Pacific/Apia", weekly="friday 07:00")
    [found] = between(company, datetime(2011, 12, 29), datetime(2012, 1, 2))
    assert local(found.due_at, "Pacific/Apia").replace(tzinfo=None) == datetime(2011, 12, 31, 7)


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("next working day", [(date(2026, 4, 7), "weekly-2026-W14")]),
        ("skip", []),
        ("as ever", [(date(2026, 4, 6), "weekly-2026-W14")]),
    ],
)
def test_easter_monday(rule: str, expected: list[tuple[date, str]]) -> None:
    company = scheduled(weekly="monday 07:00", on_holiday=rule, country="DE")
    found = between(company, datetime(2026, 4, 1), datetime(2026, 4, 12))
    assert [(o.as_of, o.about) for o in found] == expected


def test_a_report_moved_into_the_next_week_stays_that_of_its_own() -> None:
    good_friday = scheduled(weekly="friday 07:00", country="DE")
    found = between(good_friday, datetime(2026, 4, 1), datetime(2026, 4, 11))
    assert [o.about for o in found] == ["weekly-2026-W13", "weekly-2026-W14"]
    assert found[0].due_at == datetime(2026, 4, 7, 5)  # Easter Monday is a holiday, too
    assert found[0].as_of == date(2026, 4, 5)


def test_a_brief_before_a_meeting_after_a_long_weekend() -> None:
    company = scheduled(brief="16:00", country="DE")
    found = between(company, datetime(2026, 5, 8), datetime(2026, 5, 30))
    # Thursday 14 May is Ascension Day: the meeting is on Friday 15, its brief on Wednesday 13
    assert [(o.about, o.as_of) for o in found] == [
        ("brief-2026-05-14", date(2026, 5, 13)),
        ("brief-2026-05-28", date(2026, 5, 27)),
    ]
    assert found[1].period == "2026-W20-W21"


def meeting(name: str, starts_at: datetime, **more: Any) -> Meeting:
    return Meeting(name, starts_at, "Europe/Berlin", **more)


def briefs(*planned: Meeting) -> list[Occasion]:
    company = scheduled(brief="16:00")
    return between(company, datetime(2026, 10, 30), datetime(2026, 11, 18), planned)


def test_a_meeting_moved_or_cancelled_takes_its_brief_along() -> None:
    twelfth, seventeenth = datetime(2026, 11, 12, 9), datetime(2026, 11, 17, 9)
    assert [o.about for o in briefs()] == ["brief-2026-11-12"]
    assert briefs(meeting("2026-11-12", twelfth)) == briefs()
    assert briefs(meeting("2026-11-12", twelfth, cancelled=True)) == []
    [moved] = briefs(meeting("2026-11-12", seventeenth))
    assert (moved.about, moved.as_of) == ("brief-2026-11-12", date(2026, 11, 16))
    assert [o.useful_until for o in (*briefs(), moved)] == [twelfth, seventeenth]


def test_the_plan_of_visits_is_for_the_month_after() -> None:
    company = scheduled(shadowing="25 08:00", country="DE")
    [found] = between(company, datetime(2026, 12, 1), datetime(2027, 1, 1))
    assert (found.about, found.period) == ("shadowing-2027-01", "2027-01")
    assert found.as_of == date(2026, 12, 28)  # Christmas, Boxing Day, a Sunday
    assert found.due_at == datetime(2026, 12, 28, 7)


def test_nothing_is_due_when_nothing_is_scheduled() -> None:
    assert between(Settings(), datetime(2000, 1, 1), datetime(2030, 1, 1)) == []
    assert upcoming(Settings(), datetime(2026, 1, 1), 5) == []


def test_the_clock_is_that_of_the_meeting_unless_the_schedule_names_one() -> None:
    raw = {"meeting": {"time_zone": "Asia/Kathmandu"}, "schedule": {"weekly": "monday 07:00"}}
    [found] = upcoming(Settings.model_validate(raw), datetime(2026, 11, 1), 1)
    assert found.due_at.replace(tzinfo=UTC) == datetime(2026, 11, 2, 1, 15, tzinfo=UTC)


def test_a_report_is_made_for_the_company_and_for_each_readers_segment() -> None:
    readers = [
        {"address": "a@b.c", "segment": "SMB"},
        {"address": "d@b.c", "segment": "Enterprise", "reports": ["brief", "shadowing"]},
        {"address": "e@b.c", "segment": "SMB"},
    ]
    company = Settings.model_validate({"mail": {"recipients": readers}})
    assert segments(company, "weekly") == ["", "SMB"]
    assert segments(company, "brief") == ["", "Enterprise", "SMB"]
    assert segments(company, "shadowing") == [""]
    assert segments(Settings(), "weekly") == [""]
