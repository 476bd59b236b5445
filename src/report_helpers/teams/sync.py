"""An edited spreadsheet taken into the store, row by row, without overwriting anybody's change.

A row is known by its item and the revision it was exported at. What that revision held is still
in the store, so a change made in the spreadsheet is told from one made in the store.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from report_helpers.errors import MarsaleError
from report_helpers.teams import items
from report_helpers.teams.fields import WRITTEN, Values, clean
from report_helpers.teams.items import Signature
from report_helpers.teams.schema import items as kept
from report_helpers.teams.sheet import SheetRow, plain

REFUSED = ("conflict", "unknown", "duplicate", "invalid")
_SHOWN = 300  # letters of a text in a message


@dataclass(frozen=True)
class Line:
    """What became of one row.

    Parameters
    ----------
    number : the row as the spreadsheet counts it.
    verdict : ``new``, ``changed``, ``unchanged``; ``conflict`` when the item was changed on both
        sides, ``unknown`` when the store has no item of that id, ``duplicate`` when the id stands
        in several rows, ``invalid`` when it breaks a rule. Only new and changed ones are taken.
    item_id : the item; empty when it has none.
    message : what was changed, or why it was not taken.
    """

    number: int
    verdict: str
    item_id: str = ""
    message: str = ""

    def told(self) -> str:
        """Return the line for people."""
        parts = (f"row {self.number}", self.verdict, self.item_id, self.message)
        return "  ".join(part for part in parts if part)


def take(
    db: Connection, rows: Sequence[SheetRow], defaults: Values, signed: Signature
) -> list[Line]:
    """Take the rows of an edited export into the store and say what became of each.

    Parameters
    ----------
    db : a connection that may write; roll its transaction back to have tried only.
    rows : rows of the spreadsheet. An item without a row stays as it is.
    defaults : fields of new rows that leave them empty, such as ``written_on``.
    signed : who changes, and when.
    """
    times = Counter(row.values.get("item_id") for row in rows)
    lines = []
    for row in rows:
        item_id = row.values.get("item_id") or ""
        if item_id and times[item_id] > 1:
            said = f"the id stands in {times[item_id]} rows; none of them was taken"
            lines.append(Line(row.number, "duplicate", item_id, said))
        elif row.fault:
            lines.append(Line(row.number, "invalid", item_id, row.fault))
        else:
            lines.append(_tried(db, row, defaults, signed))
    return lines


def summary(lines: Sequence[Line]) -> str:
    """Return how many rows met which fate.

    Examples
    --------
    >>> summary([Line(2, "new"), Line(3, "unchanged"), Line(4, "new")])
    '2 new, 1 unchanged'
    """
    counts = Counter(line.verdict for line in lines)
    order = ("new", "changed", "unchanged", *REFUSED)
    return ", ".join(f"{counts[name]} {name}" for name in order if counts[name]) or "no rows"


def _tried(db: Connection, row: SheetRow, defaults: Values, signed: Signature) -> Line:
    """Take one row, wholly or not at all."""
    trial = db.begin_nested()
    try:
        item_id = row.values.get("item_id")
        line = _changed(db, row, signed) if item_id else _new(db, row, defaults, signed)
        trial.commit()
        return line
    except MarsaleError as error:
        trial.rollback()
        said = " ".join(str(error).split())
        return Line(row.number, "invalid", row.values.get("item_id") or "", said)


def _new(db: Connection, row: SheetRow, defaults: Values, signed: Signature) -> Line:
    told = {name: row.values.get(name) for name in WRITTEN}
    values = clean({name: defaults.get(name) if v is None else v for name, v in told.items()})
    twin = _twin(db, values)
    if twin:
        return Line(row.number, "unchanged", twin, "has been taken before")
    return Line(row.number, "new", items.add(db, values, signed)["item_id"])


def _twin(db: Connection, values: Values) -> str | None:
    """Return the item that says the same already, so that a file taken twice adds nothing."""
    same = ("team", "author", "kind", "body", "written_on", "answers", "due_on")
    wanted = [kept.c[name].is_not_distinct_from(values[name]) for name in same]
    return db.execute(sa.select(kept.c.item_id).where(*wanted).limit(1)).scalar()


def _changed(db: Connection, row: SheetRow, signed: Signature) -> Line:
    item_id, number = row.values["item_id"], row.values.get("revision")
    if items.revision(db, item_id, 1) is None:
        said = "the store has no such item; leave item_id and revision empty to add a new one"
        return Line(row.number, "unknown", item_id, said)
    base = items.revision(db, item_id, number) if number else None
    if base is None:
        said = f"the item never had the revision '{plain(number)}': it was edited; export again"
        return Line(row.number, "invalid", item_id, said)
    now = items.get(db, item_id, lock=True)
    wanted = clean({name: row.values[name] for name in WRITTEN if name in row.values})
    mine = {name: value for name, value in wanted.items() if value != base[name]}
    if all(value == now[name] for name, value in mine.items()):
        return Line(row.number, "unchanged", item_id)
    if now["revision"] != number:
        return Line(row.number, "conflict", item_id, _both(mine, base, now))
    items.edit(db, item_id, mine, number, signed)
    return Line(row.number, "changed", item_id, ", ".join(mine))


def _both(mine: Values, base: Values, now: Values) -> str:
    """Show what stands in the file and what stands in the store, field by field."""
    names = [name for name in WRITTEN if name in mine or base[name] != now[name]]
    when = f"{now['changed_at']:%Y-%m-%d %H:%M} UTC"
    head = f"{now['changed_by']} changed it in the store on {when}; nothing was overwritten"
    parts = [head]
    for name in names:
        here, there = plain(mine.get(name, base[name])), plain(now[name])
        parts += [f"    {name}", f"      file:  {_cut(here, there)}"]
        parts += [f"      store: {_cut(there, here)}"]
    return "\n".join(parts)


def _cut(text: str, other: str) -> str:
    """Return a text on one line, a long one from where it differs."""
    pairs: Any = zip(text, other, strict=False)
    start = next((at for at, (a, b) in enumerate(pairs) if a != b), 0)
    start = 0 if len(text) <= _SHOWN else max(start - 20, 0)
    end = start + _SHOWN
    shown = ("…" if start else "") + text[start:end] + ("…" if end < len(text) else "")
    return repr(shown) if shown else "(empty)"
