import datetime as dt
import sys

import pandas as pd
import pytest

from report_helpers import facts
from report_helpers.data.answer import answer
from report_helpers.errors import MissingData, UnknownName
from report_helpers.facts.reduction import dimensions, tidy

UNTIL = dt.date(2025, 6, 1)
FACTS = [  # those that need no more than the data and a day; the others have tests of their own
    *("deal_flow", "deal_days", "losses", "won_by_day", "stale_deals", "lead_flow", "touch_hours"),
    *("rejections", "responses", "spend", "campaign_results"),
]
BOTH = ("deal_flow", "deal_days", "lead_flow", "touch_hours")  # asked for by segment and without


@pytest.mark.parametrize("name", FACTS)
def test_each_fact_is_made_once_and_given_as_a_copy(held, company, name):
    fact, data = getattr(facts, name), held(company(seed=40))
    first = fact(data, UNTIL)
    expected, made = first.copy(), data.made
    del first[first.columns[0]]
    first.attrs["spoilt"] = True
    again = fact(data, UNTIL)
    assert again.equals(expected)
    assert again.attrs == expected.attrs
    assert data.made == made
    fact(data, UNTIL + dt.timedelta(days=1))
    assert data.made == 2 * made


def test_facts_of_one_data_set_are_kept_apart(held, company):
    data = held(company(seed=41))
    for name in FACTS:
        getattr(facts, name)(data, UNTIL)
    assert data.made == len(FACTS) + len(BOTH)


@pytest.mark.parametrize("name", BOTH)
def test_the_whole_is_what_a_query_without_segments_gives(held, company, name):
    fact, data = getattr(facts, name), held(company(seed=44, size=150))
    query = getattr(sys.modules[fact.__module__], f"{name}_query")
    pd.testing.assert_frame_equal(fact(data, UNTIL), tidy(answer(query(data, UNTIL, ()))))


@pytest.mark.parametrize("name", BOTH)
def test_segments_and_the_whole_come_of_one_query(held, company, name, monkeypatch):
    data, asked = held(company(seed=45)), []
    monkeypatch.setattr("report_helpers.facts.merging.answer", counting(asked))
    getattr(facts, name)(data, UNTIL)
    getattr(facts, name)(data, UNTIL, "segment")
    assert len(asked) == 1


def counting(asked):
    def counted(query):
        asked.append(query)
        return answer(query)

    return counted


def test_dimensions_come_first_in_the_order_asked_for(held, company):
    data = held(company(seed=42))
    flow = facts.deal_flow(data, UNTIL, by=("product", "segment"))
    assert list(flow.columns[:3]) == ["product", "segment", "created_week"]


def test_an_empty_dimension_is_said_to_be_none(held, company):
    flow = facts.deal_flow(held(company(seed=43)), UNTIL, by="segment")
    assert set(flow["segment"]) == {"segment A", "segment B", facts.NONE}


def test_a_dimension_named_twice_counts_once():
    assert dimensions(("segment", "region", "segment")) == ("segment", "region")


def test_an_unknown_dimension_is_refused():
    with pytest.raises(UnknownName, match="did you mean 'segment'"):
        dimensions("segmnet")


def test_a_missing_dimension_tells_what_would_bring_it(held, company):
    tables = company(seed=44)
    tables["opportunities"] = tables["opportunities"].drop(columns="product")
    with pytest.raises(MissingData, match="name it in the mapping: main product"):
        facts.deal_flow(held(tables), UNTIL, by="product")


def test_a_missing_table_tells_what_a_row_of_it_is(held, company):
    only = held({"opportunities": company(seed=45)["opportunities"]})
    with pytest.raises(MissingData, match="each row is one person or firm that answered"):
        facts.lead_flow(only, UNTIL)


def test_rows_come_sorted_whatever_order_the_data_have(held, company):
    tables = company(seed=46, size=200)
    shuffled = {name: frame.sample(frac=1, random_state=1) for name, frame in tables.items()}
    for name in FACTS:
        one, two = (getattr(facts, name)(held(some), UNTIL) for some in (tables, shuffled))
        pd.testing.assert_frame_equal(one, two, obj=name)
