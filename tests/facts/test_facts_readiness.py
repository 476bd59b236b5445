"""Outcomes, attributes, cost shares and balance of leads, against the scenario's own rows."""

from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from report_helpers import facts
from report_helpers.data import load
from report_helpers.errors import MissingData
from report_helpers.facts.conditions import Condition

SCENARIO = Path(__file__).parents[1] / "metrics" / "scenarios" / "quality_leads"
UNTIL = date(2026, 3, 6)


@pytest.fixture(scope="module")
def data():
    return load(SCENARIO)


def test_leads_of_quality_are_those_qualified_or_won(data):
    found = facts.lead_quality(data, UNTIL, (), ("segment",))
    assert found["n"].sum() == 10
    counts = found.assign(hits=found["quality"] * found["n"]).groupby("segment")["hits"].sum()
    assert counts.to_dict() == {"A": 2, "B": 3}


def test_what_happens_later_is_not_known_yet(data):
    assert facts.lead_quality(data, date(2026, 2, 6))["quality"].sum() == 2  # L5 is of that day
    assert facts.quality_days(data, date(2026, 2, 15))["n"].sum() == 4  # the win is of that day


def test_days_run_to_the_sql_or_the_win(data):
    assert facts.quality_days(data, UNTIL).to_numpy().tolist() == [[5, 3], [10, 2]]


def test_a_memo_is_a_copy_and_conditions_have_their_own(data):
    first = facts.lead_quality(data, UNTIL)
    first["n"] = 0
    assert facts.lead_quality(data, UNTIL)["n"].sum() == 10
    condition = Condition("pages", ">=", "5")
    marked = facts.lead_quality(data, UNTIL, (condition,))
    assert marked.loc[marked[condition.name], "n"].sum() == 6


def test_the_profile_counts_filled_values_on_both_kinds_of_leads(data):
    found = facts.attribute_profile(data, UNTIL).set_index("attribute")
    assert list(found.index) == ["source", "segment", "pages", "demo", "budget", "job"]
    assert found.loc["pages", ["kind", "filled", "filled_quality", "distinct"]].tolist() == [
        "number", 9, 4, 7,
    ]  # fmt: skip
    assert found[["n", "quality"]].drop_duplicates().to_numpy().tolist() == [[10, 5]]


def test_values_keep_every_lead(data):
    found = facts.attribute_values(data, UNTIL, "job")
    assert found["n"].sum() == 10
    assert found.loc[found["value"].isna(), "n"].sum() == 1
    with pytest.raises(MissingData, match="no column 'shoe'"):
        facts.attribute_values(data, UNTIL, "shoe")


def test_cost_is_shared_by_the_leads_of_a_campaign_and_conserved(data):
    found = facts.ready_leads(data, UNTIL, ("source",))
    assert found["cost"].sum() == pytest.approx(500 + 90)
    assert found["n_cost"].sum() == 8
    ready = found[found["quality"]]
    assert ready["cost"].sum() == pytest.approx(100 + 3 * 30)  # L1 of C1; L5, L7 and L9 of C2


def test_without_campaigns_or_nurturing_both_are_missing(data):
    tables = {name: data.frame(name) for name in ("leads", "opportunities")}
    bare = load({**tables, "leads": tables["leads"].drop(columns=["nurtured"])})
    found = facts.ready_leads(bare, UNTIL)
    assert found["nurtured"].isna().all()
    assert found[["cost", "n_cost"]].to_numpy().sum() == 0
    with pytest.raises(MissingData, match="no column 'nurtured'"):
        facts.nurture_balance(bare, UNTIL)


def test_balance_compares_means_of_numbers(data):
    found = facts.nurture_balance(data, UNTIL).set_index("attribute")
    leads = data.frame("leads").astype({"nurtured": bool})
    pages = leads.groupby("nurtured")["pages"]
    wanted = [pages.mean()[True], pages.var()[True], pages.mean()[False], pages.var()[False]]
    assert found.loc["pages"].tolist() == pytest.approx(wanted)
    text = data.frame("leads")[["lead_id", "created_on", "sql_on", "nurtured", "job"]]
    bare = load({"opportunities": data.frame("opportunities"), "leads": text})
    assert facts.nurture_balance(bare, UNTIL).empty


def test_the_latest_leads_come_first(data):
    found = facts.latest_leads(data, UNTIL, (), 2)
    assert found["lead_id"].tolist() == ["L10", "L9"]
    assert isinstance(found["created_day"].iloc[0], pd.Timestamp)
