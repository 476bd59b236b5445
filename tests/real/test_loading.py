"""Public data nobody here wrote, read through mappings alone."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from report_helpers.data import Dataset, load

pytestmark = pytest.mark.realdata
HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def maven(real: Path) -> Dataset:
    return load(real / "maven_crm", HERE / "maven_crm.toml")


@pytest.fixture(scope="module")
def olist(real: Path) -> Dataset:
    return load(real / "olist_funnel", HERE / "olist_funnel.toml")


def test_maven_deals(maven: Dataset) -> None:
    deals = maven.frame("opportunities")
    assert len(deals) == 8_800
    assert deals["outcome"].value_counts().to_dict() == {"won": 4_238, "lost": 2_473, "open": 2_089}
    assert deals["created_on"].isna().sum() == 500
    assert deals.loc[deals["outcome"] == "won", "amount"].sum() == 10_005_534
    assert maven.values("region") == ["Central", "East", "West"]
    assert "technology" in maven.values("segment")
    assert "technolgy" not in maven.values("segment")
    assert maven.last_day == date(2017, 12, 31)
    assert maven.frame("accounts")["addressable"].all()


def test_maven_audit(maven: Dataset) -> None:
    audit = maven.audit.tables["opportunities"]
    translated = {remark.what: remark.count for remark in audit.translated}
    assert translated["product 'GTXPro' read as 'GTX Pro'"] == 1_480
    observed = {remark.what: remark.count for remark in audit.observed}
    assert observed["open deals without an account"] == 1_425
    assert observed["lost deals with an amount of 0"] == 2_473
    assert observed["deals without a created date"] == 500
    assert {item.name for item in maven.inputs} == {
        *("accounts.csv", "sales_pipeline.csv", "sales_teams.csv", "maven_crm.toml"),
    }


def test_day_month_variant_gives_the_same_tables(real: Path, maven: Dataset) -> None:
    other = load(real / "maven_crm", HERE / "maven_crm_ddmm.toml")
    assert list(other.tables) == list(maven.tables)
    for name in maven.tables:
        pd.testing.assert_frame_equal(other.frame(name), maven.frame(name))


def test_olist(olist: Dataset) -> None:
    leads, deals = olist.frame("leads"), olist.frame("opportunities")
    assert (len(leads), len(deals)) == (8_000, 842)
    assert leads["source"].isna().sum() == 60
    won = deals.merge(leads, on="lead_id", suffixes=("", "_of_lead"))
    assert won["source"].value_counts(dropna=False)["organic_search"] == 271
    assert (won["created_on"] == won["created_on_of_lead"]).all()
    assert set(leads.columns) - {"landing_page_id"} == {
        *("lead_id", "created_on", "source", "mql_on"),
    }
    early = olist.audit.tables["opportunities"].observed
    assert [(remark.what, remark.count) for remark in early] == [("closed_on before created_on", 1)]
    assert olist.audit.tables["leads"].first is not None
