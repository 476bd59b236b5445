"""Consecutive periods of equal length, and which of them a week falls into."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from report_helpers.errors import ConfigurationError
from report_helpers.periods import WEEK, Period


@dataclass(frozen=True)
class Spans:
    """Consecutive periods of equal length, oldest first, measured in one go.

    Parameters
    ----------
    periods : the periods; empty for "everything there is".
    until : exclusive end of what is known; facts are cut there.

    Raises
    ------
    ConfigurationError
        When a period is not made of whole ISO weeks: the facts are weekly.

    Examples
    --------
    >>> weeks = Period.weeks_before(date(2026, 11, 2), 1).history(3)
    >>> spans = Spans(tuple(weeks), date(2026, 11, 2))
    >>> days = pd.Series(pd.to_datetime(["2026-10-12", "2026-10-26", "2025-01-06", None]))
    >>> spans.place(days).tolist()
    [0.0, 2.0, nan, nan]
    """

    periods: tuple[Period, ...]
    until: date

    def __post_init__(self) -> None:
        for period in self.periods:
            if not period.is_weeks:
                raise ConfigurationError(
                    f"the period {period.start} to {period.last_day} is not made of whole weeks",
                    remedy="give a Monday as its start and a Sunday as its last day",
                )

    @classmethod
    def of(cls, period: Period, history: int = 1, until: date | None = None) -> Spans:
        """Return the last `history` periods up to `period`."""
        return cls(tuple(period.history(history)), until or period.end)

    @classmethod
    def everything(cls, until: date) -> Spans:
        """Return one span that holds every row, rows without a date included."""
        return cls((), until)

    def __len__(self) -> int:
        return max(1, len(self.periods))

    @property
    def keys(self) -> list[str]:
        """Names of the periods."""
        return [period.key for period in self.periods] or ["all"]

    @property
    def ends(self) -> NDArray[np.datetime64]:
        """Exclusive end of each period."""
        return np.array([period.end for period in self.periods] or [self.until], "datetime64[D]")

    def place(self, weeks: pd.Series) -> NDArray[np.float64]:
        """Return for each week the place of the period that holds it; NaN outside all of them."""
        if not self.periods:
            return np.zeros(len(weeks))
        places = np.floor(self._days(weeks) / self.periods[0].days)
        return np.where((places >= 0) & (places < len(self)), places, np.nan)

    def by_end(self, born: pd.Series, came: pd.Series) -> NDArray[np.bool_]:
        """Return what came before the end of the period that holds `born`; all without periods."""
        if not self.periods:
            return np.ones(len(born), dtype=bool)
        known: NDArray[np.bool_] = self._days(came) < (self.place(born) + 1) * self.periods[0].days
        return known

    def _days(self, weeks: pd.Series) -> NDArray[np.float64]:
        """Return the days from the first period's start; NaN where there is no date."""
        days = weeks.to_numpy("datetime64[D]")
        since = (days - np.datetime64(self.periods[0].start, "D")).astype(float)
        return np.where(np.isnat(days), np.nan, since)

    def gaps(self, weeks: pd.Series, what: str) -> dict[int, str]:
        """Return, for each period outside the weeks that hold data at all, why it is missing."""
        days = weeks.to_numpy("datetime64[D]")
        dated = days[~np.isnat(days)]
        if not len(dated):
            return dict.fromkeys(range(len(self)), f"there are no dated {what}")
        if not self.periods:
            return {}
        first, last = dated.min().item(), dated.max().item() + WEEK
        reasons = {}
        for place, period in enumerate(self.periods):
            if period.start < first:
                reasons[place] = f"{what} begin in the week of {first}"
            elif period.start >= last:
                reasons[place] = f"{what} end in the week of {last - WEEK}"
        return reasons
