"""The agreement on the quality lead: one page that both teams sign."""

from __future__ import annotations

from datetime import date, timedelta

from report_helpers.data.dataset import Dataset
from report_helpers.metrics.definitions import Definition, definitions, in_force
from report_helpers.metrics.lead_quality import definition_scores
from report_helpers.metrics.targets import target
from report_helpers.periods import WEEK, Period, monday
from report_helpers.present import quality_words as words
from report_helpers.present.blocks import Cell, Row, Table, TableColumn
from report_helpers.present.formats import count_of, day, interval, number
from report_helpers.settings import Commitments

LINE = "_" * 20


def agreement_page(data: Dataset, until: date, commitments: Commitments) -> Table:
    """Return the agreement on the quality lead, to be printed and signed.

    It states the agreed definition and its version, since when it is in force, how precise and
    complete it has been since then, and what each team commits to; without an agreed definition,
    those of both teams, as a draft.

    Parameters
    ----------
    data : the data set, with ``criteria``.
    until : the agreement as it stands on the day before; a Monday.
    commitments : how soon and how often Sales tries to reach a quality lead.

    Raises
    ------
    MissingData
        When no team has a definition.
    """
    known = definitions(data, until)
    agreed = in_force(known, "both", until - timedelta(days=1))
    rows = _agreed(data, agreed, until) if agreed else _draft(known, until)
    rows += [_group("Marketing commits"), *_marketing(data, until)]
    rows += [_group("Sales commits"), *_sales(data, until, commitments)]
    rows += [_group("Signed"), _signature("For Marketing"), _signature("For Sales")]
    title = (
        f"Agreement on the quality lead, version {agreed.version}"
        if agreed
        else "Agreement on the quality lead: draft, not agreed"
    )
    columns = (TableColumn("what", "Point"), TableColumn("text", "What it says", width=1))
    alt = f"{title}: definition, what it is worth, commitments of both teams, two signatures."
    return Table(columns, tuple(rows), title, alt, (_changes(until),))


def _agreed(data: Dataset, one: Definition, until: date) -> list[Row]:
    return [
        _group("Definition"),
        _row("A quality lead is", words.definition(one)),
        _row("In force", f"since {day(one.starts_on)}, version {one.version}"),
        _row("Measured", _worth(data, one, until)),
    ]


def _draft(known: list[Definition], until: date) -> list[Row]:
    now = [in_force(known, team, until - timedelta(days=1)) for team in ("marketing", "sales")]
    rows = [_row(words.TEAM_TITLES[one.team], words.definition(one)) for one in now if one]
    blank = _row("Agreed", f"A quality lead is: {LINE}")
    return [_group("No definition is agreed yet; each team's own"), *rows, blank]


def _worth(data: Dataset, one: Definition, until: date) -> str:
    """Say how precise and complete the agreed definition has been since it is in force."""
    first = monday(one.starts_on)
    first = first if first == one.starts_on else first + WEEK
    if first >= until:
        return "not yet: it has been in force for less than a week"
    found = definition_scores(data, Period(first, until))
    mine = found[found["team"] == "both"].to_dict(orient="records")
    rows = {row["metric"]: row for row in mine}
    precision, recall = rows["definition_precision"], rows["definition_recall"]
    if precision["status"] == "na":
        return f"not yet: {precision['reason']}"
    said = [
        f"{name} {number(row['value'], 'share')} ({interval(row['low'], row['high'], 'share')}) "
        f"of {count_of(row['n'], 'lead')} {which}"
        for name, row, which in (
            ("precision", precision, "passed"),
            ("recall", recall, "of quality"),
        )
        if row["status"] == "ok"
    ]
    return "; ".join(said)


def _marketing(data: Dataset, until: date) -> list[Row]:
    week = Period(until - WEEK, until)
    wanted = target(data, "mqls", week)
    volume = f"{count_of(wanted, 'quality lead')} a week" if wanted else "quality leads"
    return [
        _row("Volume", f"{volume}, each meeting the definition"),
        _row("No other", "a lead that does not meet it stays with Marketing and is nurtured"),
    ]


def _sales(data: Dataset, until: date, agreed: Commitments) -> list[Row]:
    hours = count_of(agreed.first_touch_hours, "hour")
    tries = count_of(agreed.attempts, "attempt")
    days = count_of(agreed.attempts_days, "working day")
    accepts = target(data, "acceptance_rate", Period(until - WEEK, until))
    share = f"at least {number(accepts, 'share')} accepted; " if accepts else ""
    return [
        _row("First touch", f"within {hours} of the handover, counted Monday to Friday"),
        _row("Persistence", f"{tries} within {days} before a lead is given up"),
        _row("Decision", f"{share}each lead sent back carries its reason"),
    ]


def _changes(until: date) -> str:
    return (
        f"As of {day(until - timedelta(days=1))}. A new version begins on a day both teams agree "
        "on; leads are judged by the version of the day they arrived."
    )


def _row(what: str, text: str) -> Row:
    return Row((Cell(what), Cell(text)))


def _group(text: str) -> Row:
    return Row((Cell(text),), role="group")


def _signature(who: str) -> Row:
    return _row(who, f"Name {LINE}  Signature {LINE}  Date {LINE[:10]}")
