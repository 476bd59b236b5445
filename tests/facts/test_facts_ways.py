"""Ways as numbers: what the numbers stand for, and lists that lose nothing."""

import datetime as dt

import pandas as pd
import pytest

from report_helpers import facts
from report_helpers.facts.ways import DAY_BITS, END, Codes, codes, day_of, event_ways

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


def test_each_kind_of_deal_has_a_place_after_that_of_unknown_deals(split_data):
    found = codes(split_data, ("segment", "owner"), ("Offer",))
    assert found.stages == ("Offer", "Call")
    assert found.kinds[0] == ("(none)", "(none)")
    assert found.kinds[1:] == (("(none)", "(none)"), ("A", "(none)"), ("B", "Kim"))


def test_the_engine_is_asked_once_for_what_numbers_stand_for(split_data):
    codes(split_data, ("segment",), ())
    made = split_data.made
    again = codes(split_data, ("segment",), ("Offer",))
    assert split_data.made == made
    assert again.stages == ("Offer", "Call")


def test_numbers_come_back_as_the_dimensions_they_stand_for():
    meant = Codes(("Call",), ("segment", "owner"), (("?", "?"), ("A", "Kim"), ("B", "Lee")))
    rows = meant.split(pd.DataFrame({"kind": [2, 0, 2, 1], "n": [1, 2, 3, 4]}, index=[5, 6, 7, 8]))
    assert rows["segment"].tolist() == ["B", "?", "B", "A"]
    assert rows["owner"].tolist() == ["Lee", "?", "Lee", "Kim"]
    assert rows["n"].tolist() == [1, 2, 3, 4]
    assert "kind" not in rows


def test_no_rows_keep_their_columns():
    meant = Codes(("Call",), ("segment",), (("?",), ("A",)))
    rows = meant.split(pd.DataFrame({"kind": [], "n": []}))
    assert list(rows.columns) == ["n", "segment"]
    assert rows.empty


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
