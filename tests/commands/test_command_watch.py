"""A monitor's view: one exit code, one line for each fault, and nothing is ever written."""

from __future__ import annotations

import json
import os
import uuid
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from report_helpers import cli
from report_helpers.commands import office
from report_helpers.teams import heartbeat, issues, schema
from report_helpers.teams.issues import Issue
from report_helpers.teams.store import Store, open_store

MONDAY = datetime(2026, 11, 2, 6)  # 07:00 in Berlin
NOW = MONDAY + timedelta(hours=5)
RED = {
    "trust": {"checks": [{"name": "x", "state": "red", "text": "no deal\nsince \x1b[2J Friday"}]}
}


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MARSALE_STORE", raising=False)
    monkeypatch.setattr(office, "now", lambda: NOW)
    settings = '[schedule]\nweekly = "monday 07:00"\n'
    (tmp_path / "marsale.toml").write_text(settings, encoding="utf-8")
    return ready(open_store(tmp_path / "marsale.db"))


def ready(store: Store) -> Store:
    with store.write() as db:
        heartbeat.beat(db, MONDAY)
        heartbeat.beat(db, NOW)
    return store


def issue(store: Store, **more: object) -> None:
    with store.write() as db:
        issues.enter(db, Issue("weekly", "2026-W44", date(2026, 10, 26), **more))  # type: ignore[arg-type]


def test_all_arrived(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    issue(store)
    assert cli.main(["watch"]) == 0
    assert capsys.readouterr().out == "all arrived\n"
    assert cli.main(["watch", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"kind": "ok", "text": "all arrived"}


def test_what_did_not_arrive_ends_with_6(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["watch"]) == 6
    told = "weekly-2026-W44  Mon 2026-11-02 07:00 CET  has not arrived, and is tried at each tick\n"
    assert capsys.readouterr().out == told
    assert cli.main(["watch", "--format", "json"]) == 6
    assert json.loads(capsys.readouterr().out) == {
        "kind": "report",
        "name": "weekly-2026-W44",
        "since": "2026-11-02T06:00:00Z",
        "text": "has not arrived, and is tried at each tick",
    }


def test_a_reason_is_one_harmless_line(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    issue(store, state="held", facts=RED)
    assert cli.main(["watch"]) == 6
    [line] = capsys.readouterr().out.splitlines()
    assert line.endswith("held: no deal since ?[2J Friday")
    assert cli.main(["watch", "--format", "json"]) == 6
    [line] = capsys.readouterr().out.splitlines()
    assert json.loads(line)["kind"] == "held"


def test_no_store_means_that_tick_never_ran_and_none_is_made(
    tmp_path: Path, store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["watch", "--store", str(tmp_path / "none.db")]) == 6
    assert "tick  marsale tick has never run on this store" in capsys.readouterr().out
    assert not (tmp_path / "none.db").exists()


def test_nothing_scheduled_is_not_all_arrived(
    tmp_path: Path, store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "marsale.toml").write_text("", encoding="utf-8")
    assert cli.main(["watch"]) == 2
    assert "nothing to watch for" in capsys.readouterr().err


def test_a_store_of_another_version_is_told_and_left_alone(
    store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    with store.write() as db:
        db.execute(sa.update(schema.version).values(version=2))
    assert cli.main(["watch"]) == 2
    assert "the store has version 2" in capsys.readouterr().err
    with store.read() as db:
        assert db.execute(sa.select(schema.version.c.version)).scalar_one() == 2


@pytest.fixture
def database() -> Iterator[str]:
    """A schema of its own on a PostgreSQL server, as a URL."""
    url = os.environ.get("MARSALE_TEST_POSTGRES")
    if not url:
        pytest.skip("needs a PostgreSQL server, given by MARSALE_TEST_POSTGRES")
    name = f"watch_{uuid.uuid4().hex}"
    engine = sa.create_engine(sa.make_url(url).set(drivername="postgresql+psycopg"))
    with engine.begin() as db:
        db.execute(sa.schema.CreateSchema(name))
    yield f"{url}?options=-csearch_path%3D{name}"
    with engine.begin() as db:
        db.execute(sa.schema.DropSchema(name, cascade=True))
    engine.dispose()


@pytest.mark.postgres
def test_it_watches_postgresql_where_it_may_only_read(
    store: Store, database: str, capsys: pytest.CaptureFixture[str]
) -> None:
    elsewhere = ready(open_store(database))
    reader = f"{database}%20-cdefault_transaction_read_only%3Don"
    assert cli.main(["watch", "--store", reader]) == 6
    assert "weekly-2026-W44" in capsys.readouterr().out
    issue(elsewhere)
    assert cli.main(["watch", "--store", reader]) == 0
