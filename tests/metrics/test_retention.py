"""Retention on nine accounts checked by hand, at the edges of the record, and by an oracle."""

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from report_helpers.data import load
from report_helpers.metrics.retention import (
    gross_revenue_retention,
    logo_retention,
    net_revenue_retention,
    ratio,
    retention,
    retention_history,
)
from report_helpers.periods import Period

FOLDER = Path(__file__).parent / "scenarios" / "customers"
DEALS = pd.DataFrame(
    {
        "opportunity_id": ["D1"],
        "outcome": ["open"],
        "created_on": pd.to_datetime(["2026-01-04"]),
    }
)


@pytest.fixture(scope="module")
def data():
    return load(FOLDER)


def company(*orders):
    frame = pd.DataFrame(
        orders, columns=["account_id", "product", "starts_on", "ends_on", "amount"]
    )
    dates = {name: pd.to_datetime(frame[name]) for name in ("starts_on", "ends_on")}
    return load({"opportunities": DEALS, "orders": frame.assign(**dates)})


def test_the_twelve_months_are_as_worked_out_by_hand(data):
    found = retention(data).set_index("metric")
    assert found["value"].to_dict() == {
        "logo_retention": 0.8,
        "gross_revenue_retention": 380 / 640,
        "net_revenue_retention": 430 / 640,
    }
    assert found["n"].tolist() == [5, 4, 4]
    money = ["start", "kept", "lost", "contracted", "expanded", "end", "new_amount"]
    assert found[money].drop_duplicates().values.tolist() == [[640, 380, 200, 60, 50, 430, 80]]
    assert found["start_on"].unique().tolist() == [pd.Timestamp("2025-01-05")]


def test_the_segments_are_as_worked_out_by_hand(data):
    found = retention(data, by="segment").pivot(index="group", columns="metric", values="value")
    assert found["logo_retention"].to_dict() == {"(none)": 1, "Large": 1, "Small": 2 / 3}
    assert found["gross_revenue_retention"]["Large"] == 240 / 300
    small = retention(data, by="segment").query("group == 'Small'").set_index("metric")
    assert small["reason"].to_dict() == {
        "logo_retention": "",
        "gross_revenue_retention": "orders carry no amount",  # of 2 in 3 customers only
        "net_revenue_retention": "orders carry no amount",
    }


def test_a_period_is_measured_on_its_own_start_beside_the_twelve_months(data):
    fortnight = Period(date(2025, 6, 30), date(2025, 7, 14))
    found = logo_retention(data, fortnight).set_index("basis")
    assert found.loc["period", ["value", "n"]].tolist() == [5 / 6, 6]
    assert found.loc["12 months", "status"] == "ok"
    assert found.loc["12 months", "start_on"] == pd.Timestamp("2024-07-14")
    grown = net_revenue_retention(data, Period(date(2025, 5, 26), date(2025, 6, 2)))
    assert grown.set_index("basis").loc["period", "value"] == pytest.approx(710 / 660)


def test_orders_younger_than_a_year_are_not_judged():
    young = company(["A", "P", "2025-03-01", None, 10], ["B", "P", "2025-03-02", "2025-09-01", 5])
    found = retention(young)
    assert found["status"].tolist() == ["na"] * 3
    assert set(found["reason"]) == {"orders begin on 2025-03-01"}
    later = retention(young, Period(date(2025, 8, 25), date(2025, 9, 8))).query("basis == 'period'")
    assert later["value"].tolist() == pytest.approx([0.5, 10 / 15, 10 / 15])


def test_where_no_order_ends_nobody_can_be_seen_to_leave():
    found = retention(company(["A", "P", "2024-03-01", None, 10]))
    assert found["value"].isna().all()
    assert set(found["reason"]) == {"no order has an end: nobody can be seen to leave"}


