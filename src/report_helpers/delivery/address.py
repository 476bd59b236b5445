"""Mail addresses as they travel: the domain always in ASCII, no line break anywhere."""

from __future__ import annotations

import re
from email.headerregistry import Address

from report_helpers.errors import ConfigurationError

_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]+")
_LONGEST = 200


def travelling(address: str) -> str:
    """Return an address with the ASCII form of its domain, which every server understands.

    Raises
    ------
    ConfigurationError
        When its domain has no such form.

    Examples
    --------
    >>> travelling("ann@example.com"), travelling("kontakt@müller.example")
    ('ann@example.com', 'kontakt@xn--mller-kva.example')
    """
    local, _, domain = address.rpartition("@")
    try:
        return f"{local}@{domain.encode('idna').decode('ascii')}"
    except UnicodeError as error:
        raise ConfigurationError(
            f"'{domain}' cannot be the domain of a mail address",
            where=address,
            remedy="correct the address under [mail] in marsale.toml, or in the table people",
        ) from error


def domain(address: str) -> str:
    """Return the ASCII form of an address's domain."""
    return travelling(address).rpartition("@")[2]


def named(name: str, address: str) -> Address:
    """Return an address with the name beside it, for a header.

    Examples
    --------
    >>> str(named('Ann "The" Lee\\nBcc: x@y.z', "ann@example.com"))
    '"Ann \\\\"The\\\\" Lee Bcc: x@y.z" <ann@example.com>'
    """
    local, _, at = travelling(address).rpartition("@")
    return Address(one_line(name), local, at)


def one_line(text: str) -> str:
    """Return a text as a header can hold it: one line, printable, not endless, and not encoded.

    What turns the direction of writing goes, too: it could make an address look like another one.

    What looks like an encoded word is taken apart: decoded, it could hold a line break.

    Examples
    --------
    >>> one_line("Week 44\\r\\nBcc: everybody@example.com")
    'Week 44 Bcc: everybody@example.com'
    >>> one_line("=?utf-8?q?=0ABcc:_everybody@example.com?=")
    '= ?utf-8?q?=0ABcc:_everybody@example.com?='
    """
    line = " ".join(_UNPRINTABLE.sub(" ", text).split()).replace("=?", "= ?")
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"


def replies(address: str, letter_id: str) -> str:
    """Return the address to which a letter is answered, so that the answer finds it again.

    Examples
    --------
    >>> replies("replies@example.com", "4ab8f35fb6c92e1f")
    'replies+4ab8f35fb6c92e1f@example.com'
    """
    local, _, at = address.rpartition("@")
    return f"{local}+{letter_id}@{at}"
