"""The same queries on other engines: compiled for each, and run on a second one."""

import datetime as dt

import ibis
import pandas as pd
import pytest
import sqlglot
from ibis.config import Config

from report_helpers import facts
from report_helpers.data.audit import Audit
from report_helpers.data.contracts import TABLES, Kind
from report_helpers.data.dataset import Dataset
from report_helpers.facts import (
    attributes,
    campaigns,
    commitments,
    deals,
    leads,
    paths,
    readiness,
    rework,
    stale,
    volume,
)
from report_helpers.facts.conditions import Condition
from report_helpers.facts.ways import Codes
from report_helpers.settings import Commitments

KINDS = {
    Kind.TEXT: "string",
    Kind.WHEN: "timestamp",
    Kind.NUMBER: "float64",
    Kind.FLAG: "boolean",
}
UNTIL = dt.date(2026, 1, 1)
STAGES = ("Call", "Offer")
WHOLE = Codes(STAGES, (), 20)
SPLIT = Codes(STAGES, ("segment",), 40)
PROMISE = Commitments()
ASKED = (
    Condition("source", "in", "Web|Fair"),
    Condition("region", "filled"),
    Condition("segment", ">=", "5"),
    Condition("nurtured", "=", "yes"),
)
QUERIES = {
    "deal_flow": lambda data: deals.deal_flow_query(data, UNTIL, ("segment", "owner")),
    "deal_days": lambda data: deals.deal_days_query(data, UNTIL, ("segment",)),
    "won_by_day": lambda data: deals.won_by_day_query(data, UNTIL, ("segment",)),
    "losses": lambda data: deals.losses_query(data, UNTIL, ("segment",)),
    "stale_deals": lambda data: stale.stale_deals_query(data, UNTIL, 138),
    "longest": lambda data: stale.longest_query(data, UNTIL),
    "lead_flow": lambda data: leads.lead_flow_query(data, UNTIL, ("segment", "source")),
    "touch_hours": lambda data: leads.touch_hours_query(data, UNTIL, ("segment",)),
    "rejections": lambda data: leads.rejections_query(data, UNTIL, ("segment",)),
    "responses": lambda data: campaigns.responses_query(data, UNTIL, ("source",)),
    "answers": lambda data: campaigns.answers_query(data, UNTIL),
    "leads": lambda data: campaigns.leads_query(data, UNTIL),
    "influenced": lambda data: campaigns.influenced_query(data, UNTIL),
    "first_touches": lambda data: commitments.first_touches_query(
        data, UNTIL, PROMISE, ("segment",)
    ),
    "lead_quality": lambda data: attributes.lead_quality_query(data, UNTIL, ASKED, ("segment",)),
    "quality_days": lambda data: attributes.quality_days_query(data, UNTIL),
    "attribute_profile": lambda data: attributes.attribute_profile_query(
        data, UNTIL, ("source", "region")
    ),
    "attribute_values": lambda data: attributes.attribute_values_query(data, UNTIL, "source"),
    "ready_leads": lambda data: readiness.ready_leads_query(data, UNTIL, ("segment",)),
    "nurture_balance": lambda data: readiness.nurture_balance_query(data, UNTIL, ("nurtured",)),
    "stages": lambda data: paths.stages_query(data, UNTIL),
    "path_edges": lambda data: paths.path_edges_query(data, UNTIL, 13, SPLIT),
    "path_variants": lambda data: paths.path_variants_query(data, UNTIL, 13, WHOLE),
    "path_rework": lambda data: rework.path_rework_query(data, UNTIL, 13, WHOLE, 2),
    "row_counts": lambda data: volume.row_counts_query(data, UNTIL),
    "latest_events": lambda data: volume.latest_events_query(data, UNTIL),
    "attempts": lambda data: commitments.attempts_query(data, UNTIL, PROMISE, ("segment",)),
}
DIALECTS = ("duckdb", "postgres", "snowflake", "bigquery", "trino", "databricks", "pyspark")


class SparkOptions(Config):
    """What Ibis declares where Spark itself is installed; its compiler reads it everywhere."""

    treat_nan_as_null: bool = True


@pytest.fixture
def shape(monkeypatch):
    """Return tables of the canonical shape that belong to no engine."""
    monkeypatch.setattr(ibis.options, "pyspark", SparkOptions())
    tables = {
        name: ibis.table({c.name: KINDS[c.kind] for c in table.columns}, name=name)
        for name, table in TABLES.items()
    }
    return Dataset(tables, Audit())


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("query", QUERIES)
def test_compiles_for(shape, query, dialect):
    sql = ibis.to_sql(QUERIES[query](shape), dialect=dialect)
    parsed = sqlglot.parse_one(sql, dialect={"pyspark": "spark"}.get(dialect, dialect))
    assert {t.name for t in parsed.find_all(sqlglot.exp.Table)} & set(TABLES)


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
