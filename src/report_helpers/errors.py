"""The error tree, and the exit code each branch gives the command line.

::

    MarsaleError                 1  anything else that is ours
    ├── ConfigurationError       2  settings, parameters, dates, mapping files
    │   └── UnknownName          2  a name nobody declared, with "did you mean"
    ├── DataError                3  what the data hold or lack
    │   ├── MissingData          3  a table or a required column is not there
    │   ├── BadValue             3  a value that cannot be read; names file, row, column
    │   ├── EmptyPeriod          3  nothing happened in the period asked for
    │   └── Conflict             3  somebody else changed it in the meantime
    ├── NotebookError            4  a cell of a report raised
    ├── RenderError              5  HTML or PDF could not be made, or failed its checks
    └── DeliveryError            6  a report could not be handed over
        └── Busy                 6  another process is at it this moment

Every message says what is wrong, where, and what to do about it.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class MarsaleError(Exception):
    """Anything the kit reports to its user on purpose.

    Parameters
    ----------
    message : what is wrong, one sentence.
    where : file, row, column or cell, if there is one.
    remedy : what the reader can do about it.
    """

    exit_code = 1

    def __init__(self, message: str, *, where: str = "", remedy: str = "") -> None:
        super().__init__(message)
        self.message, self.where, self.remedy = message, where, remedy

    def __str__(self) -> str:
        lines = [f"{self.where}: {self.message}" if self.where else self.message]
        return "\n".join([*lines, f"  → {self.remedy}"] if self.remedy else lines)


class ConfigurationError(MarsaleError):
    """Settings, parameters, dates or mapping files are wrong."""

    exit_code = 2


class UnknownName(ConfigurationError):
    """A name that nobody declared.

    Parameters
    ----------
    kind : what sort of name it is, such as ``"parameter"``.
    name : the name as given.
    known : the names that would have been accepted.
    where : where it was given.

    Examples
    --------
    >>> print(UnknownName("segment", "Enterprize", ["Enterprise", "SMB"]))
    unknown segment 'Enterprize'
      → did you mean 'Enterprise'? Known: Enterprise, SMB
    """

    def __init__(self, kind: str, name: str, known: Iterable[str], *, where: str = "") -> None:
        options = sorted(known)
        close = difflib.get_close_matches(name, options, n=1, cutoff=0.5)
        hint = f"did you mean '{close[0]}'? " if close else ""
        shown = ", ".join(options[:30]) + (", …" if len(options) > 30 else "")
        super().__init__(
            f"unknown {kind} '{name}'", where=where, remedy=f"{hint}Known: {shown or 'none'}"
        )


class DataError(MarsaleError):
    """The data cannot carry the report."""

    exit_code = 3


class MissingData(DataError):
    """A table or a required column is not there."""


class BadValue(DataError):
    """A value that cannot be read or breaks its contract."""


class EmptyPeriod(DataError):
    """Nothing at all happened in the period asked for."""


class Conflict(DataError):
    """Somebody else changed the same thing in the meantime."""


class NotebookError(MarsaleError):
    """A cell of a report raised."""

    exit_code = 4


class RenderError(MarsaleError):
    """HTML or PDF could not be made, or failed its checks."""

    exit_code = 5


class DeliveryError(MarsaleError):
    """A report could not be handed over."""

    exit_code = 6


class Busy(DeliveryError):
    """Another process is doing the same this moment."""
