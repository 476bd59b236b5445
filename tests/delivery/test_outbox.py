"""The outbox: nothing is sent twice, nothing is lost, one bad letter harms no other."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as limits
from hypothesis import strategies as st

from report_helpers.delivery import outbox
from report_helpers.delivery.smtp import Permanent, Temporary
from report_helpers.teams import letters
from report_helpers.teams.letters import LEASE, Letter
from report_helpers.teams.store import Store, open_store

NOW = datetime(2026, 11, 2, 6)


@dataclass
class Post:
    """A mail server that does as it is told, and remembers what it took."""

    answers: dict[str, list[Exception | None]] = field(default_factory=dict)
    taken: list[str] = field(default_factory=list)
    connections: int = 0
    down: Exception | None = None

    @contextmanager
    def session(self) -> Iterator[Post]:
        if self.down:
            raise self.down
        self.connections += 1
        yield self

    def send(self, content: bytes, address: str) -> None:
        answers = self.answers.get(address, [])
        if answers and (fault := answers.pop(0)):
            raise fault
        self.taken.append(address)


def letter(name: str) -> Letter:
    address = f"{name}@example.com"
    return Letter("report", "weekly-2026-W44", address, f"<{name}@x>", "Weekly", name.encode())


@pytest.fixture
def store(tmp_path: Path) -> Store:
    found = open_store(tmp_path / "marsale.db")
    with found.write() as db:
        letters.queue(db, [letter(name) for name in ("ann", "ben", "cy")], NOW)
    return found


def flush(store: Store, post: Post, at: datetime = NOW, attempts: int = 3) -> outbox.Tally:
    return outbox.flush(store, post, lambda: at, attempts)


def test_all_letters_go_over_one_connection(store: Store) -> None:
    post = Post()
    assert len(flush(store, post).sent) == 3
    assert post.connections == 1
    assert flush(store, post).sent == []
    assert sorted(post.taken) == ["ann@example.com", "ben@example.com", "cy@example.com"]


def test_without_letters_nobody_is_asked(tmp_path: Path) -> None:
    post = Post(down=Temporary("nobody should ask"))
    assert flush(open_store(tmp_path / "empty.db"), post) == outbox.Tally()


def test_a_bad_address_harms_only_itself(store: Store) -> None:
    post = Post({"ben@example.com": [Permanent("550 no such user")]})
    tally = flush(store, post)
    assert (sorted(tally.sent), tally.failed) == (
        ["ann@example.com", "cy@example.com"],
        ["ben@example.com"],
    )
    assert flush(store, post, NOW + timedelta(days=9)) == outbox.Tally()


def test_greylisted_letters_come_later(store: Store) -> None:
    post = Post({"ben@example.com": [Temporary("451 come back")]})
    tally = flush(store, post)
    assert (len(tally.sent), tally.put_off) == (2, ["ben@example.com"])
    assert flush(store, post, NOW + timedelta(minutes=4)).sent == []
    assert flush(store, post, NOW + timedelta(minutes=5)).sent == ["ben@example.com"]
    assert len(post.taken) == len(set(post.taken)) == 3


def test_a_letter_is_given_up_after_so_many_attempts(store: Store) -> None:
    post = Post({"ben@example.com": [Temporary("451 never")] * 9})
    at, tries = NOW, 0
    while not (tally := flush(store, post, at)).failed:
        at += timedelta(hours=5)
        tries += 1
    assert (tries, tally.failed) == (2, ["ben@example.com"])


def test_a_server_that_is_down_costs_no_attempt(store: Store) -> None:
    for _ in range(5):
        with pytest.raises(Temporary):
            flush(store, Post(down=Temporary("no route")))
    assert len(flush(store, Post(), attempts=1).sent) == 3


def test_a_letter_whose_sender_was_killed_goes_again_with_its_lease(store: Store) -> None:
    with store.write() as db:
        letters.take(db, letter("ann").letter_id, NOW)
    post = Post()
    assert "ann@example.com" not in flush(store, post).sent
    assert flush(store, post, NOW + LEASE).sent == ["ann@example.com"]


ANSWER = st.sampled_from(["taken", "later", "never"])


@limits(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(answers=st.lists(st.lists(ANSWER, max_size=4), min_size=1, max_size=5))
def test_every_letter_ends_sent_once_or_given_up(tmp_path: Path, answers: list[list[str]]) -> None:
    store = open_store(tmp_path / f"{abs(hash(str(answers)))}.db")
    names = [f"p{place}" for place in range(len(answers))]
    with store.write() as db:
        letters.queue(db, [letter(name) for name in names], NOW)
    faults = {"taken": None, "later": Temporary("451 later"), "never": Permanent("550 never")}
    post = Post(
        {
            f"{n}@example.com": [faults[a] for a in told]
            for n, told in zip(names, answers, strict=True)
        }
    )
    for hours in range(0, 60, 5):
        flush(store, post, NOW + timedelta(hours=hours))
    with store.read() as db:
        states = {row["address"]: row["state"] for row in letters.listed(db)}
    assert set(states.values()) <= {"sent", "failed"}
    assert sorted(post.taken) == sorted(a for a, state in states.items() if state == "sent")
