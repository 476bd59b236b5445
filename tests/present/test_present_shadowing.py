"""Days with the other team as blocks."""

from __future__ import annotations

from datetime import date

import pytest

import report_helpers as rh
from report_helpers.data.dataset import Dataset
from report_helpers.periods import Period
from report_helpers.present import shadowing as shown
from report_helpers.present.blocks import Callout, Table
from report_helpers.teams.shadow_reasons import Reason
from report_helpers.teams.shadowing import month_of, shadowings

OCTOBER = month_of(date(2026, 10, 1))


@pytest.fixture(scope="module")
def sample() -> Dataset:
    return rh.load("sample")


def test_coverage_counts_every_member_of_the_sample_once(sample: Dataset) -> None:
    table = shown.coverage_table(sample, shadowings(sample), OCTOBER)
    assert isinstance(table, Table)
    cells = [[cell.text for cell in row.cells] for row in table.rows]
    assert [row[:2] for row in cells] == [["Marketing", "8"], ["Sales", "14"]]
    for _, due, *counts, waiting in cells:
        none = sum(1 for name in waiting.replace(" and ", ", ").split(", ") if name)
        assert sum(map(int, counts[:3])) + none == int(due)


def test_what_was_learnt_in_the_samples_last_week_is_shown(sample: Dataset) -> None:
    notes = shown.learnt(shadowings(sample), Period(date(2026, 10, 26), date(2026, 11, 2)))
    assert len(notes.items) >= 2
    assert all(note.body and ", with " in note.meta for note in notes.items)
    assert shown.learnt([], OCTOBER).plain() == notes.empty


def test_cancelled_visits_are_not_shown(sample: Dataset) -> None:
    found = [s for s in shadowings(sample) if s.day in OCTOBER]
    rows = shown.plan_table(found).rows
    assert len(rows) == sum(s.status != "cancelled" for s in found) > 15


def test_without_people_a_line_says_what_is_missing() -> None:
    deals = rh.load("sample").frame("opportunities").head(3)
    data = rh.load({"opportunities": deals})
    block = shown.coverage_table(data, [], OCTOBER)
    assert isinstance(block, Callout)
    assert "people" in block.text


def test_a_plan_says_who_is_left_out_and_what_is_proven() -> None:
    reason = Reason("Ada", "marketing", "all hosts of Sales are taken")
    left = shown.unplaced([reason], ["one more meeting of Sales in week 46 would place 1"], 5)
    assert left.plain().splitlines() == [
        "- Ada, Marketing: all hosts of Sales are taken.",
        "- One more meeting of Sales in week 46 would place 1.",
        "- No other plan is better.",
    ]
    assert shown.unplaced([], [], 3).plain().startswith("- Everybody has a day.")
