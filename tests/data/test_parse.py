"""Text columns: how many unreadable values are too many."""

from __future__ import annotations

from pathlib import Path

import pytest

from report_helpers.data import load
from report_helpers.errors import BadValue


def write(folder: Path, amounts: list[str], day: str = "2026-01-05") -> Path:
    rows = [f"d{n},{day},open,{amount}" for n, amount in enumerate(amounts)]
    text = "\n".join(["opportunity_id,created_on,outcome,amount", *rows])
    (folder / "opportunities.csv").write_text(text, encoding="utf-8")
    return folder


def test_up_to_one_in_twenty_is_left_empty_and_reported(tmp_path: Path) -> None:
    data = load(write(tmp_path, ["7"] * 19 + ["much"]))
    audit = data.audit.tables["opportunities"]
    assert audit.filled["amount"] == 19
    assert [remark.line() for remark in audit.rejected] == [
        "1 × values of amount that are no number, left empty (row 21: 'much')"
    ]


def test_more_are_refused_with_file_row_column_value_and_remedy(tmp_path: Path) -> None:
    with pytest.raises(BadValue) as caught:
        load(write(tmp_path, ["7"] * 18 + ["much"]))
    assert str(caught.value) == (
        "opportunities.csv, row 20, column amount: 'much' cannot be read as a number "
        "(1 of 19 values of this column cannot)\n  → declare the decimal character in the mapping: "
        '[opportunities.columns] amount = {from = "...", decimal = ","}, or correct the values'
    )


def test_empty_values_do_not_count(tmp_path: Path) -> None:
    data = load(write(tmp_path, ["7", "", "", "N/A"]))
    assert data.audit.tables["opportunities"].filled["amount"] == 1
    assert not data.audit.tables["opportunities"].rejected


def test_a_decimal_comma_is_reported_and_doubt_is_said(tmp_path: Path) -> None:
    audit = load(write(tmp_path, ['"1,5"', '"2,5"'])).audit.tables["opportunities"]
    assert [remark.line() for remark in audit.repaired] == [
        "2 × amount: numbers read with a decimal comma (row 2; row 3)"
    ]
    audit = load(write(tmp_path, ['"1,500"', "2"])).audit.tables["opportunities"]
    assert audit.observed[0].examples == ("'1,500'",)


def test_mixed_day_and_month_order_is_refused(tmp_path: Path) -> None:
    folder = write(tmp_path, ["7"], "13/02/2026")
    with (folder / "opportunities.csv").open("a", encoding="utf-8") as file:
        file.write("\nd8,02/13/2026,open,7")
    with pytest.raises(BadValue, match="can only be day-month, others only month-day"):
        load(folder)
