"""How long deals wait in each stage, those still waiting included, and whether that changed."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from report_helpers.facts.paths import OPEN
from report_helpers.metrics import figures
from report_helpers.metrics.process import Process
from report_helpers.metrics.question import Source, When
from report_helpers.metrics.waiting import holm, logrank, quantile, quantile_interval, survival

ENOUGH = 10  # stays on either side; fewer are too few to compare
SURE = 0.05  # the chance of a false alarm anywhere in the table
BASES = {"step_wait_median": 0.5, "step_wait_p90": 0.9}
COLUMNS = ("days", "n", "age", "over", "amount", "n_amount")
Columns = dict[str, NDArray[Any]]
Values = dict[str, Any]


def step_waits(
    data: Source,
    period: When = "all",
    by: str | Sequence[str] = (),
    metric: str = "step_wait_median",
    order: Sequence[str] = (),
) -> pd.DataFrame:
    """Return how many days deals wait in each stage before they leave it, whichever way.

    Parameters
    ----------
    data : a data set or a dict of tables with ``opportunities`` and ``stage_events``.
    period : a period of whole weeks, or ``all``. A period of fewer than 13 weeks stands for the
        13 weeks that end with it.
    by : dimensions, such as ``"segment"``.
    metric : ``step_wait_median`` or ``step_wait_p90``.
    order : the stages, first to last; empty for the settings beside the data, else learnt.

    Returns
    -------
    DataFrame
        Figures in days, one row a group and ``stage``, in the order of the stages: Kaplan-Meier
        over the stays that began in the period, those that still last censored; ``n`` stays. Then
        ``waiting``, ``waiting_amount`` and ``waiting_n_amount``: deals in the stage now, whenever
        they came, the sum of their amounts above 0 (NaN where none has one) and how many have one.
        ``before``, ``before_n``: the same for the stays that began in as many weeks before;
        ``z``, ``p``: log-rank test of the two, p adjusted for all rows (Holm); ``change``:
        ``longer``, ``shorter``, ``none``, or ``too few`` to compare.

    Raises
    ------
    MissingData
        When there are no stage events, or a dimension is not in the data.
    """
    process = Process.of(data, period, by, order)
    return waits(process, metric)


def waits(process: Process, metric: str = "step_wait_median") -> pd.DataFrame:
    """Return `step_waits` of a process already measured."""
    stages = (*process.stages.order, *process.stages.unknown)
    rows = [
        _step(stays, BASES[metric]) | dict(zip(process.by, group, strict=True)) | {"stage": stage}
        for group, stage, stays in by_stage(process, stages)
    ]
    by = [*process.by, "stage"]
    if not rows:
        return figures.none()
    found = pd.DataFrame(rows)
    found["p"] = holm(found["p"])
    found["change"] = _change(found)
    made = figures.make(found, metric, by=by, unit="days", period=process.key)
    extra = ["stage", "waiting", "waiting_amount", "waiting_n_amount", "before", "before_n", "z"]
    return made.join(found[[*process.by, *extra, "p", "change"]])


def by_stage(
    process: Process, stages: Sequence[str]
) -> Iterator[tuple[tuple[Hashable, ...], str, Columns]]:
    """Yield each group and stage with stays, and these stays column by column."""
    stays = process.stays
    columns = {name: stays[name].to_numpy() for name in COLUMNS}
    columns["open"] = (stays["next"] == OPEN).to_numpy(bool)
    places = stays.groupby([*process.by, "stage"]).indices
    found = {key if isinstance(key, tuple) else (key,): rows for key, rows in places.items()}
    for group in sorted({key[:-1] for key in found}):
        for stage in stages:
            if (*group, stage) in found:
                yield group, stage, _part(columns, found[*group, stage])


def _part(columns: Columns, rows: Any) -> Columns:
    return {name: column[rows] for name, column in columns.items()}


def _step(stays: Columns, level: float) -> Values:
    dated = stays["days"] >= 0
    now, before = (_part(stays, (stays["age"] == age) & dated) for age in (0, 1))
    curve, was = survival(now), survival(before)
    value, (low, high) = quantile(curve, level), quantile_interval(curve, level)
    waits = stays["open"]
    has_amount = int(stays["n_amount"][waits].sum())
    z, p = logrank(now, before) if _comparable(now, before) else (np.nan, np.nan)
    return {
        "value": value,
        "n": float(now["n"].sum()),
        "low": low if value == value else np.nan,
        "high": high if value == value else np.nan,
        "reason": "" if value == value else _why(now, level),
        "waiting": float(stays["n"][waits].sum()),
        "waiting_amount": float(np.nansum(stays["amount"][waits])) if has_amount else np.nan,
        "waiting_n_amount": float(has_amount),
        "before": quantile(was, level),
        "before_n": float(before["n"].sum()),
        "z": z,
        "p": p,
    }


def _comparable(now: Columns, before: Columns) -> bool:
    return bool(min(now["n"].sum(), before["n"].sum()) >= ENOUGH)


def _why(now: Columns, level: float) -> str:
    if not len(now["n"]):
        return "no deal entered the stage in the period"
    return f"fewer than {level:.0%} have left so far"


def _change(found: pd.DataFrame) -> pd.Series:
    way = np.where(found["z"] > 0, "longer", "shorter")
    told = np.where(found["p"] < SURE, way, "none")
    return pd.Series(np.where(found["p"].isna(), "too few", told), found.index, dtype="str")
