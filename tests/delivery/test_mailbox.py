"""Mailboxes: a maildir, and a real IMAP server with its folders, its refusals and its failures."""

from __future__ import annotations

import io
import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import trustme
from imapserver import PASSWORD, Server, running
from postbox import deliver, desk, lying, mail

from report_helpers.delivery import mailbox, replies
from report_helpers.delivery.mailbox import opened
from report_helpers.errors import ConfigurationError, DeliveryError
from report_helpers.publish.progress import Progress
from report_helpers.settings.delivery import Replies

KINDS = {
    "flat": {},
    "below INBOX": {"separator": ".", "prefix": "INBOX."},
    "without MOVE": {"capability": "IMAP4rev1 UIDPLUS AUTH=PLAIN"},
    "of 1996": {"capability": "IMAP4rev1 AUTH=PLAIN"},
}


@pytest.fixture(scope="module", params=KINDS)
def any_server(request: pytest.FixtureRequest) -> Iterator[Server]:
    with running(**KINDS[request.param]) as found:
        yield found


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with running() as found:
        yield found


def test_a_maildir_gives_its_mails_and_takes_them_to_folders(tmp_path: Path) -> None:
    deliver(tmp_path, b"one", b"two" * mailbox.LARGEST)
    with opened(Replies(mailbox=str(tmp_path / "box")), None) as found:
        first, second = found.waiting()
        assert (found.read(first), len(found.read(second) or b"")) == (b"one", mailbox.LARGEST)
        found.move(first, "refused")
        found.move(first, "refused")  # gone already
        assert (found.read(first), found.waiting(), found.waiting("taken")) == (None, [second], [])
        (there,) = found.waiting("refused")
        found.move(there, "")
    assert lying(tmp_path) == {"box": 2}


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("", "no mailbox for replies is set"),
        ("nowhere", "is no maildir"),
        ("imap://ann@mail.example/INBOX", "'imap://mail.example' is no mailbox"),
        ("imaps://mail.example/INBOX", "is no mailbox"),
        ("imaps://ann:geheim@mail.example", "mailbox on mail.example holds a password"),
        ("imaps://ann@mail.example/INBOX", "there is no password for the mailbox"),
    ],
)
def test_a_mailbox_that_is_none_is_said_without_a_secret(name: str, told: str) -> None:
    with pytest.raises(ConfigurationError, match=told) as error, opened(Replies(mailbox=name), ""):
        pass
    assert "geheim" not in str(error.value)


def test_certificates_that_cannot_be_read_are_said(tmp_path: Path) -> None:
    file = tmp_path / "ca.pem"
    given = Replies(mailbox="imaps://ann@localhost:9/INBOX", ca_file=str(file))
    with pytest.raises(ConfigurationError, match="no certificates"), opened(given, "x"):
        pass
    file.write_text("none", encoding="utf-8")
    with pytest.raises(ConfigurationError, match="no certificates"), opened(given, "x"):
        pass


@pytest.mark.imap
def test_mails_go_to_folders_whatever_the_server_can_do(any_server: Server) -> None:
    any_server.empty()
    any_server.deliver(mail("One."), mail("Two."), mail("Three."))
    with opened(any_server.replies(), PASSWORD) as found:
        first, second, third = found.waiting()
        assert b"One." in (found.read(first) or b"")
        found.move(first, "taken")
        found.move(second, "quarantine")
        found.move("4711", "refused")
        assert (found.waiting(), found.read("4711")) == ([third], None)
        assert [len(found.waiting(name)) for name in ("taken", "quarantine", "refused")] == [
            1,
            1,
            0,
        ]
    with any_server.client() as client:
        client.select_folder("INBOX", readonly=True)
        assert client.get_flags([int(third)])[int(third)] == ()  # nobody has read it


@pytest.mark.imap
def test_replies_are_collected_from_a_server(any_server: Server, tmp_path: Path) -> None:
    any_server.empty()
    any_server.deliver(mail("One."), mail("Eve.", "eve@x.example"), mail("?", to="r@b.example"))
    at, _ = desk(tmp_path)
    with opened(any_server.replies(), PASSWORD) as found:
        states = [reply.state for reply in replies.collect(at, found)]
        assert states == ["added", "refused", "quarantined"]
        assert list(replies.collect(at, found)) == []


