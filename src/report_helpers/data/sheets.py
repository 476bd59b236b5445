"""What is written in an Excel workbook, as text."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

from report_helpers.errors import BadValue


def names(path: Path) -> list[str]:
    """Return the titles of the workbook's sheets."""
    with _opened(path) as book:
        return list(book.sheetnames)


def rows(path: Path, sheet: str) -> list[list[str]]:
    """Return the cells of a sheet as text, blank rows included; the n-th item is row n.

    Dates come as ISO text, formulas as the value Excel last worked out.
    """
    with _opened(path) as book:
        return [[text(cell) for cell in row] for row in book[sheet].iter_rows(values_only=True)]


def text(cell: Any) -> str:
    """Return a cell's value as text.

    Examples
    --------
    >>> text(12.0), text(None), text(datetime(2026, 10, 30)), text(True)
    ('12', '', '2026-10-30', 'true')
    """
    match cell:
        case None:
            return ""
        case bool():
            return "true" if cell else "false"
        case float() if cell.is_integer():
            return str(int(cell))
        case datetime() if cell.time() == time(0):
            return cell.date().isoformat()
        case datetime() | date() | time():
            return cell.isoformat()
        case _:
            return str(cell)


@contextmanager
def _opened(path: Path) -> Iterator[Any]:
    import openpyxl
    from openpyxl.utils.exceptions import InvalidFileException

    with warnings.catch_warnings():  # exports often lack a default style, which is no fault
        warnings.simplefilter("ignore", UserWarning)
        try:
            book = openpyxl.load_workbook(path, read_only=True, data_only=True)
        except (InvalidFileException, BadZipFile, KeyError, OSError) as error:
            raise BadValue(
                f"the workbook cannot be opened ({error})",
                where=path.name,
                remedy="save it again from Excel as .xlsx, or as CSV",
            ) from error
        try:
            yield book
        finally:
            book.close()
