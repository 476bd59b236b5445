"""Where the numbers come from: how fresh each table is, what was repaired, what is missing."""

from __future__ import annotations

from datetime import date

from report_helpers.data.audit import Remark, TableAudit
from report_helpers.data.contracts import TABLES
from report_helpers.data.dataset import Dataset
from report_helpers.glossary import metric
from report_helpers.periods import Period
from report_helpers.present.blocks import Cell, Row, Table, TableColumn
from report_helpers.present.formats import MISSING, count_of, day

FLOWS = ("leads", "opportunities", "responses")
METHODS: tuple[tuple[str, str], ...] = (
    (
        "Signal",
        "A value beyond the natural limits (mean ± 2.66 × mean moving range of up to 26 periods "
        "before the last eight), eight in a row on one side of the mean, or three of four nearer "
        "a limit than the mean. Everything else is noise. Fewer than 12 periods: too few to tell "
        "(Shewhart 1931; Wheeler 1993).",
    ),
    (
        "95% interval",
        "The range in which the true value plausibly lies, given how few cases (n) the figure "
        "rests on. Rates: Wilson score interval; medians: order statistics.",
    ),
    (
        "Shrunk rate",
        "A group's rate drawn towards the company's, the more so the fewer its cases (empirical "
        "Bayes, beta-binomial), so that a lucky handful does not top the list.",
    ),
    (
        "Year ago",
        "The same weekdays 364 days earlier.",
    ),
    (
        "Missing is not zero",
        "A dash is a figure that cannot be known, with its reason; 0 is a true zero.",
    ),
)


def freshness(data: Dataset, period: Period) -> list[tuple[str, str]]:
    """Return, for each table that records events, the day up to which it goes."""
    found = []
    for name in FLOWS:
        table = data.audit.tables.get(name)
        if table is not None and table.freshest is not None:
            label = "Deals" if name == "opportunities" else name.capitalize()
            found.append((label, f"up to {day(table.freshest)}{_late(table, period)}"))
    return found


def _late(table: TableAudit, period: Period) -> str:
    missing = _gap(table.freshest.date(), period) if table.freshest else 0
    return f" ({count_of(missing, 'day')} of the period missing)" if missing > 2 else ""


def _gap(freshest: date, period: Period) -> int:
    return max(0, (period.last_day - max(freshest, period.start)).days)


def notes(data: Dataset, period: Period, missing: dict[str, str]) -> Table:
    """Return what was read of each table, what was done to it, and what is not there.

    Parameters
    ----------
    data : the data set.
    period : the period reported.
    missing : metrics that could not be computed, with the reason.
    """
    rows = [_row(name, table) for name, table in data.audit.tables.items()]
    absent = [name for name in TABLES if name not in data.audit.tables]
    footnotes = [f"{metric(name).label} is left out: {reason}." for name, reason in missing.items()]
    if absent:
        footnotes.append(f"Tables not there: {', '.join(absent)}.")
    columns = (
        TableColumn("table", "Table"),
        TableColumn("rows", "Rows", "right"),
        TableColumn("fresh", "Up to"),
        TableColumn("remarks", "Repaired, rejected, observed", width=1),
    )
    alt = (
        f"What was read: {count_of(len(rows), 'table')}, each with its rows, freshness and remarks."
    )
    return Table(columns, tuple(rows), "What the numbers were made from", alt, tuple(footnotes))


def _row(name: str, table: TableAudit) -> Row:
    kept = f"{table.rows_kept:,}"
    note = "" if table.rows_kept == table.rows_read else f"of {table.rows_read:,}"
    fresh = day(table.freshest) if table.freshest else MISSING
    return Row((Cell(name), Cell(kept, note=note), Cell(fresh), Cell(_remarks(table))))


def _remarks(table: TableAudit) -> str:
    parts = [
        *_said("repaired", table.repaired),
        *_said("rejected", table.rejected),
        *_said("observed", table.observed),
        *_said("translated", table.translated),
    ]
    return "; ".join(parts) or "nothing to remark"


def _said(label: str, remarks: list[Remark]) -> list[str]:
    return [f"{label} {remark.count:,} × {remark.what}" for remark in remarks]
