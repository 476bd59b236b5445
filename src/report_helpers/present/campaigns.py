"""Campaigns as tables: judged by the response they brought, and what comes next."""

from __future__ import annotations

import pandas as pd

from report_helpers.data.dataset import Dataset
from report_helpers.metrics.campaigns import campaign_results, planned_campaigns
from report_helpers.periods import Period
from report_helpers.present.blocks import Block, Callout, Cell, Row, Table, TableColumn
from report_helpers.present.formats import MISSING, day, interval, money, number

SHOWN = 12


def campaigns_run(data: Dataset, period: Period, currency: str) -> Block:
    """Return the campaigns that ran in a period, with response, quality and what each cost."""
    found = campaign_results(data, period)
    if found.empty:
        return Callout("No campaign ran in these weeks.", title="Campaigns", tone="muted")
    shown = found.head(SHOWN)
    columns = (
        TableColumn("campaign", "Campaign", width=1),
        TableColumn("status", "Status"),
        TableColumn("cost", "Cost", "right"),
        TableColumn("responses", "Responses", "right"),
        TableColumn("per_response", "Per response", "right"),
        TableColumn("mqls", "Quality leads", "right"),
        TableColumn("share", "Quality share", "right"),
        TableColumn("per_mql", "Per quality lead", "right"),
    )
    rows = tuple(_run(row, currency) for _, row in shown.iterrows())
    more = len(found) - len(shown)
    notes = ["Judged by response and quality leads, not by sales: those are Sales' to answer for."]
    if found["influenced_won"].notna().any():
        notes.append(
            "Context, not a verdict: “part in” is what was won with leads that had answered the "
            "campaign, counted in full for each campaign they answered."
        )
    if more > 0:
        notes.append(f"{more} more with fewer quality leads are not shown.")
    parts = [f"{row['name']} {number(row['mqls'], 'count')}" for _, row in shown.head(3).iterrows()]
    return Table(
        columns,
        rows,
        f"Campaigns of the {period.days // 7} weeks to {day(period.last_day)}, by quality leads",
        f"{len(found)} campaigns; most quality leads: {', '.join(parts)}.",
        tuple(notes),
    )


def _run(row: pd.Series, currency: str) -> Row:
    spread = interval(row["quality_low"], row["quality_high"], "share")
    known = [str(row[c]) for c in ("channel", "segment") if c in row and pd.notna(row[c])]
    if row["influenced_won"] > 0:
        known.append(f"part in {money(row['influenced_won'], currency)}")
    return Row(
        (
            Cell(str(row["name"]), note=" · ".join(known)),
            Cell(str(row["status"])),
            Cell(number(row["cost"], "money", currency)),
            Cell(number(row["responses"], "count")),
            Cell(number(row["cost_per_response"], "money", currency)),
            Cell(number(row["mqls"], "count")),
            Cell(number(row["quality_share"], "share"), note=spread),
            Cell(number(row["cost_per_mql"], "money", currency)),
        )
    )


def campaigns_to_come(data: Dataset, period: Period, currency: str) -> Block:
    """Return the campaigns that start in the two weeks given, with what Sales must know."""
    found = planned_campaigns(data, period.prior())
    if found.empty:
        return Callout(
            f"No campaign starts between {day(period.start)} and {day(period.last_day)}.",
            title="Campaigns to come",
            tone="muted",
        )
    columns = (
        TableColumn("campaign", "Campaign", width=1),
        TableColumn("starts", "Starts"),
        TableColumn("audience", "Audience", width=1),
        TableColumn("message", "Message and call to action", width=1.6),
        TableColumn("budget", "Budget", "right"),
    )
    rows = tuple(_coming(row, currency) for _, row in found.iterrows())
    parts = [f"{row['name']} on {day(row['starts_on'], year=False)}" for _, row in found.iterrows()]
    caption = f"Campaigns that start from {day(period.start)} to {day(period.last_day)}"
    return Table(columns, rows, caption, f"{caption}: {'; '.join(parts)}.")


def _coming(row: pd.Series, currency: str) -> Row:
    def said(name: str) -> str:
        return str(row[name]) if name in row and pd.notna(row[name]) else ""

    budget = float(row["budget"]) if "budget" in row else float("nan")
    detail = " · ".join(filter(None, (said("channel"), said("segment"))))
    return Row(
        (
            Cell(said("name"), note=detail),
            Cell(day(row["starts_on"], year=False)),
            Cell(said("audience") or MISSING),
            Cell(said("message") or MISSING, note=said("call_to_action")),
            Cell(money(budget, currency) if budget == budget else MISSING),
        )
    )
