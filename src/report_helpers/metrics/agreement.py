"""Whether Marketing and Sales mean the same by a quality lead, and the leads they dispute."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from report_helpers import facts
from report_helpers.metrics import figures
from report_helpers.metrics.definitions import conditions_of, definitions, verdicts
from report_helpers.metrics.intervals import Z95, wilson
from report_helpers.metrics.judged import Judged, need_teams, wait_days
from report_helpers.metrics.judged import judged as judge
from report_helpers.metrics.once import once
from report_helpers.metrics.question import Question, Source, When
from report_helpers.metrics.tally import share

PAIR = ("marketing", "sales")
SIDES = {
    (1.0, 1.0): "both",
    (1.0, 0.0): "marketing only",
    (0.0, 1.0): "sales only",
    (0.0, 0.0): "neither",
}
LOOKED_AT = 2000  # of the latest leads, to find disputed ones among


@dataclass(frozen=True)
class Kappa:
    """Cohen's kappa with its standard error and 95 % interval; NaN where it is not defined."""

    value: float
    error: float
    low: float
    high: float


def kappa(table: np.ndarray) -> Kappa:
    """Return Cohen's kappa of a 2 x 2 table of two judges' verdicts.

    (observed - expected agreement) ÷ (1 - expected): 1 is full agreement, 0 what chance alone
    gives. The standard error is that of Fleiss, Cohen and Everitt (1969), for a kappa that is
    not 0. Both judges always saying the same one thing leaves it undefined.

    Parameters
    ----------
    table : counts; rows the one judge's verdict, columns the other's.

    References
    ----------
    J. Cohen (1960), Educational and Psychological Measurement 20:37-46; J. L. Fleiss, J. Cohen,
    B. S. Everitt (1969), Psychological Bulletin 72:323-327.

    Examples
    --------
    >>> found = kappa(np.array([[20, 5], [10, 15]]))
    >>> round(found.value, 2), round(found.error, 3)
    (0.4, 0.127)
    """
    n = table.sum()
    shares = table / n if n else np.full((2, 2), np.nan)
    rows, columns = shares.sum(axis=1), shares.sum(axis=0)
    observed, expected = np.trace(shares), float(rows @ columns)
    if not expected < 1:
        return Kappa(np.nan, np.nan, np.nan, np.nan)
    value = (observed - expected) / (1 - expected)
    kept = 1 - value
    diagonal = sum(shares[i, i] * (1 - (rows[i] + columns[i]) * kept) ** 2 for i in range(2))
    beside = sum(shares[i, 1 - i] * (columns[i] + rows[1 - i]) ** 2 for i in range(2))
    spread = diagonal + kept**2 * beside - (value - expected * kept) ** 2
    error = float(np.sqrt(max(spread, 0.0) / n) / (1 - expected))
    low, high = max(-1.0, value - Z95 * error), min(1.0, value + Z95 * error)
    return Kappa(float(value), error, float(low), float(high))


@once
def agreement(
    data: Source, period: When = "all", by: str | Sequence[str] = (), judged: str = "then"
) -> pd.DataFrame:
    """Return the share of leads that Marketing's and Sales' definitions judge alike, and kappa.

    Parameters
    ----------
    data, period, by, judged : as `lead_quality.definition_scores` takes them.

    Returns
    -------
    DataFrame
        Figures ``definition_agreement`` (share, Wilson interval) and ``definition_kappa`` (Cohen's
        kappa), ``n`` the mature leads both teams' definitions judged.

    Raises
    ------
    MissingData
        When a team has no definition, or as `definition_scores`.
    """
    names = (by,) if isinstance(by, str) else tuple(by)
    found = judge(data, period, names, judged)
    need_teams(found, *PAIR)
    leads = found.leads.dropna(subset=list(PAIR))
    groups = list(leads.groupby(list(names))) if names else [((), leads)]
    rows = [dict(zip(names, key, strict=True)) | _measured(part) for key, part in groups]
    frame = pd.DataFrame(rows, columns=[*names, "same", "n", "value", "low", "high"])
    key = "all" if isinstance(period, str) else period.key
    empty = found.why_empty if found.leads.empty else "no lead was judged by both definitions"
    alike = share(frame["same"], frame["n"], empty).join(frame[list(names)])
    reason = np.where(frame["n"] > 0, "both definitions judge all leads the same way", empty)
    frame["reason"] = np.where(frame["value"].isna(), reason, "")
    return figures.join(
        [
            figures.make(alike, "definition_agreement", by=names, unit="share", period=key),
            figures.make(frame, "definition_kappa", by=names, unit="score", period=key),
        ]
    )


def definition_agreement(
    data: Source, period: When = "all", by: str | Sequence[str] = ()
) -> pd.DataFrame:
    """Return the share of leads that both teams' definitions judge alike.

    See `agreement`, which returns it together with kappa.
    """
    return _only("definition_agreement", data, period, by)


