"""Rendering in general; what each format holds is tested with its exporter."""

from __future__ import annotations

import threading

import pytest
from nbformat import v4

from report_helpers.errors import RenderError
from report_helpers.publish import render as rendering
from report_helpers.publish.render import rehearsal, render


@pytest.fixture
def rehearsed(monkeypatch):
    """Count what is set, and forget what earlier tests have rehearsed."""
    done: list[str] = []
    rendering._rehearse.cache_clear()
    monkeypatch.setattr(
        rendering, "render", lambda notebook, file, paper: done.append(f"{file.name} {paper}")
    )
    yield done
    rendering._rehearse.cache_clear()


def test_each_format_is_rehearsed_once_a_process(rehearsed):
    for _ in range(2):
        with rehearsal(("html", "pdf"), "letter"):
            pass
    assert rehearsed == ["small.html letter", "small.pdf letter"]


def test_a_rehearsal_has_ended_when_the_block_has_also_by_an_error(rehearsed):
    before = threading.active_count()
    with pytest.raises(ValueError, match="cell"), rehearsal(("html",)):
        raise ValueError("cell")
    assert threading.active_count() == before
    assert rehearsed == ["small.html a4"]


def test_a_rehearsal_that_fails_leaves_it_to_the_report_to_say_so(rehearsed, monkeypatch, caplog):
    def fail(*_):
        raise RenderError("no fonts")

    monkeypatch.setattr(rendering, "render", fail)
    with caplog.at_level("DEBUG", logger=rendering.__name__), rehearsal(("pdf",)):
        pass
    assert "the rehearsal for pdf failed: no fonts" in caplog.text


@pytest.mark.parametrize("kind", ["html", "pdf"])
def test_after_a_rehearsal_a_report_is_as_it_is_without(tmp_path, kind):
    cells = [v4.new_markdown_cell("# Report\n\nWords: 63 % ± 2 € “quoted”")]
    notebook = v4.new_notebook(cells=cells, metadata={"title": "Report"})
    rendering._rehearse.cache_clear()
    seen = []
    for _ in range(2):
        file = tmp_path / f"report.{kind}"
        render(notebook, file)
        seen.append(file.read_bytes())
        with rehearsal((kind,)):
            pass
    assert seen[0] == seen[1]
