"""What Sales promised: cases by hand, and random companies against plain pandas."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from report_helpers import facts
from report_helpers.errors import MissingData
from report_helpers.facts.commitments import calendar_days
from report_helpers.settings import Commitments

PROMISE = Commitments()
UNTIL = dt.date(2026, 10, 31)  # a Saturday


def stamps(*moments):
    return pd.to_datetime(pd.Series(list(moments)), format="ISO8601")


@pytest.fixture
def company_by_hand(held):
    """Return leads a to f: Friday evening, Saturday, untouched, young, silent, decided."""
    leads = pd.DataFrame({"lead_id": list("abcdef"), "created_on": stamps(*["2026-10-01"] * 6)})
    leads["segment"] = list("XXYYYY")
    leads["mql_on"] = stamps(
        "2026-10-23 17:00", "2026-10-24 12:00", "2026-10-26 09:00", "2026-10-30 09:00",
        "2026-10-20", "2026-10-20",
    )  # fmt: skip
    leads["first_touch_at"] = stamps(
        "2026-10-26 09:00", "2026-10-27 01:00", None, "2026-11-02", None, "2026-10-22"
    )
    leads["accepted_on"] = stamps(None, None, None, None, None, "2026-10-22")
    touches = pd.DataFrame({"lead_id": list("aaabd")})
    touches["touched_at"] = stamps(
        "2026-10-26 09:00", "2026-10-27", "2026-10-30 23:59", "2026-10-27 01:00", "2026-11-02"
    )
    deals = pd.DataFrame(
        {
            "opportunity_id": ["1", "2"],
            "lead_id": ["b", "b"],
            "owner": ["Later", "First"],
            "created_on": stamps("2026-10-30", "2026-10-29"),
            "outcome": ["open", "open"],
        }
    )
    return held({"leads": leads, "touches": touches, "opportunities": deals})


def states(found):
    return found.groupby("state")["n"].sum().to_dict()


def test_first_touches_by_hand(company_by_hand):
    # a: 16 hours without the weekend; b: Monday 0:00 to Tuesday 1:00; f: 48 hours; d is not due
    assert states(facts.first_touches(company_by_hand, UNTIL, PROMISE)) == {
        "kept": 1, "missed": 4, "open": 1,
    }  # fmt: skip


def test_a_longer_promise_is_kept_more_often(company_by_hand):
    longer = Commitments(first_touch_hours=25)
    assert states(facts.first_touches(company_by_hand, UNTIL, longer))["kept"] == 2


def test_attempts_by_hand(company_by_hand):
    # a tried thrice, the last minute counts; f was decided; b and e are over; c and d are not
    assert states(facts.attempts(company_by_hand, UNTIL, PROMISE)) == {
        "kept": 2, "missed": 2, "open": 2,
    }  # fmt: skip


def test_what_comes_later_is_not_known(company_by_hand):
    early = dt.date(2026, 10, 26)
    found = states(facts.first_touches(company_by_hand, early, PROMISE))
    assert sum(found.values()) == 4  # c and d are not handed over yet
    assert found == {"missed": 2, "open": 2}  # e and f by Monday; a and b stand at 7 and 0 hours


def test_groups_are_those_of_the_lead(company_by_hand):
    found = facts.first_touches(company_by_hand, UNTIL, PROMISE, "segment")
    assert found.groupby("segment")["n"].sum().to_dict() == {"X": 2, "Y": 4}


def test_missed_leads_show_those_still_waiting_first(company_by_hand):
    found = facts.missed_leads(company_by_hand, dt.date(2026, 10, 19), UNTIL, PROMISE, limit=3)
    assert found["lead_id"].tolist() == ["e", "c", "f"]
    assert found["hours"].tolist() == [216, 111, 48]
    assert found["waiting"].tolist() == [True, True, False]
    assert found.attrs == {"count": 4, "waiting": 2}
    all_of_them = facts.missed_leads(company_by_hand, dt.date(2026, 10, 19), UNTIL, PROMISE)
    assert all_of_them.set_index("lead_id")["owner"].to_dict()["b"] == "First"


def test_nobody_missed_gives_an_empty_list(company_by_hand):
    found = facts.missed_leads(company_by_hand, dt.date(2026, 10, 30), UNTIL, PROMISE)
    assert found.empty
    assert found.attrs == {"count": 0, "waiting": 0}


def test_touches_stand_in_for_a_missing_first_touch(held):
    leads = pd.DataFrame({"lead_id": ["a"], "created_on": stamps("2026-10-01")})
    leads["mql_on"] = stamps("2026-10-20")
    touches = pd.DataFrame({"lead_id": ["a", "a"]})
    touches["touched_at"] = stamps("2026-10-21", "2026-10-20 08:00")
    data = held({"leads": leads, "touches": touches})
    assert states(facts.first_touches(data, UNTIL, PROMISE)) == {"kept": 1}
    with pytest.raises(MissingData, match="no column 'first_touch_at'"):
        facts.first_touches(held({"leads": leads}), UNTIL, PROMISE)
    with pytest.raises(MissingData, match="no table 'touches'"):
        facts.attempts(held({"leads": leads}), UNTIL, PROMISE)


@pytest.mark.parametrize("working", [1, 3, 5, 8])
@pytest.mark.parametrize("weekday", range(7))
def test_working_days_are_numpys(weekday, working):
    monday = np.datetime64("2026-10-26")
    start = monday + weekday
    end = np.busday_offset(start, working, roll="backward")
    assert calendar_days(weekday, working) == int((end - start).astype(int))


def weekday_hours(start, end):
    """Hours from start to end, quarter of an hour by quarter of an hour."""
    quarters = pd.date_range(start, end, freq="15min", inclusive="left")
    return (quarters.day_of_week < 5).sum() / 4


@pytest.mark.parametrize("seed", range(3))
def test_first_touches_equal_plain_pandas(held, company, seed):
    tables = company(seed=40 + seed, size=60)
    for column in ("mql_on", "first_touch_at"):
        tables["leads"][column] = tables["leads"][column].dt.floor("15min")
    until = dt.date(2024, 11, 1)
    end = pd.Timestamp(until)
    leads = tables["leads"]
    known = leads[(leads["mql_on"] < end) & ~(leads["created_on"] >= end)]
    expected = {"kept": 0, "missed": 0, "open": 0}
    for mql, touch in zip(known["mql_on"], known["first_touch_at"], strict=True):
        touched = touch < end
        hours = weekday_hours(mql, touch if touched else end)
        late = hours > PROMISE.first_touch_hours
        expected["missed" if late else "kept" if touched else "open"] += 1
    found = states(facts.first_touches(held(tables), until, PROMISE))
    assert {**dict.fromkeys(expected, 0), **found} == expected


@pytest.mark.parametrize("fact", [facts.first_touches, facts.attempts])
def test_every_quality_lead_is_in_one_state(held, company, fact):
    tables = company(seed=44, size=120)
    leads = tables["leads"].sample(200, replace=True, random_state=1)
    jitter = pd.to_timedelta(np.random.default_rng(4).integers(0, 200, 200), unit="h")
    tables["touches"] = pd.DataFrame(
        {"lead_id": leads["lead_id"], "touched_at": leads["mql_on"] + jitter}
    )
    data, until = held(tables), dt.date(2024, 11, 1)
    whole, parts = fact(data, until, PROMISE), fact(data, until, PROMISE, ("segment", "region"))
    end = pd.Timestamp(until)
    own = tables["leads"]
    assert whole["n"].sum() == ((own["mql_on"] < end) & ~(own["created_on"] >= end)).sum()
    again = parts.groupby(["mql_week", "state"])["n"].sum().reset_index()
    pd.testing.assert_frame_equal(again, whole, check_dtype=False)


def test_influenced_deals_count_once_a_campaign(held):
    answers = pd.DataFrame({"campaign_id": ["A", "A", "B", "B", "C"], "lead_id": list("xxxyy")})
    answers["responded_at"] = stamps(
        "2026-01-05", "2026-01-06", "2026-01-07", "2026-03-09", "2026-01-05"
    )
    deals = pd.DataFrame(
        {
            "opportunity_id": ["1", "2", "3"],
            "lead_id": ["x", "y", "y"],
            "created_on": stamps("2026-01-12", "2026-01-12", "2026-01-12"),
            "closed_on": stamps("2026-02-02", "2026-02-02", "2026-02-03"),
            "outcome": ["won", "won", "lost"],
            "amount": [100.0, 40.0, 7.0],
        }
    )
    data = held({"responses": answers, "opportunities": deals})
    found = facts.influenced_won(data, UNTIL)
    assert found.to_dict() == {"A": 100.0, "B": 100.0, "C": 40.0}  # y answered B after it was won
    assert facts.influenced_won(data, dt.date(2026, 2, 2)).empty
