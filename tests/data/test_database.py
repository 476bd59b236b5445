"""Databases by URL: read and never written, in UTC, and silent about their secrets."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import ibis
import pytest

from report_helpers.data import database, load
from report_helpers.errors import ConfigurationError, DataError


def test_what_is_a_url() -> None:
    for url in ("postgres://h/crm", "pyspark://local?path=/x", "snowflake://u@a/db"):
        assert database.is_url(url)
    for path in ("sample", "C://data", "c:\\data", "/exports/october", "exports"):
        assert not database.is_url(path)


@pytest.fixture
def server() -> Any:
    given = os.environ.get("MARSALE_TEST_POSTGRES")
    if not given:
        pytest.skip("needs a PostgreSQL server, given by MARSALE_TEST_POSTGRES")
    backend = database.connect(given)
    yield backend
    backend.disconnect()


@pytest.mark.postgres
def test_postgres_is_opened_to_read_and_in_utc(server: Any) -> None:
    def shown(name: str) -> str:
        with server.begin() as cursor:
            return str(cursor.execute(f"SHOW {name}").fetchone()[0])

    assert shown("timezone") == "UTC"
    assert shown("default_transaction_read_only") == "on"
    with pytest.raises(Exception, match="read-only transaction"):
        server.raw_sql("CREATE TABLE never_made (n int)")


@pytest.mark.parametrize("written", ["s3cr%40t%2Fword", "hunter2"])
def test_no_secret_is_told(monkeypatch: pytest.MonkeyPatch, written: str) -> None:
    def refuse(url: str, **_: object) -> None:
        raise RuntimeError(f"cannot use {url}: s3cr@t/word, hunter2 or tok-77 is wrong\nmore")

    monkeypatch.setattr(ibis, "connect", refuse)
    with pytest.raises(DataError) as caught:
        database.connect(f"postgres://ann:{written}@db.example/crm?sslkey=tok-77")
    told = str(caught.value)
    assert "postgres://ann@db.example/crm" in told
    assert not any(secret in told for secret in (written, "tok-77", "more"))
    assert ("s3cr@t" in told) == (written == "hunter2")


def test_a_driver_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(_: str, **__: object) -> None:
        raise ModuleNotFoundError("No module named 'psycopg'")

    monkeypatch.setattr(ibis, "connect", missing)
    with pytest.raises(ConfigurationError, match=r"psycopg.*\n.*marsale-report-kit\[postgres\]"):
        database.connect("postgresql://db/crm")
    with pytest.raises(ConfigurationError, match=r"pip install ibis-framework\[trino\]"):
        database.connect("trino://db/crm")


def test_a_duckdb_file_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="cannot be reached"):
        load(f"duckdb://{(tmp_path / 'typo.duckdb').as_posix()}")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("url", ["pyspark://local?path=/x", "pyspark://cluster:7077"])
def test_spark_says_what_it_needs(url: str) -> None:
    try:
        importlib.import_module("pyspark")
    except ModuleNotFoundError:
        with pytest.raises(ConfigurationError, match=r"not installed.*\n.*pip install pyspark"):
            database.connect(url)
    else:
        with pytest.raises((ConfigurationError, DataError), match=r"SPARK_REMOTE|No such file"):
            database.connect(url)


def said(words):
    """Let another process print an error, as Java does when it starts."""
    subprocess.run([sys.executable, "-c", f"import sys; print({words!r}, file=sys.stderr)"])


def test_what_java_says_as_it_starts_does_not_come_into_a_report(capfd):
    with database._said_elsewhere():
        said("Setting default log level")
    said("after")
    assert capfd.readouterr().err.split() == ["after"]


def test_what_java_said_is_told_if_it_did_not_start(capfd):
    @database._said_elsewhere()
    def start():
        said("JAVA_HOME is not set\n")
        raise OSError("gateway exited")

    with pytest.raises(RuntimeError, match=r"^JAVA_HOME is not set \(gateway exited\)$"):
        start()
    assert not capfd.readouterr().err
