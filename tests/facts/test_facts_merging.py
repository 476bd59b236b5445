"""Facts of a folder of files: only what changed is read, and the figures are those of the whole."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from ibis.backends.duckdb import Backend
from pandas.testing import assert_frame_equal

from report_helpers import facts
from report_helpers.data import cache, load, partitions
from report_helpers.data.dataset import Dataset
from report_helpers.data.sample import generate

LATER, NOW = date(2026, 11, 2), date(2026, 10, 26)
FACTS = [
    (facts.deal_flow, ("segment", "owner")),
    (facts.deal_flow, ()),
    (facts.won_by_day, ("source",)),
    (facts.losses, ()),
    (facts.touch_hours, ("segment",)),
    (facts.rejections, ()),
]


@pytest.fixture(scope="module")
def company() -> dict[str, pd.DataFrame]:
    return generate(weeks=40, deals=600)


@pytest.fixture
def folder(
    tmp_path: Path, company: dict[str, pd.DataFrame], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Path]:
    """Deals and leads in a file a quarter, taken for large ones; a cache of its own in use."""
    monkeypatch.setattr(partitions, "SMALL", 0)
    for name in ("opportunities", "leads"):
        frame = company[name]
        for quarter, rows in frame.groupby(frame["created_on"].dt.to_period("Q")):
            place = tmp_path / "data" / name / f"{quarter}.parquet"
            place.parent.mkdir(parents=True, exist_ok=True)
            rows.to_parquet(place, index=False)
    cache.use(tmp_path / "kept")
    yield tmp_path / "data"
    cache.use(None)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often each file is read: queries run on it alone, or with all files of its table."""
    reads: Counter[str] = Counter()
    run = Backend.raw_sql

    def raw_sql(self: Backend, query: object, **given: object) -> object:
        reads.update(re.findall(r'FROM "(\w+)"', str(query)))
        return run(self, query, **given)

    monkeypatch.setattr(Backend, "raw_sql", raw_sql)
    return reads


def close_a_deal(file: Path) -> None:
    deals = pd.read_parquet(file)
    first = deals.index[deals["outcome"] == "open"][0]
    deals.loc[first, ["outcome", "closed_on"]] = ["won", pd.Timestamp("2026-10-20")]
    deals.to_parquet(file, index=False)


def whole(folder: Path) -> Dataset:
    """The same rows in one file a table, with nothing kept."""
    cache.use(None)
    return load({n: pd.read_parquet(folder / n) for n in ("opportunities", "leads")})


def test_figures_of_files_are_those_of_the_whole(folder: Path) -> None:
    asked = [(fact, by, until) for fact, by in FACTS for until in (NOW, LATER)]
    first, again = load(folder), load(folder)
    found = [fact(first, until, by) for fact, by, until in asked]
    kept = [fact(again, until, by) for fact, by, until in asked]
    narrow = [fact(again.where(region="North"), until, by) for fact, by, until in asked]
    one = whole(folder)
    north = one.where(region="North")
    for place, (fact, by, until) in enumerate(asked):
        assert_frame_equal(found[place], fact(one, until, by))
        assert_frame_equal(kept[place], found[place])
        assert_frame_equal(narrow[place], fact(north, until, by))


def test_only_a_changed_file_is_read_again(folder: Path, asked: Counter[str]) -> None:
    facts.deal_flow(load(folder), LATER)
    asked.clear()
    facts.deal_flow(load(folder), LATER)
    assert not asked, "nothing has changed, nothing is read: neither by checks nor by facts"
    close_a_deal(max((folder / "opportunities").iterdir()))
    data = load(folder)
    last = f"opportunities_1_{len(list((folder / 'opportunities').iterdir()))}"
    assert asked.keys() == {last, "opportunities_1"}  # all of them: whether keys are there twice
    asked.clear()
    found = facts.deal_flow(data, LATER)
    assert asked.keys() == {last}
    assert_frame_equal(found, facts.deal_flow(whole(folder), LATER))


def test_a_repetition_in_two_files_counts_once(folder: Path) -> None:
    files = sorted((folder / "opportunities").iterdir())
    first, other = (pd.read_parquet(file) for file in files[:2])
    pd.concat([other, first.head(1)]).to_parquet(files[1], index=False)
    data = load(folder)
    audit = data.audit.tables["opportunities"]
    assert audit.rows_kept == audit.rows_read - 1
    assert_frame_equal(facts.deal_flow(data, LATER), facts.deal_flow(whole(folder), LATER))


def test_the_name_of_a_folder_counts_as_content(folder: Path) -> None:
    """Two files alike but for what their folders say of them, which is changed then."""
    deals = pd.read_parquet(folder / "opportunities").drop(columns="segment")
    for file in (folder / "opportunities").iterdir():
        file.unlink()
    for name in ("A", "B"):
        place = folder / "opportunities" / f"segment={name}"
        place.mkdir()
        deals.to_parquet(place / "part-0.parquet", index=False)
        deals = deals.assign(opportunity_id=deals["opportunity_id"] + "x")
    found = facts.losses(load(folder), LATER, "segment")
    assert set(found["segment"]) == {"A", "B"}
    (folder / "opportunities" / "segment=A").rename(folder / "opportunities" / "segment=C")
    again = facts.losses(load(folder), LATER, "segment")
    assert set(again["segment"]) == {"B", "C"}
    assert again["n"].sum() == found["n"].sum()


def test_small_files_are_asked_together(
    folder: Path, monkeypatch: pytest.MonkeyPatch, asked: Counter[str]
) -> None:
    monkeypatch.setattr(partitions, "SMALL", 1_000_000)
    facts.deal_flow(load(folder), LATER)
    assert "opportunities_1" in asked
    assert "opportunities_1_1" not in asked
    asked.clear()
    facts.deal_flow(load(folder), LATER)
    assert not asked


def test_files_of_different_shape_are_read_together(folder: Path) -> None:
    first = min((folder / "leads").iterdir())
    pd.read_parquet(first).assign(pages_viewed=1.5).to_parquet(first, index=False)
    data = load(folder)
    assert len(data.partitions.of(data.tables["leads"])) == 1
    assert len(data.partitions.of(data.tables["opportunities"])) > 1
    assert_frame_equal(facts.rejections(data, LATER), facts.rejections(whole(folder), LATER))


def test_a_new_week_reads_the_files_it_changes(folder: Path, asked: Counter[str]) -> None:
    """Files in which everything had happened by last week are as they were."""
    facts.losses(load(folder), NOW)
    data = load(folder)
    settled = data.partitions.settled(data.tables["opportunities"], NOW)
    assert any(settled)
    asked.clear()
    found = facts.losses(data, LATER)
    read = {int(name.rsplit("_")[-1]) for name in asked if name.startswith("opportunities")}
    assert read == {n for n, done in enumerate(settled, 1) if not done}
    assert_frame_equal(found, facts.losses(whole(folder), LATER))
