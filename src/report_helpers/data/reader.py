"""Reads the tables a mapping asks for from a place, each source once."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

from report_helpers.data.contracts import REQUIRED_TABLES, TABLES, Table
from report_helpers.data.location import Place
from report_helpers.data.mapping import Mapping, Part
from report_helpers.data.partitions import Partitions
from report_helpers.data.reshape import Reshape, Shaped
from report_helpers.data.source import Input, Raw
from report_helpers.data.spelling import match, suggest
from report_helpers.errors import MissingData

if TYPE_CHECKING:
    import ibis


class Reader:
    """Reads sources and reshapes them.

    Parameters
    ----------
    place : where the sources are.
    mapping : how they become canonical tables.
    """

    def __init__(self, place: Place, mapping: Mapping) -> None:
        self.place, self.mapping = place, mapping
        self._raws: dict[str, Raw] = {}
        self._stored: dict[int, ibis.Table] = {}
        known = self._input = cache(Input.of)
        self.partitions = Partitions(place.engine, lambda file: str(known(file).sha256))

    def shaped(self, contract: Table) -> list[Shaped]:
        """Return the parts a canonical table is stacked from; none when it is not there.

        Raises
        ------
        MissingData
            When a required column, or a file to join, is not there.
        """
        if contract.name in self.mapping.ignore:
            return []
        parts = []
        for part in self.mapping.parts(contract.name):
            for name in self._sources(contract, part):
                parts.append(Reshape(contract, part, self.raw(name), self).run())
        return parts

    def raw(self, name: str) -> Raw:
        """Return a source, read once."""
        if name not in self._raws:
            self._raws[name] = self.place.readers[name](self.mapping.defaults)
        return self._raws[name]

    def only(self, names: Sequence[str], purpose: str) -> str:
        """Return the name of the one source that goes by one of the `names`."""
        found = match(names, self.place.readers)
        if len(found) != 1:
            several = f"several files fit: {', '.join(found)}" if found else "no file goes by it"
            raise MissingData(
                f"{purpose} needs the file '{names[0]}', and {several}",
                where=self.place.name,
                remedy=f"{suggest(names, self.place.readers)}Present: {self.present()}",
            )
        return found[0]

    def table(self, raw: Raw) -> ibis.Table:
        """Return a source as an Ibis table; text is put into the engine once."""
        if raw.frame is None:
            return raw.table
        if id(raw) not in self._stored:
            self._stored[id(raw)] = self.place.engine.put(raw.frame, "source")
        return self._stored[id(raw)]

    def present(self) -> str:
        """Return the names of everything there, for messages."""
        return ", ".join(sorted(self.place.readers)) or "nothing"

    def unused(self) -> tuple[str, ...]:
        """Return the names of the sources no table was made from."""
        return tuple(sorted(set(self.place.readers) - set(self._raws)))

    def inputs(self) -> tuple[Input, ...]:
        """Return everything that was read, files with their checksums."""
        mapped = tuple(Input.of(file, "mapping") for file in self.mapping.files)
        if self.place.address:
            return (Input(self.place.address), *mapped)
        files = {file for name in self._raws for file in self.place.files[name]}
        given = sorted(name for name in self._raws if not self.place.files[name])
        return (*map(self._input, sorted(files)), *mapped, *map(Input, given))

    def _sources(self, contract: Table, part: Part) -> list[str]:
        found = match(part.file or (contract.name,), self.place.readers)
        if not found and contract.name in REQUIRED_TABLES and len(self.place.readers) == 1:
            return [name for name in self.place.readers if not match([name], TABLES)]
        return found


def missing(contract: Table, reader: Reader) -> MissingData:
    """Return the error for a required table that is not there."""
    wanted = [name for part in reader.mapping.parts(contract.name) for name in part.file]
    files = wanted or [contract.name]
    return MissingData(
        f"there is no table '{contract.name}' ({contract.row})",
        where=reader.place.name,
        remedy=f"{suggest(files, reader.place.readers)}Looked for {' or '.join(files[:5])}; "
        f"present: {reader.present()}. Name your file in a mapping: "
        f'[{contract.name}] file = "your file"',
    )
