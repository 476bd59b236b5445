"""Minutes read from files and recorded: all or nothing, and nothing twice."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from report_helpers.data import load
from report_helpers.data.dataset import Dataset
from report_helpers.errors import BadValue, ConfigurationError, UnknownName
from report_helpers.teams import exchange, items
from report_helpers.teams.items import Query, Signature
from report_helpers.teams.meetings import Meeting, kept
from report_helpers.teams.minutes import Minutes, parse, read, record, together
from report_helpers.teams.store import Store, open_store

SIGNED = Signature("Kim", datetime(2026, 11, 12, 12))
MEETING = Meeting("2026-11-12", datetime(2026, 11, 12, 9), "Europe/Berlin", attendees=("Kim",))
NEXT = Meeting("2026-11-26", datetime(2026, 11, 26, 9), "Europe/Berlin")
ACTION = {"what": "Call", "owner": "Ada", "due": date(2026, 11, 20)}
DECISION = {"what": "Stop it", "owner": "Kim", "metric": "win_rate", "expected": "up"}
TOML = """
attendees = ["Kim", "Ada"]
notes = "Short."
[[decisions]]
what = "Stop it"
owner = "Kim"
metric = "win_rate"
expected = "up"
by = 2026-12-10
[[actions]]
what = "Call"
owner = "Ada"
due = 2026-11-20
[[closed]]
item = "N1"
reason = "Done"
"""
CSV = """kind,what,owner,metric,expected,due,reason
attendee,Kim,,,,,
attendee,Ada,,,,,
note,Short.,,,,,
decision,Stop it,Kim,win_rate,up,2026-12-10,
action,Call,Ada,,,2026-11-20,
closed,N1,,,,,Done
"""


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(tmp_path / "marsale.db")


@pytest.fixture(scope="module")
def data() -> Dataset:
    day = pd.Timestamp("2026-11-04")
    deals = {"opportunity_id": ["1"], "created_on": [day], "outcome": ["open"]}
    deals |= {"segment": ["Enterprise"]}
    people = {"person": ["Kim", "Ada"], "team": ["sales", "sales"], "manager": [None, "Kim"]}
    note = {"note_id": ["N1"], "written_on": [day], "team": ["sales"], "kind": ["action"]}
    note |= {"body": ["Bring the pipe"], "owner": ["Ada"]}
    frames = {"opportunities": deals, "people": people, "notes": note}
    return load({name: pd.DataFrame(columns) for name, columns in frames.items()})


def all_items(store: Store) -> list[dict[str, Any]]:
    with store.read() as db:
        return items.find(db)


def test_toml_and_csv_say_the_same(tmp_path: Path) -> None:
    toml, table = tmp_path / "minutes.toml", tmp_path / "minutes.csv"
    toml.write_text(TOML, encoding="utf-8")
    table.write_text(CSV, encoding="utf-8-sig")
    assert read(toml) == read(table)
    assert read(toml).decisions[0].by == date(2026, 12, 10)


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("m.toml", "attendees = [", "not valid TOML"),
        ("m.toml", "[[actions]]\nwhat = 'Call'\nowner = 'Ada'", "actions 1 due"),
        ("m.toml", "[[decisions]]\nwhat = 'x'\nexpected = 'better'", "decisions 1 expected"),
        ("m.toml", "atendees = []", "atendees"),
        ("m.csv", "kind,what\ndecison,x\n", "decison"),
    ],
)
def test_a_fault_in_a_file_is_named(tmp_path: Path, name: str, text: str, told: str) -> None:
    file = tmp_path / name
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError, match=told) as caught:
        read(file)
    assert name in str(caught.value)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="cannot be read"):
        read(tmp_path / "none.toml")


def test_a_meeting_is_kept_with_what_it_decided(store: Store, data: Dataset) -> None:
    minutes = parse({"decisions": [DECISION], "actions": [ACTION], "notes": "Short."}, "test")
    found = record(store, MEETING, minutes, data, SIGNED)
    assert (found.held, found.attendees, found.notes) == (True, ("Kim",), "Short.")
    decided, agreed = sorted(all_items(store), key=lambda row: row["kind"], reverse=True)
    assert (decided["about_metric"], decided["expected"]) == ("win_rate", "up")
    assert (agreed["author"], agreed["changed_by"]) == ("Ada", "Kim")
    assert (agreed["owner"], agreed["due_on"], agreed["team"]) == ("Ada", ACTION["due"], "sales")
    assert {row["meeting_id"] for row in all_items(store)} == {"2026-11-12"}


def test_recording_again_changes_and_adds_but_never_doubles(store: Store, data: Dataset) -> None:
    raw = {"actions": [ACTION], "closed": [{"item": "N1", "reason": "Done"}]}
    record(store, MEETING, parse(raw, "test"), data, SIGNED)
    later = {**ACTION, "due": date(2026, 11, 30)}
    raw |= {"actions": [later, {**ACTION, "what": "Write"}]}
    record(store, MEETING, parse(raw, "test"), data, SIGNED)
    new = [row for row in all_items(store) if row["item_id"] != "N1"]
    assert {row["body"]: row["due_on"] for row in new} == {
        "Call": later["due"],
        "Write": ACTION["due"],
    }
    assert len(new) == 2


def test_an_open_action_is_counted_at_each_later_meeting(store: Store, data: Dataset) -> None:
    record(store, MEETING, parse({"actions": [ACTION]}, "test"), data, SIGNED)
    assert all_items(store)[0]["carried"] == 0
    for _ in range(2):  # the same meeting counts once
        record(store, NEXT, Minutes(attendees=("Kim",)), data, SIGNED)
    assert all_items(store)[0]["carried"] == 1


def test_a_note_of_the_data_can_be_closed(store: Store, data: Dataset) -> None:
    record(store, MEETING, parse({"closed": [{"item": "N1", "reason": "Done"}]}, ""), data, SIGNED)
    note = exchange.threads(data, date(2026, 11, 13), store)[0]
    assert (note.closed_on, note.closed_reason) == (date(2026, 11, 12), "Done")


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        ({"attendees": ["Kimm"]}, UnknownName),
        ({"actions": [ACTION, {**ACTION, "owner": "Adda"}]}, UnknownName),
        ({"actions": [ACTION], "decisions": [{**DECISION, "metric": "win_rat"}]}, UnknownName),
        ({"decisions": [{**DECISION, "segment": "Enterprize"}]}, UnknownName),
        ({"decisions": [{"what": "Whose?"}]}, BadValue),
        ({"actions": [{**ACTION, "due": date(2026, 11, 11)}]}, BadValue),
        ({"actions": [ACTION], "closed": [{"item": "N9", "reason": "Done"}]}, UnknownName),
    ],
)
def test_a_fault_leaves_nothing_behind(
    store: Store, data: Dataset, raw: dict[str, Any], kind: type[Exception]
) -> None:
    with pytest.raises(kind):
        record(store, MEETING, parse(raw, "test"), data, SIGNED)
    assert all_items(store) == []
    assert kept(store) == []


def test_minutes_of_file_and_options_go_together() -> None:
    one = parse({"attendees": ["Kim"], "notes": "Short.", "actions": [ACTION]}, "")
    both = together(one, parse({"attendees": ["Ada"]}, ""))
    assert (both.attendees, both.notes, len(both.actions)) == (("Kim", "Ada"), "Short.", 1)


def test_items_of_a_meeting_are_found_by_its_name(store: Store, data: Dataset) -> None:
    record(store, MEETING, parse({"actions": [ACTION]}, "test"), data, SIGNED)
    with store.read() as db:
        assert len(items.find(db, Query(meeting_id="2026-11-12", state="open"))) == 1
