"""The rows of one group: what belongs to it in each table, and what nobody can tell."""

from __future__ import annotations

from typing import Any

_PLANNED = ("campaigns", "targets", "notes")  # a row of them without a value speaks of all
_ABOUT = {("notes", "segment"): "about_segment", ("campaigns", "source"): "channel"}
_MEANT_OTHERWISE = {(name, "owner") for name in ("targets", "goals", "notes")}  # who answers for it
_COSTS = ("budget", "cost")


def narrow(tables: dict[str, Any], column: str, value: str) -> dict[str, Any]:
    """Return the tables with only the rows that belong to one value of a column."""
    kept = dict(tables)
    for name, table in tables.items():
        heading = _ABOUT.get((name, column), column)
        if heading in table.columns and (name, column) not in _MEANT_OTHERWISE:
            fits = table[heading] == value
            kept[name] = table.filter(fits | table[heading].isnull() if name in _PLANNED else fits)
    for child, parent, key in (
        ("stage_events", "opportunities", "opportunity_id"),
        ("orders", "accounts", "account_id"),
    ):
        above = _narrowed(tables, parent, column) is not None
        if child in tables and above and column not in tables[child].columns:
            kept[child] = kept[child].semi_join(kept[parent], key)
    if "responses" in kept and column not in tables["responses"].columns:
        kept["responses"] = _responses(kept, column)
    known = column in tables["opportunities"].columns if "opportunities" in tables else False
    return _left(kept, column) if known else kept


def _left(tables: dict[str, Any], column: str) -> dict[str, Any]:
    """Return the tables without those of which nobody knows what is the group's."""
    gone = {name for name in ("leads", "accounts") if column not in _columns(tables, name)}
    if "accounts" in gone and column not in _columns(tables, "orders"):
        gone |= {"orders"}
    campaigns = _ABOUT.get(("campaigns", column), column) in _columns(tables, "campaigns")
    if "leads" in gone and not campaigns:
        gone |= {"responses"}
    kept = {name: table for name, table in tables.items() if name not in gone}
    if "campaigns" in kept and not campaigns:
        kept["campaigns"] = kept["campaigns"].drop(*set(_COSTS) & set(kept["campaigns"].columns))
    return kept


def _columns(tables: dict[str, Any], name: str) -> tuple[str, ...]:
    return tuple(tables[name].columns) if name in tables else ()


def _responses(tables: dict[str, Any], column: str) -> Any:
    """Return the responses of the leads kept, and, where no lead is known, of the campaigns."""
    rows = tables["responses"]
    leads, campaigns = (_narrowed(tables, name, column) for name in ("leads", "campaigns"))
    if "lead_id" not in rows.columns:
        leads = None
    of_campaigns = rows if campaigns is None else rows.semi_join(campaigns, "campaign_id")
    if leads is None:
        return of_campaigns
    unknown = of_campaigns.filter(of_campaigns["lead_id"].isnull())
    return rows.semi_join(leads, "lead_id").union(unknown)


def _narrowed(tables: dict[str, Any], name: str, column: str) -> Any:
    """Return a table that has been narrowed by `column`, None when it lacks it."""
    heading = _ABOUT.get((name, column), column)
    return tables[name] if heading in _columns(tables, name) else None
