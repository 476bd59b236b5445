"""The gate's rules, each on a company small enough to count by hand."""

from __future__ import annotations

from collections.abc import Container
from datetime import date, timedelta
from typing import Any

import pandas as pd
import pytest

import report_helpers as rh
from report_helpers.data.audit import REPEATED, Remark
from report_helpers.metrics.trust import Completeness, Freshness, Gate, State
from report_helpers.periods import WEEK, Period
from report_helpers.settings import Trust

PERIOD = Period(date(2026, 10, 26), date(2026, 11, 2))
MONDAY = date(2026, 11, 2)


def deals(days: list[date]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "opportunity_id": [str(n) for n in range(len(days))],
            "outcome": "open",
            "created_on": pd.to_datetime(days),
        }
    )


def leads(days: list[date]) -> pd.DataFrame:
    return pd.DataFrame(
        {"lead_id": [str(n) for n in range(len(days))], "created_on": pd.to_datetime(days)}
    )


def answers(days: list[date]) -> pd.DataFrame:
    return pd.DataFrame({"campaign_id": "C", "responded_at": pd.to_datetime(days), "kind": "form"})


def weekly(counts: list[int], until: date = MONDAY) -> list[date]:
    """Return days of rows: so many on the Wednesday of each week, the last week ending `until`."""
    weeks = enumerate(reversed(counts), 1)
    return [until - n * WEEK + timedelta(days=2) for n, count in weeks for _ in range(count)]


def gate(
    tables: dict[str, pd.DataFrame],
    period: Period = PERIOD,
    rules: Trust | None = None,
    holidays: Container[date] = (),
) -> Gate:
    base: dict[str, Any] = {"opportunities": deals([period.last_day])}
    until = period.end + timedelta(days=1)
    return Gate(rh.load(base | tables), period, until, rules or Trust(), holidays)


def of(found: list[Any], table: str) -> Any:
    return next(item for item in found if item.table == table)


@pytest.mark.parametrize(
    ("last", "days", "state"),
    [
        ("2026-11-02", 0, "green"),  # the day of the report itself
        ("2026-11-01", 0, "green"),
        ("2026-10-30", 2, "green"),  # a Friday: only the weekend is missing
        ("2026-10-29", 3, "amber"),
        ("2026-10-26", 6, "amber"),
        ("2026-10-25", 7, "red"),
        ("2026-10-01", 31, "red"),
    ],
)
def test_leads_are_as_fresh_as_their_last_event(last: str, days: int, state: State) -> None:
    found = of(gate({"leads": leads([date.fromisoformat(last)])}).freshness(), "leads")
    assert found == Freshness("leads", date.fromisoformat(last), days, state)


def test_any_event_keeps_a_table_fresh() -> None:
    old = deals([date(2026, 9, 1), date(2026, 9, 2)])
    old["closed_on"] = pd.to_datetime(["2026-10-30", None])
    old["outcome"] = ["won", "open"]
    assert of(gate({"opportunities": old}).freshness(), "opportunities").state == "green"


def test_what_is_dated_after_the_day_of_the_report_is_no_news() -> None:
    mistyped = leads([date(2026, 10, 1), date(2062, 10, 30)])
    assert of(gate({"leads": mistyped}).freshness(), "leads").latest == date(2026, 10, 1)


def test_a_lack_of_other_tables_holds_nothing() -> None:
    old = {"responses": answers([date(2026, 9, 1)])}
    assert of(gate(old).freshness(), "responses").state == "amber"
    rules = Trust(held_tables=("responses",))
    assert of(gate(old, rules=rules).freshness(), "responses").state == "red"


def test_public_holidays_may_be_missing() -> None:
    easter = Period(date(2026, 3, 30), date(2026, 4, 6))
    until_thursday = {"leads": leads([date(2026, 4, 2)])}
    assert of(gate(until_thursday, easter).freshness(), "leads").state == "amber"
    friday = {date(2026, 4, 3)}
    assert of(gate(until_thursday, easter, holidays=friday).freshness(), "leads").state == "green"


def test_the_days_are_settings() -> None:
    old = {"leads": leads([date(2026, 10, 27)])}  # five days before the period's last
    rules = Trust(stale_days=6, held_days=6)
    assert of(gate(old, rules=rules).freshness(), "leads").state == "green"
    rules = Trust(stale_days=2, held_days=5)
    assert of(gate(old, rules=rules).freshness(), "leads").state == "red"


