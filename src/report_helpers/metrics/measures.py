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
from report_helpers.metrics.tally import Cells, blank, divide, median, share

By = tuple[str, ...]
Measure = Callable[[Dataset, Spans, By], pd.DataFrame]


def _count(values: pd.Series) -> pd.DataFrame:
    return pd.DataFrame({"value": values, "n": values, "reason": ""})


def _lead_stage(data: Dataset, spans: Spans, by: By, stage: str = "inquiry") -> pd.DataFrame:
    flow = facts.lead_flow(data, spans.until, by)
    counts = Cells.of(flow, spans, by).total("reached_week", rows=flow["stage"] == stage)
    return blank(_count(counts), _lead_gaps(flow, spans))


def _lead_gaps(flow: pd.DataFrame, spans: Spans) -> dict[int, str]:
    return spans.gaps(flow["created_week"], "leads")


def _responses(data: Dataset, spans: Spans, by: By) -> pd.DataFrame:
    answers = facts.responses(data, spans.until, by)
    gaps = spans.gaps(answers["responded_week"], "responses")
    return blank(_count(Cells.of(answers, spans, by).total("responded_week")), gaps)


def created_share(data: Dataset, spans: Spans, by: By, stage: str) -> pd.DataFrame:
    """Return the share of the leads created in each period that reached `stage` by its end."""
    flow = facts.lead_flow(data, spans.until, by)
    came, known = flow["stage"], spans.by_end(flow["created_week"], flow["reached_week"])
    cells = Cells.of(flow, spans, by)
    n = cells.total("created_week", rows=came == "inquiry")
    reached = cells.total("created_week", rows=(came == stage) & known)
    return blank(share(reached, n, "no inquiry in the period"), _lead_gaps(flow, spans))


def _acceptance(data: Dataset, spans: Spans, by: By) -> pd.DataFrame:
    flow = facts.lead_flow(data, spans.until, by)
    cells = Cells.of(flow, spans, by)
    taken, sent_back = (
        cells.total("reached_week", rows=flow["stage"] == stage)
        for stage in ("accepted", "rejected")
    )
    decided = share(taken, taken + sent_back, "Sales decided on no lead in the period")
    return blank(decided, _lead_gaps(flow, spans))


def _cost_per(data: Dataset, spans: Spans, by: By, stage: str = "inquiry") -> pd.DataFrame:
    spend = facts.spend(data, spans.until, by)
    cost = Cells.of(spend, spans, by).total("week", "cost")
    leads = _lead_stage(data, spans, by, stage)
    grid = leads.index.union(cost.index)
    n = leads["n"].reindex(grid)
    result = divide(cost.reindex(grid), n, f"no {_STAGE_WORDS[stage]} in the period")
    return blank(result, spans.gaps(spend["week"], "campaign costs"))


_STAGE_WORDS = {"inquiry": "inquiry", "mql": "quality lead", "sql": "sales-qualified lead"}


def _speed_to_lead(data: Dataset, spans: Spans, by: By) -> pd.DataFrame:
    touches = facts.touch_hours(data, spans.until, by)
    placed = touches.assign(p=spans.place(touches["mql_week"])).dropna(subset=["p"])
    grid = Cells.of(touches, spans, by).index
    result = median(placed, "hours", grid, "no quality lead in the period")
    return blank(result, spans.gaps(touches["mql_week"], "quality leads"))


def _opportunities(data: Dataset, spans: Spans, by: By) -> pd.DataFrame:
    flow = facts.deal_flow(data, spans.until, by)
    gaps = spans.gaps(flow["created_week"], "deals")
    return blank(_count(Cells.of(flow, spans, by).total("created_week")), gaps)


def _closed(data: Dataset, spans: Spans, by: By) -> tuple[Cells, dict[int, str]]:
    """Return the cells of deals, and where no closed deals are on record."""
    flow = facts.deal_flow(data, spans.until, by)
    closed = flow.loc[flow["outcome"] != "open", "closed_week"]
    return Cells.of(flow, spans, by), spans.gaps(closed, "closed deals")


def _summed(cells: Cells, outcome: str, value: str = "n") -> pd.Series:
    """Sum what closed in each period with an outcome."""
    return cells.total("closed_week", value, cells.frame["outcome"] == outcome)


def _win_rate_closed(data: Dataset, spans: Spans, by: By) -> pd.DataFrame:
    cells, gaps = _closed(data, spans, by)
    n = cells.total("closed_week", rows=cells.frame["outcome"] != "open")
    return blank(share(_summed(cells, "won"), n, "no deal closed in the period"), gaps)


def _win_rate_created(data: Dataset, spans: Spans, by: By) -> pd.DataFrame:
    flow = facts.deal_flow(data, spans.until, by)
    cells = Cells.of(flow, spans, by)
    n = cells.total("created_week")
    known = spans.by_end(flow["created_week"], flow["closed_week"])
    hits = cells.total("created_week", rows=(flow["outcome"] == "won") & known)
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
    cells, gaps = _closed(data, spans, by)
    won, lost = _summed(cells, "won", "amount"), _summed(cells, "lost", "amount")
    n_lost, known = _summed(cells, "lost"), _summed(cells, "lost", "n_amount")
    result = divide(won, won + lost, "no deal closed in the period")
    lacking = (n_lost > 0) & (known < 0.8 * n_lost)
    result["n"] = _summed(cells, "won") + n_lost
    result["value"] = result["value"].mask(lacking)
    result["reason"] = result["reason"].mask(lacking, "lost deals carry no amount")
    return blank(result.assign(low=np.nan, high=np.nan), gaps)


def _won_amount(data: Dataset, spans: Spans, by: By) -> pd.DataFrame:
    cells, gaps = _closed(data, spans, by)
    value, n = _summed(cells, "won", "amount"), _summed(cells, "won")
    return blank(pd.DataFrame({"value": value, "n": n, "reason": ""}), gaps)


def won_days(data: Dataset, spans: Spans, by: By) -> pd.DataFrame:
    """Return won deals by days from opening to winning, placed in their periods.

    Deals that closed before they were opened are left out: their dates are wrong, and the data
    notes list them.
    """
    days = facts.deal_days(data, spans.until, by)
    places = spans.place(days["closed_week"])
    won = (days["outcome"] == "won") & (days["days"] >= 0) & ~np.isnan(places)
    return days[won].assign(p=places[won])


def _cycle_median(data: Dataset, spans: Spans, by: By) -> pd.DataFrame:
    cells, gaps = _closed(data, spans, by)
    won = won_days(data, spans, by)
    return blank(median(won, "days", cells.index, "no deal won in the period"), gaps)


def _cycle_mean(data: Dataset, spans: Spans, by: By) -> pd.DataFrame:
    cells, gaps = _closed(data, spans, by)
    won, grid = won_days(data, spans, by), cells.index
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
