"""Papermill's engine of the kit, as ``papermill --engine marsale`` uses it."""

from __future__ import annotations

import subprocess
import sys

import nbformat
import papermill
import pytest
from nbformat import v4
from papermill.engines import papermill_engines

from report_helpers.publish import engine


@pytest.fixture
def notebook(tmp_path):
    cells = [
        v4.new_code_cell("n = 1", metadata={"tags": ["parameters"]}),
        v4.new_code_cell("import os, sys\nprint(n, sys.executable, os.getcwd(), sep='\\n')"),
    ]
    file = tmp_path / "own.ipynb"
    spec = {"name": "elsewhere", "language": "python", "display_name": "elsewhere"}
    nbformat.write(v4.new_notebook(cells=cells, metadata={"kernelspec": spec}), file)
    return file


def test_papermill_runs_a_notebook_with_it(notebook, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    papermill_engines.register(engine.NAME, engine.MarsaleEngine)
    options = {"engine_name": "marsale", "progress_bar": False, "kernel_name": "elsewhere"}
    done = papermill.execute_notebook(notebook, tmp_path / "out.ipynb", {"n": 7}, **options)
    assert done.cells[-1].outputs[0].text.splitlines() == ["7", sys.executable, str(tmp_path)]


@pytest.mark.parametrize("first", ["papermill", "report_helpers.publish.engine"])
def test_whichever_is_imported_first(first):
    code = (
        f"import {first}\nfrom report_helpers.publish.engine import MarsaleEngine\n"
        "from papermill.engines import NBClientEngine\n"
        "print(issubclass(MarsaleEngine, NBClientEngine))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "True"


def test_it_has_no_other_names():
    with pytest.raises(AttributeError, match="no attribute 'Engine'"):
        engine.Engine  # noqa: B018
