"""The outbox: a letter is kept, taken by one sender at a time, and never doubled."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from report_helpers.errors import UnknownName
from report_helpers.teams import letters, schema
from report_helpers.teams.letters import LEASE, Letter
from report_helpers.teams.store import Store, open_store

NOW = datetime(2026, 11, 2, 6)
LATER = NOW + timedelta(hours=1)
ANN = Letter("report", "weekly-2026-W44", "ann@example.com", "<1@x>", "Weekly", b"one")
BEN = Letter("report", "weekly-2026-W44", "ben@example.com", "<2@x>", "Weekly", b"two")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    found = open_store(tmp_path / "marsale.db")
    with found.write() as db:
        letters.queue(db, [ANN, BEN], NOW)
    return found


def states(store: Store) -> dict[str, str]:
    with store.read() as db:
        return {row["address"][:3]: row["state"] for row in letters.listed(db)}


def test_the_same_letter_is_queued_once_for_ever(store: Store) -> None:
    again = Letter("report", ANN.about, "Ann@Example.com", "<9@x>", "Other", b"other")
    with store.write() as db:
        assert letters.queue(db, [ANN, again, BEN], LATER) == 0
        letters.take(db, ANN.letter_id, NOW)
        letters.sent(db, ANN.letter_id, NOW)
    with store.write() as db:
        assert letters.queue(db, [ANN], LATER) == 0
    assert states(store) == {"ann": "sent", "ben": "queued"}


def test_a_letter_is_taken_by_one_sender(store: Store) -> None:
    with store.write() as db:
        taken = letters.take(db, ANN.letter_id, NOW)
    assert taken is not None
    assert (taken.content, taken.attempts) == (b"one", 1)
    with store.write() as db:
        assert letters.take(db, ANN.letter_id, NOW) is None
        assert letters.due(db, NOW) == [BEN.letter_id]


def test_a_letter_whose_sender_died_is_taken_again(store: Store) -> None:
    with store.write() as db:
        letters.take(db, ANN.letter_id, NOW)
        assert ANN.letter_id in letters.due(db, NOW + LEASE)
        taken = letters.take(db, ANN.letter_id, NOW + LEASE)
    assert taken is not None
    assert taken.attempts == 2


def test_a_letter_put_off_waits_for_its_time(store: Store) -> None:
    with store.write() as db:
        letters.take(db, ANN.letter_id, NOW)
        letters.put_off(db, ANN.letter_id, LATER, "451 come back later")
        assert ANN.letter_id not in letters.due(db, NOW)
        assert letters.take(db, ANN.letter_id, NOW) is None
        assert ANN.letter_id in letters.due(db, LATER)


def test_a_sent_letter_needs_no_content_and_is_never_sent_again(store: Store) -> None:
    with store.write() as db:
        letters.take(db, ANN.letter_id, NOW)
        letters.sent(db, ANN.letter_id, NOW)
        assert letters.take(db, ANN.letter_id, LATER + LEASE) is None
        content = db.execute(
            sa.select(schema.letters.c.content).where(schema.letters.c.letter_id == ANN.letter_id)
        ).scalar_one()
    assert content is None


def test_a_letter_given_up_can_be_tried_anew(store: Store) -> None:
    with store.write() as db:
        letters.take(db, ANN.letter_id, NOW)
        letters.give_up(db, ANN.letter_id, "550 no such user")
        assert letters.due(db, LATER) == [BEN.letter_id]
        assert [row["error"] for row in letters.listed(db, ["failed"])] == ["550 no such user"]
        letters.retry(db, ANN.letter_id, LATER)
        taken = letters.take(db, ANN.letter_id, LATER)
    assert taken is not None
    assert (taken.content, taken.attempts) == (b"one", 1)


def test_only_what_was_given_up_is_tried_anew(store: Store) -> None:
    with pytest.raises(UnknownName, match="failed letter"), store.write() as db:
        letters.retry(db, BEN.letter_id, NOW)


def test_of_two_letters_to_one_address_the_first_goes(tmp_path: Path) -> None:
    store = open_store(tmp_path / "marsale.db")
    other = Letter("report", ANN.about, "ANN@example.com", "<9@x>", "Other", b"other")
    with store.write() as db:
        assert letters.queue(db, [ANN, other], NOW) == 1
        taken = letters.take(db, ANN.letter_id, NOW)
    assert taken is not None
    assert taken.content == b"one"


def test_a_letter_queued_while_the_clock_was_years_ahead_does_not_wait_for_years(
    store: Store,
) -> None:
    before = NOW - timedelta(days=365)
    with store.write() as db:
        assert len(letters.due(db, before)) == 2
        assert letters.take(db, ANN.letter_id, before) is not None
        assert letters.due(db, before) == [BEN.letter_id]


def test_a_notice_that_an_issue_is_late_is_withdrawn_unless_it_was_sent(store: Store) -> None:
    late = [Letter("late", ANN.about, f"{name}@example.com", "", "", b"") for name in "ab"]
    other = Letter("late", f"{ANN.about}/SMB", "a@example.com", "", "", b"")
    with store.write() as db:
        letters.queue(db, [*late, other], NOW)
        letters.take(db, late[0].letter_id, NOW)
        letters.sent(db, late[0].letter_id, NOW)
        assert letters.withdraw(db, ANN.about) == 1
        left = {row["letter_id"] for row in letters.listed(db)}
    assert left == {x.letter_id for x in (ANN, BEN, late[0], other)}
