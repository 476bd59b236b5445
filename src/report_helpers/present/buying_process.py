"""The buying process in blocks: waits, paths, losses, delays worth an asset, remarks."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd

from report_helpers.metrics import buying_path, detours
from report_helpers.metrics.delays import late
from report_helpers.metrics.process import Process
from report_helpers.metrics.stage_remarks import Remark, stage_remarks
from report_helpers.metrics.steps import waits
from report_helpers.present.blocks import (
    Block,
    Callout,
    Cell,
    Finding,
    Findings,
    Row,
    Table,
    TableColumn,
    Tone,
)
from report_helpers.present.formats import MISSING, count_of, interval, money, number

SHOWN = 5  # delays told one by one
FEWEST = 3  # late deals from which a stage that did not change is worth a remedy
CHANGES: dict[str, tuple[str, Tone, str]] = {
    "longer": ("longer", "bad", "▲"),
    "shorter": ("shorter", "good", "▼"),
    "none": ("no signal", "", ""),
    "too few": ("too few to tell", "muted", "○"),
}


def steps_table(process: Process, currency: str = "EUR") -> Block:
    """Return how long deals wait in each stage, who waits now, and whether that changed."""
    found = waits(process)
    if found.empty:
        return Callout("No deal entered a stage.", title="Days in each stage", tone="muted")
    slow = waits(process, "step_wait_p90")["value"]
    columns = (
        TableColumn("stage", "Stage", width=1),
        TableColumn("n", "Entered", "right"),
        TableColumn("median", "Median days", "right"),
        TableColumn("p90", "9 in 10 by", "right"),
        TableColumn("waiting", "Waiting now", "right"),
        TableColumn("change", f"Against {process.weeks} weeks before"),
    )
    rows: list[Row] = []
    for group, part in found.assign(p90=slow).groupby(_group(found, process), sort=False):
        if process.by:
            rows.append(Row((Cell(str(group)),), role="group"))
        rows += [_step_row(row, currency) for row in part.to_dict(orient="records")]
    parts = [f"{r['group']} {number(r['value'], 'days')}" for r in found.to_dict(orient="records")]
    return Table(
        columns,
        tuple(rows),
        f"Days in each stage: deals that entered it in {process.weeks} weeks",
        f"Median days in each stage: {'; '.join(parts)}. {_changed(found)}",
        (
            "Deals still waiting count for as long as they have waited (Kaplan-Meier); small: 95% "
            "interval.",
            f"▲ ▼ a signal: log-rank test, below 5% over all {len(found)} rows together (Holm). "
            "Small: median before.",
        ),
    )


def _group(found: pd.DataFrame, process: Process) -> pd.Series:
    """Return the name of each row's group, the stage left out."""
    return (
        found[list(process.by)].astype("str").agg(", ".join, axis=1)
        if process.by
        else (found["metric"])
    )


def _step_row(row: dict[Any, Any], currency: str) -> Row:
    word, tone, mark = CHANGES[row["change"]]
    worth = money(row["waiting_amount"], currency) if row["waiting_n_amount"] else ""
    before = f"was {number(row['before'], 'days')}" if row["before"] == row["before"] else ""
    ends = _ends(row["low"], row["high"])
    return Row(
        (
            Cell(str(row["stage"])),
            Cell(number(row["n"], "count")),
            Cell(_days(row["value"]), note=ends),
            Cell(_days(row["p90"])),
            Cell(number(row["waiting"], "count"), note=worth),
            Cell(word, note=before, tone=tone, mark=mark),
        )
    )


def _days(value: float) -> str:
    return f"{value:,.0f}" if value == value else "not yet"


def _ends(low: float, high: float) -> str:
    if low != low:
        return ""
    return interval(low, high, "count") if high == high else f"{low:,.0f} or more"


def _changed(found: pd.DataFrame) -> str:
    told = [
        f"{row['group']} takes {row['change']}: {number(row['value'], 'days')}, before "
        f"{number(row['before'], 'days')}"
        for row in found[found["change"].isin(["longer", "shorter"])].to_dict(orient="records")
    ]
    return f"Signals: {'; '.join(told)}." if told else "No signal."


def paths_table(process: Process, shown: int = 4) -> Block:
    """Return the most frequent ways of the deals closed in the window, and how they ended."""
    found = buying_path.paths(process, shown)
    if found.empty:
        return Callout("No deal was closed in these weeks.", title="Buying paths", tone="muted")
    columns = (
        TableColumn("path", "Path", width=1),
        TableColumn("count", "Deals", "right"),
        TableColumn("share", "Share", "right"),
        TableColumn("won", "Won", "right"),
        TableColumn("days", "Mean days", "right"),
    )
    rows: list[Row] = []
    for group, part in found.groupby(_group(found, process), sort=False):
        if process.by:
            rows.append(Row((Cell(str(group)),), role="group"))
        rows += [_path_row(row) for row in part.to_dict(orient="records")]
    top = found.groupby(_group(found, process), sort=False).head(1).to_dict(orient="records")
    parts = [f"{r['group']} {number(r['value'], 'share')} of {r['n']:.0f}" for r in top]
    return Table(
        columns,
        tuple(rows),
        f"Ways through the stages: deals closed in {process.weeks} weeks",
        f"Most frequent path: {'; '.join(parts)}.",
        (_detours(process),),
    )


