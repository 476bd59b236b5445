"""Reporting periods: ISO weeks and runs of them. A period includes its start, excludes its end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

WEEK = timedelta(days=7)
YEAR = timedelta(days=364)  # 52 whole weeks: the same weekdays a year ago


def monday(day: date) -> date:
    """Return the Monday of the ISO week that holds `day`.

    Examples
    --------
    >>> monday(date(2027, 1, 3))
    datetime.date(2026, 12, 28)
    """
    return day - timedelta(days=day.weekday())


@dataclass(frozen=True, order=True)
class Period:
    """A run of days, start included and end excluded.

    Parameters
    ----------
    start : first day, included.
    end : the day after the last one.

    Examples
    --------
    >>> week = Period.weeks_before(date(2026, 11, 4), 1)
    >>> week.label, week.key, week.days
    ('week 44 of 2026', '2026-W44', 7)
    >>> week.prior().key, week.year_ago().start
    ('2026-W43', datetime.date(2025, 10, 27))
    """

    start: date
    end: date

    def __post_init__(self) -> None:
        if self.end <= self.start:
            raise ValueError(f"a period must end after it starts: {self.start} .. {self.end}")

    @classmethod
    def weeks_before(cls, as_of: date, weeks: int) -> Period:
        """Return the last `weeks` complete ISO weeks that ended on or before `as_of` began.

        Examples
        --------
        >>> Period.weeks_before(date(2021, 1, 4), 1).key  # ISO week 53
        '2020-W53'
        """
        end = monday(as_of)
        return cls(end - weeks * WEEK, end)

    @property
    def days(self) -> int:
        """Length in days."""
        return (self.end - self.start).days

    @property
    def last_day(self) -> date:
        """The last day inside the period."""
        return self.end - timedelta(days=1)

    @property
    def is_weeks(self) -> bool:
        """Whether the period is made of whole ISO weeks."""
        return self.start.weekday() == 0 and self.days % 7 == 0

    @property
    def key(self) -> str:
        """Name for folders and files: ``2026-W44`` or ``2026-W43-W44``."""
        if not self.is_weeks:
            return f"{self.start}..{self.last_day}"
        first, last = self.start.isocalendar(), self.last_day.isocalendar()
        start = f"{first.year}-W{first.week:02d}"
        if self.days == 7:
            return start
        same = first.year == last.year
        return f"{start}-W{last.week:02d}" if same else f"{start}-{last.year}-W{last.week:02d}"

    @property
    def label(self) -> str:
        """Name for people: ``week 44 of 2026`` or ``weeks 43 and 44 of 2026``."""
        if not self.is_weeks:
            return f"{self.start} to {self.last_day}"
        first, last = self.start.isocalendar(), self.last_day.isocalendar()
        if self.days == 7:
            return f"week {first.week} of {first.year}"
        joint = "and" if self.days == 14 else "to"
        if first.year == last.year:
            return f"weeks {first.week} {joint} {last.week} of {last.year}"
        return f"week {first.week} of {first.year} {joint} week {last.week} of {last.year}"

    def prior(self, steps: int = 1) -> Period:
        """Return the period of equal length that ends `steps` lengths earlier."""
        shift = timedelta(days=self.days) * steps
        return Period(self.start - shift, self.end - shift)

    def year_ago(self) -> Period:
        """Return the same weekdays 364 days earlier.

        Examples
        --------
        >>> Period(date(2027, 1, 4), date(2027, 1, 11)).year_ago().start
        datetime.date(2026, 1, 5)
        """
        return Period(self.start - YEAR, self.end - YEAR)

    def history(self, count: int) -> list[Period]:
        """Return the last `count` periods up to and including this one, oldest first."""
        return [self.prior(step) for step in range(count - 1, -1, -1)]

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and self.start <= day < self.end


def quarter(day: date, first_month: int = 1) -> Period:
    """Return the fiscal quarter that holds `day`.

    Parameters
    ----------
    day : any day of the quarter.
    first_month : month in which the fiscal year begins, 1 to 12.

    Examples
    --------
    >>> quarter(date(2024, 2, 29), first_month=2)
    Period(start=datetime.date(2024, 2, 1), end=datetime.date(2024, 5, 1))
    >>> quarter(date(2026, 1, 31), first_month=2).start
    datetime.date(2025, 11, 1)
    """
    months = day.year * 12 + day.month - 1
    begin = months - (months - (first_month - 1)) % 3
    return Period(_month(begin), _month(begin + 3))


def fiscal_year(day: date, first_month: int = 1) -> Period:
    """Return the fiscal year that holds `day`.

    Examples
    --------
    >>> fiscal_year(date(2026, 1, 31), first_month=2)
    Period(start=datetime.date(2025, 2, 1), end=datetime.date(2026, 2, 1))
    """
    months = day.year * 12 + day.month - 1
    begin = months - (months - (first_month - 1)) % 12
    return Period(_month(begin), _month(begin + 12))


def _month(count: int) -> date:
    return date(count // 12, count % 12 + 1, 1)
