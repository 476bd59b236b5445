"""One condition on a lead's attribute, as the table ``criteria`` words it, asked of an engine."""

from __future__ import annotations

import operator as compare
from dataclasses import dataclass
from functools import reduce
from typing import Any

import ibis

from report_helpers.errors import BadValue, ConfigurationError, UnknownName

OPERATORS = ("=", "!=", ">=", "<=", ">", "<", "in", "filled")
LATE = ("accepted_on", "rejected_on", "rejection_reason", "sql_on", "first_touch_at")
YES, NO = ("yes", "true", "1", "y"), ("no", "false", "0", "n")
_WRITTEN = "^[+-]?([0-9]{1,15}([.][0-9]*)?|[.][0-9]{1,15})([eE][+-]?[0-9]{1,2})?$"
_ORDER = {">=": compare.ge, "<=": compare.le, ">": compare.gt, "<": compare.lt}


@dataclass(frozen=True, order=True)
class Condition:
    """One thing a lead must have.

    A lead without a value in the attribute meets no condition on it, ``!=`` included. Text is
    compared without regard to case; ``yes``, ``true`` and ``1`` are the same flag, as are ``no``,
    ``false`` and ``0``.

    Parameters
    ----------
    attribute : column of the leads.
    operator : one of `OPERATORS`.
    value : what it compares with; for ``in``, values separated by ``|``; empty for ``filled``.

    Raises
    ------
    UnknownName
        When the operator is none of `OPERATORS`.
    ConfigurationError
        When the attribute is known only after Sales has dealt with the lead, or no value is given.

    Examples
    --------
    >>> Condition("pages_viewed", ">=", "5").name
    'pages_viewed >= 5'
    """

    attribute: str
    operator: str
    value: str = ""

    def __post_init__(self) -> None:
        if self.operator not in OPERATORS:
            raise UnknownName("operator", self.operator, OPERATORS, where=f"on {self.attribute}")
        if self.attribute in LATE:
            raise ConfigurationError(
                f"'{self.attribute}' is known only after Sales has dealt with the lead",
                where="criteria",
                remedy="define a quality lead by what is known when it is handed over",
            )
        if self.operator != "filled" and not self.values:
            raise ConfigurationError(
                f"'{self.name}' compares with nothing", where="criteria", remedy="give a value"
            )

    @property
    def name(self) -> str:
        """The condition as it is written."""
        return " ".join(filter(None, (self.attribute, self.operator, self.value)))

    @property
    def values(self) -> tuple[str, ...]:
        """The values it compares with."""
        parts = self.value.split("|") if self.operator == "in" else [self.value]
        return tuple(part.strip() for part in parts if part.strip())

    def met_by(self, leads: Any) -> Any:
        """Return an Ibis column that says which of the leads meet the condition.

        Raises
        ------
        UnknownName
            When the leads have no such attribute.
        BadValue
            When the value is no number where a number is compared.
        ConfigurationError
            When a date is compared with anything: of dates only ``filled`` can be asked.
        """
        if self.attribute not in leads.columns:
            raise UnknownName("attribute of leads", self.attribute, leads.columns, where="criteria")
        column = leads[self.attribute]
        if self.operator == "filled":
            return column.notnull()
        if column.type().is_temporal():
            raise ConfigurationError(
                f"'{self.name}' compares a date", where="criteria", remedy="use operator filled"
            )
        return self._compared(column).fill_null(False)

    def _compared(self, column: Any) -> Any:
        if self.operator in _ORDER:
            return _ORDER[self.operator](_number(column), self._numbers()[0])
        equal = self._equal(column)
        return ~equal if self.operator == "!=" else equal

    def _equal(self, column: Any) -> Any:
        kind = column.type()
        if kind.is_numeric():
            return column.isin(self._numbers())
        words = [value.lower() for value in self.values]
        if kind.is_boolean():
            return reduce(compare.or_, [column == self._flag(word) for word in words])
        same = {alike for word in words for alike in _alike(word)}
        return column.cast("string").lower().isin(sorted(same))

    def _flag(self, word: str) -> bool:
        if word not in YES + NO:
            raise BadValue(
                f"'{word}' is neither yes nor no", where=f"criteria, {self.name}", remedy="use yes"
            )
        return word in YES

    def _numbers(self) -> list[float]:
        try:
            return [float(value) for value in self.values]
        except ValueError as error:
            raise BadValue(
                f"'{self.value}' is no number",
                where=f"criteria, {self.name}",
                remedy="give a number, with a point before decimals",
            ) from error


def _number(column: Any) -> Any:
    kind = column.type()
    if kind.is_boolean():
        return column.cast("int32")  # from a flag PostgreSQL makes no smaller one
    if kind.is_string():  # PostgreSQL knows no try_cast, and stops at what is no number
        written = ibis.ifelse(column.re_search(_WRITTEN), column, ibis.null("string"))
        return written.try_cast("float64")
    return column


def _alike(word: str) -> tuple[str, ...]:
    return next((group for group in (YES, NO) if word in group), (word,))


def all_met(leads: Any, conditions: tuple[Condition, ...]) -> dict[str, Any]:
    """Return one Ibis column a condition, under the condition's name."""
    return {condition.name: condition.met_by(leads) for condition in conditions}
