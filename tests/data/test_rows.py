"""Rows in memory and rows an engine holds: one table, checked where it is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import ibis
import pandas as pd
import pytest
from ibis.backends.duckdb import Backend
from pandas.testing import assert_frame_equal

from report_helpers.data import cache, load
from report_helpers.data.dataset import Dataset
from report_helpers.data.engine import Engine
from report_helpers.data.held import Held, stack
from report_helpers.data.partitions import Partitions
from report_helpers.data.stored import Stored

DEALS = "opportunity_id,created_on,outcome,amount\n"


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[None]:
    """Keep answers in a folder during one test."""
    cache.use(tmp_path / "kept")
    yield
    cache.use(None)


def held(**columns: list[object]) -> Held:
    return Held(pd.DataFrame(columns), Engine(), "rows")


def stored(*keys: str | None) -> Stored:
    engine = Engine()
    frame = pd.DataFrame({"key": pd.array(keys, dtype="str")})
    return Stored(engine.put(frame, "rows"), Partitions(engine, str), frozenset(), "")


@pytest.mark.parametrize(
    ("keys", "unique"),
    [
        (("a", "b", "c"), True),
        (("c", "a", "b"), True),
        (("a", "b", "a"), False),
        (("a", "a"), False),
        (("a", None, "a"), False),
        (("b", None, "a", None), True),
        ((), True),
    ],
)
def test_keys_are_told_apart_in_any_order(keys: tuple[str | None, ...], *, unique: bool) -> None:
    assert stored(*keys).unique("key") is unique
    assert held(key=list(keys)).unique("key") is unique


def test_a_file_of_text_is_stored_when_it_is_asked_for_and_not_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    puts: list[str] = []
    put = Engine.put

    def noted(self: Engine, frame: pd.DataFrame, name: str) -> ibis.Table:
        puts.append(name)
        return put(self, frame, name)

    monkeypatch.setattr(Engine, "put", noted)
    (tmp_path / "opportunities.csv").write_text(f"{DEALS}d1,2026-01-05,open,5", encoding="utf-8")
    data = load(tmp_path)
    frame = data.frame("opportunities")
    assert data.on(data.last_day).frame("opportunities").equals(frame)
    assert not puts
    for _ in range(2):
        assert_frame_equal(data.tables["opportunities"].to_pandas(), frame)
    assert puts == ["opportunities"]


@pytest.mark.parametrize("flags", [["yes", "no"], ["yes", ""], ["", ""]])
def test_a_frame_is_what_the_table_gives(tmp_path: Path, flags: list[str]) -> None:
    rows = [f"a{n},{flag}" for n, flag in enumerate(flags)]
    text = "\n".join(["account_id,addressable", *rows])
    (tmp_path / "accounts.csv").write_text(text, encoding="utf-8")
    (tmp_path / "opportunities.csv").write_text(f"{DEALS}d1,2026-01-05,open,5", encoding="utf-8")
    data = load(tmp_path)
    assert_frame_equal(data.frame("accounts"), data.tables["accounts"].to_pandas())


def test_rows_keep_their_order_when_repetitions_go(tmp_path: Path) -> None:
    names = [f"d{n * 37 % 101}" for n in range(101)]
    rows = "\n".join(f"{name},2026-01-05,open,5" for name in [*names, *names[:50]])
    (tmp_path / "opportunities.csv").write_text(DEALS + rows, encoding="utf-8")
    assert load(tmp_path).frame("opportunities")["opportunity_id"].tolist() == names


def test_parts_in_memory_are_stacked_if_their_columns_are_of_one_type() -> None:
    one, two = held(a=["x"], b=[1.5]), held(a=["y"])
    both = stack([one, two])
    assert both is not None
    expected = pd.DataFrame({"a": ["x", "y"], "b": [1.5, None]})
    assert_frame_equal(both.cells, expected)
    assert stack([one, held(b=["text"])]) is None


def test_a_check_is_asked_again_when_the_mapping_has_changed(tmp_path: Path, kept: None) -> None:
    frame = pd.DataFrame(
        {"opportunity_id": ["d1"], "created_on": pd.Timestamp("2026-01-05"), "outcome": "open"}
    )
    folder = tmp_path / "data"
    folder.mkdir()
    frame.assign(source="tbd").to_parquet(folder / "opportunities.parquet")
    assert load(folder).has("opportunities", "source")
    (folder / "mapping.toml").write_text('defaults.null_words = ["tbd"]', encoding="utf-8")
    assert not load(folder).has("opportunities", "source")


def test_what_is_known_of_a_file_is_not_asked_again(
    tmp_path: Path, kept: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    frame = pd.DataFrame(
        {
            "opportunity_id": ["d2", "d1", "d1"],
            "created_on": pd.to_datetime(["2026-01-05", "2026-01-06", "2026-01-06"]),
            "closed_on": pd.to_datetime(["2026-01-09", "9999-12-31", "9999-12-31"]),
            "outcome": ["open", " Won", " Won"],
        }
    )
    file = tmp_path / "opportunities.parquet"
    frame.to_parquet(file)
    first = load(file)
    asked: list[str] = []
    run = Backend.raw_sql

    def noted(self: Backend, query: object, **given: object) -> object:
        asked.append(str(query))
        return run(self, query, **given)

    monkeypatch.setattr(Backend, "raw_sql", noted)
    again = load(file)
    assert again.audit == first.audit
    assert again.last_day == first.last_day
    assert not [query for query in asked if "COUNT" in query]


MESSY = pd.DataFrame(
    {
        "opportunity_id": ["d1", "d2", "d2", None, "d3", "d4", "d5"],
        "segment": ["A", "B", "B", "A", None, "C", "A"],
        "created_on": ["2026-01-05", "2026-01-06", "2026-01-06", "2026-01-07", "2026-01-08",
                       "9999-12-31", "2026-01-09"],
        "closed_on": ["2026-02-05", "2026-02-06", "2026-02-06", None, None, None, "2026-01-02"],
        "outcome": ["Won", "open", "open", "lost", "open", "open", "LOST"],
        "amount": [100.0, -5.0, -5.0, 0.0, None, 1e300, 50.0],
    }
)  # fmt: skip


@pytest.mark.parametrize("rows", [range(7), [0, 4], [1, 2, 5], [3, 6, 0], [2, 1, 0]])
def test_the_same_is_found_in_text_and_in_typed_files(tmp_path: Path, rows: list[int]) -> None:
    messy = MESSY.iloc[list(rows)]
    typed = messy.assign(
        created_on=messy["created_on"].astype("datetime64[us]"),
        closed_on=messy["closed_on"].astype("datetime64[us]"),
    )
    messy.to_csv(tmp_path / "opportunities.csv", index=False)
    typed.to_parquet(tmp_path / "opportunities.parquet", index=False)
    text = load(tmp_path / "opportunities.csv")
    table = load(tmp_path / "opportunities.parquet")
    assert found_in(text) == found_in(table)
    assert text.last_day == table.last_day
    frames = [
        data.frame("opportunities").sort_values("opportunity_id", ignore_index=True)
        for data in (text, table)
    ]
    assert_frame_equal(*frames)


def found_in(data: Dataset) -> dict[str, object]:
    """Return what the audit tells, without examples: text has row numbers."""
    audit = data.audit.tables["opportunities"]
    kinds = {"repaired": audit.repaired, "rejected": audit.rejected, "observed": audit.observed}
    told = {kind: [(one.what, one.count) for one in remarks] for kind, remarks in kinds.items()}
    return {"read": audit.rows_read, "kept": audit.rows_kept, "filled": audit.filled, **told}
