"""The win rate: which share of deals is won, on a basis that is always named."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from report_helpers.errors import ConfigurationError, UnknownName
from report_helpers.metrics import figures
from report_helpers.metrics.measures import MEASURES
from report_helpers.metrics.once import once
from report_helpers.metrics.question import Question, Source, When
from report_helpers.metrics.shrinkage import shrink

BASES = ("closed", "created", "value")


@once
def win_rate(
    data: Source,
    period: When = "all",
    by: str | Sequence[str] = (),
    basis: str = "closed",
    shrunk: bool = False,
) -> pd.DataFrame:
    """Return the win rate of a period, for the whole or for each group.

    - ``closed``: won ÷ (won + lost), deals closed in the period. The usual one; it runs ahead
      while losing takes longer than winning, or behind where it is the other way round.
    - ``created``: won by the period's end ÷ deals opened in the period. Low for young periods.
    - ``value``: amount won ÷ (amount won + amount lost), deals closed in the period; NA unless at
      least 80 % of the lost deals carry an amount above 0.

    Parameters
    ----------
    data : a data set, a table of opportunities or a dict of tables.
    period : a period of whole weeks, or ``all``.
    by : dimensions: ``segment``, ``region``, ``source``, ``owner``, ``product``.
    basis : as above.
    shrunk : add each group's rate drawn towards the whole (`shrinkage.shrink`): ``shrunk``,
        ``shrunk_low``, ``shrunk_high``, ``weight``. Use it to compare small groups.

    Returns
    -------
    DataFrame
        Figures, one row a group; ``n`` the deals in the denominator, ``low`` and ``high`` the
        Wilson 95 % interval. By value there is no interval: sums of money are no counts.

    Raises
    ------
    UnknownName
        When the basis is none of the three.
    ConfigurationError
        When a win rate by value is to be shrunk, or the period is not made of whole weeks.
    MissingData
        When a dimension is not in the data.

    Examples
    --------
    >>> deals = pd.DataFrame({
    ...     "opportunity_id": ["1", "2", "3", "4"], "outcome": ["won", "won", "lost", "open"],
    ...     "created_on": pd.to_datetime(["2026-01-05"] * 4),
    ...     "closed_on": pd.to_datetime(["2026-02-02", "2026-02-03", "2026-02-04", None])})
    >>> win_rate(deals)["value"].round(3).tolist()
    [0.667]
    >>> win_rate(deals, basis="created")["value"].tolist()
    [0.5]
    """
    if basis not in BASES:
        raise UnknownName("basis", basis, BASES)
    if shrunk and basis == "value":
        raise ConfigurationError(
            "a win rate by value cannot be shrunk", remedy="shrink the closed or created basis"
        )
    asked = Question.of(data, period, by)
    values = MEASURES["win_rate", basis](asked.data, asked.spans, asked.by).reset_index()
    fixed = {"basis": basis, "unit": "share", "period": asked.key}
    made = figures.make(values, "win_rate", by=asked.by, **fixed)
    return made.join(_shrunk(made)) if shrunk else made


def _shrunk(made: pd.DataFrame) -> pd.DataFrame:
    n = made["n"].fillna(0)
    return shrink((made["value"].fillna(0) * n).round(), n)
