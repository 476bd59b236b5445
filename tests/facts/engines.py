"""Every reduction of the kit, found in its modules; and engines that hold tables to reduce."""

import datetime as dt
import importlib
import inspect
import os
import pkgutil
import shutil
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex
from tempfile import TemporaryDirectory

import psycopg
import pyarrow as pa
import pytest
from pyarrow import parquet

from report_helpers import facts
from report_helpers.data import load
from report_helpers.facts.conditions import Condition
from report_helpers.facts.ways import Codes
from report_helpers.settings import Commitments

UNTIL = dt.date(2026, 3, 30)
CONDITIONS = (
    Condition("source", "in", "ZÜRICH|émile & CO"),
    Condition("region", "filled"),
    Condition("answer", ">=", "6"),
    Condition("answer", "!=", "école"),
    Condition("nurtured", "=", "yes"),
    Condition("demo", ">=", "1"),
    Condition("pages", "in", "1|5"),
    Condition("score", "<", "0"),
)
ARGUMENTS = {
    "until": UNTIL,
    "by": ("segment",),
    "weeks": 13,
    "order": ("Offer", "Gespräch", "demo-call"),
    "promise": Commitments(),
    "since": dt.date(2025, 1, 1),
    "limit": 20,
    "conditions": CONDITIONS,
    "attribute": "answer",
    "pair": ("Zürich", "Zurich"),
    "spans": ((dt.date(2025, 3, 30), UNTIL), (dt.date(2024, 2, 29), dt.date(2025, 3, 1))),
    # what the queries alone ask for
    "meant": Codes(("Call", "Offer"), ("segment",), few=20),
    "known": 2,
    "longest": 138,
    "names": ("pages", "demo", "score"),
}


def _functions():
    for module in pkgutil.iter_modules(facts.__path__, f"{facts.__name__}."):
        found = importlib.import_module(module.name)
        for name, function in inspect.getmembers(found, inspect.isfunction):
            if function.__module__ == module.name and not name.startswith("_"):
                yield name, function


def _takes(function):
    return list(inspect.signature(function).parameters.values())


def _is_fact(function):
    """Return whether a function reduces whatever can be loaded: its data may be any object."""
    first = next(iter(_takes(function)), None)
    returned = inspect.signature(function).return_annotation
    return first is not None and (first.name, first.annotation, returned != "Dataset") == (
        "data", "object", True,
    )  # fmt: skip


QUERIES = {name: function for name, function in _functions() if name.endswith("_query")}
FACTS = {name: function for name, function in _functions() if _is_fact(function)}


def called(function, data, **others):
    """Return what a reduction gives for `data` and the arguments above, or `others`."""
    names = [parameter.name for parameter in _takes(function)[1:]]
    return function(data, **{name: others.get(name, ARGUMENTS[name]) for name in names})


def split(function):
    """Return the dimensions to ask a fact for: none, and one, if it knows any."""
    knows = "by" in (parameter.name for parameter in _takes(function))
    return [(), ("segment",)] if knows else [()]


POSTGRES = {
    pa.string(): 'text COLLATE "en-US-x-icu"',  # sorts otherwise than Python and DuckDB do
    pa.timestamp("us"): "timestamp",
    pa.date32(): "date",
    pa.float64(): "float8",
    pa.int64(): "bigint",
    pa.bool_(): "boolean",
}


def folder(tables, place):
    """Write Arrow tables as Parquet, true NaN and all, and return the folder."""
    for name, table in tables.items():
        parquet.write_table(table, place / f"{name}.parquet")
    return place


@contextmanager
def postgres(tables):
    """Give the URL of a schema of its own on the test server that holds these tables."""
    given = os.environ.get("MARSALE_TEST_POSTGRES")
    if not given:
        pytest.skip("needs a PostgreSQL server, given by MARSALE_TEST_POSTGRES")
    schema = f"test_{token_hex(6)}"
    with psycopg.connect(given, autocommit=True) as server:
        server.execute(f"CREATE SCHEMA {schema}")
        try:
            for name, table in tables.items():
                columns = (f'"{field.name}" {POSTGRES[field.type]}' for field in table.schema)
                server.execute(f"CREATE TABLE {schema}.{name} ({', '.join(columns)})")
                with server.cursor().copy(f"COPY {schema}.{name} FROM STDIN") as rows:
                    for row in table.to_pylist():
                        rows.write_row(list(row.values()))
            yield f"{given.split('?')[0]}/{schema}"
        finally:
            server.execute(f"DROP SCHEMA {schema} CASCADE")


@contextmanager
def spark(tables):
    """Give the URL of Spark on this machine, with a folder of these tables as Parquet."""
    pytest.importorskip("pyspark", reason="needs PySpark: pip install pyspark")
    if not shutil.which("java"):
        pytest.skip("needs a Java runtime, which Spark runs on")
    with TemporaryDirectory() as place:
        settings = "spark.sql.shuffle.partitions=2&spark.default.parallelism=2"
        yield f"pyspark://local?path={folder(tables, Path(place)).as_posix()}&{settings}"


@contextmanager
def loaded(engine, tables):
    """Give the data as another engine holds them, loaded by nothing but its URL."""
    with OTHERS[engine](tables) as url:
        data = load(url)
        try:
            yield data
        finally:
            data.tables["opportunities"].get_backend().disconnect()


OTHERS = {"postgres": postgres, "spark": spark}
MARKED = [pytest.param(name, marks=getattr(pytest.mark, name)) for name in OTHERS]
QUIET = pytest.mark.filterwarnings(  # PySpark 4.3 works with pandas 3, and says that it may not
    "ignore:PySpark does not yet fully support pandas",
    "ignore:The copy keyword is deprecated:DeprecationWarning",
)
