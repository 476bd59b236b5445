"""Accounts, who gets which deal, and what customers bought and renewed."""

from __future__ import annotations

import numpy as np
import pandas as pd

from report_helpers.data.sample.company import (
    PRODUCTS,
    REGIONS,
    SEGMENTS,
    draw,
    identifiers,
    words,
)
from report_helpers.data.sample.planted import Planted
from report_helpers.data.sample.rhythm import Days, Ints

STEMS = [
    "Alder",
    "Aurelia",
    "Baltica",
    "Brightwater",
    "Calder",
    "Cormorant",
    "Corvin",
    "Dunmore",
    "Drava",
    "Eastmark",
    "Elbe",
    "Fennel",
    "Gotland",
    "Gallivant",
    "Harrow",
    "Heron",
    "Hollin",
    "Iberis",
    "Juniper",
    "Kestrel",
    "Kirkwall",
    "Lagan",
    "Linden",
    "Lovat",
    "Maren",
    "Mistral",
    "Norrland",
    "Oakhurst",
    "Ostrava",
    "Pell",
    "Penrose",
    "Quill",
    "Ravel",
    "Saltmarsh",
    "Sandvig",
    "Sorrel",
    "Stellan",
    "Tarn",
    "Thorne",
    "Ulmus",
    "Umber",
    "Vasa",
    "Veldt",
    "Wexcombe",
    "Wren",
    "Yarrow",
    "Zander",
]
TRADES = {
    "Foods": "Food and drink",
    "Brewing": "Food and drink",
    "Dairy": "Food and drink",
    "Pharma": "Pharmaceuticals",
    "Biotech": "Pharmaceuticals",
    "Chemicals": "Chemicals",
    "Coatings": "Chemicals",
    "Polymers": "Chemicals",
    "Water": "Utilities",
    "Energy": "Utilities",
    "Grid": "Utilities",
    "Motors": "Automotive",
    "Castings": "Metals",
    "Steel": "Metals",
    "Paper": "Paper and packaging",
    "Packaging": "Paper and packaging",
    "Glass": "Glass and ceramics",
    "Ceramics": "Glass and ceramics",
    "Robotics": "Machinery",
    "Pumps": "Machinery",
}
SIZES = (("1000+", "250-999"), ("250-999", "50-249"), ("1-49", "1-49"))
CUSTOMERS = {"Enterprise": 0.44, "Mid-market": 0.36, "Small business": 0.26}  # before the sample
LEAVE, DROP = 0.12, 0.02  # a year: customers that end all their contracts; contracts that end alone
FIRST_WEIGHTS = (3, 3, 2, 2, 2)
COMPANION = {0: 3, 1: 0, 2: 4, 3: 0, 4: 2}  # the product most often bought next
PAIR = (0, 3)  # flow meters must be calibrated, in these industries by law
REGULATED = ("Food and drink", "Pharmaceuticals")
BOTH, BOTH_REGULATED, SECOND = 0.6, 0.9, 0.2  # chance of a second product, before the sample
BUNDLED, BUNDLED_REGULATED = 0.3, 0.7  # chance that who buys one of the pair takes the other too
RENEWS_AFTER = 730  # days; a renewal is a new row that begins on the day the old one ended
YEARS = 2  # that the amount of a deal covers
PRICE_RISE = 1.07


def accounts(rng: np.random.Generator, count: int) -> pd.DataFrame:
    """Return `count` accounts, one a row; the first ones of each kind are customers."""
    segment = draw(rng, (0.2, 0.36, 0.44), count)
    names = [(f"{stem} {trade}", industry) for stem in STEMS for trade, industry in TRADES.items()]
    place = (np.arange(count) * 271 + 97) % len(names)  # 271 and the number of names are coprime
    again = np.arange(count) // len(names)
    second = pd.Series(again + 1).astype("str").radd(" ").where(again > 0, "")
    size = 2 * segment + (rng.random(count) < 0.4)
    return pd.DataFrame(
        {
            "account_id": identifiers("A", count),
            "name": words([name for name, _ in names], place) + second,
            "segment": words([s.name for s in SEGMENTS], segment),
            "industry": words([industry for _, industry in names], place),
            "size": words([label for pair in SIZES for label in pair], size),
            "region": words(REGIONS, draw(rng, (0.28, 0.24, 0.2, 0.28), count)),
            "addressable": rng.random(count) < 0.93,
        }
    )


def assign(rng: np.random.Generator, deals: pd.DataFrame, accounts: pd.DataFrame) -> pd.DataFrame:
    """Give each deal an account of its segment and region; a few open deals have none yet."""
    rank = pd.Index([f"{s.name}/{r}" for s in SEGMENTS for r in REGIONS])
    home = rank.get_indexer(pd.Index(accounts["segment"] + "/" + accounts["region"]))
    wanted = rank.get_indexer(pd.Index(deals["segment"] + "/" + deals["region"]))
    order = np.argsort(home, kind="stable")
    sizes = np.bincount(home, minlength=len(rank))
    first = np.cumsum(sizes) - sizes
    skewed = rng.random(len(deals)) ** 1.6  # the first accounts of a kind are the customers
    place = first[wanted] + np.floor(skewed * sizes[wanted]).astype(np.int64)
    code = order[np.minimum(place, len(accounts) - 1)]
    blank = (deals["outcome"] == "open") & (rng.random(len(deals)) < 0.12)
    blank |= sizes[wanted] == 0
    code = np.where(blank, -1, code)
    name = words(accounts["name"], code)
    return deals.assign(
        account_id=words(accounts["account_id"], code),
        name=name.fillna(deals["product"] + " " + deals["region"]),
    )


