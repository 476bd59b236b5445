"""Dates and times read from text; times with an offset become UTC, all others stay as written."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta, timezone

_TIME = (
    r"(?:[T ,]\s*(?P<hour>\d{1,2}):(?P<minute>\d{2})"
    r"(?::(?P<second>\d{2})(?:[.,](?P<part>\d{1,9}))?)?"
    r"\s*(?P<half>[AaPp])?(?(half)\.?[Mm]\.?)\s*(?P<zone>Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?)?$"
)
_ISO = re.compile(r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})" + _TIME)
_NUMERIC = re.compile(r"(?P<a>\d{1,2})([-/.])(?P<b>\d{1,2})\2(?P<year>\d{4}|\d{2})" + _TIME)
_DAY_FIRST = re.compile(
    r"(?P<day>\d{1,2})[ .-]+(?P<name>[A-Za-z]{3,9})[ .,-]+(?P<year>\d{4}|\d{2})" + _TIME
)
_MONTH_FIRST = re.compile(
    r"(?P<name>[A-Za-z]{3,9})[ .-]+(?P<day>\d{1,2})[ ,-]+(?P<year>\d{4}|\d{2})" + _TIME
)
_SERIAL = re.compile(r"[2-6]\d{4}(\.\d+)?$")  # Excel's days since 1899-12-30: 1954 to 2091
_COMPACT = re.compile(r"(19|20)\d{6}$")
_MILLIS = re.compile(r"\d{12,13}$")  # of the Unix epoch, as HubSpot's interface gives them
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_LONG = ("january", "february", "march", "april", "may", "june", "july", "august", "september")
_NAMES = {*_MONTHS, *_LONG, "sept", "october", "november", "december"}

DAY_MONTH, MONTH_DAY = "%d{0}%m{0}%Y", "%m{0}%d{0}%Y"


class AmbiguousDatesError(ValueError):
    """All-numeric dates that read well both ways round.

    Parameters
    ----------
    text : the first such date.
    mixed : some dates can only be day-month and others only month-day.
    """

    def __init__(self, text: str, *, mixed: bool = False) -> None:
        super().__init__(text)
        self.text, self.mixed = text, mixed

    @property
    def formats(self) -> tuple[str, str]:
        """The two formats to choose from."""
        mark = re.sub(r"\d", "", self.text)[:1]
        return DAY_MONTH.format(mark), MONTH_DAY.format(mark)


def read(texts: Sequence[str], formats: Sequence[str] = ()) -> list[datetime | None]:
    """Return the time each text stands for, None where it stands for none.

    Parameters
    ----------
    texts : the values of one column.
    formats : formats as of :meth:`datetime.datetime.strptime` that come first; ISO dates, dates
        with a month's English name, Excel's serial numbers and epoch milliseconds need none.

    Raises
    ------
    AmbiguousDatesError
        When all-numeric dates could be day-month as well as month-day and no format is given.

    Examples
    --------
    >>> read(["2026-10-30", "30 Oct 2026", "2026-10-30T23:30:00-02:00"])[2]
    datetime.datetime(2026, 10, 31, 1, 30)
    >>> read(["03/04/2026", "10/30/2026"])[0]
    datetime.datetime(2026, 3, 4, 0, 0)
    >>> read(["03/04/2026"], ["%d/%m/%Y"])
    [datetime.datetime(2026, 4, 3, 0, 0)]
    """
    declared = [_declared(text, formats) for text in texts]
    loose = [t for t, found in zip(texts, declared, strict=True) if not found and _numeric(t)]
    day, month = ("b", "a") if not formats and _month_first(loose) else ("a", "b")

    def numeric(match: re.Match[str]) -> datetime | None:
        return None if formats else _built(match, match[month], match[day])

    return [found or one(text, numeric) for text, found in zip(texts, declared, strict=True)]


def one(text: str, numeric: Callable[[re.Match[str]], datetime | None]) -> datetime | None:
    """Return the time one text stands for; `numeric` reads all-numeric dates."""
    if text[4:5] == "-":
        try:
            return _utc(datetime.fromisoformat(text))
        except (ValueError, OverflowError):
            pass  # one of the looser forms below, or none
    if match := _ISO.match(text):
        return _built(match, match["month"], match["day"])
    if match := _numeric(text):
        return numeric(match)
    if match := _DAY_FIRST.match(text) or _MONTH_FIRST.match(text):
        name = match["name"].casefold()
        month = _MONTHS.index(name[:3]) + 1 if name in _NAMES else 0
        return _built(match, str(month), match["day"])
    if _COMPACT.match(text):
        return _parsed(text, "%Y%m%d")
    if is_serial(text):
        return datetime(1899, 12, 30) + timedelta(seconds=round(float(text) * 86400))
    if _MILLIS.match(text):
        return datetime(1970, 1, 1) + timedelta(milliseconds=int(text))
    return None


def is_serial(text: str) -> bool:
    """Return whether `text` is the number Excel stores for a date.

    Examples
    --------
    >>> is_serial("46325"), is_serial("2026")
    (True, False)
    """
    return bool(_SERIAL.match(text))


def _numeric(text: str) -> re.Match[str] | None:
    return _NUMERIC.match(text)


def _month_first(texts: Sequence[str]) -> bool:
    """Return whether the all-numeric `texts` put the month first; raise if either may be."""
    both = []
    only_day_first = only_month_first = False
    for text in texts:
        match = _NUMERIC.match(text)
        assert match
        by_day = _built(match, match["b"], match["a"])
        by_month = _built(match, match["a"], match["b"])
        only_day_first |= bool(by_day and not by_month)
        only_month_first |= bool(by_month and not by_day)
        if by_day != by_month and by_day and by_month:
            both.append(text)
    if only_day_first and only_month_first:
        raise AmbiguousDatesError((both or list(texts))[0], mixed=True)
    if both and not (only_day_first or only_month_first):
        raise AmbiguousDatesError(both[0])
    return only_month_first


def _declared(text: str, formats: Sequence[str]) -> datetime | None:
    return next(filter(None, (_parsed(text, form) for form in formats)), None)


def _parsed(text: str, form: str) -> datetime | None:
    try:
        return _utc(datetime.strptime(text, form))
    except (ValueError, OverflowError):
        return None


def _utc(when: datetime) -> datetime:
    return when.astimezone(UTC).replace(tzinfo=None) if when.tzinfo else when


def _built(match: re.Match[str], month: str, day: str) -> datetime | None:
    year = int(match["year"])
    if len(match["year"]) == 2:
        year += 2000 if year < 69 else 1900  # the pivot POSIX and Python use
    hour = int(match["hour"] or 0)
    if match["half"]:
        hour = hour % 12 + (12 if match["half"] in "Pp" else 0)
    micro = int((match["part"] or "0").ljust(6, "0")[:6])
    try:
        when = datetime(
            *(year, int(month), int(day), hour, int(match["minute"] or 0)),
            second=int(match["second"] or 0),
            microsecond=micro,
            tzinfo=_zone(match["zone"]),
        )
        return _utc(when)
    except (ValueError, OverflowError):
        return None


def _zone(text: str | None) -> timezone | None:
    if not text:
        return None
    digits = text[1:].replace(":", "")
    if not digits.isdigit():
        return UTC
    shift = timedelta(hours=int(digits[:2]), minutes=int(digits[2:] or 0))
    return timezone(-shift if text[0] == "-" else shift)
