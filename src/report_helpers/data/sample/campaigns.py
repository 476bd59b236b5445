"""Campaigns of the sample company, and the answers they got."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, timedelta

import numpy as np
import pandas as pd

from report_helpers.data.sample.company import SEGMENTS, SOURCES, draw, identifiers, words
from report_helpers.data.sample.leads import arrival_weights
from report_helpers.data.sample.plans import PLANNED, PROGRAMME, SERIES, Plan, Series
from report_helpers.data.sample.planted import Planted
from report_helpers.periods import monday

REFERRAL = "Referral"  # the channel of the programme
TOLD = [
    "name",
    "channel",
    "segment",
    "starts_on",
    "ends_on",
    "message",
    "call_to_action",
    "audience",
]


def generate(rng: np.random.Generator, planted: Planted, inquiries: int) -> pd.DataFrame:
    """Return the campaigns, one a row: those that ran, those that run and those planned.

    A campaign costs what its channel usually spends on each of the `inquiries` it is expected
    to bring; a running one has spent the share of its budget that its days make up.
    """
    rows = [row for series in SERIES for row in _series(planted, series)]
    rows.append(_programme(planted))
    frame = pd.DataFrame(rows, columns=TOLD)
    frame = frame.assign(budget=_budgets(rng, planted, frame, inquiries))
    planned = pd.DataFrame([_planned(planted.until, plan) for plan in PLANNED])
    frame = pd.concat([frame, planned], ignore_index=True)
    frame = frame.sort_values(["starts_on", "name"], kind="stable", ignore_index=True)
    for column in ("starts_on", "ends_on"):
        frame[column] = pd.to_datetime(frame[column]).astype("datetime64[s]")
    frame.insert(0, "campaign_id", identifiers("C", len(frame)))
    return _progress(rng, planted.until, frame)


def _series(planted: Planted, series: Series) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = []
    starts, last = planted.start, planted.until + timedelta(days=series.lasts)
    if series.channel == REFERRAL:
        last = planted.referrals_grow - timedelta(days=1)
    while starts <= min(last, planted.until):
        turn = len(rows)
        ends = min(starts + timedelta(days=series.lasts - 1), last)
        name = f"{series.channel}: {series.topics[turn % len(series.topics)]}, {starts:%Y-%m}"
        segment = (None, *(s.name for s in SEGMENTS))[turn % 4]
        says = (series.message, series.call_to_action, series.audience)
        rows.append((name, series.channel, segment, starts, ends, *says))
        starts += timedelta(weeks=series.every)
    return rows


def _programme(planted: Planted) -> tuple[object, ...]:
    name, *says = PROGRAMME
    ends = monday(planted.until) + timedelta(weeks=17, days=-1)
    return (name, REFERRAL, None, planted.referrals_grow, ends, *says)


def _planned(until: date, plan: Plan) -> dict[str, object]:
    """The campaign's row, its days counted from the last day of the sample."""
    starts, ends = until + timedelta(days=plan.starts), until + timedelta(days=plan.ends)
    row = {name: value for name, value in asdict(plan).items() if name not in ("starts", "ends")}
    return {**row, "starts_on": starts, "ends_on": ends}


def _budgets(
    rng: np.random.Generator, planted: Planted, frame: pd.DataFrame, inquiries: int
) -> list[float]:
    calendar, weights = arrival_weights(planted)
    expected = inquiries * weights / weights.sum()
    place = {s.name: i for i, s in enumerate(SOURCES)}
    budgets = []
    for row in frame.itertuples():
        channel = place[str(row.channel)]
        first, last = np.datetime64(str(row.starts_on)), np.datetime64(str(row.ends_on))
        inside = expected[(calendar >= first) & (calendar <= last), channel]
        whole = inside.mean() * ((last - first).astype(int) + 1)
        budgets.append(round(whole * SOURCES[channel].cost * rng.lognormal(0, 0.08) / 100) * 100.0)
    return budgets


def _progress(rng: np.random.Generator, until: date, frame: pd.DataFrame) -> pd.DataFrame:
    today = pd.Timestamp(until)
    length = (frame["ends_on"] - frame["starts_on"]).dt.days + 1
    passed = ((today - frame["starts_on"]).dt.days + 1).clip(0, length)
    overspent = rng.normal(1.0, 0.05, len(frame))
    cost = (frame["budget"] * passed / length * overspent / 10).round() * 10
    state = np.select([frame["starts_on"] > today, frame["ends_on"] >= today], [0, 1], 2)
    return frame.assign(cost=cost, status=words(("planned", "running", "done"), state))


def assign(rng: np.random.Generator, leads: pd.DataFrame, campaigns: pd.DataFrame) -> pd.DataFrame:
    """Return the leads with the campaign that most of them answered."""
    created = leads["created_on"].to_numpy()
    code = np.full(len(leads), -1)
    for channel, group in campaigns.groupby("channel", sort=True):
        starts = group["starts_on"].to_numpy()
        place = np.searchsorted(starts, created, side="right") - 1
        ends = group["ends_on"].to_numpy()[place] + np.timedelta64(1, "D")
        hit = (leads["source"] == channel).to_numpy() & (place >= 0) & (created < ends)
        code = np.where(hit, group.index.to_numpy()[place], code)
    code = np.where(rng.random(len(leads)) < 0.77, code, -1)
    return leads.assign(campaign_id=words(campaigns["campaign_id"], code))


def responses(
    rng: np.random.Generator, planted: Planted, leads: pd.DataFrame, campaigns: pd.DataFrame
) -> pd.DataFrame:
    """Return the answers to campaigns, one a row: one of each lead, some second ones."""
    answered = leads[leads["campaign_id"].notna()]
    n = len(answered)
    copies = np.repeat(np.arange(n), 1 + (rng.random(n) < 0.07))
    again = np.concatenate([[False], copies[1:] == copies[:-1]])
    wait = np.where(again, rng.integers(1, 20, len(copies)), 0).astype("timedelta64[D]")
    kinds = {s.channel: s.kind for s in SERIES}
    channel = campaigns.set_index("campaign_id")["channel"]
    unnamed = ~again & (rng.random(len(copies)) < 0.04)
    frame = pd.DataFrame(
        {
            "campaign_id": answered["campaign_id"].to_numpy()[copies],
            "lead_id": words(answered["lead_id"], np.where(unnamed, -1, copies)),
            "responded_at": answered["created_on"].to_numpy()[copies].astype("datetime64[D]")
            + wait,
        }
    )
    usual = frame["campaign_id"].map(channel).map(kinds).fillna("form")
    other = words(("call", "form", "download"), draw(rng, (1, 1, 1), len(frame)))
    frame["kind"] = usual.where(rng.random(len(frame)) < 0.85, other)
    frame["responded_at"] = frame["responded_at"].astype("datetime64[s]")
    frame = frame[frame["responded_at"] <= pd.Timestamp(planted.until)]
    return frame.sort_values(["responded_at", "campaign_id"], kind="stable", ignore_index=True)
