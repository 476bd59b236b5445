"""The brief's topic: which one the data call for, and the exhibits that speak to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from report_helpers.data.dataset import Dataset
from report_helpers.errors import MissingData
from report_helpers.metrics.at_stake import Stake
from report_helpers.metrics.process import Process
from report_helpers.metrics.scorecard import Line, series
from report_helpers.periods import WEEK, Period
from report_helpers.present import (
    breakdown,
    buying_process,
    charts,
    commitments,
    cross_sell,
    findings,
    leads,
    market,
    retention,
    threads,
)
from report_helpers.present.blocks import Block, Finding, Findings
from report_helpers.present.formats import joined, money
from report_helpers.settings import Commitments, load
from report_helpers.teams import exchange
from report_helpers.teams.topics import TOPICS, candidates, rank, unanswered

QUARTER = 13 * WEEK


def choose(
    watched: list[Line], lines: list[Line], stakes: Mapping[str, float] | None = None
) -> str:
    """Return the topic that deserves the meeting's time most, as `teams.topics.rank` has it.

    Parameters
    ----------
    watched, lines : groups and metrics, with their signals.
    stakes : money at stake by topic (`report_helpers.metrics.stakes`); without any, it is the win
        rate that is looked at when nothing calls for a topic.
    """
    at_stake = {name: Stake(worth, "") for name, worth in (stakes or {}).items()}
    ranked = rank(candidates(watched, lines, at_stake))
    return ranked[0].key if ranked else "win_rate"


def _called_by(name: str, watched: list[Line], lines: list[Line]) -> list[Line]:
    """Return the signals that call for a topic, those in groups and for the worse first."""
    mine = [line for line in [*watched, *lines] if line.metric.name in TOPICS[name].metrics]
    return sorted(
        (line for line in mine if line.signal.is_signal), key=lambda line: bool(line.improved)
    )


def reason(
    name: str,
    watched: list[Line],
    lines: list[Line],
    currency: str,
    stakes: Mapping[str, float] | None = None,
) -> Findings:
    """Say why the topic is on the agenda: the signals that call for it, or the money at stake."""
    topic = TOPICS[name]
    calls = _called_by(name, watched, lines)
    found = [findings.signal(line, currency) for line in calls[:3]]
    if not found:
        found = [_unasked(name, currency, stakes or {})]
    return Findings(tuple(found), title=topic.title)


STAKES = {
    "win_rate": "open deals",
    "market": "the segment to win first",
    "cross_sell": "second products",
}


def _unasked(name: str, currency: str, stakes: Mapping[str, float]) -> Finding:
    """Say why a topic that no signal calls for is on the agenda."""
    text = "No signal calls for this topic"
    usual = {"win_rate": "; this is the regular look at the win rate."}
    if name not in stakes:
        return Finding(text + usual.get(name, "."), lead="Why this topic", tone="muted")
    ranked = sorted((n for n in stakes if n in STAKES), key=lambda n: -stakes[n])
    said = [f"{STAKES[n]} {money(stakes[n], currency)}" for n in ranked]
    text += f". At stake (cases × rate × mean amount): {joined(said)}."
    return Finding(text, lead="Why this topic", tone="muted")


def exhibits(
    name: str, data: Dataset, period: Period, watched: list[Line], currency: str
) -> list[Block]:
    """Return at most three exhibits of a topic; those the data cannot carry are left out."""
    makers: dict[str, list[Callable[[], Block]]] = {
        "lead_quality": [
            lambda: leads.acceptance(data, _quarter(period), "source"),
            lambda: _chart("lead_quality", ("acceptance_rate", "closed"), data, period, watched),
            lambda: leads.rejections(data, _quarter(period)),
        ],
        "win_rate": [
            lambda: breakdown.win_rates(data, _quarter(period), "segment"),
            lambda: _chart("win_rate", ("win_rate", "closed"), data, period, watched),
            lambda: breakdown.losses(data, _quarter(period), currency),
        ],
        "buying_process": [
            lambda: buying_process.steps_table(Process.of(data, period), currency),
            lambda: buying_process.opportunities(Process.of(data, period), currency),
            lambda: _chart("buying_process", ("sales_cycle", "median"), data, period, watched),
        ],
        "commitments": [
            lambda: commitments.follow_up(data, _quarter(period), _promise(data)),
            lambda: _chart("commitments", ("speed_to_lead", "median"), data, period, watched),
            lambda: commitments.missed(data, period, _promise(data)),
        ],
        "obstacle": [lambda: _obstacles(data, period)],
        "market": [
            lambda: market.white_space_table(data, period, "segment", currency),
            lambda: market.market_findings(data, period, currency),
            lambda: retention.retention_chart(data, period),
        ],
        "cross_sell": [
            lambda: cross_sell.approach_table(data, period, currency, limit=10),
            lambda: cross_sell.pair_table(data, period),
            lambda: cross_sell.cross_sell_findings(data, period),
        ],
    }
    shown = []
    for make in makers[name]:
        try:
            shown.append(make())
        except MissingData:  # the exhibit's table is not there; the data notes say so
            continue
    return shown


def _promise(data: Dataset) -> Commitments:
    return load(data.settings_file).commitments


def _obstacles(data: Dataset, period: Period) -> Block:
    found = unanswered(exchange.threads(data, period.end))
    return threads.waiting(found, period.end, "Obstacles without an answer")


def _quarter(period: Period) -> Period:
    return Period(period.end - QUARTER, period.end)


def _chart(
    name: str, usual: tuple[str, str], data: Dataset, period: Period, watched: list[Line]
) -> Block:
    """Draw the history behind the topic's strongest signal, week by week."""
    week = Period(period.end - WEEK, period.end)
    calls = _called_by(name, watched, [])
    if not calls:
        return charts.control_chart(series(data, week, usual)[0], week)
    line = calls[0]
    found = series(data, week, (line.metric.name, line.basis), by=line.by)
    return charts.control_chart(next((f for f in found if f.group == line.group), line), week)
