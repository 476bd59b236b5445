"""An older store is brought up to date, a newer one is left alone."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy import Connection

from report_helpers.errors import ConfigurationError
from report_helpers.teams import migrations, schema
from report_helpers.teams.store import Store, open_store


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(tmp_path / "marsale.db")


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
