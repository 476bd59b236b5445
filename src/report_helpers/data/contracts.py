"""The canonical tables: which columns each one has, of what type, and what they mean.

Only ``opportunities`` is required. A report shows the sections its tables can support and says,
for each it cannot, which table would bring it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum


class Kind(StrEnum):
    """What the values of a column are."""

    TEXT = "text"
    WHEN = "when"  # a date or a timestamp; stored as a naive UTC timestamp
    NUMBER = "number"
    FLAG = "flag"


@dataclass(frozen=True)
class Column:
    """One column of a canonical table.

    Parameters
    ----------
    name : canonical name.
    kind : type of its values.
    meaning : what it says, for people.
    required : the table cannot be used without the column.
    filled : a row without a value in it is rejected, and reported.
    key : part of the table's key: present on every row and unique.
    allowed : the only values accepted (text columns).
    """

    name: str
    kind: Kind
    meaning: str
    required: bool = False
    filled: bool = False
    key: bool = False
    allowed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table:
    """One canonical table.

    Parameters
    ----------
    name : canonical name, also the file's stem.
    row : what one row is.
    columns : its columns, in order.
    order : pairs of date columns of which the first must not be later than the second.
    extra : whether further columns (free attributes) are kept.
    fresh_by : the column that says when a row came to be.
    """

    name: str
    row: str
    columns: tuple[Column, ...]
    order: tuple[tuple[str, str], ...] = ()
    extra: bool = False
    fresh_by: str = ""
    names: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "names", tuple(c.name for c in self.columns))

    def __getitem__(self, name: str) -> Column:
        return next(c for c in self.columns if c.name == name)

    @property
    def key(self) -> tuple[str, ...]:
        """Names of the key columns."""
        return tuple(c.name for c in self.columns if c.key)


def _text(name: str, meaning: str, *allowed: str) -> Column:
    return Column(name, Kind.TEXT, meaning, allowed=allowed)


def _when(name: str, meaning: str) -> Column:
    return Column(name, Kind.WHEN, meaning)


def _number(name: str, meaning: str) -> Column:
    return Column(name, Kind.NUMBER, meaning)


def _key(name: str, meaning: str) -> Column:
    return Column(name, Kind.TEXT, meaning, required=True, filled=True, key=True)


def _must(column: Column, *, filled: bool = True) -> Column:
    return replace(column, required=True, filled=filled)


OPPORTUNITIES = Table(
    "opportunities",
    "one deal Sales works on",
    (
        _key("opportunity_id", "identifier of the deal"),
        _text("account_id", "the customer"),
        _text("lead_id", "the lead it came from"),
        _text("name", "what people call the deal"),
        _text("segment", "market segment"),
        _text("region", "sales region"),
        _text("source", "where the first contact came from"),
        _text("owner", "the seller responsible"),
        _text("product", "main product"),
        _must(_when("created_on", "when the deal was opened"), filled=False),
        _when("closed_on", "when it was won or lost; empty while open"),
        _must(_text("outcome", "how it stands", "open", "won", "lost")),
        _number("amount", "value in the company's currency"),
        _text("loss_reason", "why it was lost"),
    ),
    order=(("created_on", "closed_on"),),
    fresh_by="created_on",
)
STAGE_EVENTS = Table(
    "stage_events",
    "one deal entering one stage",
    (
        _must(_text("opportunity_id", "the deal")),
        _must(_text("stage", "the stage entered")),
        _must(_when("entered_at", "when it entered")),
    ),
    fresh_by="entered_at",
)
LEADS = Table(
    "leads",
    "one person or firm that answered",
    (
        _key("lead_id", "identifier of the lead"),
        _must(_when("created_on", "when the inquiry arrived")),
        _text("source", "where it came from"),
        _text("campaign_id", "the campaign it answered"),
        _text("segment", "market segment"),
        _text("region", "sales region"),
        _when("mql_on", "when Marketing called it a quality lead (MQL)"),
        _when("accepted_on", "when Sales accepted it (SAL)"),
        _when("rejected_on", "when Sales sent it back"),
        _text("rejection_reason", "why Sales sent it back"),
        _when("sql_on", "when Sales qualified it (SQL)"),
        Column("nurtured", Kind.FLAG, "whether Marketing nurtured it before handing it over"),
        _when("first_touch_at", "when Sales first called or wrote"),
    ),
    order=(
        ("created_on", "mql_on"),
        ("mql_on", "accepted_on"),
        ("mql_on", "rejected_on"),
        ("mql_on", "first_touch_at"),
        ("accepted_on", "sql_on"),
    ),
    extra=True,
    fresh_by="created_on",
)
CAMPAIGNS = Table(
    "campaigns",
    "one campaign",
    (
        _key("campaign_id", "identifier of the campaign"),
        _must(_text("name", "what people call it")),
        _text("channel", "the channel; the same words as a lead's source"),
        _text("segment", "market segment it is aimed at"),
        _must(_when("starts_on", "first day")),
        _when("ends_on", "last day, included"),
        _number("budget", "money planned"),
        _number("cost", "money spent so far"),
        _text("status", "how it stands", "planned", "running", "done"),
        _text("message", "what it says"),
        _text("call_to_action", "what it asks people to do"),
        _text("audience", "whom it reaches"),
    ),
    order=(("starts_on", "ends_on"),),
    fresh_by="starts_on",
)
RESPONSES = Table(
    "responses",
    "one answer to a campaign",
    (
        _must(_text("campaign_id", "the campaign answered")),
        _text("lead_id", "the lead, when known"),
        _must(_when("responded_at", "when")),
        _text("kind", "how: call, form, event, ..."),
    ),
    fresh_by="responded_at",
)
ACCOUNTS = Table(
    "accounts",
    "one firm, customer or not",
    (
        _key("account_id", "identifier of the firm"),
        _text("name", "its name"),
        _text("segment", "market segment"),
        _text("industry", "industry"),
        _text("size", "size class"),
        _text("region", "sales region"),
        Column("addressable", Kind.FLAG, "whether we could sell to it"),
    ),
)
ORDERS = Table(
    "orders",
    "one product an account bought or subscribes to",
    (
        _must(_text("account_id", "the customer")),
        _must(_text("product", "the product")),
        _must(_when("starts_on", "when it began")),
        _when("ends_on", "when it ended; empty while it runs"),
        _number("amount", "value a year, or of the order"),
    ),
    order=(("starts_on", "ends_on"),),
    fresh_by="starts_on",
)
PEOPLE = Table(
    "people",
    "one member of either team",
    (
        _key("person", "name"),
        _must(_text("team", "the team", "marketing", "sales")),
        _text("role", "what they do"),
        _text("email", "address"),
        _text("manager", "whom they report to"),
        _when("starts_on", "first day in the team"),
        _when("ends_on", "last day in the team"),
        _text("works_on", "weekdays of those who work part of the week, such as Mon Tue Wed"),
    ),
)
ABSENCES = Table(
    "absences",
    "one run of days on which a person is away",
    (
        _must(_text("person", "who")),
        _must(_when("starts_on", "first day away")),
        _when("ends_on", "last day away, included; the first day when empty"),
    ),
    order=(("starts_on", "ends_on"),),
)
TARGETS = Table(
    "targets",
    "one agreed target for one metric",
    (
        _must(_text("metric", "the metric, by its glossary name")),
        _text("segment", "the segment it is for; empty for the whole company"),
        _must(_number("target", "the value agreed")),
        _must(_text("per", "what one target covers", "week", "quarter", "year", "level")),
        _must(_when("starts_on", "first day it is in force")),
        _when("ends_on", "last day, included"),
        _text("owner", "who answers for it"),
    ),
)
GOALS = Table(
    "goals",
    "one goal of the whole company",
    (
        _key("goal", "what is to be reached, in a few words"),
        _must(_text("metric", "the metric it is measured by, by its glossary name")),
        _text("basis", "the metric's basis, where it has several"),
        _number("baseline", "the metric's value when the goal was set"),
        _must(_number("target", "the value to reach")),
        _must(_when("starts_on", "first day that counts")),
        _must(_when("due_on", "last day that counts, included")),
        _text("owner", "who answers for it"),
        _text("marketing_metrics", "metrics of Marketing that drive it, separated by spaces"),
        _text("sales_metrics", "metrics of Sales that drive it, separated by spaces"),
    ),
    order=(("starts_on", "due_on"),),
)
ACTUALS = Table(
    "actuals",
    "one month's value of a metric that the other tables cannot give, such as profitability",
    (
        _must(_text("metric", "the metric, by its glossary name")),
        _must(_when("month", "first day of the month")),
        _must(_number("value", "its value; shares as 0-1")),
    ),
)
TOUCHES = Table(
    "touches",
    "one attempt of Sales to reach a lead",
    (
        _must(_text("lead_id", "the lead")),
        _must(_when("touched_at", "when")),
        _text("kind", "how: call, mail, meeting, ..."),
    ),
    fresh_by="touched_at",
)
CRITERIA = Table(
    "criteria",
    "one condition of a team's definition of a quality lead",
    (
        _must(
            _text("team", "whose definition: both is the agreed one", "marketing", "sales", "both")
        ),
        _must(_when("starts_on", "first day the definition is in force")),
        _must(_text("attribute", "the lead's column it looks at")),
        _must(
            _text("operator", "how it compares", "=", "!=", ">=", "<=", ">", "<", "in", "filled")
        ),
        _text("value", "what it compares with; for in, separated by |"),
        _number("weight", "points it gives; 1 when empty"),
        _number("threshold", "points a lead needs; all of them when empty"),
    ),
)
PULSE = Table(
    "pulse",
    "one rating of the other team",
    (
        _must(_when("rated_on", "when")),
        _must(_text("team", "the team that rates", "marketing", "sales")),
        _must(_text("metric", "the metric of the other team it rates, by its glossary name")),
        _must(_number("score", "from 1, poor, to 5, excellent")),
        _text("comment", "why"),
    ),
)
NOTES = Table(
    "notes",
    "one thing one team tells or asks the other",
    (
        _key("note_id", "identifier of the note"),
        _must(_when("written_on", "when")),
        _must(_text("team", "the team that speaks", "marketing", "sales")),
        _text("author", "the person who speaks"),
        _must(
            _text(
                "kind",
                "what sort of note",
                "success",
                "obstacle",
                "question",
                "request",
                "campaign_plan",
                "answer",
                "decision",
                "action",
            )
        ),
        _must(_text("body", "what is said")),
        _text("answers", "the note it answers"),
        _text("about_metric", "the metric it speaks of"),
        _text("about_segment", "the segment it speaks of"),
        _text("expected", "which way a decision is to move its metric", "up", "down"),
        _text("owner", "who must act"),
        _when("due_on", "when an answer or act is due"),
        _text("status", "how it stands", "open", "closed"),
        _when("closed_on", "when it was closed"),
        _text("closed_reason", "why it was closed"),
    ),
    order=(("written_on", "closed_on"),),
    fresh_by="written_on",
)
CALENDAR = Table(
    "calendar",
    "one meeting of one team",
    (
        _must(_text("team", "the team that meets", "marketing", "sales", "both")),
        _must(_text("meeting", "what it is called")),
        _must(_when("starts_at", "when it starts")),
        _text("kind", "what sort of meeting"),
        Column("shadowing_ok", Kind.FLAG, "whether a guest of the other team is welcome"),
        _text("person", "who holds it, where it is one person's; empty for the team's"),
    ),
)
SHADOWINGS = Table(
    "shadowings",
    "one day that a member of one team spends with somebody of the other",
    (
        _must(_text("guest", "who visits")),
        _must(_text("host", "who is visited")),
        _must(_when("day", "when")),
        _text("meeting", "what there is to see"),
        _must(_text("status", "how it stands", "planned", "agreed", "done", "missed", "cancelled")),
        _text("learnt", "what the guest learnt"),
    ),
)
MEETINGS = Table(
    "meetings",
    "one regular meeting of both teams that was held",
    (
        _key("meeting_id", "identifier of the meeting: its day in the rhythm, YYYY-MM-DD"),
        _must(_when("starts_at", "when it started")),
        _text("attendees", "who was there, separated by |"),
        _text("topics", "what was talked about, separated by |"),
        _text("notes", "what else is worth keeping"),
    ),
    fresh_by="starts_at",
)

TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        OPPORTUNITIES,
        STAGE_EVENTS,
        LEADS,
        CAMPAIGNS,
        RESPONSES,
        ACCOUNTS,
        ORDERS,
        PEOPLE,
        ABSENCES,
        TARGETS,
        GOALS,
        ACTUALS,
        TOUCHES,
        CRITERIA,
        PULSE,
        NOTES,
        CALENDAR,
        SHADOWINGS,
        MEETINGS,
    )
}
REQUIRED_TABLES = ("opportunities",)
