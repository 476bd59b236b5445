"""Each folder of ``scenarios`` is a small export; its expected.toml says what must come of it."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from report_helpers import errors
from report_helpers.data import Dataset, load

FOLDERS = sorted((Path(__file__).parent / "scenarios").iterdir())
REMARKS = ("translated", "repaired", "rejected", "observed")


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_scenario(folder: Path) -> None:
    expected = tomllib.loads((folder / "expected.toml").read_text(encoding="utf-8"))
    assert expected.pop("about")
    mapping = expected.pop("mapping", None)
    if "error" in expected:
        with pytest.raises(getattr(errors, expected["error"])) as caught:
            load(folder, mapping)
        for words in expected["says"]:
            assert words in str(caught.value)
        return
    data = load(folder, mapping)
    if "last_day" in expected:
        assert data.last_day == expected.pop("last_day")
    assert expected
    for table, wanted in expected.items():
        check(data, table, wanted)


def check(data: Dataset, table: str, wanted: dict[str, Any]) -> None:
    audit = data.audit.tables[table]
    for name, value in wanted.items():
        if name == "values":
            frame = data.frame(table)
            key = frame.columns[0]
            frame = frame.sort_values([key, *value], kind="stable")
            assert {column: shown(frame[column]) for column in value} == value
        elif name == "columns":
            assert list(data.tables[table].columns) == value
        elif name in REMARKS:
            assert [remark.line() for remark in getattr(audit, name)] == value
        else:
            found = getattr(audit, name)
            assert (list(found) if isinstance(found, tuple) else found) == value


def shown(column: pd.Series[Any]) -> list[str]:
    texts = column.map(str, na_action="ignore").fillna("").astype(str)
    return [text.removesuffix(" 00:00:00").removesuffix(".0") for text in texts]
