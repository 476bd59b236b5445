"""Where replies wait: a mailbox on an IMAP server, or a maildir on this machine.

A mail is read in place and then moved into a folder that says what became of it. Which mails are
new is never counted: what still lies in the mailbox is to be looked at. So nothing is lost when a
server numbers its mails anew, and nothing when we are stopped half-way.
"""

from __future__ import annotations

import os
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from mailbox import Maildir
from pathlib import Path
from typing import Literal, Protocol
from urllib.parse import SplitResult, unquote, urlsplit

from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientError, LoginError

from report_helpers.errors import ConfigurationError, DeliveryError
from report_helpers.settings.delivery import Replies

Folder = Literal["", "taken", "quarantine", "refused"]
"""The mailbox itself, and the folders mails are moved to."""
LARGEST = 2_000_000
"""Bytes read of one mail: its words come first, what follows is attachments."""
PATIENCE = 30.0
"""Seconds a server may take for one answer."""
_FORMS = "set [replies] mailbox to imaps://user@host/INBOX, or to the folder of a maildir"


class Mailbox(Protocol):
    """A mailbox that is open."""

    def waiting(self, folder: Folder = "") -> list[str]:
        """Return keys of the mails in a folder, oldest first; they hold until the next call."""

    def read(self, key: str) -> bytes | None:
        """Return a mail as it travelled, or None when somebody has taken it away meanwhile."""

    def move(self, key: str, folder: Folder) -> None:
        """Put a mail into a folder, made if need be; nothing happens when it is gone already."""


@contextmanager
def opened(replies: Replies, password: str | None) -> Iterator[Mailbox]:
    """Open the mailbox of the settings.

    Parameters
    ----------
    replies : the settings ``[replies]``.
    password : for an IMAP server.

    Raises
    ------
    ConfigurationError
        When the mailbox is not set, is neither a maildir nor an ``imaps`` URL, or lacks a password.
    DeliveryError
        When the server cannot be reached or trusted, refuses us, or is lost on the way.
    """
    if "://" not in replies.mailbox:
        yield _Folder(_maildir(replies.mailbox))
        return
    url = _url(replies.mailbox)
    if not password:
        raise ConfigurationError(
            "there is no password for the mailbox",
            where=f"[replies] mailbox of {url.hostname}",
            remedy="set the environment variable MARSALE_REPLIES_PASSWORD",
        )
    with _explained(url):
        client = _client(url, replies.ca_file)
    with client:
        with _explained(url):
            _sign_in(client, unquote(url.username or ""), password)
        yield _Server(client, url)


