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

_ASIDE = re.compile(r'"(?:\\.|[^"\\])*"|\((?:\\.|[^()\\])*\)')  # quoted, or a comment
_PASS = re.compile(r"\s*(dmarc|dkim|spf)\s*=\s*pass(?![^\s])(.*)", re.IGNORECASE | re.DOTALL)
_DOMAIN = re.compile(r"(?:header\.d|smtp\.mailfrom)=(?:.*@)?(.+)", re.IGNORECASE)


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
    own = f".{sender.rpartition('@')[2]}"
    for method, properties in _passed(verdicts, server.casefold()):
        found = [_DOMAIN.fullmatch(word) for word in properties.split()]
        domains = [domain[1].casefold() for domain in found if domain]
        if method.casefold() == "dmarc" or any(own.endswith(f".{domain}") for domain in domains):
            return True
    return False


def _passed(verdicts: tuple[str, ...], server: str) -> Iterator[tuple[str, str]]:
    """Yield the methods by which a server let a mail pass, each with what it says of it.

    A sender chooses part of the text, so that a method counts only where one may stand.
    """
    for verdict in verdicts:
        name, _, results = _ASIDE.sub(" ", verdict).partition(";")
        if name.casefold().split()[:1] == [server]:
            parts = [] if set('"()') & set(results) else results.split(";")
            yield from ((found[1], found[2]) for found in map(_PASS.fullmatch, parts) if found)
            return


def _keys(address: str) -> Iterator[str]:
    """Yield an address as it travels, if it can; one that cannot will never answer."""
    try:
        yield travelling(address).casefold()
    except ConfigurationError:
        return
