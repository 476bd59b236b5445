"""What the sample's README says is planted can be found with plain pandas, and nothing else."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

from report_helpers.data import load
from report_helpers.data.sample import generate
from report_helpers.data.sample.planted import Planted
from report_helpers.metrics.scorecard import Line, scorecard
from report_helpers.metrics.signals import verdict
from report_helpers.metrics.watch import watch
from report_helpers.periods import WEEK, Period

START, LAST = pd.Timestamp("2024-11-04"), pd.Timestamp("2026-10-26")  # Mondays
WEEKS = pd.date_range(START, LAST, freq="7D")
CHANGED = pd.Timestamp("2026-08-31")
Frames = dict[str, pd.DataFrame]


@pytest.fixture(scope="module")
def frames() -> Frames:
    return generate()


@pytest.fixture(scope="module")
def leads(frames: Frames) -> pd.DataFrame:
    return frames["leads"]


def week(moments: pd.Series) -> pd.Series:
    return moments.dt.normalize() - pd.to_timedelta(moments.dt.day_of_week, unit="D")


def counts(moments: pd.Series) -> pd.Series:
    return week(moments).value_counts().reindex(WEEKS, fill_value=0)


def hours_to_touch(leads: pd.DataFrame) -> pd.Series:
    return (leads["first_touch_at"] - leads["mql_on"]).dt.total_seconds() / 3600


def far_apart(before: pd.Series, after: pd.Series) -> float:
    """Difference of two shares in standard errors."""
    both = pd.concat([before, after]).mean()
    error = np.sqrt(both * (1 - both) * (1 / len(before) + 1 / len(after)))
    return float((after.mean() - before.mean()) / error)


def test_the_dates_are_those_the_readme_gives() -> None:
    planted = Planted(date(2024, 11, 4), date(2026, 11, 4))
    assert planted.webinars_worsen == planted.referrals_grow == CHANGED.date()
    assert planted.approval_slows == date(2026, 6, 29)
    assert planted.seller_leaves == date(2026, 10, 9)


def test_webinars_bring_half_as_many_quality_leads(leads: pd.DataFrame) -> None:
    webinars = leads[leads["source"] == "Webinar"]
    is_mql, later = webinars["mql_on"].notna(), webinars["created_on"] >= CHANGED
    assert is_mql[later].mean() < is_mql[~later].mean() / 2
    assert far_apart(is_mql[~later], is_mql[later]) < -5


def test_sales_accepts_half_as_many_of_them(leads: pd.DataFrame) -> None:
    decided = leads[
        (leads["source"] == "Webinar") & leads[["accepted_on", "rejected_on"]].notna().any(axis=1)
    ]
    accepted, later = decided["accepted_on"].notna(), decided["created_on"] >= CHANGED
    assert accepted[later].mean() < accepted[~later].mean() / 2
    assert far_apart(accepted[~later], accepted[later]) < -5


@pytest.mark.parametrize("source", ["Web search", "Paid search", "Trade fair", "Referral"])
def test_other_sources_are_as_good_as_ever(leads: pd.DataFrame, source: str) -> None:
    others = leads[leads["source"] == source]
    is_mql, later = others["mql_on"].notna(), others["created_on"] >= CHANGED
    assert abs(far_apart(is_mql[~later], is_mql[later])) < 3


def test_enterprise_approval_takes_twice_as_long(frames: Frames) -> None:
    events = frames["stage_events"]
    left = events.groupby("opportunity_id")["entered_at"].shift(-1)
    days = (left - events["entered_at"]).dt.days
    segment = events["opportunity_id"].map(
        frames["opportunities"].set_index("opportunity_id")["segment"]
    )
    later = events["entered_at"] >= pd.Timestamp("2026-06-29")

    def ratio(which: pd.Series) -> float:
        return float(days[which & later].median() / days[which & ~later].median())

    approval = events["stage"] == "Approval"
    assert 1.6 < ratio(approval & (segment == "Enterprise")) < 2.6
    assert 0.6 < ratio(approval & (segment == "Mid-market")) < 1.5
    assert 0.6 < ratio((events["stage"] == "Evaluation") & (segment == "Enterprise")) < 1.5
    enterprise = approval & (segment == "Enterprise")
    weekly = days[enterprise].groupby(week(left[enterprise])).median().reindex(WEEKS)
    assert signals({"days in Approval": weekly}) == {("days in Approval", "up")}


def test_enterprise_deals_take_longer_to_win(frames: Frames) -> None:
    deals = frames["opportunities"]
    won = deals[(deals["outcome"] == "won") & (deals["segment"] == "Enterprise")]
    days = (won["closed_on"] - won["created_on"]).dt.days
    later = won["closed_on"] >= pd.Timestamp("2026-08-01")
    assert days[later].median() > 1.15 * days[~later].median()


def test_first_touch_takes_a_day_since_a_seller_left(leads: pd.DataFrame) -> None:
    hours = hours_to_touch(leads)
    later = leads["mql_on"] >= pd.Timestamp("2026-10-12")
    assert hours[~later].median() < 6
    assert 14 < hours[later].median() < 48
    weekly = hours.groupby(week(leads["mql_on"])).median().reindex(WEEKS)
    assert (weekly.iloc[-3:] > 14).all()


def test_referrals_have_about_doubled(leads: pd.DataFrame) -> None:
    weekly = counts(leads.loc[leads["source"] == "Referral", "created_on"])
    before, after = weekly[weekly.index < CHANGED], weekly[weekly.index >= CHANGED]
    assert 1.6 < after.mean() / before.mean() < 2.6
    assert after.mean() > before.mean() + 5 * np.sqrt(before.mean() / len(after))


def running(orders: pd.DataFrame, day: pd.Timestamp) -> pd.DataFrame:
    return orders[(orders["starts_on"] < day) & ~(orders["ends_on"] < day)]


def test_nine_in_ten_customers_stay_and_the_others_buy_as_much_more(frames: Frames) -> None:
    ends = pd.Timestamp("2026-11-02")
    before, after = (
        running(frames["orders"], day).groupby("account_id")["amount"].sum()
        for day in (ends - pd.DateOffset(years=1), ends)
    )
    now = after.reindex(before.index, fill_value=0)
    assert (now > 0).mean() == pytest.approx(0.9, abs=0.03)
    assert np.minimum(now, before).sum() / before.sum() == pytest.approx(0.88, abs=0.03)
    assert now.sum() / before.sum() == pytest.approx(1.02, abs=0.04)


def test_flow_meters_and_calibration_go_together_where_the_law_wants_it(frames: Frames) -> None:
    held = running(frames["orders"], pd.Timestamp("2026-11-05"))
    owns = pd.crosstab(held["account_id"], held["product"]) > 0
    both = owns["Flow meter"] & owns["Calibration"]
    expected = owns["Flow meter"].mean() * owns["Calibration"].mean() * len(owns)
    assert 1.35 < both.sum() / expected < 1.75
    other = [
        (owns[a] & owns[b]).mean() / (owns[a].mean() * owns[b].mean())
        for a in owns
        for b in owns
        if a < b and {a, b} != {"Flow meter", "Calibration"}
    ]
    assert max(other) < 1.1
    one = owns.index[owns["Flow meter"] | owns["Calibration"]]
    firms = frames["accounts"].set_index("account_id").loc[one]
    lawful = firms["industry"].isin(["Food and drink", "Pharmaceuticals"])
    assert far_apart(both[one][~lawful], both[one][lawful]) > 2.5


def test_a_market_is_left_to_win_most_of_all_among_small_firms(frames: Frames) -> None:
    firms = frames["accounts"].set_index("account_id")
    held = running(frames["orders"], pd.Timestamp("2026-11-05"))
    customer = firms.index.isin(held["account_id"])
    share = pd.Series(customer, firms.index)[firms["addressable"]].groupby(firms["segment"]).mean()
    assert share["Enterprise"] > 0.5 > share["Small business"] > 0.35
    assert (customer & firms["addressable"]).sum() == 392
    assert (customer & ~firms["addressable"]).sum() == 28


def test_the_last_complete_week_shows_them_and_their_consequences_only(frames: Frames) -> None:
    leads, deals = frames["leads"], frames["opportunities"]
    assert signals({**of_leads(leads), **of_deals(deals)}) == {
        ("quality_share", "down"),
        ("accepted", "down"),
        ("acceptance_rate", "down"),
        ("speed_to_lead", "up"),
    }
    large = ["Webinar", "Referral", "Web search", "Paid search"]
    found = {
        (source, *signal)
        for source in large
        for signal in signals(of_leads(leads[leads["source"] == source]))
        if signal[0] in ("inquiries", "quality_share", "acceptance_rate")
    }
    assert found == {
        ("Referral", "inquiries", "up"),
        ("Webinar", "quality_share", "down"),
        ("Webinar", "acceptance_rate", "down"),
    }


def test_the_reports_find_the_same(frames: Frames) -> None:
    data, last_week = load(dict(frames)), Period(LAST.date(), LAST.date() + WEEK)
    lines, _ = scorecard(data, last_week)
    assert {line_signal(line) for line in lines if line.signal.is_signal} == {
        ("quality_share", "all", "down"),
        ("accepted", "all", "down"),
        ("acceptance_rate", "all", "down"),
        ("speed_to_lead", "all", "up"),
    }
    assert {line_signal(line) for line in watch(data, last_week)} == {
        ("inquiries", "Referral", "up"),
        ("quality_share", "Webinar", "down"),
        ("acceptance_rate", "Webinar", "down"),
        ("speed_to_lead", "Mid-market", "up"),
        ("speed_to_lead", "Small business", "up"),
    }


def test_some_targets_are_met_and_some_missed(frames: Frames) -> None:
    lines, _ = scorecard(load(dict(frames)), Period(LAST.date(), LAST.date() + WEEK))
    met = {line.metric.name: line.met for line in lines if line.met is not None}
    assert {name for name, is_met in met.items() if is_met} == {
        "inquiries",
        "mqls",
        "win_rate",
        "won_amount",
    }
    assert {name for name, is_met in met.items() if not is_met} == {
        "quality_share",
        "cost_per_mql",
        "acceptance_rate",
        "speed_to_lead",
        "opportunities",
    }


def test_deals_won_in_the_notes_are_those_in_the_data(frames: Frames) -> None:
    deals, notes = frames["opportunities"], frames["notes"]
    told = notes[(notes["kind"] == "success") & (notes["about_metric"] == "won_amount")]
    won = deals[(deals["outcome"] == "won") & (deals["closed_on"] >= pd.Timestamp("2026-08-26"))]
    spoken = {
        (note.note_id, deal.name, f"{deal.amount:,.0f}" in note.body)
        for note in told.itertuples()
        for deal in won[won["closed_on"] <= note.written_on].itertuples()
        if deal.name in note.body and deal.segment == note.about_segment
    }
    assert {note for note, _, _ in spoken} == set(told["note_id"]) - {
        "N60"
    }  # approved, not won yet
    assert {(note, name) for note, name, priced in spoken if not priced} == {
        ("N16", "Ulmus Pharma")  # told without its amount
    }


def line_signal(line: Line) -> tuple[str, str, str]:
    return (line.metric.name, line.group, line.signal.direction)


def of_leads(leads: pd.DataFrame) -> dict[str, pd.Series]:
    """Weekly series of Marketing's metrics, computed without the kit."""
    created, handed_over = week(leads["created_on"]), week(leads["mql_on"])
    accepted, rejected = counts(leads["accepted_on"]), counts(leads["rejected_on"])
    decided = accepted + rejected
    return {
        "inquiries": counts(leads["created_on"]),
        "mqls": counts(leads["mql_on"]),
        "quality_share": (created == handed_over).groupby(created).mean().reindex(WEEKS),
        "accepted": accepted,
        "acceptance_rate": accepted / decided.where(decided > 0),
        "speed_to_lead": hours_to_touch(leads).groupby(handed_over).median().reindex(WEEKS),
    }


def of_deals(deals: pd.DataFrame) -> dict[str, pd.Series]:
    """Weekly series of Sales' metrics, computed without the kit."""
    won, lost = (deals[deals["outcome"] == outcome] for outcome in ("won", "lost"))
    wins, closed = counts(won["closed_on"]), counts(won["closed_on"]) + counts(lost["closed_on"])
    closing = week(won["closed_on"])
    days = (won["closed_on"] - won["created_on"]).dt.days
    return {
        "opportunities": counts(deals["created_on"]),
        "win_rate": wins / closed.where(closed > 0),
        "sales_cycle": days.groupby(closing).median().reindex(WEEKS),
        "won_amount": won["amount"].groupby(closing).sum().reindex(WEEKS, fill_value=0),
    }


def signals(series: dict[str, pd.Series]) -> set[tuple[str, str]]:
    """Names and directions of the series whose last week is more than noise."""
    shares = ("quality_share", "acceptance_rate", "win_rate")
    found = {
        name: verdict(
            values.to_numpy(dtype=float), floor=0.0, ceiling=1.0 if name in shares else None
        )
        for name, values in series.items()
    }
    return {(name, one.direction) for name, one in found.items() if one.is_signal}
