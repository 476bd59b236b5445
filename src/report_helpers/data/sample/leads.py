"""Inquiries and what became of them, up to the sales qualified lead (SQL)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from report_helpers.data.sample.company import (
    REGIONS,
    SEGMENTS,
    SOURCES,
    chance,
    draw,
    identifiers,
    log_odds,
    words,
)
from report_helpers.data.sample.planted import Planted
from report_helpers.data.sample.rhythm import (
    Days,
    Flags,
    Floats,
    Ints,
    after_hours,
    clock_times,
    days,
    demand,
)

WEBINAR, TRADE_FAIR, REFERRAL = 0, 3, 4  # places in SOURCES
JOBS = ("Director", "Head", "Manager", "Specialist", "Student")
JOB_WEIGHTS = (0.08, 0.17, 0.34, 0.36, 0.05)
JOB_WEIGHTS_WORSE = (0.02, 0.05, 0.18, 0.35, 0.40)  # webinars after they worsened
JOB_EFFECT = np.array([0.3, 0.5, 0.3, -0.3, -2.2, 0.0])  # the last one: not known
SIZES = ("1-49", "50-249", "250-999", "1000+")
SIZE_WEIGHTS = ((0, 0.05, 0.3, 0.65), (0.05, 0.5, 0.4, 0.05), (0.8, 0.2, 0, 0))
COUNTRIES = ("DACH", "Nordics", "Benelux", "Other")
REASONS = (
    "No budget",
    "Wrong person",
    "Student or competitor",
    "Duplicate",
    "Not reachable",
    "Too early - recycle",
)
REASON_WEIGHTS = (0.24, 0.2, 0.05, 0.08, 0.18, 0.25)
REASON_WEIGHTS_STUDENT = (0.02, 0.08, 0.85, 0.03, 0.02, 0.0)
UNTOUCHED = 0.06
TOUCH_HOURS, TOUCH_HOURS_WORSE = 2.8, 11.0  # median office hours to the first touch
WEBINAR_MQL_WORSE, WEBINAR_ACCEPTED_WORSE = 0.30, 0.30  # shares before the students' effect
BLANK_SOURCES = 0.003


def generate(rng: np.random.Generator, planted: Planted, count: int) -> pd.DataFrame:
    """Return `count` inquiries, one a row, with what had become of each by the last day.

    Beside the canonical columns they carry ``company_size``, ``job_level``, ``budget_known``,
    ``country_group`` (pure chance), ``pages_viewed`` and ``demo_requested``.
    """
    created, source = _arrivals(rng, planted, count)
    frame = _attributes(rng, planted, created, source)
    odds = _interest(frame)
    frame = _stages(rng, planted, frame, odds)
    last_minute = pd.Timestamp(planted.until) + pd.Timedelta(hours=23, minutes=59)
    for column in ("mql_on", "first_touch_at", "accepted_on", "rejected_on", "sql_on"):
        frame[column] = frame[column].where(frame[column] <= last_minute)
    frame["rejection_reason"] = frame["rejection_reason"].where(frame["rejected_on"].notna())
    return frame


def arrival_weights(planted: Planted) -> tuple[Days, Floats]:
    """Return every day, and how many inquiries to expect on it by source, in relative terms."""
    calendar = days(planted.start, planted.until)
    weights = demand(calendar)[:, None] * np.array([s.share for s in SOURCES])
    grown = calendar >= np.datetime64(planted.referrals_grow)
    weights[grown, REFERRAL] *= 2.1
    weights[:, TRADE_FAIR] *= np.where(_fair_season(calendar), 1.35, 0.7)
    return calendar, weights


def _fair_season(calendar: Days) -> Flags:
    month = calendar.astype("datetime64[M]").astype(np.int64) % 12
    return np.isin(month, (2, 3, 4, 8, 9, 10))


def _arrivals(rng: np.random.Generator, planted: Planted, count: int) -> tuple[Days, Ints]:
    calendar, weights = arrival_weights(planted)
    cells = rng.multinomial(count, (weights / weights.sum()).ravel())
    cell = np.repeat(np.arange(weights.size), cells)
    created = clock_times(rng, calendar[cell // len(SOURCES)])
    order = np.argsort(created, kind="stable")
    return created[order], (cell % len(SOURCES))[order]


def _attributes(
    rng: np.random.Generator, planted: Planted, created: Days, source: Ints
) -> pd.DataFrame:
    n = len(created)
    worse = (source == WEBINAR) & (created >= np.datetime64(planted.webinars_worsen))
    segment = draw(rng, [s.lead_share for s in SEGMENTS], n)
    job = np.where(worse, draw(rng, JOB_WEIGHTS_WORSE, n), draw(rng, JOB_WEIGHTS, n))
    size = np.choose(segment, [draw(rng, weights, n) for weights in SIZE_WEIGHTS])
    pages = rng.poisson(rng.gamma(2.0, 2.0, n))
    frame = pd.DataFrame(
        {
            "lead_id": identifiers("L", n),
            "created_on": created.astype("datetime64[s]"),
            "source": words([s.name for s in SOURCES], _blank(rng, source, BLANK_SOURCES)),
            "segment": words([s.name for s in SEGMENTS], segment),
            "region": words(REGIONS, draw(rng, (0.28, 0.24, 0.2, 0.28), n)),
            "nurtured": rng.random(n) < chance(-1.5 + 0.12 * pages + 0.5 * (segment < 2)),
            "company_size": words(SIZES, size),
            "job_level": words(JOBS, _blank(rng, job, 0.04)),
            "budget_known": rng.random(n) < 0.30,
            "country_group": words(COUNTRIES, draw(rng, (0.4, 0.2, 0.15, 0.25), n)),
            "pages_viewed": pages,
            "demo_requested": rng.random(n) < 0.18,
        }
    )
    return frame.assign(_source=source, _worse=worse, _job=job)


def _blank(rng: np.random.Generator, codes: Ints, share: float) -> Ints:
    return np.where(rng.random(len(codes)) < share, -1, codes)


def _interest(frame: pd.DataFrame) -> Floats:
    """Log odds by which a lead's attributes lift it over the average of its source."""
    effect = (
        1.6 * (frame["demo_requested"] - 0.18)
        + 0.7 * (frame["budget_known"] - 0.30)
        + 0.06 * (frame["pages_viewed"].clip(upper=15) - 4)
    )
    odds: Floats = effect.to_numpy(dtype=float) + JOB_EFFECT[frame["_job"].to_numpy()]
    return odds


