"""What is at stake in each topic of a meeting, in money, and how it was reckoned."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from report_helpers import facts
from report_helpers.data.dataset import Dataset
from report_helpers.errors import MissingData
from report_helpers.metrics.commitments import first_touch_kept
from report_helpers.metrics.delays import delays
from report_helpers.metrics.measures import MEASURES
from report_helpers.metrics.spans import Spans
from report_helpers.metrics.stakes import stakes
from report_helpers.periods import WEEK, Period
from report_helpers.settings import Commitments

WEEKS = 13  # a quarter: what came lately, and enough of it
DEFAULT = Commitments()


@dataclass(frozen=True)
class Stake:
    """Money at stake in a topic.

    Parameters
    ----------
    value : the amount in the company's currency; NaN where it cannot be known.
    how : how it was reckoned, or why it cannot be.
    n : the cases it rests on; NaN where that is no one number.
    """

    value: float
    how: str
    n: float = float("nan")

    @property
    def is_known(self) -> bool:
        """Whether there is an amount."""
        return bool(np.isfinite(self.value))


EXPECTED = {
    "win_rate": "amount of the open deals × win rate",
    "market": "accounts that are no customers × win rate × mean deal, in the segment to win first",
    "cross_sell": "accounts to approach × share that has both × mean amount of the other product",
}
_REJECTED = "quality leads sent back in 13 weeks × cost of one"
_MISSED = "quality leads not called in time in 13 weeks × cost of one"
_LATE = "amount of the late deals × win rate"


def at_stake(data: Dataset, period: Period, promise: Commitments = DEFAULT) -> dict[str, Stake]:
    """Return what is at stake in each topic, as far as the data can tell.

    - ``win_rate``, ``market``, ``cross_sell``: `report_helpers.metrics.stakes.stakes`.
    - ``buying_process``: amount of the deals that are late in a stage
      (`report_helpers.metrics.delays.delays`) × win rate of all deals closed before.
    - ``lead_quality``: quality leads Sales sent back in the 13 weeks to the period's end × cost
      per quality lead in them: money spent on leads one team calls good and the other does not.
    - ``commitments``: quality leads whose first touch was missed in these weeks × that cost.

    The first four are money that may come, the last two money already spent; each says which. What
    the data cannot carry is left out: it is unknown, not zero.

    Parameters
    ----------
    data : the data set.
    period : what is known by its end counts.
    promise : the company's settings ``[commitments]``.
    """
    found = {n: Stake(v, EXPECTED[n]) for n, v in stakes(data, period).items() if n in EXPECTED}
    quarter = Period(period.end - WEEKS * WEEK, period.end)
    ways: dict[str, Callable[[], Stake]] = {
        "buying_process": lambda: _delayed(data, period),
        "lead_quality": lambda: _disputed(data, quarter),
        "commitments": lambda: _neglected(data, quarter, promise),
    }
    for name, reckon in ways.items():
        try:
            stake = reckon()
        except MissingData:  # the table it needs is not there
            continue
        if stake.is_known:
            found[name] = stake
    return found


def _delayed(data: Dataset, period: Period) -> Stake:
    late = delays(data, period)
    flow = facts.deal_flow(data, period.end).groupby("outcome")["n"].sum()
    won, lost = float(flow.get("won", 0)), float(flow.get("lost", 0))
    rate = won / (won + lost) if won + lost else np.nan
    amount = float(late["amount"].sum(min_count=1)) if len(late) else np.nan
    return Stake(amount * rate, _LATE, float(late["late"].sum()))


def _disputed(data: Dataset, quarter: Period) -> Stake:
    sent_back = facts.rejections(data, quarter.end)
    recent = sent_back["rejected_week"].between(*_ends(quarter), inclusive="left")
    n = float(sent_back.loc[recent, "n"].sum())
    return Stake(n * _cost(data, quarter), _REJECTED, n)


def _neglected(data: Dataset, quarter: Period, promise: Commitments) -> Stake:
    n = float(first_touch_kept(data, quarter, (), promise)["missed"].iloc[0])
    return Stake(n * _cost(data, quarter), _MISSED, n)


def _cost(data: Dataset, quarter: Period) -> float:
    cost = MEASURES["cost_per_mql", ""](data, Spans.of(quarter), ())["value"]
    return float(cost.iloc[0])


def _ends(period: Period) -> tuple[np.datetime64, np.datetime64]:
    return np.datetime64(period.start), np.datetime64(period.end)
