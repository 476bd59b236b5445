"""Yes-or-no variables, sums that tie them, and counts to be made small one after the other."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array

from report_helpers.errors import DataError

Floats = NDArray[np.float64]
Variables = NDArray[np.int64]
"""Numbers of variables; -1 where there is none."""


class Model:
    """A mixed-integer model of variables between 0 and 1, solved by HiGHS.

    Examples
    --------
    Two guests, one day with room for one; the second guest is preferred:

    >>> model = Model()
    >>> going = model.yes_or_no(np.array([True, True]))
    >>> model.row((going, 1.0), low=-np.inf, high=1)
    >>> first, then = model.weigh((going, -1.0)), model.weigh((going, np.array([1.0, 0.0])))
    >>> model.solve([first, then]).tolist()
    [0.0, 1.0]
    """

    def __init__(self) -> None:
        self._whole: list[NDArray[np.bool_]] = []
        self._size = 0
        self._columns: list[Variables] = []
        self._values: list[Floats] = []
        self._bounds: list[tuple[float, float]] = []

    def yes_or_no(self, there: NDArray[np.bool_]) -> Variables:
        """Return the numbers of new variables that are 0 or 1, where `there` is true."""
        return self.shares(there, whole=True)

    def shares(self, there: NDArray[np.bool_], *, whole: bool = False) -> Variables:
        """Return the numbers of new variables that are from 0 to 1, where `there` is true."""
        count = int(there.sum())
        numbers = np.full(there.shape, -1, dtype=np.int64)
        numbers[there] = np.arange(self._size, self._size + count)
        self._size += count
        self._whole.append(np.full(count, whole))
        return numbers

    def row(self, *terms: tuple[Variables, float], low: float = 0, high: float = 0) -> None:
        """Hold the weighted sum of variables between `low` and `high`."""
        kept = [(numbers[numbers >= 0], weight) for numbers, weight in terms]
        self._columns.append(np.concatenate([numbers for numbers, _ in kept]))
        self._values.append(np.concatenate([np.full(len(n), w) for n, w in kept]))
        self._bounds.append((low, high))

    def weigh(self, *terms: tuple[Variables, Floats | float]) -> Floats:
        """Return what each variable counts, as a vector over all variables."""
        cost = np.zeros(self._size)
        for numbers, weight in terms:
            there = numbers >= 0
            cost[numbers[there]] += np.broadcast_to(weight, numbers.shape)[there]
        return cost

    def best(self, count: Floats) -> float:
        """Return how far below 0 a count can be brought."""
        return -float(count @ self.solve([count]))

    def solve(self, counts: Sequence[Floats], gap: float = 0) -> Floats:
        """Return values that make the first count least, then the second, and so on.

        Parameters
        ----------
        counts : what each variable counts; whole numbers, as `weigh` returns them.
        gap : how far, as a share, the last count may be from its least.

        Raises
        ------
        DataError
            When the solver gives up.
        """
        if not self._size:
            return np.zeros(0)
        rows, limits = [self._matrix()], [np.array(self._bounds).reshape(-1, 2)]
        values = np.zeros(self._size)
        for place, count in enumerate(counts):
            if place and not count.any():
                continue
            share = gap if place == len(counts) - 1 else 0
            values = self._least(count, (rows, limits), share)
            rows.append(coo_array(count[None, :]))
            limits.append(np.array([[-np.inf, round(float(count @ values)) + 0.01]]))
        return values

    def _least(
        self, count: Floats, ties: tuple[list[coo_array], list[Floats]], gap: float
    ) -> Floats:
        limits = [LinearConstraint(rows, *low_high.T) for rows, low_high in zip(*ties, strict=True)]
        found = milp(
            count,
            integrality=np.concatenate(self._whole),
            bounds=Bounds(0, 1),
            constraints=limits,
            options={"mip_rel_gap": gap},
        )
        if found.x is None:
            raise DataError(
                f"no plan was found: {found.message}",
                remedy="plan fewer people, or a shorter time, at once",
            )
        values: Floats = np.asarray(found.x, dtype=np.float64).round(6)
        return values

    def _matrix(self) -> coo_array:
        lengths = [len(columns) for columns in self._columns]
        places = np.repeat(np.arange(len(lengths)), lengths)
        where = (places, np.concatenate(self._columns or [np.zeros(0, dtype=np.int64)]))
        values = np.concatenate(self._values or [np.zeros(0)])
        return coo_array((values, where), shape=(len(lengths), self._size))
