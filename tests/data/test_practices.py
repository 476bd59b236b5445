"""Goals, margins, attempts and ratings of the sample: consistent, and as its README says."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from report_helpers.data import load
from report_helpers.data.sample import generate, practices
from report_helpers.data.sample.planted import Planted
from report_helpers.glossary import metric
from report_helpers.metrics.commitments import first_touch_kept
from report_helpers.metrics.perception import perception_gaps
from report_helpers.periods import Period

UNTIL = pd.Timestamp("2026-11-04")
QUARTER = Period(date(2026, 8, 3), date(2026, 11, 2))
Frames = dict[str, pd.DataFrame]


@pytest.fixture(scope="module")
def frames() -> Frames:
    return generate()


def test_the_first_attempt_is_the_leads_first_touch(frames: Frames) -> None:
    leads, touches = frames["leads"].set_index("lead_id"), frames["touches"]
    first = touches.groupby("lead_id")["touched_at"].min()
    told = leads["first_touch_at"].dropna()
    assert first.sort_index().equals(told.sort_index().rename("touched_at"))


def test_one_to_five_attempts_and_none_after_a_lead_was_sent_back(frames: Frames) -> None:
    touches = frames["touches"].join(
        frames["leads"].set_index("lead_id")["rejected_on"], on="lead_id"
    )
    assert set(touches.groupby("lead_id").size()) == {1, 2, 3, 4, 5}
    assert not (touches["touched_at"] > touches["rejected_on"]).any()
    assert touches["touched_at"].max() < UNTIL + pd.Timedelta(days=1)
    assert set(touches["kind"]) == set(practices.KINDS)


def test_goals_name_people_and_metrics_that_exist(frames: Frames) -> None:
    goals = frames["goals"]
    assert goals["owner"].isin(frames["people"]["person"]).all()
    for column, team in (("marketing_metrics", "marketing"), ("sales_metrics", "sales")):
        names = [name for words in goals[column] for name in words.split()]
        assert {metric(name).team for name in names} == {team}
    assert [metric(name).label for name in goals["metric"]]
    yearly = frames["targets"].set_index("metric")["target"]["won_amount"].iloc[0] * 4
    assert abs(goals["target"][0] / yearly - 1) < 0.02


def test_the_books_hold_each_complete_month(frames: Frames) -> None:
    months = frames["actuals"]["month"]
    assert months.tolist() == list(pd.date_range("2024-11-01", "2026-10-01", freq="MS"))
    assert frames["actuals"]["value"].between(0.05, 0.16).all()


def test_one_rating_lies_far_below_its_figure_and_no_other(frames: Frames) -> None:
    gaps = perception_gaps(load(dict(frames)), QUARTER)
    assert gaps.loc[gaps["gap"] < -0.5, "metric"].tolist() == ["mqls"]
    assert (gaps.loc[gaps["metric"] != "mqls", "gap"].abs() < 0.25).all()
    assert gaps.loc[gaps["metric"] == "mqls", "attainment"].item() > 0.9


def test_ratings_keep_to_their_scale_and_days(frames: Frames) -> None:
    pulse = frames["pulse"]
    assert set(pulse["score"]) <= {1, 2, 3, 4, 5}
    assert pulse["rated_on"].max() <= UNTIL
    rated = pulse.groupby("team")["metric"].agg(lambda names: {metric(n).team for n in names})
    assert rated.to_dict() == {"marketing": {"sales"}, "sales": {"marketing"}}


def test_promises_are_kept_until_a_seller_leaves(frames: Frames) -> None:
    data = load(dict(frames))
    before = first_touch_kept(data, Period(date(2026, 7, 13), date(2026, 10, 12))).iloc[0]
    after = first_touch_kept(data, Period(date(2026, 10, 12), date(2026, 11, 2))).iloc[0]
    assert before["low"] > 0.8
    assert after["high"] < before["low"]


def test_the_same_seed_gives_the_same_and_another_seed_another() -> None:
    planted = Planted(date(2026, 9, 7), date(2026, 11, 4))
    leads = generate(deals=40, weeks=8)["leads"]
    one, two = (practices.generate(7, planted, leads, 40)["pulse"] for _ in range(2))
    assert one.equals(two)
    assert not practices.generate(8, planted, leads, 40)["touches"].equals(
        practices.generate(7, planted, leads, 40)["touches"]
    )
