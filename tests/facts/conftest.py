"""Small companies for the facts: random ones, and ones written down by hand."""

import datetime as dt

import duckdb
import ibis
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from report_helpers.data.audit import Audit
from report_helpers.data.contracts import TABLES, Kind
from report_helpers.data.dataset import Dataset

ARROW = {
    Kind.TEXT: pa.string(),
    Kind.WHEN: pa.timestamp("us"),
    Kind.NUMBER: pa.float64(),
    Kind.FLAG: pa.bool_(),
}
START = pd.Timestamp("2024-02-19")


class Held(Dataset):
    """A data set of frames taken as they are, however untidy, that counts what it remembers."""

    def __init__(self, frames):
        self.raw, self.made = duckdb.connect(), 0
        engine, tables = ibis.duckdb.from_connection(self.raw), {}
        for name, frame in frames.items():
            schema = pa.schema([(c, ARROW[TABLES[name][c].kind]) for c in frame.columns])
            self.raw.register(name, pa.Table.from_pandas(frame, schema, preserve_index=False))
            tables[name] = engine.table(name)
        super().__init__(tables, Audit())

    def remember(self, key, make):
        def counted():
            self.made += 1
            return make()

        return super().remember(key, counted)


@pytest.fixture
def held():
    """Return a maker of data sets from frames by table name."""
    return Held


@pytest.fixture
def deals():
    """Return a maker of a data set of deals, each (created, closed, outcome, amount)."""

    def make(*rows):
        frame = pd.DataFrame(rows, columns=["created_on", "closed_on", "outcome", "amount"])
        frame.insert(0, "opportunity_id", [f"D{n}" for n in range(len(frame))])
        for column in ("created_on", "closed_on"):
            frame[column] = pd.to_datetime(frame[column], format="ISO8601")
        return Held({"opportunities": frame.astype({"amount": float})})

    return make


@pytest.fixture
def company():
    """Return a maker of the frames of a random, rather untidy company."""
    return make_company


def make_company(seed, size=60):
    draw = np.random.default_rng(seed)
    campaigns = make_campaigns(draw, max(size // 10, 1))
    leads = make_leads(draw, size, campaigns)
    answers = pd.DataFrame(
        {
            "campaign_id": pick(draw, [*campaigns["campaign_id"], "unheard-of"], size),
            "responded_at": moments(draw, size),
        }
    )
    return {
        "opportunities": make_deals(draw, size, leads),
        "leads": leads,
        "campaigns": campaigns,
        "responses": answers,
    }


def make_deals(draw, size, leads):
    created, outcome = (
        gaps(draw, moments(draw, size), 0.1),
        pick(draw, ["open", "won", "lost"], size),
    )
    closed = created + spans(draw, size, days=60, least=-3)
    lost = outcome == "lost"
    return pd.DataFrame(
        {
            "opportunity_id": [f"D{n}" for n in range(size)],
            "lead_id": gaps(draw, pick(draw, [*leads["lead_id"], "gone"], size), 0.3),
            **dimensions(draw, size, ("segment", "region", "source", "owner", "product")),
            "created_on": created,
            "closed_on": gaps(draw, closed, 0.2),
            "outcome": outcome,
            "amount": gaps(draw, pd.Series(draw.integers(-1, 9, size) * 100.25), 0.3),
            "loss_reason": gaps(draw, pick(draw, ["price", "silence"], size), 0.3).where(lost),
        }
    )


def make_leads(draw, size, campaigns):
    leads = pd.DataFrame(
        {
            "lead_id": [f"L{n}" for n in range(size)],
            "created_on": gaps(draw, moments(draw, size), 0.05),
            "campaign_id": gaps(draw, pick(draw, campaigns["campaign_id"], size), 0.4),
            **dimensions(draw, size, ("segment", "region", "source")),
        }
    )
    leads["mql_on"] = gaps(draw, leads["created_on"] + spans(draw, size, days=20), 0.3)
    leads["first_touch_at"] = gaps(draw, leads["mql_on"] + spans(draw, size, 9, least=-1), 0.2)
    leads["accepted_on"] = gaps(draw, leads["mql_on"] + spans(draw, size, days=9), 0.4)
    leads["rejected_on"] = (leads["mql_on"] + spans(draw, size, 9)).where(leads.accepted_on.isna())
    leads["rejection_reason"] = gaps(draw, pick(draw, ["too small", "no budget"], size), 0.3)
    leads["sql_on"] = gaps(draw, leads["accepted_on"] + spans(draw, size, days=30), 0.4)
    return leads


def make_campaigns(draw, size):
    starts = moments(draw, size)
    return pd.DataFrame(
        {
            "campaign_id": [f"C{n}" for n in range(size)],
            "name": "a campaign",
            "channel": gaps(draw, pick(draw, ["web", "fair"], size), 0.2),
            "segment": gaps(draw, pick(draw, ["SMB", "Enterprise"], size), 0.2),
            "starts_on": starts,
            "ends_on": gaps(draw, starts + spans(draw, size, days=90, least=-2), 0.3),
            "cost": gaps(draw, pd.Series(draw.integers(0, 9_000, size) / 7), 0.2),
            "status": pick(draw, ["planned", "running", "done"], size),
        }
    )


def dimensions(draw, size, names):
    return {name: gaps(draw, pick(draw, [f"{name} A", f"{name} B"], size), 0.2) for name in names}


def moments(draw, size):
    """Half of them at midnight, as dates are, and many on a Monday."""
    hours = draw.integers(0, 330 * 24, size) * draw.choice([0, 1], size) + 24 * 7 * draw.integers(
        0, 47, size
    )
    return pd.Series(START + pd.to_timedelta(hours % (330 * 24), unit="h")).dt.as_unit("us")


def spans(draw, size, days, least=0):
    return pd.Series(pd.to_timedelta(draw.integers(least * 1440, days * 1440, size), unit="min"))


def pick(draw, values, size):
    return pd.Series(draw.choice(np.array(values, dtype=object), size), dtype="str")


def gaps(draw, values, share):
    return values.mask(pd.Series(draw.random(len(values)) < share))


@pytest.fixture(params=["2024-02-19", "2024-02-29", "2024-09-16", "2024-12-30", "2026-01-01"])
def until(request):
    """Nothing known yet, a leap day, a Monday midway, the year's end in week 1, everything."""
    return dt.date.fromisoformat(request.param)
