"""Customers, holdings and the market against plain pandas; nothing is lost or counted twice."""

import datetime as dt

import ibis
import numpy as np
import pandas as pd
import pytest

from report_helpers.data import load
from report_helpers.data.audit import Audit
from report_helpers.data.contracts import TABLES, Kind
from report_helpers.data.dataset import Dataset
from report_helpers.errors import MissingData, UnknownName
from report_helpers.facts import customers, holdings, market
from report_helpers.facts.orders import order_facts

START, END = dt.date(2025, 3, 3), dt.date(2026, 3, 3)
PRODUCTS = ["Meter", "Probe", "Valve"]
SEEDS = pytest.mark.parametrize("seed", range(4))
KINDS = {Kind.TEXT: "string", Kind.WHEN: "timestamp", Kind.NUMBER: "float64", Kind.FLAG: "boolean"}
DIALECTS = ("duckdb", "postgres", "snowflake", "bigquery", "trino", "databricks")


def frames(seed, size=120):
    draw = np.random.default_rng(seed)
    accounts = pd.DataFrame(
        {
            "account_id": [f"A{n}" for n in range(size // 3)],
            "segment": pd.Series(draw.choice(["Large", "Small"], size // 3), dtype="str").mask(
                draw.random(size // 3) < 0.1
            ),
            "industry": draw.choice(["Food", "Pharma"], size // 3),
            "addressable": pd.Series(
                draw.choice([True, False, None], size // 3, p=[0.7, 0.2, 0.1])
            ),
        }
    )
    who = draw.choice([*accounts["account_id"], "unheard-of", "unknown"], size)
    starts = pd.Timestamp("2024-06-01") + pd.to_timedelta(draw.integers(0, 700, size), unit="D")
    lasts = pd.to_timedelta(draw.integers(0, 500, size), unit="D")
    orders = pd.DataFrame(
        {
            "account_id": who,
            "product": draw.choice(PRODUCTS, size),
            "starts_on": starts,
            "ends_on": pd.Series(starts + lasts).mask(draw.random(size) < 0.5),
            "amount": pd.Series(draw.integers(0, 90, size) * 10.0).mask(draw.random(size) < 0.1),
        }
    )
    deals = pd.DataFrame(
        {
            "opportunity_id": [f"D{n}" for n in range(size)],
            "account_id": pd.Series(who, dtype="str").mask(draw.random(size) < 0.1),
            "product": draw.choice(PRODUCTS, size),
            "created_on": starts,
            "closed_on": starts + pd.Timedelta(days=30),
            "outcome": draw.choice(["won", "lost", "open"], size),
            "amount": pd.Series(draw.integers(0, 90, size) * 10.0),
        }
    )
    return {"accounts": accounts, "orders": orders, "opportunities": deals}


def runs(orders, day):
    end = pd.Timestamp(day)
    return orders[(orders["starts_on"] < end) & ~(orders["ends_on"] < end)]


def paid(orders, day):
    """Yearly amount of each customer; missing where one of its orders has none."""
    group = runs(orders, day).groupby("account_id")["amount"]
    return group.sum().where(group.count() == group.size())


@SEEDS
def test_movements_are_those_of_plain_pandas(held, seed):
    tables = frames(seed)
    found = customers.movements(held(tables), [(START, END)]).iloc[0]
    before, after = (paid(tables["orders"], day) for day in (START, END))
    now = after.reindex(before.index).where(before.index.isin(after.index), 0.0)
    sound = before.notna() & now.notna()
    assert found["customers"] == len(before)
    assert found["retained"] == before.index.isin(after.index).sum()
    assert found["new"] == (~after.index.isin(before.index)).sum()
    assert found["n_amount"] == sound.sum()
    assert found["start"] == before[sound].sum()
    assert found["kept"] == np.minimum(before, now)[sound].sum()
    assert found["end"] == now[sound].sum()
    assert found["lost"] == before[sound & ~before.index.isin(after.index)].sum()
    assert found["se"] == (before * now)[sound].sum()


@SEEDS
def test_no_customer_and_no_money_is_lost_on_the_way(held, seed):
    found = customers.movements(held(frames(seed)), [(START, END), (END, END)], "segment")
    assert (found["customers"] == found["retained"] + found["churned"]).all()
    assert found["start"].tolist() == pytest.approx(
        (found["kept"] + found["contracted"] + found["lost"]).tolist()
    )
    assert found["end"].tolist() == pytest.approx((found["kept"] + found["expanded"]).tolist())
    assert (found[["churned", "contracted", "expanded", "lost", "kept"]] >= 0).all(axis=None)
    at_once = found[found["start_on"] == found["end_on"]]
    assert (at_once[["churned", "new", "expanded", "contracted"]] == 0).all(axis=None)


@SEEDS
def test_groups_add_up_to_the_whole(held, seed):
    data = held(frames(seed))
    whole = customers.movements(data, [(START, END)])
    parts = customers.movements(data, [(START, END)], ["segment", "industry"])
    names = ["customers", "retained", "new", "start", "kept", "end", "ss"]
    assert parts[names].sum().tolist() == pytest.approx(whole[names].iloc[0].tolist())
    assert "(none)" in set(parts["segment"])  # accounts that are not in the list


def test_a_renewal_leaves_no_gap_and_no_overlap(held):
    day = dt.date(2025, 6, 2)
    terms = pd.DataFrame(
        {
            "account_id": "A",
            "product": "Meter",
            "starts_on": pd.to_datetime(["2024-06-02", "2025-06-02"]),
            "ends_on": pd.to_datetime(["2025-06-02", None]),
            "amount": [10.0, 12.0],
        }
    )
    days = [day + dt.timedelta(days=n) for n in (-1, 0, 1)]
    found = customers.movements(held({"orders": terms}), [(d, d) for d in days])
    assert found["start"].tolist() == [10, 10, 12]  # on the day itself nothing is known yet


def test_an_order_that_ends_on_its_first_day_never_runs(held):
    once = frames(0)["orders"].head(1)
    data = held({"orders": once.assign(ends_on=once["starts_on"])})
    for after in (0, 1, 400):
        until = (once["starts_on"].iloc[0] + pd.Timedelta(days=after)).date()
        assert customers.movements(data, [(until, until)])["customers"].tolist() == [0]


def test_what_must_be_known_of_the_orders(held):
    tables = frames(1)
    orders = tables["orders"]
    before = orders[orders["starts_on"] < pd.Timestamp(START)]
    found = order_facts(held(tables), START)
    assert found == {
        "orders": len(before),
        "first": before["starts_on"].min().date(),
        "ended": before["ends_on"].notna().sum(),
        "unknown": (~before["account_id"].isin(tables["accounts"]["account_id"])).sum(),
        "from_deals": False,
    }
    assert order_facts(held(tables), dt.date(2020, 1, 1))["first"] is None


def test_won_deals_stand_for_orders_where_there_are_none(held):
    tables = frames(2)
    deals = tables["opportunities"]
    won = deals[(deals["outcome"] == "won") & deals["account_id"].notna()]
    data = held({name: tables[name] for name in ("accounts", "opportunities")})
    found = order_facts(data, dt.date(2030, 1, 1))
    assert (found["orders"], found["ended"], found["from_deals"]) == (len(won), 0, True)
    counts = holdings.product_counts(data, dt.date(2030, 1, 1))
    assert counts["n"].sum() == won["account_id"].nunique()


@pytest.mark.parametrize("lacks", ["account_id", "product"])
def test_deals_that_name_no_account_or_product_carry_nothing(held, lacks):
    deals = frames(0)["opportunities"].drop(columns=lacks)
    with pytest.raises(MissingData, match="no table 'orders'"):
        order_facts(held({"opportunities": deals}), END)


@pytest.mark.parametrize(
    ("by", "error", "message"),
    [
        ("owner", MissingData, "accounts have no 'owner'"),
        ("segmnt", UnknownName, "did you mean 'segment'"),
        ("size", MissingData, "table 'accounts' has no column 'size'"),
    ],
)
def test_a_dimension_accounts_lack_is_refused(held, by, error, message):
    with pytest.raises(error, match=message):
        customers.movements(held(frames(0)), [(START, END)], by)


@SEEDS
def test_holdings_are_those_of_plain_pandas(held, seed):
    tables = frames(seed)
    now = runs(tables["orders"], END)
    owns = pd.crosstab(now["account_id"], now["product"]) > 0
    data = held(tables)
    counts = holdings.product_counts(data, END).set_index("products")["n"]
    assert counts.to_dict() == owns.sum(axis=1).value_counts().to_dict()
    pairs = holdings.product_pairs(data, END)
    for row in pairs.itertuples():
        assert row.n == (owns[row.product] & owns[row.other]).sum()
    assert len(pairs) == 6
    amounts = holdings.product_amounts(data, END).set_index("product")
    assert amounts["amount"].to_dict() == now.groupby("product")["amount"].sum().to_dict()
    split = holdings.product_pairs(data, END, "industry").groupby(["product", "other"])["n"].sum()
    assert split.tolist() == pairs.groupby(["product", "other"])["n"].sum().tolist()


@SEEDS
def test_candidates_have_one_of_the_pair_and_never_had_the_other(held, seed):
    tables, pair = frames(seed), ("Meter", "Probe")
    bought = tables["orders"][tables["orders"]["starts_on"] < pd.Timestamp(END)]
    ever = bought[bought["product"].isin(pair)].groupby("account_id")["product"].agg(set)
    now = runs(tables["orders"], END)
    still = set(now.loc[now["product"].isin(pair), "account_id"])
    accounts = tables["accounts"].set_index("account_id")
    wanted = {
        account
        for account, products in ever.items()
        if len(products) == 1
        and account in still
        and account in accounts.index
        and accounts.loc[account, "addressable"] is not False
    }
    found = holdings.pair_candidates(held(tables), END, pair)
    assert set(found["account_id"]) == wanted
    assert (found["name"] == found["account_id"]).all()
    profiles = holdings.pair_profiles(held(tables), END, pair)
    both = now[now["product"].isin(pair)].groupby("account_id")["product"].nunique()
    assert (profiles["n"].sum(), profiles["both"].sum()) == (len(both), (both == 2).sum())


@SEEDS
def test_every_account_is_in_one_state(held, seed):
    tables = frames(seed)
    found = market.account_states(held(tables), END, "segment")
    customers_now = tables["accounts"]["account_id"].isin(runs(tables["orders"], END)["account_id"])
    assert found["n"].sum() == len(tables["accounts"])
    assert found.loc[found["customer"], "n"].sum() == customers_now.sum()
    marked = found.groupby("addressable")["n"].sum()
    assert marked["unknown"] == tables["accounts"]["addressable"].isna().sum()


def test_without_marks_every_account_is_addressable(held):
    tables = frames(0)
    tables["accounts"] = tables["accounts"].drop(columns="addressable")
    assert set(market.account_states(held(tables), END)["addressable"]) == {"yes"}


@SEEDS
def test_deals_of_known_accounts_are_split_and_the_others_count_in_the_whole(held, seed):
    tables = frames(seed)
    deals, known = tables["opportunities"], tables["accounts"]["account_id"]
    closed = deals[(deals["outcome"] != "open") & (deals["closed_on"] < pd.Timestamp(END))]
    data = held(tables)
    assert market.account_deals(data, END)["n"].sum() == len(closed)
    split = market.account_deals(data, END, "industry")
    mine = closed[closed["account_id"].isin(known)]
    assert split["n"].sum() == len(mine)
    won = split[split["outcome"] == "won"]
    amounts = mine.loc[(mine["outcome"] == "won") & (mine["amount"] > 0), "amount"]
    assert won["amount"].sum() == amounts.sum()
    assert won["squares"].sum() == (amounts**2).sum()


QUERIES = {
    "movements": lambda data: customers.movements_query(data, ((START, END),), ("segment",)),
    "whole": lambda data: customers.movements_query(data, ((START, END),), ()),
    "counts": lambda data: holdings.product_counts_query(data, END, ("segment",)),
    "pairs": lambda data: holdings.product_pairs_query(data, END, ("segment",)),
    "profiles": lambda data: holdings.pair_profiles_query(data, END, ("Meter", "Probe")),
    "candidates": lambda data: holdings.pair_candidates_query(data, END, ("Meter", "Probe")),
    "states": lambda data: market.account_states_query(data, END, ("segment",)),
    "deals": lambda data: market.account_deals_query(data, END, ("segment",)),
}


@pytest.mark.parametrize("query", QUERIES)
def test_compiles_for_other_engines(query):
    tables = {
        name: ibis.table({c.name: KINDS[c.kind] for c in table.columns}, name=name)
        for name, table in TABLES.items()
    }
    for dialect in DIALECTS:
        assert "SELECT" in ibis.to_sql(QUERIES[query](Dataset(tables, Audit())), dialect=dialect)


def test_facts_are_reduced_once_and_are_the_callers_own(held):
    data = held(frames(0))
    first = customers.movements(data, [(START, END)])
    first.loc[:, "customers"] = -1
    assert customers.movements(data, [(START, END)])["customers"].iloc[0] > 0
    assert data.made == 1


def test_a_segment_keeps_its_own_orders():
    tables = frames(3)
    mine = load(tables).where(segment="Small")
    known = tables["accounts"].loc[tables["accounts"]["segment"] == "Small", "account_id"]
    orders = tables["orders"][tables["orders"]["account_id"].isin(known)]
    found = customers.movements(mine, [(START, END)])["customers"].iloc[0]
    assert found == runs(orders, START)["account_id"].nunique()
