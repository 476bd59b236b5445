"""What an issue was made from is kept once, whole, and comes back as it was."""

from __future__ import annotations

import hashlib
import json
import os
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest

from report_helpers.data import load
from report_helpers.delivery import frozen_inputs, frozen_store, frozen_tables
from report_helpers.delivery.frozen_inputs import FILE_NAME, INPUTS, freeze, thaw
from report_helpers.errors import DataError, DeliveryError
from report_helpers.teams import items
from report_helpers.teams.items import Signature
from report_helpers.teams.store import open_store

DEALS = "opportunity_id,outcome,created_on\n1,won,2026-10-01\n"


def sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@pytest.fixture
def made(tmp_path: Path) -> Any:
    """Write data, and the folder of a report that was made from them; return the folder."""
    data = tmp_path / "data"
    data.mkdir()
    (data / "opportunities.csv").write_text(DEALS, encoding="utf-8", newline="\n")
    (data / "other.csv").write_text("a\n1\n", encoding="utf-8")

    def report(name: str = "2026-W44", **parameters: str) -> Path:
        folder = tmp_path / "output" / "weekly" / name
        folder.mkdir(parents=True)
        read = [{"name": "opportunities.csv", "sha256": sha(DEALS), "bytes": len(DEALS)}]
        manifest = {"parameters": {"data": str(data), **parameters}, "inputs": read}
        (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
        return folder

    return report


def kept(tmp_path: Path) -> list[str]:
    return sorted(file.name for file in (tmp_path / "output").joinpath(*INPUTS).iterdir())


def test_what_was_read_is_kept_under_its_content(made: Any, tmp_path: Path) -> None:
    folder = made()
    frozen = freeze(folder, tmp_path / "output", 500)
    assert frozen["kept"]
    assert [(e["path"], e["sha256"]) for e in frozen["files"]] == [
        ("data/opportunities.csv", sha(DEALS))
    ]
    assert kept(tmp_path) == [sha(DEALS)]
    assert json.loads((folder / FILE_NAME).read_text(encoding="utf-8")) == frozen


def test_it_comes_back_as_it_was_after_the_user_edited_the_file(made: Any, tmp_path: Path) -> None:
    frozen = freeze(made(), tmp_path / "output", 500)
    with (tmp_path / "data" / "opportunities.csv").open("a", encoding="utf-8") as file:
        file.write("2,lost,2026-10-02\n")
    given = thaw(frozen, tmp_path / "output", tmp_path / "again")
    assert given == {"data": str(tmp_path / "again" / "data")}
    restored = tmp_path / "again" / "data" / "opportunities.csv"
    assert restored.read_bytes() == DEALS.encode()


def test_the_same_file_is_kept_once_and_marked_as_used(made: Any, tmp_path: Path) -> None:
    freeze(made(), tmp_path / "output", 500)
    (file,) = (tmp_path / "output").joinpath(*INPUTS).iterdir()
    os.utime(file, (0, 0))
    freeze(made("2026-W45"), tmp_path / "output", 500)
    assert kept(tmp_path) == [sha(DEALS)]
    assert file.stat().st_mtime > 0


def test_mapping_and_settings_come_along(made: Any, tmp_path: Path) -> None:
    maps = tmp_path / "maps"
    (maps / "own").mkdir(parents=True)
    (maps / "base.toml").write_text('extends = "plain"\n', encoding="utf-8")
    (maps / "own" / "crm.toml").write_text('extends = "../base.toml"\n', encoding="utf-8")
    (tmp_path / "my.toml").write_text('[company]\nname = "Ours"\n', encoding="utf-8")
    own = str(maps / "own" / "crm.toml")
    folder = made(mapping=own, settings=str(tmp_path / "my.toml"))
    given = thaw(freeze(folder, tmp_path / "output", 500), tmp_path / "output", tmp_path / "again")
    assert Path(given["mapping"]).read_bytes() == (maps / "own" / "crm.toml").read_bytes()
    assert (Path(given["mapping"]).parent / "../base.toml").is_file()
    assert Path(given["settings"]).read_text(encoding="utf-8").endswith('"Ours"\n')


def test_a_mapping_of_the_kit_goes_by_its_name(made: Any, tmp_path: Path) -> None:
    frozen = freeze(made(mapping="salesforce"), tmp_path / "output", 500)
    assert frozen["given"]["mapping"] == "salesforce"
    assert len(frozen["files"]) == 1


def test_what_is_too_large_is_not_kept_and_says_so(made: Any, tmp_path: Path) -> None:
    frozen = freeze(made(), tmp_path / "output", 0)
    assert not frozen["kept"]
    assert not (tmp_path / "output").joinpath(*INPUTS).exists()
    with pytest.raises(DataError, match="inputs_megabytes = 0"):
        thaw(frozen, tmp_path / "output", tmp_path / "again")


def test_a_file_that_changed_meanwhile_is_told(made: Any, tmp_path: Path) -> None:
    folder = made()
    (tmp_path / "data" / "opportunities.csv").write_text(DEALS + "2,won,2026-10-02\n")
    frozen = freeze(folder, tmp_path / "output", 500)
    assert not frozen["kept"]
    assert frozen["why"] == "opportunities.csv changed while the report was made"


def test_a_damaged_archive_is_told(made: Any, tmp_path: Path) -> None:
    frozen = freeze(made(), tmp_path / "output", 500)
    (file,) = (tmp_path / "output").joinpath(*INPUTS).iterdir()
    file.write_text("else", encoding="utf-8")
    with pytest.raises(DataError, match=r"data/opportunities.csv is gone or damaged"):
        thaw(frozen, tmp_path / "output", tmp_path / "again")


def test_a_copy_that_fails_leaves_nothing(
    made: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(frozen_inputs.os, "fsync", full)
    with pytest.raises(DeliveryError, match="cannot be kept: No space left"):
        freeze(made(), tmp_path / "output", 500)
    assert kept(tmp_path) == []


def test_the_store_is_kept_without_keys_and_mails(made: Any, tmp_path: Path) -> None:
    store = open_store(tmp_path / "marsale.db")
    said = {"team": "sales", "kind": "question", "body": "Why?", "written_on": date(2026, 10, 1)}
    with store.write() as db:
        items.add(db, said, Signature("Ada", datetime(2026, 10, 1)))
        db.exec_driver_sql(
            "INSERT INTO issues VALUES ('weekly-x', 'weekly', 'x', '2026-10-01', NULL, 1, "
            "'issued', '', '{}', '{}', '', NULL, '2026-10-01 00:00:00')"
        )
    frozen = freeze(made(store=str(tmp_path / "marsale.db")), tmp_path / "output", 500)
    given = thaw(frozen, tmp_path / "output", tmp_path / "again")
    counts = open_store(given["store"]).check()
    assert (counts["items"], counts["issues"]) == (1, 0)
    assert store.check()["issues"] == 1


def test_the_copy_of_a_store_is_one_file(tmp_path: Path) -> None:
    open_store(tmp_path / "marsale.db")
    copy = frozen_store.copy(str(tmp_path / "marsale.db"), tmp_path / "copy.db")
    assert copy == tmp_path / "copy.db"
    assert not list(tmp_path.glob("copy.db-*"))
    assert frozen_store.copy(str(tmp_path / "none.db"), tmp_path / "other.db") is None


IBIS = "ignore:fetch_record_batch:DeprecationWarning"  # Ibis 12 calls what DuckDB 1.5 deprecates


@pytest.fixture
def database(tmp_path: Path) -> str:
    """Make a database with a table of 1,000 deals and return its URL."""
    file = tmp_path / "crm.duckdb"
    with duckdb.connect(str(file)) as db:
        db.execute(
            "CREATE TABLE opportunities AS SELECT 'D' || i AS opportunity_id, 'won' AS outcome, "
            "TIMESTAMP '2026-10-01' AS created_on, i * 1.5 AS amount FROM range(1000) t(i)"
        )
    return f"duckdb://{file.as_posix()}"


@pytest.mark.filterwarnings(IBIS)
def test_a_database_is_kept_as_its_tables(database: str, made: Any, tmp_path: Path) -> None:
    folder = made(data=database)
    frozen = freeze(folder, tmp_path / "output", 500)
    given = thaw(frozen, tmp_path / "output", tmp_path / "again")
    there, here = (load(place).frame("opportunities") for place in (database, given["data"]))
    pd.testing.assert_frame_equal(there, here)


def test_a_database_without_its_password_does_not_stop_the_report(
    made: Any, tmp_path: Path
) -> None:
    frozen = freeze(made(data="postgres://ann:***@127.0.0.1:1/crm"), tmp_path / "output", 500)
    assert not frozen["kept"]
    assert frozen["why"].startswith("they can be read no more: the database cannot be reached")


@pytest.mark.filterwarnings(IBIS)
def test_tables_beyond_the_room_are_not_read_to_the_end(database: str, tmp_path: Path) -> None:
    assert frozen_tables.export(database, None, tmp_path / "a", 100) is None
    assert len(frozen_tables.export(database, None, tmp_path / "b", 10**7) or []) == 1
