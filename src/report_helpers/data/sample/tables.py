"""All tables of the sample company, drawn at once."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from report_helpers.data.contracts import TABLES
from report_helpers.data.sample import (
    campaigns,
    criteria,
    customers,
    leads,
    meetings,
    opportunities,
    practices,
    team,
    visits,
)
from report_helpers.data.sample.planted import Planted
from report_helpers.periods import WEEK, monday

LAST_DAY = date(2026, 11, 4)  # a Wednesday: the last week is a part week
LEADS_A_DEAL = 4.5
ACCOUNTS_A_DEAL = 0.45


def generate(
    seed: int = 7, weeks: int = 104, deals: int = 2000, until: date = LAST_DAY
) -> dict[str, pd.DataFrame]:
    """Return the canonical tables of the sample company.

    Everything is drawn at once for each column, so time and memory grow in proportion to `deals`.

    Parameters
    ----------
    seed : where chance begins; the same arguments always give the same tables.
    weeks : complete ISO weeks before the one that holds `until`.
    deals : number of deals; leads, responses and accounts are in proportion to it.
    until : last day of the data, included.

    Examples
    --------
    >>> tables = generate(weeks=60, deals=200)
    >>> len(tables["opportunities"]), len(tables["leads"])
    (200, 900)
    """
    planted = Planted(monday(until) - weeks * WEEK, until)
    streams = np.random.SeedSequence(seed).spawn(4)
    for_leads, for_deals, for_accounts, for_campaigns = (
        np.random.Generator(np.random.PCG64(stream)) for stream in streams
    )
    count = round(deals * LEADS_A_DEAL)
    plans = campaigns.generate(for_campaigns, planted, count)
    inquiries = leads.generate(for_leads, planted, count)
    inquiries = campaigns.assign(for_campaigns, inquiries, plans)
    firms = customers.accounts(for_accounts, max(round(deals * ACCOUNTS_A_DEAL), 12))
    opened, events = opportunities.generate(for_deals, planted, inquiries, deals)
    opened = customers.assign(for_accounts, opened, firms)
    members = team.people(planted)
    tables = {
        "opportunities": opened,
        "stage_events": events,
        "leads": _with_customer_number(inquiries, opened),
        "campaigns": plans,
        "responses": campaigns.responses(for_campaigns, planted, inquiries, plans),
        "accounts": firms,
        "orders": customers.orders(for_accounts, planted, opened, firms),
        "people": members,
        "targets": team.targets(planted, count, deals),
        "criteria": criteria.criteria(planted),
        "notes": team.notes(planted),
        "calendar": team.calendar(planted),
        "meetings": meetings.meetings(seed, planted),
        **practices.generate(seed, planted, inquiries, deals),
        **visits.generate(seed, planted, members),
    }
    return {name: canonical(name, table) for name, table in tables.items()}


def _with_customer_number(inquiries: pd.DataFrame, opened: pd.DataFrame) -> pd.DataFrame:
    """Add an attribute known only after a deal was won: a trap for whoever predicts with it."""
    won = opened.loc[opened["outcome"] == "won", ["lead_id", "account_id"]].dropna()
    number = won.set_index("lead_id")["account_id"].str.replace("A", "K")
    return inquiries.assign(customer_number=inquiries["lead_id"].map(number))


def canonical(name: str, table: pd.DataFrame) -> pd.DataFrame:
    """Return the canonical columns, then free attributes; columns for working are left out."""
    known = TABLES[name].names
    free = [c for c in table.columns if c not in known and not str(c).startswith("_")]
    return table[[*known, *(map(str, free) if TABLES[name].extra else [])]]
