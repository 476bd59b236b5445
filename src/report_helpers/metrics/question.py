"""What is asked of a metric: which data, which period, split by what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal, TypeAlias

import numpy as np
import pandas as pd

from report_helpers.data.dataset import Dataset
from report_helpers.errors import ConfigurationError
from report_helpers.facts.reduction import opened
from report_helpers.metrics import figures
from report_helpers.metrics.spans import Spans
from report_helpers.periods import Period

Source: TypeAlias = Dataset | pd.DataFrame | Mapping[str, Any]
When: TypeAlias = Period | Literal["all"]


@dataclass(frozen=True)
class Question:
    """A data set, the period asked for and the dimensions to split by.

    Parameters
    ----------
    data : the data set.
    spans : the one period, or everything.
    by : dimensions; empty for the whole.
    """

    data: Dataset
    spans: Spans
    by: tuple[str, ...] = ()

    @classmethod
    def of(cls, data: Source, period: When = "all", by: str | Sequence[str] = ()) -> Question:
        """Return the question as people ask it.

        Parameters
        ----------
        data : a data set, a table of opportunities, or a dict of tables.
        period : a period of whole weeks, or ``all``: up to the data's last day, rows without a
            date included.
        by : one dimension or several.

        Raises
        ------
        ConfigurationError
            When the period is neither, or not made of whole weeks.
        """
        known = dataset(data)
        names = (by,) if isinstance(by, str) else tuple(by)
        if isinstance(period, Period):
            return cls(known, Spans.of(period), names)
        if period != figures.WHOLE:
            raise ConfigurationError(
                f"unknown period {period!r}", remedy="give a Period of whole weeks, or 'all'"
            )
        return cls(known, Spans.everything(known.last_day + timedelta(days=1)), names)

    @property
    def until(self) -> date:
        """Exclusive end of what is known."""
        return self.spans.until

    @property
    def key(self) -> str:
        """Name of the period."""
        return self.spans.keys[0]

    def within(self, weeks: pd.Series) -> pd.Series:
        """Return which weeks lie in the period; for ``all`` every row does, dated or not."""
        return pd.Series(~np.isnan(self.spans.place(weeks)), index=weeks.index)


def dataset(data: Source) -> Dataset:
    """Return a data set from what people hand over: one, a table of deals, or a dict of tables."""
    return opened({"opportunities": data} if isinstance(data, pd.DataFrame) else data)
