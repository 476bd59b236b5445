"""Did a decision move its number? On synthetic signals, and on what is planted in the sample."""

from __future__ import annotations

from datetime import date

import pytest

from report_helpers.data import load
from report_helpers.data.dataset import Dataset
from report_helpers.glossary import metric
from report_helpers.metrics.scorecard import Line
from report_helpers.metrics.signals import Signal
from report_helpers.teams.decisions import effect, expected_way, judged
from report_helpers.teams.exchange import Item

NAN = float("nan")
END = date(2026, 11, 4)


def line(kind: str, direction: str = "none", since: int | None = None) -> Line:
    signal = Signal(kind, direction, 1, 0, 2, 34, 0, since)  # type: ignore[arg-type]
    numbers = {"value": 1.0, "n": 9.0, "low": NAN, "high": NAN, "prior": NAN, "year_ago": NAN}
    fixed = {"reason": "", "target": None, "history": (1.0,) * 34, "signal": signal}
    return Line(metric("mqls"), "", (), "all", **numbers, **fixed)  # type: ignore[arg-type]


def decision(on: date, name: str = "", segment: str = "", expected: str = "") -> Item:
    about = {"about_metric": name, "about_segment": segment, "expected": expected}
    return Item("1", "sales", "decision", "We do", on, **about)


@pytest.fixture(scope="module")
def sample() -> Dataset:
    return load("sample")


@pytest.mark.parametrize(
    ("found", "verdict"),
    [
        (line("none"), "noise"),
        (line("too_few"), "too_few"),
        (line("missing"), "missing"),
        (line("outside", "up", 33), "moved"),
        (line("outside", "down", 33), "against"),
        (line("run", "up", 31), "moved"),
        (line("run", "up", 30), "before"),
    ],
)
def test_only_a_signal_that_began_since_says_it_moved(found: Line, verdict: str) -> None:
    assert judged(found, weeks=3, expected="up") == verdict


def test_what_is_expected_is_what_was_said_or_else_the_better_way() -> None:
    assert expected_way(decision(END, "speed_to_lead")) == "down"
    assert expected_way(decision(END, "mqls", expected="down")) == "down"


def test_without_a_metric_or_a_week_nothing_is_judged(sample: Dataset) -> None:
    assert effect(sample, decision(END), END).verdict == "unaimed"
    early = effect(sample, decision(date(2026, 10, 29), "mqls"), END)
    assert (early.verdict, early.weeks, early.line) == ("early", 0, None)


def test_a_planted_change_after_the_decision_is_seen(sample: Dataset) -> None:
    """First calls come later since 12 October: hours rise, which is the wrong way."""
    found = effect(sample, decision(date(2026, 10, 7), "speed_to_lead", "Small business"), END)
    assert (found.verdict, found.weeks) == ("against", 3)
    assert found.line is not None
    assert found.line.group == "Small business"
    hoped = decision(date(2026, 10, 7), "speed_to_lead", "Small business", "up")
    assert effect(sample, hoped, END).verdict == "moved"


def test_noise_is_never_called_a_move(sample: Dataset) -> None:
    assert effect(sample, decision(date(2026, 9, 1), "win_rate"), END).verdict == "noise"


def test_a_decision_is_judged_once_eight_weeks_are_over(sample: Dataset) -> None:
    old = effect(sample, decision(date(2026, 3, 4), "win_rate"), END)
    then = effect(sample, decision(date(2026, 3, 4), "win_rate"), date(2026, 5, 4))
    assert old.weeks == then.weeks == 8
    assert old.line == then.line


@pytest.mark.parametrize(("name", "segment"), [("profitability", ""), ("win_rate", "Nowhere")])
def test_what_cannot_be_computed_says_why(sample: Dataset, name: str, segment: str) -> None:
    found = effect(sample, decision(date(2026, 9, 1), name, segment), END)
    assert found.verdict == "missing"
    assert found.reason
