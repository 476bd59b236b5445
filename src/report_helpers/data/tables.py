"""The canonical tables of a data set by name; one in memory is stored when it is asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from report_helpers.data.held import Held

if TYPE_CHECKING:
    import ibis
    import pandas as pd


class Tables(Mapping[str, "ibis.Table"]):
    """Tables by name, in order.

    Parameters
    ----------
    given : tables, and rows in memory.
    """

    def __init__(self, given: Mapping[str, ibis.Table | Held]) -> None:
        self._given: dict[str, ibis.Table | Held] = dict(_as_given(given))

    def __getitem__(self, name: str) -> ibis.Table:
        found = self._given[name]
        return found.table if isinstance(found, Held) else found

    def __contains__(self, name: object) -> bool:
        return name in self._given

    def __iter__(self) -> Iterator[str]:
        return iter(self._given)

    def __len__(self) -> int:
        return len(self._given)

    def columns(self, name: str) -> tuple[str, ...]:
        """Return the names of a table's columns; one in memory is not stored for it."""
        return tuple(self._given[name].columns)

    def frame(self, name: str) -> pd.DataFrame:
        """Return a table as a pandas frame; one in memory is not stored for it."""
        found = self._given[name]
        frame: pd.DataFrame = found.frame() if isinstance(found, Held) else found.to_pandas()
        return frame


def _as_given(tables: Mapping[str, ibis.Table | Held]) -> Mapping[str, ibis.Table | Held]:
    return tables._given if isinstance(tables, Tables) else tables
