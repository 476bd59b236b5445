"""What two frozen histories say of each other; every case can be checked by hand."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from report_helpers.metrics.restatement import Cause, compare

WEEKS = ["2026-10-12", "2026-10-19"]


def known(**changes: Any) -> dict[str, Any]:
    """Return a history of two weeks: 40 and 50 inquiries, win rates of 2 in 4 and 1 in 4."""
    series = {"inquiries": [40.0, 50.0], "mqls": [10.0, 12.0], "win_rate closed": [0.5, 0.25]}
    counts = {
        **{"leads": [40.0, 50.0], "mql": [10.0, 12.0], "opportunities": [9.0, 8.0]},
        **{"won": [2.0, 1.0], "lost": [2.0, 3.0]},
        **{"won_amount": [200.0, 100.0], "lost_amount": [80.0, 90.0]},
    }
    series |= changes.pop("series", {})
    return {
        **{"weeks": 1, "starts": WEEKS, "mondays": WEEKS},
        "series": {name: {"value": value} for name, value in series.items() if value is not None},
        "counts": counts | changes.pop("counts", {}),
        **{"formulas": {"win_rate": "won ÷ closed"}, "settings": {"commitments.attempts": "3"}},
        **{"mapping": "", "version": "1", **changes},
    }


def test_nothing_changed() -> None:
    found = compare(known(), known())
    assert found.comparable
    assert (found.restated, found.arrived, found.redefined) == ((), {}, ())
    assert (found.gone, found.new) == ((), ())


def test_late_rows() -> None:
    now = known(series={"inquiries": [43.0, 50.0]}, counts={"leads": [43.0, 50.0]})
    found = compare(known(), now)
    (change,) = found.restated
    assert (change.metric, change.start) == ("inquiries", date(2026, 10, 12))
    assert (change.before, change.after) == (40.0, 43.0)
    assert change.causes == (Cause("leads", 40.0, 43.0),)
    assert found.arrived == {"leads": 3}


def test_rows_that_are_gone() -> None:
    now = known(series={"inquiries": [40.0, 48.0]}, counts={"leads": [40.0, 48.0]})
    assert compare(known(), now).arrived == {"leads": -2}


def test_an_event_of_a_late_row_names_the_row_which_may_be_of_an_earlier_week() -> None:
    now = known(series={"mqls": [10.0, 13.0]}, counts={"leads": [41.0, 50.0], "mql": [10.0, 13.0]})
    (change,) = compare(known(), now).restated
    assert change.causes == (Cause("leads", 90.0, 91.0), Cause("mql", 12.0, 13.0))


def test_late_rows_of_another_week_are_no_cause() -> None:
    now = known(
        series={"win_rate closed": [0.5, 0.5]},
        counts={"leads": [43.0, 50.0], "won": [2.0, 2.0], "lost": [2.0, 2.0]},
    )
    (change,) = compare(known(), now).restated
    assert change.causes == (Cause("won", 1.0, 2.0), Cause("lost", 3.0, 2.0))


def test_sums_explain_only_what_counts_do_not() -> None:
    by_value = {"win_rate value": [0.7, 0.5]}
    now = known(series={"win_rate value": [0.8, 0.5]}, counts={"won_amount": [320.0, 100.0]})
    (change,) = compare(known(series=by_value), now).restated
    assert change.causes == (Cause("won_amount", 200.0, 320.0),)
    counted = {"won_amount": [320.0, 100.0], "won": [3.0, 1.0]}
    now = known(series={"win_rate value": [0.8, 0.5]}, counts=counted)
    (change,) = compare(known(series=by_value), now).restated
    assert change.causes == (Cause("won", 2.0, 3.0),)


@pytest.mark.parametrize(
    ("before", "after", "restated"),
    [(None, 40.0, True), (40.0, None, True), (None, None, False), (0.1 + 0.2, 0.3, False)],
)
def test_missing_is_a_value_of_its_own(
    before: float | None, after: float | None, restated: bool
) -> None:
    then, now = (known(series={"inquiries": [value, 50.0]}) for value in (before, after))
    found = compare(then, now).restated
    assert [(c.before, c.after) for c in found] == [(before, after)] * restated


def test_the_newest_week_comes_first() -> None:
    found = compare(known(), known(series={"inquiries": [41.0, 51.0]})).restated
    assert [change.start.day for change in found] == [19, 12]
    assert all(change.causes == () for change in found)


def test_metrics_come_and_go() -> None:
    found = compare(known(series={"mqls": None}), known(series={"inquiries": None}))
    assert (found.gone, found.new) == (("inquiries",), ("mqls",))
    assert found.restated == ()


def test_definitions_that_changed() -> None:
    now = known(
        formulas={"win_rate": "won ÷ all"},
        settings={"commitments.attempts": "5"},
        mapping="f00",
        version="2",
    )
    found = [(c.kind, c.name, c.before, c.after) for c in compare(known(), now).redefined]
    assert found == [
        ("formula", "win_rate", "won ÷ closed", "won ÷ all"),
        ("setting", "commitments.attempts", "3", "5"),
        ("mapping", "mapping", "", "f00"),
        ("version", "version", "1", "2"),
    ]


@pytest.mark.parametrize(
    "now", [known(weeks=2), known(starts=["2026-10-26", "2026-11-02"])], ids=["length", "starts"]
)
def test_periods_that_do_not_meet_are_not_compared(now: dict[str, Any]) -> None:
    found = compare(known(), now)
    assert not found.comparable
    assert found.restated == ()


def test_a_week_that_dropped_out_of_the_half_year_is_not_missed() -> None:
    now = known(starts=[WEEKS[1], "2026-10-26"], mondays=[WEEKS[1], "2026-10-26"])
    now["series"] = {"inquiries": {"value": [50.0, 61.0]}}
    now["counts"] = {"leads": [50.0, 61.0]}
    found = compare(known(), now)
    assert found.restated == ()
    assert found.arrived == {}
