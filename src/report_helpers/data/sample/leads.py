"""Inquiries: when they arrive, from where, and who they are."""

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
    words,
)
from report_helpers.data.sample.follow_up import JOBS, WEBINAR, follow_up
from report_helpers.data.sample.planted import Planted
from report_helpers.data.sample.rhythm import (
    Days,
    Flags,
    Floats,
    Ints,
    clock_times,
    days,
    demand,
)

TRADE_FAIR, REFERRAL = 3, 4  # places in SOURCES
JOB_WEIGHTS = (0.08, 0.17, 0.34, 0.36, 0.05)
JOB_WEIGHTS_WORSE = (0.02, 0.05, 0.18, 0.35, 0.40)  # webinars after they worsened
SIZES = ("1-49", "50-249", "250-999", "1000+")
SIZE_WEIGHTS = ((0, 0.05, 0.3, 0.65), (0.05, 0.5, 0.4, 0.05), (0.8, 0.2, 0, 0))
COUNTRIES = ("DACH", "Nordics", "Benelux", "Other")
BLANK_SOURCES = 0.003
REFERRALS_GROW, WEBINARS_SHRINK = 2.2, 0.88  # times as many inquiries since the dates planted


def generate(rng: np.random.Generator, planted: Planted, count: int) -> pd.DataFrame:
    """Return `count` inquiries, one a row, with what had become of each by the last day.

    Beside the canonical columns they carry ``company_size``, ``job_level``, ``budget_known``,
    ``country_group`` (pure chance), ``pages_viewed`` and ``demo_requested``.
    """
    created, source = _arrivals(rng, planted, count)
    return follow_up(rng, planted, _attributes(rng, planted, created, source))


def arrival_weights(planted: Planted) -> tuple[Days, Floats]:
    """Return every day, and how many inquiries to expect on it by source, in relative terms."""
    calendar = days(planted.start, planted.until)
    weights = demand(calendar)[:, None] * np.array([s.share for s in SOURCES])
    grown = calendar >= np.datetime64(planted.referrals_grow)
    weights[grown, REFERRAL] *= REFERRALS_GROW
    worse = calendar >= np.datetime64(planted.webinars_worsen)
    weights[worse, WEBINAR] *= WEBINARS_SHRINK
    weights[:, TRADE_FAIR] *= np.where(_fair_season(calendar), 1.25, 0.85)
    return calendar, weights


def _fair_season(calendar: Days) -> Flags:
    month = calendar.astype("datetime64[M]").astype(np.int64) % 12
    return np.isin(month, (2, 3, 9, 10))


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
