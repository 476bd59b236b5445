"""A large sample company, made in blocks, is one company: like the small one, only larger."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

from report_helpers.data import load
from report_helpers.data.contracts import TABLES
from report_helpers.data.sample import blocks, generate
from report_helpers.data.sample.blocks import LARGE, sizes

WEEKS, DEALS, SIZE = 40, 1_500, 500
Frames = dict[str, pd.DataFrame]


@pytest.fixture(scope="module")
def company() -> Frames:
    """All blocks below each other."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(blocks, "BLOCK", SIZE)
        parts = list(blocks.blocks(weeks=WEEKS, deals=DEALS))
    assert len(parts) == DEALS // SIZE
    names = parts[0]
    return {n: pd.concat([p[n] for p in parts if n in p], ignore_index=True) for n in names}


@pytest.mark.parametrize("deals", [1, 99_999, 100_000, 100_001, 10_000_000])
def test_blocks_are_alike_and_none_is_empty(deals: int) -> None:
    found = sizes(deals)
    assert sum(found) == deals
    assert max(found) - min(found) <= 1
    assert 0 < max(found) <= blocks.BLOCK


def test_tables_are_those_of_the_small_company(company: Frames) -> None:
    small = generate(weeks=WEEKS, deals=SIZE)
    assert sorted(company) == sorted(small)
    for name, frame in company.items():
        assert frame.columns.equals(small[name].columns), name
        assert frame.dtypes.equals(small[name].dtypes), name


def test_keys_are_unique_and_lead_somewhere(company: Frames) -> None:
    for name in LARGE:
        if key := list(TABLES[name].key):
            assert not company[name].duplicated(key).any(), name
    for child, parent, key in (
        ("opportunities", "leads", "lead_id"),
        ("opportunities", "accounts", "account_id"),
        ("stage_events", "opportunities", "opportunity_id"),
        ("leads", "campaigns", "campaign_id"),
        ("responses", "leads", "lead_id"),
        ("touches", "leads", "lead_id"),
        ("orders", "accounts", "account_id"),
    ):
        known = company[child][key].dropna()
        assert len(known)
        assert known.isin(company[parent][key]).all(), (child, key)


def test_proportions_and_what_is_planted_are_those_of_the_small_company(company: Frames) -> None:
    leads, deals = company["leads"], company["opportunities"]
    assert (len(deals), len(leads)) == (DEALS, DEALS * 4.5)
    assert 2.5 < len(company["stage_events"]) / DEALS < 5
    assert deals["segment"].value_counts(normalize=True).between(0.2, 0.5).all()
    webinars = leads[leads["source"] == "Webinar"]
    later = webinars["created_on"] >= "2026-08-31"
    share = webinars["mql_on"].notna().groupby(later).mean()
    assert share[True] < share[False] / 2


def test_targets_are_in_proportion_to_the_whole(company: Frames) -> None:
    targets = company["targets"].set_index("metric")["target"]
    weeks = WEEKS + 3 / 7
    assert targets["inquiries"] == pytest.approx(DEALS * 4.5 / weeks * 1.08, abs=1)
    small = generate(weeks=WEEKS, deals=SIZE)["campaigns"]
    assert company["campaigns"]["campaign_id"].equals(small["campaign_id"])
    assert company["campaigns"]["budget"].sum() > 2 * small["budget"].sum()


def test_written_block_by_block_it_loads_without_a_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, company: Frames
) -> None:
    monkeypatch.setattr(blocks, "BLOCK", SIZE)
    (tmp_path / "leads.csv").write_text("lead_id\n", encoding="utf-8")
    told = list(blocks.write(tmp_path, blocks.blocks(weeks=WEEKS, deals=DEALS)))
    assert [rows["opportunities"] for rows in told] == [SIZE, 2 * SIZE, DEALS]
    assert pq.ParquetFile(tmp_path / "leads.parquet").num_row_groups == len(told)
    assert not (tmp_path / "leads.csv").exists()
    data = load(tmp_path)
    for name, frame in company.items():
        found = data.audit.tables[name]
        assert (found.rows_kept, found.repaired, found.rejected) == (len(frame), [], []), name
        assert told[-1][name] == len(frame)
    kept = pq.read_table(tmp_path / "leads.parquet").to_pandas()["lead_id"]
    assert kept.tolist() == company["leads"]["lead_id"].tolist()  # the same seed, the same data


def test_a_company_that_is_not_finished_leaves_no_large_table(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blocks, "BLOCK", SIZE)
    going = blocks.write(tmp_path, blocks.blocks(weeks=WEEKS, deals=DEALS))
    next(going)
    going.close()
    assert not [file for file in tmp_path.iterdir() if file.suffix != ".csv"]
