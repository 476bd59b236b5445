"""How each metric of the glossary is computed, for many periods and groups at once.

Every measure takes ``(data, spans, by)`` and returns a frame indexed by ``p`` (the place of the
period in the spans) and the dimensions, with ``value``, ``n``, ``reason`` and, where there is an
interval, ``low`` and ``high``.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
import pandas as pd

from report_helpers import facts
from report_helpers.data.dataset import Dataset
from report_helpers.metrics import pipeline
from report_helpers.metrics.spans import Spans
from report_helpers.metrics.tally import blank, divide, median, share, total

By = tuple[str, ...]
Measure = Callable[[Dataset, Spans, By], pd.DataFrame]


def _count(values: pd.Series) -> pd.DataFrame:
    return pd.DataFrame({"value": values, "n": values, "reason": ""})


def _lead_stage(data: Dataset, spans: Spans, by: By, stage: str = "inquiry") -> pd.DataFrame:
    flow = facts.lead_flow(data, spans.until, by)
    reached = total(flow[flow["stage"] == stage], "reached_week", spans, by)
    counts = reached.reindex(spans.grid(flow, by), fill_value=0.0)
    return blank(_count(counts), _lead_gaps(flow, spans))


def _lead_gaps(flow: pd.DataFrame, spans: Spans) -> dict[int, str]:
    return spans.gaps(flow["created_week"], "leads")


def _responses(data: Dataset, spans: Spans, by: By) -> pd.DataFrame:
    answers = facts.responses(data, spans.until, by)
    gaps = spans.gaps(answers["responded_week"], "responses")
    return blank(_count(total(answers, "responded_week", spans, by)), gaps)


def created_share(data: Dataset, spans: Spans, by: By, stage: str) -> pd.DataFrame:
    """Return the share of the leads created in each period that reached `stage` by its end."""
    flow = facts.lead_flow(data, spans.until, by)
    born = flow.assign(p=spans.place(flow["created_week"])).dropna(subset=["p"])
    known = born["reached_week"] < born["p"].map(spans.ends)
    hits = born[(born["stage"] == stage) & (known | (not spans.periods))]
    n = total(flow[flow["stage"] == "inquiry"], "created_week", spans, by)
    reached = total(hits, "created_week", spans, by).reindex(n.index, fill_value=0.0)
    return blank(share(reached, n, "no inquiry in the period"), _lead_gaps(flow, spans))


def _acceptance(data: Dataset, spans: Spans, by: By) -> pd.DataFrame:
    flow = facts.lead_flow(data, spans.until, by)
    grid = spans.grid(flow, by)
    taken, sent_back = (
        total(flow[flow["stage"] == stage], "reached_week", spans, by).reindex(grid, fill_value=0.0)
        for stage in ("accepted", "rejected")
    )
    decided = share(taken, taken + sent_back, "Sales decided on no lead in the period")
    return blank(decided, _lead_gaps(flow, spans))


def _cost_per(data: Dataset, spans: Spans, by: By, stage: str = "inquiry") -> pd.DataFrame:
    spend = facts.spend(data, spans.until, by)
    cost = total(spend, "week", spans, by, "cost")
    leads = _lead_stage(data, spans, by, stage)
    grid = leads.index.union(cost.index)
    n = leads["n"].reindex(grid)
    result = divide(cost.reindex(grid), n, f"no {_STAGE_WORDS[stage]} in the period")
    return blank(result, spans.gaps(spend["week"], "campaign costs"))


_STAGE_WORDS = {"inquiry": "inquiry", "mql": "quality lead", "sql": "sales-qualified lead"}


def _speed_to_lead(data: Dataset, spans: Spans, by: By) -> pd.DataFrame:
    touches = facts.touch_hours(data, spans.until, by)
    placed = touches.assign(p=spans.place(touches["mql_week"])).dropna(subset=["p"])
    grid = spans.grid(touches, by)
    result = median(placed, "hours", grid, "no quality lead in the period")
    return blank(result, spans.gaps(touches["mql_week"], "quality leads"))


def _opportunities(data: Dataset, spans: Spans, by: By) -> pd.DataFrame:
    flow = facts.deal_flow(data, spans.until, by)
    gaps = spans.gaps(flow["created_week"], "deals")
    return blank(_count(total(flow, "created_week", spans, by)), gaps)


def _closed(data: Dataset, spans: Spans, by: By) -> tuple[pd.DataFrame, dict[int, str], pd.Index]:
    flow = facts.deal_flow(data, spans.until, by)
    closed = flow[flow["outcome"] != "open"]
    return closed, spans.gaps(closed["closed_week"], "closed deals"), spans.grid(flow, by)


def _win_rate_closed(data: Dataset, spans: Spans, by: By) -> pd.DataFrame:
    closed, gaps, grid = _closed(data, spans, by)
    n = total(closed, "closed_week", spans, by).reindex(grid, fill_value=0.0)
    won = total(closed[closed["outcome"] == "won"], "closed_week", spans, by)
    hits = won.reindex(grid, fill_value=0.0)
    return blank(share(hits, n, "no deal closed in the period"), gaps)


def _win_rate_created(data: Dataset, spans: Spans, by: By) -> pd.DataFrame:
    flow = facts.deal_flow(data, spans.until, by)
    n = total(flow, "created_week", spans, by)
    won = flow[flow["outcome"] == "won"]
    won = won.assign(p=spans.place(won["created_week"]))
    known = (won["closed_week"] < won["p"].map(spans.ends)) | (not spans.periods)
    hits = total(won[known], "created_week", spans, by).reindex(n.index, fill_value=0.0)
    rate = share(hits, n, "no deal opened in the period")
    if spans.periods:
        rate["reason"] = rate["reason"].mask(rate["reason"] == "", _too_young(data, spans))
    return blank(rate, spans.gaps(flow["created_week"], "deals"))


def _too_young(data: Dataset, spans: Spans) -> str:
    """Return why deals opened in a period cannot have been won by its end; empty if they can."""
    won = won_days(data, Spans.everything(spans.until), ())
    cycle = median(won, "days", pd.Index([0.0], name="p"), "")["value"].iloc[0]
    if not cycle > spans.periods[0].days:
        return ""
    return f"winning takes {cycle:.0f} days (median), longer than the period"


def _win_rate_value(data: Dataset, spans: Spans, by: By) -> pd.DataFrame:
    closed, gaps, grid = _closed(data, spans, by)

    def summed(outcome: str, value: str) -> pd.Series:
        part = closed[closed["outcome"] == outcome]
        return total(part, "closed_week", spans, by, value).reindex(grid, fill_value=0.0)

    won, lost = summed("won", "amount"), summed("lost", "amount")
    result = divide(won, won + lost, "no deal closed in the period")
    result["n"] = summed("won", "n") + summed("lost", "n")
    lacking = (summed("lost", "n") > 0) & (summed("lost", "n_amount") < 0.8 * summed("lost", "n"))
    result["value"] = result["value"].mask(lacking)
    result["reason"] = result["reason"].mask(lacking, "lost deals carry no amount")
    return blank(result.assign(low=np.nan, high=np.nan), gaps)


def _won_amount(data: Dataset, spans: Spans, by: By) -> pd.DataFrame:
    closed, gaps, grid = _closed(data, spans, by)
    won = closed[closed["outcome"] == "won"]
    value = total(won, "closed_week", spans, by, "amount").reindex(grid, fill_value=0.0)
    n = total(won, "closed_week", spans, by).reindex(grid, fill_value=0.0)
    return blank(pd.DataFrame({"value": value, "n": n, "reason": ""}), gaps)


def won_days(data: Dataset, spans: Spans, by: By) -> pd.DataFrame:
    """Return won deals by days from opening to winning, placed in their periods.

    Deals that closed before they were opened are left out: their dates are wrong, and the data
    notes list them.
    """
    days = facts.deal_days(data, spans.until, by)
    won = days[(days["outcome"] == "won") & (days["days"] >= 0)]
    return won.assign(p=spans.place(won["closed_week"])).dropna(subset=["p"])


def _cycle_median(data: Dataset, spans: Spans, by: By) -> pd.DataFrame:
    _, gaps, grid = _closed(data, spans, by)
    won = won_days(data, spans, by)
    return blank(median(won, "days", grid, "no deal won in the period"), gaps)


def _cycle_mean(data: Dataset, spans: Spans, by: By) -> pd.DataFrame:
    _, gaps, grid = _closed(data, spans, by)
    won = won_days(data, spans, by)
    keys = ["p", *by]
    n = won.groupby(keys)["n"].sum().reindex(grid, fill_value=0).astype(float)
    days = (won["days"] * won["n"]).groupby([won[k] for k in keys]).sum()
    return blank(divide(days.reindex(grid, fill_value=0.0), n, "no deal won in the period"), gaps)


MEASURES: dict[tuple[str, str], Measure] = {
    ("inquiries", ""): partial(_lead_stage, stage="inquiry"),
    ("responses", ""): _responses,
    ("mqls", ""): partial(_lead_stage, stage="mql"),
    ("quality_share", "created"): partial(created_share, stage="mql"),
    ("cost_per_inquiry", ""): partial(_cost_per, stage="inquiry"),
    ("cost_per_mql", ""): partial(_cost_per, stage="mql"),
    ("cost_per_sql", ""): partial(_cost_per, stage="sql"),
    ("accepted", ""): partial(_lead_stage, stage="accepted"),
    ("sqls", ""): partial(_lead_stage, stage="sql"),
    ("acceptance_rate", "closed"): _acceptance,
    ("speed_to_lead", "median"): _speed_to_lead,
    ("opportunities", ""): _opportunities,
    ("win_rate", "closed"): _win_rate_closed,
    ("win_rate", "created"): _win_rate_created,
    ("win_rate", "value"): _win_rate_value,
    ("sales_cycle", "median"): _cycle_median,
    ("sales_cycle", "mean"): _cycle_mean,
    ("sales_velocity", ""): pipeline.velocity,
    ("won_amount", ""): _won_amount,
}
