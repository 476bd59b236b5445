"""Delays worth a remedy: where deals wait longer than usual now, and the money that waits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from report_helpers.metrics.process import Process
from report_helpers.metrics.question import Source, When
from report_helpers.metrics.steps import Columns, by_stage, waits
from report_helpers.metrics.waiting import quantile, survival

USUAL = 4  # windows before the present one that say what is usual
LATE = 0.9  # a deal is late when it waits longer than this share used to
FEWEST = 10  # stays from which nothing usual can be learnt are left out
COLUMNS = (
    "stage", "late", "amount", "n_amount", "usual", "limit", "excess", "money_days", "stale",
)  # fmt: skip
Values = dict[str, Any]


def delays(
    data: Source,
    period: When = "all",
    by: str | Sequence[str] = (),
    order: Sequence[str] = (),
) -> pd.DataFrame:
    """Return the stages in which deals now wait longer than usual, the costliest first.

    What is usual is learnt from the stays that began in the four windows before the period's. A
    deal is late when it has waited longer than nine in ten of those; a deal that has waited longer
    than any that ever left the stage is stale: more likely forgotten than delayed, and not counted
    as late.

    Parameters
    ----------
    data : a data set or a dict of tables with ``opportunities`` and ``stage_events``.
    period : a period of whole weeks. A period of fewer than 13 weeks stands for the 13 weeks that
        end with it. With ``all`` nothing lies before, so nothing is usual.
    by : dimensions, such as ``"segment"``.
    order : the stages, first to last; empty for the settings beside the data, else learnt.

    Returns
    -------
    DataFrame
        One row a group and stage with late deals: the dimensions, ``stage``, ``late`` deals,
        ``amount`` (their money; NaN where none has an amount), ``n_amount``, ``usual`` (median
        days), ``limit`` (the days nine in ten kept to), ``excess`` (mean days beyond the usual
        median), ``money_days`` (sum of amount x excess days; NaN where none has an amount),
        ``stale`` deals, and ``change``, ``waiting`` and ``waiting_amount`` (all deals in the stage
        now) as in `steps.step_waits`. Ordered by ``money_days``; those
        without money follow by deals.

    Raises
    ------
    MissingData
        When there are no stage events, or a dimension is not in the data.
    """
    return late(Process.of(data, period, by, order))


def late(process: Process) -> pd.DataFrame:
    """Return `delays` of a process already measured."""
    by = list(process.by)
    rows = [
        dict(zip(by, group, strict=True)) | {"stage": stage} | found
        for group, stage, stays in by_stage(process, process.stages.order)
        if (found := _late(stays))
    ]
    frame = pd.DataFrame(rows, columns=[*by, *COLUMNS])
    changes = waits(process)
    if frame.empty or changes.empty:
        return frame.assign(change="", waiting=np.nan, waiting_amount=np.nan)
    told = changes.set_index([*by, "stage"])[["change", "waiting", "waiting_amount"]]
    joined: pd.DataFrame = frame.join(told, on=[*by, "stage"])
    keys = ["money_days", "late", *by, "stage"]
    first = [name not in keys[:2] for name in keys]
    return joined.sort_values(keys, ascending=first, na_position="last", ignore_index=True)


def _late(stays: Columns) -> Values | None:
    """Return what waits too long in one stage of one group; None where nothing does."""
    days, n, age = stays["days"], stays["n"], stays["age"]
    past = (age >= 1) & (age <= USUAL)
    if n[past].sum() < FEWEST:
        return None
    curve = survival({name: column[past] for name, column in stays.items()})
    usual, limit = quantile(curve), quantile(curve, LATE)
    longest = np.fmax.reduce(days[stays["over"]], initial=-np.inf)
    waiting = stays["open"] & (days > limit)
    late, stale = waiting & (days <= longest), waiting & (days > longest)
    if not late.any():
        return None
    beyond = days[late] - usual
    has_amount = float(stays["n_amount"][late].sum())
    amount, total = stays["amount"][late], float(n[late].sum())
    return {
        "late": total,
        "amount": float(np.nansum(amount)) if has_amount else np.nan,
        "n_amount": has_amount,
        "usual": usual,
        "limit": limit,
        "excess": float((beyond * n[late]).sum() / total),
        "money_days": float(np.nansum(amount * beyond)) if has_amount else np.nan,
        "stale": float(n[stale].sum()),
    }
