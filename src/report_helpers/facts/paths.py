"""Facts about the way deals take through the stages: each step with its days, each whole way.

A deal's events become one sorted list of whole numbers. From its last bit on, each holds a stage
(10 bits), a second of the day (17 bits) and a day, counted from the year 1 so that it is positive.
So the engine groups the events once, sorts short lists instead of a long table, and takes the
numbers apart by shifting; events at the same second stand in the order of the stages.
"""

from __future__ import annotations

from collections.abc import Iterable, Sized
from datetime import date, timedelta
from typing import Any

import ibis
import numpy as np
import pandas as pd
from ibis import _

from report_helpers.data.dataset import Dataset
from report_helpers.errors import BadValue
from report_helpers.facts.deals import deals_at
from report_helpers.facts.reduction import NONE, By, dimensions, need, opened, split
from report_helpers.facts.timing import midnight

STAGE_BITS, DAY_BITS = 10, 27  # below these bits stand the stage, and all within a day
END = (1 << STAGE_BITS) - 1  # the last code of a stage is the deal's end
DAY = 86_400  # seconds
EPOCH = date.min
WON, LOST, OPEN = "(won)", "(lost)", "(open)"
AMOUNTS = {"amount": _.amount.sum(), "n_amount": _.amount.count()}  # of `deal_ways`: above 0
UNKNOWN = "unknown"  # outcome of events whose deal is not among the deals
OUTCOMES = ("open", "won", "lost", UNKNOWN)  # each is its place here until the end


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
    found: pd.DataFrame = dataset.remember(key, lambda: stages_query(dataset, until).execute())
    _few(found["stage"])
    return found.sort_values("stage", ignore_index=True)


def stages_query(data: Dataset, until: date) -> Any:
    """Return the query of :func:`stages`, not yet run."""
    grouped = _events(data, until).group_by("stage")
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
    names = stage_codes(dataset, order)
    key = ("path_edges", until, dims, weeks, names)

    def make() -> pd.DataFrame:
        found = path_edges_query(dataset, until, dims, weeks, names).execute()
        return _named(found, dims, until, weeks, names)

    found: pd.DataFrame = dataset.remember(key, make)
    return found.copy()


def path_edges_query(data: Dataset, until: date, by: By, weeks: int, names: tuple[str, ...]) -> Any:
    """Return the query of :func:`path_edges`, not yet run; stages and blocks are numbers."""
    ways = deal_ways(data, until, by, names)
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
    grouped = stays.group_by(keys).aggregate(n=_.count(), **AMOUNTS, same_time=same_time, late=late)
    return split_again(grouped, data, by)


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
    names = stage_codes(dataset, order)
    key = ("path_variants", until, dims, weeks, names)

    def make() -> pd.DataFrame:
        found = path_variants_query(dataset, until, dims, weeks, names).execute()
        return _spelled(found, dims, until, weeks, names)

    found: pd.DataFrame = dataset.remember(key, make)
    return found.copy()


def path_variants_query(
    data: Dataset, until: date, by: By, weeks: int, names: tuple[str, ...]
) -> Any:
    """Return the query of :func:`path_variants`, not yet run; stages and blocks are numbers."""
    ways = deal_ways(data, until, by, names)
    way = ways.way[: ways.way.length() - 1]
    block = ((until - EPOCH).days - 1 - ways.closing) // (7 * weeks)
    age = ways.closing - ways.opening
    ways = ways.select(
        "kind", "outcome", "amount",
        block=ibis.ifelse(ways.outcome.isin([1, 2]), block, ibis.null("int64")),
        path=way.map(lambda k: (k & END).cast("int16")),
        late=way.filter(lambda k: day_of(k) > ways.closing).length(),
        age=ibis.ifelse(age >= 0, age, ibis.null("int64")),
    )  # fmt: skip
    grouped = ways.group_by(["kind", "outcome", "block", "path", "late"]).aggregate(
        n=_.count(), days=_.age.sum(), n_days=_.age.count(), **AMOUNTS
    )
    return split_again(grouped, data, by)


def stage_codes(data: Dataset, order: tuple[str, ...]) -> tuple[str, ...]:
    """Return all stages: those of `order` that occur, then the others by name.

    Raises
    ------
    MissingData
        If there are no stage events.
    BadValue
        If there are more than 1,000 stages: the column holds something else.
    """
    names = need(data, "stage_events", "stage").select("stage").distinct()
    found = set(data.remember("stage_codes", lambda: names.execute()["stage"].dropna()))
    _few(found)
    known = [name for name in order if name in found]
    return (*known, *sorted(found - set(known)))


def _few(names: Sized) -> None:
    if len(names) >= END - 1:
        raise BadValue(
            f"'stage' has {len(names):,} different values",
            where="table 'stage_events'",
            remedy="map a column with a few stages, or translate the values to them",
        )


def _events(data: Dataset, until: date) -> Any:
    events = need(data, "stage_events", "opportunity_id", "stage", "entered_at")
    whole = events.opportunity_id.notnull() & events.stage.notnull()
    return events.filter(whole, events.entered_at < midnight(until))


