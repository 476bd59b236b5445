"""A machine that dies after a note was written and before the report is there."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from nbformat import v4

from report_helpers.publish.reports import save
from report_helpers.teams import items
from report_helpers.teams.store import open_store

TELL = """
from datetime import date
from report_helpers.data.audit import Audit
from report_helpers.data.dataset import Dataset
from report_helpers.teams import exchange
from report_helpers.teams.store import open_store
for item in exchange.threads(Dataset({}, Audit()), date.max, open_store(store)):
    print(item.body)
"""
WRITE_AND_RUN = """
import sys, time
from datetime import date, datetime
from pathlib import Path
from report_helpers.publish import run as runs
from report_helpers.teams import items
from report_helpers.teams.store import open_store

home, body, hang = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
promote, rename, renamed = runs.promote, Path.rename, []

def stuck(*given):
    print("here", flush=True)
    time.sleep(600)

def half_promoted(folder, target):
    def once(path, to):
        if renamed:
            stuck()
        renamed.append(to)
        return rename(path, to)
    Path.rename = once
    promote(folder, target)

if hang:
    setattr(runs, hang, half_promoted if hang == "promote" else stuck)
draft = {"team": "sales", "kind": "obstacle", "body": body, "written_on": date(2026, 10, 29)}
with open_store(home / "marsale.db").write() as db:
    items.add(db, draft, items.Signature("Ada", datetime(2026, 10, 29, 9)), "the form's key")
where = {"store": str(home / "marsale.db"), "as_of": "2026-11-04"}
runs.run(runs.Job(str(home / "own.ipynb"), home / "output", where, formats=("html",)))
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Return a folder with a notebook that tells what is in the store."""
    declared = v4.new_code_cell('store = ""\nas_of = ""', metadata={"tags": ["parameters"]})
    spec = {"name": "python3", "language": "python", "display_name": "Python 3"}
    cells = [declared, v4.new_markdown_cell("# Told"), v4.new_code_cell(TELL)]
    save(v4.new_notebook(cells=cells, metadata={"kernelspec": spec}), tmp_path / "own.ipynb")
    return tmp_path


def started(home: Path, body: str, hang: str = "") -> subprocess.Popen[str]:
    words = [sys.executable, "-c", WRITE_AND_RUN, str(home), body, hang]
    return subprocess.Popen(words, stdout=subprocess.PIPE, text=True)


def finished(home: Path, body: str) -> str:
    """Write and run to the end, and return the page."""
    process = started(home, body)
    process.communicate()
    assert process.returncode == 0
    return page(home)


def page(home: Path) -> str:
    """Return the last report, also when it was renamed aside for one that never came."""
    own = home / "output" / "own"
    (folder,) = [found for found in (own / "2026-11-04", own / ".2026-11-04.old") if found.exists()]
    return (folder / "own-2026-11-04.html").read_text(encoding="utf-8")


def bodies(home: Path) -> list[str]:
    with open_store(home / "marsale.db").read() as db:
        return sorted(row["body"] for row in items.find(db))


@pytest.mark.parametrize("hang", ["execute", "render", "promote"])
def test_a_run_killed_after_a_note_was_written_loses_neither_note_nor_report(
    home: Path, hang: str
) -> None:
    before = finished(home, "Told before")
    torn = started(home, "Told just now", hang)
    assert torn.stdout
    assert torn.stdout.readline() == "here\n"
    torn.kill()
    torn.communicate()
    assert torn.returncode != 0
    assert bodies(home) == ["Told before", "Told just now"]
    assert page(home) == before
    after = finished(home, "Told just now")  # whoever saw no answer sends the same form again
    assert bodies(home) == ["Told before", "Told just now"]
    assert after.count("Told just now") == 1
    assert "Told just now" not in before
    assert "Told before" in after
