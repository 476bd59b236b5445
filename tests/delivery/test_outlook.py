"""Readers are promised no day on which a report can no longer come."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from report_helpers.delivery import outlook
from report_helpers.settings import Settings
from report_helpers.teams.issues import Issue

DUE = datetime(2026, 11, 2, 6)  # Monday, 07:00 in Berlin


@pytest.fixture
def company() -> Settings:
    clock = {"time_zone": "Europe/Berlin", "weekly": "monday 07:00", "catch_up_days": 5}
    return Settings.model_validate({"schedule": clock})


def said(company: Settings, made_at: datetime, **facts: Any) -> str:
    about = {"due_at": DUE, "made_at": made_at, "facts": facts}
    held = Issue("weekly", "2026-W44", date(2026, 10, 26), state="held", **about)
    until = outlook.hoped("2026-11-03T07:00", held, company)
    return outlook.sentence(until, held, company)


def test_within_the_days_set_the_next_working_day_is_hoped_for(company: Settings) -> None:
    assert said(company, DUE) == "It is expected by Tue 3 Nov 2026, 07:00 (Europe/Berlin)."


def test_after_the_last_hope_readers_hear_until_when_it_can_come(company: Settings) -> None:
    friday_noon = datetime(2026, 11, 6, 12)
    assert said(company, friday_noon) == (
        "It comes if the data are right by Sat 7 Nov 2026, 07:00 (Europe/Berlin), "
        "and else not at all."
    )


def test_a_brief_is_not_promised_for_after_its_meeting(company: Settings) -> None:
    meeting = {"starts_at": "2026-11-02T09:30:00"}
    assert "by Mon 2 Nov 2026, 10:30" in said(company, DUE, summary={"meeting": meeting})
    assert "by Tue 3 Nov 2026, 07:00" in said(company, DUE, summary={"meeting": None})


def test_what_is_never_made_up_for_does_not_come_any_more(company: Settings) -> None:
    at_once = company.schedule.model_copy(update={"catch_up_days": 0})
    never = company.model_copy(update={"schedule": at_once})
    assert said(never, DUE) == "It does not come any more."
