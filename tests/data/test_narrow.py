"""What belongs to one group in each table, and what is left out because nobody can tell."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

import report_helpers as rh
from report_helpers import facts
from report_helpers.errors import MissingData
from report_helpers.metrics.targets import target
from report_helpers.periods import Period

DAY = pd.Timestamp("2026-10-26")
WEEK = Period(date(2026, 10, 26), date(2026, 11, 2))


@pytest.fixture
def data():
    """Return deals of two sellers and regions; leads know the region, campaigns the channel."""
    tables = {
        "opportunities": {
            **{"opportunity_id": ["1", "2"], "outcome": "open", "region": ["North", "South"]},
            **{"owner": ["Ann", "Bo"], "source": ["Fair", "Web"], "created_on": DAY},
        },
        "leads": {
            **{"lead_id": ["a", "b", "c"], "region": ["North", "South", "South"]},
            **{"source": ["Fair", "Web", "Web"], "created_on": DAY},
        },
        "campaigns": {
            **{"campaign_id": ["x", "y"], "name": ["X", "Y"], "channel": ["Fair", "Web"]},
            **{"starts_on": DAY, "ends_on": DAY, "cost": [5.0, 7.0]},
        },
        "responses": {"campaign_id": ["x", "y"], "lead_id": ["a", None], "responded_at": DAY},
        "accounts": {"account_id": ["k"], "region": ["North"]},
        "orders": {"account_id": ["k"], "product": ["P"], "starts_on": DAY},
        "targets": {
            **{"metric": ["mqls", "won_amount"], "target": [3.0, 9.0], "per": "week"},
            **{"starts_on": DAY, "owner": ["Head", "Ann"]},
        },
    }
    return rh.load({name: pd.DataFrame(rows) for name, rows in tables.items()})


def test_what_has_the_column_is_narrowed(data):
    north = data.where(region="North")
    counts = {name: int(table.count().execute()) for name, table in north.tables.items()}
    assert {name: counts[name] for name in ("opportunities", "leads", "accounts", "orders")} == {
        **{"opportunities": 1, "leads": 1, "accounts": 1, "orders": 1}
    }


def test_tables_of_which_nobody_knows_whose_they_are_are_left_out_and_said(data):
    ann = data.where(owner="Ann")
    assert not {"leads", "accounts", "orders", "responses"} & set(ann.tables)
    with pytest.raises(MissingData, match="table 'leads' cannot be told apart by owner") as caught:
        facts.lead_flow(ann, WEEK.end)
    assert "report on the whole company" in str(caught.value)
    assert facts.deal_flow(ann, WEEK.end)["n"].sum() == 1


def test_costs_of_campaigns_are_the_groups_only_where_campaigns_know_it(data):
    with pytest.raises(MissingData, match="of table 'campaigns' cannot be told apart by region"):
        facts.spend(data.where(region="North"), WEEK.end)
    assert facts.spend(data.where(source="Fair"), WEEK.end)["cost"].sum() == pytest.approx(5)
    assert facts.spend(data, WEEK.end)["cost"].sum() == pytest.approx(12)


def test_who_answers_for_a_target_is_no_seller_and_a_seller_has_no_target(data):
    ann = data.where(owner="Ann")
    assert len(ann.frame("targets")) == 2
    assert target(data, "won_amount", WEEK) == 9
    assert target(ann, "won_amount", WEEK) is None


def test_a_table_that_was_never_there_is_said_to_be_absent(data):
    bare = rh.load({"opportunities": data.frame("opportunities")}).where(region="North")
    with pytest.raises(MissingData, match="the data have no table 'leads'"):
        facts.lead_flow(bare, WEEK.end)