@pytest.mark.imap
def test_a_mail_longer_than_is_read_is_taken_from_its_beginning(server: Server) -> None:
    server.empty()
    server.deliver(mail("Words.\n" + f"{'x' * 70}\n" * (mailbox.LARGEST // 70)))
    with opened(server.replies(), PASSWORD) as found:
        (key,) = found.waiting()
        assert len(found.read(key) or b"") == mailbox.LARGEST


@pytest.mark.imap
def test_a_mail_that_vanishes_after_it_was_listed_is_passed_over(
    server: Server, tmp_path: Path
) -> None:
    server.empty()
    server.deliver(*(mail(f"Mail {n}.") for n in range(3)))
    at, _ = desk(tmp_path)
    with opened(server.replies(), PASSWORD) as found, server.client() as other:
        told = replies.collect(at, found)
        next(told)
        other.select_folder("INBOX")
        other.delete_messages(other.search()[:1])
        other.expunge()
        assert len(list(told)) == 1


@pytest.mark.imap
def test_a_connection_lost_on_the_way_loses_and_doubles_nothing(
    server: Server, tmp_path: Path
) -> None:
    server.empty()
    server.deliver(*(mail(f"Mail {n}.") for n in range(3)))
    at, _ = desk(tmp_path)
    with opened(server.replies(), PASSWORD) as found:
        told = replies.collect(at, found)
        next(told)
        found._client.socket().shutdown(socket.SHUT_RDWR)  # type: ignore[attr-defined]
        with pytest.raises(DeliveryError, match="collected so far is kept"):
            next(told)
    with opened(server.replies(), PASSWORD) as found:
        assert len(list(replies.collect(at, found))) == 2
        assert len(found.waiting("taken")) == 3


@pytest.mark.imap
def test_a_thousand_mails_are_read_and_progress_is_told(server: Server, tmp_path: Path) -> None:
    server.empty()
    automatic = mail("Away.", Auto_Submitted="auto-replied")
    server.deliver(*(automatic.replace(b"Away", f"Away {n}".encode()) for n in range(1000)))
    at, _ = desk(tmp_path)
    told = io.StringIO()
    at = replace(at, progress=Progress(told))
    with opened(server.replies(), PASSWORD) as found:
        assert len(list(replies.collect(at, found, dry=True))) == 1000
    assert told.getvalue().splitlines()[-1] == "replies: 1,000 of 1,000"


@pytest.mark.imap
@pytest.mark.parametrize(
    ("folder", "password", "told"),
    [
        ("INBOX", "wrong", "signing in was refused"),
        ("Nowhere", PASSWORD, "the mailbox cannot be used: .*doesn't exist"),
    ],
)
def test_what_the_server_refuses_is_said(
    server: Server, folder: str, password: str, told: str
) -> None:
    with (
        pytest.raises(DeliveryError, match=told) as error,
        opened(server.replies(folder), password) as found,
    ):
        found.waiting()
    assert password not in str(error.value)


@pytest.mark.imap
def test_a_server_nobody_vouches_for_is_not_spoken_to(server: Server, tmp_path: Path) -> None:
    trustme.CA().cert_pem.write_to_path(tmp_path / "other.pem")
    stranger = server.replies().model_copy(update={"ca_file": str(tmp_path / "other.pem")})
    elsewhere = server.replies().model_copy(
        update={"mailbox": f"imaps://ann@127.0.0.1:{server.port}/INBOX"}
    )
    for given in (stranger, elsewhere):
        with pytest.raises(DeliveryError, match="not trusted"), opened(given, PASSWORD):
            pass


def test_a_server_that_is_not_there_is_said() -> None:
    given = Replies(mailbox="imaps://ann@localhost:9/INBOX")
    with pytest.raises(DeliveryError, match=r"cannot be used: .*refused"), opened(given, "x"):
        pass
