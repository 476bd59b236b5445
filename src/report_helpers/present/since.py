"""What is new since the last issue: what moved, what was restated, what means something else now.

The three are kept apart. Movement is from one period to the next, both as they are known today; a
restatement is one period, as it was told and as it is known today.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from math import nan
from pathlib import Path
from typing import TYPE_CHECKING, Any

from report_helpers.metrics import history
from report_helpers.metrics.restatement import compare
from report_helpers.metrics.scorecard import Line
from report_helpers.periods import Period
from report_helpers.present import restated
from report_helpers.present.blocks import (
    Block,
    Callout,
    Cell,
    Finding,
    Findings,
    Row,
    Table,
    TableColumn,
    Tone,
)
from report_helpers.present.findings import title
from report_helpers.present.formats import count_of, joined, number
from report_helpers.present.scoreboard import MARKS
from report_helpers.teams.last_issue import Wanted, last_facts

if TYPE_CHECKING:
    from report_helpers.present.report import Report

Json = dict[str, Any]

NAMED = 2
"""Rows of each part that the opening lines name."""
_COLUMNS = (
    TableColumn("what", "Figure", width=1),
    TableColumn("was", "Was", "right"),
    TableColumn("now", "Now", "right"),
    TableColumn("why", "What to make of it", width=1.4),
)


def known(report: Report) -> Json:
    """Return what the next issue is compared with: frozen under ``history`` in ``facts.json``."""
    kept = history.history(report.data, report.period, report.lines)
    return kept | history.definitions(report.whole, report.settings, report.shown)


def news(report: Report, previous: str = "") -> Findings | None:
    """Return in three lines what is new since the last issue; None for the first of its kind.

    Parameters and errors are those of `block`, which shows all of it.
    """
    last = _last(report, previous)
    if last is None or "history" not in last[1]:
        return None
    then, facts = last
    parts = _compare(report, then, facts["history"]).parts
    items = [Finding(_line(rows), lead=lead, tone="info") for lead, _, rows in parts if rows]
    still = [quiet for _, quiet, rows in parts if not rows]
    if still:
        items.append(Finding(f"{'. '.join(still)}.", tone="muted"))
    return Findings(tuple(items), title=f"New since the last issue ({then.label})")


def block(report: Report, previous: str = "") -> Block:
    """Return what is new since the last issue.

    Parameters
    ----------
    report : the report that is being made.
    previous : folder of earlier reports, for where no ledger has the last issue.

    Raises
    ------
    MissingData
        When the figures of the last issue cannot be read.
    """
    last = _last(report, previous)
    if last is None:
        return Callout("The first report of its kind: there is no earlier one.", tone="muted")
    then, facts = last
    if "history" not in facts:
        said = f"The last issue ({then.label}) kept no figures to compare with."
        return Callout(said, tone="muted")
    return _table(_compare(report, then, facts["history"]), then)


def _last(report: Report, previous: str) -> tuple[Period, Json] | None:
    """Return the period and the facts of the issue readers had last, if there was one."""
    wanted = Wanted(report.name, report.period.start, report.segment, report.beyond_segment)
    facts = last_facts(wanted, report.store, Path(previous) if previous else None)
    if facts is None:
        return None
    return Period(*(date.fromisoformat(facts["period"][name]) for name in ("start", "end"))), facts


@dataclass(frozen=True)
class _New:
    """What is new, in rows: signals that came or went, restated figures, changed definitions."""

    moved: list[Row]
    figures: list[Row]
    changed: list[Row]
    nothing: str
    note: str

    @property
    def parts(self) -> tuple[tuple[str, str, list[Row]], ...]:
        """The three: what each is called, and what is said when there is none of it."""
        return (
            ("Moved", "Moved: no signal came or went", self.moved),
            ("Restated", f"Restated: {self.nothing}", self.figures),
            ("Defined otherwise", "Defined as they were", self.changed),
        )


def _compare(report: Report, then: Period, before: Json) -> _New:
    found = compare(before, known(report))
    return _New(
        _moved(report, then, before),
        restated.rows(found, report.currency),
        restated.definitions(found),
        restated.nothing(found),
        " ".join((*_rest(report, before), *restated.late(found))),
    )


def _table(new: _New, then: Period) -> Block:
    parts = [(lead if rows else quiet, rows) for lead, quiet, rows in new.parts]
    caption = f"What is new since the last issue ({then.label})"
    if not any(rows for _, rows in parts):
        said = f"{'. '.join(label for label, _ in parts)}. {new.note}".strip()
        return Findings((Finding(said, tone="muted"),), title=caption)
    rows = [row for label, part in parts for row in (Row((Cell(label),), role="group"), *part)]
    nouns = ("signal", "restated figure", "changed definition")
    counts = [count_of(len(p), noun) for (_, p), noun in zip(parts, nouns, strict=True)]
    alt = f"{caption}: {joined(counts)}."
    return Table(_COLUMNS, tuple(rows), caption, alt, (new.note,) if new.note else ())


def _line(rows: list[Row]) -> str:
    """Return the first two rows of a part as a sentence; what is beyond is counted."""
    told = [_said(row) for row in rows[:NAMED]]
    more = [f"{len(rows) - NAMED} more under Data notes"] if len(rows) > NAMED else []
    return f"{'; '.join([*told, *more])}."


def _said(row: Row) -> str:
    what, was, now, why = (cell.text for cell in row.cells)
    change = " → ".join(text for text in (was, now) if text)
    return ": ".join((what, ", ".join(text for text in (change, why.rstrip(".")) if text)))


def _rest(report: Report, before: Json) -> list[str]:
    """Say how many signals stand, and how many figures moved without one: no trend is in them."""
    standing = [line for line in report.lines if line.signal.is_signal]
    stand = sum(_was(line, before) == line.signal.direction for line in standing)
    noise = sum(line.signal.kind == "none" for line in report.lines)
    told = (
        (stand, "signal of the last issue stands", "signals of the last issue stand"),
        (noise, "figure within its usual range: noise", "figures within the usual range: noise"),
    )
    return [f"{count_of(count, one, many)}." for count, one, many in told if count]


def _was(line: Line, before: Json) -> str:
    """Return the direction of the signal a figure had in the last issue, or ``none``."""
    return str(before["series"].get(history.key(line), {}).get("direction", "none"))


def _moved(report: Report, then: Period, before: Json) -> list[Row]:
    """Return a row for each signal that came or went."""
    rows = []
    for line in report.lines:
        was = _was(line, before)
        if was != line.signal.direction:
            prior = _prior(line, report.period, then)
            numbers = [number(v, line.metric.unit, report.currency) for v in (prior, line.value)]
            said, tone = _verdict(line, was)
            now = Cell(numbers[1], tone=tone, mark=MARKS[line.signal.direction])
            rows.append(Row((Cell(title(line)), Cell(numbers[0]), now, Cell(said))))
    return rows


def _verdict(line: Line, was: str) -> tuple[str, Tone]:
    """Say what became of a signal; `was` is the direction it had in the last issue."""
    if line.signal.is_signal:
        tone: Tone = "good" if line.improved else "bad"
        turned = "the signal turned" if was != "none" else "a new signal"
        return f"{turned}, for the {'better' if line.improved else 'worse'}", tone
    if line.signal.kind == "none":
        return "no longer a signal: back within its usual range", ""
    return f"can no longer be judged: {line.reason or 'too few periods'}", ""


def _prior(line: Line, period: Period, then: Period) -> float:
    """Return the figure of the last issue's period, as it is known today."""
    steps, apart = divmod((period.start - then.start).days, period.days)
    inside = not apart and steps < len(line.history)
    return line.history[-1 - steps] if inside else nan
