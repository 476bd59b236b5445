"""Compute a metric once a data set, however many sections of a report show it."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any, TypeVar, cast

import pandas as pd

from report_helpers.data.dataset import Dataset

Metric = TypeVar("Metric", bound=Callable[..., pd.DataFrame])


def once(compute: Metric) -> Metric:
    """Let a function of a data set remember what it returned for the same arguments.

    Every caller gets a frame of its own. What is no data set yet (a frame, a dict of tables) is
    computed each time, as nothing says that it is still the same.

    Parameters
    ----------
    compute : takes a data set first; its other arguments must be hashable, or lists.

    Examples
    --------
    >>> from report_helpers.data import load
    >>> @once
    ... def deals(data, by=()):
    ...     print("computed")
    ...     return pd.DataFrame({"by": list(by)})
    >>> data = load("sample")
    >>> deals(data, by=["owner"]).equals(deals(data, ("owner",)))
    computed
    True
    """
    signature = inspect.signature(compute)
    name = f"{compute.__module__}.{compute.__qualname__}"

    @functools.wraps(compute)
    def remembered(*given: Any, **named: Any) -> pd.DataFrame:
        bound = signature.bind(*given, **named)
        bound.apply_defaults()
        data, *rest = bound.arguments.values()
        if not isinstance(data, Dataset):
            return compute(*given, **named)
        key = (name, *(tuple(value) if isinstance(value, list) else value for value in rest))
        return data.remember(key, lambda: compute(*given, **named)).copy()

    return cast("Metric", remembered)
