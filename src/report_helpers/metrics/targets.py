"""What was agreed: the target of a metric for a period."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd

from report_helpers.data.dataset import Dataset
from report_helpers.errors import BadValue
from report_helpers.glossary import metric
from report_helpers.periods import Period

Row = dict[Any, Any]
_DAYS = {"week": 7.0, "quarter": 364 / 4, "year": 364.0}


def target(data: Dataset, name: str, period: Period, segment: str = "") -> float | None:
    """Return the target of a metric for a period, or None where none was agreed.

    A target of a metric that adds up (inquiries, won amount) is scaled by days from what it was
    agreed per; a quarter's target is whole for a whole quarter. A target per ``level`` (a rate,
    a cost, a duration) holds as it is. Where several are in force, the latest begun counts.
    Targets are agreed for the company or a segment: data of one region, say, have none.

    Raises
    ------
    BadValue
        When a target of a metric that does not add up is stated per week, quarter or year.
    """
    if set(data.scope) - {"segment"} or not data.has("targets", "metric", "target"):
        return None
    last = pd.Timestamp(period.last_day)
    agreed = data.remember(("agreed targets",), lambda: _agreed(data))
    there = [row for row in agreed.get((name, segment), ()) if _in_force(row, last)]
    if not there:
        return None
    latest = there[-1]
    per, value = str(latest["per"]), float(latest["target"])
    if per == "level":
        return value
    if not metric(name).additive:
        raise BadValue(
            f"the target of {name} is stated per {per}, but {name} does not add up over time",
            where="table targets",
            remedy="state it per level",
        )
    return value if _is_whole(per, period) else value * period.days / _DAYS[per]


def _agreed(data: Dataset) -> dict[tuple[str, str], list[Row]]:
    """Return the targets of each metric and segment (empty: the company), the latest begun last."""
    found: dict[tuple[str, str], list[Row]] = {}
    for row in data.frame("targets").sort_values("starts_on", kind="stable").to_dict("records"):
        segment = row.get("segment")
        found.setdefault((row["metric"], "" if pd.isna(segment) else segment), []).append(row)
    return found


def _in_force(row: Row, last: pd.Timestamp) -> bool:
    ends = row.get("ends_on")
    return bool(row["starts_on"] <= last and (pd.isna(ends) or ends >= last))


def _is_whole(per: str, period: Period) -> bool:
    return per == "quarter" and 89 <= period.days <= 92 and _first(period.start, period.end)


def _first(*days: date) -> bool:
    return all(day.day == 1 for day in days)
