"""Numbers and yes-or-no values read from text, as people of many countries write them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_SIMPLE = re.compile(r"-?\d+(\.\d+)?$")
_NUMBER = re.compile(r"[+-]?(?=[\d.])(\d+|[1-9]\d{0,2}(,\d{2,3})*,\d{3})?(\.\d+)?([eE][+-]?\d+)?$")
_CURRENCY = r"(?:[A-Z]{3}(?![A-Za-z])|[A-Z]{0,2}\$|[€£¥₹₽₩₺₪฿₫₴]|kr\.?|z\u0142|K\u010d|Ft|Fr\.?)"
_MONEY = re.compile(rf"^([+-]?)\s*{_CURRENCY}\s*|\s*{_CURRENCY}$")
_SPACES = re.compile(r"(?<=\d)[\s'’`](?=\d{3})")  # thousands set apart by a space or apostrophe
_SWAP = str.maketrans(",.", ".,")

YES = frozenset({"true", "t", "yes", "y", "1", "x", "on"})
NO = frozenset({"false", "f", "no", "n", "0", "off"})


@dataclass(frozen=True)
class Numbers:
    """Numbers read from one column.

    Parameters
    ----------
    values : the numbers, None where a text is none.
    decimal : the character before the decimals.
    doubtful : the first text that would be another number with the other decimal character,
        when every text reads well with either; the point was taken.
    """

    values: list[float | None]
    decimal: str
    doubtful: str = ""


def read(texts: Sequence[str], decimal: str = "") -> Numbers:
    """Return the number each text stands for.

    Thousands separators, currency signs and codes, percent (12 % is 0.12) and the accountants'
    ``(5.00)`` for -5 are understood. The decimal character is found from the column as a whole;
    where both would do, it is the point.

    Parameters
    ----------
    texts : the values of one column.
    decimal : ``"."`` or ``","`` when it is known.

    Examples
    --------
    >>> read(["€ 1.234,50", "(7,5)"])
    Numbers(values=[1234.5, -7.5], decimal=',', doubtful='')
    >>> read(["1,234.5", "12 %", "many"])
    Numbers(values=[1234.5, 0.12, None], decimal='.', doubtful='')
    """
    if all(map(_SIMPLE.match, texts)) and decimal != ",":
        values: list[float | None] = [float(text) for text in texts]
        return Numbers(values, ".", _doubt(texts, values) if not decimal else "")
    if decimal:
        return Numbers([one(text, decimal) for text in texts], decimal)
    point = [one(text, ".") for text in texts]
    comma = [one(text, ",") for text in texts]
    if comma.count(None) < point.count(None):
        return Numbers(comma, ",")
    return Numbers(point, ".", _doubt(texts, point))


def one(text: str, decimal: str = ".") -> float | None:
    """Return the number one text stands for, None where it stands for none.

    Examples
    --------
    >>> one("$ 1,234.50"), one("1'234.5 CHF"), one("−3"), one("7-"), one("1.5", ",")
    (1234.5, 1234.5, -3.0, -7.0, None)
    """
    body = text.strip().replace("−", "-")
    negative = body.startswith("(") and body.endswith(")")
    body = body[1:-1].strip() if negative else body
    share = body.endswith("%")
    body = body.removesuffix("%").rstrip()
    body = _MONEY.sub(r"\1", body).strip()
    if len(body) > 1 and body.endswith("-"):
        negative, body = not negative, body[:-1].rstrip()
    body = _SPACES.sub("", body)
    body = body.translate(_SWAP) if decimal == "," else body
    if not _NUMBER.match(body):
        return None
    value = float(body.replace(",", "")) / (100 if share else 1)
    return -value if negative else value


def flag(text: str) -> bool | None:
    """Return whether a text says yes or no, None where it says neither.

    Examples
    --------
    >>> flag("Yes"), flag("0"), flag("perhaps")
    (True, False, None)
    """
    word = text.casefold()
    return True if word in YES else False if word in NO else None


def _doubt(texts: Sequence[str], point: Sequence[float | None]) -> str:
    """Return the first text that the decimal comma would make another number, if all fit it."""
    marked = [pair for pair in zip(texts, point, strict=True) if {".", ","} & set(pair[0])]
    first = ""
    for text, value in marked:
        other = one(text, ",")
        if other is None and value is not None:
            return ""
        first = first or (text if other != value else "")
    return first
