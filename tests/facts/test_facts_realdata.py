"""Counts of public data sets, as published or computed by others."""

import datetime as dt
from pathlib import Path

import pandas as pd
import pytest

from report_helpers import facts
from report_helpers.data import load

HOME = Path(__file__).parents[2].parent / "shared" / "data"
pytestmark = [
    pytest.mark.realdata,
    pytest.mark.skipif(
        not HOME.is_dir(), reason="the public data sets are not beside the project (../shared/data)"
    ),
]


@pytest.fixture(scope="module")
def maven():
    """Sales opportunities of a hardware firm, October 2016 to December 2017."""
    names = {
        "engage_date": "created_on",
        "close_date": "closed_on",
        "close_value": "amount",
        "sales_agent": "owner",
        "deal_stage": "outcome",
    }
    frame = pd.read_csv(
        HOME / "maven_crm" / "sales_pipeline.csv", parse_dates=["engage_date", "close_date"]
    ).rename(columns=names)
    outcome = frame["outcome"].map({"Won": "won", "Lost": "lost"}).fillna("open")
    return load({"opportunities": frame.assign(outcome=outcome)})


def test_maven_totals(maven):
    flow = facts.deal_flow(maven, dt.date(2018, 1, 1)).groupby("outcome")[["n", "amount"]].sum()
    assert flow["n"].to_dict() == {"won": 4238, "lost": 2473, "open": 1589 + 500}
    assert flow.loc["won", "amount"] == 10_005_534


def test_maven_won_cycle(maven):
    days = facts.deal_days(maven, dt.date(2018, 1, 1))
    won = days[days["outcome"] == "won"]
    each = won["days"].repeat(won["n"])
    assert each.mean() == pytest.approx(51.8, abs=0.05)
    assert each.median() == 57


def test_maven_stale_deals(maven):
    stale = facts.stale_deals(maven, dt.date(2018, 1, 1))
    assert stale.attrs["count"] == 1291
    assert stale.attrs["longest"] == 138


def test_olist_leads_and_customers_by_origin():
    folder = HOME / "olist_funnel"
    leads = pd.read_csv(
        folder / "olist_marketing_qualified_leads_dataset.csv", parse_dates=["first_contact_date"]
    ).rename(columns={"mql_id": "lead_id", "first_contact_date": "created_on", "origin": "source"})
    deals = pd.read_csv(folder / "olist_closed_deals_dataset.csv", parse_dates=["won_date"]).rename(
        columns={"mql_id": "lead_id", "won_date": "closed_on"}
    )
    deals = deals[["lead_id", "closed_on"]].assign(
        opportunity_id=deals["lead_id"], created_on=deals["closed_on"], outcome="won"
    )
    data = load({"leads": leads[["lead_id", "created_on", "source"]], "opportunities": deals})
    flow = facts.lead_flow(data, dt.date(2019, 1, 1), by="source")
    counts = flow.pivot_table(index="source", columns="stage", values="n", aggfunc="sum")
    assert counts.loc["organic_search", ["inquiry", "won"]].tolist() == [2296, 271]
    assert counts.loc[facts.NONE, ["inquiry", "won"]].tolist() == [60, 14]
    assert counts[["inquiry", "won"]].sum().tolist() == [8000, 842]
