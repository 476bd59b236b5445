"""Facts about sales-ready leads: how many, how soon, nurtured or not, and what they cost."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from ibis import _

from report_helpers.data.answer import answer
from report_helpers.data.dataset import Dataset
from report_helpers.facts.attributes import attribute_profile, judged_leads
from report_helpers.facts.reduction import By, dimensions, kept, need, offers, opened, split
from report_helpers.facts.timing import day, days


def ready_leads(data: object, until: date, by: str | Iterable[str] = ()) -> pd.DataFrame:
    """Count leads by the day they arrived and how long they took to be of quality, with their cost.

    A campaign's cost is shared evenly by the leads that name it and arrived before `until`; over
    all of them the shares add up to what the campaign cost.

    Parameters
    ----------
    data : a `Dataset`, or anything :func:`report_helpers.data.load` takes.
    until : the day from which on nothing is known yet.
    by : dimensions of the lead: ``segment``, ``region``, ``source``.

    Returns
    -------
    pandas.DataFrame
        The dimensions, ``created_day``, ``nurtured`` (missing where the data cannot tell),
        ``quality``, ``days`` until it was (NaN where it is not), ``n`` leads, ``cost`` in the
        company's currency (of the leads whose cost is known) and ``n_cost``, how many those are.

    Raises
    ------
    MissingData
        If there are no leads, they lack a dimension, or nothing says what became of them.
    """
    dataset, dims = opened(data), dimensions(by)
    key = ("ready_leads", until, dims)
    found = kept(dataset, key, lambda: ready_leads_query(dataset, until, dims))
    told = {"nurtured": np.nan, "cost": 0.0, "n_cost": 0.0}
    return found.assign(**{name: none for name, none in told.items() if name not in found})


def ready_leads_query(data: Dataset, until: date, by: By) -> Any:
    """Return the query of :func:`ready_leads`, not yet run."""
    leads = judged_leads(data, until, lambda rows: split(data, "leads", by) | _named(rows))
    measures = {"n": _.count()}
    if offers(data, "leads", "campaign_id") and offers(data, "campaigns", "campaign_id", "cost"):
        leads = _with_cost(data, leads)
        measures |= {"cost": _.cost_share.sum().fill_null(0.0), "n_cost": _.cost_share.count()}
    told = [name for name in ("nurtured",) if name in leads.columns]
    keys = [*by, "created_day", *told, "quality", "days"]
    dated = leads.mutate(
        created_day=day(leads.created_on), days=days(leads.created_on, leads.ready_on)
    )
    return dated.group_by(keys).aggregate(**measures)


def _named(leads: Any) -> dict[str, Any]:
    return {name: leads[name] for name in ("nurtured", "campaign_id") if name in leads.columns}


def nurture_balance(data: object, until: date) -> pd.DataFrame:
    """Compare nurtured leads with others in every attribute that is a number or a flag.

    Returns
    -------
    pandas.DataFrame
        One row an attribute: ``attribute``, mean and variance of nurtured leads (``mean1``,
        ``var1``) and of the others (``mean0``, ``var0``).

    Raises
    ------
    MissingData
        As `ready_leads`, or if the leads do not say whether they were nurtured.
    """
    dataset = opened(data)
    need(dataset, "leads", "nurtured")
    profile = attribute_profile(dataset, until)
    names = tuple(profile.loc[profile["kind"].isin(["number", "flag"]), "attribute"])
    return dataset.keep(("nurture_balance", until), lambda: _balance(dataset, until, names)).copy()


def nurture_balance_query(data: Dataset, until: date, names: tuple[str, ...]) -> Any:
    """Return the query of :func:`nurture_balance`, not yet run: one row of means and variances."""
    asked = (*names, "nurtured")
    leads = judged_leads(data, until, lambda rows: {name: rows[name] for name in asked})
    measures = {}
    for place, name in enumerate(names):
        column = _as_number(leads[name])
        for kind, chosen in (("1", leads.nurtured), ("0", ~leads.nurtured)):
            measures[f"mean{kind}_{place}"] = column.mean(where=chosen)
            measures[f"var{kind}_{place}"] = column.var(where=chosen)
    return leads.aggregate(**measures)


def _balance(data: Dataset, until: date, names: tuple[str, ...]) -> pd.DataFrame:
    columns = ["attribute", "mean1", "var1", "mean0", "var0"]
    if not names:
        return pd.DataFrame(columns=columns)
    row = answer(nurture_balance_query(data, until, names)).iloc[0]
    found = [
        {"attribute": name} | {key: row[f"{key}_{place}"] for key in columns[1:]}
        for place, name in enumerate(names)
    ]
    return pd.DataFrame(found).astype(dict.fromkeys(columns[1:], "float64"))


def _as_number(column: Any) -> Any:
    return column.cast("int32") if column.type().is_boolean() else column


def _with_cost(data: Dataset, leads: Any) -> Any:
    """Return the leads with ``cost_share``: their campaign's cost over its leads."""
    counts = leads.group_by("campaign_id").aggregate(of_campaign=leads.count())
    campaigns = data.tables["campaigns"]
    priced = counts.inner_join(campaigns.select("campaign_id", "cost"), "campaign_id")
    share = priced.select(
        priced_campaign=priced.campaign_id,
        cost_share=priced.cost.cast("float64") / priced.of_campaign,
    )
    return leads.left_join(share, leads.campaign_id == share.priced_campaign)
