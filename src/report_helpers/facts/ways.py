"""A deal's way as one sorted list of whole numbers, from which every step is read.

From its last bit on, a number holds a stage (10 bits), a second of the day (17 bits) and a day,
counted from the year 1 so that it is positive. So the engine groups the events once, sorts short
lists instead of a long table, and takes the numbers apart by shifting; events at the same second
stand in the order of the stages.
"""

from __future__ import annotations

from collections.abc import Iterator, Sized
from contextlib import contextmanager
from datetime import date, timedelta
from functools import reduce
from operator import and_
from typing import Any, NamedTuple
from uuid import uuid4

import ibis
from ibis import _

from report_helpers.data.answer import answer
from report_helpers.data.dataset import Dataset
from report_helpers.errors import BadValue
from report_helpers.facts.deals import deals_at
from report_helpers.facts.reduction import NONE, By, need, split
from report_helpers.facts.timing import midnight

STAGE_BITS, DAY_BITS = 10, 27  # below these bits stand the stage, and all within a day
END = (1 << STAGE_BITS) - 1  # the last code of a stage is the deal's end
DAY = 86_400  # seconds
EPOCH = date.min
SHORT = 8  # events: most deals have no more
ALL = 1 << 62  # a limit that cuts nothing: without, PostgreSQL makes a way anew wherever it is read
AMOUNTS = {"amount": _.amount.sum(), "n_amount": _.amount.count()}  # of `deal_ways`: above 0
UNKNOWN = "unknown"  # outcome of events whose deal is not among the deals
OUTCOMES = ("open", "won", "lost", UNKNOWN)  # each is its place here until the end


class Codes(NamedTuple):
    """What the numbers of ways stand for: a stage is its place, a kind of deal is in `kinds`.

    Parameters
    ----------
    stages : all stages; those that settle events at the same second come first, in their order.
    by : the dimensions.
    few : more than there are combinations of dimensions, by far: what the planner is told.
    """

    stages: tuple[str, ...]
    by: By
    few: int


def codes(data: Dataset, by: By, order: tuple[str, ...]) -> Codes:
    """Return the numbers of stages and of kinds of deal; the engine is asked once a data set.

    Raises
    ------
    MissingData
        If there are no stage events, or the deals lack a dimension.
    BadValue
        If there are more than 1,000 stages: the column holds something else.
    """
    stages = stage_codes(data, order)
    count = 1
    if by:
        counted = data.keep(("kinds", by), lambda: answer(kinds(data, by).aggregate(n=_.count())))
        count = int(counted["n"].iloc[0])
    return Codes(stages, by, 10 * (count + 1))


def stage_codes(data: Dataset, order: tuple[str, ...]) -> tuple[str, ...]:
    """Return all stages: those of `order` that occur, then the others by name.

    Raises
    ------
    MissingData
        If there are no stage events.
    BadValue
        If there are more than 1,000 stages: the column holds something else.
    """
    events = need(data, "stage_events", "stage")
    names = data.keep("stage_codes", lambda: answer(events.select("stage").distinct()))
    found = set(names["stage"].dropna())
    check_few(found)
    known = [name for name in order if name in found]
    return (*known, *sorted(found - set(known)))


def check_few(names: Sized) -> None:
    """Raise BadValue when there are more stages than a number of a way can hold."""
    if len(names) >= END - 1:
        raise BadValue(
            f"'stage' has {len(names):,} different values",
            where="table 'stage_events'",
            remedy="map a column with a few stages, or translate the values to them",
        )


def events_before(data: Dataset, until: date) -> Any:
    """Return the stage events before a day that name a deal and a stage."""
    events = need(data, "stage_events", "opportunity_id", "stage", "entered_at")
    whole = events.opportunity_id.notnull() & events.stage.notnull()
    return events.filter(whole, events.entered_at < midnight(until))


@ibis.udf.agg.builtin(name="array_agg", signature=(("int64",), "array<int64>"))  # type: ignore[untyped-decorator]
def listed(key: Any) -> Any:
    """Return the numbers of a group as a list; Ibis' own ``collect`` would look for nulls."""


