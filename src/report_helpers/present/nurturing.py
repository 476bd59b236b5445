"""Nurtured leads beside others, and the segments that bring leads of quality."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from report_helpers.data.dataset import Dataset
from report_helpers.metrics.matching import Comparison, nurture_comparison
from report_helpers.metrics.nurture import GROUPS, nurture
from report_helpers.metrics.question import When
from report_helpers.metrics.targeting import target_segments
from report_helpers.present.blocks import (
    Block,
    Callout,
    Cell,
    Columns,
    Finding,
    Findings,
    Interval,
    Row,
    Table,
    TableColumn,
)
from report_helpers.present.formats import MISSING, count_of, interval, money, number

SHOWN = 12
FEW = 30  # leads below which a rate is shown but not ranked upon


def nurturing(data: Dataset, period: When, currency: str = "EUR") -> Columns:
    """Return what became of nurtured leads and of others, and whether that is a fair comparison."""
    compared = nurture_comparison(data, period)
    return Columns((_table(nurture(data, period), compared, currency), _verdict(compared)))


def _table(found: pd.DataFrame, compared: Comparison, currency: str) -> Table:
    columns = (
        TableColumn("group", "Leads", width=1),
        TableColumn("rate", "Sales-ready", "right"),
        TableColumn("days", "Days to it", "right"),
        TableColumn("cost", "Cost of one", "right"),
    )
    rows = [_group(found[found["nurtured"] == name], name, currency) for name in GROUPS.values()]
    like = compared.rates["matched"]
    rows.insert(
        1,
        Row(
            (
                Cell("Like leads, not nurtured", note="same source and segment"),
                Cell(number(like, "share")),
                Cell(""),
                Cell(""),
            )
        ),
    )
    rates = found[found["metric"] == "nurture_ready_rate"]
    parts = [f"{row['group']} {number(row['value'], 'share')}" for _, row in rates.iterrows()]
    return Table(
        columns,
        tuple(rows),
        "Nurtured leads and others",
        f"Sales-ready: {'; '.join(parts)}; like leads not nurtured {number(like, 'share')}.",
        (
            "Sales-ready: SQL or won. Days: median of those that were. Cost: campaign money over "
            "sales-ready leads, of leads whose campaign cost is known.",
        ),
    )


def _group(found: pd.DataFrame, name: str, currency: str) -> Row:
    rows = {row["metric"]: row for row in found.to_dict(orient="records")}
    rate, days = rows["nurture_ready_rate"], rows["nurture_days_to_ready"]
    cost = rows["nurture_cost_per_ready"]
    known = cost["value"] == cost["value"]
    return Row(
        (
            Cell(name, note=f"n = {rate['n']:,.0f}"),
            Cell(number(rate["value"], "share"), interval(rate["low"], rate["high"], "share")),
            Cell(number(days["value"], "days", short=True)),
            Cell(
                number(cost["value"], "money", currency),
                note=f"n = {cost['n']:,.0f}" if known else str(cost["reason"]),
            ),
        )
    )


def _verdict(compared: Comparison) -> Findings:
    raw, matched = compared.raw * 100, compared.matched * 100
    items = [Finding(f"{raw:+.1f} points.", lead="All leads")]
    if compared.matched == compared.matched:
        low, high = compared.low * 100, compared.high * 100
        beyond = compared.low > 0 or compared.high < 0
        said = "more than chance" if beyond else "within chance"
        text = f"{matched:+.1f} points (95% {low:+.1f} to {high:+.1f}), {said}."
        items.append(Finding(text, lead="Like with like", tone="info" if beyond else "muted"))
    else:
        text = "no nurtured lead has a counterpart of the same source and segment."
        items.append(Finding(text, lead="Like with like", tone="watch"))
    items += [Finding(text, lead="Not quite fair", tone="watch") for text in compared.warnings]
    caution = "Only leads nurtured by lot would show the effect of nurturing itself."
    items.append(Finding(caution, tone="muted"))
    return Findings(tuple(items), title="Nurtured, less not nurtured: share sales-ready")


def targets(
    data: Dataset, period: When, by: str | Sequence[str] = "segment", currency: str = "EUR"
) -> Block:
    """Return whom to target: groups by the leads of quality they bring a quarter, and their cost.

    Parameters
    ----------
    data : the data set.
    period : the leads that arrived in it.
    by : dimensions of leads: ``segment``, ``source``, ``region``.
    currency : the company's currency.
    """
    names = (by,) if isinstance(by, str) else tuple(by)
    found = target_segments(data, period, names)
    listed = found[found["n"] >= FEW]
    if listed.empty:
        return Callout("No group has 30 leads old enough to judge.", "Whom to target", "muted")
    shown = listed.head(SHOWN)
    scale = float(shown["high"].max())
    columns = (
        TableColumn("group", " and ".join(names).capitalize(), width=1),
        TableColumn("rate", "Of quality", "right"),
        TableColumn("picture", f"0 to {scale * 100:.0f}%", width=1),
        TableColumn("expected", "A quarter", "right"),
        TableColumn("cost", "Cost of one", "right"),
    )
    rows = tuple(_target(row, scale, currency) for _, row in shown.iterrows())
    parts = [f"{r['group']} {r['expected']:,.0f} a quarter" for _, r in shown.iterrows()]
    return Table(
        columns,
        rows,
        f"Whom to target, by {' and '.join(names)}: leads of quality to expect",
        f"Leads of quality: {'; '.join(parts)}.",
        (
            "A quarter: share of quality × leads in 13 weeks. Cost: campaign money over leads of "
            "quality, of leads whose campaign cost is known.",
            *_unlisted(found, listed),
        ),
    )


def _target(row: pd.Series, scale: float, currency: str) -> Row:
    low, high = row["expected_low"], row["expected_high"]
    picture = Interval(row["value"] / scale, row["low"] / scale, row["high"] / scale)
    cost = row["cost_per_quality"]
    return Row(
        (
            Cell(str(row["group"]), note=f"n = {row['n']:,.0f}"),
            Cell(number(row["value"], "share"), interval(row["low"], row["high"], "share")),
            Cell("", interval=picture),
            Cell(f"{row['expected']:,.0f}", note=f"{low:,.0f}–{high:,.0f}"),
            Cell(money(cost, currency) if cost == cost else MISSING),
        )
    )


def _unlisted(found: pd.DataFrame, listed: pd.DataFrame) -> tuple[str, ...]:
    more, few = max(0, len(listed) - SHOWN), len(found) - len(listed)
    told = []
    if more:
        told.append(f"Not shown: {count_of(more, 'group')} that bring fewer.")
    if few:
        told.append(f"Not ranked: {count_of(few, 'group')} of fewer than {FEW} leads.")
    return tuple(told)
