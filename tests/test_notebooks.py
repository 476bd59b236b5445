"""The notebooks are code: no outputs, short cells, one call each, no logic."""

from __future__ import annotations

import ast
from pathlib import Path

import nbformat
import pytest

NOTEBOOKS = sorted((Path(__file__).parents[1] / "notebooks").glob("*.ipynb"))
LONGEST = 5
LOGIC = (ast.For, ast.While, ast.If, ast.FunctionDef, ast.ClassDef, ast.Lambda, ast.Try, ast.With)
LOGIC += (ast.ListComp, ast.DictComp, ast.SetComp, ast.GeneratorExp)


def parameters(cell: nbformat.NotebookNode) -> bool:
    return "parameters" in cell.metadata.get("tags", [])


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def notebook(request: pytest.FixtureRequest) -> nbformat.NotebookNode:
    return nbformat.read(request.param, as_version=4)


def test_there_are_notebooks() -> None:
    assert {"weekly_two_way", "meeting_brief"} <= {path.stem for path in NOTEBOOKS}


def test_committed_without_outputs(notebook: nbformat.NotebookNode) -> None:
    nbformat.validate(notebook)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert not any(cell.outputs or cell.execution_count for cell in code)


def test_cells_are_short_and_without_logic(notebook: nbformat.NotebookNode) -> None:
    for cell in notebook.cells:
        if cell.cell_type == "code":
            tree = ast.parse(cell.source)
            if not parameters(cell):  # one line a parameter
                assert len(cell.source.splitlines()) <= LONGEST, cell.source
            assert not any(isinstance(node, LOGIC) for node in ast.walk(tree)), cell.source


def test_a_cell_shows_one_thing(notebook: nbformat.NotebookNode) -> None:
    for cell in notebook.cells:
        if cell.cell_type == "code":
            shown = [node for node in ast.parse(cell.source).body if isinstance(node, ast.Expr)]
            assert len(shown) <= 1, cell.source


def test_parameters_are_declared_first(notebook: nbformat.NotebookNode) -> None:
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert parameters(code[0])
    assert not any(parameters(cell) for cell in code[1:])
    names = {line.split("=")[0].strip() for line in code[0].source.splitlines()}
    assert {"data", "mapping", "as_of", "segment", "settings"} <= names


def test_every_section_has_a_heading_and_nothing_imports_but_the_kit(
    notebook: nbformat.NotebookNode,
) -> None:
    assert any(c.cell_type == "markdown" and c.source.startswith("#") for c in notebook.cells)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            for node in ast.walk(ast.parse(cell.source)):
                if isinstance(node, ast.Import | ast.ImportFrom):
                    assert ast.unparse(node).split()[1].startswith("report_helpers")
