import datetime as dt

import pandas as pd
import plain_facts as plain
import pytest

from report_helpers import facts
from report_helpers.errors import MissingData

LATE = dt.date(2026, 1, 1)


@pytest.mark.parametrize("by", [(), ("segment",), ("source", "segment")])
@pytest.mark.parametrize("fact", ["responses", "spend"])
def test_equals_plain_pandas(held, company, until, fact, by):
    tables = company(seed=20 + len(by), size=120)
    result = getattr(facts, fact)(held(tables), until, by)
    pd.testing.assert_frame_equal(
        result, getattr(plain, fact)(tables, until, by), check_dtype=False
    )


def test_campaign_results_equal_plain_pandas(held, company, until):
    tables = company(seed=21, size=120)
    result = facts.campaign_results(held(tables), until)
    pd.testing.assert_frame_equal(result, plain.campaign_results(tables, until), check_dtype=False)


def campaign(start, end=None, cost=70.0, status="running"):
    row = {"campaign_id": "C1", "name": "Spring", "channel": "web", "segment": None}
    dates = {"starts_on": pd.Timestamp(start), "ends_on": pd.Timestamp(end) if end else pd.NaT}
    return {"campaigns": pd.DataFrame([row | dates | {"cost": cost, "status": status}])}


@pytest.mark.parametrize(
    ("end", "until", "costs"),
    [
        ("2026-01-10", "2026-02-01", [40, 60]),  # Thu 1 Jan to Sat 10 Jan, both included
        ("2026-01-10", "2026-01-06", [80, 20]),  # spent so far, over five days so far
        (None, "2026-01-06", [80, 20]),  # no end: it runs on
        ("2025-12-01", "2026-02-01", [100]),  # an end before the start
        ("2026-01-10", "2026-01-01", []),  # not begun
    ],
)
def test_cost_spreads_over_the_days_it_ran(held, end, until, costs):
    data = held(campaign("2026-01-01", end, cost=100))
    result = facts.spend(data, dt.date.fromisoformat(until))
    assert result["cost"].tolist() == pytest.approx(costs)
    assert (result["week"].dt.day_of_week == 0).all()


def test_a_plan_without_an_end_has_spent_nothing(held):
    assert facts.spend(held(campaign("2026-01-01", status="planned")), LATE).empty


def test_weeks_of_a_campaign_add_up_to_its_cost(held, company, until):
    campaigns = company(seed=22, size=300)["campaigns"]
    begun = campaigns["starts_on"] < pd.Timestamp(until)
    endless_plan = (campaigns["status"] == "planned") & campaigns["ends_on"].isna()
    total = campaigns.loc[begun & ~endless_plan, "cost"].sum()
    data = held({"campaigns": campaigns})
    for by in ((), ("source",), ("segment", "source")):
        assert facts.spend(data, until, by)["cost"].sum() == pytest.approx(total)


def test_unknown_cost_is_not_nought(held):
    result = facts.spend(held(campaign("2025-12-29", "2026-01-04", cost=None)), dt.date(2026, 2, 1))
    assert len(result) == 1
    assert result["cost"].isna().all()


def test_an_answer_to_an_unknown_campaign_counts(held, company):
    tables = company(seed=23, size=200)
    result = facts.responses(held(tables), LATE, by="source")
    unknown = (tables["responses"]["campaign_id"] == "unheard-of").sum()
    assert unknown > 0
    assert result["n"].sum() == len(tables["responses"])
    assert result.loc[result["source"] == "(none)", "n"].sum() >= unknown


def test_what_nobody_recorded_is_missing_not_nought(held, company):
    tables = company(seed=24)
    only = held({"campaigns": tables["campaigns"]})
    assert facts.campaign_results(only, LATE)[["responses", "leads", "mqls"]].isna().all(axis=None)
    tables["leads"] = tables["leads"].drop(columns="sql_on")
    result = facts.campaign_results(held(tables), LATE)
    assert result["sqls"].isna().all()
    assert result["mqls"].notna().all()


def test_a_campaign_nobody_answered_has_nought(held, company):
    tables = company(seed=25)
    for name in ("responses", "leads"):
        tables[name] = tables[name].head(0)
    result = facts.campaign_results(held(tables), LATE)
    assert (result[["responses", "leads", "mqls", "sqls"]] == 0).all(axis=None)


def test_missing_tables_and_columns_are_named(held, company):
    tables = company(seed=26)
    with pytest.raises(MissingData, match="no table 'campaigns'"):
        facts.spend(held({"leads": tables["leads"]}), LATE)
    with pytest.raises(MissingData, match="no table 'responses'"):
        facts.responses(held({"leads": tables["leads"]}), LATE)
    with pytest.raises(MissingData, match="'campaigns' has no column 'region'"):
        facts.responses(held(tables), LATE, by="region")
    tables["campaigns"] = tables["campaigns"].drop(columns="cost")
    with pytest.raises(MissingData, match="'campaigns' has no column 'cost'"):
        facts.spend(held(tables), LATE)
