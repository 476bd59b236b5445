"""A report for each group, by the command."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from nbformat import v4

from report_helpers.cli import main
from report_helpers.publish.reports import save

DECLARED = 'data = ""\nmapping = ""\nas_of = ""\nregion = ""\nlog = ""'
CELL = """
import time
from pathlib import Path
begun = Path(log)
with begun.open("a", encoding="utf-8") as stream:
    stream.write(region + "\\n")
if region == "B":
    while not begun.with_name("go").exists():
        time.sleep(0.05)
if region == "D":
    raise ValueError("not <this> one")
"""
DEALS = "opportunity_id,created_on,outcome,region\n" + "".join(
    f"{place},2026-10-2{place},open,{name}\n" for place, name in enumerate(("A", "B", "C", "D"))
)


@pytest.fixture
def home(tmp_path, monkeypatch):
    """Return a folder with deals of four regions and a notebook; that of D fails, B's waits."""
    cells = [
        v4.new_code_cell(DECLARED, metadata={"tags": ["parameters"]}),
        v4.new_markdown_cell("# Own"),
        v4.new_code_cell(CELL),
    ]
    spec = {"name": "python3", "language": "python", "display_name": "Python 3"}
    save(v4.new_notebook(cells=cells, metadata={"kernelspec": spec}), tmp_path / "own.ipynb")
    (tmp_path / "crm").mkdir()
    (tmp_path / "crm" / "opportunities.csv").write_text(DEALS, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def words(home: Path, *more: str) -> list[str]:
    given = ["--data", str(home / "crm"), "--as-of", "2026-10-30", "--param", f"log={home / 'log'}"]
    return ["run", "own.ipynb", *given, "--formats", "html", "--each", "region", *more]


def begun(home: Path) -> list[str]:
    return (home / "log").read_text(encoding="utf-8").split() if (home / "log").exists() else []


def pages(home: Path) -> list[str]:
    return sorted(page.parent.name for page in home.glob("output/own/2026-10-30/region=*/*.html"))


@pytest.mark.skipif(sys.platform == "win32", reason="kills by a POSIX signal")
def test_a_run_that_was_killed_goes_on_where_it_was(home, capsys):
    command = [sys.executable, "-m", "report_helpers", *words(home, "--jobs", "1")]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as run:
        while "B" not in begun(home):
            assert run.poll() is None
            time.sleep(0.05)
        os.kill(run.pid, signal.SIGKILL)
    assert pages(home) == ["region=a"]
    (home / "go").touch()
    assert main(words(home, "--jobs", "2")) == 4
    assert sorted(begun(home)) == ["A", "B", "B", "C", "D"]
    assert pages(home) == ["region=a", "region=b", "region=c"]
    said = capsys.readouterr()
    assert said.out.splitlines()[0] == "2 made, 1 there, 1 failed"
    assert "1/4  A: there" in said.err
    assert "D: own, section 'Own': ValueError: not <this> one" in said.err
    page = home / "output" / "own" / "2026-10-30" / "each=region" / "index.html"
    text = page.read_text(encoding="utf-8")
    assert text.count('<th scope="row"') == 4
    assert "not &lt;this&gt; one" in text
    assert main(words(home, "--force", "--jobs", "2")) == 4
    assert len(begun(home)) == 9


@pytest.mark.parametrize("more", [["--force"], ["--cluster", "tcp://x:1"]])
def test_options_of_groups_mean_nothing_without_each(home, capsys, more):
    assert main(["run", "own.ipynb", *more]) == 2
    assert "go with --each" in capsys.readouterr().err


def test_a_column_that_is_none_is_refused(home, capsys):
    assert main([*words(home)[:-1], "colour"]) == 2
    assert "unknown column 'colour'" in capsys.readouterr().err


def test_where_is_given_by_each_alone(home, capsys):
    assert main(words(home, "--param", 'where={"region": "A"}')) == 2
    assert "--each gives the parameter 'where' itself" in capsys.readouterr().err


def test_the_figures_of_a_group_are_those_of_a_run_on_it_alone(tmp_path, monkeypatch):
    """One segment, one region and one seller of the sample: the same facts, to the byte."""
    wanted = {"segment": "Enterprise", "region": "North", "owner": "Hélène Marchand"}
    (tmp_path / "groups.csv").write_text(
        "".join(f"{column},{value}\n" for column, value in wanted.items()), encoding="utf-8"
    )
    monkeypatch.chdir(tmp_path)
    common = ["run", "weekly", "--formats", ""]
    many = [*common, "--each", "groups.csv", "--output", "many"]
    monkeypatch.setenv("MARSALE_CACHE", str(tmp_path / "kept"))
    assert main(many) == 0
    monkeypatch.setenv("MARSALE_CACHE", "off")
    for column, value in wanted.items():
        where = json.dumps({column: value}, ensure_ascii=False)
        alone = ["--segment", value] if column == "segment" else ["--param", f"where={where}"]
        assert main([*common, *alone, "--output", column]) == 0
        (single,) = (tmp_path / column).glob("weekly/2026-W44/*/facts.json")
        group = tmp_path / "many" / single.relative_to(tmp_path / column)
        assert single.read_bytes() == group.read_bytes()
        told = json.loads(single.read_text(encoding="utf-8"))
        assert {"segment": told["segment"], **told.get("where", {})}[column] == value
