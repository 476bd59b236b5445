"""The mail server: always over TLS, its certificate verified, one connection for many letters."""

from __future__ import annotations

import base64
import contextlib
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import NoReturn
from urllib.parse import urlsplit

from report_helpers.delivery.address import one_line, travelling
from report_helpers.errors import DeliveryError
from report_helpers.settings import Mail

PATIENCE = 60.0
"""Seconds a server may take for one answer."""
PORTS = {"smtps": 465, "smtp": 587}
_PASSWORD = "set MARSALE_MAIL_PASSWORD, or put the password into the system's keyring"
_TRUST = (
    "name the authority that signed it with [mail] ca_file, or give the server the name that its "
    "certificate has"
)
_LATER = "it will be tried again; look at the server and the network if this goes on"
_TLS = "smtps:// is for ports with TLS from the start (465), smtp:// for STARTTLS (587)"
_USE = "correct [mail] server; leave [mail] user empty where nobody signs in"
_NAMES = "correct the address or the setting it names, or ask who runs the server"
_REMEDIES = {
    530: f"set [mail] user and {_PASSWORD}",
    535: f"correct [mail] user, and {_PASSWORD}",
    552: "lower [mail] megabytes, so that the report is linked to instead of attached",
}


class Temporary(DeliveryError):
    """A mail could not be handed over now; later it may."""


class Permanent(DeliveryError):
    """A mail cannot be handed over until somebody changes something."""


