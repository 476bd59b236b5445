"""Cross-selling and market on public data that hold deals and accounts, but no orders."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import report_helpers as rh
from report_helpers.data.dataset import Dataset

pytestmark = pytest.mark.realdata
DERIVED = "orders are taken from won deals"


@pytest.fixture(scope="module")
def maven(real: Path) -> Dataset:
    return rh.load(real / "maven_crm", mapping=Path(__file__).parent / "maven_crm.toml")


@pytest.fixture(scope="module")
def owns(real: Path) -> pd.DataFrame:
    """Which account ever won which product, straight from the file."""
    deals = pd.read_csv(real / "maven_crm" / "sales_pipeline.csv")
    won = deals[(deals["deal_stage"] == "Won") & deals["account"].notna()]
    return pd.crosstab(won["account"], won["product"].replace("GTXPro", "GTX Pro")) > 0


def test_every_account_is_a_customer_with_several_products(
    maven: Dataset, owns: pd.DataFrame
) -> None:
    found = rh.second_product_rate(maven).iloc[0]
    assert (found["value"], found["n"]) == ((owns.sum(axis=1) > 1).mean(), len(owns)) == (1, 85)
    assert found["reason"] == DERIVED
    assert rh.penetration(maven)["value"].tolist() == [1]
    assert rh.white_space(maven)["others"].sum() == 0


def test_pairs_are_those_in_the_file(maven: Dataset, owns: pd.DataFrame) -> None:
    found = rh.pair_lift(maven)
    assert len(found) == 7 * 6 / 2
    for row in found.to_dict(orient="records"):
        one, other = owns[row["product"]], owns[row["other"]]
        assert row["both"] == (one & other).sum()
        assert row["value"] == pytest.approx((one & other).mean() / one.mean() / other.mean())
    assert not (found["q"] < 0.05).any()  # nearly all accounts have all products but one


def test_accounts_to_offer_the_rare_product_are_those_without_it(
    maven: Dataset, owns: pd.DataFrame
) -> None:
    found = rh.accounts_to_approach(maven, pair=("GTK 500", "GTX Pro"), limit=100)
    assert set(found["account_id"]) == set(owns.index[~owns["GTK 500"] & owns["GTX Pro"]])
    assert len(found) == 73
    assert set(found["offer"]) == {"GTK 500"}


def test_without_an_end_nobody_can_be_seen_to_leave(maven: Dataset) -> None:
    found = rh.retention(maven)
    assert set(found["status"]) == {"na"}
    assert set(found["reason"]) == {
        "orders are won deals without an end: nobody can be seen to leave"
    }
