import datetime as dt
import math

import pandas as pd
import plain_facts as plain
import pytest

from report_helpers import facts
from report_helpers.errors import MissingData

SAME = {"check_dtype": False, "check_exact": False}


@pytest.mark.parametrize("by", [(), ("segment",), ("owner", "product")])
@pytest.mark.parametrize("fact", ["deal_flow", "deal_days", "losses", "won_by_day"])
def test_equals_plain_pandas(held, company, until, fact, by):
    tables = company(seed=len(by), size=120)
    result = getattr(facts, fact)(held(tables), until, by)
    pd.testing.assert_frame_equal(result, getattr(plain, fact)(tables, until, by), **SAME)


def test_every_deal_that_exists_lands_in_one_row(held, company, until):
    tables = company(seed=1, size=200)
    exists = ~(tables["opportunities"]["created_on"] >= pd.Timestamp(until))
    for fact in (facts.deal_flow, facts.deal_days):
        assert fact(held(tables), until, by="region")["n"].sum() == exists.sum()


def test_parts_add_up_to_the_whole(held, company):
    data, until = held(company(seed=2, size=200)), dt.date(2024, 10, 1)
    for fact in (facts.deal_flow, facts.losses, facts.won_by_day):
        whole, parts = fact(data, until), fact(data, until, by=("segment", "source"))
        keys = [c for c in whole.columns if c not in ("n", "amount", "n_amount")]
        again = parts.groupby(keys, dropna=False)[["n", "amount"]].sum(min_count=1).reset_index()
        pd.testing.assert_frame_equal(again, whole[again.columns], **SAME)


def test_a_deal_closed_on_until_is_still_open(deals):
    data = deals(("2026-01-05", "2026-02-01", "won", 10), ("2026-01-05", "2026-01-31", "won", 10))
    flow = facts.deal_flow(data, dt.date(2026, 2, 1))
    assert list(flow["outcome"]) == ["won", "open"]
    assert flow["closed_week"].isna().tolist() == [False, True]


def test_a_deal_opened_on_until_is_not_there(deals):
    data = deals(("2026-02-01", None, "open", 10), ("2026-01-31T23:59:59", None, "open", 10))
    assert facts.deal_flow(data, dt.date(2026, 2, 1))["n"].sum() == 1


def test_monday_midnight_begins_the_new_week(deals):
    data = deals(("2026-11-01T23:59:59", None, "open", 1), ("2026-11-02", None, "open", 1))
    weeks = facts.deal_flow(data, dt.date(2027, 1, 1))["created_week"]
    assert list(weeks) == [pd.Timestamp("2026-10-26"), pd.Timestamp("2026-11-02")]


def test_week_53_is_a_week_of_its_own(deals):
    data = deals(("2020-12-27", None, "open", 1), ("2021-01-03", None, "open", 1))
    weeks = facts.deal_flow(data, dt.date(2021, 2, 1))["created_week"]
    assert list(weeks) == [pd.Timestamp("2020-12-21"), pd.Timestamp("2020-12-28")]


def test_days_count_midnights_over_a_leap_day(deals):
    data = deals(
        ("2024-02-28T23:00", "2024-03-01T01:00", "won", 1), ("2024-02-28", None, "open", 1)
    )
    ages = facts.deal_days(data, dt.date(2024, 3, 3)).set_index("outcome")["days"]
    assert ages.to_dict() == {"won": 2, "open": 3}


def test_dates_that_are_wrong_or_missing_stay_visible(deals):
    data = deals(
        ("2026-01-10", "2026-01-08", "won", 1),
        (None, "2026-01-08", "lost", 1),
        ("2026-01-10", None, "lost", 1),
    )
    ages = facts.deal_days(data, dt.date(2026, 2, 1))
    assert ages["n"].sum() == 3
    assert ages["days"].min() == -2
    assert ages["days"].isna().sum() == 2
    flow = facts.deal_flow(data, dt.date(2026, 2, 1))
    assert sorted(flow["outcome"]) == ["lost", "lost", "won"]


def test_no_amount_is_not_nought(deals):
    flow = facts.deal_flow(deals(("2026-01-10", None, "open", None)), dt.date(2026, 2, 1))
    assert math.isnan(flow["amount"].item())
    assert flow["n_amount"].item() == 0


def test_an_amount_of_nought_is_counted_apart(deals):
    data = deals(("2026-01-10", None, "open", 0), ("2026-01-10", None, "open", 5))
    flow = facts.deal_flow(data, dt.date(2026, 2, 1))
    assert flow[["n", "amount", "n_amount"]].iloc[0].tolist() == [2, 5, 1]


def test_without_an_amount_column_there_is_no_amount(held, company):
    tables = company(seed=3)
    tables["opportunities"] = tables["opportunities"].drop(columns=["amount", "closed_on"])
    flow = facts.deal_flow(held(tables), dt.date(2026, 1, 1))
    assert flow["amount"].isna().all()
    assert flow["closed_week"].isna().all()
    assert flow["n"].sum() == len(tables["opportunities"])


def test_an_empty_table_gives_an_empty_frame(deals):
    data, until = deals(), dt.date(2026, 1, 1)
    flow = facts.deal_flow(data, until)
    assert flow.empty
    assert flow["created_week"].dtype.kind == "M"
    assert facts.deal_days(data, until).empty


@pytest.mark.parametrize(
    ("fact", "column"),
    [
        ("losses", "loss_reason"),
        ("deal_days", "closed_on"),
        ("won_by_day", "closed_on"),
    ],
)
def test_a_missing_column_is_named(held, company, fact, column):
    tables = company(seed=4)
    tables["opportunities"] = tables["opportunities"].drop(columns=column)
    with pytest.raises(MissingData, match=f"'opportunities' has no column '{column}'"):
        getattr(facts, fact)(held(tables), dt.date(2026, 1, 1))
