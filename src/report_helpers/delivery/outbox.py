"""Sending what waits in the outbox: each letter once, again later when it must be, or given up.

A letter is marked before it is sent and after. A sender killed in between leaves it marked, and
when its lease is over it is sent again under the same Message-ID: SMTP has no way to ask whether
the server had taken it, so that one letter may come twice, and none is lost.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from report_helpers.delivery.smtp import Permanent, Temporary
from report_helpers.teams import letters
from report_helpers.teams.letters import Waiting
from report_helpers.teams.store import Store

log = logging.getLogger(__name__)

FIRST_PAUSE = timedelta(minutes=5)  # greylisting asks for about so much
LONGEST_PAUSE = timedelta(hours=4)


class Session(Protocol):
    """A connection to a mail server, open for many letters."""

    def send(self, content: bytes, address: str) -> None:
        """Hand one letter to the server."""


class Server(Protocol):
    """A mail server."""

    def session(self) -> AbstractContextManager[Session]:
        """Connect, sign in, and disconnect at the end."""


@dataclass
class Tally:
    """What became of the letters of one round; each list holds addresses.

    Parameters
    ----------
    sent : taken by the server.
    put_off : to be tried again.
    failed : given up.
    """

    sent: list[str] = field(default_factory=list)
    put_off: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)


def pause(attempts: int) -> timedelta:
    """Return how long to wait after so many attempts: each time twice as long.

    Examples
    --------
    >>> [str(pause(n)) for n in (1, 2, 3, 9)]
    ['0:05:00', '0:10:00', '0:20:00', '4:00:00']
    """
    doublings = int(2 ** (attempts - 1))
    return min(FIRST_PAUSE * doublings, LONGEST_PAUSE)


def flush(store: Store, server: Server, clock: Callable[[], datetime], attempts: int) -> Tally:
    """Send every letter whose time has come, over one connection.

    Parameters
    ----------
    store : where the outbox is.
    server : who takes the mail; asked only when there is something to send.
    clock : returns the time, naive UTC.
    attempts : how often a letter is tried before it is given up.

    Returns
    -------
    Tally
        What became of each letter.

    Raises
    ------
    Temporary, Permanent
        When there is no connection to be had, or signing in is refused; no letter has been tried
        then, and all of them wait.
    """
    tally = Tally()
    with store.read() as db:
        due = letters.due(db, clock())
    while due:
        with server.session() as session:
            due = _round(store, session, clock, _Round(due, attempts, tally))
    return tally


@dataclass
class _Round:
    due: list[str]
    attempts: int
    tally: Tally


def _round(
    store: Store, session: Session, clock: Callable[[], datetime], about: _Round
) -> list[str]:
    """Send letters until the connection fails; return those that are left."""
    for place, letter_id in enumerate(about.due):
        with store.write() as db:
            letter = letters.take(db, letter_id, clock())
        if letter is None:
            continue
        try:
            session.send(letter.content, letter.address)
        except Permanent as error:
            _give_up(store, letter, error, about.tally)
        except Temporary as error:
            _put_off(store, letter, error, (clock(), about))
            return about.due[place + 1 :]  # the connection may be gone: the rest gets a new one
        else:
            with store.write() as db:
                letters.sent(db, letter.letter_id, clock())
            about.tally.sent.append(letter.address)
            log.info("letter sent", extra={"letter": letter_id, "address": letter.address})
    return []


def _put_off(store: Store, letter: Waiting, error: Temporary, now: tuple[datetime, _Round]) -> None:
    at, about = now
    if letter.attempts >= about.attempts:
        _give_up(store, letter, error, about.tally)
        return
    until = at + pause(letter.attempts)
    with store.write() as db:
        letters.put_off(db, letter.letter_id, until, error.message)
    about.tally.put_off.append(letter.address)
    told = {"letter": letter.letter_id, "address": letter.address, "until": until.isoformat()}
    log.warning("letter put off: %s", error.message, extra=told)


def _give_up(store: Store, letter: Waiting, error: Exception, tally: Tally) -> None:
    said = getattr(error, "message", str(error))
    with store.write() as db:
        letters.give_up(db, letter.letter_id, said)
    tally.failed.append(letter.address)
    told = {"letter": letter.letter_id, "address": letter.address}
    log.error("letter given up: %s", said, extra=told)
