"""Where the table is in a grid of text: below its titles, above its footers, without blank rows."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from report_helpers.data.audit import Remark
from report_helpers.errors import BadValue, MissingData

if TYPE_CHECKING:
    import pandas as pd

ROW, FILE = "_row", "_file"
NULL_WORDS = frozenset(
    {
        *("", "-", "--", "—", "n/a", "#n/a", "null", "none", "nan", "nil", "select", "(blank)"),
        *("--none--", "-none-", "(none)", "[none]", "(no value)", "(null)", "\\n", "- select -"),
    }
)
_FOOTER = re.compile(
    r"(grand totals?|sub-?totals?|totals?)\s*(\(.*\)|:.*)?$"
    r"|copyright\b|©|confidential\b|generated (by|on|at)\b|report generated\b|end of report\b"
    r"|\d[\d.,]*\s+(records?|rows?|results?)\b"
    r"|((total|number of)\s+)?(records?|rows?|record count|row count)\s*[:=]",
    re.IGNORECASE,
)
_TITLES = 30  # rows among which the heading is looked for


@dataclass
class Grid:
    """The table found in a grid.

    Parameters
    ----------
    frame : its cells as text, stripped, empty as null; ``_row`` is the row as a person counts.
    nulls : for (heading, word), how many cells held a word that stands for "nothing".
    remarks : what was left out: titles, footers, repeated headings.
    """

    frame: pd.DataFrame
    nulls: Counter[tuple[str, str]] = field(default_factory=Counter)
    remarks: list[Remark] = field(default_factory=list)

    @classmethod
    def of(
        cls,
        columns: Mapping[str, Sequence[str | None]],
        rows: Sequence[int],
        name: str,
        words: frozenset[str],
    ) -> Grid:
        """Return the grid of columns of text, the `words` for "nothing" made null and counted."""
        import pandas as pd

        nulls: Counter[tuple[str, str]] = Counter()
        cells: dict[str, Any] = {FILE: name, ROW: pd.array(rows, dtype="int64")}
        for heading, texts in columns.items():
            empty = {text for text in set(texts) if text is None or text.casefold() in words}
            nulls.update({(heading, word): texts.count(word) for word in empty if word})
            kept = [None if text in empty else text for text in texts]
            cells[heading] = pd.array(kept, dtype="str")
        return cls(pd.DataFrame(cells), nulls)


def read(rows: list[list[str]], name: str, words: frozenset[str] = NULL_WORDS) -> Grid:
    """Return the table held by the `rows` of file `name`.

    Raises
    ------
    MissingData
        When there is no heading at all.
    BadValue
        When a row has more filled cells than the heading has names.
    """
    cells = [[cell.replace("\0", "").strip() for cell in row] for row in rows]
    top = _heading(cells, name)
    end = _end(cells, top)
    headings = _unique(cells[top])
    width = len(headings)
    body = [(n, row) for n, row in enumerate(cells[top + 1 : end], top + 2) if any(row)]
    kept = [(n, row) for n, row in body if row != cells[top]]
    for n, row in kept:
        if any(row[width:]):
            raise BadValue(
                f"the row has {len(row)} fields, the heading {width}",
                where=f"{name}, row {n}",
                remedy="put the field that holds the delimiter between quotation marks",
            )
    columns = zip_longest(*(row for _, row in kept), fillvalue="")
    texts = {
        heading or f"column {place}": values or [""] * len(kept)
        for place, (heading, values) in enumerate(zip_longest(headings, columns, fillvalue=""), 1)
        if heading or any(values)
    }
    grid = Grid.of(texts, [n for n, _ in kept], name, words)
    _remark(grid, cells, (top, end), len(body) - len(kept))
    return grid


def null_words(more: Iterable[str] = ()) -> frozenset[str]:
    """Return the words that stand for "nothing", in lower case, with `more` of them."""
    return NULL_WORDS | {word.casefold() for word in more}


def _remark(grid: Grid, cells: list[list[str]], span: tuple[int, int], repeats: int) -> None:
    top, end = span
    for what, part, start in (
        ("title lines above the heading left out", cells[:top], 1),
        ("footer lines left out", cells[end:], end + 1),
    ):
        lines = [(n, row) for n, row in enumerate(part, start) if any(row)]
        if lines:
            shown = tuple(f"row {n}: {next(filter(None, row))}" for n, row in lines[:3])
            grid.remarks.append(Remark(what, len(lines), shown))
    if repeats:
        grid.remarks.append(Remark("repetitions of the heading left out", repeats))


def _heading(cells: list[list[str]], name: str) -> int:
    """Return the index of the first row at least two thirds as full as the fullest one."""
    filled = [sum(map(bool, row)) for row in cells[:_TITLES]]
    if not any(filled):
        raise MissingData("the file is empty", where=name, remedy="export it again")
    return next(n for n, count in enumerate(filled) if 3 * count >= 2 * max(filled))


def _end(cells: list[list[str]], top: int) -> int:
    """Return the index after the last row of data.

    The tail of rows that are blank, hold one cell or read like a footer is cut, if one of them
    does read like a footer: from its first blank row on, else from the first such footer.
    """
    start = len(cells)
    while start > top + 1 and (sum(map(bool, cells[start - 1])) <= 1 or _footer(cells[start - 1])):
        start -= 1
    footers = [n for n in range(start, len(cells)) if _footer(cells[n])]
    if not footers:
        return len(cells)
    blanks = [n for n in range(start, footers[0]) if not any(cells[n])]
    return min([footers[0], *blanks])


def _footer(row: list[str]) -> bool:
    return bool(_FOOTER.match(next(filter(None, row), "")))


def _unique(headings: list[str]) -> list[str]:
    seen: Counter[str] = Counter()
    names = []
    for heading in headings:
        seen[heading] += 1
        again = heading and seen[heading] > 1
        names.append(f"{heading} ({seen[heading]})" if again else heading)
    return names
