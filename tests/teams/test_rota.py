"""Who comes to the meeting: the heads always, the others in turn."""

from __future__ import annotations

from collections import Counter
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from report_helpers.teams.rota import Person, heads, representatives

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
