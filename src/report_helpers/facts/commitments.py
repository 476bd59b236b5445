"""Facts about what Sales promised: a first touch in time, enough attempts, and who was missed.

Each quality lead is in one state: ``kept``, ``missed``, or ``open`` while it is not yet due.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

import ibis
import pandas as pd
from ibis import _

from report_helpers.data.answer import answer
from report_helpers.data.dataset import Dataset
from report_helpers.facts.reduction import (
    DIMENSIONS,
    By,
    dimensions,
    kept,
    need,
    offers,
    opened,
    split,
)
from report_helpers.facts.timing import days, known, midnight, week, weekday_hours
from report_helpers.settings import Commitments

OWN = ("lead_id", "mql_on", "accepted_on", "rejected_on", "first_touch_at")
STATES = ("kept", "missed", "open")


def first_touches(
    data: object, until: date, promise: Commitments, by: str | Iterable[str] = ()
) -> pd.DataFrame:
    """Count quality leads by whether Sales first called or wrote within the hours promised.

    Hours run from ``mql_on`` around the clock from Monday to Friday; Saturday and Sunday do not
    count. The first touch is the lead's ``first_touch_at``, else its earliest row of ``touches``.

    Parameters
    ----------
    data : a `Dataset`, or anything :func:`report_helpers.data.load` takes.
    until : the day from which on nothing is known yet; a lead not due by then is ``open``.
    promise : the company's settings ``[commitments]``.
    by : dimensions of the lead: ``segment``, ``region``, ``source``.

    Returns
    -------
    pandas.DataFrame
        The dimensions, then ``mql_week`` (a Monday), ``state`` and ``n`` leads.

    Raises
    ------
    MissingData
        If the leads lack ``mql_on``, a dimension, or any time of a first touch.
    """
    dataset, dims = opened(data), dimensions(by)
    key = ("first_touches", until, promise, dims)
    return kept(dataset, key, lambda: first_touches_query(dataset, until, promise, dims))


def first_touches_query(data: Dataset, until: date, promise: Commitments, by: By) -> Any:
    """Return the query of :func:`first_touches`, not yet run."""
    return _counted(_touched(data, until, promise), data, by)


def attempts(
    data: object, until: date, promise: Commitments, by: str | Iterable[str] = ()
) -> pd.DataFrame:
    """Count quality leads by whether Sales tried as often as promised in the days promised.

    The promise is kept, too, when Sales accepted or rejected the lead within these days: whoever
    has an answer need not call again. Working days are Monday to Friday; the day on which the
    lead was handed over does not count, the last one counts to its end.

    Parameters and columns are those of :func:`first_touches`.

    Raises
    ------
    MissingData
        If there are no ``touches``, or the leads lack ``mql_on`` or a dimension.
    """
    dataset, dims = opened(data), dimensions(by)
    key = ("attempts", until, promise, dims)
    return kept(dataset, key, lambda: attempts_query(dataset, until, promise, dims))


def attempts_query(data: Dataset, until: date, promise: Commitments, by: By) -> Any:
    """Return the query of :func:`attempts`, not yet run."""
    return _counted(_tried(data, until, promise), data, by)


def missed_leads(
    data: object, since: date, until: date, promise: Commitments, limit: int = 15
) -> pd.DataFrame:
    """List quality leads handed over from `since` on whose first touch came late or not yet.

    Parameters
    ----------
    data : a `Dataset`, or anything :func:`report_helpers.data.load` takes.
    since : first day of handing over.
    until : the day from which on nothing is known yet.
    promise : the company's settings ``[commitments]``.
    limit : how many to list at most: those still waiting first, then the longest wait.

    Returns
    -------
    pandas.DataFrame
        ``lead_id``, ``segment``, ``source`` and ``owner`` as far as the data have them (the owner
        is the lead's, else that of its deal), ``mql_on``, ``hours`` from Monday to Friday until
        the first touch or so far, and ``waiting``. ``attrs`` holds ``count`` of all of them and
        ``waiting``, those of them still untouched.

    Raises
    ------
    MissingData
        As :func:`first_touches` does.
    """
    dataset = opened(data)
    key = ("missed_leads", since, until, promise, limit)
    return dataset.keep(key, lambda: _missed(dataset, since, until, promise, limit)).copy()


def missed_leads_query(data: Dataset, since: date, until: date, promise: Commitments) -> Any:
    """Return the query of all of :func:`missed_leads`, each row with the counts of all of them."""
    missed = _touched(data, until, promise).filter(_.state == "missed", _.mql_on >= midnight(since))
    names = [n for n in ("segment", "source", "owner") if n in missed.columns]
    waiting = missed.touched_on.isnull()
    listed = missed.select("lead_id", *names, "mql_on", "hours", waiting=waiting)
    still = ibis.ifelse(listed.waiting, 1, 0).sum()
    return listed.mutate(all_missed=listed.count().over(), all_waiting=still.over())


def _missed(
    data: Dataset, since: date, until: date, promise: Commitments, limit: int
) -> pd.DataFrame:
    query = missed_leads_query(data, since, until, promise)
    order = [ibis.desc("waiting"), ibis.desc("hours"), "lead_id"]
    top = answer(query.order_by(order).limit(limit))
    totals = top[["all_missed", "all_waiting"]].max().fillna(0).astype(int)
    found = _with_owner(data, top.drop(columns=totals.index))
    found.attrs = {"count": int(totals["all_missed"]), "waiting": int(totals["all_waiting"])}
    return found


def calendar_days(weekday: int, working: int) -> int:
    """Return the calendar days from a weekday (Monday is 0) to the n-th working day after it.

    Examples
    --------
    >>> [calendar_days(weekday, 5) for weekday in range(7)]
    [7, 7, 7, 7, 7, 6, 5]
    """
    friday = min(weekday, 4)
    return working + 2 * ((friday + working) // 5) - (weekday - friday)


def _counted(rows: Any, data: Dataset, by: By) -> Any:
    groups = rows.group_by(**split(data, "leads", by), mql_week=week(_.mql_on), state=_.state)
    return groups.aggregate(n=_.count())


def _quality_leads(data: Dataset, until: date) -> Any:
    leads = need(data, "leads", "created_on", "mql_on")
    names = [name for name in leads.columns if name in (*DIMENSIONS, *OWN)]
    return leads.filter(known(_.created_on, until), _.mql_on < midnight(until)).select(names)


def _touched(data: Dataset, until: date, promise: Commitments) -> Any:
    """Return the quality leads with ``touched_on``, ``hours`` and ``state`` of the first touch."""
    leads = _with_first_touch(data, _quality_leads(data, until))
    touched = _before(leads.touched_on, until)
    hours = weekday_hours(leads.mql_on, ibis.coalesce(touched, midnight(until)))
    late = hours > promise.first_touch_hours
    states = ibis.cases((late, "missed"), (touched.notnull(), "kept"), else_="open")
    return leads.mutate(touched_on=touched, hours=hours, state=states)


def _with_first_touch(data: Dataset, leads: Any) -> Any:
    own = "first_touch_at" in leads.columns
    if not offers(data, "touches", "touched_at"):
        need(data, "leads", "first_touch_at")
        return leads.mutate(touched_on=_.first_touch_at)
    touches = need(data, "touches", "lead_id", "touched_at")
    first = touches.group_by("lead_id").aggregate(earliest=_.touched_at.min())
    joined = leads.left_join(first, "lead_id").drop("lead_id_right")
    told = ibis.coalesce(_.first_touch_at, _.earliest) if own else _.earliest
    return joined.mutate(touched_on=told)


def _tried(data: Dataset, until: date, promise: Commitments) -> Any:
    """Return the quality leads with the ``state`` of the attempts promised."""
    touches = need(data, "touches", "lead_id", "touched_at").filter(_.touched_at < midnight(until))
    leads = _quality_leads(data, until)
    ends = {day: calendar_days(day, promise.attempts_days) for day in range(7)}
    allowed = leads.mql_on.day_of_week.index().cases(*ends.items())
    in_time = [
        days(leads.mql_on, _before(leads[name], until)) <= allowed
        for name in ("accepted_on", "rejected_on")
        if name in leads.columns
    ]
    decided = ibis.or_(*in_time).fill_null(False) if in_time else ibis.literal(False)
    leads = leads.mutate(allowed=allowed, decided=decided)
    tries = leads.select("lead_id", "mql_on", "allowed").inner_join(touches, "lead_id")
    made = days(_.mql_on, _.touched_at).between(0, _.allowed)
    counts = tries.filter(made).group_by("lead_id").aggregate(tries=_.count())
    rows = leads.left_join(counts, "lead_id").drop("lead_id_right")
    enough = _.decided | (_.tries.fill_null(0) >= promise.attempts)
    over = days(rows.mql_on, midnight(until)) > rows.allowed
    return rows.mutate(state=ibis.cases((enough, "kept"), (over, "missed"), else_="open"))


def _before(moment: Any, until: date) -> Any:
    return ibis.ifelse(moment < midnight(until), moment, ibis.null("timestamp"))


def _with_owner(data: Dataset, leads: pd.DataFrame) -> pd.DataFrame:
    """Return the leads with the owner of their first deal where they have none of their own."""
    if leads.empty or not offers(data, "opportunities", "lead_id", "owner"):
        return leads
    deals = data.tables["opportunities"].filter(_.lead_id.isin(list(leads["lead_id"])))
    owners = answer(deals.group_by("lead_id").aggregate(owner=_.owner.argmin(_.created_on)))
    of_deal = leads["lead_id"].map(owners.set_index("lead_id")["owner"])
    own = leads.get("owner", of_deal)
    return leads.assign(owner=own.fillna(of_deal))
