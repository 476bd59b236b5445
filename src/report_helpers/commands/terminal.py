"""Text of other people on a terminal: nothing in it may act, and columns stand straight."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

_WIDE = ("W", "F")
_NOTHING = ("Mn", "Me", "Cf")  # marks on the letter before, and characters without a width
_ACTING = ("Cc", "Cs")  # control characters such as the escape that starts a command
_TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def harmless(text: str) -> str:
    r"""Return text in which every character that could act on a terminal is a question mark.

    New lines stay. What turns the direction of writing goes too: it would mix up the columns.

    Examples
    --------
    >>> harmless("Ann\x1b[2J\u202eevil")
    'Ann?[2J?evil'
    """
    return "".join(
        "?" if c in _TURNING or (c != "\n" and unicodedata.category(c) in _ACTING) else c
        for c in text
    )


def width(text: str) -> int:
    """Return how many columns a terminal needs for a text: two for a wide character.

    Examples
    --------
    >>> width("market"), width("市場")
    (6, 4)
    """
    return sum(
        0 if unicodedata.category(c) in _NOTHING else 1 + (unicodedata.east_asian_width(c) in _WIDE)
        for c in text
    )


def aligned(rows: Sequence[Sequence[str]]) -> str:
    """Return rows of cells as lines in which the columns stand one below the other.

    Examples
    --------
    >>> print(aligned([["team", "n"], ["marketing", "3"]]))
    team       n
    marketing  3
    """
    cells = [[harmless(cell) for cell in row] for row in rows]
    widths = [max(map(width, column)) for column in zip(*cells, strict=True)]
    return "\n".join(
        "  ".join(c + " " * (w - width(c)) for c, w in zip(row, widths, strict=True)).rstrip()
        for row in cells
    )
