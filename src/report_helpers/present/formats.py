"""How values are written for people. The only place where numbers become text."""

from __future__ import annotations

import math
from datetime import date, datetime

from report_helpers.glossary import Unit

MISSING = "–"
_SIGNS = {"EUR": "€", "USD": "$", "GBP": "£", "JPY": "¥", "CHF": "CHF ", "BRL": "R$"}


def number(value: float, unit: Unit, currency: str = "EUR", *, short: bool = False) -> str:
    """Write a value in its unit; a missing one as a dash.

    Examples
    --------
    >>> number(0.2841, "share"), number(1234567, "money"), number(6.42, "hours")
    ('28.4%', '€1.23M', '6.4 h')
    >>> number(1834, "count"), number(57, "days"), number(2.1, "ratio"), number(math.nan, "days")
    ('1,834', '57 days', '2.1×', '–')
    >>> number(57, "days", short=True), number(18497, "money/day", short=True)
    ('57 d', '€18.5k/d')
    """
    if value is None or not math.isfinite(value):
        return MISSING
    days = "day" if value == 1 else "days"
    match unit:
        case "share" | "percent":
            return f"{value * 100:.1f}%"
        case "money":
            return money(value, currency)
        case "money/day":
            return f"{money(value, currency)}/{'d' if short else 'day'}"
        case "days":
            return f"{value:,.0f} {'d' if short else days}"
        case "hours":
            return f"{value:,.1f} h"
        case "ratio":
            return f"{value:,.1f}×"
        case "score":
            return f"{value:.1f}"
        case "count":
            return f"{value:,.0f}"


def money(value: float, currency: str = "EUR") -> str:
    """Write an amount with about three significant digits.

    Examples
    --------
    >>> money(12300), money(94.2), money(10005534), money(184000), money(-2500, "USD")
    ('€12.3k', '€94', '€10.01M', '€184k', '-$2,500')
    """
    sign = _SIGNS.get(currency, f"{currency} ")
    minus, size = ("-" if value < 0 else ""), abs(value)
    if size >= 999_500:
        return f"{minus}{sign}{size / 1e6:,.2f}M"
    if size >= 99_950:
        return f"{minus}{sign}{size / 1e3:,.0f}k"
    if size >= 9_995:
        return f"{minus}{sign}{size / 1e3:,.1f}k"
    return f"{minus}{sign}{size:,.0f}"


def exact(value: float, unit: Unit, currency: str = "EUR") -> str:
    """Write a sum to the last unit, or cent, for when it is held against another.

    Examples
    --------
    >>> exact(254600, "money"), exact(1204.5, "money"), exact(37, "count")
    ('€254,600.00', '€1,204.50', '37')
    """
    if unit == "money":
        return f"{_SIGNS.get(currency, currency + ' ')}{value:,.2f}"
    return number(value, unit, currency)


def interval(low: float, high: float, unit: Unit, currency: str = "EUR") -> str:
    """Write an interval; empty where there is none.

    Examples
    --------
    >>> interval(0.244, 0.391, "share"), interval(4.1, 7.96, "hours")
    ('24–39%', '4.1–8.0 h')
    """
    if not (math.isfinite(low) and math.isfinite(high)):
        return ""
    if unit in ("share", "percent"):
        return f"{low * 100:.0f}–{high * 100:.0f}%"
    if unit == "hours":
        digits = 0 if high >= 10 else 1
        return f"{low:,.{digits}f}–{high:,.{digits}f} h"
    if unit == "days":
        return f"{low:,.0f}–{high:,.0f} d"
    return f"{number(low, unit, currency)}–{number(high, unit, currency)}"


def day(value: date | datetime | None, *, year: bool = True) -> str:
    """Write a day: ``Mon 26 Oct 2026``; a missing one as a dash.

    Examples
    --------
    >>> day(date(2026, 10, 26)), day(date(2026, 10, 5), year=False)
    ('Mon 26 Oct 2026', 'Mon 5 Oct')
    """
    if value is None or value != value:
        return MISSING
    return f"{_DAYS[value.weekday()]} {value.day} {MONTHS[value.month - 1]}" + (
        f" {value.year}" if year else ""
    )


_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def count_of(n: float, one: str, many: str = "") -> str:
    """Write a number with its noun.

    Examples
    --------
    >>> count_of(1, "deal"), count_of(12, "deal"), count_of(2, "inquiry", "inquiries")
    ('1 deal', '12 deals', '2 inquiries')
    """
    return f"{n:,.0f} {one if n == 1 else many or one + 's'}"


def joined(parts: list[str]) -> str:
    """Join words as a sentence does.

    Examples
    --------
    >>> joined(["a", "b", "c"]), joined(["a"])
    ('a, b and c', 'a')
    """
    return " and ".join([*([", ".join(parts[:-1])] if len(parts) > 1 else []), *parts[-1:]])


def size(count: int) -> str:
    """Return a number of bytes for people.

    Examples
    --------
    >>> size(812), size(331_204), size(2_400_000)
    ('812 B', '331 kB', '2.4 MB')
    """
    if count < 1000:
        return f"{count} B"
    return f"{count / 1000:.0f} kB" if count < 1_000_000 else f"{count / 1_000_000:.1f} MB"
