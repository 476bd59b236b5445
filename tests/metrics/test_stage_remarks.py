"""What is odd in a record of stages is counted, and a remedy is named where one is known."""

from datetime import date

import pandas as pd
import pytest

from report_helpers.data import load
from report_helpers.metrics.process import Process
from report_helpers.metrics.stage_remarks import renamed, stage_remarks
from report_helpers.periods import Period

QUARTER = Period(date(2026, 1, 5), date(2026, 4, 6))


def process(ways, closed=(), order=(), deals=()):
    """Measure a process of deals by name, each with pairs of stage and day."""
    events = [(deal, stage, when) for deal, way in ways.items() for stage, when in way]
    names = deals or ways
    table = pd.DataFrame({
        "opportunity_id": list(names), "created_on": pd.Timestamp("2025-01-05"),
        "closed_on": pd.to_datetime([dict(closed).get(name) for name in names]),
    })  # fmt: skip
    table["outcome"] = table["closed_on"].notna().map({True: "lost", False: "open"})
    columns = ["opportunity_id", "stage", "entered_at"]
    told = pd.DataFrame(events, columns=columns)
    told["entered_at"] = pd.to_datetime(told["entered_at"], format="ISO8601")
    return Process.of(load({"opportunities": table, "stage_events": told}), QUARTER, order=order)


def counts(found):
    return {remark.kind: remark.n for remark in stage_remarks(found)}


CALL, OFFER = ("Call", "2026-01-05"), ("Offer", "2026-01-12")


def test_a_clean_record_needs_no_remark():
    assert counts(process({"D1": [CALL, OFFER], "D2": [CALL]})) == {}


def test_each_oddity_is_counted():
    found = process(
        {
            "D1": [CALL, ("Offer", "2026-01-05")],  # at the same time
            "D2": [CALL, ("Call", "2026-01-06")],  # the same stage again
            "D3": [CALL, OFFER, ("Offer", "2026-02-20")],  # after closing on 1 February
            "D9": [CALL, OFFER],  # of no deal
            "D5": [OFFER],  # begins in the second stage
        },
        closed={"D3": "2026-02-01"},
        deals=["D1", "D2", "D3", "D4", "D5"],  # D4 without events
        order=("Call", "Offer"),
    )
    assert counts(found) == {
        "same_time": 1, "repeated": 2, "late": 1, "unknown_deal": 2, "no_events": 1,
        "first_stage": 1,
    }  # fmt: skip


def test_events_at_the_same_time_do_not_turn_the_order_learnt():
    same = [("Offer", "2026-01-05"), ("Call", "2026-01-05")]
    found = process({"D1": same, "D2": [("Offer", "2026-01-05"), ("Call", "2026-01-09")]})
    assert found.stages.order == ("Offer", "Call")
    assert found.variants["path"].tolist() == [("Offer", "Call")]


def test_stages_outside_the_order_are_named():
    found = process({"D1": [CALL, ("Odd", "2026-01-08"), OFFER]}, order=("Call", "Offer"))
    remark = next(r for r in stage_remarks(found) if r.kind == "unknown_stage")
    assert remark.n == 1
    assert "Odd" in remark.text
    assert "[stages] order" in remark.remedy


def renaming(first, second, start="2025-06-02"):
    """Deals a week for a year: in the first half the middle stage has one name, then the other."""
    weeks = pd.date_range(start, periods=44, freq="7D")
    return {
        f"D{place}": [
            ("Call", day),
            (first if place < 22 else second, day + pd.Timedelta(days=3)),
            ("Sign", day + pd.Timedelta(days=6)),
        ]
        for place, day in enumerate(weeks)
    }


def test_a_renamed_stage_is_suspected_and_the_line_to_write_is_given():
    found = process(renaming("Demo", "Trial"))
    assert renamed(found) == [("Demo", "Trial")]
    remark = next(r for r in stage_remarks(found) if r.kind == "renamed")
    assert remark.n == 22
    assert '[stage_events.columns.stage.translate] "Demo" = "Trial"' in remark.remedy


@pytest.mark.parametrize("change", ["both stay", "elsewhere"])
def test_other_new_stages_are_not_suspected(change):
    ways = renaming("Demo", "Trial")
    if change == "both stay":
        ways["D43"][1] = ("Demo", ways["D43"][1][1])
    else:  # the new one comes after Sign
        ways = {
            name: [way[0], way[2], (way[1][0], way[2][1] + pd.Timedelta(days=3))]
            if way[1][0] == "Trial" else way
            for name, way in ways.items()
        }  # fmt: skip
    assert renamed(process(ways)) == []
