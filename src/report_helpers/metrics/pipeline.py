"""What is still open: the pipeline, how fast it turns into money, whether it covers the target."""

from __future__ import annotations

import numpy as np
import pandas as pd

from report_helpers import facts
from report_helpers.data.dataset import Dataset
from report_helpers.metrics.spans import Spans
from report_helpers.metrics.tally import blank, divide, median
from report_helpers.metrics.targets import target
from report_helpers.periods import Period, quarter

TRAILING = pd.Timedelta(weeks=13)


def open_deals(data: Dataset, spans: Spans, by: tuple[str, ...] = ()) -> pd.DataFrame:
    """Return number and amount of the deals open at the end of each period.

    Returns
    -------
    DataFrame
        Indexed by period place and dimensions; ``n`` deals, ``amount`` their value,
        ``n_amount`` how many of them carry one.
    """
    flow = facts.deal_flow(data, spans.until, by)
    there = []
    for place, end in spans.cuts:
        opened = flow["created_week"].isna() | (flow["created_week"] < end)
        undecided = (flow["outcome"] == "open") | (flow["closed_week"] >= end)
        there.append(flow[opened & undecided].assign(p=place))
    columns = ["n", "amount", "n_amount"]
    sums = pd.concat(there).groupby(["p", *by], dropna=False)[columns].sum()
    return sums.reindex(spans.grid(flow, by), fill_value=0).astype(float)


def _trailing(frame: pd.DataFrame, week: str, spans: Spans) -> pd.DataFrame:
    """Return the rows of the 13 weeks up to the end of each period, once a period."""
    if not spans.periods:
        return frame.assign(p=0.0)
    parts = [
        frame[(frame[week] >= end - TRAILING) & (frame[week] < end)].assign(p=place)
        for place, end in spans.cuts
    ]
    return pd.concat(parts)


def velocity(data: Dataset, spans: Spans, by: tuple[str, ...] = ()) -> pd.DataFrame:
    """Return sales velocity: open deals × average amount won × win rate ÷ median cycle.

    The last three are taken over the 13 weeks that end with the period, so that one week's
    handful of deals does not make the figure jump. ``n`` is the deals closed in those weeks.
    """
    flow = facts.deal_flow(data, spans.until, by)
    closed = _trailing(flow[flow["outcome"] != "open"], "closed_week", spans)
    days = facts.deal_days(data, spans.until, by)
    wins = _trailing(days[(days["outcome"] == "won") & (days["days"] >= 0)], "closed_week", spans)
    grid = spans.grid(flow, by)

    def summed(frame: pd.DataFrame, value: str) -> pd.Series:
        sums = frame.groupby(["p", *by], dropna=False)[value].sum()
        return sums.reindex(grid, fill_value=0).astype(float)

    won = closed[closed["outcome"] == "won"]
    n, n_won = summed(closed, "n"), summed(won, "n")
    average = summed(won, "amount") / summed(won, "n_amount").replace(0, np.nan)
    cycle = median(wins, "days", grid, "")["value"]
    rate = n_won / n.replace(0, np.nan)
    value = open_deals(data, spans, by)["n"] * average * rate / cycle.where(cycle > 0)
    reason = np.where(value.isna(), "no deal won in the 13 weeks before the period's end", "")
    result = pd.DataFrame({"value": value, "n": n, "reason": reason})
    return blank(result, _short_history(flow, spans))


def _short_history(flow: pd.DataFrame, spans: Spans) -> dict[int, str]:
    closed = flow["closed_week"]
    gaps = spans.gaps(closed, "closed deals")
    first = closed.min()
    for place, end in spans.cuts:
        if spans.periods and pd.notna(first) and end - TRAILING < first:
            gaps[int(place)] = "fewer than 13 weeks of closed deals before the period's end"
    return gaps


def coverage(
    data: Dataset, spans: Spans, by: tuple[str, ...] = (), first_month: int = 1
) -> pd.DataFrame:
    """Return the open amount at each period's end ÷ what is left of the quarter's target.

    ``n`` is the open deals that carry an amount. Targets are the company's: by segment there is
    a figure only where the segment has a target of its own.
    """
    there = open_deals(data, spans, by)
    left = pd.Series(np.nan, index=there.index)
    reason = pd.Series("no target for won amount covers the period's end", index=there.index)
    for key in there.index:
        place = int(key[0] if isinstance(key, tuple) else key)
        group = dict(zip(by, key[1:], strict=True)) if isinstance(key, tuple) else {}
        remaining = _remaining(data, spans, place, group, first_month)
        if remaining is not None:
            left[key], reason[key] = remaining, ""
    result = divide(there["amount"], left.clip(lower=0).fillna(0), "")
    met = left.notna() & (left <= 0)
    result["n"] = there["n_amount"]
    result["reason"] = reason.mask(met, "the quarter's target is already reached")
    return result


def _remaining(
    data: Dataset, spans: Spans, place: int, group: dict[str, str], first_month: int
) -> float | None:
    """Return the part of the quarter's target not yet won at the end of a period."""
    if not spans.periods or set(group) - {"segment"}:
        return None
    last = spans.periods[place].last_day
    whole = quarter(last, first_month)
    goal = target(data, "won_amount", whole, group.get("segment", ""))
    if goal is None:
        return None
    return goal - _won_between(data, spans, Period(whole.start, spans.periods[place].end), group)


def _won_between(data: Dataset, spans: Spans, period: Period, group: dict[str, str]) -> float:
    days = facts.won_by_day(data, spans.until, tuple(group))
    inside = days["closed_on"].between(
        pd.Timestamp(period.start), pd.Timestamp(period.end), inclusive="left"
    )
    for column, value in group.items():
        inside &= days[column] == value
    return float(days.loc[inside, "amount"].sum())
