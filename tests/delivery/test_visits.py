"""The month's plan: made and kept once, told to guests, hosts and those who want the whole."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from report_helpers.delivery import visits
from report_helpers.delivery.occasions import Occasion
from report_helpers.delivery.press import Press
from report_helpers.publish.run import Job
from report_helpers.settings import Settings
from report_helpers.teams.shadowing import change, shadowings
from report_helpers.teams.store import open_store

NOW = datetime(2026, 10, 20, 6)
OCCASION = Occasion("shadowing", NOW, date(2026, 10, 20), "shadowing-2026-11", "2026-11")
COMPANY = {
    "company": {"name": "Velmarin Instruments"},
    "mail": {
        "server": "smtp://localhost:25",
        "sender": "reports@example.com",
        "recipients": [{"address": "head@example.com", "reports": ["shadowing"]}],
    },
}


@pytest.fixture
def press(tmp_path: Path) -> Press:
    def job(report: str, as_of: date, segment: str) -> Job:
        return Job(report, tmp_path, {"as_of": str(as_of)}, {"data": "sample", "mapping": ""})

    company = Settings.model_validate(COMPANY)
    return Press(company, open_store(tmp_path / "marsale.db"), job, tmp_path)


def test_a_plan_is_told_to_guest_and_host_with_an_invitation(press: Press) -> None:
    issue, written = visits.make(press, OCCASION, "", NOW)
    planned = issue.facts["visits"]
    assert issue.issue_id == "shadowing-2026-11"
    assert len(written) == 2 * len(planned) + 1
    first = message_from_bytes(written[0].content, policy=policy.default)
    assert [part.get_content_type() for part in first.iter_attachments()] == ["text/calendar"]
    files = {file.stem for file in (press.output / issue.folder).glob("*.ics")}
    assert files == {visit["shadowing_id"] for visit in planned}


def test_whoever_wants_the_whole_plan_gets_one_line_a_visit(press: Press) -> None:
    issue, written = visits.make(press, OCCASION, "", NOW)
    (whole,) = [letter for letter in written if letter.address == "head@example.com"]
    text = message_from_bytes(whole.content, policy=policy.default).get_content()
    assert text.count(" visits ") == len(issue.facts["visits"])
    assert whole.subject == "Days with the other team, November 2026 (Velmarin Instruments)"


def test_a_plan_made_twice_changes_nothing_and_writes_the_same_letters(press: Press) -> None:
    first, letters = visits.make(press, OCCASION, "", NOW)
    second, again = visits.make(press, OCCASION, "", NOW)
    assert second.data_hash == first.data_hash
    assert [letter.content for letter in again] == [letter.content for letter in letters]
    assert set(Counter(letter.letter_id for letter in letters).values()) == {1}


def test_what_is_agreed_stays(press: Press) -> None:
    from report_helpers.data import load

    issue, _ = visits.make(press, OCCASION, "", NOW)
    agreed = issue.facts["visits"][0]["shadowing_id"]
    data = load("sample").on(OCCASION.as_of)
    change(data, press.store, agreed, ("agreed", ""))
    again, _ = visits.make(press, OCCASION, "", NOW)
    states = {v["shadowing_id"]: v["status"] for v in again.facts["visits"]}
    assert states[agreed] == "agreed"
    assert len([v for v in shadowings(data, press.store) if v.shadowing_id == agreed]) == 1
