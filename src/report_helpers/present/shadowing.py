"""Days spent with the other team as blocks: how far, what was learnt, who visits whom."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from report_helpers.data.dataset import Dataset
from report_helpers.errors import MissingData
from report_helpers.periods import Period
from report_helpers.present.blocks import (
    Block,
    Cell,
    Finding,
    Findings,
    Note,
    Notes,
    Row,
    Table,
    TableColumn,
    Tone,
)
from report_helpers.present.findings import TEAM_NAMES
from report_helpers.present.formats import MONTHS, count_of, day, joined
from report_helpers.present.section import section
from report_helpers.teams import shadowing
from report_helpers.teams.shadowing import Shadowing

if TYPE_CHECKING:  # it brings scipy.optimize, which only plans are made with
    from report_helpers.teams.shadow_reasons import Reason

COUNTS = ("due", "done", "agreed", "planned", "missed")
NAMED = 6  # people named who have no day; the others are counted
TONES: dict[str, Tone] = {"done": "good", "missed": "bad", "agreed": "info"}
MARKS = {"done": "✓", "missed": "▼"}


@section("Job shadowing")
def coverage_table(data: Dataset, found: Sequence[Shadowing], month: Period) -> Block:
    """Return how many of each team have a visit in a month, and who has none."""
    if not data.has("people", "person", "team"):
        raise MissingData("the data have no table 'people'", remedy="add one, a row a member")
    rows = shadowing.coverage(data, found, month).to_dict("records")
    columns = (
        TableColumn("team", "Team"),
        *(TableColumn(name, name.capitalize(), "right") for name in COUNTS),
        TableColumn("waiting", "Without a day", width=1),
    )
    title = f"Days with the other team, {MONTHS[month.start.month - 1]} {month.start.year}"
    cells = tuple(
        Row(
            (
                Cell(TEAM_NAMES[row["team"]]),
                *(Cell(str(row[name])) for name in COUNTS),
                Cell(_named(row["waiting"])),
            )
        )
        for row in rows
    )
    said = [f"{TEAM_NAMES[r['team']]}: {r['done']} of {r['due']} done" for r in rows]
    return Table(columns, cells, title, f"{title}. {'; '.join(said)}.")


def _named(people: list[str]) -> str:
    left = len(people) - NAMED
    return joined([*people[:NAMED], *([f"{left} more"] if left > 0 else [])])


def learnt(found: Sequence[Shadowing], period: Period) -> Notes:
    """Return what guests learnt in a period, the latest first."""
    told = sorted(shadowing.learnt(found, period), key=lambda s: s.day, reverse=True)
    notes = tuple(
        Note(
            "Learnt",
            visit.learnt,
            f"{visit.guest}, with {visit.host}, {day(visit.day, year=False)}",
            status=visit.meeting,
        )
        for visit in told
    )
    empty = "Nobody wrote down what a day with the other team taught."
    return Notes(notes, "What a day with the other team taught", empty)


def plan_table(found: Sequence[Shadowing]) -> Table:
    """Return visits as a table, by day; cancelled ones are left out."""
    columns = (
        TableColumn("day", "Day"),
        TableColumn("guest", "Guest", width=1),
        TableColumn("host", "visits", width=1),
        TableColumn("meeting", "Meeting", width=1),
        TableColumn("status", "Status"),
        TableColumn("id", "Visit"),
    )
    shown = [s for s in found if s.status != "cancelled"]
    rows = tuple(
        Row(
            (
                Cell(day(s.day, year=False)),
                Cell(s.guest),
                Cell(s.host),
                Cell(s.meeting),
                Cell(s.status, tone=TONES.get(s.status, ""), mark=MARKS.get(s.status, "")),
                Cell(s.shadowing_id),
            )
        )
        for s in shown
    )
    return Table(columns, rows, "Who visits whom", f"{count_of(len(shown), 'visit')} by day.")


def unplaced(reasons: Sequence[Reason], remedies: Sequence[str], proven: int) -> Findings:
    """Return who has no visit and why, what would bring one, and what is proven of the plan."""
    items = [
        Finding(f"{r.why}.", lead=f"{r.person}, {TEAM_NAMES[r.team]}", tone="watch")
        for r in reasons
    ]
    items += [Finding(f"{text[0].upper()}{text[1:]}.", tone="info") for text in remedies]
    if not reasons:
        items.append(Finding("Everybody has a day.", tone="good"))
    proof = {
        5: "No other plan is better.",
        3: "No other plan places more, or repeats fewer pairs; fairness and days are within 1%.",
        2: "No other plan places more; whether fewer pairs could repeat is not proven.",
    }
    items.append(Finding(proof[proven], tone="muted"))
    return Findings(tuple(items), title="The plan")
