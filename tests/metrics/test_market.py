"""The market: nine accounts checked by hand, and what must hold for any company."""

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from report_helpers.data import load
from report_helpers.errors import MissingData
from report_helpers.metrics.market import (
    penetration,
    together,
    valued,
    white_space,
    white_space_accounts,
    white_space_value,
)
from report_helpers.metrics.stakes import stakes
from report_helpers.periods import Period

FOLDER = Path(__file__).parent / "scenarios" / "customers"
WEEK = Period(date(2026, 10, 26), date(2026, 11, 2))


@pytest.fixture(scope="module")
def data():
    return load(FOLDER)


@pytest.fixture(scope="module")
def sample():
    return load("sample")


def test_the_white_space_is_as_worked_out_by_hand(data):
    found = white_space(data).set_index("segment")
    assert found.index.tolist() == ["Large", "Small"]  # most worth first
    names = ["addressable", "customers", "others", "outside", "closed", "won", "deal_size"]
    assert found.loc["Large", names].tolist() == [4, 2, 2, 0, 3, 2, 400]
    assert found.loc["Small", names].tolist() == [3, 1, 2, 1, 2, 1, 100]
    assert found["worth"].tolist() == pytest.approx([2 * 2 / 3 * 400, 2 * 0.5 * 100])


def test_the_whole_is_worth_the_sum_of_its_segments(data):
    found = white_space_value(data)
    assert found["value"].item() == pytest.approx(2 * 2 / 3 * 400 + 100)
    assert white_space_accounts(data)["value"].item() == 4
    share = penetration(data)
    assert share[["value", "n"]].values.tolist() == [[pytest.approx(3 / 7), 7]]


@pytest.mark.parametrize("by", ["segment", "industry", "size", "region"])
def test_customers_and_others_make_up_the_market(sample, by):
    found = white_space(sample, WEEK, by)
    accounts = sample.frame("accounts")
    assert (found["customers"] + found["others"] == found["addressable"]).all()
    assert found["addressable"].sum() == accounts["addressable"].sum()
    assert (found["worth"].between(found["worth_low"], found["worth_high"])).all()
    assert (found["shrunk"].between(found["shrunk_low"], found["shrunk_high"])).all()


def test_deals_are_those_of_the_last_52_weeks(sample):
    deals = sample.frame("opportunities")
    year = deals["closed_on"].between("2025-11-03", "2026-11-02", inclusive="left")
    found = white_space(sample, WEEK, ())
    assert found["closed"].item() == (year & (deals["outcome"] != "open")).sum()
    assert (
        found["deal_size"].item() == deals.loc[year & (deals["outcome"] == "won"), "amount"].mean()
    )


def test_a_group_that_surely_wins_less_comes_last_whatever_it_is_worth(sample):
    found = white_space(sample, WEEK)
    assert found["segment"].tolist() == ["Mid-market", "Small business", "Enterprise"]
    assert found["good"].tolist() == [True, True, False]
    worth = found.set_index("segment")["worth"]
    assert worth["Enterprise"] > worth["Small business"]


def test_with_equal_amounts_the_interval_is_that_of_the_win_rate(data):
    deals = data.frame("opportunities")
    deals["amount"] = 250.0
    deals = pd.concat([deals, deals.assign(opportunity_id=deals["opportunity_id"] + "b")])
    same = load({**{n: data.frame(n) for n in ("accounts", "orders")}, "opportunities": deals})
    found = white_space(same).set_index("segment").loc["Large"]
    assert found["deal_low"] == found["deal_high"] == 250
    assert found["worth_low"] / found["worth"] == pytest.approx(
        found["shrunk_low"] / found["shrunk"]
    )
    assert found["worth_high"] / found["worth"] == pytest.approx(
        found["shrunk_high"] / found["shrunk"]
    )


def test_the_interval_holds_the_worth_as_often_as_it_says():
    """Many companies of one known market: about 95 in 100 intervals hold the true worth."""
    draw, held, runs = np.random.default_rng(5), 0, 300
    truth = 49 * 0.3 * np.exp(5 + 0.5**2 / 2)
    for _ in range(runs):
        won = draw.binomial(150, 0.3)
        amounts = draw.lognormal(5, 0.5, won)
        deals = {"closed": 150, "won": won, "paid": won, "others": 49}
        sums = {"amount": amounts.sum(), "squares": amounts @ amounts}
        found = valued(pd.DataFrame([deals | sums])).iloc[0]
        held += found["worth_low"] <= truth <= found["worth_high"]
    assert 0.92 <= held / runs <= 0.98


def test_what_is_not_known_is_not_nil(data):
    deals = data.frame("opportunities").drop(columns="amount")
    bare = load({**{n: data.frame(n) for n in ("accounts", "orders")}, "opportunities": deals})
    found = white_space_value(bare)
    assert found[["status", "reason"]].values.tolist() == [["na", "no amount of won deals"]]
    closed = load(
        {
            **{n: data.frame(n) for n in ("orders", "opportunities")},
            "accounts": data.frame("accounts").assign(addressable=False),
        }
    )
    assert penetration(closed)["reason"].tolist() == ["no addressable account"]
    assert together(pd.DataFrame({"worth": [np.nan], "worth_low": 0.0, "worth_high": 0.0}))[
        "worth"
    ] != pytest.approx(0)


def test_assumptions_stand_beside_the_figures(data):
    accounts = data.frame("accounts").drop(columns=["addressable", "segment"])
    bare = load({"accounts": accounts, "opportunities": data.frame("opportunities")})
    found = penetration(bare)
    assert found["status"].item() == "provisional"
    assert found["reason"].item() == (
        "orders are taken from won deals; nobody marked the addressable accounts: all count"
    )
    assert found["n"].item() == 9
    assert white_space_value(bare)["value"].notna().all()


def test_without_accounts_there_is_no_market(data):
    with pytest.raises(MissingData, match="no table 'accounts'"):
        white_space(load({"opportunities": data.frame("opportunities")}))


def test_stakes_are_cases_times_rate_times_amount(data, sample):
    assert stakes(data) == {
        "win_rate": pytest.approx(120 * 3 / 6),
        "market": pytest.approx(2 * 2 / 3 * 400),
    }  # no pair goes together
    found = stakes(sample, WEEK)
    assert set(found) == {"win_rate", "market", "cross_sell"}
    assert found["market"] == white_space(sample, WEEK)["worth"].iloc[0]
    bare = data.frame("opportunities").drop(columns=["account_id", "amount"])
    assert stakes(load({"opportunities": bare})) == {}
