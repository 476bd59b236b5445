"""Whether two headings are the same however they are spelt: ``Close Date``, ``close_date``."""

from __future__ import annotations

import difflib
import fnmatch
import re
import unicodedata
from collections.abc import Iterable


def plain(name: str) -> str:
    """Return `name` without case, spaces and punctuation.

    Examples
    --------
    >>> plain("Close Date"), plain("close_date"), plain("Lead-Status:")
    ('closedate', 'closedate', 'leadstatus')
    """
    folded = unicodedata.normalize("NFKC", name).casefold()
    return re.sub(r"[\W_]+", "", folded) or folded


def snake(name: str) -> str:
    """Return `name` as a column name of lower-case words.

    Examples
    --------
    >>> snake("Company Size (staff)"), snake("landing_page_id"), snake("NumberOfEmployees")
    ('company_size_staff', 'landing_page_id', 'number_of_employees')
    """
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", unicodedata.normalize("NFKC", name))
    return re.sub(r"[\W_]+", "_", words).strip("_").casefold() or name


def find(wanted: Iterable[str], present: Iterable[str]) -> str | None:
    """Return the first of the `wanted` spellings that is `present`, as it is spelt there.

    Examples
    --------
    >>> find(["Id", "Opportunity ID"], ["opportunity_id", "Name"])
    'opportunity_id'
    """
    spelt: dict[str, str] = {}
    for name in present:
        spelt.setdefault(plain(name), name)
    return next((spelt[plain(name)] for name in wanted if plain(name) in spelt), None)


def match(patterns: Iterable[str], present: Iterable[str]) -> list[str]:
    """Return the names the first fitting pattern stands for; ``*`` stands for any text.

    Examples
    --------
    >>> match(["deals", "all-deals*"], ["All-Deals-2026-10.csv", "all_deals_2", "leads"])
    ['All-Deals-2026-10.csv', 'all_deals_2']
    """
    names = sorted(present)
    for pattern in patterns:
        shape = "*".join(plain(piece) if piece else "" for piece in pattern.split("*"))
        hits = [name for name in names if fnmatch.fnmatchcase(plain(name), shape)]
        if hits:
            return hits
    return []


def suggest(wanted: Iterable[str], present: Iterable[str]) -> str:
    """Return ``did you mean 'x'? `` for the nearest present name, or nothing when none is near.

    Examples
    --------
    >>> suggest(["created_on"], ["creatd on", "name"])
    "did you mean 'creatd on'? "
    """
    spelt = {plain(name): name for name in present}
    for name in wanted:
        close = difflib.get_close_matches(plain(name), spelt, n=1, cutoff=0.7)
        if close:
            return f"did you mean '{spelt[close[0]]}'? "
    return ""
