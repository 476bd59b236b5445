"""The sample's days with the other team could have happened."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from report_helpers.data.sample import LAST_DAY, team, visits
from report_helpers.data.sample.planted import Planted
from report_helpers.periods import WEEK, monday

Frames = dict[str, pd.DataFrame]


def made(weeks: int = 104, seed: int = 7) -> Frames:
    planted = Planted(monday(LAST_DAY) - weeks * WEEK, LAST_DAY)
    people = team.people(planted)
    return {"people": people, **visits.generate(seed, planted, people)}


@pytest.fixture(scope="module")
def frames() -> Frames:
    return made()


def test_nobody_hosts_twice_or_hosts_and_visits_on_a_day(frames: Frames) -> None:
    seen = frames["shadowings"]
    busy = pd.concat([seen[["guest", "day"]].set_axis(["person", "day"], axis=1),
                      seen[["host", "day"]].set_axis(["person", "day"], axis=1)])  # fmt: skip
    assert not busy.duplicated().any()


def test_guest_and_host_are_of_different_teams_and_there(frames: Frames) -> None:
    people, seen = frames["people"].set_index("person"), frames["shadowings"]
    guest, host = people.loc[seen["guest"]], people.loc[seen["host"]]
    assert (guest["team"].to_numpy() != host["team"].to_numpy()).all()
    days = seen["day"].to_numpy()
    for side in (guest, host):
        assert not (side["ends_on"].to_numpy() < days).any()
    for away in frames["absences"].itertuples():
        there = (seen["guest"] == away.person) | (seen["host"] == away.person)
        assert not seen.loc[there, "day"].between(away.starts_on, away.ends_on).any()


def test_visits_are_on_working_days_in_the_past(frames: Frames) -> None:
    days = frames["shadowings"]["day"]
    assert (days.dt.day_of_week < 5).all()
    assert days.max().date() <= LAST_DAY
    assert days.min().date() >= date(2024, 11, 4)


def test_only_visits_done_taught_something_and_each_remark_is_made_once(frames: Frames) -> None:
    told = frames["shadowings"].dropna(subset=["learnt"])
    assert set(told["status"]) == {"done"}
    assert told["learnt"].is_unique
    assert len(told) == 40
    assert told["day"].between("2026-10-26", "2026-11-01").sum() >= 2


def test_the_same_seed_gives_the_same_visits_and_another_others(frames: Frames) -> None:
    pd.testing.assert_frame_equal(made()["shadowings"], frames["shadowings"])
    assert not made(seed=8)["shadowings"].equals(frames["shadowings"])


def test_a_sample_of_a_week_has_no_whole_month() -> None:
    assert made(weeks=1)["shadowings"].empty
