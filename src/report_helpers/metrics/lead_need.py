"""How many quality leads the revenue goal needs: the chain from money to leads, step by step."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd

from report_helpers import facts
from report_helpers.data.dataset import Dataset
from report_helpers.errors import MissingData
from report_helpers.metrics import figures
from report_helpers.metrics.differences import product
from report_helpers.metrics.maturity import weeks_to
from report_helpers.metrics.once import once
from report_helpers.metrics.projection import Estimate, ratio
from report_helpers.metrics.question import Question, Source, When
from report_helpers.metrics.tally import share
from report_helpers.metrics.targets import target
from report_helpers.periods import WEEK, YEAR, Period, monday

QUARTER = 13  # weeks
STEPS = ("goal", "average_deal", "deals", "from_leads", "rate", "quarter", "week")
_NO_GOAL = "no goal and no target for won amount covers the period's end"


@once
def lead_need(data: Source, period: When = "all") -> pd.DataFrame:
    """Return the chain from the goal for won amount to the quality leads it needs.

    Parameters
    ----------
    data : a data set or a dict of tables with ``goals`` or ``targets``, and ``leads``.
    period : the chain is made at its end, from the year before.

    Returns
    -------
    DataFrame
        One row a step of `STEPS`, in ``step``: the goal's part of a quarter (13 weeks); the
        average deal won; deals needed (goal ÷ average deal); the share of won deals that began
        as a lead; the share of quality leads that become customers; quality leads needed a
        quarter (deals × share from leads ÷ rate) and a week. ``value``, ``n``, ``low``, ``high``,
        ``unit`` and ``reason`` as in figures; the goal and what is only divided have no ``n``.

    Raises
    ------
    MissingData
        When no goal or target for won amount is in force, or there are no leads.
    """
    asked = Question.of(data, period)
    end = monday(asked.until)
    goal = _goal(asked.data, end)
    deal = _row(average_deal(asked.data, Period(end - YEAR, end)))
    origin = _row(_from_leads(asked.data, end))
    rate = _row(mql_to_customer_rate(asked.data, Period(end - WEEK, end)))
    wanted: Estimate = (goal, goal, goal)
    deals = product([wanted], [_estimate(deal)])
    leads = product([wanted, _estimate(origin)], [_estimate(deal), _estimate(rate)])
    weekly: Estimate = (leads[0] / QUARTER, leads[1] / QUARTER, leads[2] / QUARTER)
    lacking = "; ".join(dict.fromkeys(r["reason"] for r in (deal, origin, rate) if r["reason"]))
    rows = [
        _made("money", (goal, np.nan, np.nan)),
        deal,
        _made("count", deals, deal["reason"]),
        origin,
        rate,
        _made("count", leads, lacking),
        _made("count", weekly, lacking),
    ]
    names = ["value", "n", "low", "high", "unit", "reason"]
    return pd.DataFrame(rows, columns=names).assign(step=STEPS)[["step", *names]]


def mqls_needed(data: Source, period: When = "all", by: Sequence[str] = ()) -> pd.DataFrame:
    """Return the quality leads the goal for won amount needs, a quarter and a week.

    Parameters are those of `lead_need`, which shows the steps; `by` must be empty: a goal is of
    the whole company, or of the segment the data were narrowed to.

    Raises
    ------
    MissingData
        As `lead_need` does, and when `by` is not empty.
    """
    if by:
        raise MissingData("goals are not split", remedy="ask for the whole, or for one segment")
    chain = lead_need(data, period).tail(2).rename(columns={"step": "basis"})
    key = period.key if isinstance(period, Period) else period
    return figures.make(chain, "mqls_needed", unit="count", period=key)


def average_deal(data: Source, period: When = "all", by: str | Sequence[str] = ()) -> pd.DataFrame:
    """Return the amount won ÷ the deals won that carry an amount.

    Parameters
    ----------
    data : a data set, a table of opportunities or a dict of tables.
    period : a period of whole weeks, or ``all``.
    by : dimensions, such as ``"segment"``.

    Returns
    -------
    DataFrame
        Figures in money; ``n`` the deals, the interval from the weeks as `projection.ratio` says
        (none for a single week).
    """
    asked = Question.of(data, period, by)
    flow = facts.deal_flow(asked.data, asked.until, asked.by)
    won = flow[(flow["outcome"] == "won") & asked.within(flow["closed_week"])]
    keys = list(asked.by)
    groups = flow[keys].drop_duplicates().sort_values(keys) if keys else pd.DataFrame(index=[0])
    rows = []
    for _, group in groups.iterrows():
        mine = won[(won[keys] == group).all(axis=1)] if keys else won
        weeks = mine.groupby("closed_week")[["amount", "n_amount"]].sum()
        weeks = weeks[weeks["n_amount"] > 0]
        value, low, high = ratio(weeks["amount"], weeks["n_amount"])
        told = "" if np.isfinite(value) else "no deal with an amount was won in the period"
        n = float(weeks["n_amount"].sum())
        rows.append({"value": value, "n": n, "low": low, "high": high, "reason": told, **group})
    fixed = {"unit": "money", "period": asked.key}
    return figures.make(pd.DataFrame(rows), "average_deal", by=asked.by, **fixed)


def mql_to_customer_rate(
    data: Source, period: When = "all", by: str | Sequence[str] = ()
) -> pd.DataFrame:
    """Return the share of quality leads that become customers, of leads old enough to tell.

    Parameters
    ----------
    data : a data set or a dict of tables with ``leads``.
    period : the leads are those created in 52 weeks that ended so long before the period's end
        that nine in ten of all wins would be known by it; ``all`` ends with the data.
    by : dimensions of the lead: ``segment``, ``region``, ``source``.

    Returns
    -------
    DataFrame
        Figures; ``n`` the quality leads, ``low`` and ``high`` the Wilson 95 % interval. It lies a
        little low: about one win in ten is still to come. NA where more leads won than were ever
        called a quality lead.

    Raises
    ------
    MissingData
        When there are no leads, or they lack a dimension.
    """
    asked = Question.of(data, period, by)
    flow = facts.lead_flow(asked.data, asked.until, asked.by)
    lag = weeks_to(flow, "won")
    told = "no lead is known to have become a customer"
    if np.isfinite(lag):
        last = pd.Timestamp(monday(asked.until)) - (lag + 1) * pd.Timedelta(weeks=1)
        told = f"no quality lead among those created in the 52 weeks before {last.date()}"
        born = flow["created_week"]
        flow = flow[(born < last) & (born >= last - pd.Timedelta(YEAR))]
    index = pd.MultiIndex.from_frame(flow[list(asked.by)].drop_duplicates()) if asked.by else [0]
    rates = share(*_won_of_mqls(flow, asked.by, index, np.isfinite(lag)), told).reset_index()
    fixed = {"unit": "share", "period": asked.key}
    return figures.make(rates, "mql_to_customer_rate", by=asked.by, **fixed)


def _won_of_mqls(
    flow: pd.DataFrame, by: Sequence[str], index: Any, known: bool
) -> tuple[pd.Series, pd.Series]:
    """Return won leads and quality leads; no quality leads where nothing can be told."""
    counts = {
        stage: flow[flow["stage"] == stage].groupby(list(by) or (lambda _: 0))["n"].sum()
        for stage in ("won", "mql")
    }
    won, mqls = (counts[s].reindex(index, fill_value=0).astype(float) for s in ("won", "mql"))
    sound = (won <= mqls) & known
    return won.where(sound, 0.0), mqls.where(sound, 0.0)


def _from_leads(data: Dataset, end: date) -> pd.DataFrame:
    """Return the share of the last year's won deals that began as a lead."""
    start, until = pd.Timestamp(end - YEAR), pd.Timestamp(end)
    leads, deals = facts.lead_flow(data, end), facts.deal_flow(data, end)

    def in_year(weeks: pd.Series) -> pd.Series:
        return weeks.between(start, until, inclusive="left")

    won = deals.loc[(deals["outcome"] == "won") & in_year(deals["closed_week"]), "n"].sum()
    of_leads = leads.loc[(leads["stage"] == "won") & in_year(leads["reached_week"]), "n"].sum()
    found = share(pd.Series([float(of_leads)]), pd.Series([float(won)]), "no deal won in a year")
    return figures.make(found, "deals_from_leads", unit="share")


