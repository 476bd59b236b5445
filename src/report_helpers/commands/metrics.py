"""``marsale metrics``: the figures of a report as JSON, CSV or a table."""

from __future__ import annotations

import json
import math
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Literal

import click

from report_helpers.commands import source
from report_helpers.commands.terminal import harmless, width
from report_helpers.errors import ConfigurationError, UnknownName
from report_helpers.periods import Period

if TYPE_CHECKING:
    import pandas as pd

WEEKS = {"week": 1, "fortnight": 2, "three_weeks": 3}
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def _checked(_: click.Context, __: click.Parameter, text: str) -> str:
    """Refuse a period nobody knows before any data are read."""
    parse_period(text, date.max)
    return text


@click.command("metrics")
@source.options
@click.option(
    "--period",
    default="week",
    show_default=True,
    metavar="PERIOD",
    callback=_checked,
    help="week, fortnight or three_weeks (the last complete ones), all, or FIRST..LAST day.",
)
@click.option("--by", default="", metavar="LIST", help="Dimensions, such as segment,source.")
@click.option("--metric", "only", multiple=True, metavar="NAME", help="Only this; may be repeated.")
@click.option("--segment", help="Only the rows of one segment.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "json", "csv"]),
    default="table",
    show_default=True,
    help="json has null for what is missing; csv is safe to open in a spreadsheet.",
)
def command(
    period: str, by: str, only: tuple[str, ...], segment: str | None, form: str, **asked: str | None
) -> None:
    """Print the figures of a period, each with what it rests on."""
    from report_helpers.metrics.report import figures

    found = source.find(**asked)
    data = found.load(segment)
    dimensions = tuple(name.strip() for name in by.split(",") if name.strip())
    span = parse_period(period, found.as_of or data.last_day)
    frame = figures(data, span, dimensions, found.settings, only)
    write = {"json": as_json, "csv": as_csv, "table": as_table}[form]
    click.echo(write(frame), nl=False)


def parse_period(text: str, as_of: date) -> Period | Literal["all"]:
    """Return the period a word or a pair of days stands for.

    Parameters
    ----------
    text : ``week``, ``fortnight``, ``three_weeks``, ``all``, or ``FIRST..LAST`` (both included).
    as_of : the day from which the last complete weeks are counted.

    Raises
    ------
    UnknownName
        For any other word.
    ConfigurationError
        For days that are none, or in the wrong order.

    Examples
    --------
    >>> parse_period("fortnight", date(2026, 11, 4)).key
    '2026-W43-W44'
    >>> parse_period("2026-10-26..2026-11-01", date(2026, 11, 4)).key
    '2026-W44'
    """
    if text == "all":
        return "all"
    if text in WEEKS:
        return Period.weeks_before(as_of, WEEKS[text])
    first, sign, last = text.partition("..")
    if not sign:
        raise UnknownName("period", text, [*WEEKS, "all", "FIRST..LAST"], where="--period")
    start, end = (source.parse_day(day.strip(), date.max) for day in (first, last))
    if end < start:
        raise ConfigurationError(
            f"the period {text} ends before it starts",
            where="--period",
            remedy="write the first day, two dots, the last day",
        )
    return Period(start, end + timedelta(days=1))


def as_json(frame: pd.DataFrame) -> str:
    """Return one JSON object a figure; what is missing is null, never NaN."""
    rows = [{key: _plain(value) for key, value in row.items()} for row in _records(frame)]
    return json.dumps(rows, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def as_csv(frame: pd.DataFrame) -> str:
    """Return CSV in which no text can act as a formula: ``=1+1`` becomes ``'=1+1``."""
    safe = frame.map(lambda value: f"'{value}" if _is_formula(value) else value)
    return safe.to_csv(index=False, lineterminator="\n")


def as_table(frame: pd.DataFrame) -> str:
    """Return aligned text: words to the left, numbers to the right, empty where missing."""
    rows = [[_short(value) for value in row.values()] for row in _records(frame)]
    head = [str(name) for name in frame.columns]
    widths = [max(map(width, column)) for column in zip(head, *rows, strict=True)]
    right = [frame[name].dtype.kind in "fiu" for name in frame.columns]
    return "".join(
        "  ".join(map(_aligned, row, widths, right)).rstrip() + "\n" for row in [head, *rows]
    )


def _aligned(cell: str, columns: int, right: bool) -> str:
    blanks = " " * (columns - width(cell))
    return blanks + cell if right else cell + blanks


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(key): value for key, value in row.items()} for row in frame.to_dict("records")]


def _plain(value: Any) -> Any:
    """Return a cell as JSON knows it."""
    value = value.item() if hasattr(value, "item") else value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value if value is None or isinstance(value, bool | int | str) else str(value)


def _short(value: Any) -> str:
    value = _plain(value)
    if isinstance(value, float):
        return f"{value:,.0f}" if value.is_integer() else f"{value:,.4f}"
    return "" if value is None else harmless(str(value)).replace("\n", " ")


def _is_formula(value: Any) -> bool:
    return isinstance(value, str) and value.startswith(_FORMULA)
