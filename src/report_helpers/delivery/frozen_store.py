"""A copy of the store with only what reports are made from: items, meetings and visits."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import sqlalchemy as sa

from report_helpers.teams import schema
from report_helpers.teams.store import existing, open_store

KEPT = {
    table.name
    for table in (
        *(schema.version, schema.items, schema.past_items),
        *(schema.meetings, schema.shadowings),
    )
}
"""Tables a report reads; keys, mails and earlier issues are none of them."""


def copy(url: str, file: Path) -> Path | None:
    """Copy a store to a file while others go on using it.

    Parameters
    ----------
    url : where the store is.
    file : where the copy goes.

    Returns
    -------
    Path or None
        None when there is no store yet, or it is a database server's.

    Raises
    ------
    DataError
        When the store cannot be read or the copy not be written.
    """
    store = existing(url)
    if store is None or store.path is None:
        return None
    store.backup(file)
    with open_store(file).write() as db:
        for table in reversed(schema.metadata.sorted_tables):
            if table.name not in KEPT:
                db.execute(sa.delete(table))
    with closing(sqlite3.connect(file)) as raw:
        raw.execute("PRAGMA journal_mode = DELETE")  # one file, without a log beside it
        raw.execute("VACUUM")
    return file