class _Folder:
    """A maildir: each mail is a file in ``new`` or ``cur``; a folder is one more maildir in it."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def waiting(self, folder: Folder = "") -> list[str]:
        home = self._root / f".{folder}" if folder else self._root
        found = [file for sub in ("new", "cur") for file in (home / sub).glob("*")]
        ordered = sorted(found, key=lambda file: file.name)
        return [file.relative_to(self._root).as_posix() for file in ordered]

    def read(self, key: str) -> bytes | None:
        try:
            with (self._root / key).open("rb") as file:
                return file.read(LARGEST)
        except FileNotFoundError:
            return None

    def move(self, key: str, folder: Folder) -> None:
        place = self._root / f".{folder}" if folder else self._root
        if not (place / "cur").is_dir():
            Maildir(self._root, create=False).add_folder(folder)
        old = self._root / key
        try:
            os.replace(old, place / old.parent.name / old.name)
        except FileNotFoundError:
            return


class _Server:
    """A mailbox on an IMAP server."""

    def __init__(self, client: IMAPClient, url: SplitResult) -> None:
        self._client, self._url = client, url
        self._made: set[str] = set()

    def waiting(self, folder: Folder = "") -> list[str]:
        with _explained(self._url):
            name = self._path(folder)
            if folder and not self._client.folder_exists(name):
                return []
            self._client.select_folder(name)
            return [str(uid) for uid in self._client.search("UNDELETED")]

    def read(self, key: str) -> bytes | None:
        with _explained(self._url):
            found = self._client.fetch([int(key)], [f"BODY.PEEK[]<0.{LARGEST}>"])
        content: bytes | None = found.get(int(key), {}).get(b"BODY[]<0>")
        return content

    def move(self, key: str, folder: Folder) -> None:
        with _explained(self._url):
            name = self._path(folder)
            self._make(name)
            if self._client.has_capability("MOVE"):
                self._client.move([int(key)], name)
                return
            self._client.copy([int(key)], name)
            self._client.delete_messages([int(key)], silent=True)
            if self._client.has_capability("UIDPLUS"):
                self._client.uid_expunge([int(key)])  # a plain EXPUNGE would take others along

    def _path(self, folder: Folder) -> str:
        """Return a folder's full name: some servers keep all of a user's folders below INBOX."""
        if not folder:
            return unquote(self._url.path.lstrip("/")) or "INBOX"
        if not self._client.has_capability("NAMESPACE"):
            return folder
        personal = self._client.namespace().personal
        return f"{personal[0][0] if personal else ''}{folder}"

    def _make(self, name: str) -> None:
        if name in self._made:
            return
        if not self._client.folder_exists(name):
            try:
                self._client.create_folder(name)
            except IMAPClientError:
                if not self._client.folder_exists(name):  # else another collector was faster
                    raise
        self._made.add(name)


def _maildir(location: str) -> Path:
    if not location:
        raise ConfigurationError("no mailbox for replies is set", remedy=_FORMS)
    root = Path(location)
    if not all((root / sub).is_dir() for sub in ("new", "cur", "tmp")):
        raise ConfigurationError("is no maildir", where=location, remedy=_FORMS)
    return root


def _url(location: str) -> SplitResult:
    url = urlsplit(location)
    if url.scheme != "imaps" or not url.hostname or not url.username:
        shown = f"{url.scheme}://{url.hostname or ''}"
        raise ConfigurationError(f"'{shown}' is no mailbox", where="[replies]", remedy=_FORMS)
    if url.password is not None:
        raise ConfigurationError(
            f"the URL of the mailbox on {url.hostname} holds a password",
            where="[replies]",
            remedy="take it out, and set the environment variable MARSALE_REPLIES_PASSWORD",
        )
    return url


def _client(url: SplitResult, ca_file: str) -> IMAPClient:
    trusted = ssl.create_default_context()
    if ca_file:
        try:
            trusted.load_verify_locations(ca_file)
        except OSError as error:
            raise ConfigurationError(
                f"no certificates can be read: {error.strerror or error}",
                where=f"[replies] ca_file = {ca_file}",
                remedy="name a file of certificates in PEM",
            ) from error
    return IMAPClient(url.hostname, url.port or 993, ssl_context=trusted, timeout=PATIENCE)


def _sign_in(client: IMAPClient, user: str, password: str) -> None:
    if client.has_capability("AUTH=PLAIN"):
        client.plain_login(user, password)  # carries any letter; LOGIN only those of ASCII
    else:
        client.login(user, password)


@contextmanager
def _explained(url: SplitResult) -> Iterator[None]:
    """Say in our words what a server or the way to it refused."""
    where = f"imaps://{url.hostname}:{url.port or 993}"
    try:
        yield
    except ssl.SSLCertVerificationError as error:
        raise DeliveryError(
            f"the server is not trusted: {error.verify_message}",
            where=where,
            remedy="check its name; name its certificate in [replies] ca_file if it is your own",
        ) from error
    except LoginError as error:
        raise DeliveryError(
            f"signing in was refused: {error}",
            where=where,
            remedy="check the user in [replies] mailbox, and MARSALE_REPLIES_PASSWORD",
        ) from error
    except (IMAPClientError, OSError) as error:
        raise DeliveryError(
            f"the mailbox cannot be used: {error}",
            where=where,
            remedy="check host, port and folder; what was collected so far is kept, run it again",
        ) from error
