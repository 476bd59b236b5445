"""The gate on two public data sets: quiet while they are whole, loud where they break off."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

import report_helpers as rh
from report_helpers.data.dataset import Dataset
from report_helpers.metrics.reconciliation import agreements
from report_helpers.metrics.trust import Gate, State, worst
from report_helpers.periods import WEEK, Period
from report_helpers.settings import Commitments

HERE = Path(__file__).parent


def verdict(data: Dataset, monday: date) -> State:
    """Return the verdict on one week, judged on the Monday after."""
    week = Period(monday, monday + WEEK)
    gate = Gate(data, week, week.end + timedelta(days=1))
    checks = [*gate.freshness(), *gate.completeness(), *gate.faults()]
    assert all(agreement.holds for agreement in agreements(data, week, Commitments()))
    return worst(check.state for check in checks)


@pytest.fixture(scope="module")
def funnel(real: Path) -> Dataset:
    return rh.load(str(real / "olist_funnel"), str(HERE / "olist_funnel.toml"))


@pytest.mark.parametrize("weeks", range(0, 28, 3))
def test_half_a_year_of_a_marketplace_is_green(funnel: Dataset, weeks: int) -> None:
    assert verdict(funnel, date(2017, 11, 6) + weeks * WEEK) == "green"


@pytest.mark.parametrize(
    ("monday", "state"),
    [(date(2018, 5, 28), "amber"), (date(2018, 6, 4), "red"), (date(2018, 9, 3), "red")],
)
def test_the_report_is_held_from_the_week_its_leads_break_off(
    funnel: Dataset, monday: date, state: State
) -> None:
    """The last lead is of Thursday, 31 May 2018; deals go on until November."""
    assert verdict(funnel, monday) == state


@pytest.mark.parametrize(
    ("monday", "state"),
    [
        (date(2017, 6, 5), "green"),
        (date(2017, 10, 23), "green"),
        (date(2017, 10, 30), "amber"),  # 91 deals opened, where 197 a week are usual
        (date(2017, 12, 11), "amber"),
    ],
)
def test_deals_that_thin_out_before_the_end_of_an_export_are_seen(
    real: Path, monday: date, state: State
) -> None:
    data = rh.load(str(real / "maven_crm"), str(HERE / "maven_crm.toml"))
    assert verdict(data, monday) == state
