"""From the command line to the reader: a real report, over a real mail server, once."""

from __future__ import annotations

import json
import mailbox
from collections.abc import Iterator
from datetime import datetime
from email import message_from_bytes, policy
from pathlib import Path

import mailserver
import pytest
import trustme
from mailserver import PASSWORD, USER
from tick_process import stand_in

from report_helpers.cli import main
from report_helpers.commands import office
from report_helpers.delivery import issue
from report_helpers.delivery.lock import exclusive

NOW = datetime(2026, 11, 2, 6, 30)  # half an hour after it was due
SETTINGS = """
[company]
name = "Velmarin Instruments"
[data]
location = "sample"
[schedule]
weekly = "monday 07:00"
[mail]
server = "smtp://127.0.0.1:{port}"
user = "{user}"
sender = "reports@example.com"
ca_file = "authority.pem"
owner = "ops@example.com"
[replies]
mailbox = "replies"
address = "reports@example.com"
[[mail.recipients]]
address = "ann@example.com"
name = "Ann"
team = "sales"
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("company")


@pytest.fixture(scope="module")
def post(folder: Path) -> Iterator[mailserver.Office]:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(folder / "authority.pem")
    with mailserver.running(mailserver.context(authority), auth=True) as found:
        text = SETTINGS.format(port=found.port, user=USER)
        (folder / "marsale.toml").write_text(text, encoding="utf-8")
        mailbox.Maildir(folder / "replies")
        yield found


@pytest.fixture
def marsale(folder, post, monkeypatch, capsys):
    """Return how a command is run in the company's folder, at a time of its own."""
    monkeypatch.chdir(folder)
    monkeypatch.setattr(office, "now", lambda: NOW)
    monkeypatch.setenv("MARSALE_MAIL_PASSWORD", PASSWORD)

    def run(*words: str) -> tuple[int, str, str]:
        code = main(words)
        told = capsys.readouterr()
        return code, told.out, told.err

    return run


def test_a_tick_sends_the_report_and_the_next_one_nothing(marsale, post, folder):
    code, told, log = marsale("tick", "--log-format", "json")
    assert (code, told.splitlines()) == (
        0,
        ["issued  weekly-2026-W44", "mail    1 sent, 0 put off, 0 given up"],
    )
    events = [json.loads(line)["event"] for line in log.splitlines()]
    assert events == ["weekly-2026-W44 is due", "weekly-2026-W44 issued", "letter sent"]
    assert marsale("tick") == (0, "", "")
    ((sender, readers, content),) = post.taken
    assert (sender, readers) == ("reports@example.com", ["ann@example.com"])
    mail = message_from_bytes(content, policy=policy.default)
    (pdf,) = [part for part in mail.walk() if part.get_content_type() == "application/pdf"]
    made = folder / "output" / "weekly" / "2026-W44" / "weekly-2026-W44.pdf"
    assert pdf.get_content() == made.read_bytes()
    assert "2026-W44" in (folder / "output" / "index.html").read_text(encoding="utf-8")


def test_a_tick_takes_the_replies_and_sends_their_receipts(marsale, post, folder):
    asked = message_from_bytes(post.taken[0][2], policy=policy.default)
    box = mailbox.Maildir(folder / "replies")
    box.add(
        f"From: ann@example.com\nTo: {asked['Reply-To']}\nSubject: Re: Weekly\n"
        f"In-Reply-To: {asked['Message-ID']}\nMessage-ID: <r1@example.com>\n\n"
        "Request: please send the October list again.\n"
    )
    code, told, _ = marsale("tick")
    assert (code, told.splitlines()) == (
        0,
        ["replies 1 added, 0 quarantined, 0 refused", "mail    1 sent, 0 put off, 0 given up"],
    )
    assert "On the weekly report 2026-W44: please send" in marsale("note", "list")[1]
    receipt = message_from_bytes(post.taken[-1][2], policy=policy.default)
    assert receipt["In-Reply-To"] == "<r1@example.com>"


def test_replies_that_cannot_be_read_stop_no_report(marsale, folder, monkeypatch):
    settings = folder / "marsale.toml"
    elsewhere = settings.read_text(encoding="utf-8").replace('mailbox = "replies"', 'mailbox = "x"')
    (folder / "other.toml").write_text(elsewhere, encoding="utf-8")
    code, told, log = marsale("tick", "--settings", "other.toml")
    assert (code, told) == (2, "failed  replies\n")
    assert "replies could not be collected" in log