def orders(
    rng: np.random.Generator, planted: Planted, deals: pd.DataFrame, accounts: pd.DataFrame
) -> pd.DataFrame:
    """Return what customers bought or subscribe to: old customers' contracts and won deals.

    One row is one product of one account for one term, with its amount a year. A contract of more
    than two years is renewed at a higher price. Each year a share :data:`LEAVE` of the customers
    end all their contracts, and a share :data:`DROP` of the contracts end alone.
    """
    won = deals[(deals["outcome"] == "won") & deals["account_id"].notna()]
    bought = pd.DataFrame(
        {
            "account_id": won["account_id"],
            "product": won["product"],
            "starts_on": won["closed_on"],
            "amount": np.ceil(won["amount"] / YEARS / 100) * 100,
        }
    )
    table = pd.concat([_old_contracts(rng, planted, accounts), bought], ignore_index=True)
    table = pd.concat([table, _bundled(rng, bought, accounts)], ignore_index=True)
    alone = table["starts_on"] + _lifetimes(rng, DROP, len(table))
    first = table.groupby("account_id")["starts_on"].min()
    gone = table["account_id"].map(first + _lifetimes(rng, LEAVE, len(first)))
    gone = gone.where(gone > table["starts_on"])  # who buys after leaving is back to stay
    again = table.sort_values(["starts_on", "amount"]).groupby(["account_id", "product"])
    table["amount"] = again["amount"].cummax()  # who buys a product again buys more of it,
    replaced = again["starts_on"].shift(-1)  # and the new contract replaces the old one
    ends = pd.concat([alone, gone, replaced], axis=1).min(axis=1)
    table["ends_on"] = ends.where(ends <= pd.Timestamp(planted.until))
    table = _renewed(planted, table)
    return table.sort_values(["starts_on", "account_id", "product"], ignore_index=True)


def _lifetimes(rng: np.random.Generator, rate: float, count: int) -> pd.TimedeltaIndex:
    """Days until something ends that ends at `rate` a year, none sooner than 90."""
    life = np.ceil(rng.exponential(365.25 / rate, count)).astype(np.int64)
    return pd.to_timedelta(np.maximum(life, 90), unit="D")


def _old_contracts(
    rng: np.random.Generator, planted: Planted, accounts: pd.DataFrame
) -> pd.DataFrame:
    """Contracts made before the sample begins; flow meters and calibration go together."""
    group = accounts.groupby(["segment", "region"], observed=True)
    place = group.cumcount() / group["account_id"].transform("size")
    customers = np.flatnonzero(place < accounts["segment"].map(CUSTOMERS))
    first = draw(rng, FIRST_WEIGHTS, len(customers))
    follows = np.array([COMPANION[p] for p in range(len(PRODUCTS))])[first]
    other = (first + rng.integers(1, len(PRODUCTS), len(customers))) % len(PRODUCTS)
    second = np.where(rng.random(len(customers)) < 0.65, follows, other)
    lawful = accounts["industry"].isin(REGULATED).to_numpy()[customers]
    paired = np.where(lawful, BOTH_REGULATED, BOTH)
    both = rng.random(len(customers)) < np.where(np.isin(first, PAIR), paired, SECOND)
    age = rng.integers(30, 1500, len(customers))
    begun = _days_before(planted, age)
    later = _days_before(planted, np.maximum(age - rng.integers(60, 700, len(customers)), 1))
    median = accounts["segment"].map({s.name: s.amount * 0.5 for s in SEGMENTS}).to_numpy()
    who = np.concatenate([customers, customers[both]])
    amount = np.rint(median[who] * rng.lognormal(0, 0.5, len(who)) / 100) * 100
    return pd.DataFrame(
        {
            "account_id": accounts["account_id"].take(who).to_numpy(),
            "product": words(PRODUCTS, np.concatenate([first, second[both]])),
            "starts_on": np.concatenate([begun, later[both]]).astype("datetime64[s]"),
            "amount": np.maximum(amount, 300),
        }
    )


def _bundled(
    rng: np.random.Generator, bought: pd.DataFrame, accounts: pd.DataFrame
) -> pd.DataFrame:
    """The other product of the pair, taken on the same day as the one of a won deal."""
    one, other = (PRODUCTS[place] for place in PAIR)
    industry = bought["account_id"].map(accounts.set_index("account_id")["industry"])
    wanted = np.where(industry.isin(REGULATED), BUNDLED_REGULATED, BUNDLED)
    taken = bought["product"].isin([one, other]) & (rng.random(len(bought)) < wanted)
    extra = bought[taken]
    return extra.assign(
        product=extra["product"].map({one: other, other: one}),
        amount=np.ceil(extra["amount"] / 400) * 100,
    )


def _days_before(planted: Planted, ages: Ints) -> Days:
    return np.datetime64(planted.start, "D") - ages


def _renewed(planted: Planted, table: pd.DataFrame) -> pd.DataFrame:
    """Split each contract that lasted longer than two years at its renewal."""
    due = table["starts_on"] + pd.Timedelta(days=RENEWS_AFTER)
    lasts = (table["ends_on"].isna() | (table["ends_on"] > due)) & (
        due <= pd.Timestamp(planted.until)
    )
    again = table[lasts].assign(
        starts_on=due[lasts],
        amount=(table.loc[lasts, "amount"] * PRICE_RISE / 100).round() * 100,
    )
    first = table.assign(ends_on=table["ends_on"].mask(lasts, due))
    return pd.concat([first, again], ignore_index=True)
