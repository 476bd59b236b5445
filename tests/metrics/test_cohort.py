"""The cohort win rate on deals whose shares are plain."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from report_helpers.metrics.cohort import cohort_loss_rate, cohort_win_rate
from report_helpers.metrics.figures import from_records, to_records
from report_helpers.periods import Period


def deals(*rows):
    frame = pd.DataFrame(rows, columns=["segment", "created_on", "closed_on", "outcome"])
    for name in ("created_on", "closed_on"):
        frame[name] = pd.to_datetime(frame[name])
    return frame.assign(opportunity_id=[f"D{number}" for number in range(len(frame))])


DEALS = deals(
    ("A", "2026-01-05", "2026-01-15", "won"),
    ("A", "2026-01-05", "2026-02-24", "lost"),
    ("A", "2026-01-05", "2026-03-16", "won"),
    ("A", "2026-01-05", None, "open"),
    ("B", "2026-03-02", None, "open"),
    ("B", None, None, "open"),
    ("B", "2026-03-12", "2026-03-02", "won"),
)


def test_open_deals_count_for_as_long_as_they_were_followed():
    rates = cohort_win_rate(DEALS, by="segment").set_index(["group", "horizon"])
    # A, last seen on 16 March, 70 days old: 1 of 4, then 1 of 4, then 1 of the last 2
    assert rates["value"]["A"].tolist() == pytest.approx([0.25, 0.25, np.nan, 0.5], nan_ok=True)
    assert rates.loc[("A", "90"), "reason"] == (
        "no deal has been followed so long (the oldest is 70 days)"
    )
    assert rates.loc[("A", "end"), "days"] == 70
    assert (rates.loc["A", "n"] == 4).all()


def test_a_group_without_a_closed_deal_says_so_and_wrong_dates_do_not_count():
    rates = cohort_win_rate(DEALS, by="segment").set_index(["group", "horizon"])
    assert rates["status"]["B"].tolist() == ["na"] * 4
    assert rates["reason"]["B"].tolist() == ["no deal has closed yet"] * 4
    assert (rates.loc["B", "n"] == 1).all()


def test_losses_compete_with_wins():
    wins, losses = cohort_win_rate(DEALS), cohort_loss_rate(DEALS)
    assert losses["value"][0] == 0
    assert (wins["value"] + losses["value"]).dropna().le(1).all()


def test_nothing_after_the_period_is_known():
    january = Period(date(2026, 1, 5), date(2026, 2, 2))
    rates = cohort_win_rate(DEALS, january)
    assert rates["value"].tolist() == pytest.approx([np.nan, np.nan, np.nan, 0.25], nan_ok=True)
    assert rates["period"].unique().tolist() == ["2026-W02-W05"]


def test_horizons_survive_being_written_down():
    rates = cohort_win_rate(DEALS)
    pd.testing.assert_frame_equal(from_records(to_records(rates)), rates, check_dtype=False)
