"""Items as an Excel workbook: typed cells, lists to choose from, and a sheet that explains them.

Characters that XML cannot carry are written as ``_xHHHH_``, as the standard for workbooks
(ECMA-376, part 1, 22.9.2.19) lays down; Excel and LibreOffice show them as they are.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

from report_helpers.errors import BadValue
from report_helpers.glossary import METRICS
from report_helpers.teams.fields import FIELDS

ITEMS, README = "Items", "Read me"
_ROOM = 500  # empty rows that offer the lists
_LONGEST = 32_767  # letters of a cell
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_WIDTHS = {"item_id": 24, "body": 70, "closed_reason": 36, "author": 20, "owner": 20}
_RULES = (
    "Change cells of existing rows, or add rows at the end without item_id and revision.",
    "Leave item_id and revision of existing rows as they are: by them a change is recognised.",
    "A row you delete here is not deleted in the store: close it, with a reason, instead.",
    "A row that somebody else changed in the meantime is reported, and nothing is overwritten.",
    "Grey columns are written by the kit; what you change there is not read.",
    "Then: marsale store import FILE --dry-run, and without --dry-run when all is well.",
)


def written(rows: Sequence[Mapping[str, Any]]) -> bytes:
    """Return a workbook of items.

    Raises
    ------
    BadValue
        For a text that no cell can hold.
    """
    import openpyxl

    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    sheet, readme = book.create_sheet(ITEMS), book.create_sheet(README)
    _headings(sheet)
    for number, row in enumerate(rows, start=2):
        for column, name in enumerate(FIELDS, start=1):
            _fill(sheet.cell(number, column), row.get(name), name)
    metrics = _explain(readme)
    _offer(sheet, len(rows) + 1 + _ROOM, metrics)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def cells(path: Path) -> list[list[Any]]:
    """Return the cells of the sheet of items, or of the first sheet; empty ones as empty text.

    A cell that cannot be used, a formula or an error, is a ValueError that says so.

    Raises
    ------
    BadValue
        When the workbook cannot be opened.
    """
    import openpyxl
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = openpyxl.load_workbook(path, read_only=True)
    except (InvalidFileException, BadZipFile, KeyError, OSError, ValueError) as error:
        raise BadValue(
            f"the workbook cannot be opened ({error})",
            where=str(path),
            remedy="save it again as .xlsx",
        ) from error
    try:
        sheet = book[ITEMS] if ITEMS in book.sheetnames else book.worksheets[0]
        return [[_read(cell) for cell in row] for row in sheet.iter_rows()]
    finally:
        book.close()


def _read(cell: Any) -> Any:
    if cell.value is None:
        return ""
    if cell.data_type == "f":
        return ValueError("is a formula; type the text itself")
    if cell.data_type == "e":
        return ValueError(f"is an error of the spreadsheet ({cell.value})")
    if isinstance(cell.value, str):
        return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), cell.value)
    if isinstance(cell.value, float) and cell.value.is_integer():
        return int(cell.value)
    return cell.value


def _fill(cell: Any, value: Any, name: str) -> None:
    """Write a value with its own type; a text is typed as text, whatever it begins with."""
    from openpyxl.styles import Alignment

    cell.alignment = Alignment(vertical="top", wrap_text=name in ("body", "closed_reason"))
    if FIELDS[name].kind == "day":
        cell.number_format = "yyyy-mm-dd"
    if value is None:
        return
    if isinstance(value, int) or (isinstance(value, date) and not isinstance(value, datetime)):
        cell.value = value
        return
    text = _escaped(value.isoformat(sep=" ") if isinstance(value, datetime) else str(value))
    if len(text) > _LONGEST:
        raise BadValue(
            f"the text is too long for a cell ({len(text):,} letters, carriage returns count 7)",
            where=name,
            remedy="export to .csv instead",
        )
    cell.value, cell.data_type = text, "s"
    cell.number_format, cell.quotePrefix = "@", True


def _escaped(text: str) -> str:
    return _ESCAPED.sub(lambda match: "_x005F" + match[0], text).replace("\r", "_x000D_")


def _headings(sheet: Any) -> None:
    from openpyxl.styles import Font, PatternFill
    from openpyxl.utils import get_column_letter

    grey = PatternFill("solid", fgColor="D9D9D9")
    for column, field in enumerate(FIELDS.values(), start=1):
        cell = sheet.cell(1, column, field.name)
        cell.font = Font(bold=True)
        if field.kept:
            cell.fill = grey
        sheet.column_dimensions[get_column_letter(column)].width = _WIDTHS.get(field.name, 14)
    sheet.freeze_panes = "A2"


def _explain(readme: Any) -> str:
    """Fill the sheet that explains the others; return the range that lists the metrics."""
    from openpyxl.styles import Font

    lines = [("How to edit this workbook", ""), *((rule, "") for rule in _RULES), ("", "")]
    lines += [("Column", "Meaning")]
    lines += [(field.name, field.meaning) for field in FIELDS.values()]
    lines += [("", ""), ("Metric", "Meaning")]
    first = len(lines) + 1
    lines += [(metric.name, metric.label) for metric in METRICS]
    for line in lines:
        readme.append(line)
        if line[0] in ("How to edit this workbook", "Column", "Metric"):
            readme.cell(readme.max_row, 1).font = Font(bold=True)
    readme.column_dimensions["A"].width = 28
    readme.column_dimensions["B"].width = 70
    return f"'{README}'!$A${first}:$A${len(lines)}"


def _offer(sheet: Any, last: int, metrics: str) -> None:
    """Let people choose team, kind and metric from lists."""
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    lists = {name: f'"{",".join(f.allowed)}"' for name, f in FIELDS.items() if f.allowed}
    for name, source in {**lists, "about_metric": metrics}.items():
        choice = DataValidation(type="list", formula1=source, allow_blank=True)
        choice.error = f"Choose one of the list: {FIELDS[name].meaning}"
        choice.showErrorMessage = True
        column = get_column_letter(list(FIELDS).index(name) + 1)
        choice.add(f"{column}2:{column}{last}")
        sheet.add_data_validation(choice)
