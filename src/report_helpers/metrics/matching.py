"""Whether nurturing pays: nurtured leads against others, raw and like with like."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from report_helpers import facts
from report_helpers.errors import MissingData
from report_helpers.facts.reduction import NONE, offers
from report_helpers.metrics.chance import chi2_tail
from report_helpers.metrics.intervals import Z95
from report_helpers.metrics.nurture import mature_leads
from report_helpers.metrics.question import Question, Source, When

STRATA = ("source", "segment")
FEWEST = 30  # leads in a group below which a comparison is an anecdote
WIDE = 0.25  # share of the raw difference that may vanish among like leads before it is said
UNLIKE = 0.1  # standard deviations apart from which two groups differ in an attribute


@dataclass(frozen=True)
class Comparison:
    """Nurtured leads against others, raw and matched on source and segment.

    Parameters
    ----------
    rates : ready rates: ``nurtured``, ``others`` (raw), and ``matched``: that of the others if they
        had the nurtured leads' sources and segments.
    raw, matched : difference in ready rates, nurtured less others.
    low, high : 95 % interval of the matched difference.
    p : Cochran-Mantel-Haenszel test of no difference within the strata.
    warnings : why the comparison is not a fair one, each in a sentence; never complete.
    strata : one row a stratum: ``source``, ``segment`` as far as there are, leads and ready leads
        of both groups (``n1``, ``ready1``, ``n0``, ``ready0``).
    """

    rates: dict[str, float]
    raw: float
    matched: float
    low: float
    high: float
    p: float
    warnings: tuple[str, ...]
    strata: pd.DataFrame


def nurture_comparison(data: Source, period: When = "all") -> Comparison:
    """Compare nurtured leads with others of the same source and segment.

    Direct standardisation: the rate of the others in each stratum (source and segment), weighted
    by the nurtured leads in it. Strata without both kinds are left out of the matched figures. The
    variance of the difference is Σ w² (p₁q₁/n₁ + p₀q₀/n₀), each p being (ready + ½) ÷ (n + 1), so
    that a stratum of 0 in 3 is not taken for certain.

    Like source and segment is not like everything: who was chosen for nurturing was chosen for a
    reason. Only leads nurtured by lot would tell its effect.

    Parameters
    ----------
    data, period : as `nurture` takes them.

    Raises
    ------
    MissingData
        As `nurture`, and when one of the two groups has no mature lead.
    """
    asked = Question.of(data, period)
    names = tuple(name for name in STRATA if offers(asked.data, "leads", name))
    leads, _, empty = mature_leads(asked, names)
    strata = _strata(leads, names)
    totals = strata[["n1", "ready1", "n0", "ready0"]].sum()
    if not (totals["n1"] and totals["n0"]):
        raise MissingData(
            f"no fair comparison: {empty or 'all leads were nurtured, or none was'}",
            remedy="record nurtured for both kinds of leads",
        )
    rates = {
        "nurtured": float(totals["ready1"] / totals["n1"]),
        "others": float(totals["ready0"] / totals["n0"]),
    }
    raw = rates["nurtured"] - rates["others"]
    both = strata[(strata["n1"] > 0) & (strata["n0"] > 0)]
    matched, error = standardised(both)
    low, high = matched - Z95 * error, matched + Z95 * error
    like = float(both["ready1"].sum() / both["n1"].sum()) if len(both) else np.nan
    rates["matched"] = like - matched
    told = _warnings(totals, both, (raw, matched), names)
    told += _unlike(facts.nurture_balance(asked.data, asked.until))
    return Comparison(rates, raw, matched, low, high, cmh(both), told, strata)


def standardised(strata: pd.DataFrame) -> tuple[float, float]:
    """Return the difference in rates with the nurtured leads' mix, and its standard error.

    Parameters
    ----------
    strata : ``n1``, ``ready1``, ``n0``, ``ready0``, all strata holding both kinds.

    Examples
    --------
    >>> strata = pd.DataFrame({"n1": [10, 30], "ready1": [5, 6], "n0": [40, 10], "ready0": [10, 1]})
    >>> round(standardised(strata)[0], 4)  # 1/4 of 0.25 and 3/4 of 0.1
    0.1375
    """
    if strata.empty:
        return np.nan, np.nan
    weights = strata["n1"] / strata["n1"].sum()
    gap = strata["ready1"] / strata["n1"] - strata["ready0"] / strata["n0"]
    spread = pd.Series(0.0, index=strata.index)
    for kind in ("1", "0"):
        n, p = strata[f"n{kind}"], (strata[f"ready{kind}"] + 0.5) / (strata[f"n{kind}"] + 1)
        spread = spread + p * (1 - p) / n
    return float((weights * gap).sum()), float(np.sqrt((weights**2 * spread).sum()))


def cmh(strata: pd.DataFrame) -> float:
    """Return the p-value of the Cochran-Mantel-Haenszel test, without correction.

    (Σ (ready₁ - expected))² ÷ Σ variance, chi-squared with one degree of freedom; Mantel and
    Haenszel (1959), Journal of the National Cancer Institute 22:719-748. NaN where no stratum
    varies.
    """
    n = strata["n1"] + strata["n0"]
    ready = strata["ready1"] + strata["ready0"]
    usable = n > 1
    expected = strata["n1"] * ready / n
    spread = strata["n1"] * strata["n0"] * ready * (n - ready) / (n**2 * (n - 1).where(usable))
    total = float(spread[usable].sum())
    if not total:
        return np.nan
    return chi2_tail(float((strata["ready1"] - expected)[usable].sum()) ** 2 / total)


def _strata(leads: pd.DataFrame, names: tuple[str, ...]) -> pd.DataFrame:
    keys = list(names) or ["all"]
    leads = leads if names else leads.assign(all=NONE)
    counts = pd.DataFrame(
        {
            "n1": leads["n"] * leads["nurtured"],
            "ready1": leads["n"] * (leads["nurtured"] & leads["quality"]),
            "n0": leads["n"] * ~leads["nurtured"],
            "ready0": leads["n"] * (~leads["nurtured"] & leads["quality"]),
        }
    )
    return counts.astype(float).groupby([leads[key] for key in keys]).sum().reset_index()


def _warnings(
    totals: pd.Series, both: pd.DataFrame, gaps: tuple[float, float], names: tuple[str, ...]
) -> tuple[str, ...]:
    raw, matched = gaps
    told = []
    fewest = int(min(totals["n1"], totals["n0"]))
    if fewest < FEWEST:
        told.append(f"Only {fewest} leads in the smaller group: too few to conclude anything.")
    alone = int(totals["n1"] - both["n1"].sum())
    if alone:
        told.append(
            f"{alone} of {int(totals['n1'])} nurtured leads have no counterpart of the same "
            "source and segment and are left out of the matched figures."
        )
    if len(names) < len(STRATA):
        lacking = " and ".join(name for name in STRATA if name not in names)
        told.append(f"The leads lack {lacking}, so they are not matched on it.")
    if len(both) and abs(raw - matched) > WIDE * abs(raw):
        told.append(
            f"Like leads differ by {matched * 100:+.1f} points, all leads by {raw * 100:+.1f}: "
            "much of the raw difference is who was nurtured."
        )
    return tuple(told)


def _unlike(balance: pd.DataFrame) -> tuple[str, ...]:
    """Name the attributes in which nurtured leads differ and that are not matched.

    The standardised difference is that of the means over the root of the mean variance; above 0.1
    groups are commonly called unlike (Austin, 2009, Statistics in Medicine 28:3083-3107).
    """
    spread = np.sqrt((balance["var1"] + balance["var0"]) / 2)
    apart = (balance["mean1"] - balance["mean0"]).abs() > UNLIKE * spread
    return tuple(
        f"Nurtured leads differ in {row['attribute'].replace('_', ' ')} "
        f"({row['mean1']:.2g} on average against {row['mean0']:.2g}), "
        "which is not matched: part of the difference may be that."
        for _, row in balance[apart & (spread > 0)].iterrows()
    )
