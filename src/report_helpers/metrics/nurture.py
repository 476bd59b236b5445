"""What became of nurtured leads and of others: how many were sales-ready, how soon, how dear."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from report_helpers import facts
from report_helpers.errors import MissingData
from report_helpers.facts.reduction import offers
from report_helpers.metrics import figures
from report_helpers.metrics.judged import mature
from report_helpers.metrics.question import Question, Source, When
from report_helpers.metrics.tally import median, share

GROUPS = {True: "Nurtured", False: "Not nurtured"}


def nurture(data: Source, period: When = "all", by: str | Sequence[str] = ()) -> pd.DataFrame:
    """Return what became of nurtured leads and of others: how many were ready, how soon, how dear.

    - ``nurture_ready_rate``: sales-ready (SQL, or won) ÷ mature leads; Wilson interval.
    - ``nurture_days_to_ready``: median days from arrival until ready, of those that were; the
      interval is that of the order statistics.
    - ``nurture_cost_per_ready``: campaign money ÷ sales-ready leads, of the leads whose campaign
      and its cost are known; each lead bears an even share of its campaign's cost. No interval:
      a campaign's cost is not made of cases. What nurturing itself costs is in it only where it
      is booked as a campaign's cost.

    Parameters
    ----------
    data : a data set or a dict of tables with ``leads`` that say ``nurtured``.
    period : the leads that arrived in it, or ``all``.
    by : dimensions of the lead.

    Returns
    -------
    DataFrame
        Figures, the first part of ``group`` being ``Nurtured`` or ``Not nurtured``; then
        ``nurtured``, ``leads``, ``ready``, ``young``, and ``priced`` (leads of known cost).

    Raises
    ------
    MissingData
        When there are no leads, they do not say whether they were nurtured, or nothing says what
        became of them.
    """
    names = (by,) if isinstance(by, str) else tuple(by)
    asked = Question.of(data, period, names)
    leads, young, empty = mature_leads(asked, names)
    keys = ["group_name", *names]
    leads = leads.assign(group_name=leads["nurtured"].map(GROUPS))
    columns = {"n": leads["n"], "ready": leads["n"] * leads["quality"]}
    columns |= {"cost": leads["cost"], "n_cost": leads["n_cost"]}
    columns |= {"priced_ready": leads["n_cost"] * leads["quality"]}
    sums = pd.DataFrame(columns).astype(float).groupby([leads[key] for key in keys]).sum()
    sums = sums.reindex(_grid(sums, names), fill_value=0.0)
    rate = share(sums["ready"], sums["n"], empty)
    soon = leads[leads["quality"] & (leads["days"] >= 0)]
    waited = median(soon, "days", sums.index, "no lead was sales-ready")
    fixed = (names, asked.key, young)
    made = [
        _made(rate, sums, ("nurture_ready_rate", "share"), fixed),
        _made(waited, sums, ("nurture_days_to_ready", "days"), fixed),
        _made(_cost(asked, sums), sums, ("nurture_cost_per_ready", "money"), fixed),
    ]
    return figures.join(made)


def nurture_ready_rate(
    data: Source, period: When = "all", by: str | Sequence[str] = ()
) -> pd.DataFrame:
    """Return the share of leads that were sales-ready, nurtured and not; see `nurture`."""
    return _only("nurture_ready_rate", data, period, by)


def nurture_days_to_ready(
    data: Source, period: When = "all", by: str | Sequence[str] = ()
) -> pd.DataFrame:
    """Return the median days until leads were sales-ready, nurtured and not; see `nurture`."""
    return _only("nurture_days_to_ready", data, period, by)


def nurture_cost_per_ready(
    data: Source, period: When = "all", by: str | Sequence[str] = ()
) -> pd.DataFrame:
    """Return the campaign money a sales-ready lead cost, nurtured and not; see `nurture`."""
    return _only("nurture_cost_per_ready", data, period, by)


def mature_leads(asked: Question, by: tuple[str, ...]) -> tuple[pd.DataFrame, int, str]:
    """Return the mature leads known to be nurtured or not, how many are too young, and why none.

    Raises
    ------
    MissingData
        When the leads do not say whether they were nurtured.
    """
    if not asked.data.has("leads", "nurtured"):
        raise MissingData(
            "the leads do not say whether they were nurtured",
            remedy="add nurtured (yes or no) to the leads, or name its column in the mapping",
        )
    rows = facts.ready_leads(asked.data, asked.until, by)
    rows = rows[asked.within(rows["created_day"]) & rows["nurtured"].notna()]
    leads, young, wait = mature(asked.data, asked.until, rows)
    late = f"all leads are younger than the {wait:.0f} days it takes to judge one"
    empty = late if young else "no lead in the period"
    return leads.assign(nurtured=leads["nurtured"].astype(bool)), young, empty


def _grid(sums: pd.DataFrame, names: tuple[str, ...]) -> pd.Index:
    """Return both groups, crossed with every group of the dimensions."""
    kinds = pd.DataFrame({"group_name": list(GROUPS.values())})
    if not names:
        return kinds.set_index("group_name").index
    known = sums.reset_index()[list(names)].drop_duplicates()
    return pd.MultiIndex.from_frame(kinds.merge(known, how="cross"))


def _cost(asked: Question, sums: pd.DataFrame) -> pd.DataFrame:
    priced = sums["priced_ready"].where(sums["n_cost"] > 0)
    if offers(asked.data, "campaigns", "cost") and offers(asked.data, "leads", "campaign_id"):
        unknown = "no lead names a campaign of known cost"
    else:
        unknown = "the data have no campaign costs, or the leads name no campaign"
    reason = np.where(sums["n_cost"] > 0, "no lead of known cost was sales-ready", unknown)
    value = sums["cost"] / priced.where(priced > 0)
    return pd.DataFrame(
        {"value": value, "n": priced.fillna(0.0), "reason": np.where(value.isna(), reason, "")}
    )


def _made(
    values: pd.DataFrame,
    sums: pd.DataFrame,
    what: tuple[str, str],
    fixed: tuple[tuple[str, ...], str, int],
) -> pd.DataFrame:
    (metric, unit), (names, key, young) = what, fixed
    rows = values.reset_index().rename(columns={"group_name": "nurtured"})
    made = figures.make(rows, metric, by=("nurtured", *names), unit=unit, period=key)
    counts = sums.reset_index(drop=True)[["n", "ready", "n_cost"]]
    extra = counts.rename(columns={"n": "leads", "n_cost": "priced"})
    return made.join(rows[["nurtured"]]).join(extra).assign(young=young)


def _only(metric: str, data: Source, period: When, by: str | Sequence[str]) -> pd.DataFrame:
    found = nurture(data, period, by)
    return found[found["metric"] == metric].reset_index(drop=True)
