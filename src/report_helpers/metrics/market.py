"""The market: how much of it is ours, and what the rest is worth, segment by segment."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from report_helpers.facts import market as facts
from report_helpers.facts.orders import from_deals
from report_helpers.metrics import figures
from report_helpers.metrics.chance import student
from report_helpers.metrics.cross_sell import DERIVED
from report_helpers.metrics.intervals import wilson
from report_helpers.metrics.once import once
from report_helpers.metrics.question import Question, Source, When
from report_helpers.metrics.shrinkage import shrink
from report_helpers.periods import WEEK, Period

YEAR = 52 * WEEK
UNITS = {
    "penetration": "share",
    "white_space_accounts": "count",
    "white_space_value": "money",
}


@once
def white_space(
    data: Source, period: When = "all", by: str | Sequence[str] = "segment"
) -> pd.DataFrame:
    """Return, for each group of accounts, how many are customers and what the others are worth.

    Deals are those of the group's accounts that closed in the 52 weeks that end with the period.

    Parameters
    ----------
    data : a data set or a dict of tables with ``accounts``.
    period : customers are those at its end; ``all``: the data's last day, and all closed deals.
    by : attributes of the account: ``segment``, ``industry``, ``size``, ``region``.

    Returns
    -------
    DataFrame
        One row a group, the one to win first on top:

        - ``addressable`` = ``customers`` + ``others`` accounts we could sell to; ``outside``:
          customers among accounts that are not addressable or that nobody marked.
        - ``penetration`` = customers ÷ addressable, with ``penetration_low``, ``_high`` (Wilson).
        - ``closed`` deals, ``win_rate`` = won ÷ closed with ``win_low`` and ``win_high`` (Wilson),
          and the rate drawn towards the whole: ``shrunk``, ``shrunk_low``, ``shrunk_high``.
        - ``paid`` won deals with an amount, ``deal_size`` their mean amount, with ``deal_low`` and
          ``deal_high`` (Student's t on the log scale).
        - ``worth`` = others × shrunk × deal_size: what one deal with each of the others would
          bring, with ``worth_low`` and ``worth_high`` (MOVER: the distances of rate and deal size
          to their own bounds, on the log scale, added as squares).
        - ``good``: the shrunk win rate is not surely below that of the whole.

        For the whole, ``worth`` is the sum over segments, where accounts have them: what a deal
        brings differs too much between segments to be averaged.

    Raises
    ------
    MissingData
        When there are no accounts, neither orders nor won deals, or an attribute is missing.

    References
    ----------
    G. Y. Zou, A. Donner (2008), Statistics in Medicine 27:1693-1702, for the method of variance
    estimates recovery (MOVER).
    """
    asked = Question.of(data, period, by)
    names = list(asked.by)
    counts = _accounts(asked)
    deals = _deals(asked, period)
    found = counts.join(deals, how="left") if names else counts.join(deals)
    found[["closed", "won", "paid"]] = found[["closed", "won", "paid"]].fillna(0)
    worth = valued(found)
    if names:
        return _ranked(worth).reset_index()
    if "segment" in asked.data.tables["accounts"].columns:
        return worth.assign(**together(white_space(asked.data, period, "segment")))
    return worth


def penetration(data: Source, period: When = "all", by: str | Sequence[str] = ()) -> pd.DataFrame:
    """Return which share of the addressable accounts are customers; see :func:`white_space`."""
    columns = {
        "value": "penetration",
        "n": "addressable",
        "low": "penetration_low",
        "high": "penetration_high",
    }
    return _figures("penetration", data, period, by, columns)


def white_space_accounts(
    data: Source, period: When = "all", by: str | Sequence[str] = ()
) -> pd.DataFrame:
    """Return how many addressable accounts are no customers; see :func:`white_space`."""
    return _figures(
        "white_space_accounts", data, period, by, {"value": "others", "n": "addressable"}
    )


def white_space_value(
    data: Source, period: When = "all", by: str | Sequence[str] = ()
) -> pd.DataFrame:
    """Return what one deal with each of the others would bring; see :func:`white_space`."""
    columns = {"value": "worth", "n": "closed", "low": "worth_low", "high": "worth_high"}
    return _figures("white_space_value", data, period, by, columns)


def together(groups: pd.DataFrame) -> dict[str, float]:
    """Return what all groups are worth: the sum, with the interval of a sum (MOVER).

    A group of unknown worth is left out, and so makes the sum a lower bound.
    """
    known = groups[groups["worth"].notna()]
    worth = float(known["worth"].sum(min_count=1))
    down, up = (
        float(np.sqrt(((known["worth"] - known[f"worth_{end}"]) ** 2).sum(skipna=False)))
        for end in ("low", "high")
    )
    return {"worth": worth, "worth_low": worth - down, "worth_high": worth + up}


def _accounts(asked: Question) -> pd.DataFrame:
    """Return addressable accounts, customers and others of each group, with the penetration."""
    states = facts.account_states(asked.data, asked.until, asked.by)
    reach = states["addressable"] == "yes"
    parts = {
        "addressable": reach,
        "customers": reach & states["customer"],
        "outside": ~reach & states["customer"],
    }
    counted = states.assign(**{name: states["n"].where(mask, 0) for name, mask in parts.items()})
    found = _summed(counted, asked.by, list(parts))
    low, high = wilson(found["customers"], found["addressable"])
    return found.assign(
        others=found["addressable"] - found["customers"],
        penetration=found["customers"] / found["addressable"].where(found["addressable"] > 0),
        penetration_low=low,
        penetration_high=high,
    )


def _deals(asked: Question, period: When) -> pd.DataFrame:
    """Return closed and won deals of each group, with the moments of the amounts won."""
    found = facts.account_deals(asked.data, asked.until, asked.by)
    if isinstance(period, Period):
        year = Question.of(asked.data, Period(period.end - YEAR, period.end))
        found = found[year.within(found["closed_week"])]
    won = found["outcome"] == "won"
    columns = {"won": "n", "paid": "n_amount", "amount": "amount", "squares": "squares"}
    counted = found.assign(**{name: found[of].where(won, 0) for name, of in columns.items()})
    return _summed(counted.assign(closed=found["n"]), asked.by, ["closed", *columns])


def _summed(frame: pd.DataFrame, by: Sequence[str], names: list[str]) -> pd.DataFrame:
    if by:
        return frame.groupby(list(by))[names].sum().astype(float)
    return frame[names].sum().to_frame().T.astype(float)


def valued(found: pd.DataFrame) -> pd.DataFrame:
    """Add win rates, deal size and what the others are worth, each with its interval.

    Parameters
    ----------
    found : one row a group, with ``others``, ``closed``, ``won`` and ``paid`` deals, the sum of the
        ``amount`` won and of its ``squares``. The columns added are told in `white_space`.
    """
    low, high = wilson(found["won"], found["closed"])
    rate = found["won"] / found["closed"].where(found["closed"] > 0)
    drawn = shrink(found["won"], found["closed"]).set_index(found.index).drop(columns="weight")
    found = found.assign(win_rate=rate, win_low=low, win_high=high).join(drawn)
    paid = found["paid"].where(found["paid"] > 0)
    size = found["amount"] / paid
    spread = (found["squares"] - paid * size**2).clip(lower=0) / (paid - 1).where(paid > 1)
    reach = np.sqrt(spread / paid) / size * student((paid - 1).clip(lower=1))
    found = found.assign(
        deal_size=size, deal_low=size * np.exp(-reach), deal_high=size * np.exp(reach)
    )
    down, up = (
        np.hypot(_log(found["shrunk"] / found[f"shrunk_{end}"]), _log(size / found[f"deal_{end}"]))
        for end in ("low", "high")
    )
    worth = found["others"] * found["shrunk"] * size
    whole = found["won"].sum() / max(found["closed"].sum(), 1)
    return found.assign(
        worth=worth,
        worth_low=worth * np.exp(-down),
        worth_high=worth * np.exp(up),
        good=found["shrunk_high"].ge(whole),
    )


def _log(ratio: pd.Series) -> pd.Series:
    """Return the logarithm; missing where a rate is nil and no bound can be put beside it."""
    known = ratio.where((ratio > 0) & np.isfinite(ratio))
    return pd.Series(np.log(known), index=ratio.index)


def _ranked(found: pd.DataFrame) -> pd.DataFrame:
    return found.sort_values(["good", "worth", "others"], ascending=False, kind="stable")


def _figures(
    metric: str,
    data: Source,
    period: When,
    by: str | Sequence[str],
    columns: dict[str, str],
) -> pd.DataFrame:
    """Return one column of `white_space` as figures, with what it rests on."""
    asked = Question.of(data, period, by)
    found = white_space(asked.data, period, asked.by)
    values = found[[*asked.by, *columns.values()]].set_axis([*asked.by, *columns], axis=1)
    none = np.where(found["addressable"] == 0, "no addressable account", "no amount of won deals")
    values["reason"] = np.where(values["value"].isna(), none, _remark(asked))
    fixed = {"unit": UNITS[metric], "period": asked.key}
    return figures.make(values, metric, by=asked.by, **fixed)


def _remark(asked: Question) -> str:
    """Return what makes the figures less than final; empty where nothing does."""
    told = [DERIVED] if from_deals(asked.data) else []
    if "addressable" not in asked.data.tables["accounts"].columns:
        told.append("nobody marked the addressable accounts: all count")
    return "; ".join(told)
