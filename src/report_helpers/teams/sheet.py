"""Items as a spreadsheet: written to CSV or Excel so that no text can act, and read back.

A text that a spreadsheet would take for a formula gets a leading ``'`` in CSV; in a workbook every
text is typed as text. Reading takes both away again: each text comes back to the letter.
"""

from __future__ import annotations

import csv
import io
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from report_helpers.data import dates
from report_helpers.errors import BadValue, ConfigurationError, DataError, UnknownName
from report_helpers.teams.fields import FIELDS, Values

_ACTS = re.compile(r"'*\s*[=+\-@＝＋－＠|%]|'*[\t\r\n]")
_GUARDED = re.compile(rf"'(?={_ACTS.pattern})")
_DAY = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")


@dataclass(frozen=True)
class SheetRow:
    """One row of a spreadsheet of items.

    Parameters
    ----------
    number : its number as a spreadsheet shows it; the headings are row 1.
    values : its cells by column, as the store would keep them.
    fault : what cannot be read in it; empty when all can.
    """

    number: int
    values: Values
    fault: str = ""


def guard(text: str) -> str:
    """Return a text so that no spreadsheet takes it for a formula.

    Examples
    --------
    >>> guard("=1+1"), guard("'=1+1"), guard("it's")
    ("'=1+1", "''=1+1", "it's")
    """
    return f"'{text}" if _ACTS.match(text) else text


def unguard(text: str) -> str:
    """Return the text that was guarded.

    Examples
    --------
    >>> unguard(guard("=1+1")), unguard("'quoted'")
    ('=1+1', "'quoted'")
    """
    return text[1:] if _GUARDED.match(text) else text


def write(path: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write items to a ``.csv`` or ``.xlsx`` file, wholly or not at all.

    Parameters
    ----------
    path : the file; one that is there is replaced.
    rows : items as the store keeps them.

    Raises
    ------
    ConfigurationError
        When the file's name ends otherwise.
    DataError
        When the file cannot be written.
    """
    content = _csv(rows) if _kind(path) == ".csv" else _workbook(rows)
    draft = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft.write_bytes(content)
        os.replace(draft, path)
    except OSError as error:
        raise DataError(
            f"cannot be written: {error.strerror}",
            where=str(path),
            remedy="close it where it is open, and check the folder",
        ) from error
    finally:
        draft.unlink(missing_ok=True)


def read(path: Path) -> list[SheetRow]:
    """Return the rows of a spreadsheet that are not blank.

    Raises
    ------
    ConfigurationError
        When the file is neither ``.csv`` nor ``.xlsx``.
    BadValue
        When it cannot be opened, or lacks its headings.
    UnknownName
        For a heading that is no field of an item.
    """
    if not path.is_file():
        raise BadValue("there is no such file", where=str(path), remedy="check the path")
    cells = _csv_cells(path) if _kind(path) == ".csv" else _workbook_cells(path)
    grid = iter(cells)
    names = _headings(next(grid, []), path)
    numbered = enumerate(grid, start=2)
    return [_row(number, names, row) for number, row in numbered if any(c != "" for c in row)]


def _kind(path: Path) -> str:
    kind = path.suffix.lower()
    if kind not in (".csv", ".xlsx"):
        raise ConfigurationError(
            f"'{path.name}' is neither .csv nor .xlsx",
            where=str(path),
            remedy="name the file so that it ends in one of them",
        )
    return kind


def _headings(cells: Sequence[Any], path: Path) -> list[str]:
    names = [str(cell).strip() for cell in cells]
    while names and not names[-1]:
        names.pop()
    for name in names:
        if name not in FIELDS:
            raise UnknownName("heading", name, FIELDS, where=str(path))
    lacking = [name for name in ("item_id", "revision", "kind", "body") if name not in names]
    twice = [name for name in dict.fromkeys(names) if names.count(name) > 1]
    if lacking or twice:
        said = f"the heading {(lacking or twice)[0]} is {'missing' if lacking else 'there twice'}"
        raise BadValue(said, where=f"{path}, row 1", remedy="keep the headings of the export")
    return names


def _row(number: int, names: list[str], cells: Sequence[Any]) -> SheetRow:
    values: Values = {}
    for name, cell in zip(names, cells, strict=False):
        try:
            values[name] = _value(name, cell)
        except ValueError as error:
            return SheetRow(number, values, f"{name}: {error}")
    return SheetRow(number, values)


def _value(name: str, cell: Any) -> Any:
    """Return a cell as the store would keep it; raise ValueError with the reason otherwise."""
    if isinstance(cell, ValueError):
        raise cell
    if cell == "":
        return None
    kind = FIELDS[name].kind
    if kind == "day":
        return _day(cell)
    if kind == "number":
        if not re.fullmatch(r"\d{1,9}", str(cell)):
            raise ValueError(f"'{cell}' is not a whole number")
        return int(cell)
    return str(cell) if name == "body" else str(cell).strip() or None


def _day(cell: Any) -> date:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    text = str(cell).strip()
    german = _DAY.fullmatch(text)
    try:
        if german:
            return date(int(german[3]), int(german[2]), int(german[1]))
        return date.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f"'{text}' is not a date; write it as YYYY-MM-DD") from error


def _csv(rows: Iterable[Mapping[str, Any]]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(FIELDS)
    for row in rows:
        writer.writerow([guard(plain(row.get(name))) for name in FIELDS])
    return out.getvalue().encode("utf-8-sig")  # with the mark by which Excel knows UTF-8


def plain(value: Any) -> str:
    """Return a value as text; nothing for None, days and times as ISO text."""
    if value is None:
        return ""
    return value.isoformat() if isinstance(value, date) else str(value)


def _csv_cells(path: Path) -> list[list[Any]]:
    try:
        text = path.read_bytes().decode("utf-8-sig")
        head = text.split("\n", 1)[0]
        mark = max(",;\t", key=head.count)
        found = csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True)
        return _with_days([[unguard(cell) for cell in row] for row in found])
    except (UnicodeDecodeError, csv.Error) as error:
        raise BadValue(
            f"cannot be read: {error}",
            where=str(path),
            remedy="save it as 'CSV UTF-8', or exchange .xlsx files instead",
        ) from error


def _with_days(grid: list[list[Any]]) -> list[list[Any]]:
    """Read days such as 10/29/2026, as which Excel may have saved them, where all agree."""
    names = [str(name).strip() for name in grid[0]] if grid else []
    columns = [at for at, name in enumerate(names) if name in FIELDS and FIELDS[name].kind == "day"]
    cells = [(row, at) for row in grid[1:] for at in columns if at < len(row) and "/" in row[at]]
    try:
        found = dates.read([row[at].strip() for row, at in cells])
    except dates.AmbiguousDatesError:
        return grid  # each such cell is then a fault of its row, which says how to write it
    for (row, at), day in zip(cells, found, strict=True):
        row[at] = day or row[at]
    return grid


def _workbook(rows: Sequence[Mapping[str, Any]]) -> bytes:
    from report_helpers.teams.workbook import written

    return written(rows)


def _workbook_cells(path: Path) -> list[list[Any]]:
    from report_helpers.teams.workbook import cells

    return cells(path)
