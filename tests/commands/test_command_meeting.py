"""The meeting from the command line, on the sample: planned, recorded, carried over, shown."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from icalendar import Calendar

from report_helpers import cli
from report_helpers.commands import guided
from report_helpers.data import load
from report_helpers.data.sample.files import write

FREYA = "Freya Johansen"


@pytest.fixture(autouse=True)
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work in an empty folder, with nothing set in the environment and nobody at the terminal."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(guided, "on_terminal", lambda: False)
    for name in ("STORE", "PERSON", "TEAM"):
        monkeypatch.delenv(f"MARSALE_{name}", raising=False)


def run(*words: str) -> int:
    return cli.main(["meeting", *words])


def said(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    capsys.readouterr()
    assert run(*words) == 0
    return capsys.readouterr().out


def test_a_meeting_from_plan_to_escalation(capsys: pytest.CaptureFixture[str]) -> None:
    assert "Thu 12 Nov 2026, 10:00 to 10:50" in said(capsys, "next")
    assert not Path("marsale.db").exists()  # looking keeps nothing
    planned = said(capsys, "plan", "--absent", FREYA, "--topic", "Webinars")
    assert FREYA not in planned
    assert "Together" in planned
    action = f"Tell the platform|{FREYA}|2026-11-20"
    words = ("--as", "Ada", "--attendee", FREYA, "--action", action)
    assert said(capsys, "record", *words) == (
        "recorded 2026-11-12: 1 attendee, 0 decisions, 1 action\n"
    )
    assert "Thu 26 Nov 2026" in said(capsys, "next")
    assert "escalated to Rosalind Achebe: Hire" in said(capsys, "actions")
    assert "- Webinars" in said(capsys, "show", "2026-11-12")


def test_planning_again_changes_the_invitation(capsys: pytest.CaptureFixture[str]) -> None:
    for topic, sequence in (("A", 0), ("A", 0), ("B", 1)):
        said(capsys, "plan", "--topic", topic)
        assert run("ics", "--output", "meeting.ics") == 0
        made = Path("meeting.ics").read_text(encoding="utf-8")
        assert f"SEQUENCE:{sequence}\n" in made
        assert "UID:meeting-2026-11-12@velmarin-instruments.marsale" in made


def invited(meeting: str) -> tuple[str, Any]:
    """Return the method and the event of the invitation to a meeting."""
    assert run("ics", meeting, "--output", "meeting.ics") == 0
    calendar = Calendar.from_ical(Path("meeting.ics").read_bytes())
    (event,) = calendar.walk("VEVENT")
    return str(calendar["method"]), event


def test_a_meeting_is_moved_and_cancelled_and_calendars_hear_of_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    said(capsys, "plan")
    first = invited("2026-11-12")
    told = said(capsys, "move", "2026-11-12", "--to", "2026-11-17 14:00")
    assert "2026-11-12: Tue 17 Nov 2026, 14:00 to 14:50" in told
    assert "Moved from Thu 12 Nov 2026" in said(capsys, "next")
    second = invited("2026-11-12")
    assert "cancelled" in said(capsys, "cancel", "2026-11-12", "--reason", "Trade fair")
    third = invited("2026-11-12")
    assert [method for method, _ in (first, second, third)] == ["REQUEST", "REQUEST", "CANCEL"]
    assert [event["sequence"] for _, event in (first, second, third)] == [0, 1, 2]
    assert len({event["uid"] for _, event in (first, second, third)}) == 1
    assert second[1].decoded("dtstart").isoformat() == "2026-11-17T14:00:00+01:00"
    assert "Trade fair" in said(capsys, "show", "2026-11-12")
    assert "Thu 26 Nov 2026" in said(capsys, "next")


def test_who_is_away_is_not_called_and_a_plan_made_before_is_made_anew(
    capsys: pytest.CaptureFixture[str],
) -> None:
    data = load("sample")
    write("crm", {name: data.frame(name) for name in ("opportunities", "people", "meetings")})
    words = ("--data", "crm", "--as-of", "2026-11-04")
    planned = said(capsys, "plan", *words, "--topic", "A")
    called = [name for name in data.values("person") if name in planned]
    gone, day = called[-1], pd.Timestamp("2026-11-12")
    write("crm", {"absences": pd.DataFrame({"person": [gone], "starts_on": [day]})})
    assert f"Away: {gone} not at work that day" in said(capsys, "next", *words)
    again = said(capsys, "plan", *words, "--topic", "A")
    assert gone not in again
    assert sum(name in again for name in data.values("person")) == len(called)
    assert "SEQUENCE:1" in said(capsys, "ics", *words)


def test_a_file_of_minutes_is_recorded_for_the_meeting_it_names(
    capsys: pytest.CaptureFixture[str],
) -> None:
    text = f'meeting = "2026-10-29"\n[[decisions]]\nwhat = "Stop"\nowner = "{FREYA}"\n'
    Path("m.toml").write_text(text, encoding="utf-8")
    told = said(capsys, "record", "--file", "m.toml", "--as", "Ada")
    assert told == "recorded 2026-10-29: 6 attendees, 1 decision, 0 actions\n"
    assert "Stop\t" in said(capsys, "show", "2026-10-29")


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["show", "2026-11-13"], 2, "unknown meeting"),
        (["plan", "--absent", "Freja Johansen"], 2, "did you mean 'Freya Johansen'"),
        (["record", "--as", "Ada"], 2, "--file"),
        (["record", "--attendee", FREYA], 2, "--as"),
        (["record", "--as", "A", "--action", "a|b|c|d"], 2, "more than 3 parts"),
        (["record", "--as", "A", "--action", f"Call|{FREYA}|soon"], 2, "actions 1 due"),
    ],
)
def test_what_is_wrong_is_told(
    capsys: pytest.CaptureFixture[str], words: list[str], code: int, told: str
) -> None:
    assert run(*words) == code
    assert told in capsys.readouterr().err


def test_minutes_come_as_a_report(capsys: pytest.CaptureFixture[str]) -> None:
    words = ("minutes", "2026-10-29", "--formats", "html", "--output", "out")
    assert "minutes-2026-10-29.html" in said(capsys, *words)
    page = Path("out/minutes/2026-10-29/minutes-2026-10-29.html").read_text(encoding="utf-8")
    assert "Bram Verhoeven" in page
    assert "No certificate webinars until further notice" in page


def test_at_a_terminal_the_minutes_are_asked_for(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guided, "on_terminal", lambda: True)
    decision, action = f"Stop it|{FREYA}|mqls||down", "Call|Sofia Lindqvist|2026-11-20"
    answers = iter([FREYA, decision, "", action, "", "All in all, well."])
    monkeypatch.setattr("click.prompt", lambda *_, **__: next(answers))
    assert "1 attendee, 1 decision, 1 action" in said(capsys, "record", "--as", "Ada")
    shown = said(capsys, "show", "2026-11-12")
    assert "Stop it\tQuality leads (MQL)" in shown
