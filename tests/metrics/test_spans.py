"""Which period a week falls into, and which periods the data do not reach."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

from report_helpers.errors import ConfigurationError
from report_helpers.metrics.spans import Spans
from report_helpers.periods import Period

WEEK = Period(date(2026, 10, 26), date(2026, 11, 2))


def weeks(*days: str | None) -> pd.Series:
    return pd.Series(pd.to_datetime(list(days)))


def test_weeks_are_placed_in_periods_of_two_weeks() -> None:
    spans = Spans.of(Period(date(2026, 10, 19), date(2026, 11, 2)), history=2)
    placed = spans.place(
        weeks("2026-09-28", "2026-10-05", "2026-10-12", "2026-10-26", "2026-11-02")
    )
    assert placed.tolist()[1:4] == [0.0, 0.0, 1.0]
    assert np.isnan(placed[0])
    assert np.isnan(placed[4])


def test_everything_holds_rows_without_a_date() -> None:
    assert Spans.everything(date(2026, 11, 2)).place(weeks("1999-01-04", None)).tolist() == [0, 0]


def test_periods_before_and_after_the_data_are_gaps_with_a_reason() -> None:
    spans = Spans.of(WEEK, history=4)
    gaps = spans.gaps(weeks("2026-10-12", "2026-10-19", None), "leads")
    assert gaps == {
        0: "leads begin in the week of 2026-10-12",
        3: "leads end in the week of 2026-10-19",
    }


def test_nothing_dated_is_a_gap_everywhere() -> None:
    assert Spans.of(WEEK, 2).gaps(weeks(None), "leads") == dict.fromkeys(
        (0, 1), "there are no dated leads"
    )


def test_what_came_by_the_end_of_its_own_period() -> None:
    born, came = (
        weeks("2026-10-19", "2026-10-19", "2026-10-26", None),
        weeks("2026-10-19", "2026-10-26", None, "2026-10-26"),
    )
    assert Spans.of(WEEK, 2).by_end(born, came).tolist() == [True, False, False, False]
    assert Spans.everything(WEEK.end).by_end(born, came).all()


def test_part_weeks_are_refused() -> None:
    with pytest.raises(ConfigurationError, match="not made of whole weeks"):
        Spans.of(Period(date(2026, 10, 27), date(2026, 11, 2)))
