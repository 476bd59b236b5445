"""The tables in which the teams' items, meetings and visits are kept, and what was sent to whom.

Times are naive UTC timestamps. Columns that may be empty hold null, never empty text.
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Integer,
    LargeBinary,
    Text,
)

TEAMS = ("marketing", "sales")
KINDS = (
    "success",
    "obstacle",
    "question",
    "request",
    "campaign_plan",
    "answer",
    "decision",
    "action",
)
WAYS = ("up", "down")
VISIT_STATES = ("planned", "agreed", "done", "missed", "cancelled")
ISSUE_STATES = ("held", "issued")
LETTER_STATES = ("queued", "sending", "sent", "failed")
REPLY_STATES = ("added", "quarantined", "refused")

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _one_of(column: str, values: tuple[str, ...]) -> CheckConstraint:
    return CheckConstraint(sa.column(column).in_(values), name=column)


def _item_columns() -> list[Column[object]]:
    """Return what an item is made of, apart from its identifier and its links."""
    return [
        Column("team", Text, nullable=False),
        Column("author", Text, nullable=False),
        Column("kind", Text, nullable=False),
        Column("body", Text, nullable=False),
        Column("about_metric", Text),
        Column("about_segment", Text),
        Column("about_campaign", Text),
        Column("about_deal", Text),
        Column("expected", Text),
        Column("owner", Text),
        Column("written_on", Date, nullable=False),
        Column("due_on", Date),
        Column("closed_on", Date),
        Column("closed_reason", Text),
        Column("changed_at", DateTime, nullable=False),
        Column("changed_by", Text, nullable=False),
        Column("carried", Integer, nullable=False, default=0, server_default="0"),
    ]


version = sa.Table("store_version", metadata, Column("version", Integer, nullable=False))
"""One row: the version of the schema the store has."""

meetings = sa.Table(
    "meetings",
    metadata,
    Column("meeting_id", Text, primary_key=True),
    Column("starts_at", DateTime, nullable=False),
    Column("time_zone", Text, nullable=False),
    Column("minutes", Integer, nullable=False),
    Column("place", Text),
    Column("attendees", JSON, nullable=False, default=list),
    Column("topics", JSON, nullable=False, default=list),
    Column("held", Boolean, nullable=False, default=False),
    Column("sequence", Integer, nullable=False, default=0),
    Column("notes", Text),
    Column("revision", Integer, nullable=False, default=1),
    Column("changed_at", DateTime, nullable=False),
    Column("cancelled", Boolean, nullable=False, default=False, server_default=sa.false()),
)
"""One row is one meeting of both teams: planned, held or cancelled."""

items = sa.Table(
    "items",
    metadata,
    Column("item_id", Text, primary_key=True),
    *_item_columns(),
    Column("answers", Text, sa.ForeignKey("items.item_id"), index=True),
    Column("meeting_id", Text, sa.ForeignKey("meetings.meeting_id"), index=True),
    Column("revision", Integer, nullable=False, default=1),
    _one_of("team", TEAMS),
    _one_of("kind", KINDS),
)
"""One row is one thing a team tells, asks, answers, decides or takes on, as it stands now."""

past_items = sa.Table(
    "past_items",
    metadata,
    Column("item_id", Text, primary_key=True),
    *_item_columns(),
    Column("answers", Text),
    Column("meeting_id", Text),
    Column("revision", Integer, primary_key=True),
)
"""One row is an item as it stood at an earlier revision."""

shadowings = sa.Table(
    "shadowings",
    metadata,
    Column("shadowing_id", Text, primary_key=True),
    Column("guest", Text, nullable=False),
    Column("host", Text, nullable=False),
    Column("day", Date, nullable=False),
    Column("meeting", Text),
    Column("starts_at", DateTime),
    Column("status", Text, nullable=False, default="planned"),
    Column("learnt", Text),
    Column("sequence", Integer, nullable=False, default=0),
    Column("revision", Integer, nullable=False, default=1),
    Column("changed_at", DateTime, nullable=False),
    _one_of("status", VISIT_STATES),
)
"""One row is one visit of a member of one team to a meeting of the other."""

tokens = sa.Table(
    "tokens",
    metadata,
    Column("token_id", Text, primary_key=True),
    Column("person", Text, nullable=False, index=True),
    Column("team", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("made_at", DateTime, nullable=False),
    Column("revoked_at", DateTime),
    _one_of("team", TEAMS),
)
"""One row is one key with which a person signs in to the teams' page; only its digest is kept."""

issues = sa.Table(
    "issues",
    metadata,
    Column("issue_id", Text, primary_key=True),
    Column("report", Text, nullable=False),
    Column("period", Text, nullable=False),
    Column("starts_on", Date, nullable=False),
    Column("segment", Text),
    Column("number", Integer, nullable=False, default=1),
    Column("state", Text, nullable=False),
    Column("data_hash", Text, nullable=False),
    Column("parameters", JSON, nullable=False),
    Column("facts", JSON, nullable=False),
    Column("folder", Text, nullable=False),
    Column("due_at", DateTime),
    Column("made_at", DateTime, nullable=False),
    _one_of("state", ISSUE_STATES),
)
"""One row is one issue of a report: what its readers were, or would have been, told."""

letters = sa.Table(
    "letters",
    metadata,
    Column("letter_id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("about", Text, nullable=False),
    Column("issue_id", Text, sa.ForeignKey("issues.issue_id"), index=True),
    Column("address", Text, nullable=False),
    Column("message_id", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("content", LargeBinary),
    Column("digest", Text, nullable=False),
    Column("state", Text, nullable=False, default="queued"),
    Column("attempts", Integer, nullable=False, default=0),
    Column("next_at", DateTime, nullable=False),
    Column("error", Text),
    Column("queued_at", DateTime, nullable=False),
    Column("sent_at", DateTime),
    _one_of("state", LETTER_STATES),
)
"""One row is one mail to one person; its content goes once it has been sent."""

replies = sa.Table(
    "replies",
    metadata,
    Column("reply_id", Text, primary_key=True),
    Column("sender", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("reason", Text),
    Column("issue_id", Text, sa.ForeignKey("issues.issue_id"), index=True),
    Column("item_id", Text, sa.ForeignKey("items.item_id"), index=True),
    Column("taken_at", DateTime, nullable=False),
    _one_of("state", REPLY_STATES),
)
"""One row is one mail that came back, and what became of it."""

heartbeats = sa.Table(
    "heartbeats",
    metadata,
    Column("name", Text, primary_key=True),
    Column("first_at", DateTime, nullable=False),
    Column("last_at", DateTime, nullable=False),
)
"""One row is one thing that runs again and again, and when it did so first and last."""
