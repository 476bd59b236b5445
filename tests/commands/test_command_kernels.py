"""The environment says how kernels start and where facts are kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from report_helpers import cli
from report_helpers.commands.kernels import cache_folder, kernels
from report_helpers.data import cache
from report_helpers.errors import UnknownName
from report_helpers.publish.kernels import CAN_FORK


@pytest.fixture(autouse=True)
def _nowhere_afterwards():
    yield
    cache.use(None)


def test_ordinary_kernels_on_demand(monkeypatch):
    monkeypatch.setenv("MARSALE_KERNEL", "ordinary")
    with kernels() as given:
        assert given.address == ""


@pytest.mark.skipif(not CAN_FORK, reason="kernels are forked on Linux alone")
def test_forked_kernels_where_nothing_is_said(monkeypatch):
    monkeypatch.delenv("MARSALE_KERNEL", raising=False)
    with kernels() as given:
        assert Path(given.address).is_socket()
    assert given.address == ""


def test_another_word_is_an_error(monkeypatch):
    monkeypatch.setenv("MARSALE_KERNEL", "forkd")
    with pytest.raises(UnknownName, match="MARSALE_KERNEL: unknown kind of kernel 'forkd'"):
        kernels()


@pytest.mark.parametrize("word", ["off", "OFF", "0", "no", "false"])
def test_nothing_is_kept_when_switched_off(monkeypatch, word):
    monkeypatch.setenv("MARSALE_CACHE", word)
    assert cache_folder() is None
    assert kernels().arguments == []


def test_facts_are_kept_where_each_system_keeps_such_things(monkeypatch, tmp_path):
    monkeypatch.delenv("MARSALE_CACHE", raising=False)
    for name in ("XDG_CACHE_HOME", "LOCALAPPDATA", "HOME"):
        monkeypatch.setenv(name, str(tmp_path))
    found = cache_folder()
    assert found is not None
    assert "marsale" in found.parts


def test_commands_keep_facts_in_the_folder_named(monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("MARSALE_CACHE", str(tmp_path / "kept"))
    words = ["metrics", "--metric", "win_rate"]
    assert cli.main(words) == 0
    first = capsys.readouterr().out
    assert list((tmp_path / "kept").glob("*.parquet"))
    assert cli.main(words) == 0
    assert capsys.readouterr().out == first


def test_a_report_keeps_facts_for_the_next_one(monkeypatch, tmp_path):
    from nbformat import v4

    from report_helpers.publish.execution import Bench, execute

    kept = tmp_path / "it's kept $HOME"
    monkeypatch.setenv("MARSALE_CACHE", str(kept))
    source = (
        "import report_helpers as rh\nlen(rh.win_rate(rh.load('sample'), by='region'))\n_ih[1:]"
    )
    with kernels() as given:
        bench = Bench(tmp_path, kernels=given)
        done = execute(v4.new_notebook(cells=[v4.new_code_cell(source)]), {}, bench)
    assert list(kept.glob("*.parquet"))
    assert done.cells[0].execution_count == 1
    assert [output.output_type for output in done.cells[0].outputs] == ["execute_result"]
