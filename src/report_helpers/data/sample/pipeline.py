"""The way of deals through the stages: which ones, how long, and how it ends."""

from __future__ import annotations

import numpy as np
import pandas as pd

from report_helpers.data.sample.company import (
    OWN_SOURCES,
    SEGMENTS,
    SOURCES,
    chance,
    draw,
    log_odds,
    words,
)
from report_helpers.data.sample.planted import Planted
from report_helpers.data.sample.rhythm import Days, Flags, Ints, after_days, office_day

# A few deals return to an earlier stage, so two stages appear twice.
WAY = (
    "Discovery",
    "Evaluation",
    "Proposal",
    "Evaluation",
    "Proposal",
    "Approval",
    "Negotiation",
    "Proposal",
    "Negotiation",
)
ENDS = ("Closed won", "Closed lost")
APPROVAL, NEGOTIATION = 5, 6  # places in WAY
TIME_SHARES = np.array([0.19, 0.23, 0.13, 0.10, 0.06, 0.34, 0.11, 0.06, 0.06])
LOST_AT, LOST_WEIGHTS = np.array([0, 1, 2, 5, 6]), (0.20, 0.24, 0.22, 0.20, 0.14)
SKIPS_EVALUATION, SKIPS_NEGOTIATION = 0.08, 0.12
BACK_TO_EVALUATION, BACK_TO_PROPOSAL = 0.10, 0.06
SLOWER = 2.2  # times as long: Enterprise approvals since they slowed
STALE = 0.02  # share of deals that nobody closed


def run(
    rng: np.random.Generator, planted: Planted, deals: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the deals with how they stand on the last day, and their stage events.

    A deal enters no two stages on the same day. Deals that nobody closed are older than any that
    ever closed.
    """
    wins = _wins(rng, deals)
    visited = _visited(rng, deals, wins)
    lasted = _lasted(rng, planted, deals, visited, wins)
    total = lasted.sum(axis=1)
    final = len(WAY) - 1 - np.argmax(visited[:, ::-1], axis=1)
    last_step = lasted[np.arange(len(deals)), final]
    closed = after_days(_opened(deals), total - _hurry(rng, deals, total, last_step) * wins)
    closed = np.where(closed <= np.datetime64(planted.until), closed, np.datetime64("NaT"))
    closed[_forgotten(rng, planted, deals, closed)] = np.datetime64("NaT")
    code = np.where(np.isnat(closed), -1, np.where(wins, 0, 1))
    ended = deals.assign(
        closed_on=closed.astype("datetime64[s]"),
        outcome=words(("won", "lost"), code).fillna("open"),
    )
    return ended, _events(planted, ended, visited, lasted)


def _wins(rng: np.random.Generator, deals: pd.DataFrame) -> Flags:
    rate = np.array([s.win_rate for s in SEGMENTS])[deals["_segment"].to_numpy()]
    lift = np.array([*(s.win for s in SOURCES), *OWN_SOURCES.values()])
    odds = log_odds(rate) + lift[deals["_source"].to_numpy()] + deals["_odds"].to_numpy()
    return rng.random(len(deals)) < chance(odds)


def _visited(rng: np.random.Generator, deals: pd.DataFrame, wins: Flags) -> Flags:
    """Which steps of WAY each deal takes; a lost one ends somewhere on it."""
    n = len(deals)
    skips = np.array([s.skips_approval for s in SEGMENTS])[deals["_segment"].to_numpy()]
    visited = np.ones((n, len(WAY)), dtype=bool)
    visited[:, 1] = rng.random(n) >= SKIPS_EVALUATION
    visited[:, APPROVAL] = rng.random(n) >= skips
    visited[:, NEGOTIATION] = rng.random(n) >= SKIPS_NEGOTIATION
    visited[:, 3:5] = (rng.random(n) < BACK_TO_EVALUATION)[:, None]
    back = visited[:, NEGOTIATION] & (rng.random(n) < BACK_TO_PROPOSAL)
    visited[:, 7:9] = back[:, None]
    lost_at = LOST_AT[draw(rng, LOST_WEIGHTS, n)]
    return visited & (wins[:, None] | (np.arange(len(WAY)) <= lost_at[:, None]))


def _lasted(
    rng: np.random.Generator, planted: Planted, deals: pd.DataFrame, visited: Flags, wins: Flags
) -> Ints:
    """Working days in each step, at least one; Enterprise approvals last longer once slow."""
    n = len(deals)
    segment = deals["_segment"].to_numpy()
    cycle = np.array([s.cycle for s in SEGMENTS])[segment]
    pace = cycle * rng.lognormal(0, 0.32, n) * np.where(wins, 1.0, 1.15)
    length = pace[:, None] * TIME_SHARES * rng.lognormal(0, 0.28, (n, len(WAY)))
    lasted: Ints = np.maximum(np.rint(length), 1).astype(np.int64) * visited
    reached = after_days(_opened(deals), lasted[:, :APPROVAL].sum(axis=1))
    slow = (segment == 0) & (reached >= np.datetime64(planted.approval_slows))
    lasted[slow, APPROVAL] = np.rint(lasted[slow, APPROVAL] * SLOWER).astype(np.int64)
    return lasted


def _opened(deals: pd.DataFrame) -> Days:
    return deals["created_on"].to_numpy().astype("datetime64[D]")


def _hurry(rng: np.random.Generator, deals: pd.DataFrame, total: Ints, last_step: Ints) -> Ints:
    """Working days by which some deals are brought forward into the quarter before."""
    closed = after_days(_opened(deals), total)
    month = closed.astype("datetime64[M]")
    quarter = (month - month.astype(np.int64) % 3).astype("datetime64[D]")
    ahead = office_day(closed) - office_day(quarter) + rng.integers(1, 5, len(deals))
    moves = (ahead <= 10) & (ahead < last_step) & (rng.random(len(deals)) < 0.5)
    days: Ints = np.where(moves, ahead, 0)
    return days


def _forgotten(
    rng: np.random.Generator, planted: Planted, deals: pd.DataFrame, closed: Days
) -> Ints:
    """Places of deals that nobody closed."""
    opened = _opened(deals)
    longest = int((closed - opened)[~np.isnat(closed)].astype(np.int64).max(initial=0))
    age = (np.datetime64(planted.until) - opened).astype(np.int64)
    old = np.flatnonzero(age > longest + 5)
    return rng.permutation(old)[: min(round(STALE * len(deals)), len(old) // 2)]


def _events(planted: Planted, deals: pd.DataFrame, visited: Flags, lasted: Ints) -> pd.DataFrame:
    before = np.cumsum(lasted, axis=1) - lasted
    entered = after_days(_opened(deals)[:, None], before)
    deal, step = np.nonzero(visited & (entered <= np.datetime64(planted.until)))
    done = np.flatnonzero(deals["outcome"] != "open")
    end = np.where(deals["outcome"].to_numpy()[done] == "won", 0, 1) + len(WAY)
    closed = deals["closed_on"].to_numpy()[done].astype("datetime64[D]")
    place = np.concatenate([deal, done])
    moment = np.concatenate([entered[deal, step], closed]).astype("datetime64[s]")
    order = np.lexsort([moment, place])
    return pd.DataFrame(
        {
            "opportunity_id": words(deals["opportunity_id"], place[order]),
            "stage": words((*WAY, *ENDS), np.concatenate([step, end])[order]),
            "entered_at": moment[order],
        }
    )
