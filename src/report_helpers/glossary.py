"""Every metric once: what it is called, who owns it, how it is computed and which way is better."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from report_helpers.errors import UnknownName

Unit = Literal[
    "count", "money", "share", "percent", "days", "hours", "ratio", "score", "money/day"
]  # a share is a part, 0 to 1; a percent may leave that: growth, margins, net retention
Team = Literal["marketing", "sales"]


@dataclass(frozen=True)
class Metric:
    """One metric.

    Parameters
    ----------
    name : the word used in data, commands and files.
    label : the words used in reports.
    team : the team judged by it.
    unit : what its values are.
    better : which way is an improvement.
    formula : how it is computed, in words an analyst can check.
    bases : the bases it can be stated on; the first is the usual one.
    additive : whether values of weeks add up to the value of a longer period.
    memory : weeks over which neighbouring values share the same cases; such values move together
        by construction, so the process-behaviour rules look only at values that far apart.
    source : who defined it so.
    """

    name: str
    label: str
    team: Team
    unit: Unit
    better: Literal["up", "down"]
    formula: str
    bases: tuple[str, ...] = ("",)
    additive: bool = False
    memory: int = 0
    source: str = "common practice in revenue operations"


def _read() -> tuple[Metric, ...]:
    text = Path(__file__).with_suffix(".toml").read_text(encoding="utf-8")
    return tuple(
        Metric(name=name, **{**fields, "bases": tuple(fields.get("bases", ("",)))})
        for name, fields in tomllib.loads(text).items()
    )


METRICS: tuple[Metric, ...] = _read()
_BY_NAME = {metric.name: metric for metric in METRICS}


def metric(name: str) -> Metric:
    """Return the metric called `name`.

    Raises
    ------
    UnknownName
        When the glossary does not hold it.

    Examples
    --------
    >>> metric("win_rate").label
    'Win rate'
    """
    if name not in _BY_NAME:
        raise UnknownName("metric", name, _BY_NAME)
    return _BY_NAME[name]


BASIS_LABELS = {
    "": "",
    "closed": "closed basis",
    "created": "created basis",
    "value": "by value",
    "median": "median",
    "mean": "mean",
}