def _goal(data: Dataset, end: date) -> float:
    """Return the part of the goal for won amount that falls to a quarter of 13 weeks."""
    last = end - timedelta(days=1)
    segment = data.scope.get("segment", "")
    if data.has("goals", "metric", "target") and not data.scope:
        rows = data.frame("goals")
        rows = rows[rows["metric"].isin(["won_amount", "revenue"])]
        day = pd.Timestamp(last)
        rows = rows[(rows["starts_on"] <= day) & (rows["due_on"].dt.normalize() >= day)]
        if len(rows):
            goal = rows.sort_values("starts_on").iloc[-1]
            days = (goal["due_on"].normalize() - goal["starts_on"].normalize()).days + 1
            return float(goal["target"]) * QUARTER * 7 / float(days)
    agreed = target(data, "won_amount", Period(end - QUARTER * WEEK, end), segment)
    if agreed is None:
        raise MissingData(_NO_GOAL, remedy="add one to the table goals, or to targets")
    return agreed


def _made(unit: str, estimate: Estimate, reason: str = "") -> dict[str, Any]:
    value, low, high = estimate
    told = {"n": np.nan, "unit": unit, "reason": reason}
    return {"value": value, "low": low, "high": high, **told}


def _row(found: pd.DataFrame) -> dict[str, Any]:
    return {str(name): value for name, value in found.iloc[0].items()}


def _estimate(row: dict[str, Any]) -> Estimate:
    return float(row["value"]), float(row["low"]), float(row["high"])
