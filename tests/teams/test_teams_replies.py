"""What came back is noted once; an item's mark is found again wherever it stands."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from threading import Barrier

import pytest

from report_helpers.errors import UnknownName
from report_helpers.teams import items, replies
from report_helpers.teams.items import Signature
from report_helpers.teams.replies import Reply, addressed, reference
from report_helpers.teams.store import Store, open_store

NOW = datetime(2026, 11, 5, 9)
REPLY = Reply("r1", "ann@b.example", "Re: W44", "quarantined", NOW, "no words")
ONE, TWO, THREE = (reference(name) for name in ("N01", "N02", "N03"))


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(tmp_path / "marsale.db")


def test_a_reply_is_entered_once(store: Store) -> None:
    with store.write() as db:
        assert replies.enter(db, REPLY)
        assert not replies.enter(db, replace(REPLY, state="refused"))
    with store.read() as db:
        assert (replies.find(db, "r1"), replies.find(db, "r2")) == (REPLY, None)


def test_a_reply_is_settled_once(store: Store) -> None:
    draft = {"team": "sales", "kind": "success", "body": "x", "written_on": date(2026, 11, 5)}
    with store.write() as db:
        item_id = items.add(db, draft, Signature("Ann", NOW))["item_id"]
        replies.enter(db, REPLY)
        replies.settle(db, "r1", item_id, "1 attachment left out")
        found = replies.find(db, "r1")
        assert found == replace(
            REPLY, state="added", item_id=item_id, reason="1 attachment left out"
        )
        for name in ("r1", "r2"):
            with pytest.raises(UnknownName, match="quarantined reply"):
                replies.settle(db, name, item_id)


def test_replies_are_listed_the_newest_first(store: Store) -> None:
    later = replace(REPLY, reply_id="r2", state="refused", taken_at=NOW + timedelta(hours=1))
    with store.write() as db:
        for reply in (REPLY, later):
            replies.enter(db, reply)
        assert [reply.reply_id for reply in replies.listed(db)] == ["r2", "r1"]
        assert replies.listed(db, ("quarantined",)) == [REPLY]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("No mark at all.", []),
        ("[#00000000] is nobody's, #1234 no mark.", []),
        (f"{ONE} Done.", [("N01", "Done.")]),
        (f"Done {ONE.upper()}", [("N01", "Done")]),
        (f"Done {ONE.strip('[]')}.", [("N01", "Done .")]),
        (f"Hello,\n\n{ONE}: yes.\n{TWO} no.", [("N01", "Hello,\n\nyes."), ("N02", "no.")]),
        (f"{ONE} a {TWO} b {ONE} c", [("N01", "a c"), ("N02", "b")]),
        (f"{ONE} {TWO} both done", [("N01", "both done"), ("N02", "both done")]),
        (ONE, [("N01", "")]),
    ],
)
def test_words_go_to_the_items_whose_marks_they_follow(
    text: str, said: list[tuple[str, str]]
) -> None:
    assert addressed(text, ["N01", "N02"]) == said


def test_marks_are_short_and_differ() -> None:
    marks = {reference(f"20261102-{n:011x}") for n in range(1000)}
    assert {len(mark) for mark in marks} == {11}
    assert len(marks) == 1000
    assert THREE not in marks


def one_of_two_enters(store: Store) -> None:
    both = Barrier(2)

    def enter(name: str) -> bool:
        with store.write() as db:
            both.wait(20) if store.path is None else None  # a SQLite store has one writer
            return replies.enter(db, replace(REPLY, sender=name))

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(enter, ["Ann", "Bo"])) == [False, True]


def test_of_two_who_enter_a_reply_at_once_one_does(store: Store) -> None:
    one_of_two_enters(store)


@pytest.mark.postgres
def test_postgresql_lets_one_of_two_enter_a_reply(postgres: str) -> None:
    one_of_two_enters(open_store(postgres))