def event_ways(data: Dataset, until: date, stages: tuple[str, ...]) -> Any:
    """Return one row a deal that has events before a day: its way, each stage as its place."""
    places = [(name, place) for place, name in enumerate(stages)]
    code = _.stage.cases(*places, else_=0) if places else ibis.literal(0)
    ways = (
        events_before(data, until)
        .select("opportunity_id", key=_packed(_seconds(_.entered_at)) + code)
        .group_by("opportunity_id")
        .aggregate(way=listed(_.key))
    )
    ordered = ways.way.sort()
    if _duckdb(ways):  # it takes less to find a short list sorted than to sort it again
        ordered = ibis.ifelse(_in_order(ways.way), ways.way, ordered)
    return ways.mutate(way=ordered)


def _duckdb(table: Any) -> bool:
    return bool(table.get_backend().name == "duckdb")


def _in_order(way: Any) -> Any:
    """Return whether a list is short and sorted; for an engine that has null beyond its end."""
    steps = [(way[place] <= way[place + 1]).fill_null(True) for place in range(SHORT - 1)]
    return reduce(and_, steps, way.length() <= SHORT)


def deal_ways(data: Dataset, until: date, codes: Codes) -> Any:
    """Return one row a deal that has events: its way, and when it ended or was last seen.

    That ``ending`` is a number as those of the way, of no stage. The deal's dimensions are one
    number, ``kind``, until :func:`split_again`; so many rows are grouped by numbers alone. An
    ``amount`` that is not above 0 is null.
    """
    joined = event_ways(data, until, codes.stages).left_join(
        _deals(data, until, codes), "opportunity_id"
    )
    ending = joined.ending.fill_null(((until - EPOCH).days - 1 << DAY_BITS) + END)
    found = joined.select(
        opportunity_id=joined.opportunity_id,
        kind=joined.kind.fill_null(ibis.literal(0, "int32")),
        outcome=joined.outcome.fill_null(ibis.literal(OUTCOMES.index(UNKNOWN), "int8")),
        amount=joined.amount,
        opening=joined.opening,
        closing=day_of(ending),
        ending=ending,
        way=joined.way,
    )
    return found.limit(ALL) if found.get_backend().name == "postgres" else found


@contextmanager
def held_ways(data: Dataset, until: date, codes: Codes) -> Iterator[Any]:
    """Give the ways of deals for several queries; DuckDB works them out once, and lets them go."""
    ways = deal_ways(data, until, codes).drop("opportunity_id")
    if not _duckdb(ways):
        yield ways
        return
    engine, name = ways.get_backend(), f"ways_{uuid4().hex}"
    engine.raw_sql(f"CREATE TEMP TABLE {name} AS {engine.compile(ways)}")
    try:
        yield engine.table(name, database=("temp", "main"))
    finally:
        engine.raw_sql(f"DROP TABLE {name}")


def _deals(data: Dataset, until: date, codes: Codes) -> Any:
    eve = midnight(until - timedelta(days=1))
    outcomes = [(name, place) for place, name in enumerate(OUTCOMES)]
    deals = deals_at(data, until).select(
        "opportunity_id", **split(data, "opportunities", codes.by),
        outcome=_.outcome.cases(*outcomes).cast("int8"),
        amount=ibis.ifelse(_.amount > 0, _.amount, ibis.null("float64")),
        opening=_seconds(_.created_on) // DAY,
        ending=_packed(_seconds(_.closed_on.fill_null(eve))) + END,
    )  # fmt: skip
    if not codes.by:
        return deals.mutate(kind=ibis.literal(1, "int32"))
    small = kinds(data, codes.by).limit(codes.few)  # cuts nothing: the planner takes it for small
    return deals.join(small, codes.by)


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
    """Return one row for each number of a way: it as ``start``, what follows it as ``end``.

    DuckDB takes a list and its rest apart side by side, which would mean other things to other
    engines: they take a list of places apart, for more time.
    """
    if _duckdb(ways):
        rest = ways.way[1:].unnest()
        pairs = ways.select(*columns, "ending", start=ways.way.unnest(), following=rest)
        return pairs.select(*columns, "start", end=_.following.fill_null(_.ending))
    length = ways.way.length()
    placed = ways.select(
        *columns, "ending", "way", length=length, place=ibis.range(length).unnest()
    )
    start, following = placed.way[placed.place], placed.way[placed.place + 1]
    end = ibis.ifelse(placed.place + 1 < placed.length, following, placed.ending)
    return placed.select(*columns, start=start, end=end)
