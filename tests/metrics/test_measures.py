"""Each metric of the glossary on tables small enough to check by hand."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest

import report_helpers as rh
from report_helpers.errors import MissingData
from report_helpers.glossary import METRICS
from report_helpers.metrics import pipeline
from report_helpers.metrics.measures import MEASURES
from report_helpers.metrics.report import MAKERS
from report_helpers.metrics.spans import Spans
from report_helpers.periods import Period

WEEK = Period(date(2026, 10, 26), date(2026, 11, 2))
SPANS = Spans.of(WEEK, 2)


def stamps(*days: str | None) -> pd.Series:
    return pd.Series(pd.to_datetime(list(days), format="ISO8601"))


@pytest.fixture(scope="module")
def data() -> Any:
    deals = pd.DataFrame(
        {
            "opportunity_id": list("abcdef"),
            "segment": ["A", "A", "B", "B", "B", None],
            "created_on": stamps(
                "2026-10-05", "2026-10-19", "2026-10-20", "2026-10-26", "2026-10-27", "2026-10-12"
            ),
            "closed_on": stamps(
                "2026-10-26", "2026-10-27", "2026-11-01", None, "2026-11-02", "2026-10-20"
            ),
            "outcome": ["won", "lost", "won", "open", "won", "lost"],
            "amount": [100.0, 300.0, 200.0, 400.0, 500.0, 50.0],
        }
    )
    leads = pd.DataFrame(
        {
            "lead_id": ["1", "2", "3", "4", "5"],
            "created_on": stamps(
                "2026-10-19", "2026-10-26", "2026-10-27", "2026-10-28", "2026-11-02"
            ),
            "source": ["Web", "Web", "Fair", "Fair", "Fair"],
            "mql_on": stamps("2026-10-26 08:00", "2026-10-26 09:00", "2026-11-02", None, None),
            "accepted_on": stamps("2026-10-27", None, None, None, None),
            "rejected_on": stamps(None, "2026-10-28", None, None, None),
            "sql_on": stamps("2026-10-29", None, None, None, None),
            "first_touch_at": stamps("2026-10-26 12:00", "2026-10-26 15:30", None, None, None),
        }
    )
    campaigns = pd.DataFrame(
        {
            "campaign_id": ["c"],
            "name": ["Fair"],
            "channel": ["Fair"],
            "starts_on": stamps("2026-10-19"),
            "ends_on": stamps("2026-11-01"),
            "cost": [1400.0],
        }
    )
    responses = pd.DataFrame(
        {"campaign_id": ["c", "c"], "responded_at": stamps("2026-10-25 23:59", "2026-10-26")}
    )
    return rh.load(
        {"opportunities": deals, "leads": leads, "campaigns": campaigns, "responses": responses}
    )


@pytest.mark.parametrize(
    ("metric", "basis", "before", "now"),
    [
        ("inquiries", "", 1, 3),  # the lead of Monday 2 November belongs to the next week
        ("responses", "", 1, 1),  # a minute before midnight on Sunday is the week before
        ("mqls", "", 0, 2),
        ("accepted", "", 0, 1),
        ("quality_share", "created", 0, 1 / 3),  # lead 3 became an MQL after the week
        ("cost_per_inquiry", "", 700, 700 / 3),
        ("cost_per_mql", "", np.nan, 350),
        ("cost_per_sql", "", np.nan, 700),
        ("acceptance_rate", "closed", np.nan, 0.5),
        ("speed_to_lead", "median", np.nan, 5.25),
        ("opportunities", "", 2, 2),
        ("win_rate", "closed", 0, 2 / 3),  # the deal won on Monday 2 November is still open
        ("win_rate", "created", 0, 0),
        ("win_rate", "value", 0, 300 / 600),
        ("sales_cycle", "median", np.nan, (21 + 12) / 2),
        ("sales_cycle", "mean", np.nan, (21 + 12) / 2),
        ("won_amount", "", 0, 300),
    ],
)
def test_two_weeks(data: Any, metric: str, basis: str, before: float, now: float) -> None:
    found = MEASURES[metric, basis](data, SPANS, ())
    assert found["value"].tolist() == pytest.approx([before, now], nan_ok=True)
    missing = found["value"].isna()
    assert (found.loc[missing, "reason"] != "").all()


def test_every_metric_of_the_glossary_is_measured_on_every_basis() -> None:
    named = {(m.name, basis) for m in METRICS if m.name not in MAKERS for basis in m.bases}
    assert named == set(MEASURES) | {("pipeline_coverage", "")}


@pytest.mark.parametrize("metric", ["opportunities", "won_amount"])
def test_groups_add_up_to_the_whole(data: Any, metric: str) -> None:
    whole = MEASURES[metric, ""](data, SPANS, ())["value"]
    parts = MEASURES[metric, ""](data, SPANS, ("segment",))["value"]
    assert parts.groupby("p").sum().tolist() == whole.tolist()
    assert "(none)" in parts.index.get_level_values("segment")


def test_open_deals_at_the_end_of_each_week(data: Any) -> None:
    found = pipeline.open_deals(data, SPANS)
    assert found["n"].tolist() == [3, 2]  # a, b, c, then d, e
    assert found["amount"].tolist() == [600, 900]


def test_a_dimension_a_table_lacks_is_named(data: Any) -> None:
    with pytest.raises(MissingData, match="leads' has no column 'owner'"):
        MEASURES["inquiries", ""](data, SPANS, ("owner",))


def test_a_created_win_rate_over_a_week_says_that_it_is_too_young(data: Any) -> None:
    found = MEASURES["win_rate", "created"](data, SPANS, ())
    assert found["reason"].str.contains("longer than the period").all()


def test_weeks_before_the_first_lead_are_missing_not_zero(data: Any) -> None:
    found = MEASURES["inquiries", ""](data, Spans.of(WEEK, 4), ())
    assert found["value"].tolist() == pytest.approx([np.nan, np.nan, 1, 3], nan_ok=True)
    assert found["reason"].iloc[0] == "leads begin in the week of 2026-10-19"


def test_lost_deals_without_amounts_leave_the_win_rate_by_value_open(data: Any) -> None:
    deals = data.frame("opportunities")
    deals.loc[deals["outcome"] == "lost", "amount"] = 0.0
    found = MEASURES["win_rate", "value"](rh.load({"opportunities": deals}), SPANS, ())
    assert found["value"].isna().all()
    assert found["reason"].tolist() == ["lost deals carry no amount"] * 2


def test_velocity_multiplies_what_it_says() -> None:
    days = pd.date_range("2026-06-01", periods=22, freq="7D")
    deals = pd.DataFrame(
        {
            "opportunity_id": [str(i) for i in range(44)],
            "created_on": [*days, *days],
            "closed_on": [*(days + pd.Timedelta(days=10)), *[pd.NaT] * 22],
            "outcome": ["won", "lost"] * 11 + ["open"] * 22,
            "amount": 100.0,
        }
    )
    until = date(2026, 11, 2)
    spans = Spans.of(Period(date(2026, 10, 26), until))
    found = pipeline.velocity(rh.load({"opportunities": deals}), spans).iloc[0]
    recent = deals[(deals["closed_on"] >= "2026-08-03") & (deals["closed_on"] < "2026-11-02")]
    rate = (recent["outcome"] == "won").mean()
    still_open = 22 + (deals["closed_on"] >= "2026-11-02").sum()
    assert found["value"] == pytest.approx(still_open * 100 * rate / 10)
    assert found["n"] == len(recent)


def test_velocity_needs_13_weeks_of_closed_deals(data: Any) -> None:
    found = pipeline.velocity(data, SPANS)
    assert found["value"].isna().all()
    assert found["reason"].str.startswith("fewer than 13 weeks").all()
