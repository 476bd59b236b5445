"""Campaigns: what those that ran brought in for their money, and which come next."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pandas as pd

from report_helpers import facts
from report_helpers.errors import MissingData
from report_helpers.metrics.intervals import wilson
from report_helpers.metrics.question import Question, Source, When

AHEAD = 2  # weeks


def campaign_results(data: Source, period: When = "all") -> pd.DataFrame:
    """Return the campaigns that ran in the period, judged on the response they brought so far.

    Parameters
    ----------
    data : a data set or a dict of tables with ``campaigns``.
    period : campaigns that ran on at least one of its days; what they brought counts up to its end.

    Returns
    -------
    DataFrame
        One row a campaign, the most quality leads first: the campaign's own columns, then
        ``responses``, ``leads``, ``mqls``, ``sqls`` (NaN where the data cannot tell),
        ``cost_per_response`` and ``cost_per_mql`` (money; NaN without cost, or with nothing to
        divide by), ``quality_share`` (quality leads ÷ leads) with ``quality_low`` and
        ``quality_high`` (Wilson 95 %), and as context, no verdict, ``influenced_won``: the amount
        of won deals whose lead had answered the campaign (NaN where nobody can tell). ``status``
        is ``done`` or ``running`` at the period's end, by the campaign's dates: a report made
        again later says the same. ``cost`` is what the data hold today.

    Raises
    ------
    MissingData
        When there are no campaigns.
    """
    asked = Question.of(data, period)
    found = _listed(asked)
    end = pd.Timestamp(asked.until)
    running = found["ends_on"].isna() | (found["ends_on"] >= end)
    ran = found["starts_on"] < end
    if asked.spans.periods:
        ran &= running | (found["ends_on"] >= pd.Timestamp(asked.spans.periods[0].start))
    found["status"] = np.where(running, "running", "done")
    found["cost_per_response"] = _per(found["cost"], found["responses"])
    found["cost_per_mql"] = _per(found["cost"], found["mqls"])
    found["quality_share"] = _per(found["mqls"], found["leads"])
    sound = found["leads"].where(found["mqls"] <= found["leads"])
    found["quality_low"], found["quality_high"] = wilson(found["mqls"], sound)
    found["influenced_won"] = _influenced(asked, found["campaign_id"])
    order = found[ran].sort_values(
        ["mqls", "responses", "campaign_id"], ascending=[False, False, True]
    )
    return order.reset_index(drop=True)


def planned_campaigns(data: Source, period: When = "all") -> pd.DataFrame:
    """Return the campaigns that start in the two weeks after the period, the next one first.

    Parameters
    ----------
    data : a data set or a dict of tables with ``campaigns``.
    period : the two weeks begin where it ends; for ``all``, after the data's last day.

    Returns
    -------
    DataFrame
        One row a campaign, with the campaign's own columns.

    Raises
    ------
    MissingData
        When there are no campaigns.
    """
    asked = Question.of(data, period)
    found = _listed(asked).drop(columns=["responses", "leads", "mqls", "sqls"])
    first, last = pd.Timestamp(asked.until), pd.Timestamp(asked.until + timedelta(weeks=AHEAD))
    coming = found["starts_on"].between(first, last, inclusive="left")
    return found[coming].sort_values(["starts_on", "campaign_id"]).reset_index(drop=True)


def _listed(asked: Question) -> pd.DataFrame:
    found = facts.campaign_results(asked.data, asked.until)
    ends = found.get("ends_on", pd.Series(pd.NaT, index=found.index))
    cost = pd.to_numeric(found.get("cost", pd.Series(np.nan, index=found.index)))
    return found.assign(ends_on=pd.to_datetime(ends), cost=cost.astype(float))


def _influenced(asked: Question, campaigns: pd.Series) -> pd.Series:
    try:
        amounts = facts.influenced_won(asked.data, asked.until)
    except MissingData:  # no answers or no deals that name a lead: nothing to set beside
        return pd.Series(np.nan, index=campaigns.index)
    return campaigns.map(amounts).fillna(0.0)


def _per(top: pd.Series, bottom: pd.Series) -> pd.Series:
    return top / bottom.where(bottom > 0)
