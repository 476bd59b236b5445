"""Accounts to approach: only those who can be, ranked by what tells the others apart."""

from pathlib import Path

import pandas as pd
import pytest

from report_helpers.data import load
from report_helpers.errors import MissingData, UnknownName
from report_helpers.metrics.approach import PRIOR, accounts_to_approach, attribute_raises, best_pair

FOLDER = Path(__file__).parent / "scenarios" / "customers"


@pytest.fixture(scope="module")
def data():
    return load(FOLDER)


@pytest.fixture(scope="module")
def sample():
    return load("sample")


def test_the_two_accounts_that_could_use_the_other_product(data):
    found = accounts_to_approach(data, pair=("Probe", "Meter")).set_index("account_id")
    assert found[["has", "offer"]].T.to_dict("list") == {
        "A3": ["Meter", "Probe"],
        "A4": ["Probe", "Meter"],
    }
    assert found.attrs["candidates"] == 2
    assert (found.attrs["both"], found.attrs["n"]) == (1, 5)


def test_the_score_is_as_worked_out_by_hand(data):
    """One of five has both: Pharma 1 of 2, Food 0 of 2, Small 1 of 2, North 1 of 1."""
    found = accounts_to_approach(data, pair=("Meter", "Probe")).set_index("account_id")
    assert found.loc["A3", "reasons"] == (("industry", "Pharma", pytest.approx(1.25)),)
    north = (1 + PRIOR * 0.2) / (1 + PRIOR) / 0.2
    assert found.loc["A3", "score"] == pytest.approx(0.25 / (3 * 0.25 + north - 1))
    assert found.loc["A4", "score"] == 0  # Large, Food, 250+, South: none of them


def test_raises_are_smoothed_and_one_where_nothing_differs():
    seen = pd.DataFrame({"segment": ["A", "B", "C"], "n": [1, 100, 99], "both": [1, 50, 49]})
    found = attribute_raises(seen).set_index("value")["raises"]
    assert found["A"] == pytest.approx((1 + 5) / 11 / 0.5)  # one customer proves little
    assert found["B"] == pytest.approx(1.0)
    nobody = attribute_raises(seen.assign(both=0))
    assert (nobody["raises"] == 1).all()
    assert attribute_raises(pd.DataFrame({"n": [3], "both": [1]})).empty


def test_an_account_that_has_both_is_never_in_the_list(sample):
    found = accounts_to_approach(sample, limit=1000)
    orders = sample.frame("orders")
    pair = found.attrs["pair"]
    assert pair == ("Calibration", "Flow meter")
    ever = orders[orders["product"].isin(pair)].groupby("account_id")["product"].nunique()
    assert (ever[found["account_id"]] == 1).all()
    accounts = sample.frame("accounts").set_index("account_id")
    assert accounts.loc[found["account_id"], "addressable"].all()
    assert len(found) == found.attrs["candidates"]
    assert (found["offer"] != found["has"]).all()


def test_the_best_come_first_and_no_more_than_asked_for(sample):
    found = accounts_to_approach(sample, limit=5)
    assert len(found) == 5
    assert found["score"].is_monotonic_decreasing
    assert found["score"].between(0, 1).all()
    industries = {
        value for told in found["reasons"] for name, value, _ in told if name == "industry"
    }
    assert industries <= {"Food and drink", "Pharmaceuticals"}  # where the law wants it


def test_without_a_pair_that_goes_together_there_is_no_list(data):
    assert best_pair(data) is None
    found = accounts_to_approach(data)
    assert found.empty
    assert {"account_id", "offer", "score"} <= set(found.columns)


def test_an_unknown_product_is_refused(data):
    with pytest.raises(UnknownName, match="did you mean 'Meter'"):
        accounts_to_approach(data, pair=("Metre", "Probe"))


def test_without_accounts_there_is_nobody_to_name(data):
    bare = load({name: data.frame(name) for name in ("opportunities", "orders")})
    with pytest.raises(MissingData, match="no table 'accounts'"):
        accounts_to_approach(bare, pair=("Meter", "Probe"))
