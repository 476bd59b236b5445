"""What people may ask with: kinds of data, of period, of dimensions."""

from datetime import date

import pandas as pd
import pytest

from report_helpers.data import load
from report_helpers.errors import ConfigurationError
from report_helpers.metrics.question import Question, dataset
from report_helpers.periods import Period

DEALS = pd.DataFrame(
    {
        "opportunity_id": ["1", "2"],
        "outcome": ["won", "open"],
        "created_on": pd.to_datetime(["2026-03-02", None]),
        "closed_on": pd.to_datetime(["2026-03-09", None]),
    }
)


def test_a_table_of_deals_a_dict_and_a_data_set_ask_the_same():
    loaded = load({"opportunities": DEALS})
    assert dataset(loaded) is loaded
    for data in (DEALS, {"opportunities": DEALS}):
        assert dataset(data).last_day == loaded.last_day == date(2026, 3, 9)


def test_all_reaches_past_the_last_day_and_holds_undated_rows():
    asked = Question.of(DEALS)
    assert (asked.key, asked.until, asked.by) == ("all", date(2026, 3, 10), ())
    assert asked.within(DEALS["created_on"]).all()


def test_a_period_holds_its_own_weeks_only():
    asked = Question.of(DEALS, Period(date(2026, 3, 2), date(2026, 3, 9)), "segment")
    assert (asked.key, asked.until, asked.by) == ("2026-W10", date(2026, 3, 9), ("segment",))
    assert asked.within(DEALS["created_on"]).tolist() == [True, False]


@pytest.mark.parametrize("period", ["2026-W10", Period(date(2026, 3, 1), date(2026, 3, 9))])
def test_a_period_that_is_none_is_refused(period):
    with pytest.raises(ConfigurationError):
        Question.of(DEALS, period)
