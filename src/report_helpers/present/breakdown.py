"""Deals by group as tables: win rates with their intervals, loss reasons, stale deals."""

from __future__ import annotations

from datetime import date

import pandas as pd

from report_helpers import facts
from report_helpers.data.dataset import Dataset
from report_helpers.metrics.reasons import loss_reasons
from report_helpers.metrics.win_rate import win_rate
from report_helpers.periods import Period
from report_helpers.present.blocks import Block, Callout, Cell, Interval, Row, Table, TableColumn
from report_helpers.present.formats import MISSING, count_of, day, interval, money, number

SHOWN = 14


def win_rates(data: Dataset, period: Period, by: str) -> Table:
    """Return win rates on the closed basis by one dimension, largest groups first.

    Parameters
    ----------
    data : the data set.
    period : the weeks in which deals closed.
    by : a dimension, such as ``segment``.
    """
    groups = win_rate(data, period, by, shrunk=True)
    whole = win_rate(data, period)
    groups = groups[groups["n"] > 0].sort_values(["n", "group"], ascending=[False, True])
    scale = float(groups["high"].max()) if groups["high"].notna().any() else 1.0
    rows = [_rate_row(row, scale) for _, row in groups.head(SHOWN).iterrows()]
    rows.append(
        _rate_row(whole.iloc[0].to_dict() | {"group": "All", "shrunk": None}, scale, "total")
    )
    columns = (
        TableColumn("group", by.capitalize(), width=1),
        TableColumn("n", "Closed", "right"),
        TableColumn("rate", "Win rate, 95%", "right"),
        TableColumn("picture", f"0 to {scale * 100:.0f}%", width=1),
        TableColumn("shrunk", "Shrunk", "right"),
    )
    return Table(
        columns,
        tuple(rows),
        f"Win rate by {by}: deals closed in {_weeks(period)}",
        _rates_alt(groups, by),
        (f"{len(groups) - SHOWN} smaller groups are not shown.",) if len(groups) > SHOWN else (),
    )


def _rate_row(row: pd.Series | dict, scale: float, role: str = "body") -> Row:  # type: ignore[type-arg]
    value, low, high = float(row["value"]), float(row["low"]), float(row["high"])
    known = value == value
    picture = Interval(value / scale, low / scale, high / scale) if known else None
    shrunk, said = row["shrunk"], interval(low, high, "share")
    return Row(
        (
            Cell(str(row["group"])),
            Cell(number(row["n"], "count")),
            Cell(number(value, "share"), note=said if known else str(row["reason"])),
            Cell("", interval=picture),
            Cell(number(shrunk, "share") if shrunk is not None else ""),
        ),
        role="total" if role == "total" else "body",
    )


def _rates_alt(groups: pd.DataFrame, by: str) -> str:
    parts = [
        f"{row['group']} {number(row['value'], 'share')} of {number(row['n'], 'count')}"
        for _, row in groups.head(SHOWN).iterrows()
    ]
    return f"Win rate by {by}: {'; '.join(parts)}."


def losses(data: Dataset, period: Period, currency: str) -> Block:
    """Return why deals were lost: counts and shares of all lost deals."""
    found = loss_reasons(data, period)
    caption = f"Why deals were lost: {_weeks(period)}"
    return reasons(found, caption, "No deal was lost in these weeks.")


def reasons(found: pd.DataFrame, caption: str, nothing: str) -> Block:
    """Return reasons as a table with their share, the most frequent first.

    Parameters
    ----------
    found : figures, one a reason, named by ``group``, with ``count``.
    caption : the table's title.
    nothing : said when there are none.
    """
    found = found[found["value"].notna()].head(SHOWN)
    if found.empty:
        return Callout(nothing, tone="muted")
    columns = (
        TableColumn("reason", "Reason", width=1),
        TableColumn("count", "n", "right"),
        TableColumn("share", "Share, 95%", "right"),
    )
    top = float(found["value"].max())
    rows = tuple(
        Row(
            (
                Cell(str(row["group"]), bar=float(row["value"]) / top),
                Cell(number(row["count"], "count")),
                Cell(number(row["value"], "share"), interval(row["low"], row["high"], "share")),
            )
        )
        for _, row in found.iterrows()
    )
    parts = [f"{r['group']} {number(r['value'], 'share')}" for _, r in found.iterrows()]
    return Table(columns, rows, caption, f"{caption}. {'; '.join(parts)}.")


def _weeks(period: Period) -> str:
    return f"the {period.days // 7} weeks to {day(period.last_day)}"


def stale(data: Dataset, until: date, currency: str) -> Block:
    """Return the largest open deals that are older than any deal that ever closed."""
    deals = facts.stale_deals(data, until, limit=8)
    if deals.empty:
        return Callout(
            "No open deal is older than the oldest that ever closed.",
            title="Stale deals",
            tone="good",
        )
    total = deals.attrs
    names = ("name", "owner", "segment")
    shown = [name for name in names if name in deals]
    columns = (
        *(TableColumn(name, "Deal" if name == "name" else name.capitalize()) for name in shown),
        TableColumn("amount", "Amount", "right"),
        TableColumn("days", "Open for", "right"),
    )
    rows = tuple(
        Row(
            (
                *(Cell(_text(deal[name])) for name in shown),
                Cell(
                    money(deal["amount"], currency) if deal["amount"] == deal["amount"] else MISSING
                ),
                Cell(number(deal["days"], "days")),
            )
        )
        for _, deal in deals.iterrows()
    )
    worth = number(total["amount"], "money", currency)
    alt = (
        f"{count_of(total['count'], 'open deal')} worth {worth} are older than "
        f"{number(total['longest'], 'days')}, the longest any deal took to close."
    )
    return Table(columns, rows, "Stale deals: close them or revive them", alt, (alt,))


def _text(value: object) -> str:
    return MISSING if value is None or pd.isna(value) else str(value)  # type: ignore[call-overload]
