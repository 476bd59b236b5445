"""A small company whose rows hold everything in which engines are known to differ.

Nulls and true NaN, ties, events at one second, empty groups, amounts of zero, leap days, the hours
in which clocks change, dates before 1970, text that differs by case, accents or punctuation alone.
"""

import numpy as np
import pandas as pd
import pyarrow as pa

from report_helpers.data.contracts import TABLES, Kind

ARROW = {
    Kind.TEXT: pa.string(),
    Kind.WHEN: pa.timestamp("us"),
    Kind.NUMBER: pa.float64(),
    Kind.FLAG: pa.bool_(),
}
EXTRA = {"pages": pa.int64(), "score": pa.float64(), "demo": pa.bool_(), "seen_on": pa.date32()}
MOMENTS = (
    "1969-12-29 00:00", "1969-12-31 23:59:59.999999", "1970-01-01 00:00", "2024-02-29 23:59:59",
    "2026-03-29 02:30", "2026-10-25 02:30", "2026-10-25 03:00", "2026-01-01 00:00",
    "2025-12-29 00:00", "2026-01-04 23:59:59", "2026-01-05 00:00", "2026-01-05 00:00:00.000001",
)  # fmt: skip
WORDS = ("Zürich", "zurich", "Zurich", "Émile & Co", "émile & co", "a-b", "ab", "A B", "東京")
STAGES = ("Offer", "offer", "Gespräch", "demo-call", "DemoCall")
AMOUNTS = (0.0, 0.0, 0.1, 0.2, 99.95, 1e9, -5.25, np.nan, None)
SIZE = 150


def frames(seed=7):
    """Return the tables as Arrow, in which a null and a NaN are two things."""
    draw = np.random.default_rng(seed)
    leads, accounts = _leads(draw), _accounts(draw)
    deals = _deals(draw, leads, accounts)
    tables = {
        "opportunities": deals,
        "leads": leads,
        "accounts": accounts,
        "stage_events": {
            "opportunity_id": some(draw, [*deals["opportunity_id"], "gone", None], SIZE * 4),
            "stage": some(draw, [*STAGES, None], SIZE * 4),
            "entered_at": moments(draw, SIZE * 4, coarse=True),
        },
        "orders": {
            "account_id": some(draw, [*accounts["account_id"], "gone"], SIZE),
            "product": some(draw, WORDS, SIZE),
            "starts_on": moments(draw, SIZE, coarse=True),
            "ends_on": moments(draw, SIZE, coarse=True, missing=0.6),
            "amount": some(draw, AMOUNTS, SIZE),
        },
        "campaigns": _campaigns(draw),
        "responses": {
            "campaign_id": some(draw, [*(f"C{n}" for n in range(8)), "gone"], SIZE),
            "lead_id": some(draw, [*leads["lead_id"], "gone", None], SIZE),
            "responded_at": moments(draw, SIZE),
        },
        "touches": {
            "lead_id": some(draw, [*leads["lead_id"][::3], "gone"], SIZE),
            "touched_at": moments(draw, SIZE, coarse=True),
        },
    }
    return {name: _arrow(name, columns) for name, columns in tables.items()}


def _deals(draw, leads, accounts):
    return {
        "opportunity_id": [f"D{n:03}" for n in range(SIZE)],
        "account_id": some(draw, [*accounts["account_id"], "gone", None], SIZE),
        "lead_id": some(draw, [*leads["lead_id"], "gone", None], SIZE),
        **{
            name: some(draw, [*WORDS, None], SIZE)
            for name in ("segment", "region", "source", "owner", "product")
        },
        "created_on": moments(draw, SIZE, missing=0.05),
        "closed_on": moments(draw, SIZE, missing=0.2),
        "outcome": some(draw, ["open", "won", "lost"], SIZE),
        "amount": some(draw, AMOUNTS, SIZE),
        "loss_reason": some(draw, [*WORDS, None], SIZE),
    }


def _leads(draw):
    dates = ("mql_on", "accepted_on", "rejected_on", "sql_on", "first_touch_at")
    return {
        "lead_id": [f"L{n:03}" for n in range(SIZE)],
        "created_on": moments(draw, SIZE, coarse=True),
        **{name: moments(draw, SIZE, missing=0.3) for name in dates},
        "source": some(draw, [*WORDS, None], SIZE),
        "campaign_id": some(draw, [*(f"C{n}" for n in range(8)), "gone", None], SIZE),
        "segment": some(draw, [*WORDS[:4], None], SIZE),
        "region": [None] * SIZE,
        "rejection_reason": some(draw, [*WORDS, None], SIZE),
        "nurtured": some(draw, [True, False, None], SIZE),
        "pages": some(draw, [0, 1, 5, 12, None], SIZE),
        "score": some(draw, [0.5, -1.25, np.nan, None], SIZE),
        "demo": some(draw, [True, False, None], SIZE),
        "seen_on": some(draw, [pd.Timestamp("1969-07-20").date(), None], SIZE),
        "answer": some(draw, ["5", "12", "yes", "ÉCOLE", "école", "", None], SIZE),
    }


def _accounts(draw, size=40):
    return {
        "account_id": [f"A{n:02}" for n in range(size)],
        "name": some(draw, [*WORDS, None], size),
        **{name: some(draw, [*WORDS[:5], None], size) for name in ("segment", "industry", "size")},
        "addressable": some(draw, [True, True, False, None], size),
    }


def _campaigns(draw, size=8):
    return {
        "campaign_id": [f"C{n}" for n in range(size)],
        "name": some(draw, WORDS, size),
        "channel": some(draw, [*WORDS, None], size),
        "segment": some(draw, [*WORDS[:4], None], size),
        "starts_on": moments(draw, size, coarse=True),
        "ends_on": moments(draw, size, missing=0.4, coarse=True),
        "cost": some(draw, [0.0, 100 / 3, 1234.56, np.nan, None], size),
        "status": some(draw, ["planned", "running", "done"], size),
    }


def some(draw, values, size):
    """Return values drawn at random, as plain Python."""
    return [values[n] for n in draw.integers(0, len(values), size)]


def moments(draw, size, missing=0.0, coarse=False):
    """Return the moments engines stumble over, and others of two years; midnights if `coarse`."""
    days = pd.Timestamp("2024-09-01") + pd.to_timedelta(draw.integers(0, 800, size), unit="D")
    seconds = pd.to_timedelta(0 if coarse else draw.integers(0, 86_400, size), unit="s")
    odd = some(draw, [pd.Timestamp(moment) for moment in MOMENTS], size)
    chosen = np.where(draw.random(size) < 0.3, odd, (days + seconds).to_numpy(dtype=object))
    return [None if draw.random() < missing else pd.Timestamp(moment) for moment in chosen]


def _arrow(name, columns):
    known = TABLES[name]
    kinds = {c: ARROW[known[c].kind] for c in columns if c in known.names}
    fields = [(c, kinds.get(c) or EXTRA.get(c, pa.string())) for c in columns]
    return pa.table(columns, schema=pa.schema(fields))
