"""What an engine may take of the machine's memory, and what it does with the rest."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from report_helpers.data import engine
from report_helpers.data.engine import Engine

Given = dict[str, int | str]


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    yield
    engine.limit()
    engine.share(1)


def setting(opened: Engine, name: str) -> str:
    return str(opened.raw.execute(f"SELECT current_setting('{name}')").fetchall()[0][0])


def test_an_engine_that_is_open_is_held_to_less_memory() -> None:
    opened = Engine()
    engine.limit("300MiB")
    assert setting(opened, "memory_limit") == "300.0 MiB"
    assert setting(Engine(), "memory_limit") == "300.0 MiB"


def test_no_engine_takes_more_than_the_machine_has() -> None:
    opened = Engine()
    engine.limit("900TB")
    assert not setting(opened, "memory_limit").endswith("TiB")


def test_processes_at_work_at_a_time_share_the_machine_s_memory() -> None:
    opened = Engine()
    engine.limit("900TB")
    whole = megabytes(opened)
    engine.share(4)
    assert megabytes(opened) == pytest.approx(whole / 4, rel=0.05)
    assert megabytes(Engine()) == pytest.approx(whole / 4, rel=0.05)
    engine.limit("100MiB")
    assert setting(opened, "memory_limit") == "100.0 MiB"


def megabytes(opened: Engine) -> float:
    number, unit = setting(opened, "memory_limit").split()
    return float(number) * {"MiB": 1, "GiB": 1024, "TiB": 1024**2}[unit]


def test_what_does_not_fit_goes_to_temporary_files_and_the_result_is_the_same() -> None:
    groups = "SELECT hash(i) AS h, count(*) AS n FROM range(3000000) series(i) GROUP BY 1"
    opened = Engine()
    engine.limit("60MB")
    assert opened.raw.execute(f"SELECT sum(n) FROM ({groups})").fetchall() == [(3_000_000,)]
    spill = Path(setting(opened, "temp_directory"))
    assert spill.exists()
    opened.raw.close()
    assert not spill.exists()
