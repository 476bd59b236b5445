"""Promises kept as shares, week by week, and the leads the goal needs."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest

import report_helpers as rh
from report_helpers import facts
from report_helpers.errors import MissingData
from report_helpers.metrics.commitments import (
    attempts_kept,
    first_touch_kept,
    quality_leads_by_week,
    weekly_rates,
)
from report_helpers.metrics.intervals import wilson
from report_helpers.metrics.lead_need import (
    average_deal,
    lead_need,
    mql_to_customer_rate,
    mqls_needed,
)
from report_helpers.metrics.spans import Spans
from report_helpers.periods import Period
from report_helpers.settings import Commitments, Settings

WEEK = Period(date(2026, 10, 26), date(2026, 11, 2))
PROMISE = Commitments()


def leads(count: int, first: str, hours: float | None) -> pd.DataFrame:
    """Leads handed over on one morning, and touched so many hours later."""
    moment = pd.Timestamp(first)
    touch = pd.NaT if hours is None else moment + pd.Timedelta(hours=hours)
    return pd.DataFrame(
        {"created_on": moment, "mql_on": moment, "first_touch_at": touch}, index=range(count)
    )


def company(*parts: pd.DataFrame, **tables: pd.DataFrame) -> Any:
    rows = pd.concat(parts, ignore_index=True)
    rows["lead_id"] = "L" + rows.index.astype("str")
    deals = pd.DataFrame(
        {
            "opportunity_id": ["1"],
            "created_on": pd.to_datetime(["2026-10-26"]),
            "outcome": ["open"],
        }
    )
    return rh.load({"opportunities": deals, "leads": rows} | tables)


def test_what_is_not_due_is_neither_kept_nor_missed() -> None:
    data = company(
        leads(6, "2026-10-26 09:00", 2), leads(3, "2026-10-27 09:00", 30),
        leads(2, "2026-10-28 09:00", None), leads(4, "2026-10-30 18:00", None),
    )  # fmt: skip
    row = first_touch_kept(data, WEEK).iloc[0]
    assert (row["kept"], row["missed"], row["open"]) == (6, 5, 4)
    assert (row["value"], row["n"]) == (6 / 11, 11)
    low, high = wilson(6, 11)
    assert (row["low"], row["high"]) == (float(low), float(high))


def test_a_week_in_which_nothing_was_due_has_no_rate() -> None:
    data = company(leads(2, "2026-10-19 09:00", 1), leads(2, "2026-10-30 18:00", None))
    row = first_touch_kept(data, WEEK).iloc[0]
    assert row["status"] == "na"
    assert row["reason"] == "no quality lead was due in the period"
    rates = weekly_rates(data, facts.first_touches, Spans.of(WEEK, 3), PROMISE)
    assert np.isnan(rates.iloc[0])  # before the first lead
    assert rates.iloc[1] == 1
    assert np.isnan(rates.iloc[2])


def test_the_settings_say_what_was_promised() -> None:
    data = company(leads(1, "2026-10-26 09:00", 30))
    strict, lax = Settings(), Settings(commitments=Commitments(first_touch_hours=48))
    values = [
        rh.figures(data, WEEK, (), settings, ("first_touch_kept",))["value"].item()
        for settings in (strict, lax)
    ]
    assert values == [0, 1]


def test_attempts_need_their_table() -> None:
    data = company(leads(1, "2026-10-19 09:00", 1))
    with pytest.raises(MissingData, match="touches"):
        attempts_kept(data, WEEK)
    touches = pd.DataFrame({"lead_id": ["L0"], "touched_at": pd.to_datetime(["2026-10-19 10:00"])})
    week = Period(date(2026, 10, 19), date(2026, 10, 26))
    one = company(leads(1, "2026-10-19 09:00", 1), touches=touches)
    assert attempts_kept(one, week)["open"].item() == 1  # Monday's five working days end on Monday
    assert attempts_kept(one, Period(week.start, WEEK.end))["value"].item() == 0


def test_weeks_are_kept_with_as_many_as_needed() -> None:
    data = company(leads(3, "2026-10-13 09:00", 1), leads(2, "2026-10-27 09:00", 1))
    found = quality_leads_by_week(data, WEEK.end, 2.0, 4)
    assert found["mqls"].tolist()[1:] == [3, 0, 2]
    assert np.isnan(found["mqls"][0])
    assert found["kept"].tolist() == [None, True, False, True]
    assert quality_leads_by_week(data, WEEK.end, np.nan, 4)["kept"].isna().all()


@pytest.fixture(scope="module")
def regular() -> Any:
    """Two years: each week 10 leads, 5 quality leads, one won for 1,000; two more are won alone."""
    mondays = pd.date_range("2024-11-04", periods=104, freq="7D")
    rows = pd.DataFrame({"created_on": mondays.repeat(10)})
    rows["lead_id"] = "L" + rows.index.astype("str")
    rows["mql_on"] = rows["created_on"].where(rows.index % 2 == 0)
    own = pd.DataFrame({"lead_id": rows["lead_id"][::10], "created_on": mondays})
    own["closed_on"] = own["created_on"] + pd.Timedelta(weeks=4)
    alone = pd.DataFrame({"lead_id": None, "created_on": mondays.repeat(2)})
    alone["closed_on"] = alone["created_on"] + pd.Timedelta(days=1)
    deals = pd.concat([own, alone], ignore_index=True)
    deals = deals[deals["closed_on"] < "2026-11-02"]
    deals = deals.assign(outcome="won", amount=1000.0, segment="A")
    deals["opportunity_id"] = "D" + deals.index.astype("str")
    goals = pd.DataFrame(
        {
            "goal": ["money"],
            "metric": ["won_amount"],
            "target": [365_000.0],
            "starts_on": pd.to_datetime(["2026-01-01"]),
            "due_on": pd.to_datetime(["2026-12-31"]),
        }
    )
    targets = goals[["metric", "starts_on"]].assign(per="quarter", target=45_500.0, segment="A")
    return rh.load({"opportunities": deals, "leads": rows, "goals": goals, "targets": targets})


def test_the_chain_can_be_followed_by_hand(regular: Any) -> None:
    chain = lead_need(regular, WEEK).set_index("step")["value"]
    assert chain["goal"] == pytest.approx(1000 * 91)  # 1,000 a day
    assert chain["average_deal"] == 1000
    assert chain["deals"] == pytest.approx(91)
    assert chain["from_leads"] == pytest.approx(1 / 3)
    assert chain["rate"] == pytest.approx(0.2)
    assert chain["quarter"] == pytest.approx(91 / 3 / 0.2)
    assert chain["week"] == pytest.approx(91 / 3 / 0.2 / 13)


def test_needed_leads_have_the_interval_of_their_rates(regular: Any) -> None:
    chain = lead_need(regular, WEEK).set_index("step")
    assert chain.loc["from_leads", "n"] == 156
    assert chain.loc["rate", "n"] == 260  # 52 weeks, old enough
    row = chain.loc["quarter"]
    logs = [
        np.log(chain.loc[step, "high"] / chain.loc[step, "value"])
        if step == "from_leads"
        else np.log(chain.loc[step, "value"] / chain.loc[step, "low"])
        for step in ("from_leads", "rate")
    ]
    assert row["high"] == pytest.approx(row["value"] * np.exp(np.hypot(*logs)))
    assert row["low"] < row["value"]
    needed = mqls_needed(regular, WEEK)
    assert needed["basis"].tolist() == ["quarter", "week"]
    assert needed["value"].tolist() == pytest.approx(chain["value"].tolist()[-2:])


def test_a_segment_goes_by_its_target(regular: Any) -> None:
    tables = {name: regular.frame(name) for name in ("opportunities", "leads", "targets")}
    tables["leads"]["segment"] = "A"
    part = rh.load(tables).where(segment="A")
    assert lead_need(part, WEEK)["value"].iloc[0] == 45_500
    with pytest.raises(MissingData, match="no goal and no target"):
        lead_need(rh.load(tables), WEEK)
    with pytest.raises(MissingData, match="not split"):
        mqls_needed(regular, WEEK, ("segment",))


def test_young_leads_do_not_count_as_failed(regular: Any) -> None:
    row = mql_to_customer_rate(regular, WEEK).iloc[0]
    assert (row["value"], row["n"]) == (pytest.approx(0.2), 260)


def test_a_chain_that_breaks_says_where(regular: Any) -> None:
    tables = {name: regular.frame(name) for name in ("opportunities", "leads", "goals")}
    tables["opportunities"] = tables["opportunities"].assign(lead_id=None)
    found = lead_need(rh.load(tables), WEEK).set_index("step")
    assert np.isnan(found.loc["week", "value"])
    assert "no lead is known to have become a customer" in found.loc["week", "reason"]
    figures = mqls_needed(rh.load(tables), WEEK)
    assert figures["status"].tolist() == ["na", "na"]


def test_more_wins_than_quality_leads_give_no_rate(regular: Any) -> None:
    tables = {name: regular.frame(name) for name in ("opportunities", "leads")}
    few = tables["leads"]["lead_id"] == "L0"
    tables["leads"]["mql_on"] = tables["leads"]["mql_on"].where(few)
    assert mql_to_customer_rate(rh.load(tables), WEEK)["status"].item() == "na"


def test_the_average_deal_by_group_adds_up() -> None:
    deals = pd.DataFrame(
        {
            "opportunity_id": list("abcde"),
            "segment": ["A", "A", "B", "B", "C"],
            "created_on": pd.to_datetime(["2026-10-01"] * 5),
            "closed_on": pd.to_datetime(
                ["2026-10-20", "2026-10-27", "2026-10-28", "2026-10-28", None]
            ),
            "outcome": ["won", "won", "won", "won", "open"],
            "amount": [100.0, 300.0, 50.0, None, 9.0],
        }
    )
    whole, parts = average_deal(deals).iloc[0], average_deal(deals, by="segment")
    assert (whole["value"], whole["n"]) == (150, 3)
    assert (parts["value"] * parts["n"]).sum() == pytest.approx(450)
    assert parts["n"].tolist() == [2, 1, 0]
    assert parts["reason"].tolist()[2] == "no deal with an amount was won in the period"
    assert average_deal(deals, WEEK)["value"].item() == 175
