"""What an item is made of, and which values each part may have."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from report_helpers.data.dataset import Dataset
from report_helpers.errors import BadValue, UnknownName
from report_helpers.glossary import metric
from report_helpers.teams.schema import KINDS, TEAMS, WAYS

Values = dict[str, Any]
LONGEST = 16_000
"""Letters a text may have: what still fits a spreadsheet's cell, emoji included."""
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
"""Characters that no text of an item may hold."""


@dataclass(frozen=True)
class Field:
    """One part of an item.

    Parameters
    ----------
    name : column in the store and in spreadsheets.
    meaning : what it says, for people.
    kind : what its values are.
    kept : written by the kit alone, never by people.
    allowed : the only values accepted.
    """

    name: str
    meaning: str
    kind: Literal["text", "day", "number"] = "text"
    kept: bool = False
    allowed: tuple[str, ...] = ()


FIELDS: dict[str, Field] = {
    field.name: field
    for field in (
        Field("item_id", "identifier; leave it empty in a new row", kept=True),
        Field("revision", "rises with each change; never edit it", "number", kept=True),
        Field("team", "the team that speaks", allowed=TEAMS),
        Field("author", "the person who speaks"),
        Field("kind", "what sort of item it is", allowed=KINDS),
        Field("body", "what is said"),
        Field("about_metric", "the number it speaks of, by its glossary name"),
        Field("about_segment", "the market segment it speaks of"),
        Field("about_campaign", "the campaign it speaks of"),
        Field("about_deal", "the deal it speaks of"),
        Field("expected", "which way a decision is to move its number: up or down", allowed=WAYS),
        Field("answers", "identifier of the item it answers"),
        Field("owner", "who must act"),
        Field("written_on", "day it was written", "day"),
        Field("due_on", "day an answer or act is due", "day"),
        Field("closed_on", "day it was closed; empty while open", "day"),
        Field("closed_reason", "why it was closed"),
        Field("meeting_id", "the meeting it came out of"),
        Field("carried", "how many meetings it was carried over", "number", kept=True),
        Field("changed_by", "who changed it last", kept=True),
        Field("changed_at", "when, UTC", kept=True),
    )
}
WAITING = ("obstacle", "question", "request", "campaign_plan", "action")
"""The kinds of item that wait to be closed; the others are told once."""
WRITTEN = tuple(name for name, field in FIELDS.items() if not field.kept)
"""What people write."""


def clean(values: Mapping[str, Any]) -> Values:
    """Return values as the store keeps them: no blanks around short texts, empty text as None.

    The body is kept to the letter.

    Raises
    ------
    UnknownName
        For a field an item does not have.
    BadValue
        For a value of another type.
    """
    return {name: _cleaned(name, value) for name, value in values.items()}


def _cleaned(name: str, value: Any) -> Any:
    if name not in FIELDS:
        raise UnknownName("field", name, FIELDS)
    wanted = {"text": str, "day": date, "number": int}[FIELDS[name].kind]
    if name == "body" or value is None:
        return value
    if value == "":
        return None
    if not isinstance(value, wanted) and name != "changed_at":
        raise BadValue(f"{value!r} is not a {FIELDS[name].kind}", where=name)
    return value.strip() or None if isinstance(value, str) else value


def check(values: Mapping[str, Any]) -> None:
    """Check the parts of an item against each other and against what is known.

    Raises
    ------
    UnknownName
        For a team, kind or metric nobody declared, with "did you mean".
    BadValue
        When a part is missing, a text too long or unprintable, or days are in the wrong order.
    """
    for name in ("team", "kind"):
        _filled(values, name)
        if values[name] not in FIELDS[name].allowed:
            raise UnknownName(name, values[name], FIELDS[name].allowed)
    _filled(values, "body")
    _filled(values, "written_on")
    if values.get("about_metric"):
        metric(values["about_metric"])
    if values.get("expected") not in (None, *WAYS):
        raise UnknownName("expected", values["expected"], WAYS)
    for name, value in values.items():
        if isinstance(value, str):
            _printable(name, value)
    _ordered(values)
    if values["kind"] == "answer" and not values.get("answers"):
        raise BadValue(
            "an answer must say what it answers", where="answers", remedy="give that item's id"
        )


def _filled(values: Mapping[str, Any], name: str) -> None:
    value = values.get(name)
    if value is None or not str(value).strip():
        raise BadValue(f"{name} is empty", where=name, remedy=f"say {FIELDS[name].meaning}")


def _printable(name: str, text: str) -> None:
    if len(text) > LONGEST:
        raise BadValue(
            f"the text has {len(text):,} letters", where=name, remedy=f"at most {LONGEST:,} fit"
        )
    found = UNPRINTABLE.search(text)
    if found:
        raise BadValue(
            f"letter {found.start() + 1} is a control character (U+{ord(found[0]):04X})",
            where=name,
            remedy="take it out",
        )


def _ordered(values: Mapping[str, Any]) -> None:
    written, due, closed = (values.get(name) for name in ("written_on", "due_on", "closed_on"))
    for name, later in (("due_on", due), ("closed_on", closed)):
        if later is not None and written is not None and later < written:
            raise BadValue(
                f"{name} {later} is before it was written, {written}",
                where=name,
                remedy="give a day on or after it",
            )
    if (closed is None) != (values.get("closed_reason") is None):
        lacking = "closed_on" if closed is None else "closed_reason"
        raise BadValue(f"{lacking} is empty", where=lacking, remedy="give the day and the reason")


def check_segment(segment: str | None, data: Dataset) -> None:
    """Check that the data know a segment; empty is none in particular.

    Raises
    ------
    UnknownName
        When they do not.
    """
    known = data.values("segment")
    if segment and known and segment not in known:
        raise UnknownName("segment", segment, known, where="about_segment")
