import datetime as dt

import ibis
import pytest
from hypothesis import given
from hypothesis import strategies as st

from report_helpers.facts.timing import day, days, hours, week
from report_helpers.periods import monday

ENGINE = ibis.duckdb.connect()
MOMENTS = st.datetimes(dt.datetime(1999, 1, 1), dt.datetime(2050, 1, 1)).map(
    lambda moment: moment.replace(microsecond=0)
)


def value(expression):
    return ENGINE.to_pyarrow(expression).as_py()


def moment(when):
    return ibis.literal(when, type="timestamp")


@given(MOMENTS)
def test_week_is_the_monday_on_or_before(when):
    found = value(week(moment(when)))
    assert dt.date(found.year, found.month, found.day) == monday(when.date())


@given(MOMENTS)
def test_day_is_the_midnight_on_or_before(when):
    assert value(day(moment(when))) == dt.datetime.combine(when.date(), dt.time())


@given(MOMENTS, MOMENTS)
def test_days_are_the_midnights_between(start, end):
    assert value(days(moment(start), moment(end))) == (end.date() - start.date()).days


@given(MOMENTS, st.integers(-10_000, 10_000))
def test_hours_are_whole_tenths_below(start, minutes):
    end = start + dt.timedelta(minutes=minutes)
    assert value(hours(moment(start), moment(end))) == pytest.approx(minutes // 6 / 10)
