"""Weeks, fortnights and fiscal periods, at the edges of the calendar."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report_helpers.periods import Period, fiscal_year, monday, quarter

DAYS = st.dates(date(1990, 1, 1), date(2100, 1, 1))


@given(DAYS, st.integers(1, 6))
def test_weeks_before_are_complete_and_end_before_the_day(day: date, weeks: int) -> None:
    period = Period.weeks_before(day, weeks)
    assert period.is_weeks
    assert period.days == 7 * weeks
    assert period.end <= day < period.end + timedelta(days=7)


@pytest.mark.parametrize(
    ("as_of", "key"),
    [
        (date(2021, 1, 4), "2020-W53"),
        (date(2021, 1, 10), "2020-W53"),
        (date(2021, 1, 11), "2021-W01"),
        (date(2024, 3, 4), "2024-W09"),  # holds 29 February
        (date(2027, 1, 4), "2026-W53"),
    ],
)
def test_week_keys_around_the_year(as_of: date, key: str) -> None:
    assert Period.weeks_before(as_of, 1).key == key


def test_a_fortnight_over_new_year_names_both_years() -> None:
    period = Period.weeks_before(date(2021, 1, 11), 2)
    assert period.key == "2020-W53-2021-W01"
    assert period.label == "week 53 of 2020 and week 1 of 2021"


def test_a_period_includes_its_start_and_excludes_its_end() -> None:
    week = Period(date(2026, 10, 26), date(2026, 11, 2))
    assert date(2026, 10, 26) in week
    assert date(2026, 11, 1) in week
    assert date(2026, 11, 2) not in week
    assert "2026-10-26" not in week


def test_a_year_ago_keeps_the_weekday_even_after_week_53() -> None:
    week = Period(date(2021, 1, 4), date(2021, 1, 11))
    assert week.year_ago() == Period(date(2020, 1, 6), date(2020, 1, 13))


def test_history_ends_with_the_period_itself_and_has_no_gap() -> None:
    week = Period.weeks_before(date(2026, 11, 4), 1)
    history = week.history(60)
    assert history[-1] == week
    assert all(a.end == b.start for a, b in pairwise(history))


def test_an_empty_period_is_refused() -> None:
    with pytest.raises(ValueError, match="must end after it starts"):
        Period(date(2026, 1, 5), date(2026, 1, 5))


def test_a_period_of_other_days_is_named_by_them() -> None:
    period = Period(date(2026, 1, 1), date(2026, 2, 1))
    assert not period.is_weeks
    assert period.key == "2026-01-01..2026-01-31"
    assert period.label == "2026-01-01 to 2026-01-31"


@given(DAYS, st.integers(1, 12))
def test_every_day_lies_in_its_quarter_and_year(day: date, first_month: int) -> None:
    part, year = quarter(day, first_month), fiscal_year(day, first_month)
    assert day in part
    assert day in year
    assert 89 <= part.days <= 92
    assert year.days in (365, 366)
    assert year.start <= part.start < part.end <= year.end
    assert year.start.month == first_month


@given(DAYS)
def test_monday_is_a_monday_at_most_six_days_back(day: date) -> None:
    assert monday(day).weekday() == 0
    assert timedelta(0) <= day - monday(day) <= timedelta(days=6)
