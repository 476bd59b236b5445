"""The sample's files: plain text, the same everywhere, whole or not there."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from report_helpers.data.sample import write


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
