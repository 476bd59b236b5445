"""Who comes to the meeting: the heads always, the others in turn."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from report_helpers.data import load
from report_helpers.teams.rota import Person, heads, people, representatives

DAY = date(2026, 11, 12)
SALES = [Person("Kim", "sales"), *(Person(n, "sales", manager="Kim") for n in ("Ada", "Bo", "Cy"))]
MARKETING = [
    Person("Lou", "marketing", manager="The board"),
    *(Person(name, "marketing", manager="Lou") for name in ("Dee", "Eli", "Flo")),
]
BOTH = [*SALES, *MARKETING]


def test_the_head_is_whom_the_others_report_to() -> None:
    assert [head.name for head in heads(BOTH, DAY)] == ["Lou", "Kim"]


def test_without_managers_the_role_tells_the_head() -> None:
    team = [Person("Ada", "sales", "Seller"), Person("Bo", "sales", "Head of Sales")]
    assert [head.name for head in heads(team, DAY)] == ["Bo"]


def test_who_was_there_longest_ago_comes_first() -> None:
    past = [["Ada", "Dee"], ["Bo", "Eli"], ["Ada", "Flo"]]
    assert representatives(BOTH, past, DAY) == ["Lou", "Kim", "Dee", "Eli", "Cy", "Bo"]


def test_who_is_absent_is_passed_over_and_first_next_time() -> None:
    now = representatives(BOTH, [], DAY, absent=["Ada", "Kim"])
    assert now == ["Lou", "Dee", "Eli", "Bo", "Cy"]
    assert "Ada" in representatives(BOTH, [now], DAY)[-2:]


def test_who_is_away_or_works_other_days_is_passed_over_and_keeps_their_turn() -> None:
    away = (date(2026, 11, 10), DAY)
    thursday = DAY.weekday()
    team = [
        SALES[0],
        replace(SALES[1], away=(away,)),
        replace(SALES[2], works_on=(0, 1)),
        replace(SALES[3], works_on=(thursday,)),
        Person("Di", "sales", manager="Kim"),
    ]
    past = [["Kim", "Di"]]
    first = representatives(team, past, DAY, each=1)
    assert first == ["Kim", "Cy"]
    later = DAY + timedelta(days=12)  # a Tuesday: Ada is back, Bo at work, Cy is not
    assert representatives(team, [*past, first], later, each=2) == ["Kim", "Ada", "Bo"]


def test_a_head_who_is_away_stays_the_head_and_is_not_called() -> None:
    team = [replace(SALES[0], away=((DAY, DAY),)), *SALES[1:]]
    assert representatives(team, [], DAY) == ["Ada", "Bo"]


def test_people_come_with_their_absences_and_weekdays() -> None:
    day = pd.Timestamp("2026-11-12")
    deals = pd.DataFrame({"opportunity_id": ["1"], "created_on": [day], "outcome": ["open"]})
    members = pd.DataFrame(
        {"person": ["Ada", "Bo"], "team": ["sales"] * 2, "works_on": ["Mon, thursday", None]}
    )
    away = pd.DataFrame(
        {
            "person": ["Bo", "Bo", "Zoe"],
            "starts_on": [day, day + pd.Timedelta(days=7), day],
            "ends_on": [pd.NaT, day + pd.Timedelta(days=8), pd.NaT],
        }
    )
    ada, bo = people(load({"opportunities": deals, "people": members, "absences": away}))
    assert ada.works_on == (0, 3)
    assert [n for n in range(-1, 10) if not bo.is_at_work(DAY + timedelta(days=n))] == [0, 7, 8]
    assert not ada.is_at_work(DAY + timedelta(days=1))


def test_who_has_left_or_not_begun_does_not_come() -> None:
    left = Person("Ada", "sales", manager="Kim", ends_on=date(2026, 11, 11))
    later = Person("Bo", "sales", manager="Kim", starts_on=date(2026, 11, 13))
    last_day = Person("Cy", "sales", manager="Kim", ends_on=DAY)
    assert representatives([SALES[0], left, later, last_day], [], DAY) == ["Kim", "Cy"]


@given(st.integers(1, 6), st.integers(1, 3), st.randoms())
def test_everybody_comes_equally_often_whatever_the_order(
    others: int, each: int, random: object
) -> None:
    team = [
        Person("Kim", "sales"),
        *(Person(f"P{i}", "sales", manager="Kim") for i in range(others)),
    ]
    shuffled = sorted(team, key=lambda _: random.random())  # type: ignore[attr-defined]
    past: list[list[str]] = []
    for _ in range(12):
        found = representatives(team, past, DAY, each=each)
        assert found == representatives(shuffled, past, DAY, each=each)
        past.append(found)
    counts = Counter(name for there in past for name in there)
    assert counts.pop("Kim") == 12
    assert max(counts.values()) - min(counts.values()) <= 1
