"""Deals and the stages they went through."""

from __future__ import annotations

import numpy as np
import pandas as pd

from report_helpers.data.sample.company import (
    DEAL_SOURCES,
    HEIR,
    LEAVER,
    OWN_SOURCES,
    PRODUCTS,
    REGIONS,
    SEGMENTS,
    SELLERS,
    SOURCES,
    chance,
    draw,
    identifiers,
    log_odds,
    words,
)
from report_helpers.data.sample.planted import Planted
from report_helpers.data.sample.rhythm import (
    OFFICE,
    Days,
    Flags,
    Ints,
    after_days,
    days,
    demand,
)

# A deal's way: a few return to an earlier stage, so two stages appear twice.
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
APPROVAL = 5
TIME_SHARES = np.array([0.21, 0.26, 0.14, 0.10, 0.06, 0.27, 0.13, 0.06, 0.06])
LOST_AT, LOST_WEIGHTS = np.array([0, 1, 2, 5, 6]), (0.20, 0.24, 0.22, 0.20, 0.14)
SLOWER = 2.2  # Enterprise approvals since they slowed
STALE = 0.03
LOSS_REASONS = ("Price", "Competitor", "No decision", "Bad timing", "Missing feature")
LOSS_WEIGHTS = (0.28, 0.24, 0.28, 0.12, 0.08)
PRODUCT_WEIGHTS = ((3, 2, 3, 2, 2), (3, 3, 2, 2, 2), (3, 4, 1, 3, 1))
OPENED_OF_SQL = 0.85