def test_a_table_that_is_not_there_breaks_no_rule() -> None:
    found = gate({})
    assert {item.table for item in found.freshness()} == {"opportunities"}
    assert {item.table for item in found.completeness()} == {"opportunities"}


CALM = [20, 22] * 13 + [21] * 7  # 33 weeks: mean 21 and moving range 2 in the first 26


@pytest.mark.parametrize(
    ("rows", "state"), [(0, "red"), (15, "amber"), (16, "green"), (21, "green"), (90, "green")]
)
def test_a_week_is_judged_by_the_weeks_before(rows: int, state: State) -> None:
    """The limit is 21 - 2.66 x 2 = 15.7; far more rows than usual are no lack."""
    found = of(gate({"leads": leads(weekly([*CALM, rows]))}).completeness(), "leads")
    assert (found.rows, found.state, found.week) == (rows, state, PERIOD.start)
    assert (found.usual, found.lower) == (21, pytest.approx(21 - 2 * 3 / 1.128))


def test_nothing_where_there_was_always_something_is_a_lack_of_its_own() -> None:
    wild = [1, 40] * 17  # so wide that its lower limit is zero
    states = {
        last: of(gate({"leads": leads(weekly([*wild[:-1], last]))}).completeness(), "leads").state
        for last in (0, 1)
    }
    assert states == {0: "red", 1: "green"}


def test_an_empty_week_is_nothing_new_where_weeks_are_often_empty() -> None:
    rare = [1, 0, 2] * 11 + [0]
    assert of(gate({"leads": leads(weekly(rare))}).completeness(), "leads").state == "green"


def test_an_empty_week_of_other_tables_is_named() -> None:
    found = gate({"responses": answers(weekly([*CALM, 0]))}).completeness()
    assert of(found, "responses").state == "amber"


def test_too_few_weeks_tell_nothing() -> None:
    found: Completeness = of(
        gate({"leads": leads(weekly([20] * 10 + [0]))}).completeness(), "leads"
    )
    assert found.state == "green"
    assert pd.isna(found.usual)


@pytest.mark.parametrize("last", [date(2026, 12, 28), date(2027, 1, 4)])
def test_weeks_around_new_year_are_not_judged(last: date) -> None:
    period = Period(last - WEEK, last)
    found = of(gate({"leads": leads(weekly([*CALM, 0], last))}, period).completeness(), "leads")
    assert pd.isna(found.rows)
    assert found.state == "green"


def test_weeks_around_new_year_judge_no_others() -> None:
    january = Period(date(2027, 1, 11), date(2027, 1, 18))
    quiet = [*CALM[:30], 0, 0, 21]  # 21 and 28 December without a row
    found = of(
        gate({"leads": leads(weekly([*quiet, 0], january.end))}, january).completeness(), "leads"
    )
    assert found.state == "red"


def test_a_week_with_two_public_holidays_is_not_judged() -> None:
    tables = {"leads": leads(weekly([*CALM, 3]))}
    one, two = {date(2026, 10, 28)}, {date(2026, 10, 28), date(2026, 10, 29)}
    assert of(gate(tables, holidays=one).completeness(), "leads").state == "amber"
    assert of(gate(tables, holidays=two).completeness(), "leads").state == "green"


def test_repeated_and_unreadable_rows_are_named_beyond_a_share() -> None:
    found = gate({"leads": leads(weekly([10] * 10))})
    table = found.data.audit.tables["leads"]
    table.rows_read = 100
    table.repaired = [Remark("values respelt", 90), Remark(REPEATED, 5)]
    table.rejected = [Remark("rows without created_on", 2)]
    (few,) = found.faults()
    assert (few.what, few.count, few.rows, few.state) == (REPEATED, 5, 100, "green")
    table.rejected = [Remark("rows without created_on", 6)]
    (many,) = found.faults()
    assert (many.what, many.state) == ("rows without created_on", "amber")


def test_real_repetitions_are_counted() -> None:
    days = weekly([10] * 10)
    twice = pd.concat([leads(days), leads(days[:20])], ignore_index=True)
    (found,) = gate({"leads": twice}).faults()
    assert (found.table, found.count, found.rows, found.state) == ("leads", 20, 120, "amber")


def test_the_weeks_of_the_sample_are_green() -> None:
    data = rh.load("sample")
    for steps in range(0, 78, 7):
        period = PERIOD.prior(steps)
        found = Gate(data, period, period.end + timedelta(days=1))
        checks = [*found.freshness(), *found.completeness(), *found.faults()]
        assert {(item.table, item.state) for item in checks if item.state != "green"} == set()
