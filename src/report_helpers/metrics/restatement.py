"""What is known differently now: figures of earlier weeks, and what the figures mean.

Two frozen histories (:mod:`.history`) are compared, that of the last issue and today's. Movement
from one period to the next is no restatement: only figures of the same weeks are compared.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

from report_helpers.facts.volume import FLOWS
from report_helpers.glossary import METRICS, metric

Json = dict[str, Any]
Kind = Literal["formula", "setting", "mapping", "version"]

_CLOSED = ("won", "lost")
_WORTH = ("won_amount", "lost_amount")
COMPONENTS = {
    "inquiries": ("leads",),
    "responses": ("responses",),
    "mqls": ("mql",),
    "quality_share": ("leads", "mql"),
    "cost_per_inquiry": ("leads", "campaign_cost"),
    "cost_per_mql": ("mql", "campaign_cost"),
    "cost_per_sql": ("sql", "campaign_cost"),
    "accepted": ("accepted",),
    "acceptance_rate": ("accepted", "rejected"),
    "speed_to_lead": ("mql", "touched"),
    "opportunities": ("opportunities",),
    "win_rate": (*_CLOSED, *_WORTH),
    "sales_cycle": ("won",),
    "sales_velocity": ("opportunities", *_CLOSED, *_WORTH),
    "pipeline_coverage": ("opportunities", *_CLOSED, *_WORTH),
    "won_amount": ("won", "won_amount"),
}
"""Counts and sums of a figure's own weeks that it is made of."""
TABLE_OF = {
    **dict.fromkeys(("mql", "sql", "accepted", "rejected", "touched"), "leads"),
    **dict.fromkeys((*_CLOSED, *_WORTH), "opportunities"),
}
"""The table in which an event is recorded; its row may have come to be in an earlier week."""


@dataclass(frozen=True)
class Cause:
    """Something behind a restated figure that reads otherwise, too.

    Parameters
    ----------
    what : a table, an event such as ``won``, or a sum such as ``campaign_cost``.
    before, after : its count or sum over the weeks the figure looks at.
    """

    what: str
    before: float
    after: float

    @property
    def change(self) -> float:
        """How much more it is now."""
        return self.after - self.before


@dataclass(frozen=True)
class Restated:
    """A figure of an earlier week that is known otherwise now.

    Parameters
    ----------
    metric, basis : which figure.
    start : first day of its period.
    before, after : as it was told, as it is known now; None where it was or is missing.
    causes : what else changed, as far as the counts tell; empty when they do not.
    """

    metric: str
    basis: str
    start: date
    before: float | None
    after: float | None
    causes: tuple[Cause, ...] = ()


@dataclass(frozen=True)
class Redefined:
    """Something that says what figures mean, and has changed.

    Parameters
    ----------
    kind, name : which formula, setting, mapping or version.
    before, after : what it said, and says now.
    """

    kind: Kind
    name: str
    before: str
    after: str


@dataclass(frozen=True)
class Comparison:
    """What is known differently now.

    Parameters
    ----------
    weeks : length of the periods compared.
    comparable : whether the two have periods in common at all.
    restated : figures, the newest week first, in the scorecard's order.
    arrived : rows that came late to a table, or left it (negative), by table.
    redefined : formulas, settings, mapping, version.
    gone, new : series one of the two lacks.
    """

    weeks: int
    comparable: bool
    restated: tuple[Restated, ...]
    arrived: dict[str, int]
    redefined: tuple[Redefined, ...]
    gone: tuple[str, ...]
    new: tuple[str, ...]


