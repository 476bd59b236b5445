import datetime as dt

import pandas as pd
import plain_facts as plain
import pytest

from report_helpers import facts
from report_helpers.errors import MissingData

LATE = dt.date(2026, 1, 1)


@pytest.mark.parametrize("by", [(), ("segment",), ("region", "source")])
@pytest.mark.parametrize("fact", ["lead_flow", "touch_hours", "rejections"])
def test_equals_plain_pandas(held, company, until, fact, by):
    tables = company(seed=10 + len(by), size=120)
    result = getattr(facts, fact)(held(tables), until, by)
    pd.testing.assert_frame_equal(
        result, getattr(plain, fact)(tables, until, by), check_dtype=False
    )


def test_every_lead_counts_once_in_each_stage_it_reached(held, company, until):
    tables = company(seed=11, size=200)
    leads = tables["leads"][~(tables["leads"]["created_on"] >= pd.Timestamp(until))]
    flow = facts.lead_flow(held(tables), until, by="source").groupby("stage")["n"].sum()
    assert flow.get("inquiry", 0) == len(leads)
    assert flow.get("mql", 0) == (leads["mql_on"] < pd.Timestamp(until)).sum()
    assert flow.get("won", 0) <= flow.get("opportunity", 0) <= len(leads)


def test_parts_add_up_to_the_whole(held, company):
    data = held(company(seed=12, size=200))
    for fact in (facts.lead_flow, facts.touch_hours, facts.rejections):
        whole, parts = fact(data, LATE), fact(data, LATE, by=("segment", "region"))
        keys = [c for c in whole.columns if c != "n"]
        again = parts.groupby(keys, dropna=False)["n"].sum().reset_index()
        pd.testing.assert_frame_equal(again, whole, check_dtype=False)


def leads_of(*rows, **dates):
    frame = pd.DataFrame({"lead_id": list(rows)})
    for column, values in dates.items():
        frame[column] = pd.to_datetime(pd.Series(values), format="ISO8601")
    return frame


def deals_of(*rows):
    frame = pd.DataFrame(rows, columns=["lead_id", "created_on", "closed_on", "outcome"])
    frame.insert(0, "opportunity_id", [f"D{n}" for n in range(len(frame))])
    dates = {c: pd.to_datetime(frame[c], format="ISO8601") for c in ("created_on", "closed_on")}
    return frame.assign(**dates)


def test_first_deal_and_earliest_win_count(held):
    tables = {
        "leads": leads_of("L1", created_on=["2026-01-01"]),
        "opportunities": deals_of(
            ("L1", "2026-02-10", "2026-03-10", "won"),
            ("L1", "2026-02-03", "2026-04-07", "won"),
            ("L1", "2026-01-20", "2026-01-21", "lost"),
        ),
    }
    flow = facts.lead_flow(held(tables), dt.date(2026, 6, 1)).set_index("stage")
    assert flow.loc["opportunity", "reached_week"] == pd.Timestamp("2026-01-19")
    assert flow.loc["won", "reached_week"] == pd.Timestamp("2026-03-09")
    assert set(flow["n"]) == {1}


def test_a_deal_without_a_date_still_counts(held):
    tables = {
        "leads": leads_of("L1", created_on=["2026-01-01"]),
        "opportunities": deals_of(("L1", None, None, "won")),
    }
    flow = facts.lead_flow(held(tables), dt.date(2026, 6, 1)).set_index("stage")
    assert flow.loc[["opportunity", "won"], "reached_week"].isna().all()
    assert set(flow["n"]) == {1}


def test_stages_reached_on_until_are_not_reached_yet(held):
    tables = {
        "leads": leads_of("L1", created_on=["2026-01-01"], mql_on=["2026-02-01"]),
        "opportunities": deals_of(("L1", "2026-01-30", "2026-02-01", "won")),
    }
    data = held(tables)
    assert list(facts.lead_flow(data, dt.date(2026, 2, 1))["stage"]) == ["inquiry", "opportunity"]
    assert len(facts.lead_flow(data, dt.date(2026, 2, 2))) == 4


def test_stages_the_data_cannot_tell_of_have_no_rows(held, company):
    tables = company(seed=13)
    tables["leads"] = tables["leads"].drop(columns="sql_on")
    tables["opportunities"] = tables["opportunities"].drop(columns="lead_id")
    stages = set(facts.lead_flow(held(tables), LATE)["stage"])
    assert stages == {"inquiry", "mql", "accepted", "rejected"}


@pytest.mark.parametrize(
    ("touched", "hours"),
    [("2026-01-05T10:05:59", 0.0), ("2026-01-05T10:06", 0.1), ("2026-01-05T09:59", -0.1)],
)
def test_hours_are_rounded_down_to_a_tenth(held, touched, hours):
    leads = leads_of(
        "L1", created_on=["2026-01-01"], mql_on=["2026-01-05T10:00"], first_touch_at=[touched]
    )
    result = facts.touch_hours(held({"leads": leads}), dt.date(2026, 2, 1))
    assert result["hours"].item() == pytest.approx(hours)


def test_a_touch_after_until_has_not_happened(held):
    leads = leads_of(
        "L1", created_on=["2026-01-01"], mql_on=["2026-01-05"], first_touch_at=["2026-01-09"]
    )
    result = facts.touch_hours(held({"leads": leads}), dt.date(2026, 1, 9))
    assert result["hours"].isna().all()
    assert result["n"].sum() == 1


def test_an_empty_table_gives_empty_frames(held, company):
    tables = company(seed=14)
    tables["leads"] = tables["leads"].head(0)
    data = held(tables)
    for fact in (facts.lead_flow, facts.touch_hours, facts.rejections):
        assert fact(data, LATE, by="segment").empty


@pytest.mark.parametrize(
    ("fact", "column"),
    [
        ("touch_hours", "mql_on"),
        ("touch_hours", "first_touch_at"),
        ("rejections", "rejected_on"),
        ("rejections", "rejection_reason"),
    ],
)
def test_a_missing_column_is_named(held, company, fact, column):
    tables = company(seed=15)
    tables["leads"] = tables["leads"].drop(columns=column)
    with pytest.raises(MissingData, match=f"'leads' has no column '{column}'"):
        getattr(facts, fact)(held(tables), LATE)


def test_a_dimension_the_leads_lack_is_named(held, company):
    with pytest.raises(MissingData, match="'leads' has no column 'owner'"):
        facts.lead_flow(held(company(seed=16)), LATE, by="owner")