def definition_kappa(
    data: Source, period: When = "all", by: str | Sequence[str] = ()
) -> pd.DataFrame:
    """Return Cohen's kappa of both teams' definitions: agreement beyond chance.

    See `agreement`, which returns it together with the raw share.
    """
    return _only("definition_kappa", data, period, by)


def overlap(data: Source, period: When = "all", judged: str = "then") -> pd.DataFrame:
    """Return the leads by who passes them: both teams, one of them only, neither.

    Parameters
    ----------
    data, period, judged : as `lead_quality.definition_scores` takes them.

    Returns
    -------
    DataFrame
        Four rows: ``side`` (``both``, ``marketing only``, ``sales only``, ``neither``), ``n``
        mature leads, ``hits`` of quality, ``value`` their share with ``low`` and ``high`` (Wilson),
        ``worked``: how many of them Marketing handed over (NaN where the data cannot tell).

    Raises
    ------
    MissingData
        When a team has no definition, or as `definition_scores`.
    """
    found = judge(data, period, (), judged)
    need_teams(found, *PAIR)
    return _sides(found)


def disputed_leads(data: Source, period: When = "all", limit: int = 15) -> pd.DataFrame:
    """List the latest leads that one team's definition passes and the other's does not.

    Parameters
    ----------
    data : a data set or a dict of tables with ``leads`` and ``criteria``.
    period : leads that arrived before its end.
    limit : how many, at most; they are looked for among the last 2,000 leads.

    Returns
    -------
    DataFrame
        One row a lead, the latest first: ``lead_id``, ``created_day``, ``source``, ``segment``,
        ``region`` as far as there are, ``side``, and ``outcome``: ``quality``, ``not handed over``
        (Sales never saw it) or ``no quality``. Leads too young to be judged are left out.

    Raises
    ------
    MissingData
        When a team has no definition, or as `definition_scores`.
    """
    asked = Question.of(data, period)
    known = definitions(asked.data, asked.until)
    need_teams(Judged(pd.DataFrame(), tuple({one.team for one in known}), 0, 0), *PAIR)
    rows = facts.latest_leads(asked.data, asked.until, conditions_of(known), LOOKED_AT)
    pair = [verdicts(known, rows, team) for team in PAIR]
    rows["side"] = [SIDES.get(both, "") for both in zip(*pair, strict=True)]
    mature = pd.Timestamp(asked.until) - pd.Timedelta(days=wait_days(_waits(asked)))
    rows = rows[rows["created_day"] <= mature]
    unseen = rows["handed_over"].eq(False).fillna(False).astype(bool)
    rows["outcome"] = np.select(
        [rows["quality"], unseen], ["quality", "not handed over"], "no quality"
    )
    shown = ["lead_id", "created_day", *(n for n in facts.EARLY if n in rows), "side", "outcome"]
    only = rows[rows["side"].isin(["marketing only", "sales only"])]
    return only[shown].head(limit).reset_index(drop=True)


def _waits(asked: Question) -> pd.DataFrame:
    return facts.quality_days(asked.data, asked.until)


def _measured(leads: pd.DataFrame) -> dict[str, float]:
    pairs = leads.groupby(list(PAIR))["n"].sum()
    table = np.array([[float(pairs.get((a, b), 0)) for b in (1.0, 0.0)] for a in (1.0, 0.0)])
    found = kappa(table)
    measured = {"value": found.value, "low": found.low, "high": found.high}
    return {"same": float(np.trace(table)), "n": float(table.sum()), **measured}


def _sides(found: Judged) -> pd.DataFrame:
    leads = found.leads.dropna(subset=list(PAIR))
    side = [SIDES[both] for both in zip(*(leads[team] for team in PAIR), strict=True)]
    over = pd.to_numeric(leads["handed_over"]).astype("float64")
    counted = pd.DataFrame(
        {
            "side": side,
            "n": leads["n"].astype(float).to_numpy(),
            "hits": (leads["quality"] * leads["n"]).astype(float).to_numpy(),
            "worked": (over * leads["n"]).to_numpy(),
        }
    )
    sums = counted.groupby("side").sum(min_count=1).reindex(list(SIDES.values()))
    sums[["n", "hits"]] = sums[["n", "hits"]].fillna(0.0)
    low, high = wilson(sums["hits"], sums["n"])
    value = sums["hits"] / sums["n"].where(sums["n"] > 0)
    return sums.assign(value=value, low=low, high=high).reset_index()


def _only(metric: str, data: Source, period: When, by: str | Sequence[str]) -> pd.DataFrame:
    found = agreement(data, period, by)
    return found[found["metric"] == metric].reset_index(drop=True)
