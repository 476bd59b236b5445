"""Sums that two places tell: equal on sound data, told apart where one place counts otherwise."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pandas as pd
import pytest

import report_helpers as rh
from report_helpers import facts
from report_helpers.data.dataset import Dataset
from report_helpers.metrics.reconciliation import Agreement, Total, agreements
from report_helpers.periods import Period
from report_helpers.settings import Commitments

PERIOD = Period(date(2026, 10, 26), date(2026, 11, 2))
PROMISE = Commitments()


@pytest.fixture(scope="module")
def sample() -> Dataset:
    return rh.load("sample")


@pytest.fixture
def company() -> dict[str, pd.DataFrame]:
    """Two deals won for 1,000 and 234.50, one lost; three quality leads, two of them accepted."""
    deals = pd.DataFrame(
        {
            "opportunity_id": ["1", "2", "3", "4"],
            "created_on": pd.to_datetime(["2026-09-01"] * 4),
            "closed_on": pd.to_datetime(["2026-10-26", "2026-11-01", "2026-10-28", None]),
            "outcome": ["won", "won", "lost", "open"],
            "amount": [1000.0, 234.5, 99.0, 5.0],
            "segment": ["A", None, "B", "B"],
            "source": "Web",
            "owner": ["Ann", "Bob", None, "Bob"],
        }
    )
    leads = pd.DataFrame(
        {
            "lead_id": ["1", "2", "3", "4"],
            "created_on": pd.to_datetime(["2026-10-26"] * 4),
            "mql_on": pd.to_datetime(["2026-10-27"] * 3 + [None]),
            "accepted_on": pd.to_datetime(["2026-10-28", "2026-10-29", None, None]),
            "first_touch_at": pd.to_datetime(["2026-10-27 10:00", None, None, None]),
            "source": ["Web", None, "Fair", "Fair"],
        }
    )
    return {"opportunities": deals, "leads": leads}


def told(found: list[Agreement]) -> set[tuple[str, str, float]]:
    return {(a.what, side.told_by, side.value) for a in found for side in (a.one, a.other)}


def test_every_sum_is_what_a_hand_count_finds(company: dict[str, pd.DataFrame]) -> None:
    found = agreements(rh.load(company), PERIOD, PROMISE)
    assert all(agreement.holds for agreement in found)
    assert {(what, value) for what, _, value in told(found)} == {
        ("quality leads", 3),
        ("accepted leads", 2),
        ("inquiries", 4),
        ("amount won", 1234.5),
        ("deals closed", 3),
    }
    assert len(found) == 10


def test_the_sample_agrees_with_itself_whole_and_by_segment(sample: Dataset) -> None:
    for data in (sample, *(sample.where(segment=name) for name in sample.values("segment"))):
        found = agreements(data, PERIOD, PROMISE)
        assert len(found) == 10
        assert [agreement for agreement in found if not agreement.holds] == []


def test_what_the_data_do_not_hold_is_not_compared(company: dict[str, pd.DataFrame]) -> None:
    deals = company["opportunities"].drop(columns=["segment", "owner"])
    found = agreements(rh.load({"opportunities": deals}), PERIOD, PROMISE)
    assert {agreement.what for agreement in found} == {"amount won", "deals closed"}
    assert {agreement.other.told_by for agreement in found} == {"the goals", "all sources"}


def test_a_sum_that_is_missing_in_its_place_is_not_compared(
    company: dict[str, pd.DataFrame],
) -> None:
    later = Period(date(2026, 12, 7), date(2026, 12, 14))  # after the last lead
    found = agreements(rh.load(company), later, PROMISE)
    assert "inquiries" not in {agreement.what for agreement in found}


@pytest.mark.parametrize(
    ("fact", "column", "what", "value"),
    [
        ("won_by_day", "amount", "amount won", 1234.5),
        ("first_touches", "n", "quality leads", 3),
    ],
)
def test_a_place_that_counts_otherwise_is_found(
    monkeypatch: pytest.MonkeyPatch,
    company: dict[str, pd.DataFrame],
    fact: str,
    column: str,
    what: str,
    value: float,
) -> None:
    true: Callable[..., pd.DataFrame] = getattr(facts, fact)

    def wrong(*args: Any) -> pd.DataFrame:
        found = true(*args)
        return found.assign(**{column: found[column] + 1})

    monkeypatch.setattr(facts, fact, wrong)
    broken = [a for a in agreements(rh.load(company), PERIOD, PROMISE) if not a.holds]
    assert [(a.what, a.one.value) for a in broken] == [(what, value)]
    assert broken[0].other.value > value


@pytest.mark.parametrize(
    ("one", "other", "holds"),
    [(100.0, 100.004, True), (100.0, 100.01, False), (1e12, 1e12 + 0.5, True), (37, 36, False)],
)
def test_sums_agree_to_the_cent(one: float, other: float, holds: bool) -> None:
    found = Agreement("amount won", "money", Total("Sales", one), Total("Marketing", other))
    assert found.holds is holds
