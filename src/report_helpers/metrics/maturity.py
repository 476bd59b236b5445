"""Whether a cohort of leads can be judged yet, or still: too young, or older than the record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

MOST, TYPICAL = 0.9, 0.5
STRAY = 0.01  # records before the first week that holds more than this share are strays
TOLERANCE = 0.1  # a cohort is provisional when more than this share of it cannot be judged
WEEK = pd.Timedelta(weeks=1)


def observed_from(weeks: NDArray[Any], n: NDArray[Any]) -> pd.Timestamp:
    """Return the week from which a stage was recorded, by the weeks in which leads reached it.

    All but 1 in 100 records of the stage lie in that week or later: a few early ones, entered
    afterwards or mistyped, do not make a record. Leads created long before it look as if they had
    failed.

    Examples
    --------
    >>> weeks = np.array(["2025-01-06", "2026-01-19"], dtype="datetime64[D]")
    >>> observed_from(weeks, np.array([1, 200])).date()
    datetime.date(2026, 1, 19)
    """
    dated = ~np.isnat(weeks)
    each, reach = _running(weeks[dated], n[dated])
    return pd.Timestamp(each[int((reach / reach[-1] > STRAY).argmax())])


@dataclass(frozen=True)
class Record:
    """Leads by cohort, and all that is on record of when leads reached a stage.

    Parameters
    ----------
    flow : the fact ``lead_flow``.
    until : exclusive end of what is known.
    born, n : week of creation and number of the leads to be judged.
    place : the cohort of each of them.
    total : the leads of each cohort.
    """

    flow: pd.DataFrame
    until: date
    born: NDArray[Any]
    n: NDArray[Any]
    place: NDArray[Any]
    total: pd.Series

    @classmethod
    def of(
        cls, flow: pd.DataFrame, cohort: pd.DataFrame, keys: Sequence[str], until: date
    ) -> Record:
        """Return the record of cohorts.

        Parameters
        ----------
        flow : the fact ``lead_flow``.
        cohort : its rows to be judged, with the columns named in `keys`.
        keys : columns that name a cohort.
        until : exclusive end of what is known.
        """
        leads = cohort[cohort["stage"] == "inquiry"]
        grouped = leads.groupby(list(keys))
        born, n = leads["created_week"].to_numpy(), leads["n"].to_numpy()
        return cls(flow, until, born, n, grouped.ngroup().to_numpy(), grouped["n"].sum())

    def doubts(self, stage: str) -> pd.Series:
        """Return, for each cohort, why its share that reached a stage is provisional; else empty.

        A cohort is *young* when more than a tenth of its leads are younger than the weeks within
        which nine in ten of all leads that reached the stage did so. It is *early* when more than a
        tenth were created before the stage was recorded (`observed_from`), less the median weeks it
        takes: some of them will have reached it unrecorded. The jump after such cohorts is no
        improvement.
        """
        there = self.flow[self.flow["stage"] == stage]
        most, typical = (weeks_to(there, stage, share) for share in (MOST, TYPICAL))
        if stage == "inquiry" or np.isnan(most):
            unknown = "" if stage == "inquiry" else f"no lead is known to have reached {stage} yet"
            return pd.Series(unknown, index=self.total.index, dtype="str")
        first = observed_from(there["reached_week"].to_numpy(), there["n"].to_numpy())
        young = self.born > _day(pd.Timestamp(self.until) - (most + 1) * WEEK)
        early = self.born < _day(first - typical * WEEK)
        late = f"of those that reach {stage}, 9 in 10 take up to {most:.0f} weeks"
        since = f"99 in 100 date from the week of {first.date()} or later"
        words = {
            f"leads are too young: {late}": young,
            f"leads came before {stage} was on full record: {since}": early,
        }
        told = [self._told(reason, doubtful) for reason, doubtful in words.items()]
        both = ["; ".join(filter(None, line)) for line in zip(*told, strict=True)]
        return pd.Series(both, index=self.total.index, dtype="str")

    def _told(self, reason: str, doubtful: NDArray[np.bool_]) -> list[str]:
        """Return the reason with how many leads it is true of; empty for a cohort that bears it."""
        counts = np.bincount(self.place[doubtful], self.n[doubtful], len(self.total))
        return [
            f"{n:.0f} of {total} {reason}" if n > TOLERANCE * total else ""
            for n, total in zip(counts, self.total, strict=True)
        ]


def weeks_to(flow: pd.DataFrame, stage: str, share: float = MOST) -> float:
    """Return the weeks from creation within which that share of a stage's leads reached it.

    NaN where no lead is known to have reached it.
    """
    there = flow[flow["stage"] == stage]
    days = (there["reached_week"] - there["created_week"]).to_numpy()
    known = ~np.isnat(days)
    weeks, reach = _running(days[known], there["n"].to_numpy()[known])
    if not len(weeks):
        return float("nan")
    place = int((reach >= share * reach[-1]).argmax())
    return float(weeks[place] / np.timedelta64(7, "D"))


def _running(values: NDArray[Any], n: NDArray[Any]) -> tuple[NDArray[Any], NDArray[np.float64]]:
    """Return the different values in order, and how many cases do not exceed each."""
    each, place = np.unique(values, return_inverse=True)
    return each, np.bincount(place, n, len(each)).cumsum()


def _day(when: pd.Timestamp) -> np.datetime64:
    return when.to_datetime64()
