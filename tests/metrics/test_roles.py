"""Who answers for what."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest

import report_helpers as rh
from report_helpers.errors import MissingData
from report_helpers.metrics.roles import roles, status
from report_helpers.metrics.scorecard import Line, scorecard
from report_helpers.periods import Period

QUARTER = Period(date(2026, 8, 3), date(2026, 11, 2))


@pytest.fixture(scope="module")
def line() -> Line:
    deals = {"opportunities": pd.DataFrame({
        "opportunity_id": ["1"], "created_on": pd.to_datetime(["2026-10-27"]), "outcome": ["open"],
    })}  # fmt: skip
    lines, _ = scorecard(rh.load(deals), Period(date(2026, 10, 26), date(2026, 11, 2)))
    return next(one for one in lines if one.metric.name == "win_rate")


@pytest.mark.parametrize(
    ("value", "low", "high", "target", "expected"),
    [
        (0.5, 0.4, 0.6, 0.3, "met"),
        (0.5, 0.4, 0.6, 0.4, "met"),
        (0.5, 0.4, 0.6, 0.45, "not distinguishable"),
        (0.5, 0.4, 0.6, 0.55, "not distinguishable"),
        (0.5, 0.4, 0.6, 0.7, "missed"),
        (0.5, np.nan, np.nan, 0.5, "met"),
        (0.5, np.nan, np.nan, 0.51, "missed"),
        (np.nan, np.nan, np.nan, 0.5, "not known"),
        (0.5, 0.4, 0.6, None, "not known"),
    ],
)
def test_a_target_is_judged_by_the_whole_interval(
    line: Line, value: float, low: float, high: float, target: float | None, expected: str
) -> None:
    judged = replace(line, value=value, low=low, high=high, target=target)
    assert status(judged) == expected


def test_where_less_is_better_the_sides_change(line: Line) -> None:
    cost = replace(line, metric=rh.metric("speed_to_lead"), value=5.0, low=4.0, high=6.0)
    assert status(replace(cost, target=7.0)) == "met"
    assert status(replace(cost, target=3.0)) == "missed"


def company(owner: str | None, people: list[tuple[Any, ...]] | None) -> Any:
    deals = pd.DataFrame(
        {
            "opportunity_id": ["1", "2"],
            "created_on": pd.to_datetime(["2026-07-30", "2026-10-27"]),
            "outcome": ["open", "open"],
        }
    )
    targets = pd.DataFrame(
        {
            "metric": ["opportunities"],
            "target": [1.0],
            "per": ["quarter"],
            "starts_on": pd.to_datetime(["2026-01-01"]),
            "owner": [owner],
        }
    )
    tables = {"opportunities": deals, "targets": targets}
    if people is not None:
        frame = pd.DataFrame(people, columns=["person", "team", "role", "starts_on", "ends_on"])
        tables["people"] = frame.astype(dict.fromkeys(("starts_on", "ends_on"), "datetime64[s]"))
    return rh.load(tables)


HEADS = [
    ("Before", "sales", "Head of Sales", "2020-01-01", "2026-06-30"),
    ("Now", "sales", "head of sales", "2026-07-01", None),
    ("Later", "sales", "Head of Sales", "2027-01-01", None),
    ("Seller", "sales", "Key account manager", "2020-01-01", None),
]


@pytest.mark.parametrize(
    ("owner", "people", "expected"),
    [("Zoe", HEADS, "Zoe"), (None, HEADS, "Now"), (None, HEADS[3:], ""), (None, None, "")],
)
def test_the_owner_is_named_or_the_head_of_the_day(
    owner: str | None, people: Any, expected: str
) -> None:
    found = roles(company(owner, people), QUARTER)
    assert found["owner"].tolist() == [expected]
    assert found["status"].tolist() == ["met"]


def test_targets_are_needed() -> None:
    bare = {"opportunities": company(None, None).frame("opportunities")}
    with pytest.raises(MissingData, match="no table 'targets'"):
        roles(bare, QUARTER)


def test_a_segment_has_its_own_owners() -> None:
    data = rh.load("sample").where(segment="Enterprise")
    found = roles(data, QUARTER).set_index("metric")["owner"]
    assert found["won_amount"] == "Ingrid Solberg"
    assert set(found.index) <= {"won_amount", "sales_cycle"}
