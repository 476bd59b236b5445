"""From text to the types of a canonical table, column by column."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from report_helpers.data import dates, numbers
from report_helpers.data.audit import Remark
from report_helpers.data.contracts import Kind, Table
from report_helpers.data.grid import FILE, ROW
from report_helpers.errors import BadValue

if TYPE_CHECKING:
    import pandas as pd

TOLERATED = 0.05  # share of a column's values that may be unreadable before the format is doubted


@dataclass(frozen=True)
class Form:
    """How the values of a column are declared to be written; empty where nothing is declared."""

    date_format: tuple[str, ...] = ()
    decimal: str = ""


@dataclass
class Parsed:
    """A frame of canonical types, and what reading its values showed."""

    frame: pd.DataFrame
    repaired: list[Remark] = field(default_factory=list)
    rejected: list[Remark] = field(default_factory=list)
    observed: list[Remark] = field(default_factory=list)


def parse(
    frame: pd.DataFrame, contract: Table, forms: dict[str, Form], headings: dict[str, str]
) -> Parsed:
    """Give every column of a text frame the type its contract asks for.

    Parameters
    ----------
    frame : canonical column names, text values, ``_file`` and ``_row``.
    contract : the canonical table.
    forms : how columns are written, as far as declared.
    headings : what each column is called at its source, for messages.

    Raises
    ------
    BadValue
        When more than 5 % of a column's values cannot be read, or its dates are ambiguous.
    """
    import pandas as pd

    parsed = Parsed(frame)
    columns: dict[str, pd.Series[Any]] = {FILE: frame[FILE], ROW: frame[ROW]}
    for name in frame.columns.difference([FILE, ROW], sort=False):
        kind = contract[name].kind if name in contract.names else None
        task = Column(frame, name, headings.get(name, name), forms.get(name, Form()), parsed)
        columns[name] = task.attribute() if kind is None else task.of(kind, contract.name)
    parsed.frame = pd.DataFrame(columns)
    return parsed


@dataclass
class Column:
    """One column being read: its text, its name here and at its source, and its form."""

    frame: pd.DataFrame
    name: str
    heading: str
    form: Form
    parsed: Parsed

    def of(self, kind: Kind, table: str) -> pd.Series[Any]:
        """Return the column as `kind`."""
        match kind:
            case Kind.WHEN:
                return self._read("date", "datetime64[us]", lambda t: self._dates(t, table), table)
            case Kind.NUMBER:
                return self._read("number", "float64", self._numbers, table)
            case Kind.FLAG:
                return self._read(
                    "yes or no", "boolean", lambda t: [numbers.flag(x) for x in t], table
                )
            case _:
                return self.frame[self.name]

    def attribute(self) -> pd.Series[Any]:
        """Return a free attribute: numbers if all its values are numbers, else text."""
        import pandas as pd

        text = self.frame[self.name]
        if not len(text.dropna()):
            return text
        found = numbers.read(text.dropna().unique().tolist(), self.form.decimal).values
        if None in found:
            return text
        known = dict(zip(text.dropna().unique().tolist(), found, strict=True))
        return pd.Series(text.map(known), dtype="float64")

    def _read(
        self, what: str, dtype: str, read: Callable[[list[str]], list[Any]], table: str
    ) -> pd.Series[Any]:
        import pandas as pd

        text = self.frame[self.name]
        codes, uniques = pd.factorize(text)
        values = read(uniques.tolist())
        unread = {place for place, value in enumerate(values) if value is None}
        column = pd.Series([*values, None], dtype=dtype).iloc[codes]
        column.index = text.index
        if unread:
            self._report(pd.Series(codes, index=text.index).isin(unread), what, table)
        return column

    def _report(self, failed: pd.Series[bool], what: str, table: str) -> None:
        """Note the values that could not be read, or refuse the column if they are many."""
        bad = self.frame[failed]
        filled = int(self.frame[self.name].notna().sum())
        shown = tuple(
            f"row {row}: '{value}'" for row, value in bad[[ROW, self.name]].head(3).to_numpy()
        )
        if len(bad) > TOLERATED * filled:
            raise BadValue(
                f"'{bad[self.name].iloc[0]}' cannot be read as a {what} "
                f"({len(bad):,} of {filled:,} values of this column cannot)",
                where=self._where(bad.index[0]),
                remedy=_REMEDY[what].format(table=table, column=self.name),
            )
        self.parsed.rejected.append(
            Remark(f"values of {self.name} that are no {what}, left empty", len(bad), shown)
        )

    def _dates(self, texts: list[str], table: str) -> list[Any]:
        try:
            values = dates.read(texts, self.form.date_format)
        except dates.AmbiguousDatesError as error:
            first = self.frame.index[self.frame[self.name] == error.text][0]
            day_first, month_first = error.formats
            how = "some values can only be day-month, others only month-day" if error.mixed else ""
            raise BadValue(
                f"'{error.text}' could be day-month or month-day"
                + (f": {how}" if how else ", and so could every date of the column"),
                where=self._where(first),
                remedy=f'say which in the mapping: [{table}] date_format = "{day_first}" '
                f'or "{month_first}", or export ISO dates (2026-10-30)',
            ) from error
        self._count(texts, dates.is_serial, "Excel serial numbers read as dates")
        return values

    def _numbers(self, texts: list[str]) -> list[Any]:
        found = numbers.read(texts, self.form.decimal)
        if found.decimal == "," and not self.form.decimal:
            self._count(texts, lambda text: "," in text, "numbers read with a decimal comma")
        if found.doubtful:
            self.parsed.observed.append(
                Remark(
                    f"{self.name} was read with a decimal point; a decimal comma would fit too "
                    "(declare 'decimal' in the mapping)",
                    len(self.frame),
                    (f"'{found.doubtful}'",),
                )
            )
        return found.values

    def _count(self, texts: list[str], fits: Callable[[str], bool], what: str) -> None:
        if fitting := [text for text in texts if fits(text)]:
            hits = self.frame[self.name].isin(fitting)
            shown = tuple(f"row {row}" for row in self.frame.loc[hits, ROW].head(3))
            self.parsed.repaired.append(Remark(f"{self.name}: {what}", int(hits.sum()), shown))

    def _where(self, index: Any) -> str:
        row = self.frame.loc[index]
        return f"{row[FILE]}, row {row[ROW]}, column {self.heading}"


_REMEDY = {
    "date": "write dates as 2026-10-30, or declare their format in the mapping: "
    '[{table}.columns] {column} = {{from = "...", date_format = "%d.%m.%Y"}}',
    "number": "declare the decimal character in the mapping: [{table}.columns] {column} = "
    '{{from = "...", decimal = ","}}, or correct the values',
    "yes or no": "write true or false, yes or no, 1 or 0",
}
