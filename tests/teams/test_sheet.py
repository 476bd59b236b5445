"""A spreadsheet gives every text back to the letter, and none of them can act in it."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from report_helpers.errors import BadValue, ConfigurationError, UnknownName
from report_helpers.teams import sheet, workbook
from report_helpers.teams.fields import FIELDS, LONGEST

ROW: dict[str, Any] = {
    **dict.fromkeys(FIELDS),
    "item_id": "20261029-1",
    "revision": 3,
    "team": "sales",
    "author": "Ada",
    "kind": "question",
    "body": "Why?",
    "written_on": date(2026, 10, 29),
    "due_on": date(2026, 11, 5),
    "carried": 0,
    "changed_by": "Ada",
    "changed_at": datetime(2026, 10, 29, 9),
}
LETTERS = st.characters(
    codec="utf-8", exclude_categories=("Cc", "Cs"), exclude_characters="\ufffe\uffff"
)
TEXTS = st.text(LETTERS | st.sampled_from("\n\t\r'=+-@_x0D;,\""), min_size=1, max_size=200)
KINDS = pytest.mark.parametrize("kind", ["csv", "xlsx"])


def back(folder: Path, kind: str, body: str) -> str:
    path = folder / f"items.{kind}"
    sheet.write(path, [{**ROW, "body": body}])
    (row,) = sheet.read(path)
    assert row.fault == ""
    return str(row.values["body"])


@KINDS
@pytest.mark.parametrize(
    "body",
    [
        '=HYPERLINK("http://x")',
        "'=1+1",
        "''@x",
        " \t=1",
        "-5",
        "<script>alert(1)</script><b>&amp;",
        "a\r\nb\rc\n",
        "_x000D_ and _x0041_",
        "שלום 👩‍👩‍👧 مرحبا",
        "TRUE",
        "2026-10-29",
        "#N/A",
        "x" * 10_000,
        "😀" * LONGEST,
        '\ufeff;a,b\t"q"',
    ],
)
def test_any_text_comes_back_to_the_letter(tmp_path: Path, kind: str, body: str) -> None:
    assert back(tmp_path, kind, body) == body


@KINDS
@settings(
    deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(body=TEXTS)
@example("\r")
@example("'\t")
def test_every_text_comes_back_to_the_letter(tmp_path: Path, kind: str, body: str) -> None:
    assert back(tmp_path, kind, body) == body


@given(TEXTS)
def test_a_guarded_text_never_begins_like_a_formula_and_can_be_unguarded(text: str) -> None:
    guarded = sheet.guard(text)
    assert guarded.lstrip()[:1] not in ("=", "+", "-", "@")
    assert guarded[:1] not in ("\t", "\r", "\n")
    assert sheet.unguard(guarded) == text


@KINDS
def test_all_values_come_back_with_their_types(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"items.{kind}"
    sheet.write(path, [ROW])
    (row,) = sheet.read(path)
    assert row.number == 2
    assert {**row.values, "changed_at": ROW["changed_at"]} == ROW


def test_a_workbook_types_texts_as_texts_and_days_as_days(tmp_path: Path) -> None:
    path = tmp_path / "items.xlsx"
    sheet.write(path, [{**ROW, "body": "=1+1"}])
    cells = {
        head.value: cell for head, cell in zip(*openpyxl.load_workbook(path)["Items"], strict=True)
    }
    assert (cells["body"].data_type, cells["body"].quotePrefix) == ("s", True)
    assert cells["due_on"].is_date
    assert cells["due_on"].number_format == "yyyy-mm-dd"


def test_a_workbook_offers_lists_and_explains_itself(tmp_path: Path) -> None:
    path = tmp_path / "items.xlsx"
    sheet.write(path, [])
    book = openpyxl.load_workbook(path)
    offered = [rule.formula1 for rule in book["Items"].data_validations.dataValidation]
    assert '"marketing,sales"' in offered
    assert any("campaign_plan" in formula for formula in offered)
    explained = [row[0] for row in book["Read me"].iter_rows(values_only=True)]
    assert {*FIELDS, "win_rate"} <= set(explained)
    assert sheet.read(path) == []


def test_a_formula_typed_into_a_workbook_is_a_fault_of_its_row(tmp_path: Path) -> None:
    path = tmp_path / "items.xlsx"
    sheet.write(path, [ROW, ROW])
    book = openpyxl.load_workbook(path)
    book["Items"].cell(3, list(FIELDS).index("owner") + 1, "=1+1")
    book.save(path)
    assert [row.fault for row in sheet.read(path)] == [
        "",
        "owner: is a formula; type the text itself",
    ]


@pytest.mark.parametrize(
    ("cell", "fault"),
    [
        ("29.10.2026", ""),
        ("2026-10-29", ""),
        ("next week", "written_on: 'next week' is not a date; write it as YYYY-MM-DD"),
    ],
)
def test_days_typed_as_text_are_read_or_refused(tmp_path: Path, cell: str, fault: str) -> None:
    path = tmp_path / "items.csv"
    path.write_text(f"item_id;revision;kind;body;written_on\n;;success;x;{cell}\n\n", "utf-8")
    (row,) = sheet.read(path)
    assert row.fault == fault
    assert fault or row.values["written_on"] == date(2026, 10, 29)


@pytest.mark.parametrize(
    ("due", "faults"),
    [("11/30/2026", ["", ""]), ("11/12/2026", ["written_on: '10/11/2026' is not a date"] * 2)],
)
def test_days_as_excel_saves_them_are_read_where_they_cannot_be_mistaken(
    tmp_path: Path, due: str, faults: list[str]
) -> None:
    path = tmp_path / "items.csv"
    line = f",,success,x,10/11/2026,{due}\n"
    path.write_text("item_id,revision,kind,body,written_on,due_on\n" + 2 * line, "utf-8")
    rows = sheet.read(path)
    assert [row.fault.split(";")[0] for row in rows] == faults
    assert any(faults) or rows[0].values["written_on"] == date(2026, 10, 11)


def test_a_revision_that_is_no_number_is_a_fault(tmp_path: Path) -> None:
    path = tmp_path / "items.csv"
    path.write_text("item_id,revision,kind,body\na,1.5,success,x\n", encoding="utf-8")
    assert sheet.read(path)[0].fault == "revision: '1.5' is not a whole number"


@pytest.mark.parametrize(
    ("content", "error", "said"),
    [
        ("item_id,revision,kind,text\n", UnknownName, "unknown heading 'text'"),
        ("item_id,kind,body\n", BadValue, "the heading revision is missing"),
        ("item_id,revision,kind,body,body\n", BadValue, "the heading body is there twice"),
        ("", BadValue, "the heading item_id is missing"),
    ],
)
def test_wrong_headings_are_named(
    tmp_path: Path, content: str, error: type[Exception], said: str
) -> None:
    path = tmp_path / "items.csv"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(error, match=said):
        sheet.read(path)


def test_files_that_cannot_be_read_say_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes("item_id,revision,kind,body\n,,success,für".encode("latin-1"))
    with pytest.raises(BadValue, match="CSV UTF-8"):
        sheet.read(tmp_path / "a.csv")
    (tmp_path / "a.xlsx").write_bytes(b"no workbook")
    with pytest.raises(BadValue, match="cannot be opened"):
        sheet.read(tmp_path / "a.xlsx")
    with pytest.raises(BadValue, match="no such file"):
        sheet.read(tmp_path / "b.csv")
    with pytest.raises(ConfigurationError, match=r"neither \.csv nor \.xlsx"):
        sheet.write(tmp_path / "a.ods", [])


def test_a_text_no_cell_can_hold_is_refused_not_cut() -> None:
    with pytest.raises(BadValue, match="too long for a cell"):
        workbook.written([{**ROW, "body": "\r" * LONGEST}])
