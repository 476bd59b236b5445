"""The cohort win rate: what share of all deals opened is won by a certain age."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from report_helpers import facts
from report_helpers.metrics import figures, incidence
from report_helpers.metrics.question import Question, Source, When

HORIZONS = (30, 60, 90)
BASES = {**{str(day): f"within {day} days" for day in HORIZONS}, "end": "in the end"}


def cohort_win_rate(
    data: Source, period: When = "all", by: str | Sequence[str] = ()
) -> pd.DataFrame:
    """Return the share of opened deals that is won within 30, 60 and 90 days and in the end.

    The cohort is every dated deal opened before the period's end, as known then; deals still open
    are censored at their age on its last day (see `incidence.curves`). ``n`` counts the deals.

    Parameters
    ----------
    data : a data set, a table of opportunities or a dict of tables.
    period : cut at its end; ``all`` is everything known.
    by : dimensions, such as ``"segment"``.

    Returns
    -------
    DataFrame
        Figures, one row a group and horizon, with the columns ``horizon`` (30, 60, 90 or ``end``:
        the greatest age at which a deal closed) and ``days`` (the horizon in days).

    Raises
    ------
    MissingData
        When a dimension is not in the data.
    """
    asked = Question.of(data, period, by)
    days = facts.deal_days(asked.data, asked.until, asked.by)
    return rates(days, asked.by, "win", period=asked.key)


def cohort_loss_rate(
    data: Source, period: When = "all", by: str | Sequence[str] = ()
) -> pd.DataFrame:
    """Return the share of opened deals that is lost by each horizon, as `cohort_win_rate` does."""
    asked = Question.of(data, period, by)
    days = facts.deal_days(asked.data, asked.until, asked.by)
    return rates(days, asked.by, "loss", period=asked.key)


def rates(
    days: pd.DataFrame, by: Sequence[str], share: str, *, period: str = figures.WHOLE
) -> pd.DataFrame:
    """Return figures of the cohort ``win`` or ``loss`` rate from the fact ``deal_days``.

    Examples
    --------
    >>> days = pd.DataFrame({"days": [10, 40, 50], "outcome": ["won", "lost", "open"],
    ...                      "n": [5, 3, 2]})
    >>> rates(days, (), "win")[["horizon", "value", "n"]].values.tolist()
    [['30', 0.5, 10.0], ['60', nan, 10.0], ['90', nan, 10.0], ['end', 0.5, 10.0]]
    """
    groups = days.groupby(list(by), dropna=False) if by else [((), days)]
    parts = [_horizons(part, share).assign(**_named(by, key)) for key, part in groups]
    if not parts:
        return figures.none()
    frame = pd.concat(parts, ignore_index=True)
    frame["basis"] = frame["horizon"].map(BASES)
    made = figures.make(frame, f"cohort_{share}_rate", by=by, unit="share", period=period)
    return made.assign(horizon=frame["horizon"], days=frame["days"])


def _horizons(days: pd.DataFrame, share: str) -> pd.DataFrame:
    curve = incidence.curves(days)
    found = [incidence.at(curve, day).rename(str(day)) for day in HORIZONS]
    last = incidence.end(curve)
    rows = pd.DataFrame([*found, last.rename("end")])[[share, f"{share}_low", f"{share}_high"]]
    rows.columns = pd.Index(["value", "low", "high"])
    oldest = curve["days"].max() if len(curve) else np.nan
    followed = f"no deal has been followed so long (the oldest is {oldest:.0f} days)"
    reason = followed if last.notna().any() else "no deal has closed yet"
    return (
        rows.rename_axis("horizon")
        .reset_index()
        .assign(
            days=[*map(float, HORIZONS), last["days"]],
            n=curve[list(incidence.OUTCOMES)].sum().sum(),
            reason=np.where(rows["value"].isna(), reason, ""),
        )
    )


def _named(by: Sequence[str], key: Any) -> dict[str, Any]:
    return dict(zip(by, key, strict=True))
