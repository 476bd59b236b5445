"""Facts whose rows add up over the files of a table: an old file is reduced once for good."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pandas as pd

from report_helpers.data.answer import answer
from report_helpers.data.dataset import Dataset

NEVER = date(9999, 12, 31)
FEWEST = 2  # files; of a table of one file, the whole is kept


def merged(
    data: Dataset, query: Callable[[date], Any], until: date, adds: str, measures: tuple[str, ...]
) -> pd.DataFrame:
    """Return the rows of a query, put together from those of each file of a table.

    What a file gave once is kept under its content and the query. A file in which everything
    happened before `until` says the same on every later day: it is asked as if that day were never
    to come, so that the answer is still known next week. Where files cannot be asked one by one
    (see :meth:`.Partitions.of`), the query is run on all of them.

    Parameters
    ----------
    data : the data set.
    query : the query for a day from which on nothing is known.
    until : that day.
    adds : the table whose rows the query counts and sums, and the only one it asks; empty when
        there is none.
    measures : the columns that add up; all others are what rows are grouped by.
    """
    partitions, asked = data.partitions, query(until)
    now = partitions.of(asked) if adds and partitions else []
    if not partitions or len(now) < FEWEST:
        return answer(asked)
    lasting = query(NEVER)
    words, ever = (partitions.words(each) for each in (asked, lasting))
    settled = partitions.settled(data.tables[adds], until)
    rows = [
        after.answer(ever) if past else before.answer(words)
        for before, after, past in zip(now, partitions.of(lasting), settled, strict=True)
    ]
    return added(pd.concat(rows, ignore_index=True), measures)


def added(rows: pd.DataFrame, measures: tuple[str, ...]) -> pd.DataFrame:
    """Return one row a group; a sum of nothing but missing amounts is missing."""
    summed = [name for name in rows.columns if name in measures]
    keys = [name for name in rows.columns if name not in measures]
    if not keys:
        return rows[summed].sum(min_count=1).to_frame().T.astype(rows.dtypes[summed])
    groups = rows.groupby(keys, dropna=False, sort=False, as_index=False)
    return groups[summed].sum(min_count=1)[list(rows.columns)]
