"""The same deals from every kind of place give the same table."""

from __future__ import annotations

import hashlib
from pathlib import Path

import duckdb
import ibis
import openpyxl
import pandas as pd
import pytest

from report_helpers.data import load
from report_helpers.data.database import without_secrets
from report_helpers.errors import BadValue, ConfigurationError, DataError, MissingData

CSV = """opportunity_id,created_on,closed_on,outcome,amount,source
d1,2026-01-05,2026-02-01 13:30:00,won,1200.5,Web
d2,2026-01-07,,open,,
d3,2026-01-08,2026-02-03,lost,0,Event
"""


@pytest.fixture
def csv(tmp_path: Path) -> Path:
    path = tmp_path / "deals of October.csv"
    path.write_text(CSV, encoding="utf-8")
    return path


@pytest.fixture
def expected(csv: Path) -> pd.DataFrame:
    return load(csv).frame("opportunities")


@pytest.fixture
def typed() -> pd.DataFrame:
    frame = pd.DataFrame(
        {
            "opportunity_id": ["d1", "d2", "d3"],
            "created_on": pd.to_datetime(["2026-01-05", "2026-01-07", "2026-01-08"]),
            "closed_on": pd.to_datetime(["2026-02-01 13:30", None, "2026-02-03 00:00"]),
            "outcome": ["won", "open", "lost"],
            "amount": [1200.5, None, 0.0],
            "source": ["Web", None, "Event"],
        }
    )
    return frame


def same(found: pd.DataFrame, expected: pd.DataFrame) -> None:
    found = found.sort_values("opportunity_id", ignore_index=True)
    pd.testing.assert_frame_equal(found, expected, check_dtype=False)


def test_one_file_is_the_opportunities(csv: Path, expected: pd.DataFrame) -> None:
    data = load(csv)
    assert expected["amount"].dtype == "float64"
    assert expected["closed_on"].dtype.kind == "M"
    assert data.inputs[0].name == csv.name
    assert data.inputs[0].sha256 == hashlib.sha256(csv.read_bytes()).hexdigest()
    assert data.inputs[0].bytes == csv.stat().st_size
    assert data.settings_file is None


def test_settings_beside_the_data(csv: Path) -> None:
    settings = csv.with_name("marsale.toml")
    settings.write_text("", encoding="utf-8")
    assert load(csv).settings_file == settings
    assert load(csv.parent).settings_file == settings


def test_parquet_file_and_folder_of_parts(
    tmp_path: Path, typed: pd.DataFrame, expected: pd.DataFrame
) -> None:
    typed.to_parquet(tmp_path / "opportunities.parquet")
    same(load(tmp_path / "opportunities.parquet").frame("opportunities"), expected)
    parts = tmp_path / "parts" / "opportunities"
    parts.mkdir(parents=True)
    typed[:1].to_parquet(parts / "a.parquet")
    typed[1:].to_parquet(parts / "b.parquet")
    data = load(parts.parent)
    same(data.frame("opportunities"), expected)
    assert [item.name for item in data.inputs] == ["a.parquet", "b.parquet"]


def test_duckdb_file_is_only_read(
    tmp_path: Path, typed: pd.DataFrame, expected: pd.DataFrame
) -> None:
    file = tmp_path / "crm's.duckdb"
    with duckdb.connect(str(file)) as connection:
        connection.register("frame", typed)
        connection.execute("CREATE TABLE opportunities AS SELECT * FROM frame")
    before = file.read_bytes()
    data = load(file)
    same(data.frame("opportunities"), expected)
    assert file.read_bytes() == before
    assert data.audit.tables["opportunities"].files == ("crm's.duckdb: opportunities",)


def test_ibis_url(tmp_path: Path, typed: pd.DataFrame, expected: pd.DataFrame) -> None:
    file = tmp_path / "crm.duckdb"
    with duckdb.connect(str(file)) as connection:
        connection.register("frame", typed)
        connection.execute("CREATE TABLE deals AS SELECT * FROM frame")
        connection.execute("CREATE TABLE opportunities AS SELECT * FROM frame")
    data = load(f"duckdb://{file.as_posix()}?access_mode=read_only")
    same(data.frame("opportunities"), expected)
    assert [item.sha256 for item in data.inputs] == [None]
    assert "access_mode" not in data.inputs[0].name
    assert data.audit.unused == ("deals",)


def test_remote_text_is_refused_not_pulled(tmp_path: Path, typed: pd.DataFrame) -> None:
    file = tmp_path / "crm.duckdb"
    with duckdb.connect(str(file)) as connection:
        connection.register("frame", typed.assign(created_on="2026-01-05"))
        connection.execute("CREATE TABLE opportunities AS SELECT * FROM frame")
    with pytest.raises(BadValue, match=r"created_on.*\n.*cast it in a view"):
        load(f"duckdb://{file.as_posix()}")
    same(load(file).frame("opportunities")[["opportunity_id"]], typed[["opportunity_id"]])


def test_unreachable_database_does_not_tell_the_password() -> None:
    with pytest.raises(DataError) as caught:
        load("postgres://ann:hunter2@127.0.0.1:1/crm?sslmode=disable")
    assert "hunter2" not in str(caught.value)
    assert without_secrets("postgres://ann:hunter2@h/crm?token=t") == "postgres://ann@h/crm"


