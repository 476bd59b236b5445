"""Whose replies are taken: members of the teams, and who gets the reports."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from report_helpers.data.dataset import Dataset
from report_helpers.delivery.address import travelling
from report_helpers.errors import ConfigurationError
from report_helpers.settings import Settings
from report_helpers.teams.rota import people
from report_helpers.teams.schema import TEAMS

_COMMENT = re.compile(r"\([^()]*\)")
_RESULT = re.compile(r"\b(dmarc|dkim|spf)\s*=\s*pass\b([^;]*)", re.IGNORECASE)
_DOMAIN = re.compile(r"\b(?:header\.d|smtp\.mailfrom)\s*=\s*\"?(?:[^\s;\"@]*@)?([^\s;\"@]+)")


@dataclass(frozen=True)
class Member:
    """Somebody whose replies are taken.

    Parameters
    ----------
    name : who it is; their address when nobody said.
    team : ``marketing``, ``sales``, or empty when it is neither.
    """

    name: str
    team: str


def members(company: Settings, data: Dataset | None, on: date) -> dict[str, Member]:
    """Return who may answer, by address in small letters.

    Parameters
    ----------
    company : its recipients of mail.
    data : its table ``people``, where there is one; of somebody in both, that table's word counts.
    on : the day; who has left by then, or not yet come, is none.
    """
    found = [(r.address, Member(r.name or r.address, r.team)) for r in company.mail.recipients]
    for person in people(data) if data is not None else ():
        if person.email and person.is_there(on):
            team = person.team if person.team in TEAMS else ""
            found.append((person.email, Member(person.name, team)))
    return {key: member for address, member in found for key in _keys(address)}


def vouched(verdicts: tuple[str, ...], server: str, sender: str) -> bool:
    """Return whether a server found a sender to be who they say (RFC 8601).

    Parameters
    ----------
    verdicts : the headers ``Authentication-Results`` of a mail, the last server's first.
    server : the name of the server that is believed; of its headers the first counts.
    sender : the address in From. DMARC speaks of it; DKIM and SPF only of a domain, which must be
        that of the sender, or one above it.

    Examples
    --------
    >>> said = ("mx.example.com; spf=pass smtp.mailfrom=example.com; dmarc=pass",)
    >>> vouched(said, "mx.example.com", "ann@example.com")
    True
    >>> vouched(said, "mx.example.org", "ann@example.com")
    False
    """
    plain = (_COMMENT.sub(" ", verdict).partition(";") for verdict in verdicts)
    ours = (said for name, _, said in plain if name.split()[:1] == [server.casefold()])
    for method, properties in _RESULT.findall(next(ours, "")):
        domains = [domain.casefold() for domain in _DOMAIN.findall(properties)]
        own = sender.rpartition("@")[2]
        if method.casefold() == "dmarc" or any(f".{own}".endswith(f".{d}") for d in domains):
            return True
    return False


def _keys(address: str) -> Iterator[str]:
    """Yield an address as it travels, if it can; one that cannot will never answer."""
    try:
        yield travelling(address).casefold()
    except ConfigurationError:
        return