def test_what_was_issued_is_refused_a_second_time(marsale, post):
    before = len(post.taken)
    code, _, told = marsale("send", "weekly", "--as-of", "2026-11-02")
    assert (code, len(post.taken)) == (6, before)
    assert "--resend" in told


def test_today_is_the_day_on_the_clocks_of_the_schedule(marsale, monkeypatch):
    monkeypatch.setattr(office, "now", lambda: datetime(2026, 11, 1, 23, 30))  # Monday in Berlin
    code, _, told = marsale("send", "weekly")
    assert (code, "weekly-2026-W44 was issued" in told) == (6, True)


def test_a_resend_says_that_it_is_corrected(marsale, post, monkeypatch):
    monkeypatch.setattr(issue, "run", stand_in())
    monkeypatch.setattr(issue.frozen_inputs, "freeze", lambda *_: {})
    code, told, _ = marsale("send", "weekly", "--as-of", "2026-11-02", "--resend")
    assert (code, told.splitlines()[0]) == (0, "issued  weekly-2026-W44#2")
    mail = message_from_bytes(post.taken[-1][2], policy=policy.default)
    assert mail["Subject"].strip().startswith("Corrected: ")


def test_a_dry_run_writes_the_mail_and_keeps_nothing(marsale, post, folder):
    before = len(post.taken)
    code, told, _ = marsale("send", "brief", "--as-of", "2026-11-02", "--dry-run")
    (file,) = (folder / "output" / "mail").iterdir()
    assert (code, told.strip(), len(post.taken)) == (0, str(file), before)
    mail = message_from_bytes(file.read_bytes(), policy=policy.default)
    assert [p.get_content_type() for p in mail.iter_attachments()] == [
        "application/pdf",
        "text/calendar",
    ]
    assert "brief" not in marsale("outbox", "list")[1]


def test_the_outbox_shows_what_was_sent(marsale):
    code, told, _ = marsale("outbox", "list", "--format", "json")
    found = json.loads(told)
    assert code == 0
    assert [letter["state"] for letter in found] == ["sent"] * 3
    assert {letter["about"] for letter in found if letter["kind"] == "report"} == {
        "weekly-2026-W44",
        "weekly-2026-W44#2",
    }


def test_nothing_waits_and_nothing_can_be_retried(marsale):
    assert marsale("outbox", "list", "--waiting")[:2] == (0, "Nothing.\n")
    assert marsale("outbox", "flush")[:2] == (0, "0 sent, 0 put off, 0 given up\n")
    code, _, told = marsale("outbox", "retry", "0000")
    assert code == 2
    assert "unknown failed letter '0000'" in told


def test_an_outbox_that_is_not_there_is_not_taken_for_an_empty_one(marsale, folder):
    code, _, told = marsale("outbox", "list", "--store", "mistyped.db")
    assert (code, (folder / "mistyped.db").exists()) == (3, False)
    assert "there is no store yet" in told


def test_a_second_tick_while_one_works_does_nothing_and_says_so(marsale, folder):
    with exclusive(folder / "output"):
        code, told, log = marsale("tick")
        refused, _, why = marsale("send", "weekly", "--as-of", "2026-11-02")
    assert (code, told) == (0, "")
    assert "another run is at it" in log
    assert refused == 6
    assert "another run is at it" in why


def test_without_settings_nothing_can_be_delivered(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["tick"]) == 2
    assert "there are no settings here" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ('[[mail.recipients]]\naddress = "a@b.c"', "[mail] server is not set"),
        ('[mail]\nserver = "smtp://localhost"', "[mail] sender is not set"),
    ],
)
def test_mail_that_cannot_go_is_told_before_anything_is_made(
    tmp_path, monkeypatch, capsys, lines, told
):
    (tmp_path / "marsale.toml").write_text(lines, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert main(["tick"]) == 2
    assert told in capsys.readouterr().err
    assert not (tmp_path / "output").exists()


@pytest.mark.parametrize("text", ["10", "m", "0m", "-1h", "ten minutes"])
def test_a_time_between_ticks_that_is_none_is_refused(text, capsys):
    assert main(["tick", "--every", text]) == 2
    assert "30s, 10m or 1h" in capsys.readouterr().err
