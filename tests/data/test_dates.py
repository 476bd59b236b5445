"""Dates and times from text."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from report_helpers.data.dates import AmbiguousDatesError, read

MOMENTS = st.datetimes(datetime(1970, 1, 1), datetime(2068, 12, 31))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-10-30", datetime(2026, 10, 30)),
        ("2026/10/30", datetime(2026, 10, 30)),
        ("2026-1-3", datetime(2026, 1, 3)),
        ("20261030", datetime(2026, 10, 30)),
        ("2026-10-30 14:05", datetime(2026, 10, 30, 14, 5)),
        ("2026-10-30T14:05:09.123+0000", datetime(2026, 10, 30, 14, 5, 9, 123000)),
        ("2026-10-30T23:30:00-02:00", datetime(2026, 10, 31, 1, 30)),
        ("2026-10-30T14:05:09Z", datetime(2026, 10, 30, 14, 5, 9)),
        ("2026-10-30 14:05:09 UTC", datetime(2026, 10, 30, 14, 5, 9)),
        ("30/10/2026", datetime(2026, 10, 30)),
        ("10/30/2026 3:45 PM", datetime(2026, 10, 30, 15, 45)),
        ("10/30/26, 12:05 a.m.", datetime(2026, 10, 30, 0, 5)),
        ("30 Oct 2026", datetime(2026, 10, 30)),
        ("30-October-26", datetime(2026, 10, 30)),
        ("Oct 30, 2026", datetime(2026, 10, 30)),
        ("Sept. 1, 2026", datetime(2026, 9, 1)),
        ("46325", datetime(2026, 10, 30)),
        ("46325.5", datetime(2026, 10, 30, 12)),
        ("1793318400000", datetime(2026, 10, 30)),
        *((text, None) for text in ("soon", "2026-02-30", "30 Foo 2026", "31/31/2026", "12", "")),
        ("2026-10-30 25:00", None),
        ("0001-01-01T00:00:00+10:00", None),
    ],
)
def test_forms(text: str, expected: datetime | None) -> None:
    assert read([text]) == [expected]


def test_column_decides_the_order_of_day_and_month() -> None:
    assert read(["01/02/2026", "13/02/2026"])[0] == datetime(2026, 2, 1)
    assert read(["01/02/2026", "02/13/2026"])[0] == datetime(2026, 1, 2)
    assert read(["05/05/2026"]) == [datetime(2026, 5, 5)]


def test_ambiguous_and_mixed_columns_are_refused() -> None:
    with pytest.raises(AmbiguousDatesError) as caught:
        read(["05/05/2026", "01-02-2026"])
    assert caught.value.text == "01-02-2026"
    assert caught.value.formats == ("%d-%m-%Y", "%m-%d-%Y")
    with pytest.raises(AmbiguousDatesError) as caught:
        read(["13/02/2026", "02/13/2026"])
    assert caught.value.mixed


def test_declared_formats_come_first_and_iso_still_reads() -> None:
    formats = ["%d-%m-%Y", "%d-%m-%Y %H:%M"]
    texts = ["01-02-2026", "01-02-2026 08:30", "2026-02-03", "13/02/2026"]
    expected = [datetime(2026, 2, 1), datetime(2026, 2, 1, 8, 30), datetime(2026, 2, 3), None]
    assert read(texts, formats) == expected


@settings(deadline=None)
@given(MOMENTS)
def test_iso_round_trip(moment: datetime) -> None:
    assert read([moment.isoformat(), str(moment)]) == [moment, moment]


@settings(deadline=None)
@given(MOMENTS, st.integers(-14 * 60, 14 * 60))
def test_offsets_become_utc(moment: datetime, minutes: int) -> None:
    there = moment.replace(tzinfo=UTC).astimezone(timezone(timedelta(minutes=minutes)))
    assert read([there.isoformat()]) == [moment]


@settings(deadline=None)
@given(st.lists(MOMENTS, min_size=1))
def test_numeric_round_trip_in_either_order(moments: list[datetime]) -> None:
    days = [moment.replace(hour=0, minute=0, second=0, microsecond=0) for moment in moments]
    for form in ("%d/%m/%Y", "%m/%d/%Y"):
        texts = [day.strftime(form) for day in days]
        assert read(texts, [form]) == days
        try:
            assert read(texts) == days
        except AmbiguousDatesError:
            assert all(day.day <= 12 for day in days)


@settings(deadline=None)
@given(st.text(max_size=30))
def test_any_text_reads_or_is_none(text: str) -> None:
    found = read([text], ["%d/%m/%Y"])
    assert found == [None] or (found[0] and found[0].tzinfo is None)
