from __future__ import annotations

import json
from pathlib import Path

import pytest
from nbformat import v4

from report_helpers.errors import ConfigurationError, MissingData, NotebookError, RenderError
from report_helpers.publish import run as runs
from report_helpers.publish.manifest import digest
from report_helpers.publish.reports import FACTS, save
from report_helpers.publish.run import Job, run

DECLARED = 'data = ""\nas_of = ""\nsegment = ""\nweeks = 2'
PERIOD = {"key": "2026-W44", "start": "2026-10-26", "end": "2026-11-02"}


def tell(**facts) -> str:
    """Return the code of a cell that displays facts."""
    said = {"report": "own", "period": PERIOD, "as_of": "2026-11-04", "inputs": [], **facts}
    return (
        "from IPython.display import display\n"
        f"display({{{FACTS!r}: {{**{said!r}, 'weeks': weeks}}}}, raw=True)"
    )


@pytest.fixture
def own(tmp_path):
    """Write a notebook of a parameters cell and the cells given; return a job that runs it."""

    def _own(*sources: str, **more) -> Job:
        cells = [v4.new_code_cell(DECLARED, metadata={"tags": ["parameters"]})]
        cells += [
            (v4.new_markdown_cell if source.startswith("#") else v4.new_code_cell)(source)
            for source in sources
        ]
        spec = {"name": "python3", "language": "python", "display_name": "Python 3"}
        save(v4.new_notebook(cells=cells, metadata={"kernelspec": spec}), tmp_path / "own.ipynb")
        job = {"output": tmp_path / "output", "formats": (), **more}
        return Job(str(tmp_path / "own.ipynb"), **job)

    return _own


def files(folder: Path) -> list[str]:
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())


def test_a_run_writes_notebook_facts_and_manifest(own, tmp_path):
    result = run(own("# Title", tell(), parameters={"weeks": "3", "segment": "Mid-market"}))
    name = "own/2026-W44/mid-market"
    assert files(tmp_path / "output") == [
        f"{name}/facts.json",
        f"{name}/manifest.json",
        f"{name}/own-2026-W44-mid-market.ipynb",
    ]
    assert files(result.folder) == sorted(file.name for file in result.files)
    facts = json.loads((result.folder / "facts.json").read_text(encoding="utf-8"))
    assert facts["weeks"] == 3
    said = json.loads((result.folder / "manifest.json").read_text(encoding="utf-8"))
    assert said["parameters"] == {"data": "", "as_of": "", "segment": "Mid-market", "weeks": 3}
    assert said["period"] == PERIOD
    assert said["outputs"]["facts.json"]["sha256"] == digest(result.folder / "facts.json")
    assert said["seconds"].keys() == {"execute"}


def test_offers_are_taken_only_when_declared(own):
    result = run(own(tell(), offers={"weeks": 5, "topic": "prices"}))
    assert json.loads((result.folder / "facts.json").read_text(encoding="utf-8"))["weeks"] == 5


def test_a_notebook_without_facts_goes_by_its_day(own, tmp_path):
    run(own("1 + 1", parameters={"as_of": "2026-11-04"}))
    assert files(tmp_path / "output") == [
        "own/2026-11-04/manifest.json",
        "own/2026-11-04/own-2026-11-04.ipynb",
    ]


def test_no_password_is_left_anywhere(own, tmp_path):
    job = own("print(data)", tell(), parameters={"data": "postgres://ann:pa55@crm/db"})
    run(job)
    for name in files(tmp_path / "output"):
        text = (tmp_path / "output" / name).read_text(encoding="utf-8")
        assert "pa55" not in text, name
    assert "postgres://ann:***@crm/db" in text


def test_a_failing_cell_leaves_the_last_report_and_keeps_the_notebook(own, tmp_path):
    good = run(own(tell()))
    before = {file: file.read_bytes() for file in good.files}
    with pytest.raises(NotebookError) as caught:
        run(own("# Report", "## Win rate", tell(), "sum([1, None])"))
    said = str(caught.value)
    kept = tmp_path / "output" / "failed" / "own.ipynb"
    assert said.startswith("own, section 'Win rate': TypeError: unsupported operand")
    assert str(kept) in said
    assert "Traceback" not in said
    assert "sum([1, None])" in kept.read_text(encoding="utf-8")
    assert {file: file.read_bytes() for file in good.files} == before
    run(own(tell()))
    assert not kept.exists()


def test_an_error_of_the_kit_comes_back_as_itself_and_leaves_nothing(own, tmp_path):
    raising = (
        "from report_helpers.errors import MissingData\n"
        "raise MissingData('no opportunities', where='crm/', remedy='export them')"
    )
    with pytest.raises(MissingData) as caught:
        run(own(tell(), raising))
    assert str(caught.value) == "crm/: no opportunities\n  → export them"
    assert caught.value.exit_code == 3
    assert files(tmp_path / "output") == []


def test_a_page_that_fails_its_checks_leaves_the_last_report(own, tmp_path, monkeypatch):
    good = run(own(tell()))
    before = {file: file.read_bytes() for file in good.files}

    def refuse(notebook, file, *_):
        file.write_text("half a page", encoding="utf-8")
        raise RenderError("did not pass its checks", where=file.name, remedy="Mend it.")

    monkeypatch.setattr(runs, "render", refuse)
    with pytest.raises(RenderError, match=r"Mend it\. The executed notebook is .*own\.ipynb"):
        run(own(tell(), formats=("html",)))
    assert {file: file.read_bytes() for file in good.files} == before
    assert files(tmp_path / "output" / "failed") == ["own.ipynb"]


def test_nan_in_facts_is_refused(own):
    figures = "'figures': [{'metric': 'win_rate', 'value': float('nan')}]"
    with pytest.raises(RenderError, match="'value' of win_rate is 'nan', which is no number"):
        run(own(tell().replace("'weeks': weeks", figures)))


def test_an_undeclared_parameter_stops_before_anything_is_written(own, tmp_path):
    with pytest.raises(ConfigurationError, match="unknown parameter 'topic'"):
        run(own(tell(), parameters={"topic": "x"}))
    assert not (tmp_path / "output").exists()


def test_paths_with_braces_and_spaces_are_just_paths(own, tmp_path):
    result = run(own(tell(), output=tmp_path / "a {b} c"))
    assert result.folder == tmp_path / "a {b} c" / "own" / "2026-W44"


def test_html_and_pdf_are_written_and_told_of(own):
    result = run(own("# Title", "print('text')", tell(), formats=("html", "pdf")))
    assert [file.suffix for file in result.files] == [".html", ".pdf", ".ipynb", ".json", ".json"]
    checks = json.loads(result.files[-1].read_text(encoding="utf-8"))["checks"]
    assert checks["html"]["passed"]
    assert checks["pdf"]["pages"] == 1
