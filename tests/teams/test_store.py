"""A change is there wholly or not at all, whatever happens to the process that makes it."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import date, datetime
from pathlib import Path

import pytest

from report_helpers.errors import BadValue, ConfigurationError, DataError
from report_helpers.teams import items
from report_helpers.teams.items import Signature
from report_helpers.teams.store import Store, existing, open_store

EARLY = Signature("Ada", datetime(2026, 10, 29, 9))
LATE = Signature("Bo", datetime(2026, 10, 30, 9))
DRAFT = {"team": "sales", "kind": "obstacle", "body": "No case", "written_on": date(2026, 10, 29)}
WRITER = """
import sys
from datetime import date, datetime
from report_helpers.teams import items
from report_helpers.teams.store import open_store

store, name, count = open_store(sys.argv[1]), sys.argv[2], int(sys.argv[3])
draft = {"team": "sales", "kind": "success", "written_on": date(2026, 10, 29)}
for number in range(count):
    with store.write() as db:
        signed = items.Signature(name, datetime(2026, 10, 29, 9))
        items.add(db, {**draft, "body": f"{name} {number}"}, signed)
    print(number, flush=True)
"""
EDITOR = """
import sys
from datetime import datetime
from report_helpers.errors import Conflict
from report_helpers.teams import items
from report_helpers.teams.store import open_store

url, name, item_id = sys.argv[1:]
try:
    with open_store(url).write() as db:
        items.edit(db, item_id, {"owner": name}, 1, items.Signature(name, datetime(2026, 10, 30)))
except Conflict:
    print("conflict")
"""
TORN = """
import os, signal, sys
from datetime import date, datetime
from report_helpers.teams import items
from report_helpers.teams.store import open_store

draft = {"team": "sales", "kind": "success", "body": "half", "written_on": date(2026, 10, 29)}
with open_store(sys.argv[1]).write() as db:
    items.add(db, draft, items.Signature("Cy", datetime(2026, 10, 29, 9)))
    os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))
