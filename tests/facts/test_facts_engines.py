"""The same queries on other engines: each one compiled for each, and some run on SQLite."""

import datetime as dt
import re
from pathlib import Path

import engines
import ibis
import pandas as pd
import pytest
import sqlglot
from ibis.config import Config

from report_helpers import facts
from report_helpers.data.audit import Audit
from report_helpers.data.contracts import TABLES, Kind
from report_helpers.data.dataset import Dataset

KINDS = {
    Kind.TEXT: "string",
    Kind.WHEN: "timestamp",
    Kind.NUMBER: "float64",
    Kind.FLAG: "boolean",
}
FREE = {"pages": "float64", "score": "float64", "demo": "boolean", "answer": "string"}
DIALECTS = ("duckdb", "postgres", "snowflake", "bigquery", "trino", "databricks", "pyspark")
PLAIN = {"conditions", "merging", "reduction", "timing", "ways"}  # reduce nothing by themselves


class SparkOptions(Config):
    """What Ibis declares where Spark itself is installed; its compiler reads it everywhere."""

    treat_nan_as_null: bool = True


@pytest.fixture(scope="module")
def shape():
    """Return empty tables of the canonical shape; the leads with some free attributes."""
    engine, tables = ibis.duckdb.connect(), {}
    for name, table in TABLES.items():
        kinds = {c.name: KINDS[c.kind] for c in table.columns} | (FREE if name == "leads" else {})
        tables[name] = engine.create_table(name, schema=ibis.schema(kinds))
    yield Dataset(tables, Audit())
    engine.disconnect()


@pytest.fixture(autouse=True)
def _spark_speaks(monkeypatch):
    monkeypatch.setattr(ibis.options, "pyspark", SparkOptions())


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("query", sorted(engines.QUERIES))
def test_compiles_for(shape, query, dialect):
    sql = ibis.to_sql(engines.called(engines.QUERIES[query], shape), dialect=dialect)
    parsed = sqlglot.parse_one(sql, dialect={"pyspark": "spark"}.get(dialect, dialect))
    assert {t.name for t in parsed.find_all(sqlglot.exp.Table)} & set(TABLES)


def test_every_query_and_every_fact_is_found():
    """What is compiled here and compared in `test_engines_parity` is looked up, not listed."""
    files = {file.stem: file for file in Path(facts.__file__).parent.glob("[!_]*.py")}
    text = "\n".join(file.read_text(encoding="utf-8") for file in files.values())
    assert sorted(re.findall(r"^def (\w+_query)\(", text, re.MULTILINE)) == sorted(engines.QUERIES)
    found = {function.__module__.rpartition(".")[2] for function in engines.FACTS.values()}
    assert found == files.keys() - PLAIN
    public = {name for name in facts.__all__ if callable(getattr(facts, name))}
    assert public <= engines.FACTS.keys()


@pytest.fixture
def lite():
    """Return a maker of data sets like those of `held`, on SQLite."""

    def make(frames):
        engine, tables = ibis.sqlite.connect(), {}
        for name, frame in frames.items():
            kinds = {c: KINDS[TABLES[name][c].kind] for c in frame.columns}
            engine.create_table(name, schema=ibis.schema(kinds))
            texts = frame.astype({c: "str" for c, kind in kinds.items() if kind == "timestamp"})
            texts.to_sql(name, engine.con, if_exists="append", index=False)
            tables[name] = engine.table(name)
        return Dataset(tables, Audit())

    return make


@pytest.mark.parametrize(
    "fact", ["deal_flow", "deal_days", "losses", "won_by_day", "lead_flow", "rejections"]
)
def test_a_second_engine_gives_the_same(held, lite, company, fact):
    tables, until = company(seed=30, size=80), dt.date(2024, 11, 1)
    one, two = (getattr(facts, fact)(on(tables), until, "segment") for on in (held, lite))
    pd.testing.assert_frame_equal(one, two, check_dtype=False)