def test_a_cohort_of_nobody_is_missing_not_zero():
    gone = company(["A", "P", "2023-03-01", "2024-02-01", 10], ["B", "P", "2025-03-01", None, 10])
    found = retention(gone)
    assert set(found["reason"]) == {"no customer at the start"}
    assert (found["new"] == 1).all()


def test_before_the_first_order_there_is_no_customer():
    found = retention(
        company(["A", "P", "2025-12-01", "2025-12-31", 10]),
        Period(date(2025, 10, 6), date(2025, 10, 13)),
    )
    assert set(found["reason"]) == {"no customer at the start"}


def test_growth_of_one_does_not_make_up_for_the_loss_of_another_in_gross_retention():
    found = company(
        ["A", "P", "2024-01-01", None, 100],
        ["A", "Q", "2025-06-01", None, 300],
        ["B", "P", "2024-01-01", "2025-06-01", 100],
    )
    assert gross_revenue_retention(found)["value"].item() == 0.5
    assert net_revenue_retention(found)["value"].item() == 2.0


def test_customers_all_alike_give_no_interval():
    found = company(
        ["A", "P", "2024-01-01", None, 100],
        ["B", "P", "2024-01-01", None, 40],
        ["C", "P", "2023-01-01", "2023-02-01", 40],
    )
    row = gross_revenue_retention(found).iloc[0]
    assert (row["value"], row["status"]) == (1, "ok")
    assert np.isnan([row["low"], row["high"]]).all()


def test_money_intervals_are_those_of_a_weighted_regression():
    """Σ end ÷ Σ start is the weighted mean of end ÷ start; HC1 is its ratio-estimator variance."""
    draw = np.random.default_rng(3)
    start = draw.lognormal(3, 1, 80)
    end = start * draw.choice([0, 0.8, 1, 1.3], 80)
    model = sm.WLS(end / start, np.ones(80), weights=start).fit(cov_type="HC1", use_t=True)
    row = {"customers": 80, "n_amount": 80, "start": start.sum(), "end": end.sum()}
    sums = {"ss": start @ start, "ee": end @ end, "se": start @ end}
    found = ratio(pd.DataFrame([row | sums]), "end", "ee", "se").iloc[0]
    assert found["value"] == pytest.approx(model.params[0])
    assert [found["low"], found["high"]] == pytest.approx(model.conf_int()[0].tolist())


def test_the_history_ends_with_the_last_whole_month(data):
    found = retention_history(data, months=3).query("metric == 'logo_retention'")
    assert found["period"].tolist() == ["2025-10", "2025-11", "2025-12"]
    assert found["value"].tolist() == pytest.approx([0.8] * 3)
    early = retention_history(data, months=16).query("metric == 'logo_retention'")
    assert early["period"].iloc[0] == "2024-09"
    assert early["reason"].iloc[0] == "orders begin on 2024-01-01"
    assert early["status"].tolist() == ["na"] * 4 + ["ok"] * 12


@pytest.mark.parametrize("seed", range(3))
def test_gross_never_exceeds_one_or_net(seed):
    draw = np.random.default_rng(seed)
    starts = pd.Timestamp("2023-01-01") + pd.to_timedelta(draw.integers(0, 1000, 150), unit="D")
    ends = starts + pd.to_timedelta(draw.integers(1, 900, 150), unit="D")
    orders = pd.DataFrame(
        {
            "account_id": draw.choice([f"A{n}" for n in range(40)], 150),
            "product": draw.choice(["P", "Q"], 150),
            "starts_on": starts,
            "ends_on": pd.Series(ends).mask(draw.random(150) < 0.4),
            "amount": draw.integers(1, 99, 150) * 1.0,
        }
    )
    found = retention_history(load({"opportunities": DEALS, "orders": orders}), months=12)
    value = found.pivot(index="period", columns="metric", values="value")
    assert (value["gross_revenue_retention"] <= 1).all()
    assert (value["gross_revenue_retention"] <= value["net_revenue_retention"] + 1e-12).all()
    assert (value["logo_retention"] > 0).any()
