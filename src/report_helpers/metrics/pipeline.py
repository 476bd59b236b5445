"""What is still open: the pipeline, how fast it turns into money, whether it covers the target."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from report_helpers import facts
from report_helpers.data.dataset import Dataset
from report_helpers.metrics.spans import Spans
from report_helpers.metrics.tally import Cells, blank, divide, median
from report_helpers.metrics.targets import target
from report_helpers.periods import quarter

TRAILING = np.timedelta64(13, "W").astype("timedelta64[D]")


def open_deals(data: Dataset, spans: Spans, by: tuple[str, ...] = ()) -> pd.DataFrame:
    """Return number and amount of the deals open at the end of each period.

    Returns
    -------
    DataFrame
        Indexed by period place and dimensions; ``n`` deals, ``amount`` their value,
        ``n_amount`` how many of them carry one.
    """
    return _open(Cells.of(facts.deal_flow(data, spans.until, by), spans, by))


def _open(cells: Cells) -> pd.DataFrame:
    flow = cells.frame
    opened, closed = (flow[name].to_numpy() for name in ("created_week", "closed_week"))
    never, undated = (flow["outcome"] == "open").to_numpy(bool), np.isnat(opened)
    there = [(undated | (opened < end)) & (never | (closed >= end)) for end in cells.spans.ends]
    columns = ("n", "amount", "n_amount")
    return pd.DataFrame({name: cells.running(there, name) for name in columns})


def _trailing(weeks: pd.Series, spans: Spans) -> list[NDArray[np.bool_]]:
    """Return, for each period, which weeks are among the 13 up to its end."""
    if not spans.periods:
        return [np.ones(len(weeks), dtype=bool)]
    days = weeks.to_numpy()
    return [(days >= end - TRAILING) & (days < end) for end in spans.ends]


def velocity(data: Dataset, spans: Spans, by: tuple[str, ...] = ()) -> pd.DataFrame:
    """Return sales velocity: open deals × average amount won × win rate ÷ median cycle.

    The last three are taken over the 13 weeks that end with the period, so that one week's
    handful of deals does not make the figure jump. ``n`` is the deals closed in those weeks.
    """
    flow = facts.deal_flow(data, spans.until, by)
    cells, outcome = Cells.of(flow, spans, by), flow["outcome"].to_numpy(object)
    recent = _trailing(flow["closed_week"], spans)
    closed, won = (
        [rows & kept for rows in recent] for kept in (outcome != "open", outcome == "won")
    )
    n, n_won = cells.running(closed), cells.running(won)
    average = cells.running(won, "amount") / cells.running(won, "n_amount").replace(0, np.nan)
    rate = n_won / n.replace(0, np.nan)
    cycle = median(_recent_wins(data, spans, by), "days", cells.index, "")["value"]
    value = _open(cells)["n"] * average * rate / cycle.where(cycle > 0)
    reason = np.where(value.isna(), "no deal won in the 13 weeks before the period's end", "")
    result = pd.DataFrame({"value": value, "n": n, "reason": reason})
    return blank(result, _short_history(flow, spans))


def _recent_wins(data: Dataset, spans: Spans, by: tuple[str, ...]) -> pd.DataFrame:
    """Return the days deals took that were won in the 13 weeks to a period's end, once a period."""
    days = facts.deal_days(data, spans.until, by)
    wins = days[(days["outcome"] == "won") & (days["days"] >= 0)]
    recent = [np.flatnonzero(rows) for rows in _trailing(wins["closed_week"], spans)]
    places = np.repeat(np.arange(len(recent), dtype=float), [len(rows) for rows in recent])
    return wins.iloc[np.concatenate(recent)].assign(p=places)


def _short_history(flow: pd.DataFrame, spans: Spans) -> dict[int, str]:
    closed = flow["closed_week"]
    gaps = spans.gaps(closed, "closed deals")
    first = closed.min()
    short = spans.ends - TRAILING < first if pd.notna(first) and spans.periods else []
    for place in np.flatnonzero(short):
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
    left = _left(data, spans, by, there.index, first_month)
    untold = "no target for won amount covers the period's end"
    reason = pd.Series(np.where(left.isna(), untold, ""), index=there.index)
    result = divide(there["amount"], left.clip(lower=0).fillna(0), "")
    met = left.notna() & (left <= 0)
    result["n"] = there["n_amount"]
    result["reason"] = reason.mask(met, "the quarter's target is already reached")
    return result


def _left(
    data: Dataset, spans: Spans, by: tuple[str, ...], index: pd.Index, first_month: int
) -> pd.Series:
    """Return the part of the quarter's target not yet won at each period's end, if there is one."""
    if not spans.periods or set(by) - {"segment"}:
        return pd.Series(np.nan, index=index)
    quarters = [quarter(period.last_day, first_month) for period in spans.periods]
    places = index.get_level_values("p").astype(int)
    groups = index.get_level_values("segment") if by else [""] * len(index)
    agreed = [
        target(data, "won_amount", quarters[place], group)
        for place, group in zip(places, groups, strict=True)
    ]
    goals = pd.Series(agreed, index=index, dtype=float)
    if goals.isna().all():
        return goals
    cells = Cells.of(facts.won_by_day(data, spans.until, by), spans, by)
    closed, starts = cells.frame["closed_on"].to_numpy(), (np.datetime64(q.start) for q in quarters)
    rows = [
        (closed >= start) & (closed < end) for start, end in zip(starts, spans.ends, strict=True)
    ]
    return goals - cells.running(rows, "amount").reindex(index, fill_value=0.0)
