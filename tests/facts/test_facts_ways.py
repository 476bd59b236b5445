"""Ways as numbers: what the numbers stand for, and lists that lose nothing."""

import datetime as dt

import pandas as pd
import pytest

from report_helpers import facts
from report_helpers.facts.ways import DAY_BITS, END, SHORT, codes, day_of, event_ways, kinds

UNTIL = dt.date(2026, 4, 6)


@pytest.fixture
def split_data(held):
    """Three deals of two segments and owners, one without either; events of one more, unknown."""
    when = pd.Timestamp("2026-01-05 10:00")
    deals = pd.DataFrame(
        {
            "opportunity_id": ["D1", "D2", "D3"],
            "segment": ["B", "A", None],
            "owner": ["Kim", None, None],
            "created_on": when,
            "outcome": "open",
        }
    )
    events = pd.DataFrame(
        {
            "opportunity_id": ["D9", "D1", "D2", "D3", "D1", None, "D2"],
            "stage": ["Call", "Offer", "Call", "Call", "Call", "Call", None],
            "entered_at": when + pd.to_timedelta([0, 1, 0, 0, 0, 0, 0], unit="D"),
        }
    )
    return held({"opportunities": deals, "stage_events": events})


def test_each_combination_of_dimensions_has_a_number_from_one_on(split_data):
    rows = kinds(split_data, ("segment", "owner")).execute().sort_values("kind")
    assert rows[["segment", "owner", "kind"]].to_numpy().tolist() == [
        ["(none)", "(none)", 1],
        ["A", "(none)", 2],
        ["B", "Kim", 3],
    ]


def test_what_the_planner_is_told_leaves_room_for_kinds_that_come_meanwhile(split_data):
    assert codes(split_data, ("segment",), ()).few > 2 * len(split_data.values("segment"))


def test_the_engine_is_asked_once_for_what_numbers_stand_for(split_data):
    codes(split_data, ("segment",), ())
    made = split_data.made
    again = codes(split_data, ("segment",), ("Offer",))
    assert split_data.made == made
    assert again.stages == ("Offer", "Call")


def test_a_way_holds_the_known_stages_of_a_deal_in_order_of_time(split_data):
    ways = event_ways(split_data, UNTIL, ("Call", "Offer")).execute().set_index("opportunity_id")
    assert sorted(ways.index) == ["D1", "D2", "D3", "D9"]
    assert [key & END for key in ways.loc["D1", "way"]] == [0, 1]
    assert [len(way) for way in ways["way"].sort_index()] == [2, 1, 1, 1]
    first, second = ways.loc["D1", "way"]
    assert day_of(int(second)) - day_of(int(first)) == 1
    assert day_of(int(first)) == (dt.date(2026, 1, 5) - dt.date.min).days
    assert int(first) % (1 << DAY_BITS) == (10 * 3600 << 10)


def test_a_split_by_two_dimensions_adds_up_to_the_whole(split_data):
    whole = facts.path_edges(split_data, UNTIL)
    split = facts.path_edges(split_data, UNTIL, ("segment", "owner"))
    assert whole["n"].sum() == split["n"].sum() == 5
    keys = ["segment", "owner", "outcome", "stage"]
    assert split[keys].to_numpy().tolist() == [
        ["(none)", "(none)", "open", "Call"],
        ["(none)", "(none)", "unknown", "Call"],
        ["A", "(none)", "open", "Call"],
        ["B", "Kim", "open", "Call"],
        ["B", "Kim", "open", "Offer"],
    ]


@pytest.mark.parametrize("n", [1, 2, SHORT - 1, SHORT, SHORT + 1, 2 * SHORT])
@pytest.mark.parametrize("order", ["as they came", "backwards", "last first", "two turned"])
def test_a_way_is_sorted_however_long_it_is_and_in_whatever_order_it_came(held, n, order):
    places = list(range(n))
    turned = [*places[:-2], *places[-2:][::-1]]
    orders = {
        "as they came": places,
        "backwards": places[::-1],
        "last first": [places[-1], *places[:-1]],
        "two turned": turned,
    }
    days = pd.to_timedelta(orders[order], unit="D")
    events = pd.DataFrame(
        {
            "opportunity_id": "D1",
            "stage": "Call",
            "entered_at": pd.Timestamp("2026-01-05 10:00") + days,
        }
    )
    deals = pd.DataFrame(
        {"opportunity_id": ["D1"], "created_on": pd.Timestamp("2026-01-05"), "outcome": "open"}
    )
    data = held({"opportunities": deals, "stage_events": events})
    (way,) = event_ways(data, UNTIL, ("Call",)).execute()["way"]
    assert len(way) == n
    assert list(way) == sorted(way)
