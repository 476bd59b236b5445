"""A maildir with mails in it, and a desk that takes them: what replies are tested with."""

from __future__ import annotations

from datetime import date, datetime
from email import message_from_bytes
from email.message import EmailMessage
from pathlib import Path
from zlib import crc32

import pandas as pd
import sqlalchemy as sa

from report_helpers.data import load
from report_helpers.data.dataset import Dataset
from report_helpers.delivery import replies
from report_helpers.delivery.judgement import Desk
from report_helpers.delivery.mailbox import opened
from report_helpers.settings import Mail, Recipient, Replies, Settings
from report_helpers.teams import issues, items, letters, schema
from report_helpers.teams.issues import Issue
from report_helpers.teams.items import Signature
from report_helpers.teams.letters import Letter
from report_helpers.teams.replies import Reply
from report_helpers.teams.store import Store, open_store

NOW = datetime(2026, 11, 5, 9)
ISSUE = Issue(
    "weekly", "2026-W44", date(2026, 10, 26), segment="Enterprise", made_at=datetime(2026, 11, 2)
)
LETTER = Letter("report", ISSUE.issue_id, "max@b.example", "<x@b.example>", "W44", b"", "")
LETTER_ID = LETTER.letter_id
TO = f"replies+{LETTER_ID}@b.example"
NOTES = pd.DataFrame(
    {
        "note_id": ["N07"],
        "team": ["sales"],
        "author": ["Ann Lee"],
        "kind": ["request"],
        "body": ["Please send the list."],
        "written_on": pd.to_datetime(["2026-10-20"]),
    }
)
PEOPLE = pd.DataFrame(
    {
        "person": ["Max Öst", "Ann Lee", "Gone Lang"],
        "team": ["marketing", "sales", "sales"],
        "email": ["Max@B.example", "ann@b.example", "gone@b.example"],
        "starts_on": pd.to_datetime(["2020-01-01"] * 3),
        "ends_on": pd.to_datetime([None, None, "2026-10-31"]),
    }
)
DEALS = pd.DataFrame(
    {
        "opportunity_id": ["D1"],
        "created_on": pd.to_datetime(["2026-10-01"]),
        "outcome": ["open"],
    }
)


def company(mailbox: str = "", **replies: str) -> Settings:
    """Return settings with a mail server and two recipients."""
    boss = Recipient(address="boss@b.example", name="The boss")
    partner = Recipient(address="agency@partner.example", name="Agency", team="marketing")
    return Settings(
        mail=Mail(
            server="smtp://localhost:1", sender="reports@b.example", recipients=(boss, partner)
        ),
        replies=Replies(mailbox=mailbox, address="replies@b.example", **replies),
    )


def people() -> Dataset:
    """Return data with three people, one of whom has left, and one note."""
    return load({"opportunities": DEALS, "people": PEOPLE, "notes": NOTES})


def filled(store: Store) -> str:
    """Enter one issue, its letter as sent, and an obstacle of Sales, whose id comes back."""
    signed = Signature("Ann Lee", datetime(2026, 10, 30))
    draft = {
        "team": "sales",
        "kind": "obstacle",
        "body": "No phone numbers.",
        "written_on": date(2026, 10, 30),
    }
    with store.write() as db:
        issues.enter(db, ISSUE)
        letters.queue(db, [Letter(**{**vars(LETTER), "issue_id": ISSUE.issue_id})], NOW)
        letters.take(db, LETTER_ID, NOW)
        letters.sent(db, LETTER_ID, NOW)
        return str(items.add(db, draft, signed)["item_id"])


def desk(folder: Path, **replies: str) -> tuple[Desk, str]:
    """Return a desk with a store of its own, and the id of the obstacle in it."""
    store = open_store(folder / "marsale.db")
    return Desk(company(str(folder / "box"), **replies), store, lambda: NOW, people()), filled(
        store
    )


def mail(words: str, sender: str = "Max <max@b.example>", to: str = TO, **headers: str) -> bytes:
    """Return a mail as it travels; headers are written with _ for -."""
    made = EmailMessage()
    named = {"Subject": "Re: W44", "Message-ID": f"<{crc32((words + sender).encode())}@b.example>"}
    named |= {name.replace("_", "-"): value for name, value in headers.items()}
    for name, value in {"From": sender, "To": to, **named}.items():
        made[name] = value
    made.set_content(words)
    return made.as_bytes()


def deliver(folder: Path, *mails: bytes) -> None:
    """Put mails into the maildir of a folder, made if need be."""
    for sub in ("new", "cur", "tmp"):
        (folder / "box" / sub).mkdir(parents=True, exist_ok=True)
    for content in mails:
        place = len(list((folder / "box").rglob("*.mail")))
        (folder / "box" / "new" / f"{place:05}.mail").write_bytes(content)


def lying(folder: Path) -> dict[str, int]:
    """Return how many mails lie in each folder of the maildir."""
    files = (folder / "box").rglob("*.mail")
    found = [file.parents[1].name.removeprefix(".") for file in files]
    return {name: found.count(name) for name in sorted(set(found))}


def bounce(letter_id: str = LETTER_ID, action: str = "failed") -> bytes:
    """Return a delivery status notification about a letter."""
    lines = f"""From: MAILER-DAEMON@mx.example
To: reports@b.example
Return-Path: <>
Message-ID: <bounce-{letter_id}-{action}@mx.example>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b
Content-Type: text/plain

It could not be delivered.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; max@b.example
Action: {action}
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 no
 such user

--b
Content-Type: text/rfc822-headers

Message-ID: <{letter_id}@b.example>
Subject: W44

--b--
"""
    return lines.encode()


def collected(at: Desk, *, dry: bool = False) -> list[Reply]:
    """Return what became of the mails that wait."""
    with opened(at.company.replies, None) as mailbox:
        return list(replies.collect(at, mailbox, dry=dry))


def written(at: Desk) -> list[dict[str, object]]:
    """Return all items."""
    with at.store.read() as db:
        return items.find(db)


def post(at: Desk, kind: str = "receipt") -> list[dict[str, object]]:
    """Return the letters of a kind."""
    with at.store.read() as db:
        return [letter for letter in letters.listed(db) if letter["kind"] == kind]


def receipt(at: Desk) -> str:
    """Return the headers and the words of the one receipt there is."""
    with at.store.read() as db:
        found = sa.select(schema.letters.c.content).where(schema.letters.c.kind == "receipt")
        (content,) = db.execute(found).scalars()
    parsed = message_from_bytes(content)
    headers = "\n".join(f"{name}: {value}" for name, value in parsed.items())
    return f"{headers}\n\n{parsed.get_payload(decode=True).decode()}"
