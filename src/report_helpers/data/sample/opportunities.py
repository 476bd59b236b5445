"""Deals: where they come from, who has them, what they are worth and why they were lost."""

from __future__ import annotations

import numpy as np
import pandas as pd

from report_helpers.data.sample import pipeline
from report_helpers.data.sample.company import (
    DEAL_SOURCES,
    HEIR,
    LEAVER,
    PRODUCTS,
    REGIONS,
    SEGMENTS,
    SELLERS,
    draw,
    identifiers,
    words,
)
from report_helpers.data.sample.planted import Planted
from report_helpers.data.sample.rhythm import (
    after_days,
    days,
    demand,
)

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
    deals, events = pipeline.run(rng, planted, deals)
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
    linked = _from_leads(rng, planted, leads, count)
    deals = pd.concat([linked, _own(rng, planted, count - len(linked))], ignore_index=True)
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
            "_segment": pd.Index([s.name for s in SEGMENTS]).get_indexer(pd.Index(sql["segment"])),
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


def _owners(rng: np.random.Generator, planted: Planted, deals: pd.DataFrame) -> pd.Series[str]:
    teams = [[person for person, _, _ in SELLERS[s.name]] for s in SEGMENTS]
    first = np.cumsum([0, *(len(team) for team in teams)])[:-1]
    sizes = np.array([len(team) for team in teams])
    segment = deals["_segment"].to_numpy()
    seat = (rng.random(len(deals)) * sizes[segment]).astype(np.int64)
    owner = words([person for team in teams for person in team], first[segment] + seat)
    gone = (owner == LEAVER) & (deals["created_on"] > pd.Timestamp(planted.seller_leaves))
    return owner.mask(gone, HEIR)
