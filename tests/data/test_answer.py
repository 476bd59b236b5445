"""A query's answer is the one that Ibis gives, whatever is missing in it."""

import ibis
import pandas as pd
import pyarrow as pa
import pytest

from report_helpers.data.answer import answer
from report_helpers.data.engine import Engine

NAN = float("nan")
WHEN = pd.Timestamp("2026-01-05 10:00")
COLUMNS = {
    "text": pa.array(["a", None, "Ü"]),
    "amount": pa.array([1.5, None, float("nan")]),
    "count": pa.array([1, None, 3], pa.int32()),
    "place": pa.array([1, 2, 3], pa.int8()),
    "flag": pa.array([True, None, False]),
    "sure": pa.array([True, True, False]),
    "at": pa.array([WHEN, None, WHEN], pa.timestamp("us")),
    "nothing": pa.array([None, None, None], pa.string()),
}


@pytest.fixture
def table():
    engine = Engine()
    engine.raw.register("given", pa.table(COLUMNS))
    engine.raw.execute("CREATE TABLE rows AS SELECT * FROM given")
    return engine.ibis.table("rows")


@pytest.mark.parametrize("column", COLUMNS)
def test_types_and_values_are_those_of_ibis(table, column):
    query = table.select(column)
    pd.testing.assert_frame_equal(answer(query), query.execute())


def test_a_sum_of_whole_numbers_is_a_whole_number(table):
    query = table.aggregate(n=table.place.sum(), none=table.place.sum(where=table.place > 9))
    assert answer(query).to_dict("records") == [{"n": 6, "none": pytest.approx(NAN, nan_ok=True)}]
    assert answer(query).dtypes.to_dict() == {"n": "int64", "none": "float64"}


def test_a_list_comes_as_an_array(table):
    listed = answer(table.aggregate(places=table.place.collect()))["places"].iloc[0]
    assert sorted(listed) == [1, 2, 3]


def test_no_row_keeps_the_types(table):
    query = table.filter(table.place > 9).select("text", "amount", "at", "place")
    pd.testing.assert_frame_equal(answer(query), query.execute())


def test_a_table_in_memory_is_known_to_the_engine():
    frame = pd.DataFrame({"a": [1, 2]})
    pd.testing.assert_frame_equal(answer(ibis.memtable(frame)), frame)
