"""Who is signed in: a signed cookie, checked against the store at every request."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from itsdangerous import BadSignature, URLSafeSerializer

from report_helpers.errors import ConfigurationError

HOURS = 12
"""How long a session lasts, whatever is done in it."""
SHORTEST = 32


@dataclass(frozen=True)
class Session:
    """What the cookie holds.

    Parameters
    ----------
    token_id : the key signed in with; empty before.
    csrf : what every form of this session must send along.
    until : second since 1970 at which it ends.
    """

    token_id: str
    csrf: str
    until: int

    @classmethod
    def start(cls, now: float, token_id: str = "") -> Session:
        """Return a new session, before signing in or just after."""
        return cls(token_id, secrets.token_urlsafe(24), int(now) + HOURS * 3600)

    def sealed(self, secret: str) -> str:
        """Return it as the cookie's text, signed."""
        return str(_seal(secret).dumps([self.token_id, self.csrf, self.until]))


def unsealed(cookie: str, secret: str, now: float) -> Session | None:
    """Return the session of a cookie; None when it is forged, damaged or over."""
    try:
        token_id, csrf, until = _seal(secret).loads(cookie)
    except (BadSignature, ValueError, TypeError):
        return None
    return Session(token_id, csrf, until) if until > now else None


def _seal(secret: str) -> URLSafeSerializer:
    return URLSafeSerializer(secret, salt="marsale.session")


def secret(given: str, file: Path) -> str:
    """Return the secret that signs sessions: the one given, else a file's, made when not there.

    Parameters
    ----------
    given : of the environment; empty for the file's.
    file : read and written by its owner alone, where the system knows owners.

    Raises
    ------
    ConfigurationError
        When the secret is short, or others can read or nobody can write the file.
    """
    if not given:
        try:
            given = _read(file) if file.exists() else _made(file)
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigurationError(
                f"the secret cannot be kept there: {error}",
                where=str(file),
                remedy="give one in MARSALE_SECRET, or make the folder writable",
            ) from error
    if len(given) < SHORTEST:
        raise ConfigurationError(
            f"the secret has {len(given)} letters, fewer than {SHORTEST}",
            remedy="give MARSALE_SECRET 32 random letters or more, or leave it out",
        )
    return given


def _read(file: Path) -> str:
    if os.name != "nt" and file.stat().st_mode & 0o077:
        raise ConfigurationError(
            "others on this machine can read the secret",
            where=str(file),
            remedy="delete the file, or allow it to its owner alone (chmod 600)",
        )
    return file.read_text(encoding="utf-8").strip()


def _made(file: Path) -> str:
    """Write a new secret; of two processes at it at once, one wins and both use its secret."""
    try:
        handle = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        return _read(file)
    with open(handle, "w", encoding="utf-8") as stream:
        made = secrets.token_urlsafe(48)
        stream.write(made + "\n")
    return made
