"""What comes of a query, as a frame."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ibis
    import pandas as pd


def answer(query: ibis.Table) -> pd.DataFrame:
    """Return what comes of a query, with the types that Ibis' own ``execute`` gives it.

    Of DuckDB's answer Ibis makes Python's objects column by column where a value is missing, and
    converts twice; here it goes to pandas as it is, save that a list becomes an array.
    """
    import ibis.expr.operations as ops

    engine = query.get_backend()
    if engine.name != "duckdb" or query.op().find(ops.InMemoryTable):  # such Ibis registers first
        found: pd.DataFrame = query.execute()
        return found
    told = engine.raw_sql(engine.compile(query)).to_arrow_table()
    wanted = query.schema().to_pyarrow()
    found = (told if told.schema == wanted else told.cast(wanted)).to_pandas()
    return found