"""


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(tmp_path / "marsale.db")


def write(store: Store, body: str, signed: Signature = EARLY) -> str:
    with store.write() as db:
        return str(items.add(db, {**DRAFT, "body": body}, signed)["item_id"])


def bodies(store: Store) -> list[str]:
    with store.read() as db:
        return sorted(row["body"] for row in items.find(db))


def started(script: str, *arguments: object) -> subprocess.Popen[str]:
    words = [sys.executable, "-c", script, *map(str, arguments)]
    return subprocess.Popen(words, stdout=subprocess.PIPE, text=True)


def test_what_is_written_is_there_when_opened_again(store: Store) -> None:
    write(store, "kept")
    assert store.path is not None
    assert bodies(open_store(store.path)) == ["kept"]


def test_an_error_inside_a_transaction_leaves_nothing_behind(store: Store) -> None:
    with pytest.raises(BadValue, match="body is empty"), store.write() as db:
        [items.add(db, {**DRAFT, "body": body}, EARLY) for body in ("first", "")]
    assert bodies(store) == []


def test_two_processes_writing_at_once_lose_nothing(store: Store) -> None:
    writers = [started(WRITER, store.path, name, 200) for name in ("Ada", "Bo")]
    for writer in writers:
        writer.communicate()
    assert [writer.returncode for writer in writers] == [0, 0]
    assert bodies(store) == sorted(f"{name} {n}" for name in ("Ada", "Bo") for n in range(200))


def only_one_of_two_edits_wins(store: Store, url: object) -> None:
    item_id = write(store, "contested")
    editors = [started(EDITOR, url, name, item_id) for name in ("Bo", "Cy")]
    said = sorted(editor.communicate()[0].strip() for editor in editors)
    assert said == ["", "conflict"]
    assert [editor.returncode for editor in editors] == [0, 0]
    with store.read() as db:
        row = items.get(db, item_id)
    assert row["revision"] == 2
    assert row["owner"] in ("Bo", "Cy")


def test_of_two_edits_of_one_revision_one_wins_and_one_is_told(store: Store) -> None:
    only_one_of_two_edits_wins(store, store.path)


@pytest.mark.postgres
def test_postgresql_lets_one_of_two_edits_win(postgres: str) -> None:
    only_one_of_two_edits_wins(open_store(postgres), postgres)


def test_processes_that_make_the_same_store_at_once_all_succeed(tmp_path: Path) -> None:
    path = tmp_path / "new.db"
    writers = [started(WRITER, path, name, 1) for name in ("Ada", "Bo", "Cy")]
    for writer in writers:
        writer.communicate()
    assert [writer.returncode for writer in writers] == [0, 0, 0]
    assert len(bodies(open_store(path))) == 3


def test_a_process_killed_inside_a_transaction_leaves_the_store_as_it_was(store: Store) -> None:
    write(store, "whole")
    torn = started(TORN, store.path)
    torn.communicate()
    assert torn.returncode != 0
    assert bodies(store) == ["whole"]
    assert store.check()["items"] == 1


def test_what_a_killed_writer_told_as_written_is_there(store: Store) -> None:
    writer = started(WRITER, store.path, "Ada", 100_000)
    assert writer.stdout is not None
    told = [int(writer.stdout.readline()) for _ in range(20)]
    writer.kill()
    told += [int(line) for line in writer.communicate()[0].splitlines() if line.strip()]
    assert {f"Ada {number}" for number in told} <= set(bodies(store))
    assert store.check()["items"] >= len(told)


def test_a_reader_sees_one_state_while_others_write(store: Store) -> None:
    write(store, "first")
    with store.read() as db:
        before = len(items.find(db))
        write(store, "second")
        assert len(items.find(db)) == before == 1
    assert bodies(store) == ["first", "second"]


def test_a_backup_is_a_store_and_can_be_put_back(store: Store, tmp_path: Path) -> None:
    write(store, "kept")
    backup = tmp_path / "backups" / "one.db"
    store.backup(backup)
    assert bodies(open_store(backup)) == ["kept"]
    lost = open_store(tmp_path / "new.db")
    lost.restore(backup)
    assert bodies(lost) == ["kept"]


def test_a_newer_store_is_only_given_up_by_force(store: Store, tmp_path: Path) -> None:
    write(store, "old")
    store.backup(tmp_path / "old.db")
    write(store, "new", LATE)
    with pytest.raises(DataError, match="later than the backup"):
        store.restore(tmp_path / "old.db")
    assert bodies(store) == ["new", "old"]
    store.restore(tmp_path / "old.db", force=True)
    assert bodies(store) == ["old"]


def test_a_file_that_is_no_store_is_refused(store: Store, tmp_path: Path) -> None:
    (tmp_path / "letter.db").write_bytes(b"Dear customer, " * 100)
    with pytest.raises(DataError, match="not a database"):
        open_store(tmp_path / "letter.db")
    with pytest.raises(DataError, match="not a database"):
        store.restore(tmp_path / "letter.db")
    with pytest.raises(DataError, match="there is no store"):
        store.restore(tmp_path / "nothing.db")


def test_damage_is_found(store: Store) -> None:
    write(store, "kept")
    assert store.check()["items"] == 1
    with closing(sqlite3.connect(str(store.path))) as raw:
        raw.execute("UPDATE items SET answers = 'gone'")
        raw.commit()
    with pytest.raises(DataError, match="damaged"):
        store.check()


def test_a_store_nobody_made_is_no_store(tmp_path: Path) -> None:
    assert existing("") is None
    assert existing(tmp_path / "none.db") is None
    assert not (tmp_path / "none.db").exists()
    open_store(tmp_path / "some.db")
    assert existing(str(tmp_path / "some.db")) is not None


@pytest.mark.postgres
def test_postgresql_keeps_items_and_leaves_backups_to_its_own_tools(
    postgres: str, tmp_path: Path
) -> None:
    store = open_store(postgres)
    item_id = write(store, "größer 😀")
    with store.write() as db:
        items.edit(db, item_id, {"due_on": date(2026, 11, 5)}, 1, LATE)
        items.close(db, item_id, "done", date(2026, 11, 1), LATE)
    assert store.check()["past_items"] == 2
    assert bodies(store) == ["größer 😀"]
    with pytest.raises(ConfigurationError, match="pg_dump"):
        store.backup(tmp_path / "copy.db")


@pytest.mark.postgres
def test_postgresql_loses_nothing_of_two_writers(postgres: str) -> None:
    store = open_store(postgres)
    writers = [started(WRITER, postgres, name, 50) for name in ("Ada", "Bo")]
    for writer in writers:
        writer.communicate()
    assert [writer.returncode for writer in writers] == [0, 0]
    assert len(bodies(store)) == 100