@dataclass(frozen=True)
class Server:
    """A mail server.

    Parameters
    ----------
    mail : the settings: server, user, sender, ``ca_file``.
    password : what the user signs in with; None when there is none.
    patience : seconds it may take for one answer.
    """

    mail: Mail
    password: str | None = field(default=None, repr=False)
    patience: float = PATIENCE

    @contextmanager
    def session(self) -> Iterator[Session]:
        """Connect and sign in, and disconnect at the end.

        Raises
        ------
        Temporary
            When the server cannot be reached, or asks to come back later.
        Permanent
            When it offers no TLS, its certificate is not trusted, or it refuses us or our sender.
        """
        with self.faults():
            smtp = self._connected()
        try:
            with self.faults():
                self._secured(smtp)
                self._signed_in(smtp)
                self._let_in(smtp)
            yield Session(self, smtp)
        finally:
            # The letters are settled by now: how the server takes a good-bye changes nothing.
            with contextlib.suppress(smtplib.SMTPException, OSError):
                smtp.quit()
            smtp.close()

    @property
    def _place(self) -> tuple[str, str, int]:
        """How it is spoken to, its host and its port."""
        parts = urlsplit(self.mail.server)
        try:
            port = parts.port or PORTS[parts.scheme]
        except (KeyError, ValueError) as error:
            raise Permanent(
                f"'{self.mail.server}' is no mail server",
                where="[mail] server",
                remedy="write it as smtps://host:465 or smtp://host:587",
            ) from error
        return parts.scheme, parts.hostname or "", port

    @property
    def _context(self) -> ssl.SSLContext:
        context = ssl.create_default_context()
        if self.mail.ca_file:
            try:
                context.load_verify_locations(self.mail.ca_file)
            except OSError as error:
                raise Permanent(
                    f"its certificates cannot be read: {error.strerror or error}",
                    where=f"[mail] ca_file = {self.mail.ca_file}",
                    remedy="name a file with certificates in PEM form",
                ) from error
        return context

    def _connected(self) -> smtplib.SMTP:
        scheme, host, port = self._place
        if scheme == "smtps":
            return smtplib.SMTP_SSL(host, port, timeout=self.patience, context=self._context)
        return smtplib.SMTP(host, port, timeout=self.patience)

    def _secured(self, smtp: smtplib.SMTP) -> None:
        """Begin TLS where the connection has none yet; nothing is said to a server without it."""
        smtp.ehlo_or_helo_if_needed()
        if isinstance(smtp, smtplib.SMTP_SSL):
            return
        if not smtp.has_extn("starttls"):
            raise Permanent(
                "it offers no STARTTLS, and nothing is sent in the clear",
                where=self.mail.server,
                remedy="use a port that does, or smtps://host:465; if it did before, somebody may "
                "be listening in",
            )
        smtp.starttls(context=self._context)
        smtp.ehlo_or_helo_if_needed()

    def _signed_in(self, smtp: smtplib.SMTP) -> None:
        if not self.mail.user:
            return
        if not self.password:
            remedy = f"{_PASSWORD}, or leave [mail] user empty"
            raise Permanent(
                f"there is no password for {self.mail.user}", where="[mail] user", remedy=remedy
            )
        if not (self.mail.user + self.password).isascii():
            remedy = "choose a password of plain letters, digits and signs"
            raise Permanent("user and password must be ASCII", where="[mail] user", remedy=remedy)
        smtp.login(self.mail.user, self.password)

    def _let_in(self, smtp: smtplib.SMTP) -> None:
        """Ask whether it takes mail of our sender at all; if not, that is no fault of a letter."""
        sender = travelling(self.mail.sender)
        if sender.isascii():  # any other needs options that go with each letter
            code, words = smtp.mail(sender)
            if code >= 400:
                self.refuse(code, words, smtplib.SMTPSenderRefused(code, words, sender))
            smtp.rset()

    @contextmanager
    def faults(self) -> Iterator[None]:
        """Turn what the library and the system raise into `Temporary` and `Permanent`."""
        try:
            yield
        except smtplib.SMTPRecipientsRefused as error:
            self.refuse(*next(iter(error.recipients.values())), error)
        except smtplib.SMTPResponseException as error:
            self.refuse(error.smtp_code, error.smtp_error, error)
        except ssl.SSLCertVerificationError as error:
            told = f"its certificate is not trusted: {error.verify_message}"
            raise Permanent(told, where=self.mail.server, remedy=_TRUST) from error
        except smtplib.SMTPServerDisconnected as error:
            raise self._broken(error, _LATER) from error
        except (smtplib.SMTPException, UnicodeError) as error:
            told = f"it cannot be used: {self.said(str(error))}"
            raise Permanent(told, where=self.mail.server, remedy=_USE) from error
        except ssl.SSLError as error:
            raise self._broken(error, _TLS) from error
        except OSError as error:
            raise self._broken(error, _LATER) from error

    def _broken(self, error: Exception, remedy: str) -> Temporary:
        told = f"the connection failed: {self.said(str(error)) or type(error).__name__}"
        return Temporary(told, where=self.mail.server, remedy=remedy)

    def refuse(self, code: int, words: bytes | str, cause: Exception) -> NoReturn:
        """Raise what a server's answer means: from 500 on it is final."""
        kind = Permanent if code >= 500 else Temporary
        remedy = _REMEDIES.get(code, _LATER if kind is Temporary else _NAMES)
        told = f"the server said {code} {self.said(words)}".rstrip()
        raise kind(told, where=self.mail.server, remedy=remedy) from cause

    def said(self, words: bytes | str) -> str:
        """Return a server's own words in one line, without our password in any form."""
        text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
        if self.password:
            joined = f"\0{self.mail.user}\0{self.password}"
            for secret in (self.password, _base64(self.password), _base64(joined)):
                text = text.replace(secret, "…")
        return one_line(text)


class Session:
    """A connection to a mail server, signed in.

    Parameters
    ----------
    server : whose it is.
    smtp : the connection.
    """

    def __init__(self, server: Server, smtp: smtplib.SMTP) -> None:
        self._server, self._smtp = server, smtp

    def send(self, content: bytes, address: str) -> None:
        """Hand a letter to the server, for one address.

        Raises
        ------
        Temporary
            When the server asks to come back later, or the connection breaks: whether the letter
            was taken is not known then, and it is to be sent again as it is.
        Permanent
            When the server refuses the letter or its address for good.
        """
        sender, to = travelling(self._server.mail.sender), travelling(address)
        options = []
        if not (sender + to).isascii():
            options = ["SMTPUTF8", "BODY=8BITMIME"]
            if not self._smtp.has_extn("smtputf8"):
                raise Permanent(
                    f"it takes no address beyond ASCII, such as {address}",
                    where=self._server.mail.server,
                    remedy="use an address with plain letters before its @",
                )
        with self._server.faults():
            self._smtp.sendmail(sender, [to], content, mail_options=options)


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()
