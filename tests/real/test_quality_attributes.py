"""Lead quality on a public funnel: what was noted only at the sale is refused as a predictor."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import report_helpers as rh

LATER = ["business_segment", "lead_type", "lead_behaviour_profile", "business_type"]


@pytest.fixture(scope="module")
def olist(real: Path) -> dict[str, pd.DataFrame]:
    """Join what the seller noted at the sale to all leads, as a careless analyst would."""
    folder = real / "olist_funnel"
    leads = pd.read_csv(folder / "olist_marketing_qualified_leads_dataset.csv")
    closed = pd.read_csv(folder / "olist_closed_deals_dataset.csv")
    joined = leads.merge(closed[["mql_id", *LATER]], on="mql_id", how="left")
    names = {"mql_id": "lead_id", "first_contact_date": "created_on", "origin": "source"}
    won = closed.merge(leads, on="mql_id")
    deals = pd.DataFrame(
        {
            "opportunity_id": won["mql_id"],
            "lead_id": won["mql_id"],
            "created_on": pd.to_datetime(won["first_contact_date"]),
            "closed_on": pd.to_datetime(won["won_date"]),
            "outcome": "won",
        }
    )
    joined["first_contact_date"] = pd.to_datetime(joined["first_contact_date"])
    return {"leads": joined.rename(columns=names), "opportunities": deals}


@pytest.mark.realdata
def test_attributes_noted_at_the_sale_are_refused(olist: dict[str, pd.DataFrame]) -> None:
    found = rh.predictors(olist).set_index("attribute")
    for name in LATER:
        assert "known only afterwards" in found.loc[name, "reason"]
    assert "identifier" in found.loc["landing_page_id", "reason"]
    assert "source" in found.index
    assert not found.loc[LATER, "supported"].any()


@pytest.mark.realdata
def test_origins_add_up_to_the_leads(olist: dict[str, pd.DataFrame]) -> None:
    whole = rh.target_segments(olist, by=())
    parts = rh.target_segments(olist, by="source")
    assert parts["n"].sum() == whole["n"].item()
    assert parts["n"].sum() + whole["young"].item() == 8000
    assert whole["high"].item() < 0.2
