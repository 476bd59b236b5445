"""Ratings beside figures."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.weightstats import DescrStatsW

import report_helpers as rh
from report_helpers.errors import MissingData
from report_helpers.metrics.perception import perception, perception_gaps
from report_helpers.periods import Period

QUARTER = Period(date(2026, 8, 3), date(2026, 11, 2))


def company(*ratings: tuple[str, str, str, float], **targets: float) -> Any:
    weeks = pd.date_range("2026-08-03", periods=13, freq="7D")
    deals = pd.DataFrame({"created_on": weeks, "closed_on": weeks, "segment": "A"})
    deals["opportunity_id"] = deals.index.astype("str")
    deals["outcome"] = ["won"] * 6 + ["lost"] * 7
    tables = {"opportunities": deals}
    if ratings:
        pulse = pd.DataFrame(ratings, columns=["rated_on", "team", "metric", "score"])
        tables["pulse"] = pulse.assign(rated_on=pd.to_datetime(pulse["rated_on"]))
    rows = pd.DataFrame({"metric": list(targets), "target": list(targets.values())})
    rows["per"] = ["quarter" if name == "opportunities" else "level" for name in targets]
    rows["starts_on"] = pd.Timestamp("2026-01-01")
    return rh.load(tables | ({"targets": rows} if targets else {}))


def test_scores_of_the_period_have_students_interval() -> None:
    scores = [5.0, 3, 4, 4]
    data = company(
        *(("2026-09-01", "marketing", "win_rate", s) for s in scores),
        ("2026-07-01", "marketing", "win_rate", 1),
        ("2026-11-02", "marketing", "win_rate", 1),
    )
    row = perception(data, QUARTER).iloc[0]
    assert (row["value"], row["n"], row["team"], row["basis"]) == (4, 4, "marketing", "win_rate")
    low, high = DescrStatsW(scores).tconfint_mean()
    assert (row["low"], row["high"]) == pytest.approx((low, min(high, 5)))


def test_scores_stay_on_their_scale() -> None:
    row = perception(company(*(("2026-09-01", "sales", "mqls", s) for s in (5, 5, 1)))).iloc[0]
    assert (row["low"], row["high"]) == (1, 5)
    single = perception(company(("2026-09-01", "sales", "mqls", 2))).iloc[0]
    assert single["value"] == 2
    assert np.isnan(single["low"])


def test_the_widest_gap_comes_first_whichever_way_it_goes() -> None:
    data = company(
        ("2026-09-01", "marketing", "win_rate", 1), ("2026-09-01", "marketing", "opportunities", 5),
        ("2026-09-01", "marketing", "sales_cycle", 3), ("2026-09-01", "sales", "mqls", 3),
        win_rate=0.5, opportunities=26, sales_cycle=10, mqls=5,
    )  # fmt: skip
    found = perception_gaps(data, QUARTER).set_index("metric")
    assert found.index.tolist()[:2] == ["win_rate", "opportunities"]
    assert found.loc["win_rate", "attainment"] == pytest.approx(6 / 13 / 0.5)
    assert found.loc["win_rate", "gap"] == pytest.approx(-6 / 13 / 0.5)
    assert found.loc["opportunities", "gap"] == pytest.approx(1 - 0.5)
    assert np.isnan(found.loc["sales_cycle", "gap"])  # won on the day they were opened: 10 ÷ 0
    assert np.isnan(found.loc["mqls", "gap"])  # there are no leads
    assert found.loc["mqls", "target"] == 5


def test_without_a_target_there_is_no_gap() -> None:
    found = perception_gaps(company(("2026-09-01", "marketing", "win_rate", 4)), QUARTER)
    assert found["score"].tolist() == [4]
    assert found["gap"].isna().all()


def test_a_period_without_ratings_is_empty() -> None:
    data = company(("2026-07-01", "marketing", "win_rate", 4))
    assert perception(data, QUARTER).empty
    assert perception_gaps(data, QUARTER).empty


def test_ratings_are_of_the_whole_company() -> None:
    data = company(("2026-09-01", "marketing", "win_rate", 4))
    with pytest.raises(MissingData, match="not split"):
        perception(data.where(segment="A"), QUARTER)
    with pytest.raises(MissingData, match="no table 'pulse'"):
        perception(company(), QUARTER)
