"""Absences, and two years of days spent with the other team.

Drawn from a stream of its own, so that no other table changes with it.
"""

from __future__ import annotations

from datetime import date, timedelta
from importlib import resources

import numpy as np
import pandas as pd

from report_helpers.data.sample.company import MARKETERS, SALES_HEAD, SELLERS
from report_helpers.data.sample.planted import Planted
from report_helpers.periods import WEEK, monday

STREAM = tuple(b"visits")
MISSED, CANCELLED = 0.08, 0.04  # share of the visits
# meeting seen and its weekday, by the team of the guest; teams go on different days
SEEN = {"marketing": ("Pipeline review", 0), "sales": ("Campaign planning", 1)}
# person, first and last day away, counted from the sample's last day
AWAY = (
    ("Ingrid Solberg", -100, -86),
    ("Yusuf Demirel", -79, -65),
    ("Freya Johansen", -58, -54),
    ("Daniel Achterberg", -16, -12),
    ("Amara Okafor", 2, 9),
    ("Leila Haddad", 5, 16),
    ("Oskar Nyström", 19, 23),
    ("Nuno Carvalho", 12, 13),
    ("Hélène Marchand", 40, 61),
)


def generate(seed: int, planted: Planted, people: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return the tables ``absences`` and ``shadowings``.

    Parameters
    ----------
    seed : where chance begins.
    planted : first and last day of the sample.
    people : the members of both teams.
    """
    rng = np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed, spawn_key=STREAM)))
    return {"absences": absences(planted), "shadowings": shadowings(rng, planted, people)}


def absences(planted: Planted) -> pd.DataFrame:
    """Return the days away, one run of days a row."""
    frame = pd.DataFrame(AWAY, columns=["person", "first", "last"])
    last_day = pd.Timestamp(planted.until)
    for column, days in (("starts_on", "first"), ("ends_on", "last")):
        moved = last_day + pd.to_timedelta(frame[days], unit="D")
        frame[column] = moved.astype("datetime64[s]")
    return frame[["person", "starts_on", "ends_on"]].sort_values("starts_on", ignore_index=True)


def shadowings(rng: np.random.Generator, planted: Planted, people: pd.DataFrame) -> pd.DataFrame:
    """Return the visits of each month, one a row.

    Each guest goes through the hosts in turn, so that nobody is met again before all are. What was
    learnt is in ``learnt.csv`` beside this module: each remark once, the latest visits first.
    """
    gone = {p: d.date() for p, d in zip(people["person"], people["ends_on"], strict=True) if d == d}
    away = [(p, planted.until + timedelta(a), planted.until + timedelta(b)) for p, a, b in AWAY]
    away += [(person, day + timedelta(days=1), date.max) for person, day in gone.items()]
    columns = ["guest", "host", "day", "meeting", "team"]
    frame = pd.DataFrame(_turns(planted), columns=columns)
    for person, first, last in away:
        there = (frame["guest"] != person) & (frame["host"] != person)
        frame = frame[there | ~frame["day"].between(first, last)]
    frame = frame.drop_duplicates(["host", "day"], ignore_index=True)
    chance = rng.random(len(frame))
    frame["status"] = np.select(
        [chance < MISSED, chance < MISSED + CANCELLED], ["missed", "cancelled"], "done"
    )
    frame["day"] = pd.to_datetime(frame["day"]).astype("datetime64[s]")
    frame = frame.sort_values(["day", "guest"], kind="stable", ignore_index=True)
    frame["learnt"] = _learnt(frame, rng)
    return frame[["guest", "host", "day", "meeting", "status", "learnt"]]


def _turns(planted: Planted) -> list[dict[str, object]]:
    """Return who visits whom in each calendar month that lies wholly in the sample."""
    sellers = [SALES_HEAD[0], *(person for segment in SELLERS.values() for person, *_ in segment)]
    teams = {"marketing": [person for person, *_ in MARKETERS], "sales": sellers}
    months = pd.date_range(planted.start, planted.until, freq="MS")
    complete = [m.date() for m in months if (m + pd.offsets.MonthEnd()).date() <= planted.until]
    rows: list[dict[str, object]] = []
    for turn, first in enumerate(complete):
        start = monday(first + timedelta(days=6))  # the month's first Monday
        for team, host_team in (("marketing", "sales"), ("sales", "marketing")):
            meeting, weekday = SEEN[team]
            hosts = teams[host_team]
            for place, guest in enumerate(teams[team]):
                host = hosts[(place + turn) % len(hosts)]
                week = 3 - (place // len(hosts) * 2 + place % 2)
                day = _open(start + week * WEEK + timedelta(days=weekday))
                rows.append(
                    {"guest": guest, "host": host, "day": day, "meeting": meeting, "team": team}
                )
    return rows


def _open(day: date) -> date:
    """Return the day, two weeks earlier when it lies in the Christmas holidays."""
    closed = (day.month, day.day) >= (12, 23) or (day.month, day.day) <= (1, 4)
    return day - 2 * WEEK if closed else day


def _learnt(frame: pd.DataFrame, rng: np.random.Generator) -> pd.Series[str]:
    """Return the remarks: in each of the latest months about four, until all are used."""
    source = resources.files("report_helpers.data.sample").joinpath("learnt.csv")
    with source.open(encoding="utf-8") as stream:
        remarks = pd.read_csv(stream, dtype="str", keep_default_na=False)
    words = pd.Series([None] * len(frame), index=frame.index, dtype="object")
    for team, told in remarks.groupby("team"):
        able = frame.index[(frame["status"] == "done") & (frame["team"] == team)][::-1]
        chosen = able[rng.random(len(able)) < 0.3][: len(told)]
        words[chosen] = told["learnt"].to_numpy()[: len(chosen)]
    return words.astype("str")
