"""Numbers and flags from text."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from report_helpers.data.numbers import flag, one, read

FINITE = st.floats(-1e12, 1e12, allow_nan=False).map(lambda x: round(x, 2))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1234.5", 1234.5),
        ("1,234.50", 1234.5),
        ("12,34,567", 1234567),
        ("1 234.5", 1234.5),
        ("1\u00a0234\u202f567", 1234567),
        ("1'234.5", 1234.5),
        ("$1,234.50", 1234.5),
        ("-$5", -5),
        ("US$ 5", 5),
        ("EUR 5", 5),
        ("5 €", 5),
        ("5 kr", 5),
        ("(1,234.5)", -1234.5),
        ("($5.00)", -5),
        ("5-", -5),
        ("−5", -5),
        ("+5", 5),
        (".5", 0.5),
        ("5.", None),
        ("12.5%", 0.125),
        ("(3 %)", -0.03),
        ("1e3", 1000),
        ("1.2E-2", 0.012),
        *(
            (text, None)
            for text in ("1,23", "1,2345", "0,123", "1_000", "inf", "nan", "", "-", "$")
        ),
        *((text, None) for text in ("12a", "1.2.3", "1,234,56", "five", "--5", "()")),
    ],
)
def test_point(text: str, expected: float | None) -> None:
    assert one(text) == expected


@pytest.mark.parametrize(
    ("texts", "values", "decimal"),
    [
        (["1.234,50", "7"], [1234.5, 7], ","),
        (["1,5", "2,25"], [1.5, 2.25], ","),
        (["1.234.567", "1,5"], [1234567, 1.5], ","),
        (["1,234,567", "1.5"], [1234567, 1.5], "."),
        (["12", "7"], [12, 7], "."),
    ],
)
def test_column_decides_the_decimal_character(
    texts: list[str], values: list[float], decimal: str
) -> None:
    found = read(texts)
    assert (found.values, found.decimal, found.doubtful) == (values, decimal, "")


def test_where_both_would_do_the_point_is_taken_and_said() -> None:
    assert read(["1,234", "5"]).values == [1234, 5]
    assert read(["5", "1.234"]).doubtful == "1.234"
    assert read(["1.234"], ".").doubtful == ""
    assert read(["1.234"], ",").values == [1234]


@settings(deadline=None)
@given(st.lists(FINITE, min_size=1))
def test_round_trip_in_both_conventions(values: list[float]) -> None:
    point = [f"{value:,.2f}" for value in values]
    comma = [text.translate(str.maketrans(",.", ".,")) for text in point]
    assert read(point, ".").values == values
    assert read(comma, ",").values == values
    assert read(point).values == values
    assert read(comma).values == values


@settings(deadline=None)
@given(st.floats(allow_nan=False, allow_infinity=False))
def test_python_floats_round_trip(value: float) -> None:
    assert read([repr(value)], ".").values == [value]


@settings(deadline=None)
@given(st.text(max_size=20))
def test_any_text_is_a_finite_number_or_none(text: str) -> None:
    found = one(text)
    assert found is None or math.isfinite(found) or "e" in text.lower()


def test_flags() -> None:
    assert [flag(text) for text in ("YES", "true", "1", "X")] == [True] * 4
    assert [flag(text) for text in ("no", "FALSE", "0")] == [False] * 3
    assert [flag(text) for text in ("", "maybe", "2")] == [None] * 3
