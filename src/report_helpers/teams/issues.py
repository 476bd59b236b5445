"""The ledger of reports: which one was issued, or held back, for which period, with which figures.

An issue is what the readers of a report were told. What its figures were then is kept with it, so
that the next report can say what is new, and what has been restated since.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy import Connection

from report_helpers.errors import UnknownName
from report_helpers.teams.connection import alone
from report_helpers.teams.schema import issues

Json = dict[str, Any]
State = Literal["held", "issued"]
_NAMES = tuple(column.name for column in issues.columns)


@dataclass(frozen=True)
class Issue:
    """One issue of a report.

    Parameters
    ----------
    report : ``weekly``, ``brief``, or the name of a notebook.
    period : key of its period, such as ``2026-W44``.
    starts_on : first day of the period.
    segment : the segment it is limited to, or empty.
    number : 1 for the first issue of the period, more when it was issued again.
    state : ``issued``, or ``held`` when its readers were told to wait.
    data_hash : SHA-256 over everything it was made from.
    parameters : what its notebook ran with, without passwords.
    facts : its frozen figures, as in ``facts.json``.
    folder : where its files are.
    due_at : when it was due, naive UTC; None when nobody waited for it.
    made_at : when it was made, naive UTC.

    Examples
    --------
    >>> when = datetime(2026, 11, 2, 6)
    >>> Issue("weekly", "2026-W44", date(2026, 10, 26), made_at=when).issue_id
    'weekly-2026-W44'
    """

    report: str
    period: str
    starts_on: date
    segment: str = ""
    number: int = 1
    state: State = "issued"
    data_hash: str = ""
    parameters: Json = field(default_factory=dict)
    facts: Json = field(default_factory=dict)
    folder: str = ""
    due_at: datetime | None = None
    made_at: datetime = datetime.min

    @property
    def issue_id(self) -> str:
        """Its name: report, period, segment if there is one, and from the second on its number."""
        name = "/".join(part for part in (f"{self.report}-{self.period}", self.segment) if part)
        return f"{name}#{self.number}" if self.number > 1 else name


def enter(db: Connection, issue: Issue) -> bool:
    """Write an issue into the ledger; return False, and change nothing, if it is there already.

    An issue that was held may be entered again under its name, held or issued; one that was
    issued stays as it is for ever.
    """
    alone(db, "issues")
    row = {**asdict(issue), "issue_id": issue.issue_id, "segment": issue.segment or None}
    chosen = issues.c.issue_id == issue.issue_id
    found = db.execute(sa.select(issues.c.state).where(chosen)).scalar()
    if found == "issued":
        return False
    change = sa.insert(issues) if found is None else sa.update(issues).where(chosen)
    db.execute(change.values(**row))
    return True


def find(db: Connection, report: str, period: str, segment: str = "") -> Issue | None:
    """Return the newest issue of a report for a period, held or issued; None if there is none."""
    wanted = (issues.c.report == report, issues.c.period == period, _of(segment))
    return _first(db, sa.select(issues).where(*wanted).order_by(issues.c.number.desc()))


def named(db: Connection, issue_id: str) -> Issue:
    """Return an issue by its name.

    Raises
    ------
    UnknownName
        When there is none of that name.
    """
    found = _first(db, sa.select(issues).where(issues.c.issue_id == issue_id))
    if found is None:
        raise UnknownName("issue", issue_id, db.execute(sa.select(issues.c.issue_id)).scalars())
    return found


def before(db: Connection, report: str, start: date, segment: str = "") -> Issue | None:
    """Return the issue that readers had last when a period begins anew.

    Parameters
    ----------
    start : first day of the period that is reported now; only issues of earlier periods count.
    """
    wanted = (
        issues.c.report == report,
        issues.c.starts_on < start,
        issues.c.state == "issued",
        _of(segment),
    )
    order = (issues.c.starts_on.desc(), issues.c.number.desc())
    return _first(db, sa.select(issues).where(*wanted).order_by(*order))


def listed(db: Connection, report: str = "") -> list[Issue]:
    """Return all issues, of one report or of all, the newest first."""
    wanted = [issues.c.report == report] if report else []
    order = (issues.c.starts_on.desc(), issues.c.issue_id)
    return [_issue(row) for row in db.execute(sa.select(issues).where(*wanted).order_by(*order))]


def _of(segment: str) -> sa.ColumnElement[bool]:
    return issues.c.segment == segment if segment else issues.c.segment.is_(None)


def _first(db: Connection, query: sa.Select[Any]) -> Issue | None:
    row = db.execute(query.limit(1)).first()
    return None if row is None else _issue(row)


def _issue(row: Any) -> Issue:
    values = {name: getattr(row, name) for name in _NAMES if name != "issue_id"}
    return Issue(**{**values, "segment": values["segment"] or ""})
