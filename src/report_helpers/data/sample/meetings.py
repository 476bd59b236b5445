"""The regular meetings the sample company has held: every second Thursday.

Drawn from a stream of its own, so that no other table changes with it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import numpy as np
import pandas as pd

from report_helpers.data.sample.company import LEAVER, MARKETERS, SALES_HEAD, SELLERS
from report_helpers.data.sample.planted import Planted
from report_helpers.data.sample.rhythm import after_days, is_office_day
from report_helpers.periods import WEEK

STREAM = tuple(b"meetings")
ANCHOR = date(2026, 1, 8)
HOUR, ZONE = "10:00", "Europe/Berlin"
AWAY = 0.06  # how often somebody who was to come did not
MEMBERS = 2  # of each team, besides the heads
TOPICS = (
    "Lead quality by source",
    "Where deals are won and lost",
    "Where the buying process waits",
    "Promises between the teams",
    "Market share: who is left to win",
    "Cross-selling: who could use a second product",
)
REMARKS = (
    "The projector worked.",
    "Began seven minutes late; somebody had booked the room for a birthday.",
    "Half the meeting went on one number that turned out to be noise.",
    "Done ten minutes early, to general surprise.",
)


def meetings(seed: int, planted: Planted) -> pd.DataFrame:
    """Return the meetings held up to the last day, one a row.

    Parameters
    ----------
    seed : where chance begins.
    planted : first and last day of the sample.
    """
    rng = np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed, spawn_key=STREAM)))
    rows = []
    for place, (regular, day) in enumerate(_days(planted)):
        there = [name for name in _due(place, day, planted) if rng.random() >= AWAY]
        chosen = np.sort(rng.choice(len(TOPICS), 2, replace=False))
        remark = REMARKS[rng.integers(len(REMARKS))] if rng.random() < 0.2 else None
        topics = "|".join(TOPICS[topic] for topic in chosen)
        start = pd.Timestamp(f"{day} {HOUR}", tz=ZONE).tz_convert("UTC").tz_localize(None)
        rows.append((regular.isoformat(), start, "|".join(there), topics, remark))
    columns = ["meeting_id", "starts_at", "attendees", "topics", "notes"]
    frame = pd.DataFrame(rows, columns=columns)
    return frame.astype({"starts_at": "datetime64[s]"})


def _days(planted: Planted) -> Iterator[tuple[date, date]]:
    """Yield each meeting's day in the rhythm and the day it was held: when offices were open."""
    regular = ANCHOR - (ANCHOR - planted.start) // (2 * WEEK) * 2 * WEEK
    while regular <= planted.until:
        day = np.array([regular], dtype="datetime64[D]")
        if not is_office_day(day)[0]:
            day = after_days(day, np.array([0]))
        held = day[0].astype(date)
        if planted.start <= held <= planted.until:
            yield regular, held
        regular += timedelta(weeks=2)


def _due(place: int, day: date, planted: Planted) -> list[str]:
    """Return both heads and the members of each team whose turn it is."""
    sellers = [name for group in SELLERS.values() for name, *_ in group]
    if day > planted.seller_leaves:
        sellers.remove(LEAVER)
    marketers = [name for name, *_ in MARKETERS]
    turn = range(place * MEMBERS, place * MEMBERS + MEMBERS)
    return [
        marketers[0],
        SALES_HEAD[0],
        *(marketers[1:][at % (len(marketers) - 1)] for at in turn),
        *(sellers[at % len(sellers)] for at in turn),
    ]
