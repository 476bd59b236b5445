"""The tidy frame every metric is returned in: one row is one figure, with what it rests on.

A figure without a value says why; nothing missing is ever a zero.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from report_helpers.errors import BadValue

NAMES = ("metric", "basis", "by", "group", "period")
NUMBERS = ("value", "n", "low", "high")
NOTES = ("unit", "status", "reason")
COLUMNS = (*NAMES, *NUMBERS, *NOTES)
UNITS = ("count", "money", "share", "percent", "days", "hours", "ratio", "score", "money/day")
STATUSES = ("ok", "na", "provisional")
WHOLE = "all"


def make(frame: pd.DataFrame, metric: str, *, by: Sequence[str] = (), **fixed: str) -> pd.DataFrame:
    """Return figures from a frame of values, one row a period and group.

    Parameters
    ----------
    frame : holds ``value``, the columns named in `by`, and where they apply ``n``, ``low``,
        ``high``, ``period``, ``basis``, ``status`` and ``reason``. A missing value makes the
        figure NA; a reason beside a value makes it provisional.
    metric : name of the metric in the glossary.
    by : dimensions; their values, joined, name the group.
    fixed : columns that are the same on every row, such as ``unit="days"``.

    Raises
    ------
    BadValue
        When a row breaks the rules of `check`.

    Examples
    --------
    >>> rates = pd.DataFrame({"segment": ["A", "B"], "value": [0.5, None], "n": [8, 0],
    ...                       "reason": ["", "no deal closed in the period"]})
    >>> figures = make(rates, "win_rate", by=["segment"], unit="share", basis="closed")
    >>> figures[["group", "value", "status", "reason"]].values.tolist()
    [['A', 0.5, 'ok', ''], ['B', nan, 'na', 'no deal closed in the period']]
    """
    told: dict[str, Any] = {"metric": metric, "by": ", ".join(by), "group": groups(frame, by)}
    for name, default in (("basis", ""), ("period", WHOLE), ("unit", "count"), ("reason", "")):
        told[name] = fixed.get(name, default if name == "unit" else frame.get(name, default))
    own = {name: _column(column, len(frame), object) for name, column in told.items()}
    for name in NUMBERS:
        own[name] = _column(frame.get(name, np.nan), len(frame), float)
    status = np.where(own["reason"] == "", "ok", "provisional")
    own["status"] = np.where(np.isnan(own["value"]), "na", status).astype(object)
    _check(own)
    texts = {name: pd.array(own[name], dtype="str") for name in (*NAMES, *NOTES)}
    return pd.DataFrame({name: texts.get(name, own[name]) for name in COLUMNS})


def _column(values: Any, count: int, kind: type) -> NDArray[Any]:
    """Return a column, or one value for all rows, as an array."""
    if not isinstance(values, pd.Series):
        return np.full(count, values, kind)
    return values.to_numpy(kind, na_value=np.nan) if kind is float else values.to_numpy(kind)


def one(metric: str, value: float, **columns: Any) -> pd.DataFrame:
    """Return a single figure; ``value`` NaN needs a ``reason``.

    Examples
    --------
    >>> one("opportunities", 12, n=12)[["group", "period", "value", "status"]].values.tolist()
    [['all', 'all', 12.0, 'ok']]
    """
    by, unit = columns.pop("by", ()), columns.pop("unit", "count")
    return make(pd.DataFrame([{"value": value, **columns}]), metric, by=by, unit=unit)


def none() -> pd.DataFrame:
    """Return a frame of no figures."""
    return tidy(pd.DataFrame({name: [] for name in COLUMNS}))


def join(frames: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """Return all figures one below the other."""
    filled = [frame for frame in frames if len(frame)]
    return pd.concat(filled, ignore_index=True) if filled else none()


def groups(frame: pd.DataFrame, by: Sequence[str]) -> pd.Series:
    """Return the name of each row's group: the values of `by`, joined; ``all`` for the whole."""
    if not by:
        return pd.Series(WHOLE, index=frame.index, dtype="str")
    columns = (frame[name].astype("str").tolist() for name in by)
    names = [", ".join(row) for row in zip(*columns, strict=True)]
    return pd.Series(names, index=frame.index, dtype="str")


def tidy(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the columns of figures first, in order and typed; further columns follow."""
    extra = [name for name in frame.columns if name not in COLUMNS]
    wanted = dict.fromkeys((*NAMES, *NOTES), "str") | dict.fromkeys(NUMBERS, "float64")
    out = frame[[*COLUMNS, *extra]]
    other = {name: kind for name, kind in wanted.items() if out[name].dtype != kind}
    return out.astype(other).reset_index(drop=True)


def check(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the figures unchanged if every row keeps the rules.

    A known unit and status; NA exactly where the value is missing; a reason wherever the status is
    not ``ok``; shares within 0-1; the value inside its interval.

    Raises
    ------
    BadValue
        Naming the first figure that breaks a rule, and the rule.
    """
    missing = [name for name in COLUMNS if name not in frame.columns]
    if missing:
        raise BadValue(f"figures lack the columns {', '.join(missing)}")
    _check(
        {name: _column(frame[name], 0, object) for name in (*NAMES, *NOTES)}
        | {name: _column(frame[name], 0, float) for name in NUMBERS}
    )
    return frame


def _check(columns: Mapping[str, NDArray[Any]]) -> None:
    value, low, high = (columns[name] for name in ("value", "low", "high"))
    unit, status, reason = (columns[name] for name in NOTES)
    absent, slack = np.isnan(value), 1e-9
    rules = {
        f"unit is one of {', '.join(UNITS)}": np.array([one in UNITS for one in unit], bool),
        f"status is one of {', '.join(STATUSES)}": np.array(
            [one in STATUSES for one in status], bool
        ),
        "status is na exactly where the value is missing": (status == "na") == absent,
        "a figure that is not ok says why": (status == "ok") == (reason == ""),
        "a share is 0 to 1": (unit != "share") | absent | ((value >= 0) & (value <= 1)),
        "the value lies in its interval": ~((value < low - slack) | (value > high + slack)),
    }
    for rule, kept in rules.items():
        if not kept.all():
            row = int(np.argmin(kept))
            words = [columns[name][row] for name in ("metric", "basis", "group", "period")]
            where = " ".join(filter(None, words))
            raise BadValue(f"broken rule: {rule} (value {value[row]})", where=where)


def to_records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return figures as plain data for JSON: no NaN (``None`` instead), no numpy types.

    Examples
    --------
    >>> to_records(one("win_rate", float("nan"), n=0, reason="no deal closed"))[0]["value"] is None
    True
    """
    return [
        {str(name): _plain(value) for name, value in row.items()}
        for row in frame.to_dict(orient="records")
    ]


def from_records(records: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
    """Return the figures `to_records` wrote.

    Raises
    ------
    BadValue
        When a column is missing or a row breaks the rules of `check`.
    """
    rows = list(records)
    if not rows:
        return none()
    frame = pd.DataFrame(rows)
    missing = [name for name in COLUMNS if name not in frame.columns]
    if missing:
        raise BadValue(f"figures lack the columns {', '.join(missing)}")
    return check(tidy(frame))


def _plain(value: Any) -> Any:
    if isinstance(value, float | np.floating):
        return None if np.isnan(value) else float(value)
    if value is None or value is pd.NA:
        return None
    return value.item() if isinstance(value, np.generic) else value
