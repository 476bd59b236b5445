"""An older store is brought up to date, a newer one is left alone."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import Connection

from report_helpers.errors import ConfigurationError
from report_helpers.teams import items, meetings, migrations, schema
from report_helpers.teams.connection import engine_of, parsed
from report_helpers.teams.store import Store, open_store

NOW = datetime(2026, 11, 4, 12)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(tmp_path / "marsale.db")


def of_version(number: int, url: str | Path) -> None:
    """Make a store as the kit of a version left it, with a meeting and an item of the first."""
    text = Path(__file__).with_name("version_1.sql").read_text(encoding="utf-8")
    with Store(engine_of(parsed(url))).write() as db:
        for statement in text.split(";\n"):
            if statement.strip():
                db.exec_driver_sql(statement)
        migrations.migrate(db, migrations.STEPS[: number - 1])


def described(store: Store) -> dict[str, Any]:
    """Return what the tables of a store are made of."""
    with store.read() as db:
        look = sa.inspect(db)
        return {name: _table(look, name) for name in sorted(look.get_table_names())}


def _table(look: sa.Inspector, name: str) -> dict[str, Any]:
    columns = {
        c["name"]: (type(c["type"].as_generic()), c["nullable"]) for c in look.get_columns(name)
    }
    links = [
        (link["constrained_columns"], link["referred_table"], link["referred_columns"])
        for link in look.get_foreign_keys(name)
    ]
    return {
        "columns": columns,
        "key": look.get_pk_constraint(name)["constrained_columns"],
        "links": sorted(links),
        "indexes": sorted((i["name"], i["column_names"]) for i in look.get_indexes(name)),
        "checks": sorted(str(check["name"]) for check in look.get_check_constraints(name)),
    }


def mood(db: Connection) -> None:
    db.execute(sa.text("ALTER TABLE items ADD COLUMN mood TEXT"))


def broken(db: Connection) -> None:
    mood(db)
    raise RuntimeError("half way")


def columns(store: Store) -> set[str]:
    with store.read() as db:
        return {column["name"] for column in sa.inspect(db).get_columns("items")}


def test_a_new_store_has_all_tables_and_the_newest_version(store: Store) -> None:
    with store.read() as db:
        assert set(schema.metadata.tables) == set(sa.inspect(db).get_table_names())
        assert migrations.version(db) == 1 + len(migrations.STEPS)


def is_like_a_new_one(old: str | Path, new: Store) -> None:
    store = open_store(old)
    assert described(store) == described(new)
    with store.write() as db:
        (row,) = items.find(db)
        assert (row["body"], row["written_on"]) == ("größer 😀", date(2026, 10, 29))
        items.close(db, "old", "done", date(2026, 11, 4), items.Signature("Bo", NOW))
    (meeting,) = meetings.kept(store)
    assert (meeting.attendees, meeting.held, meeting.cancelled) == (("Ada",), True, False)
    later = replace(meeting, meeting_id="2026-11-12", held=False)
    with store.write() as db:
        assert meetings.cancel(db, later, "", NOW).cancelled
    assert open_store(old).check()["meetings"] == 2


@pytest.mark.parametrize("number", range(1, migrations.NEWEST + 1))
def test_a_store_of_any_version_becomes_like_a_new_one(
    number: int, store: Store, tmp_path: Path
) -> None:
    of_version(number, tmp_path / "old.db")
    is_like_a_new_one(tmp_path / "old.db", store)


@pytest.mark.postgres
@pytest.mark.parametrize("number", range(1, migrations.NEWEST + 1))
def test_a_postgresql_store_of_any_version_becomes_like_a_new_one(
    number: int, postgres: str, store: Store
) -> None:
    of_version(number, postgres)
    is_like_a_new_one(postgres, store)


@pytest.mark.postgres
def test_two_kits_that_bring_one_postgresql_store_up_to_date_take_each_step_once(
    postgres: str,
) -> None:
    of_version(1, postgres)
    with ThreadPoolExecutor(4) as pool:
        stores = list(pool.map(open_store, [postgres] * 4))
    assert [store.check()["version"] for store in stores] == [migrations.NEWEST] * 4


def test_each_step_is_taken_once(store: Store) -> None:
    steps = (*migrations.STEPS, mood)
    for _ in range(2):
        with store.write() as db:
            assert migrations.migrate(db, steps) == 1 + len(steps)
    assert "mood" in columns(store)


def test_a_step_that_fails_leaves_the_store_as_it_was(store: Store) -> None:
    before = columns(store)
    with pytest.raises(RuntimeError, match="half way"), store.write() as db:
        migrations.migrate(db, (*migrations.STEPS, broken))
    assert columns(store) == before
    with store.read() as db:
        assert migrations.version(db) == 1 + len(migrations.STEPS)


def test_a_store_of_a_newer_kit_is_refused(store: Store) -> None:
    with store.write() as db:
        db.execute(sa.update(schema.version).values(version=99))
    with pytest.raises(ConfigurationError, match="version 99") as error:
        open_store(str(store.path))
    assert "update the kit" in str(error.value)