def test_excel_dates_serials_and_footer(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (
        ["Opportunity Report"],
        [],
        ["opportunity_id", "created_on", "closed_on", "outcome", "amount"],
        ["d1", pd.Timestamp("2026-01-05").to_pydatetime(), 46054, "won", 1200.5],
        [],
        ["d2", pd.Timestamp("2026-01-07 09:15").to_pydatetime(), None, "open", "=1+1"],
        ["Total (2 records)"],
    ):
        sheet.append(row)
    book.save(tmp_path / "opportunities.xlsx")
    data = load(tmp_path)
    deals = data.frame("opportunities")
    assert deals["closed_on"][0] == pd.Timestamp("2026-02-01")
    assert deals["created_on"][1] == pd.Timestamp("2026-01-07 09:15")
    assert pd.isna(deals["amount"][1])  # a formula never worked out has no value
    remarks = [remark.line() for remark in data.audit.tables["opportunities"].repaired]
    assert "1 × title lines above the heading left out (row 1: Opportunity Report)" in remarks
    assert "1 × closed_on: Excel serial numbers read as dates (row 4)" in remarks


def test_workbook_with_a_sheet_for_each_table(tmp_path: Path) -> None:
    with pd.ExcelWriter(tmp_path / "crm.xlsx") as writer:
        deals = pd.DataFrame({"opportunity_id": ["d1"], "created_on": ["x"], "outcome": ["open"]})
        deals.assign(created_on="2026-01-05").to_excel(writer, sheet_name="Opportunities")
        pd.DataFrame({"person": ["Ann"], "team": ["sales"]}).to_excel(writer, sheet_name="people")
    data = load(tmp_path / "crm.xlsx")
    assert list(data.tables) == ["opportunities", "people"]
    assert [item.name for item in data.inputs] == ["crm.xlsx"]


def test_damaged_workbook(tmp_path: Path) -> None:
    (tmp_path / "opportunities.xlsx").write_bytes(b"not a workbook")
    with pytest.raises(BadValue, match=r"opportunities\.xlsx: the workbook cannot be opened"):
        load(tmp_path)


def test_frames_typed_or_text(typed: pd.DataFrame, expected: pd.DataFrame, csv: Path) -> None:
    same(load({"opportunities": typed}).frame("opportunities"), expected)
    same(load(typed).frame("opportunities"), expected)
    text = pd.read_csv(csv)
    same(load({"opportunities": text}).frame("opportunities"), expected)
    table = ibis.duckdb.connect()
    given = table.create_table("given", typed)
    same(load({"opportunities": given}).frame("opportunities"), expected)


def test_frame_of_mixed_and_aware_columns(typed: pd.DataFrame) -> None:
    frame = typed.assign(
        opportunity_id=[1, "d2", 3],
        created_on=typed["created_on"].dt.tz_localize("America/New_York"),
        product=pd.Categorical(["A", "B", "A"]),
        lead_id=[7.0, None, 8.0],
    )
    data = load({"opportunities": frame}).frame("opportunities")
    assert data["opportunity_id"].tolist() == ["1", "d2", "3"]
    assert data["created_on"][0] == pd.Timestamp("2026-01-05 05:00")
    assert data["product"].tolist() == ["A", "B", "A"]
    assert data["lead_id"].fillna("").tolist() == ["7", "", "8"]


def test_something_else_than_a_table_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="'opportunities' is a list"):
        load({"opportunities": [1, 2]})


def test_nothing_there(tmp_path: Path) -> None:
    with pytest.raises(MissingData, match="no such file or folder"):
        load(tmp_path / "nowhere")
    with pytest.raises(MissingData, match="no data file is there"):
        load(tmp_path)


def test_two_files_of_one_name_are_refused_only_when_asked_for(csv: Path) -> None:
    for name in ("opportunities.csv", "Opportunities.tsv"):
        csv.with_name(name).write_text(CSV, encoding="utf-8")
    with pytest.raises(DataError, match=r"two tables are called 'opportunities'"):
        load(csv.parent)
    csv.with_name("Opportunities.tsv").unlink()
    csv.with_name("other.csv").write_text(CSV, encoding="utf-8")
    csv.with_name("other.tsv").write_text(CSV, encoding="utf-8")
    assert load(csv.parent).has("opportunities", "created_on")


def test_damaged_database(tmp_path: Path) -> None:
    (tmp_path / "crm.duckdb").write_bytes(b"no database" * 1000)
    with pytest.raises(DataError, match=r"crm\.duckdb: the file cannot be opened"):
        load(tmp_path)


def test_a_file_that_may_not_be_read_is_named(csv: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refuse)
    with pytest.raises(DataError, match=r"deals of October.csv: it cannot be read \(Perm"):
        load(csv)


def test_files_of_other_kinds_are_named(tmp_path: Path) -> None:
    (tmp_path / "report.xls").write_bytes(b"old")
    (tmp_path / "~$report.xlsx").write_bytes(b"lock")
    with pytest.raises(MissingData, match=r"there are report\.xls\n"):
        load(tmp_path)


def test_nul_characters_are_left_out_and_told(tmp_path: Path) -> None:
    path = tmp_path / "opportunities.csv"
    path.write_text(CSV.replace("Web", "W\0eb"), encoding="utf-8")
    data = load(path)
    assert data.values("source") == ["Event", "Web"]
    told = [r.line() for r in data.audit.tables["opportunities"].repaired]
    assert "1 × rows with NUL characters, which are left out (row 2)" in told
