"""The buying path: which ways deals take through the stages, and where they are lost."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from report_helpers.metrics import figures
from report_helpers.metrics.process import Process
from report_helpers.metrics.question import Source, When
from report_helpers.metrics.stages import Stages
from report_helpers.metrics.tally import share

SHOWN = 5  # most frequent paths of a group; the others are counted together
OTHER = "other paths"
ARROW = " → "
NOWHERE = "(no stage)"  # lost without ever entering a working stage


def buying_path(
    data: Source,
    period: When = "all",
    by: str | Sequence[str] = (),
    order: Sequence[str] = (),
    shown: int = SHOWN,
) -> pd.DataFrame:
    """Return the paths closed deals took, the most frequent first; every deal is in exactly one.

    Parameters
    ----------
    data : a data set or a dict of tables with ``opportunities`` and ``stage_events``.
    period : a period of whole weeks, or ``all``; deals closed in it count. A period of fewer than
        13 weeks stands for the 13 weeks that end with it.
    by : dimensions, such as ``"segment"``.
    order : the stages, first to last; empty for the settings beside the data, else learnt.
    shown : how many paths of each group to name; the others make one row, ``other paths``.

    Returns
    -------
    DataFrame
        Figures ``path_share``: the share of the group's closed deals that took the path, ``n`` all
        of them, with the Wilson 95 % interval. Then ``path`` (stages joined by arrows; a stage
        that only says how the deal ended is left out), ``count`` deals, ``paths`` (how many
        different ones the row stands for), ``won`` of the deals, and ``days``, the mean from
        opening to closing (NaN where no opening is known).

    Raises
    ------
    MissingData
        When there are no stage events, or a dimension is not in the data.
    """
    return paths(Process.of(data, period, by, order), shown)


def paths(process: Process, shown: int = SHOWN) -> pd.DataFrame:
    """Return `buying_path` of a process already measured."""
    by, ways = list(process.by), process.closed
    ways = ways.assign(
        path=[spelled(path, process.stages) for path in ways["path"]],
        won=ways["n"].where(ways["outcome"] == "won", 0),
    )
    sums = ways.groupby([*by, "path"], as_index=False)[["n", "won", "days", "n_days"]].sum()
    sums = sums.sort_values([*by, "n", "path"], ascending=[*(True for _ in by), False, True])
    rank = sums.groupby(by).cumcount() if by else pd.Series(range(len(sums)), sums.index)
    sums = sums.assign(path=sums["path"].where(rank < shown, OTHER), place=rank.clip(upper=shown))
    sums["paths"] = 1
    measures = ["n", "won", "days", "n_days", "paths"]
    rows = sums.groupby([*by, "place", "path"], as_index=False)[measures].sum()
    whole = rows.groupby(by)["n"].transform("sum") if by else rows["n"] * 0 + rows["n"].sum()
    rates = share(rows["n"].astype(float), whole.astype(float), "no deal closed in the period")
    made = figures.make(
        rates.join(rows[[*by, "path"]]), "path_share", by=[*by, "path"],
        unit="share", period=process.key,
    )  # fmt: skip
    known = rows["n_days"].where(rows["n_days"] > 0)
    extra = rows.assign(count=rows["n"].astype(float), days=rows["days"] / known)
    return made.join(extra[[*by, "path", "count", "paths", "won", "days"]])


def spelled(path: Sequence[str], stages: Stages) -> str:
    """Return a path as text, closing stages at its end left out.

    Examples
    --------
    >>> spelled(("Call", "Offer", "Lost"), Stages(("Call", "Offer"), {"Lost": "lost"}))
    'Call → Offer'
    """
    kept = list(path)
    while kept and kept[-1] in stages.closing:
        kept.pop()
    return ARROW.join(kept) or NOWHERE


def step_losses(
    data: Source,
    period: When = "all",
    by: str | Sequence[str] = (),
    order: Sequence[str] = (),
) -> pd.DataFrame:
    """Return in which stage deals were when they were lost, and how long they had been open.

    Parameters
    ----------
    data, period, by, order : as for `buying_path`; deals lost in the period count.

    Returns
    -------
    DataFrame
        Figures ``step_loss_share``: the share of the group's lost deals that were in the stage,
        ``n`` all of them, with the Wilson 95 % interval, in the order of the stages. Then
        ``stage``, ``count`` deals, ``amount`` (NaN where none has one), ``n_amount``, and
        ``days``, the mean from opening to losing (NaN where no opening is known).

    Raises
    ------
    MissingData
        When there are no stage events, or a dimension is not in the data.
    """
    return losses(Process.of(data, period, by, order))


def losses(process: Process) -> pd.DataFrame:
    """Return `step_losses` of a process already measured."""
    by, ways = list(process.by), process.closed
    lost = ways[ways["outcome"] == "lost"]
    last = [_last(path, process.stages) for path in lost["path"]]
    lost = lost.assign(stage=pd.Series(last, lost.index, dtype="str"))
    places = process.stages.places
    lost = lost.assign(place=lost["stage"].map(places).fillna(len(places)))
    measures = ["n", "days", "n_days", "amount", "n_amount"]
    rows = lost.groupby([*by, "place", "stage"], as_index=False)[measures].sum()
    whole = rows.groupby(by)["n"].transform("sum") if by else rows["n"] * 0 + rows["n"].sum()
    rates = share(rows["n"].astype(float), whole.astype(float), "no deal lost in the period")
    made = figures.make(
        rates.join(rows[[*by, "stage"]]), "step_loss_share", by=[*by, "stage"],
        unit="share", period=process.key,
    )  # fmt: skip
    extra = rows.assign(
        count=rows["n"].astype(float),
        days=rows["days"] / rows["n_days"].where(rows["n_days"] > 0),
        amount=rows["amount"].where(rows["n_amount"] > 0),
    )
    return made.join(extra[[*by, "stage", "count", "amount", "n_amount", "days"]])


def _last(path: Sequence[str], stages: Stages) -> str:
    return next((name for name in reversed(path) if name not in stages.closing), NOWHERE)
