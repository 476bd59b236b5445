"""A month's visits: who is in, what there is to see, what stays, and why somebody has no day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pandas as pd
import pytest

import report_helpers as rh
from report_helpers.errors import BadValue, MissingData
from report_helpers.settings import Settings
from report_helpers.teams.shadow_plan import Month, Plan, plan
from report_helpers.teams.shadow_reasons import reasons, remedies
from report_helpers.teams.shadowing import Shadowing, identifier, month_of, shadowings

NOVEMBER = month_of(date(2026, 11, 1))
DEALS = pd.DataFrame(
    {"opportunity_id": ["1"], "created_on": pd.to_datetime(["2026-10-01"]), "outcome": ["open"]}
)
TEAMS = {"Ada": "marketing", "Bo": "marketing", "Cy": "sales", "Di": "sales"}
MEETINGS = (("sales", "pipeline", "2026-11-09"), ("marketing", "planning", "2026-11-10"))


def company(
    named: dict[str, str] | None = None, meetings: Any = MEETINGS, **more: pd.DataFrame
) -> Any:
    named = TEAMS if named is None else named
    members = pd.DataFrame({"person": list(named), "team": list(named.values())})
    calendar = pd.DataFrame(meetings, columns=["team", "kind", "starts_at"])
    calendar["starts_at"] = pd.to_datetime(calendar["starts_at"]) + pd.Timedelta(hours=9)
    calendar["meeting"] = calendar["kind"].str.capitalize()
    tables = {"opportunities": DEALS, "people": members, "calendar": calendar} | more
    return rh.load(tables)


def november(data: Any, past: list[Shadowing] | None = None, **settings: Any) -> Plan:
    made = Settings.model_validate(settings)
    return plan(Month(data, made, NOVEMBER, date(2026, 11, 1), past or []))


def pairs(made: Plan) -> set[tuple[str, str, int]]:
    return {(v.guest, v.host, v.day.day) for v in made.visits}


def why(made: Plan) -> dict[str, str]:
    return {reason.person: reason.why for reason in reasons(made)}


def frame(**columns: list[Any]) -> pd.DataFrame:
    made = pd.DataFrame(columns)
    for name in ("starts_on", "ends_on"):
        if name in made:
            made[name] = pd.to_datetime(made[name])
    return made


def test_everybody_visits_a_meeting_of_the_other_team() -> None:
    made = november(company())
    assert {(v.guest, v.meeting) for v in made.visits} == {
        ("Ada", "Pipeline"),
        ("Bo", "Pipeline"),
        ("Cy", "Planning"),
        ("Di", "Planning"),
    }
    assert len({v.host for v in made.visits}) == 4
    assert (made.proven, reasons(made), remedies(made)) == (5, [], [])


def test_the_order_of_rows_does_not_matter() -> None:
    other = company(dict(reversed(TEAMS.items())), MEETINGS[::-1])
    assert november(other).visits == november(company()).visits


def test_who_never_met_meets_first_then_who_met_longest_ago() -> None:
    def seen(guest: str, host: str, day: date) -> Shadowing:
        return Shadowing(identifier(guest, host, day), guest, host, day, status="done")

    past = [seen("Ada", "Cy", date(2026, 9, 7)), seen("Bo", "Di", date(2026, 8, 3))]
    assert {("Ada", "Di", 9), ("Bo", "Cy", 9)} <= pairs(november(company(), past))
    all_met = [*past, seen("Ada", "Di", date(2026, 10, 5)), seen("Bo", "Cy", date(2026, 10, 5))]
    assert {("Ada", "Cy", 9), ("Bo", "Di", 9)} <= pairs(november(company(), all_met))


def test_what_is_agreed_stays_and_takes_host_and_day() -> None:
    day = date(2026, 11, 9)
    for pair in (("Ada", "Cy"), ("Ada", "Di")):
        agreed = Shadowing(identifier(*pair, day), *pair, day, status="agreed")
        made = november(company(), [agreed])
        assert "Ada" not in {v.guest for v in made.visits}
        assert {v.host for v in made.visits if v.guest == "Bo"} == {"Cy", "Di"} - {pair[1]}


def test_a_planned_visit_whose_day_is_over_is_not_planned_again() -> None:
    day = date(2026, 11, 2)
    over = Shadowing(identifier("Ada", "Cy", day), "Ada", "Cy", day)
    assert "Ada" in {v.guest for v in november(company(), [over]).visits}
    month = replace(november(company(), [over]).month, after=day)
    assert "Ada" not in {v.guest for v in plan(month).visits}


def test_a_missed_visit_is_planned_again_under_another_name() -> None:
    people = {"Ada": "marketing", "Cy": "sales"}
    day = date(2026, 11, 2)
    missed = Shadowing(identifier("Ada", "Cy", day), "Ada", "Cy", day, status="missed")
    names = {v.guest: v.shadowing_id for v in november(company(people), [missed]).visits}
    assert names["Ada"] == f"{missed.shadowing_id}-2"


def test_holidays_weekends_absences_and_part_time_are_kept() -> None:
    people = {"Ada": "marketing", "Cy": "sales"}
    alone = (("sales", "pipeline", "2026-11-09"),)
    away = frame(person=["Ada"], starts_on=["2026-11-09"], ends_on=[None])
    part = frame(person=["Ada", "Cy"], team=["marketing", "sales"], works_on=["Tue, Wed", None])
    saturday = (("sales", "pipeline", "2026-11-07"),)
    holiday = (("sales", "pipeline", "2026-11-18"),)  # Repentance and Prayer Day in Saxony
    saxony = {"calendar": {"country": "DE", "subdivision": "SN"}}
    assert "Ada" not in why(november(company(people, alone)))
    assert "on a day they are in" in why(november(company(people, alone, absences=away)))["Ada"]
    assert "on a day they are in" in why(november(company(people, alone, people=part)))["Ada"]
    assert "no meeting worth" in why(november(company(people, saturday)))["Ada"]
    assert "Ada" not in why(november(company(people, holiday)))
    assert "no meeting worth" in why(november(company(people, holiday), **saxony))["Ada"]


def test_who_joins_or_leaves_in_the_month_is_planned_while_there() -> None:
    twice = (("sales", "pipeline", "2026-11-09"), ("sales", "pipeline", "2026-11-23"))
    days = {"starts_on": ["2026-11-16", None, None], "ends_on": [None, "2026-11-13", None]}
    team = frame(person=["Ada", "Bo", "Cy"], team=["marketing", "marketing", "sales"], **days)
    assert pairs(november(company(meetings=twice, people=team))) == {
        ("Ada", "Cy", 23),
        ("Bo", "Cy", 9),
    }


def test_a_meeting_of_one_person_is_hosted_by_that_person() -> None:
    data = company({"Ada": "marketing", "Cy": "sales", "Di": "sales"})
    calendar = data.frame("calendar").assign(person=["Di", None], shadowing_ok=[True, True])
    made = november(company({"Ada": "marketing", "Cy": "sales", "Di": "sales"}, calendar=calendar))
    assert ("Ada", "Di", 9) in pairs(made)


def test_unwelcome_guests_and_other_kinds_are_no_visit() -> None:
    calendar = company().frame("calendar").assign(shadowing_ok=[False, True])
    assert "no meeting worth" in why(november(company(calendar=calendar)))["Ada"]
    other = {"shadowing": {"marketing_visits": ["forecast"]}}
    assert "no meeting worth" in why(november(company(), **other))["Bo"]


def test_all_hosts_taken_is_said_and_one_more_meeting_found() -> None:
    people = {"Ada": "marketing", "Bo": "marketing", "Eve": "marketing", "Cy": "sales"}
    made = november(company(people))
    told = why(made)
    assert len(told) == 2
    assert set(told.values()) == {"all hosts of Sales are taken on the days they could go"}
    assert remedies(made) == ["one more meeting of Sales in week 45 would place 1"]


def test_away_all_month_and_nobody_to_visit_are_told() -> None:
    away = frame(person=["Ada"], starts_on=["2026-10-26"], ends_on=["2026-12-04"])
    assert why(november(company(absences=away)))["Ada"].startswith("away on every working day")
    alone = november(company({"Ada": "marketing"}))
    assert why(alone) == {"Ada": "Sales has nobody to visit"}
    over = plan(replace(alone.month, after=date(2026, 11, 30)))
    assert why(over) == {"Ada": "no working day of the month is left"}


def test_faults_in_the_data_are_told() -> None:
    with pytest.raises(MissingData, match="people"):
        november(rh.load({"opportunities": DEALS}))
    part = frame(person=["Ada"], team=["marketing"], works_on=["Mon Xyz"])
    with pytest.raises(BadValue, match="'Xyz' is no weekday"):
        november(company(people=part))


@pytest.mark.parametrize("month", [11, 12])
def test_everybody_of_the_sample_has_a_day(month: int) -> None:
    data = rh.load("sample")
    asked = Month(data, Settings(), month_of(date(2026, month, 1)), data.last_day, shadowings(data))
    made = plan(asked)
    names = [name for name, _ in asked.people]
    busy = [(p, v.day) for v in made.visits for p in (v.guest, v.host)]
    assert len(made.visits) == 21
    assert reasons(made) == []
    assert len(set(busy)) == len(busy)
    for visit in made.visits:
        row = asked.days.index(visit.day)
        assert asked.there[names.index(visit.guest), row]
        assert asked.there[names.index(visit.host), row]
