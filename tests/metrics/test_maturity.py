"""When a cohort of leads cannot be judged: too young, or older than the record."""

from datetime import date

import pandas as pd
import pytest

from report_helpers.metrics.maturity import Record, observed_from


def flow(*rows):
    frame = pd.DataFrame(rows, columns=["stage", "created_week", "reached_week", "n"])
    for name in ("created_week", "reached_week"):
        frame[name] = pd.to_datetime(frame[name])
    return frame.assign(cohort=frame["created_week"].dt.strftime("%G-W%V").fillna("undated"))


LEADS = [("inquiry", week, week, 10) for week in ("2026-01-05", "2026-02-02", "2026-03-02")]


def told(rows, until=date(2026, 3, 9), keys=("cohort",), stage="won"):
    frame = flow(*rows)
    return Record.of(frame, frame, list(keys), until).doubts(stage).to_dict()


def begun(rows, stage):
    there = rows[rows["stage"] == stage]
    return observed_from(there["reached_week"].to_numpy(), there["n"].to_numpy())


def test_a_cohort_younger_than_most_leads_need_is_provisional():
    won = ("won", "2026-01-05", "2026-01-26", 4)
    late = "10 of 10 leads are too young: of those that reach won, 9 in 10 take up to 3 weeks"
    assert told([*LEADS, won]) == {"2026-W02": "", "2026-W06": "", "2026-W10": late}


def test_the_week_in_which_most_are_due_must_be_over():
    won = ("won", "2026-01-05", "2026-02-09", 4)
    assert told([*LEADS, won], date(2026, 3, 16))["2026-W06"] == ""
    assert "too young" in told([*LEADS, won], date(2026, 3, 15))["2026-W06"]


def test_a_cohort_created_long_before_the_first_record_is_provisional():
    won = [("won", "2026-02-02", "2026-02-09", 4), ("won", "2026-03-02", "2026-03-02", 4)]
    reasons = told([*LEADS, *won], date(2026, 6, 1))
    since = "99 in 100 date from the week of 2026-02-09 or later"
    early = f"10 of 10 leads came before won was on full record: {since}"
    assert reasons == {"2026-W02": early, "2026-W06": early, "2026-W10": ""}


@pytest.mark.parametrize(("old", "provisional"), [(11, False), (12, True)])
def test_a_tenth_of_a_cohort_in_doubt_is_borne(old, provisional):
    rows = [
        ("inquiry", "2026-01-05", "2026-01-05", 100),
        ("inquiry", "2026-03-02", "2026-03-02", old),
        ("won", "2026-01-05", "2026-01-19", 5),
    ]
    frame = flow(*rows).assign(cohort="whole")
    reason = Record.of(frame, frame, ["cohort"], date(2026, 3, 9)).doubts("won")["whole"]
    assert bool(reason) is provisional


def test_nothing_is_known_of_a_stage_nobody_reached_and_inquiries_are_never_in_doubt():
    unknown = "no lead is known to have reached won yet"
    assert set(told(LEADS).values()) == {unknown}
    assert set(told(LEADS, stage="inquiry").values()) == {""}


def test_the_first_record_of_each_stage_is_found():
    late = [("won", "2026-01-05", None, 1), ("mql", "2026-01-05", "2026-01-12", 1)]
    rows = flow(*LEADS, *late, ("mql", "2026-01-05", "2026-02-02", 98))
    assert begun(rows, "inquiry") == pd.Timestamp("2026-01-05")
    assert begun(rows, "mql") == pd.Timestamp("2026-01-12")


def test_one_stray_record_in_a_hundred_does_not_begin_a_record():
    strays = [("won", "2026-01-05", "2026-01-05", 1), ("won", "2026-02-02", "2026-02-09", 99)]
    assert begun(flow(*LEADS, *strays), "won") == pd.Timestamp("2026-02-09")
