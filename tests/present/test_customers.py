"""Customers and market as blocks: what they say, what they rest on, and what they lack."""

from pathlib import Path

import pandas as pd
import pytest

from report_helpers.data import load
from report_helpers.periods import Period
from report_helpers.present import cross_sell, evidence, market, retention
from report_helpers.present.blocks import Callout, Chart, Findings, Table
from report_helpers.present.customers import Customers

SCENARIO = Path(__file__).parents[1] / "metrics" / "scenarios" / "customers"
SECTIONS = {
    "retention": lambda look: look.retention(),
    "retention_over_time": lambda look: look.retention_over_time(),
    "market": lambda look: look.market(),
    "white_space": lambda look: look.white_space("industry"),
    "second_products": lambda look: look.second_products(),
    "pairs": lambda look: look.pairs(),
    "approach": lambda look: look.approach(),
}


@pytest.fixture(scope="module")
def sample():
    return Customers()


@pytest.fixture(scope="module")
def hand():
    return load(SCENARIO), Period.weeks_before(pd.Timestamp("2026-01-05").date(), 2)


def texts(table):
    return [[cell.text for cell in row.cells] for row in table.rows]


@pytest.mark.parametrize("name", SECTIONS)
def test_every_section_of_the_sample_says_something(sample, name):
    block = SECTIONS[name](sample)
    assert isinstance(block, Table | Chart | Findings)
    assert block.plain().strip()
    assert isinstance(block, Findings) or len(block.alt) > 40


@pytest.mark.parametrize("name", SECTIONS)
def test_deals_without_accounts_say_what_would_bring_a_section(name):
    days = pd.to_datetime(["2026-08-03", "2026-08-20"])
    deals = {"opportunity_id": ["1", "2"], "created_on": days, "outcome": ["won", "open"]}
    look = Customers({"opportunities": pd.DataFrame(deals)}, as_of="2026-08-20")
    block = SECTIONS[name](look)
    assert isinstance(block, Callout)
    assert "To bring it: add" in block.text


def test_retention_reads_as_worked_out_by_hand(hand):
    table = retention.retention_table(*hand)
    assert texts(table)[-1] == ["All", "5", "80.0%", "59.4%", "67.2%"]
    assert [row.cells[0].text for row in table.rows[:-1]] == ["Small", "(none)", "Large"]
    assert table.rows[-1].cells[2].note == "38–96%"
    assert "€640 then, €200 lost with customers, €60 with smaller orders" in table.footnotes[0]


def test_growth_that_is_sure_is_marked():
    figure = {"low": 1.01, "high": 1.2, "value": 1.1}
    assert retention._verdict(figure) == ("good", "▲")
    assert retention._verdict(figure | {"low": 0.8, "high": 0.9}) == ("bad", "▼")
    assert retention._verdict(figure | {"low": 0.8}) == ("", "")


def test_without_an_end_there_is_no_retention_to_show(hand):
    data, period = hand
    tables = {name: data.frame(name) for name in ("accounts", "opportunities")}
    for block in (
        retention.retention_table(load(tables), period),
        retention.retention_chart(load(tables), period),
    ):
        assert isinstance(block, Callout)
        assert "nobody can be seen to leave" in block.text


def test_revenue_that_is_not_known_is_told_below_the_table(hand):
    data, period = hand
    orders = data.frame("orders").drop(columns="amount")
    rest = {name: data.frame(name) for name in ("accounts", "opportunities")}
    table = retention.retention_table(load({**rest, "orders": orders}), period)
    assert texts(table)[-1][2:] == ["80.0%", "–", "–"]
    assert table.footnotes[0] == "Revenue not known: orders carry no amount."


def test_the_white_space_reads_as_worked_out_by_hand(hand):
    table = market.white_space_table(*hand)
    assert texts(table) == [
        ["Large", "50.0%", "2", "66.7%", "€400", "€533"],
        ["Small", "33.3%", "2", "50.0%", "€100", "€100"],
    ]
    assert (table.rows[0].cells[0].note, table.rows[0].cells[0].mark) == ("to win first", "▲")
    assert table.rows[0].cells[3].note == "n = 3, 21–94%"
    assert "1 customer not marked addressable: not counted here." in table.footnotes
    assert "1 order of accounts that are not in the list." in table.footnotes


def test_the_market_in_three_sentences(hand):
    found = market.market_findings(*hand)
    assert [item.lead for item in found.items] == [
        "Penetration 42.9%",
        "White space €633",
        "Large first",
    ]
    assert found.items[0].text.startswith("3 of 7 accounts we could sell to are customers")


def test_a_market_nobody_marked_is_told(hand):
    data, period = hand
    tables = {name: data.frame(name) for name in ("orders", "opportunities")}
    none = load({**tables, "accounts": data.frame("accounts").assign(addressable=False)})
    assert isinstance(market.white_space_table(none, period), Callout)
    assert market.market_findings(none, period).items[0].text == (
        "Not known: no addressable account."
    )
    bare = data.frame("accounts")[["account_id"]]
    plain = market.market_findings(load({**tables, "accounts": bare}), period)
    assert len(plain.items) == 2  # no segments: nothing to begin with


def test_pairs_and_accounts_read_as_worked_out_by_hand(hand):
    table = cross_sell.pair_table(*hand)
    assert texts(table) == [["Meter + Probe", "1", "2", "0.56", "0.17–1.79"]]
    assert isinstance(cross_sell.approach_table(*hand), Callout)
    found = cross_sell.cross_sell_findings(*hand)
    assert found.items[0].text == "1 of 5 customers have two or more products (95% 4–62%)."
    assert "none goes together" in found.items[1].text


def test_the_pair_of_the_sample_leads_to_accounts_with_reasons(sample):
    pairs = sample.pairs()
    assert pairs.rows[0].cells[0].text == "Calibration + Flow meter"
    assert (pairs.rows[0].cells[3].tone, pairs.rows[0].cells[3].mark) == ("good", "▲")
    assert all(row.cells[3].mark != "▲" for row in pairs.rows[1:])
    table = sample.approach(limit=6)
    assert len(table.rows) == 6
    for row in table.rows:
        account, offer, score, why = row.cells
        assert account.note.count(" · ") == 3
        assert {offer.text, offer.note.split(",")[0].removeprefix("has ")} == {
            "Calibration",
            "Flow meter",
        }
        assert 0 < score.bar <= 1
        assert "× as often in" in why.text


def test_one_product_makes_no_pairs(hand):
    data, period = hand
    one = load(
        {
            "opportunities": data.frame("opportunities"),
            "orders": data.frame("orders").assign(product="Meter"),
        }
    )
    assert isinstance(cross_sell.pair_table(one, period), Callout)


def test_orders_from_won_deals_are_told_in_the_blocks(hand):
    data, period = hand
    derived = load({name: data.frame(name) for name in ("accounts", "opportunities")})
    told = "orders are taken from won deals"
    assert told in cross_sell.cross_sell_findings(derived, period).items[0].text
    assert told in market.market_findings(derived, period).items[0].text
    assert any(told in note for note in cross_sell.pair_table(derived, period).footnotes)


@pytest.mark.parametrize("topic", ["market", "cross_sell"])
def test_the_new_topics_have_three_exhibits(sample, topic):
    shown = evidence.exhibits(topic, sample)
    assert len(shown) == 3
    assert not any(isinstance(block, Callout) for block in shown)
