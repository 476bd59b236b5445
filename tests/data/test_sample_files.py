"""The sample's files: text or Parquet, the same every time, whole or not there."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from report_helpers.data.sample import write
from report_helpers.data.sample.files import PARQUET_ABOVE


def test_write_puts_text_dates_and_flags_plainly(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {
            "day": pd.to_datetime(["2026-11-04", None]),
            "moment": pd.to_datetime(["2026-11-04 09:05", "2026-11-05 00:00"]),
            "flag": [True, False],
            "amount": [1200.0, np.nan],
            "text": ['Müller, "Söhne"', None],
        }
    )
    (path,) = write(tmp_path / "new", {"table": frame})
    assert path.read_bytes().decode("utf-8") == (
        "day,moment,flag,amount,text\n"
        '2026-11-04,2026-11-04 09:05,yes,1200,"Müller, ""Söhne"""\n'
        ",2026-11-05 00:00,no,,\n"
    )


def test_a_file_that_cannot_be_finished_leaves_the_old_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (path,) = write(tmp_path, {"table": pd.DataFrame({"a": [1]})})

    def full_disk(source: object, target: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr("os.replace", full_disk)
    with pytest.raises(OSError, match="no space left"):
        write(tmp_path, {"table": pd.DataFrame({"a": [2]})})
    assert path.read_text(encoding="utf-8") == "a\n1\n"
    assert list(tmp_path.iterdir()) == [path]


def long_table() -> pd.DataFrame:
    n = PARQUET_ABOVE + 1
    return pd.DataFrame(
        {
            "day": pd.to_datetime(["2026-11-04 09:05", None]).repeat(n)[:n].astype("datetime64[s]"),
            "flag": np.arange(n) % 2 == 0,
            "text": pd.Series(["Müller", None] * n, dtype="str")[:n],
        },
        index=range(7, n + 7),
    )


def test_a_long_table_becomes_parquet_with_plain_types(tmp_path: Path) -> None:
    frame = long_table()
    (path,) = write(tmp_path, {"table": frame})
    file = pq.ParquetFile(path)
    assert path.name == "table.parquet"
    assert file.schema_arrow.names == ["day", "flag", "text"]
    assert file.schema_arrow.types == [pa.timestamp("us"), pa.bool_(), pa.string()]
    assert (file.metadata.num_row_groups, file.schema_arrow.metadata) == (1, None)
    assert file.metadata.row_group(0).column(2).compression == "ZSTD"
    assert (
        file.read()["text"].to_pylist()
        == frame["text"].astype(object).where(frame["text"].notna(), None).to_list()
    )


def test_the_same_table_gives_the_same_bytes(tmp_path: Path) -> None:
    one, two = (write(tmp_path / name, {"table": long_table()})[0] for name in ("one", "two"))
    assert one.read_bytes() == two.read_bytes()


def test_no_file_of_the_other_format_stays_behind(tmp_path: Path) -> None:
    frame = long_table()
    for rows, left in ((PARQUET_ABOVE, "table.csv"), (len(frame), "table.parquet")) * 2:
        write(tmp_path, {"table": frame.head(rows)})
        assert [file.name for file in tmp_path.iterdir()] == [left]