def generate(
    rng: np.random.Generator, planted: Planted, leads: pd.DataFrame, count: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the deals, one a row, and their stage events, one a deal entering one stage.

    Deals come from sales qualified leads as far as there are any; Sales finds the others itself.
    Accounts are not assigned yet.
    """
    deals = _opened(rng, planted, leads, count)
    visited, lasted = _way(rng, planted, deals)
    deals = _closed(rng, planted, deals, visited, lasted)
    events = _events(planted, deals, visited, lasted)
    finished = deals["outcome"] != "open"
    lost = (deals["outcome"] == "lost") & (rng.random(len(deals)) > 0.012)
    reason = draw(rng, LOSS_WEIGHTS, len(deals))
    unpriced = ~finished & (rng.random(len(deals)) < 0.04)
    deals["loss_reason"] = words(LOSS_REASONS, np.where(lost, reason, -1))
    deals["amount"] = deals["amount"].where(~unpriced)
    return deals, events


def _opened(
    rng: np.random.Generator, planted: Planted, leads: pd.DataFrame, count: int
) -> pd.DataFrame:
    deals = pd.concat([_from_leads(rng, planted, leads, count)], ignore_index=True)
    deals = pd.concat([deals, _own(rng, planted, count - len(deals))], ignore_index=True)
    deals = deals.sort_values("created_on", kind="stable", ignore_index=True)
    segment = deals["_segment"].to_numpy()
    median = np.array([s.amount for s in SEGMENTS])[segment]
    amount = np.maximum(np.rint(median * rng.lognormal(0, 0.6, count) / 100) * 100, 300)
    product = np.choose(segment, [draw(rng, w, count) for w in PRODUCT_WEIGHTS])
    blank = rng.random(count) < 0.004
    return deals.assign(
        opportunity_id=identifiers("D", count),
        segment=words([s.name for s in SEGMENTS], segment),
        source=words(DEAL_SOURCES, np.where(blank, -1, deals["_source"])),
        product=words(PRODUCTS, product),
        owner=_owners(rng, planted, deals),
        amount=amount,
    )


def _from_leads(
    rng: np.random.Generator, planted: Planted, leads: pd.DataFrame, count: int
) -> pd.DataFrame:
    sql = leads[leads["sql_on"].notna() & (rng.random(len(leads)) < OPENED_OF_SQL)]
    created = after_days(
        sql["sql_on"].to_numpy().astype("datetime64[D]"), rng.integers(0, 4, len(sql))
    )
    frame = pd.DataFrame(
        {
            "lead_id": sql["lead_id"].to_numpy(),
            "created_on": created.astype("datetime64[s]"),
            "region": sql["region"].to_numpy(),
            "_segment": sql["segment"].map(_places([s.name for s in SEGMENTS])).to_numpy(),
            "_source": sql["_source"].to_numpy(),
            "_odds": 0.5 * (sql["budget_known"].to_numpy() - 0.4)
            + 0.4 * (sql["demo_requested"].to_numpy() - 0.3)
            + 0.2 * sql["nurtured"].to_numpy(),
        }
    )
    return frame[frame["created_on"] <= pd.Timestamp(planted.until)].iloc[:count]


def _own(rng: np.random.Generator, planted: Planted, count: int) -> pd.DataFrame:
    calendar = days(planted.start, planted.until)
    opened = calendar[draw(rng, demand(calendar, weekends=False), count)]
    sources = [DEAL_SOURCES.index(name) for name in ("Cold call", "Partner", "Referral")]
    return pd.DataFrame(
        {
            "lead_id": pd.Series([None] * count, dtype="str"),
            "created_on": opened.astype("datetime64[s]"),
            "region": words(REGIONS, draw(rng, (0.28, 0.24, 0.2, 0.28), count)),
            "_segment": draw(rng, [s.deal_share for s in SEGMENTS], count),
            "_source": np.array(sources)[draw(rng, (0.55, 0.25, 0.2), count)],
            "_odds": np.zeros(count),
        }
    )


def _places(labels: list[str]) -> dict[str, int]:
    return {label: place for place, label in enumerate(labels)}


def _owners(rng: np.random.Generator, planted: Planted, deals: pd.DataFrame) -> pd.Series[str]:
    teams = [[person for person, _, _ in SELLERS[s.name]] for s in SEGMENTS]
    first = np.cumsum([0, *(len(team) for team in teams)])[:-1]
    sizes = np.array([len(team) for team in teams])
    segment = deals["_segment"].to_numpy()
    seat = (rng.random(len(deals)) * sizes[segment]).astype(np.int64)
    owner = words([person for team in teams for person in team], first[segment] + seat)
    gone = (owner == LEAVER) & (deals["created_on"] > pd.Timestamp(planted.seller_leaves))
    return owner.mask(gone, HEIR)


def _way(rng: np.random.Generator, planted: Planted, deals: pd.DataFrame) -> tuple[Flags, Ints]:
    """Which steps of WAY each deal takes, and the working days it stays in each."""
    n = len(deals)
    segment = deals["_segment"].to_numpy()
    win = np.array([*(s.win for s in SOURCES), *OWN_SOURCES.values()])[deals["_source"].to_numpy()]
    rate = np.array([s.win_rate for s in SEGMENTS])[segment]
    wins = rng.random(n) < chance(log_odds(rate) + win + deals["_odds"].to_numpy())
    deals["_wins"] = wins
    visited = np.ones((n, len(WAY)), dtype=bool)
    visited[:, 1] = rng.random(n) > 0.08
    visited[:, APPROVAL] = rng.random(n) > np.array([s.skips_approval for s in SEGMENTS])[segment]
    visited[:, 6] = rng.random(n) > 0.12
    visited[:, 3:5] = (rng.random(n) < 0.10)[:, None]
    visited[:, 7:9] = (visited[:, 6] & (rng.random(n) < 0.06))[:, None]
    lost_at = LOST_AT[draw(rng, LOST_WEIGHTS, n)]
    visited &= wins[:, None] | (np.arange(len(WAY)) <= lost_at[:, None])

    cycle = np.array([s.cycle for s in SEGMENTS])[segment]
    pace = cycle * rng.lognormal(0, 0.32, n) * np.where(wins, 1.0, 1.15)
    noise = rng.lognormal(0, 0.28, (n, len(WAY)))
    lasted = np.maximum(np.rint(pace[:, None] * TIME_SHARES * noise), 1).astype(np.int64) * visited
    reached = after_days(_day(deals), lasted[:, :APPROVAL].sum(axis=1))
    slow = (segment == 0) & (reached >= np.datetime64(planted.approval_slows))
    lasted[slow, APPROVAL] = np.rint(lasted[slow, APPROVAL] * SLOWER).astype(np.int64)
    return visited, lasted


def _day(deals: pd.DataFrame) -> Days:
    return deals["created_on"].to_numpy().astype("datetime64[D]")


def _closed(
    rng: np.random.Generator,
    planted: Planted,
    deals: pd.DataFrame,
    visited: Flags,
    lasted: Ints,
) -> pd.DataFrame:
    total = lasted.sum(axis=1)
    final = len(WAY) - 1 - np.argmax(visited[:, ::-1], axis=1)
    total = total - _hurry(rng, deals, total, lasted[np.arange(len(deals)), final])
    closed = after_days(_day(deals), total)
    closed = np.where(closed <= np.datetime64(planted.until), closed, np.datetime64("NaT"))
    closed[_forgotten(rng, planted, deals, closed)] = np.datetime64("NaT")
    code = np.where(np.isnat(closed), -1, np.where(deals["_wins"], 0, 1))
    return deals.assign(
        closed_on=closed.astype("datetime64[s]"),
        outcome=words(("won", "lost"), code).fillna("open"),
    )


def _hurry(rng: np.random.Generator, deals: pd.DataFrame, total: Ints, last_step: Ints) -> Ints:
    """Working days by which some wins are brought forward into the quarter before."""
    closed = after_days(_day(deals), total)
    month = closed.astype("datetime64[M]")
    quarter = (month - month.astype(np.int64) % 3).astype("datetime64[D]")
    ahead = np.busday_count(quarter, closed, busdaycal=OFFICE) + rng.integers(1, 5, len(deals))
    moves = deals["_wins"].to_numpy() & (ahead <= 10) & (ahead < last_step)
    return np.where(moves & (rng.random(len(deals)) < 0.5), ahead, 0)


def _forgotten(
    rng: np.random.Generator, planted: Planted, deals: pd.DataFrame, closed: Days
) -> Ints:
    """Places of deals nobody closed, all of them older than any deal that ever closed."""
    opened = _day(deals)
    ages = (closed - opened)[~np.isnat(closed)].astype(np.int64)
    limit = int(ages.max(initial=0)) + 5
    old = np.flatnonzero((np.datetime64(planted.until) - opened).astype(np.int64) > limit)
    count = min(round(STALE * len(deals)), len(old) // 2)
    return np.sort(rng.permutation(old)[:count])


def _events(planted: Planted, deals: pd.DataFrame, visited: Flags, lasted: Ints) -> pd.DataFrame:
    before = np.cumsum(lasted, axis=1) - lasted
    entered = after_days(_day(deals)[:, None], before)
    deal, step = np.nonzero(visited & (entered <= np.datetime64(planted.until)))
    done = np.flatnonzero(deals["outcome"] != "open")
    stages = (*WAY, "Closed won", "Closed lost")
    last = np.where(deals["outcome"].iloc[done] == "won", len(WAY), len(WAY) + 1)
    events = pd.DataFrame(
        {
            "_deal": np.concatenate([deal, done]),
            "stage": words(stages, np.concatenate([step, last])),
            "entered_at": np.concatenate(
                [entered[deal, step], deals["closed_on"].to_numpy()[done].astype("datetime64[D]")]
            ).astype("datetime64[s]"),
        }
    ).sort_values(["_deal", "entered_at"], kind="stable", ignore_index=True)
    names = deals["opportunity_id"].take(events["_deal"]).to_numpy()
    return events.assign(opportunity_id=names)
