"""Encodings and delimiters of text files."""

from __future__ import annotations

from pathlib import Path

import pytest

from report_helpers.data import load
from report_helpers.data.dialect import Dialect, rows, sniff
from report_helpers.errors import BadValue

TEXT = "opportunity_id{0}created_on{0}outcome{0}owner\nd1{0}2026-01-05{0}open{0}Zoë Größe\n"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "latin-1"]
)
def test_encodings_and_delimiters_are_found(tmp_path: Path, encoding: str, delimiter: str) -> None:
    file = tmp_path / "opportunities.csv"
    file.write_bytes(TEXT.format(delimiter).replace("\n", "\r\n").encode(encoding))
    data = load(file)
    assert data.frame("opportunities")["owner"].tolist() == ["Zoë Größe"]
    remarks = [remark.what for remark in data.audit.tables["opportunities"].repaired]
    narrow = encoding in ("cp1252", "latin-1")
    assert remarks == (["file read as cp1252, as it is not UTF-8"] if narrow else [])


def test_bytes_unknown_to_windows_are_read_as_latin_1() -> None:
    assert rows(b"a,\x81\xe9\n", "a.csv", Dialect()) == ([["a", "\x81é"]], "latin-1")


def test_declared_encoding_and_delimiter() -> None:
    found, encoding = rows("a,b;ж\n".encode("cp1251"), "a.csv", Dialect("cp1251", ";"))
    assert (found, encoding) == ([["a,b", "ж"]], "cp1251")
    with pytest.raises(BadValue, match=r"a\.csv: the file is not written in ascii"):
        rows("é".encode(), "a.csv", Dialect("ascii"))


def test_excel_says_the_delimiter_and_rows_still_count_from_the_top() -> None:
    found, _ = rows(b"sep=;\na;b\n1,5;2\n", "a.csv", Dialect())
    assert found == [[], ["a", "b"], ["1,5", "2"]]


def test_commas_in_text_do_not_win_over_the_delimiter() -> None:
    assert sniff('id;note\n1;"a, b, c"\n2;x, y\n3;z\n') == ";"
    assert sniff("one\ntwo\n") == ","


def test_open_quotation_mark_is_refused_with_its_line() -> None:
    with pytest.raises(BadValue, match=r"(?s)a\.csv, line 3: .*close the quotation marks"):
        rows(b'a,b\n1,"open\n2,3\n', "a.csv", Dialect())


def test_line_breaks_inside_a_field_are_one_record() -> None:
    found, _ = rows(b'id,note\n1,"two\nlines"\n2,x\n', "a.csv", Dialect())
    assert found == [["id", "note"], ["1", "two\nlines"], ["2", "x"]]
