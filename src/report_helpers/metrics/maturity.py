"""Whether a cohort of leads can be judged yet, or still: too young, or older than the record."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pandas as pd

MOST, TYPICAL = 0.9, 0.5
STRAY = 0.01  # records before the first week that holds more than this share are strays
TOLERANCE = 0.1  # a cohort is provisional when more than this share of it cannot be judged
WEEK = pd.Timedelta(weeks=1)


def observed_from(flow: pd.DataFrame) -> pd.Series:
    """Return, for each stage of the fact ``lead_flow``, the week from which it was recorded.

    All but 1 in 100 records of the stage lie in that week or later: a few early ones, entered
    afterwards or mistyped, do not make a record. Leads created long before it look as if they had
    failed.

    Examples
    --------
    >>> weeks = pd.to_datetime(["2026-01-05", "2025-01-06", "2026-01-19"])
    >>> flow = pd.DataFrame({"stage": ["inquiry", "won", "won"], "reached_week": weeks,
    ...                      "n": [900, 1, 200]})
    >>> observed_from(flow)["won"].date()
    datetime.date(2026, 1, 19)
    """
    dated = flow.dropna(subset=["reached_week"])
    records = dated.groupby(["stage", "reached_week"])["n"].sum()
    share = records.groupby("stage").cumsum() / records.groupby("stage").transform("sum")
    begun = share[share > STRAY].reset_index()
    return begun.groupby("stage")["reached_week"].min()


def doubts(
    flow: pd.DataFrame, cohort: pd.DataFrame, keys: Sequence[str], stage: str, until: date
) -> pd.Series:
    """Return, for each cohort, why its share that reached a stage is provisional; else empty.

    A cohort is *young* when more than a tenth of its leads are younger than the weeks within which
    nine in ten of all leads that reached the stage did so. It is *early* when more than a tenth
    were created before the stage was recorded (`observed_from`), less the median weeks it takes:
    some of them will have reached it unrecorded. The jump after such cohorts is no improvement.

    Parameters
    ----------
    flow : the fact ``lead_flow``.
    cohort : its rows to be judged, with the columns named in `keys`.
    keys : columns that name a cohort.
    stage : the stage in question.
    until : exclusive end of what is known.
    """
    leads = cohort[cohort["stage"] == "inquiry"]
    total = leads.groupby(list(keys))["n"].sum()
    reached = flow[flow["stage"] == stage].dropna(subset=["created_week", "reached_week"])
    if stage == "inquiry" or reached.empty:
        unknown = "" if stage == "inquiry" else f"no lead is known to have reached {stage} yet"
        return pd.Series(unknown, index=total.index, dtype="str")
    most, typical = (weeks_to(flow, stage, share) for share in (MOST, TYPICAL))
    first = observed_from(flow[flow["stage"] == stage])[stage]
    young = leads["created_week"] + (most + 1) * WEEK > pd.Timestamp(until)
    early = leads["created_week"] < first - typical * WEEK
    late = f"of those that reach {stage}, 9 in 10 take up to {most:.0f} weeks"
    since = f"99 in 100 date from the week of {first.date()} or later"
    words = {
        f"leads are too young: {late}": young,
        f"leads came before {stage} was on full record: {since}": early,
    }
    told = pd.Series("", index=total.index, dtype="str")
    for reason, doubtful in words.items():
        n = leads[doubtful].groupby(list(keys))["n"].sum().reindex(total.index, fill_value=0)
        line = n.astype("str") + " of " + total.astype("str") + " " + reason
        told = told.str.cat(line.where(n > TOLERANCE * total, ""), sep="; ").str.strip("; ")
    return told


def weeks_to(flow: pd.DataFrame, stage: str, share: float = MOST) -> float:
    """Return the weeks from creation within which that share of a stage's leads reached it.

    NaN where no lead is known to have reached it.
    """
    reached = flow[flow["stage"] == stage].dropna(subset=["created_week", "reached_week"])
    weeks = (reached["reached_week"] - reached["created_week"]).dt.days / 7
    return _quantile(weeks, reached["n"], share) if len(reached) else float("nan")


def _quantile(values: pd.Series, counts: pd.Series, q: float) -> float:
    """Return the least value that at least the share `q` of the counted cases do not exceed."""
    ordered = counts.groupby(values).sum().sort_index()
    return float(ordered.index[int((ordered.cumsum() >= q * ordered.sum()).argmax())])
