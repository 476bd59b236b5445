"""The brief's topic: which one the data call for, and the exhibits that speak to it."""

from __future__ import annotations

from collections.abc import Callable

from report_helpers.data.dataset import Dataset
from report_helpers.errors import MissingData
from report_helpers.metrics.process import Process
from report_helpers.metrics.scorecard import Line, series
from report_helpers.periods import WEEK, Period
from report_helpers.present import (
    breakdown,
    buying_process,
    charts,
    commitments,
    cross_sell,
    leads,
    market,
    retention,
    threads,
)
from report_helpers.present.blocks import Block
from report_helpers.present.report import Report
from report_helpers.teams.topics import TOPICS, unanswered

QUARTER = 13 * WEEK


def _called_by(name: str, watched: list[Line], lines: list[Line]) -> list[Line]:
    """Return the signals that call for a topic, those in groups and for the worse first."""
    mine = [line for line in [*watched, *lines] if line.metric.name in TOPICS[name].metrics]
    return sorted(
        (line for line in mine if line.signal.is_signal), key=lambda line: bool(line.improved)
    )


def exhibits(name: str, report: Report) -> list[Block]:
    """Return at most three exhibits of a topic; those the data cannot carry are left out.

    Parameters
    ----------
    name : the topic, as in `report_helpers.teams.topics.TOPICS`.
    report : its data, period, signals, and what the teams wrote.
    """
    data, period, watched = report.data, report.period, report.watched
    currency, promise = report.currency, report.settings.commitments
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
            lambda: commitments.follow_up(data, _quarter(period), promise),
            lambda: _chart("commitments", ("speed_to_lead", "median"), data, period, watched),
            lambda: commitments.missed(data, period, promise),
        ],
        "obstacle": [lambda: _obstacles(report)],
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


def _obstacles(report: Report) -> Block:
    found = unanswered(report.items)
    return threads.waiting(found, report.as_of, "Obstacles without an answer", report.figure)


def _quarter(period: Period) -> Period:
    return Period(period.end - QUARTER, period.end)


def _chart(
    name: str, usual: tuple[str, str], data: Dataset, period: Period, watched: list[Line]
) -> Block:
    """Draw the history behind the topic's strongest signal, week by week.

    It is the whole company's where the signal stands there, too: it rests on more cases.
    """
    week = Period(period.end - WEEK, period.end)
    calls = _called_by(name, watched, [])
    if not calls:
        return charts.control_chart(series(data, week, usual)[0], week)
    line = calls[0]
    asked = (line.metric.name, line.basis)
    whole = series(data, week, asked)[0]
    if whole.signal.is_signal:
        return charts.control_chart(whole, week)
    found = series(data, week, asked, by=line.by)
    return charts.control_chart(next((f for f in found if f.group == line.group), whole), week)
