"""What both teams did with each inquiry, up to the sales qualified lead (SQL)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from report_helpers.data.sample.company import SOURCES, chance, draw, log_odds, words
from report_helpers.data.sample.planted import Planted
from report_helpers.data.sample.rhythm import Days, Flags, Floats, Ints, after_hours

WEBINAR = 0  # its place in SOURCES
JOBS = ("Director", "Head", "Manager", "Specialist", "Student")
JOB_EFFECT = np.array([0.3, 0.5, 0.3, -0.3, -2.2, 0.0])  # the last one: not known
REASONS = (
    "No budget",
    "Wrong person",
    "Student or competitor",
    "Duplicate",
    "Not reachable",
    "Too early - recycle",
)
REASON_WEIGHTS = (0.24, 0.2, 0.05, 0.08, 0.18, 0.25)
REASON_WEIGHTS_WORSE = (0.05, 0.22, 0.62, 0.03, 0.03, 0.05)  # students, and worse webinars
UNTOUCHED, DECIDED = 0.06, 0.95  # shares of MQLs, and of those touched
TOUCH_HOURS, TOUCH_HOURS_WORSE = 2.8, 7.0  # median office hours to the first touch
WEBINAR_MQL_WORSE, WEBINAR_ACCEPTED_WORSE = 0.28, 0.32  # shares before the students' effect
MOMENTS = ("mql_on", "first_touch_at", "accepted_on", "rejected_on", "sql_on")


def follow_up(rng: np.random.Generator, planted: Planted, leads: pd.DataFrame) -> pd.DataFrame:
    """Return the leads with what happened to each, and when, by the end of the last day.

    Marketing calls a lead a quality lead (MQL); Sales touches it, accepts or rejects it, and
    qualifies some of the accepted ones (SQL). All of it happens in office hours.
    """
    effect = _interest(leads)
    handed_over, mql_on = _handed_over(rng, leads, effect)
    touched, touch = _touched(rng, planted, handed_over, mql_on)
    decided = touched & (rng.random(len(leads)) < DECIDED)
    decision = after_hours(touch, 5 * rng.lognormal(0, 0.8, len(leads)))
    good = _good(rng, leads)
    qualified = decided & good & _qualified(rng, leads, effect)
    reason = np.where(decided & ~good, _reasons(rng, leads), -1)
    sql_on = after_hours(decision, 25 * rng.lognormal(0, 0.6, len(leads)))
    followed = leads.assign(
        mql_on=_when(handed_over, mql_on),
        first_touch_at=_when(touched, touch),
        accepted_on=_when(decided & good, decision),
        rejected_on=_when(decided & ~good, decision),
        rejection_reason=words(REASONS, reason),
        sql_on=_when(qualified, sql_on),
    )
    return _until(planted, followed)


def _interest(leads: pd.DataFrame) -> Floats:
    """Log odds by which a lead's attributes lift it over the average of its source."""
    effect = (
        1.6 * (leads["demo_requested"] - 0.18)
        + 0.7 * (leads["budget_known"] - 0.30)
        + 0.06 * (leads["pages_viewed"].clip(upper=15) - 4)
    )
    odds: Floats = effect.to_numpy(dtype=float) + JOB_EFFECT[leads["_job"].to_numpy()]
    return odds


def _handed_over(
    rng: np.random.Generator, leads: pd.DataFrame, effect: Floats
) -> tuple[Flags, Days]:
    source = leads["_source"].to_numpy()
    usual = np.array([s.mql for s in SOURCES])[source]
    share = np.where(leads["_worse"], WEBINAR_MQL_WORSE, usual)
    is_mql = rng.random(len(leads)) < chance(log_odds(share) + effect)
    wait = np.array([s.hours for s in SOURCES])[source] * rng.lognormal(0, 0.8, len(leads))
    return is_mql, after_hours(leads["created_on"].to_numpy(), np.minimum(wait, 36))


def _touched(
    rng: np.random.Generator, planted: Planted, handed_over: Flags, mql_on: Days
) -> tuple[Flags, Days]:
    n = len(mql_on)
    touched = handed_over & (rng.random(n) >= UNTOUCHED)
    alone = mql_on > np.datetime64(planted.seller_leaves, "D") + 2
    spread = np.where(alone, 0.6, 0.9)
    hours = np.where(alone, TOUCH_HOURS_WORSE, TOUCH_HOURS) * rng.lognormal(0, spread, n)
    return touched, after_hours(mql_on, hours)


def _good(rng: np.random.Generator, leads: pd.DataFrame) -> Flags:
    usual = np.array([s.accepted for s in SOURCES])[leads["_source"].to_numpy()]
    share = np.where(leads["_worse"], WEBINAR_ACCEPTED_WORSE, usual)
    budget = 0.9 * (leads["budget_known"].to_numpy() - 0.30)
    odds = log_odds(share) + budget + JOB_EFFECT[leads["_job"].to_numpy()]
    return rng.random(len(leads)) < chance(odds)


def _qualified(rng: np.random.Generator, leads: pd.DataFrame, effect: Floats) -> Flags:
    odds = (
        0.27
        + 0.5 * effect
        + 0.6 * (leads["budget_known"].to_numpy() - 0.30)
        + 0.4 * (leads["demo_requested"].to_numpy() - 0.18)
        + 0.3 * leads["nurtured"].to_numpy()
        + np.array([s.win for s in SOURCES])[leads["_source"].to_numpy()]
    )
    return rng.random(len(leads)) < chance(odds)


def _reasons(rng: np.random.Generator, leads: pd.DataFrame) -> Ints:
    worse = (leads["_job"] == JOBS.index("Student")) | leads["_worse"]
    bad, usual = (draw(rng, w, len(leads)) for w in (REASON_WEIGHTS_WORSE, REASON_WEIGHTS))
    return np.where(worse, bad, usual)


def _when(happened: Flags, moments: Days) -> Days:
    return np.where(happened, moments, np.datetime64("NaT")).astype("datetime64[s]")


def _until(planted: Planted, leads: pd.DataFrame) -> pd.DataFrame:
    """Leave out what had not happened by the end of the last day."""
    last_minute = pd.Timestamp(planted.until) + pd.Timedelta(hours=23, minutes=59)
    known = {name: leads[name].where(leads[name] <= last_minute) for name in MOMENTS}
    reason = leads["rejection_reason"].where(known["rejected_on"].notna())
    return leads.assign(**known, rejection_reason=reason)
