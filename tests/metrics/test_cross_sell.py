"""Second products and product pairs: by hand, against scipy and statsmodels, and by simulation."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import fisher_exact
from statsmodels.stats.multitest import multipletests

from report_helpers.data import load
from report_helpers.errors import MissingData
from report_helpers.metrics.cross_sell import pair_lift, second_product_rate

FOLDER = Path(__file__).parent / "scenarios" / "customers"


@pytest.fixture(scope="module")
def data():
    return load(FOLDER)


def shop(held):
    """A company of won deals: account by account, the products it has."""
    rows = [(account, product) for account, products in held.items() for product in products]
    frame = pd.DataFrame(rows, columns=["account_id", "product"])
    day = pd.Timestamp("2026-01-05")
    fixed = {"outcome": "won", "created_on": day, "closed_on": day}
    return load({"opportunities": frame.assign(opportunity_id=frame.index.astype(str), **fixed)})


def random_shop(seed, size=300):
    draw = np.random.default_rng(seed)
    owns = draw.random((size, 4)) < [0.5, 0.4, 0.3, 0.2]
    owns[:, 1] |= owns[:, 0] & (draw.random(size) < 0.5)
    return {f"A{n}": np.array(list("PQRS"))[row] for n, row in enumerate(owns) if row.any()}


def test_one_of_five_customers_has_a_second_product(data):
    found = second_product_rate(data)
    assert found[["value", "n", "status"]].values.tolist() == [[0.2, 5, "ok"]]
    split = second_product_rate(data, by="segment").set_index("group")
    assert split["n"].to_dict() == {"(none)": 1, "Large": 2, "Small": 2}
    assert split["value"].to_dict() == {"(none)": 0, "Large": 0, "Small": 0.5}


def test_the_lift_is_as_worked_out_by_hand(data):
    found = pair_lift(data).iloc[0]
    assert found["group"] == "Meter + Probe"
    counts = found[["n", "n_one", "n_other", "both", "expected"]].tolist()
    assert counts == pytest.approx([5, 3, 3, 1, 1.8])
    assert found["value"] == pytest.approx(5 / 9)
    assert found["low"] < found["value"] < found["high"]


def test_the_same_product_twice_counts_once():
    found = second_product_rate(shop({"A": ["P", "P"], "B": ["P", "Q"]}))
    assert found[["value", "n"]].values.tolist() == [[0.5, 2]]


def test_orders_taken_from_won_deals_are_told():
    for found in (second_product_rate(shop({"A": "PQ"})), pair_lift(shop({"A": "PQ", "B": "P"}))):
        assert set(found["reason"]) == {"orders are taken from won deals"}
        assert set(found["status"]) == {"provisional"}


def test_one_product_makes_no_pair():
    found = pair_lift(shop({"A": "P", "B": "P"}))
    assert found[["status", "reason"]].values.tolist() == [
        ["na", "fewer than two products are sold"]
    ]


def test_what_every_customer_has_says_nothing():
    found = pair_lift(shop({"A": "PQ", "B": "P", "C": "PQ"})).iloc[0]
    assert found["value"] == 1
    assert found["p"] == 1
    assert np.isnan(found["low"])


def test_a_pair_nobody_has_is_nil_and_has_no_interval():
    found = pair_lift(shop({"A": "P", "B": "Q", "C": "R"}))
    assert found["value"].tolist() == [0, 0, 0]
    assert found["low"].isna().all()


@pytest.mark.parametrize("seed", range(3))
def test_p_and_q_are_those_of_scipy_and_statsmodels(seed):
    held = random_shop(seed)
    found = pair_lift(shop(held))
    assert len(found) == 6
    for row in found.itertuples():
        table = np.zeros((2, 2))
        for products in held.values():
            table[int(row.product in products), int(row.other in products)] += 1
        assert row.p == pytest.approx(fisher_exact(table).pvalue)
        assert row.both == table[1, 1]
    assert found["q"].tolist() == pytest.approx(multipletests(found["p"], method="fdr_bh")[1])


def test_the_interval_of_a_lift_is_as_wide_as_lifts_scatter():
    """Customers drawn anew many times: the log of the lift scatters as the interval says."""
    draw, shares = np.random.default_rng(0), [0.15, 0.25, 0.2, 0.4]  # both, one, other, neither
    both, one, other, none = draw.multinomial(400, shares, 4000).T.astype(float)
    scatter = np.std(np.log(both * 400 / ((both + one) * (both + other))))
    counts = [60, 100, 80, 160]
    names = ["PQ", "P", "Q", "R"]
    held = {f"{n}{i}": n for n, count in zip(names, counts, strict=True) for i in range(count)}
    found = pair_lift(shop(held)).set_index("group").loc["P + Q"]
    assert found["value"] == pytest.approx(60 * 400 / (160 * 140))
    width = np.log(found["high"] / found["low"]) / (2 * 1.96)
    assert width == pytest.approx(scatter, rel=0.05)
    assert len(both) == len(none)


def test_pairs_within_segments_name_both(data):
    found = pair_lift(data, by="segment")
    assert found["by"].unique().tolist() == ["segment, pair"]
    assert set(found["group"]) == {"Large, Meter + Probe", "Small, Meter + Probe"}


def test_accounts_have_no_owner(data):
    with pytest.raises(MissingData, match="accounts have no 'owner'"):
        second_product_rate(data, by="owner")
