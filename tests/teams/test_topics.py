"""Topics ranked by signals and money, and an agenda whose minutes add up."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from report_helpers.glossary import metric
from report_helpers.metrics.at_stake import Stake
from report_helpers.metrics.scorecard import Line
from report_helpers.metrics.signals import Signal
from report_helpers.teams.exchange import Item
from report_helpers.teams.topics import (
    SHORTEST,
    TOPICS,
    Candidate,
    agenda,
    candidates,
    rank,
    unanswered,
)

NAN = float("nan")
DAY = date(2026, 11, 4)
OBSTACLE = Item("1", "sales", "obstacle", "No case study", DAY - timedelta(days=15))


def line(name: str, direction: str, by: tuple[str, ...] = ()) -> Line:
    kind = "outside" if direction != "none" else "none"
    signal = Signal(kind, direction, 1, 0, 2, 34, 0, 33)  # type: ignore[arg-type]
    numbers = {"value": 1.0, "n": 9.0, "low": NAN, "high": NAN, "prior": NAN, "year_ago": NAN}
    fixed = {"reason": "", "target": None, "history": (1.0,) * 34, "signal": signal}
    return Line(metric(name), "", by, "all", **numbers, **fixed)  # type: ignore[arg-type]


def keys(found: list[Candidate]) -> list[str]:
    return [candidate.key for candidate in found]


def test_a_signal_in_a_group_weighs_twice_and_only_one_for_the_worse_counts() -> None:
    watched = [line("win_rate", "down", ("segment",))]
    whole = [line("mqls", "down"), line("inquiries", "up"), line("sales_cycle", "none")]
    found = {c.key: c.points for c in candidates(watched, whole, {})}
    assert found == {"win_rate": 2, "commitments": 1}


def test_signals_come_before_money_and_known_money_before_unknown() -> None:
    found = [
        Candidate("obstacle"),
        Candidate("market", stake=Stake(5e5, "")),
        Candidate("cross_sell", stake=Stake(9e5, "")),
        Candidate("win_rate", points=1),
        Candidate("lead_quality", points=1, stake=Stake(10, "")),
    ]
    assert keys(rank(found)) == ["lead_quality", "win_rate", "cross_sell", "market", "obstacle"]


def test_an_obstacle_calls_for_its_topic_once_it_has_waited() -> None:
    assert keys(candidates([], [], {}, [OBSTACLE], DAY)) == ["obstacle"]
    assert candidates([], [], {}, [OBSTACLE], DAY)[0].points == 1
    assert candidates([], [], {}, [OBSTACLE], DAY - timedelta(days=1))[0].points == 0


def test_only_the_other_team_can_answer_an_obstacle() -> None:
    mine = Item("2", "sales", "answer", "Still there", DAY)
    theirs = Item("3", "marketing", "answer", "On its way", DAY)
    own = Item(**{**OBSTACLE.__dict__, "answers": (mine,)})
    answered = Item(**{**OBSTACLE.__dict__, "answers": (mine, theirs)})
    closed = Item(**{**OBSTACLE.__dict__, "closed_on": DAY})
    assert unanswered([own, answered, closed]) == [own]


def test_every_topic_is_a_question_with_options_and_known_metrics() -> None:
    for topic in TOPICS.values():
        assert topic.question.endswith("?")
        assert 2 <= len(topic.options) <= 3
        assert all(metric(name) for name in topic.metrics)


WAITING = st.lists(st.sampled_from(["action", "question", "request", "success"]), max_size=5)
SOME = st.lists(st.sampled_from(list(TOPICS)), unique=True)


@given(SOME, WAITING, st.integers(15, 240))
def test_the_minutes_add_up_and_topics_get_at_least_half(
    names: list[str], kinds: list[str], minutes: int
) -> None:
    items = [Item(str(i), "sales", kind, "Words", DAY) for i, kind in enumerate(kinds)]
    slots = agenda([Candidate(name) for name in names], items, minutes, DAY)
    shown = [slot for slot in slots if slot.topic]
    assert sum(slot.minutes for slot in slots) == minutes
    assert all(slot.minutes > 0 for slot in slots)
    assert [slot.topic for slot in shown] == names[: len(shown)]
    assert len(shown) <= 2
    if names:
        assert 2 * sum(slot.minutes for slot in shown) >= minutes - 2
    if len(shown) == 2:
        assert shown[0].minutes >= shown[1].minutes >= SHORTEST


def test_overdue_actions_are_named() -> None:
    late = Item("1", "sales", "action", "Call", DAY, due_on=DAY - timedelta(days=1))
    new = Item("2", "sales", "action", "Write", DAY, due_on=DAY)
    one, two = (agenda([], items, 50, DAY)[0].question for items in ([late], [late, new]))
    assert one == "Does the open action close today, or what frees it?"
    assert two == "Which of 2 open actions close today, and what frees 1 overdue?"
