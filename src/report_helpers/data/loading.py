"""Load a data set: find it, map it, read it, check it."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from report_helpers.data import mapping as mappings
from report_helpers.data.audit import Audit, Remark, TableAudit
from report_helpers.data.cast import TYPES, cast, pull, refuse, textual
from report_helpers.data.contracts import REQUIRED_TABLES, TABLES, Table
from report_helpers.data.dataset import Dataset
from report_helpers.data.gate import Gate
from report_helpers.data.grid import null_words
from report_helpers.data.held import Held, stack
from report_helpers.data.location import find
from report_helpers.data.mapping import Mapping
from report_helpers.data.parse import Form, parse
from report_helpers.data.reader import Reader, missing
from report_helpers.data.reshape import Shaped
from report_helpers.data.stored import Stored

if TYPE_CHECKING:
    import ibis


class Loader:
    """Loads the canonical tables one by one and keeps account of them.

    Parameters
    ----------
    reader : reads and reshapes the sources.
    """

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.audit = Audit()
        self.tables: dict[str, ibis.Table | Held] = {}
        self.last: list[datetime] = []

    def add(self, contract: Table) -> None:
        """Load one table, if it is there."""
        parts = self.reader.shaped(contract)
        if not parts:
            if contract.name in REQUIRED_TABLES:
                raise missing(contract, self.reader)
            return
        audit = self.audit.tables[contract.name] = TableAudit()
        rows = self._together(parts, contract, audit)
        gate = Gate(rows, contract, audit)
        passed = gate.run()
        if not audit.rows_kept and contract.name not in REQUIRED_TABLES:
            return  # headings alone are no table: reports say that it would bring more
        if isinstance(passed, Held):
            self.tables[contract.name] = passed
        else:
            engine = self.reader.place.engine
            name = engine.store if rows.numbered else engine.view
            self.tables[contract.name] = name(passed.table, contract.name)
        if gate.last:
            self.last.append(gate.last)

    def _together(self, parts: list[Shaped], contract: Table, audit: TableAudit) -> Held | Stored:
        """Return the parts as the rows of one table, in memory where all of them are."""
        typed = [self._typed(contract, part, audit) for part in parts]
        held = [rows for rows in typed if isinstance(rows, Held)]
        if len(held) == len(typed) and (rows := stack(held)):
            return rows
        tables = [rows.table if isinstance(rows, Held) else rows for rows in typed]
        stacked = tables[0] if len(tables) == 1 else _stack(tables, contract)
        words = null_words(self.reader.mapping.defaults.null_words)
        made = f"{contract.name}\n{self.reader.mapping.model_dump_json(exclude={'files'})}"
        return Stored(stacked, self.reader.partitions, words, made)

    def _typed(self, contract: Table, part: Shaped, audit: TableAudit) -> Held | ibis.Table:
        """Return one part with canonical types, and note what was found on the way."""
        _note(audit, part)
        raw, frame = part.raw, part.raw.frame
        if frame is None:
            texts = textual(raw.table, contract)
            if not texts:
                return cast(raw.table, contract, raw.file)
            if not raw.local:
                raise refuse(texts, contract, raw.file)
            words = null_words(self.reader.mapping.defaults.null_words)
            pulled = pull(raw.table, raw.file, words)
            _note_nulls(audit, pulled.nulls, set(contract.names))
            frame = pulled.frame
        parsed = parse(frame, contract, _forms(part, self.reader.mapping), part.columns)
        for label in ("repaired", "rejected", "observed"):
            getattr(audit, label).extend(getattr(parsed, label))
        return Held(parsed.frame, self.reader.place.engine, contract.name)


def load(location: Any = "sample", mapping: str | Path | None = None) -> Dataset:
    """Load a data set.

    Parameters
    ----------
    location : a folder of CSV, Excel or Parquet files, one such file, a DuckDB file, an Ibis
        URL such as ``postgres://...``, the word ``"sample"``, or a dict of frames or Ibis tables.
        A DataFrame is taken as the opportunities, a Dataset is returned as it is.
    mapping : a mapping file, or the name of one that comes with the kit (``"salesforce"``,
        ``"hubspot"``, ``"plain"``). Without one, ``mapping.toml`` beside the data is used if
        there is one, else files and headings must have their canonical names.

    Raises
    ------
    MissingData
        When a required table or column is not there.
    BadValue
        When values cannot be read, or break their contract; nothing is guessed.
    ConfigurationError
        When the mapping cannot be read.

    Examples
    --------
    >>> import pandas as pd
    >>> deals = pd.DataFrame(
    ...     {"opportunity_id": ["a", "b"], "outcome": ["won", "open"], "created_on": "2026-10-01"}
    ... )
    >>> load({"opportunities": deals}).has("opportunities", "created_on")
    True
    """
    if isinstance(location, Dataset):
        return location
    if not isinstance(location, str | Path | dict):
        location = {"opportunities": location}
    place = find(location)
    loader = Loader(Reader(place, mappings.load(mapping or place.mapping_file)))
    for contract in TABLES.values():
        loader.add(contract)
    loader.audit.unused = loader.reader.unused()
    data = Dataset(
        loader.tables,
        loader.audit,
        inputs=loader.reader.inputs(),
        settings_file=place.settings_file,
        last=max(loader.last, default=None),
    )
    data.partitions = loader.reader.partitions
    return data


def _forms(part: Shaped, mapping: Mapping) -> dict[str, Form]:
    """Return how each column is written: as the column says, else its part, else the defaults."""
    own, general = part.part, mapping.defaults
    return {
        name: Form(
            source.date_format or own.date_format or general.date_format,
            source.decimal or own.decimal or general.decimal or "",
        )
        for name, source in own.columns.items()
    }


def _note(audit: TableAudit, part: Shaped) -> None:
    audit.files += (part.raw.file,)
    audit.columns |= part.columns
    audit.dropped = tuple(dict.fromkeys((*audit.dropped, *part.dropped)))
    audit.absent = tuple(dict.fromkeys((*audit.absent, *part.absent)))
    audit.translated += part.translated
    audit.observed += part.observed
    audit.repaired += part.raw.remarks
    _note_nulls(audit, part.raw.nulls, part.used)


def _note_nulls(audit: TableAudit, nulls: Counter[tuple[str, str]], headings: set[str]) -> None:
    for (heading, word), count in sorted(nulls.items()):
        if heading in headings:
            audit.repaired.append(Remark(f"'{word}' in {heading} read as empty", count))


def _stack(tables: list[ibis.Table], contract: Table) -> ibis.Table:
    """Return tables one below the other; a column one of them lacks is null there."""
    import ibis

    types: dict[str, Any] = {}
    for table in tables:
        types |= {name: table[name].type() for name in table.columns}
    types |= {c.name: TYPES[c.kind] for c in contract.columns if c.name in types}

    def column(table: ibis.Table, name: str) -> Any:
        return table[name].cast(types[name]) if name in table.columns else ibis.null(types[name])

    return ibis.union(*[t.select(**{name: column(t, name) for name in types}) for t in tables])
