"""What each team promised the other, kept or missed, by the leads that were due."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

import numpy as np
import pandas as pd

from report_helpers import facts
from report_helpers.facts.commitments import STATES
from report_helpers.metrics import figures
from report_helpers.metrics.measures import MEASURES
from report_helpers.metrics.question import Question, Source, When
from report_helpers.metrics.spans import Spans
from report_helpers.metrics.tally import Cells, blank, share
from report_helpers.periods import WEEK, Period
from report_helpers.settings import Commitments

Fact = Callable[..., pd.DataFrame]
DEFAULT = Commitments()


def first_touch_kept(
    data: Source,
    period: When = "all",
    by: str | Sequence[str] = (),
    promise: Commitments = DEFAULT,
) -> pd.DataFrame:
    """Return the share of quality leads that Sales called or wrote to in time.

    Parameters
    ----------
    data : a data set or a dict of tables with ``leads``.
    period : when the leads were handed over; what is known by its end counts.
    by : dimensions of the lead: ``segment``, ``region``, ``source``.
    promise : the company's settings ``[commitments]``.

    Returns
    -------
    DataFrame
        Figures; ``n`` the leads that were due, ``low`` and ``high`` the Wilson 95 % interval, and
        the columns ``kept``, ``missed`` and ``open`` (not yet due: neither).

    Raises
    ------
    MissingData
        When the leads lack ``mql_on``, a dimension, or any time of a first touch.
    """
    return _kept("first_touch_kept", facts.first_touches, Question.of(data, period, by), promise)


def attempts_kept(
    data: Source,
    period: When = "all",
    by: str | Sequence[str] = (),
    promise: Commitments = DEFAULT,
) -> pd.DataFrame:
    """Return the share of quality leads that Sales tried to reach as often as promised.

    Parameters and columns are those of `first_touch_kept`. A lead on which Sales decided within
    the days promised counts as kept.

    Raises
    ------
    MissingData
        When there are no ``touches``, or the leads lack ``mql_on`` or a dimension.
    """
    return _kept("attempts_kept", facts.attempts, Question.of(data, period, by), promise)


def weekly_rates(data: Source, fact: Fact, spans: Spans, promise: Commitments) -> pd.Series:
    """Return the share kept of the leads handed over in each of several periods.

    Parameters
    ----------
    data : a data set or a dict of tables.
    fact : `facts.first_touches` or `facts.attempts`.
    spans : the periods.
    promise : the company's settings ``[commitments]``.
    """
    counted = fact(data, spans.until, promise, ())
    rates: pd.Series = _rates(counted, spans, ())["value"]
    return rates


def _kept(name: str, fact: Fact, asked: Question, promise: Commitments) -> pd.DataFrame:
    counted = fact(asked.data, asked.until, promise, asked.by)
    found = _rates(counted, asked.spans, asked.by).reset_index()
    fixed = {"unit": "share", "period": asked.key}
    made = figures.make(found, name, by=asked.by, **fixed)
    return made.assign(**{state: found[state] for state in STATES})


def _rates(counted: pd.DataFrame, spans: Spans, by: Sequence[str]) -> pd.DataFrame:
    cells = Cells.of(counted, spans, by)
    counts = {state: cells.total("mql_week", rows=counted["state"] == state) for state in STATES}
    due = counts["kept"] + counts["missed"]
    rates = share(counts["kept"], due, "no quality lead was due in the period")
    return blank(rates.assign(**counts), spans.gaps(counted["mql_week"], "quality leads"))


def quality_leads_by_week(
    data: Source, until: date, needed: float, weeks: int = 13
) -> pd.DataFrame:
    """Return the quality leads of each of the last weeks against what the goal needs.

    Parameters
    ----------
    data : a data set or a dict of tables with ``leads``.
    until : the day the last week ends before, a Monday.
    needed : quality leads needed a week.
    weeks : how many weeks.

    Returns
    -------
    DataFrame
        ``week`` (a Monday), ``mqls`` (NaN where leads are not on record) and ``kept``, whether
        they are at least as many as needed; None where either is missing.
    """
    spans = Spans.of(Period(until - WEEK, until), weeks)
    asked = Question.of(data)
    mqls = MEASURES["mqls", ""](asked.data, spans, ())["value"].to_numpy(float)
    known = np.isfinite(mqls) & np.isfinite(needed)
    kept = pd.Series(mqls >= needed, dtype=object).where(known, None)
    starts = pd.to_datetime([period.start for period in spans.periods])
    return pd.DataFrame({"week": starts, "mqls": mqls, "kept": kept})
