"""Facts about rework: the days deals spend behind the furthest stage they had reached."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

import ibis
import pandas as pd
from ibis import _

from report_helpers.data.answer import answer
from report_helpers.data.dataset import Dataset
from report_helpers.facts.paths import block_start
from report_helpers.facts.reduction import dimensions, opened
from report_helpers.facts.ways import (
    END,
    EPOCH,
    OUTCOMES,
    UNKNOWN,
    Codes,
    codes,
    day_of,
    deal_ways,
    split_again,
    unfolded,
)


def path_rework(
    data: object,
    until: date,
    by: str | Iterable[str] = (),
    weeks: int = 13,
    order: tuple[str, ...] = (),
) -> pd.DataFrame:
    """Count the steps back of deals, and the days until they were again as far as before.

    Parameters
    ----------
    data, until, by, weeks : as for :func:`report_helpers.facts.paths.path_edges`.
    order : the stages, first to last; other stages count neither as back nor as forth.

    Returns
    -------
    pandas.DataFrame
        The dimensions, then ``entered`` (first day of the block in which the step back was taken),
        ``reached`` (the furthest stage before it), ``n`` steps back and ``days`` spent until the
        deal reached that stage or a later one again, was closed, or to the eve of `until`.

    Raises
    ------
    MissingData
        If there are no stage events, or the deals lack a dimension.
    """
    dataset, dims = opened(data), dimensions(by)
    meant = codes(dataset, dims, order)
    names, known = meant.stages, sum(name in order for name in meant.stages)
    key = ("path_rework", until, weeks, meant, known)

    def make() -> pd.DataFrame:
        found = answer(path_rework_query(dataset, until, weeks, meant, known))
        named = found.assign(
            entered=block_start(found["block"], until, weeks),
            reached=pd.Series([names[k] for k in found["reached"]], found.index, dtype="str"),
            days=found["days"].astype(float),
        )
        keys = [*dims, "entered", "reached"]
        ordered: pd.DataFrame = named[[*keys, "n", "days"]].sort_values(keys, ignore_index=True)
        return ordered

    counted: pd.DataFrame = dataset.keep(key, make)
    return counted.copy()


def path_rework_query(data: Dataset, until: date, weeks: int, meant: Codes, known: int) -> Any:
    """Return the query of :func:`path_rework`, not yet run; stages and blocks are numbers.

    Parameters
    ----------
    data, until, weeks : as for :func:`path_rework`.
    meant : what the numbers stand for.
    known : how many of the first stages are in the order.
    """
    stays = _stays_of_returning_deals(data, until, meant)
    sofar = ibis.window(group_by="opportunity_id", order_by="start", following=0)
    ranked = stays.mutate(place=ibis.ifelse(_.code < known, _.code, ibis.null("int64")))
    ranked = ranked.mutate(reached=_.place.max().over(sofar))
    ranked = ranked.mutate(front=(_.place >= _.reached).cast("int32").sum().over(sofar))
    behind = ranked.filter(_.place < _.reached)
    returns = behind.group_by(["kind", "opportunity_id", "front"]).aggregate(
        reached=_.reached.max(), day=_.day.min(), days=_.days.sum()
    )
    block = (_.day * -1 + ((until - EPOCH).days - 1)) // (7 * weeks)
    grouped = returns.group_by("kind", block=block, reached=_.reached)
    return split_again(grouped.aggregate(n=_.count(), days=_.days.sum()), data, meant.by)


def _stays_of_returning_deals(data: Dataset, until: date, meant: Codes) -> Any:
    """Return the stays of the deals that ever entered a stage after a later one."""
    ways = deal_ways(data, until, meant).filter(_.outcome != OUTCOMES.index(UNKNOWN))
    codes = ways.way.map(lambda key: key & END)
    stays = unfolded(ways.filter(codes != codes.sort()), "kind", "opportunity_id")
    start, end = stays.start, stays.end
    day = day_of(start)
    days = day_of(end) - day
    return stays.select(
        "kind", "opportunity_id", start=start, code=start & END, day=day,
        days=ibis.greatest(days, ibis.literal(0, "int64")),
    )  # fmt: skip