def deal_ways(data: Dataset, until: date, by: By, names: tuple[str, ...]) -> Any:
    """Return one row a deal that has events: its way, then the time it ended or was last seen.

    Its dimensions are one number, ``kind``, until :func:`split_again`; so many rows are grouped by
    numbers alone. An ``amount`` that is not above 0 is null.
    """
    places = [(name, place) for place, name in enumerate(names)]
    code = _.stage.cases(*places, else_=0) if places else ibis.literal(0)
    events = (
        _events(data, until)
        .select("opportunity_id", key=_packed(_seconds(_.entered_at)) + code)
        .group_by("opportunity_id")
        .aggregate(way=_.key.collect())
    )
    eve = midnight(until - timedelta(days=1))
    outcomes = [(name, place) for place, name in enumerate(OUTCOMES)]
    deals = deals_at(data, until).select(
        "opportunity_id", **split(data, "opportunities", by),
        outcome=_.outcome.cases(*outcomes).cast("int8"),
        amount=ibis.ifelse(_.amount > 0, _.amount, ibis.null("float64")),
        opening=_seconds(_.created_on) // DAY,
        ending=_packed(_seconds(_.closed_on.fill_null(eve))) + END,
    )  # fmt: skip
    deals = deals.join(kinds(data, by), by) if by else deals.mutate(kind=ibis.literal(0, "int32"))
    joined = events.left_join(deals, "opportunity_id")
    ending = joined.ending.fill_null(((until - EPOCH).days - 1 << DAY_BITS) + END)
    return joined.select(
        opportunity_id=joined.opportunity_id,
        kind=joined.kind.fill_null(ibis.literal(0, "int32")),
        outcome=joined.outcome.fill_null(ibis.literal(OUTCOMES.index(UNKNOWN), "int8")),
        amount=joined.amount,
        opening=joined.opening,
        closing=day_of(ending),
        way=joined.way.sort().concat(ibis.array([ending])),
    )


def kinds(data: Dataset, by: By) -> Any:
    """Return one row a combination of dimensions that deals have, with its number from 1 on."""
    found = need(data, "opportunities").select(**split(data, "opportunities", by)).distinct()
    number = ibis.row_number().over(order_by=list(by)) + 1
    return found.mutate(kind=number.cast("int32"))


def split_again(grouped: Any, data: Dataset, by: By) -> Any:
    """Return rows with the dimensions instead of ``kind``; 0 stands for no known deal."""
    rest = [name for name in grouped.columns if name != "kind"]
    joined = grouped.left_join(kinds(data, by), "kind") if by else grouped
    return joined.select(
        **{dim: joined[dim].fill_null(NONE) for dim in by}, **{n: joined[n] for n in rest}
    )


def _seconds(moment: Any) -> Any:
    return moment.epoch_seconds().cast("int64") + (date(1970, 1, 1) - EPOCH).days * DAY


def _packed(seconds: Any) -> Any:
    """Return a time as a number of a way, of no stage yet."""
    return (seconds // DAY) * (1 << DAY_BITS) + (seconds % DAY) * (1 << STAGE_BITS)


def day_of(key: Any) -> Any:
    """Return the day of a number of a way, counted from `EPOCH`."""
    return key >> DAY_BITS


def unfolded(ways: Any, *columns: str) -> Any:
    """Return one row for each element of a way but the last: it as ``start``, the next as ``end``.

    One list is unnested, of places: two side by side would mean other things to other engines.
    """
    place = ibis.range(0, ways.way.length() - 1).unnest()
    placed = ways.select(*columns, "way", place=place)
    start, end = placed.way[placed.place], placed.way[placed.place + 1]
    return placed.select(*columns, start=start, end=end)


def block_start(blocks: pd.Series, until: date, weeks: int) -> pd.Series:
    """Return the first day of each block of weeks that end at `until`."""
    ends = pd.Timestamp(until) - pd.to_timedelta(blocks.astype("float64") * 7 * weeks, unit="D")
    return (ends - pd.Timedelta(weeks=weeks)).astype("datetime64[us]")


def _outcomes(found: pd.DataFrame) -> pd.Series:
    words = np.array(OUTCOMES, dtype=object)
    return pd.Series(words[found["outcome"].to_numpy(int)], found.index, dtype="str")


def _named(
    found: pd.DataFrame, by: By, until: date, weeks: int, names: tuple[str, ...]
) -> pd.DataFrame:
    words = np.array(names, dtype=object)
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
    keys = [*by, "outcome", "entered", "stage", "next", "days"]
    measures = ["n", "amount", "n_amount", "same_time", "late"]
    return named[[*keys, *measures]].sort_values(keys, ignore_index=True)


def _spelled(
    found: pd.DataFrame, by: By, until: date, weeks: int, names: tuple[str, ...]
) -> pd.DataFrame:
    keys = [*by, "outcome", "closed", "path", "late"]
    spelled = found.assign(
        outcome=_outcomes(found),
        closed=block_start(found["block"], until, weeks),
        path=pd.Series([tuple(names[k] for k in way) for way in found["path"]], dtype="object"),
        days=found["days"].astype(float),
    )
    measures = ["n", "days", "n_days", "amount", "n_amount"]
    return spelled[[*keys, *measures]].sort_values(keys, ignore_index=True)
