"""Reports made by processes: what befalls one of them harms only the report it makes."""

from __future__ import annotations

import json
import os
import signal
import sys

import pytest
from nbformat import v4

from report_helpers.publish.fanout import Failure
from report_helpers.publish.kernels import Kernels
from report_helpers.publish.reports import FACTS, save
from report_helpers.publish.run import Job, Result
from report_helpers.publish.workers import Workers

posix = pytest.mark.skipif(sys.platform == "win32", reason="needs signals of POSIX")
CELL = f"""
import os
from IPython.display import display
if sign:
    os.kill(os.getppid(), sign)  # the process that makes the report
display({{{FACTS!r}: {{"maker": os.getppid(), "inputs": []}}}}, raw=True)
"""


@pytest.fixture
def job(tmp_path):
    """Return a function that gives a job whose cell sends its maker a signal; 0 is none."""
    cells = [
        v4.new_code_cell("sign = 0", metadata={"tags": ["parameters"]}),
        v4.new_code_cell(CELL),
    ]
    spec = {"name": "python3", "language": "python", "display_name": "Python 3"}
    save(v4.new_notebook(cells=cells, metadata={"kernelspec": spec}), tmp_path / "own.ipynb")

    def _job(place, sign=0):
        values = {"sign": int(sign)}
        return Job(str(tmp_path / "own.ipynb"), tmp_path / place, values, formats=(), place=place)

    return _job


def makers(told) -> set[int]:
    facts = [json.loads((r.folder / "facts.json").read_text(encoding="utf-8")) for r in told]
    return {found["maker"] for found in facts}


def test_nothing_to_make_starts_no_process():
    assert list(Workers(2, Kernels(warm=False))([])) == []


def test_a_process_ends_after_its_share(job):
    jobs = [job("a"), job("b"), job("c")]
    told = dict(Workers(1, Kernels(warm=False), reports=2)(jobs))
    assert all(isinstance(result, Result) for result in told.values())
    assert makers([told[0]]) == makers([told[1]]) != makers([told[2]])
    assert os.getpid() not in makers(told.values())


@posix
def test_a_process_that_crashes_harms_only_its_own_report(job):
    jobs = [job("a"), job("b", signal.SIGKILL), job("c")]
    told = dict(Workers(1, Kernels(warm=False))(jobs))
    assert isinstance(told[0], Result)
    assert isinstance(told[2], Result)
    assert told[1] == Failure(
        "the process that made it ended (-9)\n"
        "  → most often the memory was full: run again with fewer --jobs"
    )
    assert not list((jobs[1].output / "own").glob("*"))


@posix
def test_a_process_that_hangs_is_ended(job):
    ((place, told),) = Workers(1, Kernels(warm=False), seconds=5)([job("a", signal.SIGSTOP)])
    assert place == 0
    assert told == Failure("not made within 5 seconds\n  → give --timeout more seconds")


def test_an_error_comes_back_with_its_exit_code(job, tmp_path):
    lost = Job(str(tmp_path / "none.ipynb"), tmp_path / "lost")
    ((_, told),) = Workers(1, Kernels(warm=False))([lost])
    assert isinstance(told, Failure)
    assert told.exit_code == 2
    assert "unknown report" in told.words
