"""Rows by table and week, and how far each table goes, on small companies."""

import datetime as dt

import pandas as pd
import pytest

from report_helpers.facts import volume

UNTIL = dt.date(2024, 11, 1)


def test_rows_are_those_a_plain_count_finds(held, company):
    tables = company(seed=3, size=120)
    found = volume.row_counts(held(tables), UNTIL).set_index(["table", "week"])["n"]
    for name, column in (("opportunities", "created_on"), ("leads", "created_on")):
        when = tables[name][column]
        weeks = when[when < pd.Timestamp(UNTIL)].dt.to_period("W-SUN").dt.start_time
        expected = weeks.value_counts().sort_index()
        assert found[name].to_dict() == expected.to_dict()


def test_the_latest_of_each_event_stands_before_the_day(held, company):
    tables = company(seed=4, size=120)
    found = volume.latest_events(held(tables), UNTIL).set_index(["table", "event"])["latest"]
    closed = tables["opportunities"]["closed_on"]
    assert found["opportunities", "closed_on"] == closed[closed < pd.Timestamp(UNTIL)].max()
    assert (found.dropna() < pd.Timestamp(UNTIL)).all()


def test_a_mistyped_year_is_no_news(deals):
    data = deals(("2024-03-04", None, "open", 1), ("2062-03-05", None, "open", 1))
    found = volume.latest_events(data, UNTIL).set_index("event")["latest"]
    assert found["created_on"] == pd.Timestamp("2024-03-04")
    assert found.isna()["closed_on"]


@pytest.mark.parametrize("fact", [volume.row_counts, volume.latest_events])
def test_a_table_that_is_not_there_has_no_row(deals, fact):
    assert set(fact(deals(("2024-03-04", None, "open", 1)), UNTIL)["table"]) == {"opportunities"}


def test_a_row_without_a_date_is_in_no_week(deals):
    found = volume.row_counts(
        deals(("2024-03-04", None, "open", 1), (None, None, "open", 1)), UNTIL
    )
    assert found["n"].tolist() == [1]
