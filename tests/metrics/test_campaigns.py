"""Campaigns of one small scenario, checked by hand."""

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from report_helpers.data import load
from report_helpers.metrics.campaigns import campaign_results, planned_campaigns
from report_helpers.periods import Period

FOLDER = Path(__file__).parent / "scenarios" / "campaigns"
W10 = Period(date(2026, 3, 2), date(2026, 3, 9))


@pytest.fixture(scope="module")
def data():
    return load(FOLDER)


def test_campaigns_that_ran_in_the_period_are_judged_on_what_they_had_brought_by_its_end(data):
    found = campaign_results(data, W10).set_index("campaign_id")
    assert found.index.tolist() == ["C1", "C2"]
    assert found["status"].tolist() == ["done", "running"]
    counts = found[["responses", "leads", "mqls"]].to_numpy().tolist()
    assert counts == [[3, 4, 2], [1, 1, 0]]
    assert found["cost_per_response"].tolist() == pytest.approx([1000 / 3, 200])
    assert found["cost_per_mql"].tolist() == pytest.approx([500, np.nan], nan_ok=True)
    assert found["quality_share"].tolist() == [0.5, 0]
    assert found["quality_low"]["C1"] < 0.5 < found["quality_high"]["C1"]


def test_all_lists_every_campaign_that_has_begun(data):
    found = campaign_results(data).set_index("campaign_id")
    assert sorted(found.index) == ["C1", "C2", "C3", "C4"]
    assert found["mqls"]["C1"] == 3
    assert found["status"]["C4"] == "done"


def test_the_next_two_weeks_are_planned_from_the_periods_end(data):
    assert planned_campaigns(data, W10)["campaign_id"].tolist() == ["C4", "C5"]
    assert planned_campaigns(data)["campaign_id"].tolist() == ["C5", "C6"]
    assert "responses" not in planned_campaigns(data, W10)


def test_what_the_data_cannot_tell_is_missing_and_not_zero():
    campaigns = pd.DataFrame(
        {
            "campaign_id": ["C1"],
            "name": ["Fair"],
            "starts_on": pd.to_datetime(["2026-03-02"]),
        }
    )
    deals = pd.DataFrame(
        {
            "opportunity_id": ["1"],
            "outcome": ["open"],
            "created_on": pd.to_datetime(["2026-03-03"]),
        }
    )
    found = campaign_results({"campaigns": campaigns, "opportunities": deals}).iloc[0]
    for name in ("responses", "leads", "mqls", "cost_per_response", "quality_share"):
        assert np.isnan(found[name])
    assert found["status"] == "running"
