import datetime as dt
import math

import plain_facts as plain
import pytest

from report_helpers import facts
from report_helpers.errors import MissingData


@pytest.mark.parametrize("seed", range(5))
def test_stale_deals_equal_plain_pandas(held, company, seed):
    tables, until = company(seed, size=150), dt.date(2024, 11, 1)
    result = facts.stale_deals(held(tables), until, limit=7)
    top, count, amount, longest = plain.stale_deals(tables, until, limit=7)
    assert count > 7
    assert list(result["opportunity_id"]) == list(top["opportunity_id"])
    assert list(result["days"]) == list(top["days"])
    assert result.attrs == {"count": count, "amount": pytest.approx(amount), "longest": longest}


def test_nothing_is_stale_while_nothing_was_closed(deals):
    stale = facts.stale_deals(deals(("2020-01-01", None, "open", 9)), dt.date(2026, 1, 1))
    assert stale.empty
    assert math.isnan(stale.attrs["longest"])


def test_a_deal_as_old_as_the_oldest_closed_one_is_not_stale(deals):
    data = deals(
        ("2026-01-01", "2026-01-11", "lost", 1),
        ("2026-01-21", None, "open", 1),
        ("2026-01-20", None, "open", 1),
    )
    assert list(facts.stale_deals(data, dt.date(2026, 2, 1))["opportunity_id"]) == ["D2"]


def test_an_empty_table_has_none(deals):
    stale = facts.stale_deals(deals(), dt.date(2026, 1, 1))
    assert stale.empty
    assert stale.attrs["count"] == 0
    assert math.isnan(stale.attrs["amount"])


def test_without_closing_dates_nobody_can_tell(held, company):
    tables = company(seed=4)
    tables["opportunities"] = tables["opportunities"].drop(columns="closed_on")
    with pytest.raises(MissingData, match="'opportunities' has no column 'closed_on'"):
        facts.stale_deals(held(tables), dt.date(2026, 1, 1))
