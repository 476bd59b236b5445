"""Cross-selling shown: which products go together, and which accounts to offer the other one."""

from __future__ import annotations

import pandas as pd

from report_helpers.data.dataset import Dataset
from report_helpers.metrics.approach import SIGNIFICANT, accounts_to_approach, best_pair
from report_helpers.metrics.cross_sell import pair_lift, second_product_rate
from report_helpers.metrics.intervals import wilson
from report_helpers.periods import Period
from report_helpers.present.blocks import (
    Block,
    Callout,
    Cell,
    Finding,
    Findings,
    Row,
    Table,
    TableColumn,
    Tone,
)
from report_helpers.present.formats import count_of, interval, money, number

SHOWN = 8
WORTH_SAYING = 1.05  # an attribute that raises the rate by less is not named
ATTRIBUTES = ("segment", "industry", "size", "region")


def pair_table(data: Dataset, period: Period) -> Block:
    """Return how much more often than by chance customers have two products together.

    Parameters
    ----------
    data : the data set.
    period : what customers have running at its end.
    """
    found = pair_lift(data, period)
    if found["value"].isna().all():
        reason = found["reason"].iloc[0]
        return Callout(f"Not shown: {reason}.", title="Product pairs", tone="muted")
    shown = found.head(SHOWN)
    columns = (
        TableColumn("pair", "Products", width=1),
        TableColumn("both", "Have both", "right"),
        TableColumn("expected", "By chance", "right"),
        TableColumn("lift", "Lift", "right"),
        TableColumn("interval", "95% interval", "right"),
    )
    caption = f"Product pairs among {count_of(found['n'].iloc[0], 'customer')}"
    parts = [f"{r['group']} {number(r['value'], 'ratio')}" for _, r in shown.head(3).iterrows()]
    alt = f"{caption}, lift: {'; '.join(parts)}."
    return Table(columns, tuple(_pair(r) for _, r in shown.iterrows()), caption, alt, _notes(found))


def _pair(row: pd.Series) -> Row:
    tone, mark = _verdict(row)
    return Row(
        (
            Cell(str(row["group"])),
            Cell(number(row["both"], "count")),
            Cell(number(row["expected"], "count")),
            Cell(_lift(row["value"]), tone=tone, mark=mark),
            Cell(f"{_lift(row['low'])}–{_lift(row['high'])}" if row["low"] == row["low"] else ""),
        )
    )


def _lift(value: float) -> str:
    return f"{value:.2f}"


def _verdict(row: pd.Series) -> tuple[Tone, str]:
    if row["q"] >= SIGNIFICANT:
        return "", ""
    return ("good", "▲") if row["value"] > 1 else ("muted", "▼")


def _notes(found: pd.DataFrame) -> tuple[str, ...]:
    notes = [
        "▲ ▼ together more, or less, often than by chance (Fisher's exact test, corrected for "
        f"{count_of(len(found), 'pair')}). Customers with one product only make every pair look "
        "rarer, so a lift above 1 is on the safe side.",
    ]
    if found["reason"].iloc[0]:
        notes.append(f"Provisional: {found['reason'].iloc[0]}.")
    if len(found) > SHOWN:
        notes.append(f"{len(found) - SHOWN} pairs with lower lifts are not shown.")
    return tuple(notes)


def approach_table(data: Dataset, period: Period, currency: str = "EUR", limit: int = 15) -> Block:
    """Return the accounts to offer the second product of the pair that goes together most.

    Parameters
    ----------
    data : the data set.
    period : what accounts have at its end.
    currency : the currency of the amounts.
    limit : how many accounts.
    """
    found = accounts_to_approach(data, period, limit=limit)
    if found.empty:
        text = "No two products go together more often than by chance, so no list can be made."
        return Callout(text, title="Accounts to approach", tone="muted")
    columns = (
        TableColumn("account", "Account", width=1),
        TableColumn("offer", "Offer"),
        TableColumn("score", "Score", "right"),
        TableColumn("why", "Why", width=1.2),
    )
    one, other = found.attrs["pair"]
    caption = f"Accounts to approach: {one} with {other}"
    alt = f"{caption}. First: {', '.join(str(name) for name in found['name'].head(3))}."
    rows = tuple(_account(row, currency) for _, row in found.iterrows())
    return Table(columns, rows, caption, alt, _told(found))


def _account(row: pd.Series, currency: str) -> Row:
    what = " · ".join(str(row[name]) for name in ATTRIBUTES if name in row)
    paid = f", {money(row['amount'], currency)} a year" if row["amount"] == row["amount"] else ""
    return Row(
        (
            Cell(str(row["name"]), what),
            Cell(str(row["offer"]), f"has {row['has']}{paid}"),
            Cell(number(row["score"], "share"), bar=float(row["score"])),
            Cell(why(row["reasons"])),
        )
    )


def why(reasons: tuple[tuple[str, str, float], ...]) -> str:
    """Say what speaks for an account.

    Examples
    --------
    >>> why((("industry", "Pharma", 1.32), ("region", "North", 1.1)))
    'both 1.32× as often in Pharma, 1.10× in North'
    >>> why(())
    'nothing sets it apart'
    """
    told = [told for told in reasons if told[2] >= WORTH_SAYING][:3]
    if not told:
        return "nothing sets it apart"
    (_, first, raised), *rest = told
    more = "".join(f", {times:.2f}× in {value}" for _, value, times in rest)
    return f"both {raised:.2f}× as often in {first}{more}"


def _told(found: pd.DataFrame) -> tuple[str, ...]:
    told = found.attrs
    rate, (low, high) = told["both"] / told["n"], wilson(told["both"], told["n"])
    return (
        f"{len(found)} of {count_of(told['candidates'], 'account')} with one of the two and never "
        f"the other. Of {count_of(told['n'], 'customer')} with at least one, {told['both']} have "
        f"both ({number(rate, 'share')}, 95% {interval(float(low), float(high), 'share')}).",
        "Score: how much of what tells customers with both apart the account has; it ranks, it is "
        "no probability. Equal scores by what they pay.",
    )


def cross_sell_findings(data: Dataset, period: Period) -> Findings:
    """Say how many customers have a second product, and which pair goes together."""
    items = [_second(second_product_rate(data, period).iloc[0])]
    best = best_pair(data, period)
    if best is None:
        text = "none goes together more often than by chance."
        items.append(Finding(text, lead="Product pairs", tone="muted"))
    else:
        lift, low, high = (_lift(best[name]) for name in ("value", "low", "high"))
        both, expected, n = (number(best[name], "count") for name in ("both", "expected", "n"))
        text = (
            f"{both} customers have both, by chance it would be {expected}: lift {lift} "
            f"(95% {low}–{high}, n = {n})."
        )
        items.append(Finding(text, lead=str(best["group"]), tone="good"))
    return Findings(tuple(items), title="Second products")


def _second(rate: pd.Series) -> Finding:
    if rate["status"] == "na":
        return Finding(f"Not known: {rate['reason']}.", lead="Second product", tone="muted")
    spread, hits = interval(rate["low"], rate["high"], "share"), rate["value"] * rate["n"]
    text = (
        f"{number(hits, 'count')} of {count_of(rate['n'], 'customer')} have two or more products "
        f"(95% {spread})"
    )
    text += f"; {rate['reason']}." if rate["reason"] else "."
    return Finding(text, lead=f"Second product {number(rate['value'], 'share')}", tone="info")
