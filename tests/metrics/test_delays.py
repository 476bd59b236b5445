"""Delays: what is late, what it is worth, and that the sample's planted one is the only change."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from report_helpers.data import load
from report_helpers.metrics.delays import delays
from report_helpers.metrics.steps import step_waits
from report_helpers.periods import Period

UNTIL = date(2026, 4, 6)
QUARTER = Period(UNTIL - timedelta(weeks=13), UNTIL)


def company(waiting):
    """Twenty deals that took 1 to 20 days in Offer a year ago, and deals that wait there now."""
    old = pd.Timestamp("2025-09-01")
    past = [(f"P{d}", old, old + pd.Timedelta(days=d), "won", 10.0) for d in range(1, 21)]
    eve = pd.Timestamp(UNTIL) - pd.Timedelta(days=1)
    now = [
        (f"N{place}", eve - pd.Timedelta(days=days), None, "open", amount)
        for place, (days, amount) in enumerate(waiting)
    ]
    columns = ["opportunity_id", "created_on", "closed_on", "outcome", "amount"]
    deals = pd.DataFrame([*past, *now], columns=columns).assign(segment="A")
    deals["closed_on"] = pd.to_datetime(deals["closed_on"])
    events = deals[["opportunity_id", "created_on"]].rename(columns={"created_on": "entered_at"})
    return load({"opportunities": deals, "stage_events": events.assign(stage="Offer")})


def test_late_is_longer_than_nine_in_ten_and_not_longer_than_any():
    found = delays(company([(5, 1.0), (19, 100.0), (20, 50.0), (21, 9.0), (20, None)]), QUARTER)
    row = found.iloc[0]
    assert (row["usual"], row["limit"]) == (11.0, 19.0)
    assert (row["late"], row["stale"], row["waiting"]) == (2.0, 1.0, 5.0)
    assert (row["amount"], row["n_amount"]) == (50.0, 1.0)
    assert row["excess"] == 9.0
    assert row["money_days"] == 50.0 * 9
    assert row["change"] == "too few"


def test_without_amounts_the_money_is_missing_not_zero():
    row = delays(company([(20, None)]), QUARTER).iloc[0]
    assert np.isnan(row[["amount", "money_days"]].astype(float)).all()
    assert row["late"] == 1.0


def test_nothing_late_is_no_row():
    assert delays(company([(3, 5.0)]), QUARTER).empty
    assert delays(company([]), QUARTER).empty
    assert delays(company([(20, 5.0)]), "all").empty  # nothing lies before


def test_the_costliest_comes_first_and_those_without_money_last():
    one = company([(20, 5.0)])
    deals, events = one.frame("opportunities"), one.frame("stage_events")
    parts = [(name, deals.assign(segment=name), amount)
             for name, amount in (("A", 5.0), ("B", 50.0), ("C", None))]  # fmt: skip
    tables = {
        "opportunities": pd.concat([
            d.assign(opportunity_id=name + d["opportunity_id"],
                     amount=d["amount"].where(d["outcome"] != "open", amount))
            for name, d, amount in parts
        ]),
        "stage_events": pd.concat([
            events.assign(opportunity_id=name + events["opportunity_id"]) for name, _, _ in parts
        ]),
    }  # fmt: skip
    assert delays(load(tables), QUARTER, "segment")["segment"].tolist() == ["B", "A", "C"]


@pytest.fixture(scope="module")
def sample():
    return load("sample")


def test_the_slow_approval_of_the_sample_is_found_and_nothing_else(sample):
    period = Period(date(2026, 8, 3), date(2026, 11, 2))
    found = step_waits(sample, period, "segment")
    changed = found[found["change"].isin(["longer", "shorter"])]
    assert changed[["group", "change"]].to_numpy().tolist() == [["Enterprise, Approval", "longer"]]
    assert (found["change"] != "too few").all()
    row = changed.iloc[0]
    assert row["value"] > 1.4 * row["before"]
    top = delays(sample, period, "segment").iloc[0]
    assert (top["segment"], top["stage"], top["change"]) == ("Enterprise", "Approval", "longer")


@pytest.mark.parametrize("weeks_earlier", [26, 39, 52])
def test_before_it_was_planted_nothing_is_called_a_change(sample, weeks_earlier):
    end = date(2026, 11, 2) - timedelta(weeks=weeks_earlier)
    found = step_waits(sample, Period(end - timedelta(weeks=13), end), "segment")
    assert set(found["change"]) <= {"none", "too few"}
