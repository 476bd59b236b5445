"""The gate every table passes: cleaned, checked against its contract, counted."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from report_helpers.data.audit import REPEATED, Remark, TableAudit
from report_helpers.data.contracts import Table
from report_helpers.data.grid import FILE, ROW
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
    import pandas as pd

    from report_helpers.data.held import Held
    from report_helpers.data.stored import Stored

SHOWN = 3  # examples of what was found


@dataclass
class Gate:
    """Checks one canonical table, by one survey of it, and another after each repair.

    Parameters
    ----------
    rows : the table's rows, with canonical names and types.
    contract : what it must be like.
    audit : where findings are noted.
    """

    rows: Held | Stored
    contract: Table
    audit: TableAudit
    last: datetime | None = field(default=None, init=False)

    def run(self) -> Held | Stored:
        """Return the rows that pass, with the canonical columns (and free attributes) alone.

        Raises
        ------
        BadValue
            When a required column holds a word that is not allowed, or a key is there twice.
        """
        found = self.rows.answer("as read", self._survey)
        self.audit.rows_read = found["rows"]
        for step in (self._clean, self._bound, self._allow, self._fill, self._unite):
            if step(found):
                found = self.rows.answer(step.__name__, self._survey)
        if self._open(found):
            found = self.rows.answer("open", self._observations)
        self._note(found)
        names = self.rows.columns
        order = [name for name in self.contract.names if name in names]
        return self.rows.done([*order, *[name for name in names if name not in order]])

    def _survey(self) -> dict[str, Any]:
        """Return how many rows there are, whatever could be wrong with them, and what is odd."""
        return self._observations() | self._suspects()

    def _suspects(self) -> dict[str, Any]:
        rows, figures = self.rows, {}
        for name in rows.columns:
            if dirty := rows.dirty(name):
                figures[f"dirty {name}"] = rows.count(dirty.holds(rows))
            if name not in self.contract.names:
                continue
            if limit := beyond(self.contract[name]):
                figures[f"beyond {name}"] = rows.count(limit.holds(rows))
            if self.contract[name].allowed:
                unknown = ~rows[name].isin(list(self.contract[name].allowed))
                figures[f"unknown {name}"] = rows.count(rows[name].notnull() & unknown)
        if CLOSED_WHILE_OPEN.fits(self.contract, rows.columns):
            figures["open"] = rows.count(CLOSED_WHILE_OPEN.holds(rows))
        return figures

    def _observations(self) -> dict[str, Any]:
        """Return what is filled, what looks odd, and the range of the dates."""
        rows = self.rows
        figures = {"rows": rows.size()}
        figures |= {f"filled {name}": rows.filled(name) for name in rows.columns}
        figures |= {f"rule {n}": rows.count(r.holds(rows)) for n, r in enumerate(self._rules())}
        figures |= {f"last {name}": rows.last(name) for name in self._events()}
        if self.contract.fresh_by in rows.columns:
            figures["first"] = rows.first(self.contract.fresh_by)
            figures["freshest"] = rows.last(self.contract.fresh_by)
        return figures

    def _rules(self) -> list[Rule]:
        rules = observations(self.contract)
        return [rule for rule in rules if rule.fits(self.contract, self.rows.columns)]

    def _events(self) -> list[str]:
        events = EVENTS.get(self.contract.name, ())
        return [name for name in events if name in self.rows.columns]

    def _clean(self, found: dict[str, Any]) -> bool:
        """Strip text and make words that mean nothing, and NaN, null."""
        names = [name for name in self.rows.columns if found.get(f"dirty {name}")]
        for name in names:
            if dirty := self.rows.dirty(name):
                self._repaired(dirty.what, found[f"dirty {name}"])
                self.rows = self.rows.clean(name)
        return bool(names)

    def _bound(self, found: dict[str, Any]) -> bool:
        """Empty dates and numbers that cannot be meant, such as 9999-12-31 or infinity."""
        wild = [name for name in self.rows.columns if found.get(f"beyond {name}")]
        for name in wild:
            if limit := beyond(self.contract[name]):
                self.audit.rejected.append(self._remark(limit, found[f"beyond {name}"]))
                self.rows = self.rows.blank(name, limit.holds(self.rows))
        return bool(wild)

    def _allow(self, found: dict[str, Any]) -> bool:
        """Bring fixed words to their spelling; refuse unknown ones, or empty optional ones."""
        names = [name for name in self.rows.columns if found.get(f"unknown {name}")]
        for name in names:
            allowed = list(self.contract[name].allowed)
            spelt = self.rows.spelt(name)
            words = self.rows.tally(name, spelt.notnull() & ~spelt.isin(allowed))
            strange = int(words["rows"].sum())
            if strange and self.contract[name].required:
                raise self._strange(name, words)
            if strange:
                shown = tuple(f"'{value}'" for value in words["value"].head(3))
                what = f"values of {name} other than {', '.join(allowed)}, left empty"
                self.audit.rejected.append(Remark(what, strange, shown))
            if found[f"unknown {name}"] > strange:
                self._repaired(f"values of {name} respelt", found[f"unknown {name}"] - strange)
            self.rows = self.rows.replace(name, spelt)
            self.rows = self.rows.blank(name, ~self.rows[name].isin(allowed))
        return bool(names)

    def _strange(self, name: str, words: pd.DataFrame) -> BadValue:
        listed = ", ".join(f"'{v}' ({n:,} rows)" for v, n in words.head(10).to_numpy())
        more = f" and {len(words) - 10} more" if len(words) > 10 else ""
        first, allowed = words["value"].iloc[0], self.contract[name].allowed
        return BadValue(
            f"unknown values: {listed}{more}; allowed are {', '.join(allowed)}",
            where=self._where(name),
            remedy="translate them in a mapping file: "
            f'[{self.contract.name}.columns.{name}.translate] "{first}" = "{allowed[0]}"',
        )

    def _fill(self, found: dict[str, Any]) -> bool:
        """Reject the rows without a value where there must be one."""
        must = [c.name for c in self.contract.columns if c.filled]
        gaps = [n for n in self.rows.columns if n in must and found[f"filled {n}"] < found["rows"]]
        for name in gaps:
            missing = found["rows"] - found[f"filled {name}"]
            self.audit.rejected.append(self._remark(gap(name), missing))
        for name in gaps:
            self.rows = self.rows.keep(self.rows[name].notnull())
        return bool(gaps)

    def _unite(self, found: dict[str, Any]) -> bool:
        """Remove exact repetitions of a row; refuse two different rows of one key."""
        if all(self.rows.unique(key) for key in self.contract.key):
            return False
        self.rows = self.rows.distinct()
        rows = self.rows
        removed = found["rows"] - rows.answer("distinct", lambda: {"rows": rows.size()})["rows"]
        if removed:
            self._repaired(REPEATED, removed)
        self._refuse_twins()
        return True

    def _refuse_twins(self) -> None:
        key = self.contract.key[0]
        twins = self.rows.twins(key)
        if not len(twins):
            return
        value = twins[key].iloc[0]
        same = self._examples(Rule("", (), lambda t: t[key] == value))
        places = f": {' and '.join(same)}" if self.rows.numbered else ""
        raise BadValue(
            f"{key} '{value}' is on {twins['rows'].iloc[0]} different rows{places} "
            f"({len(twins):,} such keys)",
            where=self._where(key),
            remedy="export one row for each, or map the column that is unique",
        )

    def _open(self, found: dict[str, Any]) -> bool:
        """Empty the closing date of open deals: CRMs put an expectation or a default there."""
        if not found.get("open"):
            return False
        self.audit.repaired.append(self._remark(CLOSED_WHILE_OPEN, found["open"]))
        self.rows = self.rows.blank("closed_on", self.rows["outcome"] == "open")
        return True

    def _note(self, found: dict[str, Any]) -> None:
        """Note what is filled, the range of the dates, and what looks odd."""
        self.audit.rows_kept = found["rows"]
        self.audit.filled = {name: found[f"filled {name}"] for name in self.rows.columns}
        times = [_time(found[f"last {name}"]) for name in self._events()]
        self.last = max((time for time in times if time), default=None)
        self.audit.first = _time(found.get("first"))
        self.audit.freshest = self.last or _time(found.get("freshest"))
        for n, rule in enumerate(self._rules()):
            if count := found[f"rule {n}"]:
                self.audit.observed.append(self._remark(rule, count))

    def _repaired(self, what: str, count: int) -> None:
        self.audit.repaired.append(Remark(what, count))

    def _remark(self, rule: Rule, count: int) -> Remark:
        return Remark(rule.what, count, self._examples(rule))

    def _examples(self, rule: Rule) -> tuple[str, ...]:
        """Return the first rows a rule holds for, by row number or by key."""
        rows = self.rows
        place = [FILE, ROW] if rows.numbered else list(self.contract.key or rows.columns[:1])
        columns = list(dict.fromkeys([*place, *rule.columns]))
        shown = rows.examples(rule.holds(rows), place, columns, SHOWN)
        several = len(self.audit.files) > 1
        return tuple(label(row, rule, several=several) for row in shown)

    def _where(self, name: str) -> str:
        files = ", ".join(self.audit.files)
        return f"{files}, column {self.audit.columns.get(name, name)}"


def _time(value: Any) -> datetime | None:
    return None if value is None or value != value else value.to_pydatetime()