def _stages(
    rng: np.random.Generator, planted: Planted, frame: pd.DataFrame, odds: Floats
) -> pd.DataFrame:
    n = len(frame)
    source, worse = frame["_source"].to_numpy(), frame["_worse"].to_numpy()
    budget = frame["budget_known"].to_numpy() - 0.30
    share = np.where(worse, WEBINAR_MQL_WORSE, np.array([s.mql for s in SOURCES])[source])
    is_mql = rng.random(n) < chance(log_odds(share) + odds)
    wait = np.array([s.hours for s in SOURCES])[source] * rng.lognormal(0, 0.8, n)
    mql_on = after_hours(frame["created_on"].to_numpy(), np.minimum(wait, 4.0 * 9))

    touched = is_mql & (rng.random(n) >= UNTOUCHED)
    alone = mql_on > np.datetime64(planted.seller_leaves, "D") + 2
    hours = np.where(alone, TOUCH_HOURS_WORSE, TOUCH_HOURS) * rng.lognormal(
        0, np.where(alone, 0.6, 0.9), n
    )
    touch = after_hours(mql_on, hours)
    decided = touched & (rng.random(n) < 0.95)
    decision = after_hours(touch, 5 * rng.lognormal(0, 0.8, n))
    share = np.where(worse, WEBINAR_ACCEPTED_WORSE, np.array([s.accepted for s in SOURCES])[source])
    good = rng.random(n) < chance(log_odds(share) + 0.9 * budget + JOB_EFFECT[frame["_job"]])

    nurtured = frame["nurtured"].to_numpy()
    sql_odds = 0.35 + 0.5 * odds + 0.6 * budget + 0.3 * nurtured
    qualified = decided & good & (rng.random(n) < chance(sql_odds))
    student = (frame["_job"] == len(JOBS) - 1).to_numpy()
    reason = np.where(student, draw(rng, REASON_WEIGHTS_STUDENT, n), draw(rng, REASON_WEIGHTS, n))
    return frame.assign(
        mql_on=_when(is_mql, mql_on),
        first_touch_at=_when(touched, touch),
        accepted_on=_when(decided & good, decision),
        rejected_on=_when(decided & ~good, decision),
        rejection_reason=words(REASONS, np.where(decided & ~good, reason, -1)),
        sql_on=_when(qualified, after_hours(decision, 25 * rng.lognormal(0, 0.6, n))),
    )


def _when(happened: Flags, moments: Days) -> Days:
    return np.where(happened, moments, np.datetime64("NaT")).astype("datetime64[s]")
