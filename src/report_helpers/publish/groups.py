"""Groups of a company, a report each: what one is limited to, how it is named, which there are."""

from __future__ import annotations

import csv
import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from report_helpers.data.dataset import Dataset
from report_helpers.errors import BadValue, ConfigurationError, UnknownName
from report_helpers.publish.reports import slug

Json = dict[str, Any]

TABLES = ("opportunities", "leads")
"""What has a row in one of them is a group: without deals and leads there is nothing to report."""
HEADING = ("column", "value")


@dataclass(frozen=True)
class Group:
    """A part of the company.

    Parameters
    ----------
    where : its rows' values, as pairs of column and value.

    Examples
    --------
    >>> group = Group((("region", "North"), ("owner", "Ann")))
    >>> group.name, group.place
    ('North, Ann', 'region=north,owner=ann')
    """

    where: tuple[tuple[str, str], ...]

    @property
    def name(self) -> str:
        """Its name for people."""
        return ", ".join(value for _column, value in self.where)

    @property
    def place(self) -> str:
        """The name of its folder."""
        return place(dict(self.where))

    def given(self, known: Mapping[str, Any]) -> Json:
        """Return the parameters that limit a notebook to the group.

        A notebook that declares no ``where`` gets each column as a parameter of its own, as every
        one gets its ``segment``.

        Parameters
        ----------
        known : the parameters that the notebook declares.

        Examples
        --------
        >>> Group((("segment", "SMB"), ("region", "North"))).given({"segment": "", "where": {}})
        {'segment': 'SMB', 'where': {'region': 'North'}}
        """
        own = {"segment"} & known.keys() if "where" in known else {name for name, _ in self.where}
        rest = {column: value for column, value in self.where if column not in own}
        mine = {column: value for column, value in self.where if column in own}
        return mine | ({"where": rest} if rest else {})


def place_of(parameters: Mapping[str, Any]) -> str:
    """Return the name of the folder of the group that a notebook's parameters limit it to.

    Examples
    --------
    >>> place_of({"segment": "SMB", "where": {"region": "North"}, "weeks": 2})
    'segment=smb,region=north'
    >>> place_of({"segment": "", "where": {}})
    ''
    """
    segment, where = parameters.get("segment"), parameters.get("where")
    found = {"segment": segment} if segment else {}
    found |= where if isinstance(where, Mapping) else {}
    return place({column: str(value) for column, value in found.items()})


def place(where: Mapping[str, str]) -> str:
    """Return the name of a group's folder; the whole company has none.

    A segment's is its name alone. The sign ``=`` is in no other folder's name.

    Examples
    --------
    >>> place({"segment": "Mid-market"}), place({"region": "North"}), place({})
    ('mid-market', 'region=north', '')
    """
    if list(where) == ["segment"]:
        return slug(where["segment"])
    return ",".join(f"{slug(column)}={slug(value)}" for column, value in where.items())


def places(groups: Sequence[Group]) -> dict[Group, str]:
    """Return the folder of each group; names that differ in case or blanks only stay apart.

    Examples
    --------
    >>> north, same = Group((("region", "North"),)), Group((("region", "north"),))
    >>> sorted(places([north, same]).values())
    ['region=north-382a8a', 'region=north-e64a7f']
    """
    shared = Counter(group.place for group in groups)
    return {
        group: group.place if shared[group.place] == 1 else f"{group.place}-{_mark(group)}"
        for group in groups
    }


def find(each: str, data: Dataset) -> list[Group]:
    """Return the groups to make a report of, each once.

    Parameters
    ----------
    each : a text column of deals: a group for each of its values; or the path of a file.
    data : the data set.

    Raises
    ------
    UnknownName
        For a column the data lack.
    ConfigurationError
        For one without a value, and for a file that cannot be read.
    BadValue
        For a file with a line that is no group.
    """
    known = columns(data)
    if each not in known and Path(each).is_file():
        return list(dict.fromkeys(read(Path(each), known)))
    if each not in known:
        raise UnknownName("column", each, [*known, "the path of a file"], where="--each")
    values = data.values(each, *TABLES)
    if not values:
        raise ConfigurationError(f"no deal and no lead has a {each}", where="--each")
    return [Group(((each, value),)) for value in values]


def columns(data: Dataset) -> list[str]:
    """Return the columns by whose values deals can be grouped: text that is no key."""
    deals = data.tables[TABLES[0]]
    names = (name for name in deals.columns if not name.endswith("_id"))
    return [name for name in names if deals[name].type().is_string()]


def read(file: Path, known: Sequence[str]) -> Iterator[Group]:
    """Yield the groups of a file: values below a column's name, or lines of ``column,value``.

    Parameters
    ----------
    file : CSV or plain text, UTF-8.
    known : the columns there are.

    Raises
    ------
    ConfigurationError
        When the file cannot be read, or is empty.
    BadValue
        When a line is neither.
    """
    rows = [(number, row) for number, row in _rows(file) if any(row)]
    if not rows:
        raise ConfigurationError("holds no group", where=str(file), remedy="write one a line")
    first = rows[0][1]
    if len(first) == 1:
        rows, heading = rows[1:], first[0]
        rows = [(number, [heading, *row]) for number, row in rows]
    elif tuple(first) == HEADING:
        rows = rows[1:]
    for number, row in rows:
        if len(row) != len(HEADING) or row[0] not in known or not row[1]:
            raise BadValue(
                f"'{','.join(row)}' is no group",
                where=f"{file}, line {number}",
                remedy="write column,value on each line, or a column's name and then its values; "
                f"columns: {', '.join(known)}",
            )
        yield Group(((row[0], row[1]),))


def _rows(file: Path) -> list[tuple[int, list[str]]]:
    try:
        with file.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.reader(stream, skipinitialspace=True, strict=True)
            return [(reader.line_num, [cell.strip() for cell in row]) for row in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise ConfigurationError(
            f"cannot be read: {error}", where=str(file), remedy="save it as CSV in UTF-8"
        ) from error


def _mark(group: Group) -> str:
    return hashlib.sha256(repr(group.where).encode()).hexdigest()[:6]
