"""The gate every table passes: cleaned, checked against its contract, counted."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from report_helpers.data.audit import REPEATED, Remark, TableAudit
from report_helpers.data.contracts import Table
from report_helpers.data.grid import FILE, NULL_WORDS, ROW
from report_helpers.data.rules import (
    CLOSED_WHILE_OPEN,
    EVENTS,
    Rule,
    beyond,
    gap,
    label,
    observations,
)
from report_helpers.errors import BadValue

if TYPE_CHECKING:
    import ibis

    from report_helpers.data.partitions import Partitions


@dataclass
class Gate:
    """Checks one canonical table, by a few aggregates that read it once each.

    Parameters
    ----------
    table : canonical names and types; ``_file`` and ``_row`` where the source was text.
    contract : what it must be like.
    audit : where findings are noted.
    file : what to call the source in messages.
    partitions : knows what was asked of the same files before.
    null_words : words, in lower case, that mean "no value".
    """

    table: ibis.Table
    contract: Table
    audit: TableAudit
    file: str
    partitions: Partitions
    null_words: frozenset[str] = NULL_WORDS
    last: datetime | None = field(default=None, init=False)

    def run(self) -> ibis.Table:
        """Return the rows that pass, with the canonical columns (and free attributes) alone.

        Raises
        ------
        BadValue
            When a required column holds a word that is not allowed, or a key is there twice.
        """
        found = self._survey()
        self.audit.rows_read = found["rows"]
        for step in (
            self._clean, self._bound, self._allow, self._fill, self._unite, self._open,
        ):  # fmt: skip
            if step(found):
                found = self._survey()
        self._observe()
        names = [name for name in self.table.columns if name not in (FILE, ROW)]
        order = [name for name in self.contract.names if name in names]
        return self.table.select(*order, *[name for name in names if name not in order])

    def _survey(self) -> dict[str, int]:
        """Count, in one pass, the rows and whatever could be wrong with them."""
        t = self.table
        counts = {"rows": t.count()}
        for name in self._columns():
            column = t[name]
            if column.type().is_string() and ROW not in t.columns:
                counts[f"dirty {name}"] = _rows(t, self._dirty(column))
            elif column.type().is_floating():
                counts[f"dirty {name}"] = _rows(t, column.isnan())
            if name in self.contract.names:
                counts |= self._suspects(name)
        if CLOSED_WHILE_OPEN.fits(self.contract, t.columns):
            counts["open"] = _rows(t, CLOSED_WHILE_OPEN.holds(t))
        row = self.partitions.survey(t, counts)
        return {name: int(row[name]) for name in counts}

    def _suspects(self, name: str) -> dict[str, Any]:
        column, rule, t = self.table[name], self.contract[name], self.table
        counts = {}
        if limit := beyond(rule):
            counts[f"beyond {name}"] = _rows(t, limit.holds(t))
        if rule.allowed:
            unknown = column.notnull() & column.notin(list(rule.allowed))
            counts[f"unknown {name}"] = _rows(t, unknown)
        if rule.filled:
            counts[f"gap {name}"] = _rows(t, column.isnull())
        if rule.key:
            counts["surplus"] = column.count() - column.nunique()
        return counts

    def _columns(self) -> list[str]:
        return [name for name in self.table.columns if name not in (FILE, ROW)]

    def _dirty(self, column: Any) -> Any:
        return column.startswith(" ") | column.endswith(" ") | self._null(column)

    def _null(self, column: Any) -> Any:
        """Return whether a text means nothing.

        DuckDB looks each different text up in a list once, as columns of Parquet files come as
        dictionaries; elsewhere the length goes first, as that is quick to tell.
        """
        import ibis

        words = sorted(self.null_words)
        if self.table.get_backend().name == "duckdb":
            return ibis.array(words).contains(column.lower())
        short = column.length() <= max(map(len, words))
        return ibis.ifelse(short, column.lower().isin(words), False)

    def _clean(self, found: dict[str, int]) -> bool:
        """Strip text and make words that mean nothing, and NaN, null."""
        import ibis

        dirty = [name for name in self._columns() if found.get(f"dirty {name}")]
        changed = {}
        for name in dirty:
            column = self.table[name]
            if column.type().is_string():
                text, what = column.strip(), "stripped of blanks, or words for 'nothing' left empty"
                changed[name] = ibis.cases((self._null(text), ibis.null(str)), else_=text)
            else:
                what = "that are NaN, left empty"
                changed[name] = ibis.cases((column.isnan(), ibis.null(float)), else_=column)
            self._repaired(f"values of {name} {what}", found[f"dirty {name}"])
        self.table = self.table.mutate(**changed) if changed else self.table
        return bool(changed)

    def _bound(self, found: dict[str, int]) -> bool:
        """Empty dates and numbers that cannot be meant, such as 9999-12-31 or infinity."""
        import ibis

        changed = {}
        for name in self._columns():
            if found.get(f"beyond {name}") and (limit := beyond(self.contract[name])):
                self.audit.rejected.append(self._remark(limit, found[f"beyond {name}"]))
                column = self.table[name]
                kept = ibis.cases((limit.holds(self.table), ibis.null(column.type())), else_=column)
                changed[name] = kept
        self.table = self.table.mutate(**changed) if changed else self.table
        return bool(changed)

    def _allow(self, found: dict[str, int]) -> bool:
        """Bring fixed words to their spelling; refuse unknown ones, or empty optional ones."""
        import ibis

        names = [name for name in self._columns() if found.get(f"unknown {name}")]
        for name in names:
            allowed = list(self.contract[name].allowed)
            column = self.table[name]
            spelt = column.lower().re_replace(r"[\s_-]+", "_")
            unknown = self.table.filter(spelt.notnull() & spelt.notin(allowed))
            words = unknown.group_by(value=unknown[name]).agg(rows=unknown.count())
            words = words.order_by([ibis.desc("rows"), "value"]).to_pandas()
            strange = int(words["rows"].sum())
            if strange and self.contract[name].required:
                raise self._strange(name, words)
            if strange:
                shown = tuple(f"'{value}'" for value in words["value"].head(3))
                what = f"values of {name} other than {', '.join(allowed)}, left empty"
                self.audit.rejected.append(Remark(what, strange, shown))
            if found[f"unknown {name}"] > strange:
                self._repaired(f"values of {name} respelt", found[f"unknown {name}"] - strange)
            kept = ibis.cases((spelt.isin(allowed), spelt), else_=ibis.null(str))
            self.table = self.table.mutate(**{name: kept})
        return bool(names)

    def _strange(self, name: str, words: Any) -> BadValue:
        listed = ", ".join(f"'{v}' ({n:,} rows)" for v, n in words.head(10).to_numpy())
        more = f" and {len(words) - 10} more" if len(words) > 10 else ""
        first, allowed = words["value"].iloc[0], self.contract[name].allowed
        return BadValue(
            f"unknown values: {listed}{more}; allowed are {', '.join(allowed)}",
            where=f"{self.file}, column {self.audit.columns.get(name, name)}",
            remedy="translate them in a mapping file: "
            f'[{self.contract.name}.columns.{name}.translate] "{first}" = "{allowed[0]}"',
        )

    def _fill(self, found: dict[str, int]) -> bool:
        """Reject the rows without a value where there must be one."""
        gaps = [name for name in self._columns() if found.get(f"gap {name}")]
        for name in gaps:
            self.audit.rejected.append(self._remark(gap(name), found[f"gap {name}"]))
        for name in gaps:
            self.table = self.table.filter(self.table[name].notnull())
        return bool(gaps)

    def _unite(self, found: dict[str, int]) -> bool:
        """Remove exact repetitions of a row; refuse two different rows of one key."""
        if not found.get("surplus"):
            return False
        if ROW in self.table.columns:
            distinct = self.table.distinct(on=self._columns(), keep="first")
        else:
            distinct = self.table.distinct()
        removed = found["rows"] - int(distinct.count().execute())
        self.table = distinct
        if removed:
            self._repaired(REPEATED, removed)
        self._refuse_twins()
        return True

    def _refuse_twins(self) -> None:
        key = self.contract.key[0]
        counts = self.table.group_by(key).agg(rows=self.table.count())
        twins = counts.filter(counts.rows > 1).order_by(key).to_pandas()
        if not len(twins):
            return
        value = twins[key].iloc[0]
        same = self._examples(Rule("", (), lambda t: t[key] == value))
        places = f": {' and '.join(same)}" if ROW in self.table.columns else ""
        raise BadValue(
            f"{key} '{value}' is on {twins['rows'].iloc[0]} different rows{places} "
            f"({len(twins):,} such keys)",
            where=f"{self.file}, column {self.audit.columns.get(key, key)}",
            remedy="export one row for each, or map the column that is unique",
        )

    def _open(self, found: dict[str, int]) -> bool:
        """Empty the closing date of open deals: CRMs put an expectation or a default there."""
        import ibis

        if not found.get("open"):
            return False
        self.audit.repaired.append(self._remark(CLOSED_WHILE_OPEN, found["open"]))
        t = self.table
        closed = ibis.cases((t["outcome"] == "open", ibis.null("timestamp")), else_=t["closed_on"])
        self.table = t.mutate(closed_on=closed)
        return False

    def _observe(self) -> None:
        """Count, in one pass, what is filled, what looks odd, and the range of the dates."""
        t = self.table
        rules = [r for r in observations(self.contract) if r.fits(self.contract, t.columns)]
        events = [name for name in EVENTS.get(self.contract.name, ()) if name in t.columns]
        figures: dict[str, Any] = {"rows": t.count()}
        figures |= {f"filled {name}": t[name].count() for name in self._columns()}
        figures |= {f"rule {n}": _rows(t, rule.holds(t)) for n, rule in enumerate(rules)}
        figures |= {f"last {name}": t[name].max() for name in events}
        if self.contract.fresh_by in t.columns:
            fresh = t[self.contract.fresh_by]
            figures |= {"first": fresh.min(), "freshest": fresh.max()}
        row = self.partitions.survey(t, figures)
        self.audit.rows_kept = int(row["rows"])
        self.audit.filled = {name: int(row[f"filled {name}"]) for name in self._columns()}
        times = [_time(row, f"last {name}") for name in events]
        self.last = max((time for time in times if time), default=None)
        self.audit.first = _time(row, "first")
        self.audit.freshest = self.last or _time(row, "freshest")
        for n, rule in enumerate(rules):
            if row[f"rule {n}"]:
                self.audit.observed.append(self._remark(rule, int(row[f"rule {n}"])))

    def _repaired(self, what: str, count: int) -> None:
        self.audit.repaired.append(Remark(what, count))

    def _remark(self, rule: Rule, count: int) -> Remark:
        return Remark(rule.what, count, self._examples(rule))

    def _examples(self, rule: Rule, limit: int = 3) -> tuple[str, ...]:
        """Return the first rows a rule holds for, by row number or by key."""
        t = self.table
        place = [FILE, ROW] if ROW in t.columns else list(self.contract.key or self._columns()[:1])
        rows = t.filter(rule.holds(t)).order_by(place).limit(limit)
        shown = self.partitions.answer(rows.select(*dict.fromkeys([*place, *rule.columns])))
        several = len(self.audit.files) > 1
        return tuple(
            label({str(name): value for name, value in row.items()}, rule, several=several)
            for row in shown.to_dict("records")
        )


def _rows(table: ibis.Table, condition: Any) -> Any:
    """Count the rows for which a condition holds; Spark has null, not 0, where none can tell."""
    return table.count(where=condition).fill_null(0)


def _time(row: Any, name: str) -> datetime | None:
    value = row.get(name)
    return None if value is None or value != value else value.to_pydatetime()
