"""What a loaded data set answers."""

from __future__ import annotations

import json
from datetime import date, datetime

import pandas as pd
import pytest

from report_helpers.data import Dataset, load
from report_helpers.errors import EmptyPeriod, MissingData, UnknownName

DAY = datetime(2026, 1, 5)


@pytest.fixture(scope="module")
def data() -> Dataset:
    tables = {
        "opportunities": {
            "opportunity_id": ["d1", "d2", "d3"],
            "segment": ["A", "B", None],
            "created_on": [DAY, DAY, DAY],
            "outcome": ["open", "won", "lost"],
            "loss_reason": [None, None, "price"],
        },
        "stage_events": {"opportunity_id": ["d1", "d2"], "stage": "s", "entered_at": DAY},
        "leads": {
            "lead_id": ["l1", "l2"],
            "segment": ["A", "B"],
            "created_on": [DAY, datetime(2026, 3, 1)],
        },
        "campaigns": {
            "campaign_id": ["c1", "c2", "c3"],
            "name": ["x", "y", "z"],
            "segment": ["A", "B", None],
            "starts_on": [DAY, DAY, datetime(2027, 1, 1)],
        },
        "responses": {
            "campaign_id": ["c1", "c1", "c2", "c3", "c3", "c2"],
            "lead_id": ["l1", "l2", None, "l2", None, "l1"],
            "responded_at": DAY,
            "kind": ["1", "2", "3", "4", "5", "6"],
        },
        "targets": {
            "metric": ["m", "m", "m"],
            "segment": ["A", "B", None],
            "target": [1, 2, 3],
            "per": "week",
            "starts_on": DAY,
        },
        "notes": {
            "note_id": ["n1", "n2", "n3"],
            "written_on": DAY,
            "team": "sales",
            "kind": "obstacle",
            "body": "<b>x</b>",
            "about_segment": ["A", "B", None],
        },
        "people": {"person": ["p"], "team": ["sales"]},
    }
    return load({name: pd.DataFrame(columns) for name, columns in tables.items()})


def test_has(data: Dataset) -> None:
    assert data.has("opportunities")
    assert data.has("opportunities", "segment", "loss_reason")
    assert not data.has("opportunities", "closed_on")
    assert not data.has("orders")
    assert not data.has("orders", "amount")


def test_where_narrows_what_has_the_column_and_what_follows_it(data: Dataset) -> None:
    kept = data.where(segment="A")

    def of(table: str, column: str) -> list[str]:
        return sorted(kept.frame(table)[column])

    assert of("opportunities", "opportunity_id") == ["d1"]
    assert of("stage_events", "opportunity_id") == ["d1"]
    assert of("leads", "lead_id") == ["l1"]
    assert of("campaigns", "campaign_id") == ["c1", "c3"]
    assert of("targets", "target") == [1, 3]
    assert of("notes", "note_id") == ["n1", "n3"]
    assert of("responses", "kind") == ["1", "5", "6"]
    assert of("people", "person") == ["p"]
    assert kept.scope == {"segment": "A"}
    assert not kept.has("opportunities", "loss_reason")
    assert kept.last_day == data.last_day == date(2026, 3, 1)
    assert data.frame("opportunities").shape[0] == 3


def test_where_nobody_is(data: Dataset) -> None:
    with pytest.raises(UnknownName, match="unknown segment 'C'"):
        data.where(segment="C")
    with pytest.raises(UnknownName, match=r"unknown regoin 'North'"):
        data.where(regoin="North")


def test_values(data: Dataset) -> None:
    assert data.values("segment") == ["A", "B"]
    assert data.values("region") == []


def test_frames_are_copies(data: Dataset) -> None:
    frame = data.frame("people")
    frame["person"] = "changed"
    assert data.frame("people")["person"].tolist() == ["p"]
    with pytest.raises(MissingData, match="there is no table 'orders'"):
        data.frame("orders")


def test_remember_makes_once(data: Dataset) -> None:
    made: list[int] = []
    for _ in range(2):
        assert data.remember("key", lambda: made.append(1) or "made") == "made"
    assert made == [1]
    assert data.where(segment="A").remember("key", lambda: "other") == "other"


def test_a_data_set_is_loaded_once(data: Dataset) -> None:
    assert load(data) is data


def test_no_dates_no_last_day() -> None:
    deals = pd.DataFrame({"opportunity_id": ["a"], "outcome": ["open"], "created_on": [None]})
    with pytest.raises(EmptyPeriod, match="nothing in the data has a date"):
        _ = load(deals).last_day


def test_audit_as_text_and_json(data: Dataset) -> None:
    lines = data.audit.lines(date(2026, 1, 8))
    assert lines[:3] == [
        "opportunities (opportunities)",
        "  read 3 rows, kept 3",
        "  from 2026-01-05 to 2026-01-05, 3 days before 2026-01-08",
    ]
    found = json.loads(json.dumps(data.audit.to_json()))
    assert found["tables"]["leads"]["freshest"] == "2026-03-01T00:00:00"
    assert found["tables"]["opportunities"]["filled"]["segment"] == 2


def test_a_mistyped_year_does_not_make_the_data_reach_further() -> None:
    days = [DAY, datetime(2026, 2, 3), datetime(2062, 2, 4)]
    frame = pd.DataFrame({"opportunity_id": list("abc"), "created_on": days, "outcome": "open"})
    read = load(frame)
    assert read.last_day == date(2062, 2, 4)
    known = read.on(date(2026, 2, 3))
    assert known.last_day == date(2026, 2, 3)
    assert len(known.frame("opportunities")) == 3
    assert read.on(date(2025, 1, 1)).last_day == date(2062, 2, 4)  # all of it begins later


def test_closings_make_a_table_fresh_too() -> None:
    frame = pd.DataFrame(
        {
            "opportunity_id": ["a"],
            "created_on": [DAY],
            "closed_on": [datetime(2026, 3, 1)],
            "outcome": "won",
        }
    )
    assert load(frame).audit.tables["opportunities"].freshest == datetime(2026, 3, 1)


def test_headings_without_rows_are_no_table_but_are_told() -> None:
    deals = pd.DataFrame({"opportunity_id": ["a"], "created_on": [DAY], "outcome": "open"})
    leads = pd.DataFrame({"lead_id": [], "created_on": []})
    read = load({"opportunities": deals, "leads": leads})
    assert list(read.tables) == ["opportunities"]
    assert read.audit.tables["leads"].rows_read == 0
    assert "leads (leads)" in read.audit.lines()
