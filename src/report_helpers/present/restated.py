"""Restated figures and changed definitions, each with its reason as far as it is known."""

from __future__ import annotations

from datetime import timedelta
from math import nan

from report_helpers.glossary import BASIS_LABELS, METRICS, metric
from report_helpers.metrics.restatement import Cause, Comparison, Redefined, Restated
from report_helpers.periods import Period
from report_helpers.present.blocks import Cell, Row
from report_helpers.present.formats import count_of, joined, number

SHOWN = 4
"""Rows of one part; what is beyond is counted."""
_EVENTS = {
    "mql": "quality leads",
    "accepted": "accepted leads",
    "rejected": "rejected leads",
    "sql": "sales-qualified leads",
    "touched": "first touches",
    "won": "won deals",
    "lost": "lost deals",
}
_COUNTED = {"mqls": "mql", "accepted": "accepted"}
"""Metrics that are nothing but the count of an event."""
_SUMS = {
    "won_amount": "amounts of won deals",
    "lost_amount": "amounts of lost deals",
    "campaign_cost": "costs of campaigns that run",
}


def rows(found: Comparison, currency: str) -> list[Row]:
    """Return a row for each figure that reads otherwise now, with the newest of its weeks.

    What vanishes in rounding is no restatement: a reader who lays both issues side by side sees
    the same text.
    """
    told = [change for change in found.restated if len(set(_texts(change, currency))) > 1]
    names = list(dict.fromkeys((change.metric, change.basis) for change in told))
    groups = [[c for c in told if (c.metric, c.basis) == name] for name in names]
    groups.sort(key=lambda changes: _only_costs(changes[0]))
    mapped = any(change.kind == "mapping" for change in found.redefined)
    shown = [_row(changes, currency, found.weeks, mapped) for changes in groups[:SHOWN]]
    left = sum(len(changes) for changes in groups[SHOWN:])
    return [*shown, _more(left)] if left else shown


def nothing(found: Comparison) -> str:
    """Say why there is no restated figure to show."""
    if not found.comparable:
        return "not known, the last issue's periods begin in other weeks"
    return "every earlier figure reads as it did"


def definitions(found: Comparison) -> list[Row]:
    """Return a row for each formula, setting or mapping that changed, and for each new metric."""
    changed = [_definition(change) for change in found.redefined]
    gone = [_said(_name(name), "no longer reported") for name in found.gone]
    new = [_said(_name(name), "reported for the first time") for name in found.new]
    every = [*changed, *gone, *new]
    return [*every[:SHOWN], *([_more(len(every) - SHOWN)] if len(every) > SHOWN else [])]


def late(found: Comparison) -> list[str]:
    """Say how many rows of earlier weeks came late, or are gone."""
    parts = [_moved_rows(name, count) for name, count in found.arrived.items()]
    return [f"Since then {joined(parts)}."] if parts else []


def _texts(change: Restated, currency: str) -> tuple[str, str]:
    """Return how a figure read, and how it reads now."""
    unit = metric(change.metric).unit
    was, now = (nan if v is None else v for v in (change.before, change.after))
    return number(was, unit, currency), number(now, unit, currency)


def _only_costs(change: Restated) -> bool:
    """Whether only costs were spread anew, as they are each week while a campaign runs."""
    return [cause.what for cause in change.causes] == ["campaign_cost"]


def _row(changes: list[Restated], currency: str, weeks: int, mapped: bool) -> Row:
    newest = changes[0]
    was, now = _texts(newest, currency)
    period = Period(newest.start, newest.start + timedelta(weeks=weeks))
    more = f"and {count_of(len(changes) - 1, 'earlier period')}" if len(changes) > 1 else ""
    name = _name(f"{newest.metric} {newest.basis}".strip())
    head = Cell(f"{name}, {period.label}", note=more)
    return Row((head, Cell(was), Cell(now), Cell(_why(newest, mapped))))


def _why(change: Restated, mapped: bool) -> str:
    """Say why a figure reads otherwise; what it counts itself is no reason of its own."""
    itself = _COUNTED.get(change.metric)
    causes = [_cause(cause) for cause in change.causes if cause.what != itself]
    parts = ["the mapping changed"] * mapped + (_flipped(change) or causes)
    return joined(parts) if parts else "dates or values of rows already there changed"


def _flipped(change: Restated) -> list[str]:
    """Say that closed deals changed sides, where as many are lost less as are won more."""
    moved = {cause.what: cause.change for cause in change.causes}
    if set(moved) != {"won", "lost"} or moved["won"] != -moved["lost"]:
        return []
    ways = ("lost", "won") if moved["won"] > 0 else ("won", "lost")
    return [f"{count_of(abs(moved['won']), 'closed deal')} changed from {ways[0]} to {ways[1]}"]


def _cause(cause: Cause) -> str:
    if cause.what in _SUMS:
        return f"the {_SUMS[cause.what]} changed"
    if cause.what in _EVENTS:
        return f"{_EVENTS[cause.what]} {cause.before:,.0f} → {cause.after:,.0f}"
    if not round(cause.change):
        return f"rows of {cause.what} moved to another week"
    return _moved_rows(cause.what, round(cause.change))


def _moved_rows(table: str, count: int) -> str:
    told = count_of(abs(count), "row of earlier weeks", "rows of earlier weeks")
    if count > 0:
        return f"{told} arrived late in {table}"
    return f"{told} {'is' if count == -1 else 'are'} gone from {table}"


def _definition(change: Redefined) -> Row:
    match change.kind:
        case "formula":
            said = f"was: {change.before} Now: {change.after}"
            return _said(metric(change.name).label, said)
        case "setting":
            section, _, name = change.name.partition(".")
            head = Cell(name.replace("_", " ").capitalize())
            was, now = Cell(change.before), Cell(change.after)
            return Row((head, was, now, Cell(f"set under [{section}]")))
        case "mapping":
            return _said("Mapping", "the mapping file that reads the data changed")
        case "version":
            was, now = Cell(change.before), Cell(change.after)
            return Row((Cell("Version of the kit"), was, now, Cell("")))


def _name(series: str) -> str:
    """Return what people call a series, such as ``Win rate (closed basis)``."""
    name, _, basis = series.partition(" ")
    if name not in {known.name for known in METRICS}:
        return series  # an earlier version of the kit had it
    several = len(metric(name).bases) > 1
    return f"{metric(name).label} ({BASIS_LABELS[basis]})" if several else metric(name).label


def _said(what: str, words: str) -> Row:
    return Row((Cell(what), Cell(""), Cell(""), Cell(words)))


def _more(count: int) -> Row:
    return _said(f"and {count:,} more", "")
