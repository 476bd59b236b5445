from __future__ import annotations

import json
import sys

import pytest
from nbformat import v4

from report_helpers.errors import MarsaleError, NotebookError, UnknownName
from report_helpers.publish.execution import Bench, CellError, execute, explained


@pytest.fixture
def failing(tmp_path):
    """Execute the cells given, one of which must stop the run."""

    def _failing(*cells, seconds: int = 60) -> CellError:
        notebook = v4.new_notebook(cells=list(cells))
        with pytest.raises(CellError) as caught:
            execute(notebook, {}, Bench(tmp_path, seconds=seconds))
        return caught.value

    return _failing


def printed(notebook) -> list[str]:
    return notebook.cells[-1].outputs[0].text.splitlines()


def test_the_kernel_is_this_python_whatever_is_registered(tmp_path, monkeypatch):
    """A kernelspec named python3 that points elsewhere comes first on Jupyter's path."""
    decoy = tmp_path / "share" / "kernels" / "python3"
    decoy.mkdir(parents=True)
    spec = {"argv": ["/nowhere/python"], "display_name": "decoy", "language": "python"}
    (decoy / "kernel.json").write_text(json.dumps(spec), encoding="utf-8")
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "share"))
    startup = tmp_path / "home" / "profile_default" / "startup"
    startup.mkdir(parents=True)
    (startup / "mine.py").write_text("raise SystemExit", encoding="utf-8")
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "home"))
    work = tmp_path / "work $HOME"
    work.mkdir()
    cell = v4.new_code_cell("import os, sys\nprint(sys.executable, os.getcwd(), sep='\\n')")
    done = execute(v4.new_notebook(cells=[cell]), {}, Bench(work, seconds=60))
    assert printed(done) == [sys.executable, str(work)]


def test_parameters_reach_the_notebook_and_the_source_is_not_changed(tmp_path):
    cells = [
        v4.new_code_cell('name = ""', metadata={"tags": ["parameters"]}),
        v4.new_code_cell("print(name)"),
    ]
    notebook = v4.new_notebook(cells=cells)
    before = json.dumps(notebook)
    name = 'O\'Brien "& Co" \\ {x}\n007'
    done = execute(notebook, {"name": name}, Bench(tmp_path, seconds=60))
    assert "\n".join(printed(done)) == name
    assert json.dumps(notebook) == before


def test_a_cell_that_takes_too_long(failing, tmp_path):
    failure = failing(
        v4.new_markdown_cell("# Slow"),
        v4.new_code_cell("print('begun')\nimport time; time.sleep(60)"),
        seconds=1,
    )
    error = explained(failure, "own", tmp_path / "own.ipynb")
    assert isinstance(error, NotebookError)
    assert str(error).startswith("own, section 'Slow': timeout: no result after 1 seconds")
    assert "--timeout" in error.remedy


def test_a_kernel_that_dies(failing, tmp_path):
    failure = failing(
        v4.new_markdown_cell("# First"),
        v4.new_code_cell("print('before')"),
        v4.new_markdown_cell("## Second"),
        v4.new_code_cell("import os; os._exit(1)"),
        v4.new_markdown_cell("## Third"),
        v4.new_code_cell("1"),
    )
    error = explained(failure, "own", tmp_path / "own.ipynb")
    assert str(error).startswith("own, section 'Second': the kernel died")
    assert failure.notebook.cells[1].outputs[0].text == "before\n"


def failure(name: str, message: str) -> CellError:
    return CellError(v4.new_notebook(), name, message)


def test_an_error_of_the_kit_keeps_its_class_and_its_words(tmp_path):
    original = UnknownName("segment", "Enterprize", ["Enterprise"], where="notes.csv")
    error = explained(failure("UnknownName", str(original)), "own", tmp_path)
    assert type(error) is UnknownName
    assert str(error) == str(original)


@pytest.mark.parametrize("name", ["difflib", "Iterable", "ValueError", "__name__"])
def test_any_other_name_is_a_notebook_error(name, tmp_path):
    error = explained(failure(name, "words"), "own", tmp_path)
    assert type(error) is NotebookError
    assert isinstance(error, MarsaleError)
    assert str(error).startswith(f"own: {name}: words")


def test_colours_and_length_of_a_message_are_cut(tmp_path):
    error = explained(failure("ValueError", "\x1b[31mred\x1b[0m " + "x" * 5000), "own", tmp_path)
    assert error.message.startswith("ValueError: red x")
    assert len(error.message) == 1000
