"""Who the sample company is: what it sells, to whom, through whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from report_helpers.data.sample.rhythm import Floats, Ints

NAME = "Velmarin Instruments"
MAIL = "velmarin.example"
CURRENCY = "EUR"
REGIONS = ("North", "South", "East", "West")
PRODUCTS = ("Flow meter", "Pressure sensor", "Gas analyser", "Calibration", "Service contract")


@dataclass(frozen=True)
class Segment:
    """One market segment.

    Parameters
    ----------
    name : what it is called.
    lead_share, deal_share : its share of inquiries, and of the deals Sales finds itself.
    win_rate : share of its closed deals that are won.
    cycle : median length of a won deal, in working days.
    amount : median amount of a deal.
    skips_approval : share of its deals that need no Approval.
    """

    name: str
    lead_share: float
    deal_share: float
    win_rate: float
    cycle: float
    amount: float
    skips_approval: float


@dataclass(frozen=True)
class Source:
    """One source of inquiries, and the channel of the campaigns behind it.

    Parameters
    ----------
    name : what it is called.
    share : its share of inquiries.
    mql, accepted : share of inquiries that become MQL; share of these that Sales accepts.
    win : how it moves the odds of qualifying and of winning, as a log odds ratio.
    hours : median office hours until an inquiry is called MQL.
    cost : money spent on campaigns for each inquiry.
    """

    name: str
    share: float
    mql: float
    accepted: float
    win: float
    hours: float
    cost: float


SEGMENTS = (
    Segment("Enterprise", 0.22, 0.40, 0.20, 66, 64_000, 0.04),
    Segment("Mid-market", 0.35, 0.36, 0.25, 38, 18_000, 0.30),
    Segment("Small business", 0.43, 0.24, 0.29, 19, 4_000, 0.70),
)
SOURCES = (
    Source("Webinar", 0.42, 0.44, 0.80, -0.3, 2.5, 80),
    Source("Web search", 0.26, 0.24, 0.70, 0.0, 4, 60),
    Source("Paid search", 0.14, 0.18, 0.58, -0.3, 5, 130),
    Source("Trade fair", 0.08, 0.28, 0.66, 0.1, 8, 190),
    Source("Referral", 0.10, 0.42, 0.88, 0.7, 2, 45),
)
OWN_SOURCES = {"Partner": 0.3, "Cold call": -0.35}  # of deals only, with log odds ratios of winning
DEAL_SOURCES = (*(s.name for s in SOURCES), *OWN_SOURCES)

# person, role, first working year and month; by the segment they sell to
SELLERS = {
    "Enterprise": (
        ("Ingrid Solberg", "Key account manager", "2018-04"),
        ("Tomasz Wójcik", "Key account manager", "2020-01"),
        ("Amara Okafor", "Key account manager", "2021-09"),
        ("Luca Ferrante", "Key account manager", "2023-03"),
        ("Hélène Marchand", "Key account manager", "2019-06"),
    ),
    "Mid-market": (
        ("Jonas Brückner", "Account executive", "2019-10"),
        ("Priya Raghavan", "Account executive", "2022-02"),
        ("Marek Dvořák", "Account executive", "2020-05"),
        ("Sofia Lindqvist", "Account executive", "2023-08"),
        ("Daniel Achterberg", "Account executive", "2024-03"),
    ),
    "Small business": (
        ("Yusuf Demirel", "Inside sales", "2021-04"),
        ("Chloe Hartley", "Inside sales", "2022-11"),
        ("Nuno Carvalho", "Inside sales", "2024-06"),
    ),
}
LEAVER, HEIR = "Marek Dvořák", "Sofia Lindqvist"
SALES_HEAD = ("Katrin Oberländer", "Head of Sales", "2016-02")
MARKETERS = (
    ("Rosalind Achebe", "Head of Marketing", "2019-01"),
    ("Mateo Villalba", "Demand generation", "2021-02"),
    ("Freya Johansen", "Webinars and events", "2022-05"),
    ("Kenji Morita", "Search and website", "2020-09"),
    ("Leila Haddad", "Content", "2023-01"),
    ("Bram Verhoeven", "Partners and referrals", "2022-10"),
    ("Zsófia Kertész", "Marketing operations", "2021-11"),
    ("Oskar Nyström", "Design", "2024-09"),
)


def words(labels: Sequence[str] | pd.Series[str], codes: Ints) -> pd.Series[str]:
    """Return the label of each code, which is its place among `labels`; -1 is missing."""
    return pd.Series(pd.Series(labels, dtype="str").array.take(codes, allow_fill=True))


def identifiers(letter: str, count: int) -> pd.Series[str]:
    """Return ``letter`` and a running number, as wide as the last one.

    Examples
    --------
    >>> identifiers("C", 12).tolist()[-2:]
    ['C11', 'C12']
    """
    width = len(str(count))
    return letter + pd.Series(np.arange(1, count + 1)).astype("str").str.zfill(width)


def log_odds(share: Floats) -> Floats:
    """Return the log odds of a share."""
    return np.log(share / (1 - share))


def chance(log_odds: Floats) -> Floats:
    """Return the share that log odds stand for."""
    return 1 / (1 + np.exp(-log_odds))


def draw(rng: np.random.Generator, weights: Sequence[float] | Floats, count: int) -> Ints:
    """Return `count` codes drawn with `weights`, which need not add up to one."""
    edges = np.cumsum(np.asarray(weights, dtype=float))
    return np.searchsorted(edges / edges[-1], rng.random(count), side="right")
