from __future__ import annotations

import signal
import subprocess
import sys
import time
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


def made_of(source: str, *names: str) -> list[str]:
    """Return the words that run notebooks with a cell of that source; each finds its name in it."""
    for name in names:
        cells = [v4.new_markdown_cell("# Own"), v4.new_code_cell(source.replace("NAME", name))]
        save(v4.new_notebook(cells=cells), Path(f"{name}.ipynb"))
    return ["run", *(f"{name}.ipynb" for name in names), "--formats", ""]


def test_several_reports_are_made_at_the_same_time_and_told_in_the_order_asked(here, capsys):
    meet = f"""
import time
from pathlib import Path
here = Path({str(here)!r})
(here / "NAME.begun").touch()
while len(list(here.glob("*.begun"))) < 2:
    time.sleep(0.01)
time.sleep(1 if "NAME" == "one" else 0)
"""
    assert cli.main([*made_of(meet, "one", "two"), "--jobs", "2", "--timeout", "60"]) == 0
    said = capsys.readouterr()
    assert [line.split(":")[0] for line in said.out.splitlines() if line[0] != " "] == [
        "one",
        "two",
    ]
    assert sorted(said.err.splitlines()) == [
        "one: executing the notebook",
        "two: executing the notebook",
    ]


FAULTS = """
from report_helpers.errors import DataError
if "NAME" != "sound":
    raise DataError("NAME lacks deals")
"""


def test_one_that_fails_does_not_keep_the_others_from_being_made(here, capsys):
    assert cli.main([*made_of(FAULTS, "one", "sound", "two"), "--jobs", "2"]) == 3
    said = capsys.readouterr()
    assert said.out.startswith("sound: ")
    assert [line for line in said.err.splitlines() if line.startswith("error")] == [
        "error: two lacks deals",
        "error: one lacks deals",
    ]


def test_one_at_a_time_the_first_that_fails_ends_the_run(here, capsys):
    assert cli.main([*made_of(FAULTS, "one", "sound"), "--jobs", "1"]) == 3
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.endswith("error: one lacks deals\n")


@pytest.mark.skipif(sys.platform == "win32", reason="interrupts by a POSIX signal")
def test_several_reports_that_are_interrupted_end_at_once(here):
    hang = f"""
import time
from pathlib import Path
(Path({str(here)!r}) / "NAME.begun").touch()
time.sleep(600)
"""
    words = [*made_of(hang, "one", "two"), "--jobs", "2"]
    command = [sys.executable, "-m", "report_helpers", *words]
    with subprocess.Popen(
        command,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # a job in the background
    ) as run:  # of a shell would ignore it, and so would this
        while len(list(here.glob("*.begun"))) < 2:
            assert run.poll() is None
            time.sleep(0.05)
        run.send_signal(signal.SIGINT)
        _, said = run.communicate(timeout=60)
    assert run.returncode == 130
    assert said.rstrip().endswith("error: interrupted; the last good reports are as they were")
    assert list(here.glob("output/*")) == []