def compare(before: Json, now: Json) -> Comparison:
    """Compare what is known now with what was known before.

    Parameters
    ----------
    before, now : frozen histories with their definitions, as in ``facts.json``.

    Examples
    --------
    >>> then = {"weeks": 1, "starts": ["2026-10-19"], "mondays": ["2026-10-19"],
    ...         "series": {"inquiries": {"value": [40.0]}}, "counts": {"leads": [40.0]},
    ...         "formulas": {}, "settings": {}, "mapping": "", "version": "1"}
    >>> later = {**then, "series": {"inquiries": {"value": [43.0]}}, "counts": {"leads": [43.0]}}
    >>> found = compare(then, later)
    >>> found.arrived, found.restated[0].before, found.restated[0].after
    ({'leads': 3}, 40.0, 43.0)
    """
    alike = before["weeks"] == now["weeks"]
    common = [start for start in before["starts"] if alike and start in now["starts"]]
    shared = [name for name in now["series"] if name in before["series"]]
    found = [
        restated
        for start in reversed(common)
        for name in shared
        if (restated := _restated(before, now, name, start)) is not None
    ]
    return Comparison(
        weeks=now["weeks"],
        comparable=bool(common),
        restated=tuple(found),
        arrived=_arrived(before, now),
        redefined=tuple(_redefined(before, now)),
        gone=tuple(name for name in before["series"] if name not in now["series"]),
        new=tuple(name for name in now["series"] if name not in before["series"]),
    )


def _restated(before: Json, now: Json, name: str, start: str) -> Restated | None:
    then, since = (
        told["series"][name]["value"][told["starts"].index(start)] for told in (before, now)
    )
    if _same(then, since):
        return None
    what, _, basis = name.partition(" ")
    day = date.fromisoformat(start)
    return Restated(what, basis, day, then, since, _causes(before, now, what, day))


def _same(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return one is other
    return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-9)


def _causes(before: Json, now: Json, name: str, start: date) -> tuple[Cause, ...]:
    """Return what changed of that which a figure is made of; nothing where the counts are alike.

    Where events changed and their table has other rows up to then, the rows are told, too. Sums of
    deals follow their counts: they explain something only where the counts are as they were.
    """
    end = start + timedelta(weeks=now["weeks"])
    span = (end - timedelta(weeks=max(now["weeks"], metric(name).memory)), end)
    found = _differing(before, now, COMPONENTS.get(name, ()), span)
    counts = tuple(cause for cause in found if cause.what not in _WORTH)
    tables = tuple(dict.fromkeys(TABLE_OF[c.what] for c in counts if c.what in TABLE_OF))
    known = {cause.what for cause in counts}
    rows = _differing(before, now, tuple(t for t in tables if t not in known), (date.min, end))
    return (*rows, *counts) or found


def _differing(
    before: Json, now: Json, names: tuple[str, ...], span: tuple[date, date]
) -> tuple[Cause, ...]:
    """Return the counts whose sum over the common weeks of a span differs."""
    common = [
        day
        for day in before["mondays"]
        if day in now["mondays"] and span[0] <= date.fromisoformat(day) < span[1]
    ]
    found = []
    for name in names:
        if name in before["counts"] and name in now["counts"]:
            pairs = [_at(told, name, common) for told in (before, now)]
            if any(not _same(*pair) for pair in zip(*pairs, strict=True)):
                found.append(Cause(name, *(sum(values) for values in pairs)))
    return tuple(found)


def _at(told: Json, name: str, days: list[str]) -> list[float]:
    return [told["counts"][name][told["mondays"].index(day)] for day in days]


def _arrived(before: Json, now: Json) -> dict[str, int]:
    causes = _differing(before, now, FLOWS, (date.min, date.max))
    return {cause.what: round(cause.change) for cause in causes if round(cause.change)}


def _redefined(before: Json, now: Json) -> list[Redefined]:
    formulas = [m.name for m in METRICS]
    kinds: tuple[tuple[Kind, str, list[str]], ...] = (
        ("formula", "formulas", formulas),
        ("setting", "settings", list(now["settings"])),
    )
    found = [
        Redefined(kind, name, before[part][name], now[part][name])
        for kind, part, names in kinds
        for name in names
        if name in before[part] and name in now[part] and before[part][name] != now[part][name]
    ]
    if before["mapping"] != now["mapping"]:
        found.append(Redefined("mapping", "mapping", before["mapping"], now["mapping"]))
    if before["version"] != now["version"]:
        found.append(Redefined("version", "version", before["version"], now["version"]))
    return found
