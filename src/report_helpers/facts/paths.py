"""Facts about the way deals take through the stages: each step with its days, each whole way."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, NamedTuple

import ibis
import numpy as np
import pandas as pd
from ibis import _

from report_helpers.data.answer import answer
from report_helpers.data.dataset import Dataset
from report_helpers.facts.merging import added
from report_helpers.facts.reduction import SPLIT, dimensions, offers, opened
from report_helpers.facts.ways import (
    AMOUNTS,
    END,
    EPOCH,
    OUTCOMES,
    STAGE_BITS,
    UNKNOWN,
    Codes,
    check_few,
    codes,
    day_of,
    deal_ways,
    events_before,
    held_ways,
    split_again,
    unfolded,
)

WON, LOST, OPEN = "(won)", "(lost)", "(open)"
EDGE_MEASURES = ("n", "amount", "n_amount", "same_time", "late")
WAY_MEASURES = ("n", "days", "n_days", "amount", "n_amount")


def stages(data: object, until: date) -> pd.DataFrame:
    """Count the events of each stage.

    Parameters
    ----------
    data : a `Dataset`, or anything :func:`report_helpers.data.load` takes.
    until : the day from which on nothing is known yet.

    Returns
    -------
    pandas.DataFrame
        One row a stage, by name: ``stage``, ``n`` events, ``first`` and ``last`` time entered.

    Raises
    ------
    MissingData
        If there are no stage events.
    BadValue
        If there are more than 1,000 stages: the column holds something else.
    """
    dataset = opened(data)
    key = ("stages", until)
    found: pd.DataFrame = dataset.keep(key, lambda: answer(stages_query(dataset, until)))
    check_few(found["stage"])
    return found.sort_values("stage", ignore_index=True)


def stages_query(data: Dataset, until: date) -> Any:
    """Return the query of :func:`stages`, not yet run."""
    grouped = events_before(data, until).group_by("stage")
    return grouped.aggregate(n=_.count(), first=_.entered_at.min(), last=_.entered_at.max())


def path_edges(
    data: object,
    until: date,
    by: str | Iterable[str] = (),
    weeks: int = 13,
    order: tuple[str, ...] = (),
) -> pd.DataFrame:
    """Count the stays of deals in stages, by the stage that followed and the days it took.

    Every event makes exactly one stay: it ends with the deal's next event, else when the deal was
    closed, else it still lasts. So the counts add up to the events known before `until`.

    Parameters
    ----------
    data : a `Dataset`, or anything :func:`report_helpers.data.load` takes.
    until : the day from which on nothing is known yet; stays that last are counted to its eve.
    by : dimensions of the deal: ``segment``, ``region``, ``source``, ``owner``, ``product``.
    weeks : length of the blocks of entry, counted back from `until`.
    order : stages in their order, which settles events at the same second; others follow by name.

    Returns
    -------
    pandas.DataFrame
        The dimensions, then ``outcome`` of the deal (``won``, ``lost``, ``open``; ``unknown`` for
        events of no known deal), ``entered`` (first day of the block), ``stage``, ``next`` (a
        stage, ``(won)``, ``(lost)`` or ``(open)``), ``days`` (midnights between; negative where
        the deal was closed before it entered the stage), ``n`` stays, ``amount`` and ``n_amount``
        (sum and count of the amounts above 0 of the deals that stayed), ``same_time``
        (stays that ended in the second they began) and ``late`` (entered after the day on which
        the deal was closed).

    Raises
    ------
    MissingData
        If there are no stage events, or the deals lack a dimension.
    """
    dataset, dims = opened(data), dimensions(by)
    if not dims and offers(dataset, "opportunities", SPLIT):
        return _unsplit(path_edges(dataset, until, SPLIT, weeks, order), EDGE_MEASURES)
    meant = codes(dataset, dims, order)

    def make() -> pd.DataFrame:
        return _named(answer(path_edges_query(dataset, until, weeks, meant)), until, weeks, meant)

    return dataset.keep(("path_edges", until, weeks, meant), make).copy()


def path_edges_query(data: Dataset, until: date, weeks: int, meant: Codes) -> Any:
    """Return the query of :func:`path_edges`, not yet run; stages and blocks are numbers."""
    grouped = _edges(deal_ways(data, until, meant), until, weeks)
    return split_again(grouped, data, meant.by)


def _edges(ways: Any, until: date, weeks: int) -> Any:
    steps = unfolded(ways, "kind", "outcome", "closing", "amount")
    start, end = steps.start, steps.end
    day = day_of(start)
    stays = steps.select(
        "kind", "outcome",
        block=(((until - EPOCH).days - 1 - day) // (7 * weeks)).cast("int32"),
        code=(start & END).cast("int16"), next_code=(end & END).cast("int16"),
        days=(day_of(end) - day).cast("int32"),
        amount=steps.amount, late=day > steps.closing,
        same=((end & END) != END) & (start >> STAGE_BITS == end >> STAGE_BITS),
    )  # fmt: skip
    keys = ["kind", "outcome", "block", "code", "next_code", "days"]
    same_time, late = _.count(where=_.same), _.count(where=_.late)
    return stays.group_by(keys).aggregate(n=_.count(), **AMOUNTS, same_time=same_time, late=late)


def path_variants(
    data: object,
    until: date,
    by: str | Iterable[str] = (),
    weeks: int = 13,
    order: tuple[str, ...] = (),
) -> pd.DataFrame:
    """Count deals by the whole way they took: every deal that has events is in exactly one row.

    Parameters are those of :func:`path_edges`; blocks are of the day the deal was closed.

    Returns
    -------
    pandas.DataFrame
        The dimensions, then ``outcome``, ``closed`` (first day of the block; ``NaT`` while open),
        ``path`` (a tuple of stages), ``late`` (how many of its last events came after the day of
        closing), ``n`` deals, ``days`` (sum of the days from opening to closing, or to the eve of
        `until`), ``n_days`` (deals whose opening is known and not after their end), ``amount`` and
        ``n_amount`` (sum and count of the deals' amounts above 0).

    Raises
    ------
    MissingData
        If there are no stage events, or the deals lack a dimension.
    """
    dataset, dims = opened(data), dimensions(by)
    if not dims and offers(dataset, "opportunities", SPLIT):
        return _unsplit(path_variants(dataset, until, SPLIT, weeks, order), WAY_MEASURES)
    meant = codes(dataset, dims, order)
    key = ("path_variants", until, weeks, meant)

    def make() -> pd.DataFrame:
        return _numbered(answer(path_variants_query(dataset, until, weeks, meant)))

    def spelled() -> pd.DataFrame:
        return _spelled(dataset.keep(key, make), until, weeks, meant)

    return dataset.remember(("spelled", *key), spelled).copy()


def path_variants_query(data: Dataset, until: date, weeks: int, meant: Codes) -> Any:
    """Return the query of :func:`path_variants`, not yet run; stages and blocks are numbers."""
    grouped = _variants(deal_ways(data, until, meant), until, weeks)
    return split_again(grouped, data, meant.by)


def _variants(ways: Any, until: date, weeks: int) -> Any:
    block = ((until - EPOCH).days - 1 - ways.closing) // (7 * weeks)
    age = ways.closing - ways.opening
    ways = ways.select(
        "kind", "outcome", "amount",
        block=ibis.ifelse(ways.outcome.isin([1, 2]), block, ibis.null("int64")),
        path=ways.way.map(lambda k: (k & END).cast("int16")),
        late=ways.way.filter(lambda k: day_of(k) > ways.closing).length(),
        age=ibis.ifelse(age >= 0, age, ibis.null("int64")),
    )  # fmt: skip
    return ways.group_by(["kind", "outcome", "block", "path", "late"]).aggregate(
        n=_.count(), days=_.age.sum(), n_days=_.age.count(), **AMOUNTS
    )


class Paths(NamedTuple):
    """What deals' ways come to: each step, and each whole way."""

    edges: pd.DataFrame
    variants: pd.DataFrame


def edges_and_variants(
    data: object,
    until: date,
    by: str | Iterable[str] = (),
    weeks: int = 13,
    order: tuple[str, ...] = (),
) -> Paths:
    """Return `path_edges` and `path_variants`; the ways they are counted from are made once."""
    dataset, dims = opened(data), dimensions(by)
    if not dims and offers(dataset, "opportunities", SPLIT):
        dims = (SPLIT,)
    meant = codes(dataset, dims, order)
    asked = (until, weeks, meant)
    dataset.keep(("path_edges", *asked), lambda: _counted(dataset, *asked).edges)
    dataset.keep(("path_variants", *asked), lambda: _counted(dataset, *asked).variants)
    given = (dataset, until, by, weeks, order)
    return Paths(path_edges(*given), path_variants(*given))


def _counted(data: Dataset, until: date, weeks: int, meant: Codes) -> Paths:
    """Return both of one set of ways; the stages of variants are still numbers."""

    def make() -> Paths:
        with held_ways(data, until, meant) as ways:
            edges, variants = (
                answer(split_again(count(ways, until, weeks), data, meant.by))
                for count in (_edges, _variants)
            )
        return Paths(_named(edges, until, weeks, meant), _numbered(variants))

    return data.remember(("paths", until, weeks, meant), make)


def _numbered(found: pd.DataFrame) -> pd.DataFrame:
    """Return variants as files can keep them, which know no tuples."""
    numbers = [" ".join(map(str, way)) for way in found["path"]]
    return found.assign(path=pd.Series(numbers, found.index, dtype="str"))


def _unsplit(rows: pd.DataFrame, measures: tuple[str, ...]) -> pd.DataFrame:
    """Return rows split by `SPLIT` as if they had not been."""
    whole = added(rows.drop(columns=SPLIT), measures).round({"amount": 4})
    keys = [str(name) for name in whole.columns if name not in measures]
    return whole.sort_values(keys, ignore_index=True)


def block_start(blocks: pd.Series, until: date, weeks: int) -> pd.Series:
    """Return the first day of each block of weeks that end at `until`."""
    ends = pd.Timestamp(until) - pd.to_timedelta(blocks.astype("float64") * 7 * weeks, unit="D")
    return (ends - pd.Timedelta(weeks=weeks)).astype("datetime64[us]")


def _outcomes(found: pd.DataFrame) -> pd.Series:
    words = np.array(OUTCOMES, dtype=object)
    return pd.Series(words[found["outcome"].to_numpy(int)], found.index, dtype="str")


def _named(found: pd.DataFrame, until: date, weeks: int, meant: Codes) -> pd.DataFrame:
    words = np.array(meant.stages, dtype=object)
    outcome = _outcomes(found)
    ends = {"won": WON, "lost": LOST, "open": OPEN, UNKNOWN: OPEN}
    inner = found["next_code"] != END
    following = pd.Series(words[found["next_code"].where(inner, 0).to_numpy(int)], found.index)
    named = found.assign(
        outcome=outcome,
        entered=block_start(found["block"], until, weeks),
        stage=pd.Series(words[found["code"].to_numpy(int)], found.index, dtype="str"),
        next=following.where(inner, outcome.map(ends)).astype("str"),
        days=found["days"].astype(float),
        amount=found["amount"].astype(float).round(4),
    )
    keys = [*meant.by, "outcome", "entered", "stage", "next", "days"]
    return named[[*keys, *EDGE_MEASURES]].sort_values(keys, ignore_index=True)


def _spelled(found: pd.DataFrame, until: date, weeks: int, meant: Codes) -> pd.DataFrame:
    keys = [*meant.by, "outcome", "closed", "path", "late"]
    ways = [tuple(meant.stages[int(k)] for k in way.split()) for way in found["path"]]
    spelled = found.assign(
        outcome=_outcomes(found),
        closed=block_start(found["block"], until, weeks),
        path=pd.Series(ways, dtype="object"),
        days=found["days"].astype(float),
    )
    return spelled[[*keys, *WAY_MEASURES]].sort_values(keys, ignore_index=True)
