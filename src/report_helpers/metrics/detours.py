"""Detours: deals that step back, skip stages, or are opened again; and what stepping back costs."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from report_helpers.facts.rework import path_rework
from report_helpers.metrics import figures
from report_helpers.metrics.process import Process
from report_helpers.metrics.question import Source, When
from report_helpers.metrics.stages import Stages
from report_helpers.metrics.tally import divide, share

KINDS = ("any", "back", "skip", "reopened")


def detour_share(
    data: Source,
    period: When = "all",
    by: str | Sequence[str] = (),
    order: Sequence[str] = (),
) -> pd.DataFrame:
    """Return the share of closed deals that took a detour.

    Parameters
    ----------
    data : a data set or a dict of tables with ``opportunities`` and ``stage_events``.
    period : a period of whole weeks, or ``all``; deals closed in it count. A period of fewer than
        13 weeks stands for the 13 weeks that end with it.
    by : dimensions, such as ``"segment"``.
    order : the stages, first to last; empty for the settings beside the data, else learnt.

    Returns
    -------
    DataFrame
        Figures ``detour_share`` with the Wilson 95 % interval, on the bases ``any``, ``back`` (a
        stage after a later one), ``skip`` (past a stage the deal never entered) and ``reopened``
        (a stage entered after the deal was closed); ``count`` deals of ``n``.

    Raises
    ------
    MissingData
        When there are no stage events, or a dimension is not in the data.
    """
    return shares(Process.of(data, period, by, order))


def shares(process: Process) -> pd.DataFrame:
    """Return `detour_share` of a process already measured."""
    ways, by = process.closed, list(process.by)
    found = [
        kinds(path, late, process.stages)
        for path, late in zip(ways["path"], ways["late"], strict=True)
    ]
    made = []
    for kind in KINDS:
        hit = pd.Series([kind in f or (kind == "any" and bool(f)) for f in found], ways.index)
        counted = ways.assign(hits=ways["n"].where(hit.astype(bool), 0))
        sums = _summed(counted, by, ["hits", "n"])
        rates = share(
            sums["hits"].astype(float), sums["n"].astype(float), "no deal closed in the period"
        )
        rates["count"] = sums["hits"]
        rates = rates.reset_index()
        fixed = {"basis": kind, "unit": "share", "period": process.key}
        figure = figures.make(rates, "detour_share", by=by, **fixed)
        made.append(figure.join(rates[[*by, "count"]]))
    return figures.join(made)


def kinds(path: Sequence[str], late: int, stages: Stages) -> frozenset[str]:
    """Return which detours a way holds: ``back``, ``skip``, ``reopened``.

    Parameters
    ----------
    path : stages in the order they were entered.
    late : how many of the last ones were entered after the day the deal was closed.
    stages : the stages and their order; stages outside it count neither as back nor as skipped.

    Examples
    --------
    >>> way = Stages(("Call", "Offer", "Sign"), {"Lost": "lost"})
    >>> kinds(("Call", "Sign", "Offer", "Sign"), 0, way) == {"skip", "back"}
    True
    >>> sorted(kinds(("Call", "Lost", "Call", "Offer"), 0, way)), sorted(kinds(("Call",), 0, way))
    (['reopened'], [])
    """
    places, found = stages.places, set()
    seen: set[int] = set()
    last: int | None = None
    for name in path:
        if name in stages.closing:
            last = None
            found |= {"closed"}
            continue
        found |= {"reopened"} if "closed" in found else set()
        if (place := places.get(name)) is None:
            continue
        if last is not None and place < last:
            found.add("back")
        if last is not None and not set(range(last + 1, place)) <= seen:
            found.add("skip")
        seen.add(place)
        last = place
    if any(name not in stages.closing for name in path[len(path) - late :]):
        found.add("reopened")
    return frozenset(found - {"closed"})


def rework_days(
    data: Source,
    period: When = "all",
    by: str | Sequence[str] = (),
    order: Sequence[str] = (),
) -> pd.DataFrame:
    """Return how many days a step back costs: until the deal is again as far as it was.

    Parameters
    ----------
    data, period, by, order : as for `detour_share`; steps back taken in the period count, with the
        days spent since, up to its end where the deal is not yet as far again.

    Returns
    -------
    DataFrame
        Figures ``rework_days``: mean days behind the furthest stage reached, for each step back;
        ``n`` steps back, ``total`` days.

    Raises
    ------
    MissingData
        When there are no stage events, or a dimension is not in the data.
    """
    return rework(Process.of(data, period, by, order))


def rework(process: Process) -> pd.DataFrame:
    """Return `rework_days` of a process already measured."""
    by = list(process.by)
    found = path_rework(process.data, process.until, by, process.weeks, process.stages.order)
    begin = pd.Timestamp(process.until) - pd.Timedelta(weeks=process.weeks)
    within = found[found["entered"] == begin]
    sums = _summed(within, by, ["n", "days"])
    means = divide(
        sums["days"].astype(float), sums["n"].astype(float), "no step back in the period"
    )
    means = means.assign(total=sums["days"]).reset_index()
    made = figures.make(means, "rework_days", by=by, unit="days", period=process.key)
    return made.join(means[[*by, "total"]])


def _summed(frame: pd.DataFrame, by: list[str], columns: list[str]) -> pd.DataFrame:
    """Return the sums of each group; one row for the whole without dimensions."""
    return frame.groupby(by)[columns].sum() if by else frame[columns].sum().to_frame().T
