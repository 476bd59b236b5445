"""From a source's own shape to a canonical table's: rename, translate, constant, join, filter.

Text tables that only need other names are renamed in pandas; all else is one Ibis expression.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from report_helpers.data.audit import Remark
from report_helpers.data.contracts import Table
from report_helpers.data.expression import origin, resolve, text, value
from report_helpers.data.grid import FILE, ROW
from report_helpers.data.join import heading_of, joined
from report_helpers.data.mapping import Part, Source
from report_helpers.data.source import Raw
from report_helpers.data.spelling import plain, snake, suggest
from report_helpers.errors import MissingData

if TYPE_CHECKING:
    import ibis
    import pandas as pd

    from report_helpers.data.reader import Reader


@dataclass
class Shaped:
    """A table with canonical column names, not yet of canonical types.

    Parameters
    ----------
    raw : the source, with the reshaped frame (text) or table (typed).
    part : what the mapping said of it.
    columns : canonical name -> heading, headings or constant it was made from.
    used : headings some column was made from.
    dropped, absent, translated, observed : as in :class:`.TableAudit`.
    """

    raw: Raw
    part: Part
    columns: dict[str, str] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)
    dropped: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    translated: list[Remark] = field(default_factory=list)
    observed: list[Remark] = field(default_factory=list)


class Reshape:
    """Makes one part of a canonical table out of one source.

    Parameters
    ----------
    contract : the canonical table.
    part : what the mapping says.
    raw : the source.
    reader : where the sources it joins come from.
    """

    def __init__(self, contract: Table, part: Part, raw: Raw, reader: Reader) -> None:
        self.contract, self.part, self.raw, self.reader = contract, part, raw, reader
        self.headings = list(raw.headings)
        self.shaped = Shaped(raw, part)

    def run(self) -> Shaped:
        """Return the part, reshaped.

        Raises
        ------
        MissingData
            When a required column, or a file to join, is not there.
        BadValue
            When a file to join holds one key twice.
        """
        if self.raw.frame is not None and self.part.plain:
            self._rename(self.raw.frame)
        else:
            self._express()
        return self.shaped

    def _rename(self, frame: pd.DataFrame) -> None:
        chosen = self._choose(self.headings)
        origins = {name: source.from_[0] for name, source in chosen.items()}
        origins = {FILE: FILE, ROW: ROW, **origins, **self._extras(chosen)}
        self._finish(frame=frame[list(origins.values())].set_axis(list(origins), axis=1))

    def _express(self) -> None:
        table = self.reader.table(self.raw)
        for join in self.part.join:
            table = joined(table, join, self.reader)
        present = [name for name in table.columns if name not in (FILE, ROW)]
        rows = table
        for heading, allowed in self.part.where.items():
            column = text(table[heading_of(heading, present, self.raw.file)])
            rows = rows.filter(column.lower().isin([value.casefold() for value in allowed]))
        chosen = self._choose(present)
        values: dict[str, Any] = {name: value(rows, source) for name, source in chosen.items()}
        values |= {name: rows[heading] for name, heading in self._extras(chosen).items()}
        if self.part.where:
            left_out = int(table.count().execute()) - int(rows.count().execute())
            what = f"rows left out by 'where' on {', '.join(self.part.where)}"
            self.shaped.observed += [Remark(what, left_out)] if left_out else []
        self._count_translations(rows, chosen)
        place = [name for name in (FILE, ROW) if name in rows.columns]
        rows = rows.select(*place, **values)
        if self.raw.frame is None:
            self._finish(table=rows)
        else:
            self._finish(frame=rows.order_by([FILE, ROW]).to_pandas())

    def _finish(self, *, frame: Any = None, table: Any = None) -> None:
        raw = self.raw
        self.shaped.raw = Raw(raw.file, frame, table, raw.local, raw.nulls, raw.remarks)

    def _choose(self, present: Sequence[str]) -> dict[str, Source]:
        """Return the columns that can be made of the headings `present`, resolved to them."""
        chosen: dict[str, Source] = {}
        for name, wanted in self.part.columns.items():
            source = resolve(wanted, present)
            if source is None and wanted.headings == (name,):
                continue
            if source is None:
                self.shaped.absent += (f"{name} ({' or '.join(wanted.headings[:3])})",)
                continue
            chosen[name] = source
            self.shaped.columns[name] = ", ".join(source.headings) or f"'{source.constant}'"
            self.shaped.used |= set(source.headings)
        self._require(chosen, present)
        return chosen

    def _require(self, chosen: dict[str, Source], present: Sequence[str]) -> None:
        for column in self.contract.columns:
            if not column.required or column.name in chosen:
                continue
            source = self.part.columns.get(column.name)
            wanted = source.headings if source else (column.name,)
            raise MissingData(
                f"table '{self.contract.name}' needs the column '{column.name}' "
                f"({column.meaning}), and no heading stands for it",
                where=self.raw.file,
                remedy=f"{suggest(wanted, present)}The headings are: {', '.join(present)}. Name "
                f"yours in the mapping: [{self.contract.name}.columns] "
                f'{column.name} = "your heading"',
            )

    def _extras(self, chosen: dict[str, Source]) -> dict[str, str]:
        """Return the free attributes to keep, by name; note the headings dropped."""
        spared = {plain(name) for name in self.part.drop}
        free = [heading for heading in self.headings if heading not in self.shaped.used]
        kept: dict[str, str] = {}
        for heading in free:
            name = snake(heading)
            taken = name in chosen or name in kept or name in self.contract.names
            if self.contract.extra and plain(heading) not in spared and not taken:
                kept[name] = heading
        self.shaped.columns.update(kept)
        self.shaped.used |= set(kept.values())
        self.shaped.dropped = tuple(h for h in free if h not in kept.values())
        return kept

    def _count_translations(self, table: ibis.Table, chosen: dict[str, Source]) -> None:
        for name, source in chosen.items():
            if not source.translate:
                continue
            counts = table.group_by(value=text(origin(table, source))).agg(rows=table.count())
            words = {key.casefold(): new for key, new in source.translate.items()}
            found = counts.filter(counts.value.lower().isin(list(words))).order_by("value")
            for old, rows in found.to_pandas().itertuples(index=False):
                new = words[old.casefold()]
                if old != new:
                    fate = f"read as '{new}'" if new else "left empty"
                    self.shaped.translated.append(Remark(f"{name} '{old}' {fate}", int(rows)))
