"""The market shown: the white space by group, and which group to win first."""

from __future__ import annotations

import pandas as pd

from report_helpers.data.dataset import Dataset
from report_helpers.facts.orders import order_facts
from report_helpers.metrics.market import penetration, white_space, white_space_value
from report_helpers.periods import Period
from report_helpers.present.blocks import (
    Block,
    Callout,
    Cell,
    Finding,
    Findings,
    Row,
    Table,
    TableColumn,
)
from report_helpers.present.formats import MISSING, count_of, interval, money, number

SHOWN = 10


def white_space_table(
    data: Dataset, period: Period, by: str = "segment", currency: str = "EUR"
) -> Block:
    """Return what is left to win by one attribute of accounts, the group to win first on top.

    Parameters
    ----------
    data : the data set.
    period : customers are those at its end; deals are those of the 52 weeks up to there.
    by : ``segment``, ``industry``, ``size`` or ``region``.
    currency : the currency of the amounts.
    """
    found = white_space(data, period, by)
    found = found[found["addressable"] > 0]
    if found.empty:
        return Callout("No account is marked addressable.", title="White space", tone="muted")
    shown = found.head(SHOWN)
    first = _first(found)
    rows = [_row(row, by, currency, row[by] == first) for _, row in shown.iterrows()]
    columns = (
        TableColumn("group", by.capitalize(), width=1),
        TableColumn("penetration", "Customers", "right"),
        TableColumn("others", "Left to win", "right"),
        TableColumn("rate", "Win rate", "right"),
        TableColumn("deal", "Mean won deal", "right"),
        TableColumn("worth", "Worth", "right"),
    )
    parts = [
        f"{r[by]} {money(r['worth'], currency)}" for _, r in shown.iterrows() if r["worth"] >= 0
    ]
    caption = f"White space by {by}: accounts we could sell to and do not"
    return Table(
        columns,
        tuple(rows),
        caption,
        f"{caption}: {'; '.join(parts)}.",
        _notes(data, period, found),
    )


def _first(found: pd.DataFrame) -> str:
    """Return the group to win first; empty where no group's worth is known, or there is but one."""
    known = found[found["good"] & (found["worth"] > 0)]
    return "" if known.empty or len(found) < 2 else str(known.iloc[0].iloc[0])


def _row(row: pd.Series, by: str, currency: str, first: bool) -> Row:
    def spread(name: str, unit: str = "share") -> str:
        return interval(row[f"{name}_low"], row[f"{name}_high"], unit, currency)  # type: ignore[arg-type]

    rate = f"n = {number(row['closed'], 'count')}"
    rate += f", {spread('shrunk')}" if spread("shrunk") else ""
    held = f"of {number(row['addressable'], 'count')}, {spread('penetration')}"
    return Row(
        (
            _group(str(row[by]), first, bool(row["good"])),
            Cell(number(row["penetration"], "share"), held, bar=float(row["penetration"])),
            Cell(number(row["others"], "count")),
            Cell(number(row["shrunk"], "share"), rate),
            Cell(_money(row["deal_size"], currency), f"n = {number(row['paid'], 'count')}"),
            Cell(_money(row["worth"], currency), spread("worth", "money")),
        )
    )


def _group(name: str, first: bool, good: bool) -> Cell:
    if first:
        return Cell(name, "to win first", "good", "▲")
    return Cell(name) if good else Cell(name, "wins less than the whole", "muted", "▼")


def _money(value: float, currency: str) -> str:
    return money(value, currency) if value == value else MISSING


def _notes(data: Dataset, period: Period, found: pd.DataFrame) -> tuple[str, ...]:
    notes = [
        "Worth: accounts left × win rate × mean won deal of 52 weeks, one deal each; 95% "
        "intervals. Win rates are drawn towards the whole; groups that surely win less come last "
        "(▼).",
    ]
    outside, unknown = int(found["outside"].sum()), order_facts(data, period.end)["unknown"]
    if outside:
        notes.append(f"{count_of(outside, 'customer')} not marked addressable: not counted here.")
    if unknown:
        notes.append(f"{count_of(unknown, 'order')} of accounts that are not in the list.")
    if len(found) > SHOWN:
        notes.append(f"{len(found) - SHOWN} groups worth less are not shown.")
    return tuple(notes)


def market_findings(data: Dataset, period: Period, currency: str = "EUR") -> Findings:
    """Say how much of the market is ours, what the rest is worth, and where to begin."""
    share = penetration(data, period).iloc[0]
    worth = white_space_value(data, period).iloc[0]
    items = [_penetration(share)]
    if worth["value"] > 0:
        spread = interval(worth["low"], worth["high"], "money", currency)
        n = count_of(worth["n"], "closed deal")
        text = f"what one deal with each of the others would bring (95% {spread}, {n})."
        items.append(
            Finding(text, lead=f"White space {money(worth['value'], currency)}", tone="info")
        )
    groups = white_space(data, period, "segment") if _segments(data) else pd.DataFrame()
    first = _first(groups) if len(groups) else ""
    if first:
        items.append(_begin(groups[groups["segment"] == first].iloc[0], currency))
    return Findings(tuple(items), title="The market")


def _segments(data: Dataset) -> bool:
    return "segment" in data.tables["accounts"].columns


def _penetration(share: pd.Series) -> Finding:
    if share["status"] == "na":
        return Finding(f"Not known: {share['reason']}.", lead="Penetration", tone="muted")
    spread, hits = interval(share["low"], share["high"], "share"), share["value"] * share["n"]
    text = (
        f"{number(hits, 'count')} of {count_of(share['n'], 'account')} we could sell to are "
        f"customers (95% {spread})"
    )
    text += f"; {share['reason']}." if share["reason"] else "."
    return Finding(text, lead=f"Penetration {number(share['value'], 'share')}", tone="info")


def _begin(row: pd.Series, currency: str) -> Finding:
    rate = interval(row["shrunk_low"], row["shrunk_high"], "share")
    text = (
        f"{count_of(row['others'], 'account')} left, won at {number(row['shrunk'], 'share')} "
        f"(95% {rate}, n = {row['closed']:,.0f}) for {_money(row['deal_size'], currency)} each: "
        f"{_money(row['worth'], currency)}."
    )
    return Finding(text, lead=f"{row['segment']} first", tone="good")
