"""Paths, waits, detours, losses and rework of a company an analyst can check by hand."""

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from report_helpers.data import load
from report_helpers.errors import MissingData
from report_helpers.metrics import buying_path, detours, steps
from report_helpers.metrics.detours import kinds
from report_helpers.metrics.process import Process
from report_helpers.metrics.report import figures
from report_helpers.metrics.stages import Stages
from report_helpers.periods import Period

FOLDER = Path(__file__).parent / "buying_path"
QUARTER = Period(date(2026, 1, 5), date(2026, 4, 6))
MAKERS = {
    "detour_share": detours.detour_share,
    "rework_days": detours.rework_days,
    "step_wait_median": steps.step_waits,
    "step_wait_p90": lambda *asked: steps.step_waits(*asked, metric="step_wait_p90"),
    "step_loss_share": buying_path.step_losses,
    "path_share": buying_path.buying_path,
}
EXPECTED = pd.read_csv(FOLDER / "expected.csv", dtype=str, keep_default_na=False)


@pytest.fixture(scope="module")
def company():
    names = ("opportunities", "stage_events")
    frames = {name: pd.read_csv(FOLDER / f"{name}.csv") for name in names}
    for frame in frames.values():
        for column in frame.columns.intersection(["created_on", "closed_on", "entered_at"]):
            frame[column] = pd.to_datetime(frame[column])
    return load(frames)


@pytest.mark.parametrize(
    "row", [pytest.param(row, id=f"{row.figure} {row.group}") for row in EXPECTED.itertuples()]
)
def test_the_figure_is_as_worked_out_by_hand(company, row):
    by = tuple(filter(None, [row.by]))
    found = MAKERS[row.figure](company, QUARTER, by)
    figure = found[(found["group"] == row.group) & (found["basis"] == row.basis)]
    assert len(figure) == 1
    assert figure["value"].item() == pytest.approx(float(row.value))
    assert figure["n"].item() == float(row.n)
    assert (figure["metric"].item(), figure["status"].item()) == (row.figure, "ok")


def test_a_period_of_a_week_stands_for_thirteen(company):
    week = Period(date(2026, 3, 30), date(2026, 4, 6))
    short, long = (steps.step_waits(company, period) for period in (week, QUARTER))
    assert short["period"].unique().tolist() == ["2026-W14"]
    pd.testing.assert_frame_equal(short.drop(columns="period"), long.drop(columns="period"))


def test_the_stages_are_learnt_and_the_ends_known(company):
    stages = Process.of(company, QUARTER).stages
    assert stages.order == ("Call", "Offer", "Sign")
    assert stages.closing == {"Lost": "lost", "Won": "won"}


def test_the_order_that_is_set_is_taken(company):
    turned = detours.detour_share(company, QUARTER, order=("Sign", "Offer", "Call"))
    assert turned.set_index("basis")["value"]["back"] == pytest.approx(6 / 7)  # all but D04


def test_every_closed_deal_is_in_one_path_and_every_loss_in_one_stage(company):
    for by in ((), ("segment",)):
        found = buying_path.buying_path(company, QUARTER, by, shown=2)
        assert found["count"].sum() == 7
        assert found["paths"].sum() == buying_path.buying_path(company, QUARTER, by)["paths"].sum()
        assert buying_path.step_losses(company, QUARTER, by)["count"].sum() == 3
    assert buying_path.OTHER in set(buying_path.buying_path(company, QUARTER, shown=2)["path"])


def test_money_is_summed_where_it_is_known(company):
    lost = buying_path.step_losses(company, QUARTER).set_index("stage")
    assert lost.loc["Offer", ["amount", "n_amount", "days"]].tolist() == [2200.0, 2.0, 30.0]
    assert np.isnan(lost.loc["Call", "amount"])
    waits = steps.step_waits(company, QUARTER).set_index("stage")
    assert waits.loc["Offer", ["waiting", "waiting_amount"]].tolist() == [1.0, 400.0]
    assert waits.loc["Call", "waiting"] == 1.0
    assert np.isnan(waits.loc["Call", "waiting_amount"])
    assert (waits["change"] == "too few").all()


def test_all_periods_hold_all_deals(company):
    assert buying_path.buying_path(company)["count"].sum() == 7
    assert steps.step_waits(company).set_index("stage")["n"].to_dict() == {
        "Call": 10, "Offer": 7, "Sign": 5,
    }  # fmt: skip


def test_an_empty_window_is_na_with_a_reason(company):
    early = Period(date(2024, 1, 1), date(2024, 4, 1))
    found = detours.detour_share(company, early)
    assert set(found["reason"]) == {"no deal closed in the period"}
    assert detours.rework_days(company, early)["reason"].tolist() == ["no step back in the period"]
    for make in (steps.step_waits, buying_path.buying_path, buying_path.step_losses):
        assert make(company, early).empty


def test_half_who_have_not_left_make_no_median(company):
    start = Period(date(2025, 10, 13), date(2026, 1, 12))
    found = steps.step_waits(company, start).set_index("stage")
    assert found.loc["Call", "reason"] == "fewer than 50% have left so far"


def test_the_command_prints_them_and_says_what_is_missing(company):
    names = tuple(MAKERS)
    found = figures(company, QUARTER, only=names)
    assert set(found["metric"]) == set(names)
    deals = pd.read_csv(FOLDER / "opportunities.csv", parse_dates=["created_on", "closed_on"])
    lacking = figures(load({"opportunities": deals}), QUARTER, only=names)
    assert set(lacking["reason"]) == {"the data have no table 'stage_events'"}
    with pytest.raises(MissingData):
        Process.of(deals, QUARTER)


WAY = Stages(("A", "B", "C", "D"), {"Lost": "lost", "Won": "won"})


@pytest.mark.parametrize(
    ("path", "late", "found"),
    [
        ("ABCD", 0, set()),
        ("BCD", 0, set()),  # begins late: no skip, but remarked upon
        ("ACB", 0, {"skip", "back"}),
        ("ABABC", 0, {"back"}),
        ("ABCBD", 0, {"back"}),  # C was visited before
        ("AXB", 0, set()),  # a stage outside the order
        ("AXC", 0, {"skip"}),
        ("AA", 0, set()),
        (("A", "Lost", "A", "Won"), 0, {"reopened"}),
        (("A", "B", "Lost", "Lost"), 1, set()),  # written down a day late
        ("ABC", 1, {"reopened"}),
        ((), 0, set()),
    ],
)
def test_detours_of_a_path(path, late, found):
    assert kinds(tuple(path), late, WAY) == found
