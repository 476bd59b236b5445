"""Can the numbers be sent? What the data lack, repeat or contradict, each rule by itself.

A check is green, amber (the report goes out and says so on page one) or red (it is held back). A
table that is not there breaks no rule: its sections say that they are not shown.
"""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal

import numpy as np
import pandas as pd

from report_helpers.data.audit import REPEATED
from report_helpers.data.dataset import Dataset
from report_helpers.facts import volume
from report_helpers.metrics.signals import BASELINE, ENOUGH, RUN, verdict
from report_helpers.periods import WEEK, Period
from report_helpers.settings import Trust

State = Literal["green", "amber", "red"]
STATES: tuple[State, ...] = ("green", "amber", "red")
WEEKS = BASELINE + RUN
HOLIDAYS = 2  # public holidays from Monday to Friday that make a week unlike others
TURN_OF_YEAR = ((12, 25), (1, 1))
_DAY = timedelta(days=1)


def worst(states: Iterable[State]) -> State:
    """Return the worst of several states; green of none.

    Examples
    --------
    >>> worst(["green", "red", "amber"]), worst([])
    ('red', 'green')
    """
    return max(states, key=STATES.index, default="green")


@dataclass(frozen=True)
class Freshness:
    """How far a table goes.

    Parameters
    ----------
    table : its name.
    latest : the day on which anything last happened in it, up to the day of the report.
    days : days from then to the period's last one; 0 when it covers the period.
    state : what that means.
    """

    table: str
    latest: date
    days: int
    state: State


@dataclass(frozen=True)
class Completeness:
    """How many rows a table got in the period's last week, beside the weeks before.

    Parameters
    ----------
    table : its name.
    week : Monday of the week.
    rows : how many; NaN in a week that is not judged.
    usual, lower : mean and lower natural limit of the weeks before; NaN where there are too few.
    state : what that means.
    """

    table: str
    week: date
    rows: float
    usual: float
    lower: float
    state: State


@dataclass(frozen=True)
class Faults:
    """What was repeated or could not be read in a table, of one kind.

    Parameters
    ----------
    table : its name.
    what : the kind, in the words of the data notes.
    count, rows : how many rows or values, of how many rows.
    state : what that means.
    """

    table: str
    what: str
    count: int
    rows: int
    state: State


@dataclass(frozen=True)
class Gate:
    """Judges the data of one report.

    Parameters
    ----------
    data : the whole company's data, also for a report on one segment: exports are late as a whole.
    period : the period reported.
    until : the day after the day of the report; nothing is known from there on.
    rules : the company's settings ``[trust]``.
    holidays : public holidays.
    """

    data: Dataset
    period: Period
    until: date
    rules: Trust = field(default_factory=Trust)
    holidays: Container[date] = ()

    def freshness(self) -> list[Freshness]:
        """Return how far each table goes.

        Amber from ``stale_days`` days before the period's last day on, red for ``held_tables``
        from ``held_days`` on; green while only weekends and public holidays are missing.
        """
        events = volume.latest_events(self.data, self.until).dropna(subset=["latest"])
        latest = events.groupby("table", sort=False)["latest"].max()
        return [self._fresh(table, latest[table].date()) for table in self._order(latest.index)]

    def _fresh(self, table: str, latest: date) -> Freshness:
        days = max(0, (self.period.last_day - latest).days)
        missing = (latest + n * _DAY for n in range(1, days + 1))
        at_work = any(day.weekday() < 5 and day not in self.holidays for day in missing)
        state: State = "green"
        if at_work and days >= self.rules.stale_days:
            state = "amber"
        if at_work and days >= self.rules.held_days:
            state = self._lack(table)
        return Freshness(table, latest, days, state)

    def completeness(self) -> list[Completeness]:
        """Return how many rows each table got in the period's last week.

        Amber below the lower natural limit of the weeks before (XmR, see `signals.verdict`). With
        no row at all where each of at least 12 weeks before had some: red for ``held_tables``,
        amber for others. Weeks around Christmas and New Year, and those with two or more public
        holidays from Monday to Friday, neither are judged nor judge others.
        """
        counts = volume.row_counts(self.data, self.period.end)
        found = []
        for table in self._order(counts["table"]):
            rows = counts[counts["table"] == table].set_index("week")["n"].astype(float)
            found.append(self._complete(table, self._by_week(rows)))
        return found

    def _by_week(self, rows: pd.Series) -> pd.Series:
        """Return the last weeks' rows; NaN before the first row and where nothing is judged."""
        last = pd.Timestamp(self.period.end - WEEK)
        weeks = pd.date_range(end=last, periods=WEEKS, freq="7D")
        judged = [not self._quiet(week.date()) for week in weeks]
        values: pd.Series = rows.reindex(weeks).fillna(0.0)
        return values.where((weeks >= rows.index.min()) & np.array(judged))

    def _complete(self, table: str, rows: pd.Series) -> Completeness:
        week, last = rows.index[-1].date(), float(rows.iloc[-1])
        found, before = verdict(rows.to_numpy(float), floor=0.0), rows.iloc[:-1].dropna()
        state: State = "green"
        if found.kind == "outside" and found.direction == "down":
            state = "amber"
        if last == 0 and len(before) >= ENOUGH and bool((before > 0).all()):
            state = self._lack(table)
        return Completeness(table, week, last, found.centre, found.lower, state)

    def _quiet(self, monday: date) -> bool:
        """Return whether little happens in a week: around New Year, or for public holidays."""
        days = [monday + n * _DAY for n in range(7)]
        if any((day.month, day.day) in TURN_OF_YEAR for day in days):
            return True
        return sum(day in self.holidays for day in days[:5]) >= HOLIDAYS

    def faults(self) -> list[Faults]:
        """Return, for each table, what was repeated or could not be read the most often.

        Amber where it is more than ``faulty_share`` of the rows.
        """
        found = []
        for name, table in self.data.audit.tables.items():
            said = [*table.rejected, *(r for r in table.repaired if r.what == REPEATED)]
            if said and table.rows_read:
                most = max(said, key=lambda remark: remark.count)
                state: State = (
                    "amber" if most.count > self.rules.faulty_share * table.rows_read else "green"
                )
                found.append(Faults(name, most.what, most.count, table.rows_read, state))
        return found

    def _lack(self, table: str) -> State:
        return "red" if table in self.rules.held_tables else "amber"

    @staticmethod
    def _order(tables: Iterable[str]) -> list[str]:
        there = set(tables)
        return [name for name in volume.FLOWS if name in there]
