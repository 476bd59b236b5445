"""The minutes of the sample's last meeting, section by section."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pandas as pd
import pytest

from report_helpers.data import load
from report_helpers.errors import MissingData, UnknownName
from report_helpers.present.minutes import Minutes
from report_helpers.teams.items import Signature
from report_helpers.teams.minutes import parse, record
from report_helpers.teams.preparation import next_meeting
from report_helpers.teams.store import open_store


@pytest.fixture(scope="module")
def minutes() -> Minutes:
    return Minutes()


def test_without_a_name_it_is_the_last_meeting(minutes: Minutes) -> None:
    assert minutes.masthead().key == "2026-10-29"
    assert minutes.frozen().content["period"]["key"] == "2026-10-29"


def test_what_was_decided_and_agreed_that_day_is_told_apart_from_before(minutes: Minutes) -> None:
    assert [note.body[:8] for note in minutes.decided().items] == ["No certi", "Leads ar"]
    assert "Listen in" in minutes.agreed().plain()
    assert "Hire Marek" in minutes.carried().plain()
    assert "Hire Marek" not in minutes.agreed().plain()
    assert "Cost per quality lead" in minutes.previous().plain()
    assert "No certificate" not in minutes.previous().plain()


def test_the_next_meeting_follows(minutes: Minutes) -> None:
    assert "Thu 12 Nov 2026" in minutes.next().plain()


def test_an_earlier_day_knows_only_what_was_known_then() -> None:
    earlier = Minutes(as_of="2026-10-20")
    assert earlier.meeting.meeting_id == "2026-10-15"
    with pytest.raises(UnknownName, match="2026-10-29"):
        Minutes("2026-10-29", as_of="2026-10-20")


def test_a_recorded_meeting_is_shown_from_the_store(minutes: Minutes, tmp_path: Path) -> None:
    store = open_store(tmp_path / "marsale.db")
    planned = next_meeting(minutes.circle, store, minutes.settings)
    raw = {"decisions": [{"what": "Stop <it>", "team": "sales", "metric": "mqls"}], "notes": "Hm."}
    signed = Signature("Ada", datetime(2026, 11, 12, 12))
    record(store, planned, parse(raw, "test"), minutes.whole, signed)
    found = Minutes(store=str(tmp_path / "marsale.db"))
    assert found.meeting.meeting_id == "2026-11-12"
    assert [note.body for note in found.decided().items] == ["Stop <it>"]
    assert "Hm." in found.topics().plain()
    assert "1 time" in found.carried().plain()


def test_without_a_meeting_it_says_how_to_get_one() -> None:
    sample = load("sample")
    deals = sample.frame("opportunities")
    days = {"created_on": pd.to_datetime(deals["created_on"])}
    with pytest.raises(MissingData, match="no meeting is on record"):
        Minutes(data={"opportunities": deals.assign(**days)})