def _path_row(row: dict[Any, Any]) -> Row:
    several = f"{row['path']} ({row['paths']:,})" if row["paths"] > 1 else str(row["path"])
    return Row(
        (
            Cell(several),
            Cell(number(row["count"], "count")),
            Cell(number(row["value"], "share"), note=interval(row["low"], row["high"], "share")),
            Cell(number(row["won"], "count")),
            Cell(number(row["days"], "count")),
        )
    )


def _detours(process: Process) -> str:
    found = detours.shares(replace(process, by=()))
    rates = {row["basis"]: row for row in found.to_dict(orient="records")}
    share = rates["any"]
    if share["value"] != share["value"]:
        return "No deal closed."
    words = {"back": "stepped back", "skip": "skipped a stage", "reopened": "were opened again"}
    kinds = [f"{rates[kind]['count']:.0f} {word}" for kind, word in words.items()]
    spread = interval(share["low"], share["high"], "share")
    return (
        f"Detours: {number(share['value'], 'share')} of {count_of(share['n'], 'deal')} "
        f"(95% {spread}): {', '.join(kinds)}; a deal can do several."
    )


def losses_table(process: Process, currency: str = "EUR") -> Block:
    """Return in which stage deals were lost, what they were worth and how long they were open."""
    found = buying_path.losses(process)
    if found.empty:
        return Callout("No deal was lost in these weeks.", title="Lost deals", tone="muted")
    columns = (
        TableColumn("stage", "Lost in", width=1),
        TableColumn("count", "Deals", "right"),
        TableColumn("share", "Share", "right"),
        TableColumn("amount", "Worth", "right"),
        TableColumn("days", "Mean days open", "right"),
    )
    rows: list[Row] = []
    top = float(found["value"].max())
    for group, part in found.groupby(_group(found, process), sort=False):
        if process.by:
            rows.append(Row((Cell(str(group)),), role="group"))
        rows += [_loss_row(row, top, currency) for row in part.to_dict(orient="records")]
    parts = [
        f"{row['group']} {row['count']:.0f} of {row['n']:.0f}"
        for row in found.to_dict(orient="records")
    ]
    caption = f"Where deals were lost: {process.weeks} weeks"
    return Table(columns, tuple(rows), caption, f"{caption}. {'; '.join(parts)}.")


def _loss_row(row: dict[Any, Any], top: float, currency: str) -> Row:
    known, n = row["n_amount"], row["count"]
    return Row(
        (
            Cell(str(row["stage"]), bar=row["value"] / top),
            Cell(number(n, "count")),
            Cell(number(row["value"], "share"), note=interval(row["low"], row["high"], "share")),
            Cell(
                money(row["amount"], currency) if known else MISSING,
                note=f"{known:.0f} of {n:.0f}" if known < n else "",
            ),
            Cell(number(row["days"], "count")),
        )
    )


def opportunities(process: Process, currency: str = "EUR") -> Findings:
    """Return the delays worth a marketing asset, the costliest first, one sentence each."""
    found = late(process)
    worth = found[(found["late"] >= FEWEST) | (found["change"] == "longer")]
    told = worth.head(SHOWN).to_dict(orient="records")
    items = [_opportunity(row, process, currency) for row in told]
    if not items:
        text = "In no stage do three deals or more wait longer than nine in ten used to."
        items = [Finding(text, lead="No delay stands out", tone="muted")]
    if len(worth) > SHOWN:
        text = f"{count_of(len(worth) - SHOWN, 'stage')} with smaller delays."
        items.append(Finding(text, lead="Further", tone="muted"))
    by = f" by {' and '.join(process.by)}" if process.by else ""
    return Findings(tuple(items), title=f"Delays worth a marketing asset{by}")


def _opportunity(row: dict[Any, Any], process: Process, currency: str) -> Finding:
    group = ", ".join(str(row[dim]) for dim in process.by)
    where = f"{group}: {row['stage']}" if group else str(row["stage"])
    text = (
        f"{count_of(row['waiting'], 'deal')} waiting{_money(row['waiting_amount'], currency)}, "
        f"{row['late']:,.0f} of them{_money(row['amount'], currency)} longer than nine in ten used "
        f"to ({number(row['limit'], 'days')}): on average {number(row['excess'], 'days')} beyond "
        f"the usual {row['usual']:,.0f}. An asset that answers what buyers still ask in "
        f"{row['stage']} could set them moving."
    )
    if lacking := row["late"] - row["n_amount"]:
        text += f" {lacking:,.0f} of the late ones without an amount."
    if row["change"] == "longer":
        text += " The stage takes longer than in the weeks before: a signal."
    if row["stale"]:
        beyond = count_of(row["stale"], "more deal")
        text += f" {beyond} waited longer than any that ever left: forgotten, rather than delayed."
    return Finding(text, lead=where, tone="bad" if row["change"] == "longer" else "watch")


def _money(amount: float, currency: str) -> str:
    return f" ({money(amount, currency)})" if amount == amount else ""


def remarks(process: Process) -> Findings:
    """Return how the order of stages was found, and what is odd in the record."""
    stages = process.stages
    how = "as set in marsale.toml" if stages.source == "set" else "learnt from the deals"
    ends = f"; {', '.join(stages.closing)} only say how a deal ended" if stages.closing else ""
    items = [Finding(f"{' → '.join(stages.order)} ({how}){ends}.", lead="Stages", tone="info")]
    items += [_odd(remark) for remark in stage_remarks(process)]
    return Findings(tuple(items), title="The record of stages")


def _odd(remark: Remark) -> Finding:
    remedy = f" Remedy: {remark.remedy}." if remark.remedy else ""
    return Finding(f"{remark.n:,} {remark.text}.{remedy}", tone="watch")
