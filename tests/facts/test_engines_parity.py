"""The same facts from the same code on each engine, of rows that engines treat differently."""

import datetime as dt

import awkward
import engines
import pandas as pd
import pytest

from report_helpers import facts
from report_helpers.data import load
from report_helpers.facts.paths import Paths

pytestmark = engines.QUIET

TOLERANCE = {
    "nurture_balance": 1e-9,  # means and variances
    "movements": 1e-12,  # sums of squares of amounts, beyond 2**53
    "account_deals": 1e-12,
}


@pytest.fixture(scope="module")
def tables():
    return awkward.frames()


@pytest.fixture(scope="module")
def reference(tables, tmp_path_factory):
    """Return the data on DuckDB, which the other tests of facts hold against plain pandas."""
    return load(engines.folder(tables, tmp_path_factory.mktemp("duckdb")))


@pytest.fixture(scope="module", params=engines.MARKED)
def other(request, tables):
    with engines.loaded(request.param, tables) as data:
        yield data


@pytest.mark.parametrize("fact", sorted(engines.FACTS))
def test_gives_the_same(reference, other, fact):
    function = engines.FACTS[fact]
    for by in engines.split(function):
        one, two = (engines.called(function, data, by=by) for data in (reference, other))
        same(one, two, TOLERANCE.get(fact, 0))


def same(one, two, tolerance):
    """Compare all values and their types; counts, words, dates and cents exactly."""
    if isinstance(one, Paths):
        for mine, theirs in zip(one, two, strict=True):
            same(mine, theirs, tolerance)
    elif isinstance(one, pd.DataFrame):
        pd.testing.assert_frame_equal(one, two, rtol=tolerance, atol=0)
        assert one.attrs == two.attrs
    elif isinstance(one, pd.Series):
        pd.testing.assert_series_equal(one.sort_index(), two.sort_index(), rtol=0, atol=0)
    else:
        assert one == two


def test_no_fact_is_empty_here(reference):
    """Of nothing all engines give the same."""
    found = {name: engines.called(fact, reference) for name, fact in engines.FACTS.items()}
    assert [name for name, value in found.items() if len(value) == 0] == []


def test_the_gate_finds_the_same(reference, other):
    for name, one in reference.audit.tables.items():
        two = other.audit.tables[name]
        assert (one.rows_read, one.rows_kept, one.filled) == (
            two.rows_read, two.rows_kept, two.filled,
        )  # fmt: skip
        for findings in ("repaired", "rejected", "observed"):
            counts = [[(f.what, f.count) for f in getattr(a, findings)] for a in (one, two)]
            assert counts[0] == counts[1]


def test_days_words_and_narrowed_data_are_the_same(reference, other):
    assert reference.last_day == other.last_day
    early = dt.date(2025, 6, 1)
    assert reference.on(early).last_day == other.on(early).last_day
    for column in ("segment", "product", "region"):
        assert reference.values(column) == other.values(column)
    one, two = (data.where(segment="Zürich") for data in (reference, other))
    for fact in (facts.deal_flow, facts.responses, facts.path_edges, facts.spend):
        same(engines.called(fact, one), engines.called(fact, two), 0)


@pytest.mark.parametrize("engine", engines.MARKED)
def test_a_table_without_rows_is_the_same(tables, tmp_path, engine):
    emptied = {name: tables[name].slice(0, 0) for name in ("leads", "touches", "orders")}
    reference = load(engines.folder(tables | emptied, tmp_path))
    with engines.loaded(engine, tables | emptied) as other:
        assert set(reference.tables) == set(other.tables) == set(tables) - set(emptied)
        same(facts.deal_flow(reference, engines.UNTIL), facts.deal_flow(other, engines.UNTIL), 0)
