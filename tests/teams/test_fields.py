"""Which values an item may have, and what is said about those it may not."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

import report_helpers as rh
from report_helpers.errors import BadValue, UnknownName
from report_helpers.teams import fields, schema
from report_helpers.teams.fields import check, clean

GOOD: dict[str, Any] = {
    "team": "sales",
    "kind": "question",
    "body": "Why?",
    "written_on": date(2026, 10, 29),
}


def test_every_field_is_a_column_and_every_column_a_field() -> None:
    assert set(fields.FIELDS) == {column.name for column in schema.items.columns}
    assert set(fields.FIELDS) == {column.name for column in schema.past_items.columns}


def test_short_texts_lose_blanks_around_them_and_the_body_does_not() -> None:
    assert clean({"author": " Ada ", "body": " a \n", "owner": "  "}) == {
        "author": "Ada",
        "body": " a \n",
        "owner": None,
    }


def test_a_good_item_passes() -> None:
    check(GOOD | {"due_on": date(2026, 10, 29), "about_metric": "win_rate"})


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"team": "sale"}, "did you mean 'sales'"),
        ({"kind": "questoin"}, "did you mean 'question'"),
        ({"about_metric": "win_rte"}, "did you mean 'win_rate'"),
        ({"team": None}, "team is empty"),
        ({"kind": ""}, "kind is empty"),
        ({"body": " \n "}, "body is empty"),
        ({"written_on": None}, "written_on is empty"),
        ({"body": "x" * 16_001}, "16,001 letters"),
        ({"body": "a\x1b[2J"}, r"letter 2 is a control character \(U\+001B\)"),
        ({"owner": "\ud800"}, "control character"),
        ({"due_on": date(2026, 10, 28)}, "before it was written"),
        ({"closed_on": date(2026, 10, 28), "closed_reason": "x"}, "before it was written"),
        ({"closed_on": date(2026, 10, 30)}, "closed_reason is empty"),
        ({"closed_reason": "done"}, "closed_on is empty"),
        ({"kind": "answer"}, "must say what it answers"),
    ],
)
def test_what_is_wrong_is_said(change: dict[str, Any], said: str) -> None:
    with pytest.raises((BadValue, UnknownName), match=said):
        check(GOOD | change)


def test_a_field_or_type_nobody_knows_is_refused() -> None:
    with pytest.raises(UnknownName, match="did you mean 'owner'"):
        clean({"ownr": "Ada"})
    with pytest.raises(BadValue, match="is not a day"):
        clean({"due_on": "2026-10-29"})


def test_a_segment_must_be_one_of_the_data() -> None:
    data = rh.load("sample")
    fields.check_segment(data.values("segment")[0], data)
    fields.check_segment(None, data)
    with pytest.raises(UnknownName, match="did you mean 'Enterprise'"):
        fields.check_segment("Enterprize", data)
