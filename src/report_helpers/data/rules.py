"""What may look odd in a canonical table without being an error: counted, shown, never dropped."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from report_helpers.data.contracts import Column, Kind, Table
from report_helpers.data.grid import FILE, ROW

EVENTS = {
    "opportunities": ("created_on", "closed_on"),
    "stage_events": ("entered_at",),
    "leads": ("created_on", "mql_on", "accepted_on", "rejected_on", "sql_on", "first_touch_at"),
    "responses": ("responded_at",),
    "notes": ("written_on", "closed_on"),
}
"""Columns of things that have happened; planned days, such as a campaign's, are not among them."""

EARLIEST, LATEST = datetime(1900, 1, 2), datetime(2200, 1, 1)  # LATEST is the first day after
LARGEST = 1e15


@dataclass(frozen=True)
class Rule:
    """A condition on rows.

    Parameters
    ----------
    what : what its rows have in common, in words.
    columns : the columns it looks at; also shown in the examples.
    holds : from an Ibis table to the condition.
    """

    what: str
    columns: tuple[str, ...]
    holds: Callable[[Any], Any]

    def fits(self, contract: Table, columns: Sequence[str]) -> bool:
        """Return whether a table has all the columns the rule looks at."""
        return all(name in contract.names and name in columns for name in self.columns)


def observations(contract: Table) -> list[Rule]:
    """Return the rules to observe in a canonical table."""
    return [*map(_order, contract.order), *_OWN.get(contract.name, ())]


def beyond(column: Column) -> Rule | None:
    """Return the rule that a date or number is outside what a business can mean, if it is either.

    Systems write 0001-01-01, 1900-01-01 or 9999-12-31 for "no date"; from 10^15 on a 64-bit float
    no longer holds every cent, and infinity lies there too.
    """
    name, told = column.name, f"values of {column.name}"
    if column.kind is Kind.WHEN:
        return Rule(
            f"{told} before 1900-01-02 or after 2199, left empty",
            (name,),
            lambda t: (t[name] < EARLIEST) | (t[name] >= LATEST),
        )
    if column.kind is Kind.NUMBER:
        return Rule(
            f"{told} beyond a million billions, left empty",
            (name,),
            lambda t: (t[name] >= LARGEST) | (t[name] <= -LARGEST),
        )
    return None


def gap(column: str) -> Rule:
    """Return the rule that a row has no value in a column."""
    return Rule(f"rows without {column}", (column,), lambda t: t[column].isnull())


def _order(pair: tuple[str, str]) -> Rule:
    first, second = pair
    return Rule(f"{second} before {first}", pair, lambda t: t[second] < t[first])


CLOSED_WHILE_OPEN = Rule(
    "closing dates of open deals, which are expectations, left empty",
    ("outcome", "closed_on"),
    lambda t: (t["outcome"] == "open") & t["closed_on"].notnull(),
)
_OWN = {
    "opportunities": (
        Rule("deals without a created date", ("created_on",), lambda t: t["created_on"].isnull()),
        Rule(
            "won or lost deals without a closing date",
            ("outcome", "closed_on"),
            lambda t: t["outcome"].isin(["won", "lost"]) & t["closed_on"].isnull(),
        ),
        Rule(
            "lost deals with an amount of 0",
            ("outcome", "amount"),
            lambda t: (t["outcome"] == "lost") & (t["amount"] == 0),
        ),
        Rule(
            "won deals without an amount",
            ("outcome", "amount"),
            lambda t: (t["outcome"] == "won") & (t["amount"].isnull() | (t["amount"] == 0)),
        ),
        Rule(
            "deals with an amount below 0",
            ("amount",),
            lambda t: t["amount"] < 0,
        ),
        Rule(
            "open deals without an account",
            ("outcome", "account_id"),
            lambda t: (t["outcome"] == "open") & t["account_id"].isnull(),
        ),
    ),
}


def label(row: dict[str, Any], rule: Rule, *, several: bool = False) -> str:
    """Return where a row is and what the rule looks at in it; `several` files name theirs."""
    if ROW in row:
        place = f"{row[FILE]} row {row[ROW]}" if several else f"row {row[ROW]}"
    else:
        return ", ".join(f"{name} {_shown(v)}" for name, v in row.items() if v == v)
    values = [f"{name} {_shown(row[name])}" for name in rule.columns if row[name] == row[name]]
    return f"{place}: {', '.join(values)}" if values else place


def _shown(value: Any) -> str:
    return str(value).removesuffix(" 00:00:00").removesuffix(".0")
