from __future__ import annotations

from pathlib import Path

import pytest
from nbformat import v4

from report_helpers import cli
from report_helpers.commands.run import jobs
from report_helpers.publish.reports import save

NOTHING = dict.fromkeys(["data", "mapping", "as_of", "settings_file", "segment", "output", "store"])
ASKED = {**NOTHING, "parameters": {}, "formats": None, "timeout": 600}


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_what_is_asked_for_is_required_and_the_rest_is_offered(here):
    job = jobs(("weekly",), **{**ASKED, "segment": "SMB", "parameters": {"weeks": "3"}})[0]
    assert job.parameters == {"segment": "SMB", "weeks": "3"}
    assert job.offers["data"] == "sample"
    assert job.offers["as_of"] == ""
    assert job.output == Path("output")


def test_settings_give_what_is_not_asked_for(here):
    text = '[report]\nformats = ["pdf"]\npaper = "letter"\n[output]\nfolder = "out"\n'
    (here / "marsale.toml").write_text(text, encoding="utf-8")
    first, second = jobs(("weekly", "brief"), **ASKED)
    assert (first.report, second.report) == ("weekly", "brief")
    assert first.formats == ("pdf",)
    assert first.paper == "letter"
    assert first.output == here / "out"
    assert first.offers["settings"] == str(here / "marsale.toml")
    asked = {**ASKED, "formats": ("html",), "output": Path("else")}
    job = jobs(("weekly",), **asked)[0]
    assert (job.formats, job.output) == (("html",), Path("else"))


def test_a_run_prints_what_it_wrote(here, capsys):
    declared = v4.new_code_cell('as_of = ""', metadata={"tags": ["parameters"]})
    save(v4.new_notebook(cells=[declared]), here / "Own notes.ipynb")
    words = ["run", "Own notes.ipynb", "--as-of", "2026-11-04", "--formats", ""]
    assert cli.main(words) == 0
    said = capsys.readouterr()
    lines = said.out.splitlines()
    assert lines[0].startswith("own-notes: ")
    assert lines[0].endswith(" s")
    paths = [Path(line.split()[0]) for line in lines[1:]]
    assert [path.name for path in paths] == ["own-notes-2026-11-04.ipynb", "manifest.json"]
    assert all(path.is_file() for path in paths)
    assert said.err == "own-notes: executing the notebook\n"


def test_an_option_the_notebook_does_not_declare_is_refused(here, capsys):
    save(v4.new_notebook(cells=[]), here / "own.ipynb")
    assert cli.main(["run", "own.ipynb", "--segment", "SMB"]) == 2
    assert "unknown parameter 'segment'" in capsys.readouterr().err
    assert not (here / "output").exists()
