"""Reports made by a real Dask cluster of processes that are spoken to over TCP."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import time
import zipfile
from pathlib import Path
from threading import Thread

import pytest
from nbformat import v4

from report_helpers.errors import ConfigurationError
from report_helpers.publish import cluster as clusters
from report_helpers.publish.cluster import Parcel, cluster
from report_helpers.publish.fanout import Failure, fan_out
from report_helpers.publish.groups import Group
from report_helpers.publish.reports import save
from report_helpers.publish.run import Job

try:
    import distributed
except ImportError:
    distributed = None

installed = pytest.mark.skipif(distributed is None, reason="needs the package distributed")
posix = pytest.mark.skipif(sys.platform == "win32", reason="kills a worker by a POSIX signal")
PATIENCE = 100  # seconds until a test that waits for something fails
CELL = """
import time
from pathlib import Path
begun = Path(log)
with begun.open("a", encoding="utf-8") as stream:
    stream.write(region + "\\n")
if region == "broken":
    raise ValueError("not this one")
while wait and not begun.with_name("go").exists():
    time.sleep(0.05)
"""
DECLARED = 'region = ""\nlog = ""\nwait = False'


@pytest.fixture
def jobs(tmp_path):
    """Return a function that gives the jobs of groups; each report writes that it was begun."""
    cells = [
        v4.new_code_cell(DECLARED, metadata={"tags": ["parameters"]}),
        v4.new_markdown_cell("# Own"),
        v4.new_code_cell(CELL),
    ]
    spec = {"name": "python3", "language": "python", "display_name": "Python 3"}
    save(v4.new_notebook(cells=cells, metadata={"kernelspec": spec}), tmp_path / "own.ipynb")

    def _jobs(*names, wait=False):
        log = str(tmp_path / "log")
        found = {}
        for name in names:
            group = Group((("region", name),))
            values = {"region": name, "log": log, "wait": wait}
            job = {"output": tmp_path / "output", "parameters": values, "formats": ("html",)}
            job |= {"place": group.place, "secrets": {"A_PASSWORD": "k4tz&maus"}}
            found[group] = Job(str(tmp_path / "own.ipynb"), **job)
        return found

    return _jobs


@pytest.fixture
def local(tmp_path):
    """Return a cluster of two processes."""
    config = {"temporary-directory": str(tmp_path / "dask"), "distributed.admin.tick.limit": "1h"}
    with distributed.LocalCluster(
        n_workers=2,
        threads_per_worker=1,
        processes=True,
        host="127.0.0.1",
        protocol="tcp://",
        dashboard_address=None,
        config=config,
    ) as found:
        yield found


def until(happened):
    end = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.05)


def begun(tmp_path: Path) -> list[str]:
    log = tmp_path / "log"
    return log.read_text(encoding="utf-8").split() if log.exists() else []


def pages(tmp_path: Path) -> list[str]:
    return sorted(page.parent.name for page in (tmp_path / "output").glob("own/*/*/*.html"))


@installed
def test_reports_come_back_through_the_cluster(jobs, local, tmp_path):
    with cluster(local.scheduler_address) as make:
        found = list(fan_out(jobs("North", "broken", "South"), make))
    assert pages(tmp_path) == ["region=north", "region=south"]
    (failure,) = [made.failure for made in found if made.failure]
    kept = tmp_path / "output" / "failed" / "own-region=broken.ipynb"
    assert failure.exit_code == 4
    assert "ValueError: not this one" in failure.words
    assert failure.words.endswith(str(kept))
    assert "not this one" in kept.read_text(encoding="utf-8")
    assert all(made.seconds > 0 for made in found if not made.failure)


@installed
@posix
def test_when_a_worker_is_killed_another_makes_its_report(jobs, local, tmp_path):
    killed = []

    def kill_one():
        """Kill a worker in the middle of its report, then let the others end."""
        try:
            until(lambda: len(begun(tmp_path)) == 2)
            number = local.workers[0].process.pid
            os.kill(number, signal.SIGKILL)
            killed.append(number)
            until(lambda: len(begun(tmp_path)) == 3)
        finally:
            (tmp_path / "go").touch()

    with cluster(local.scheduler_address) as make:
        thread = Thread(target=kill_one)
        thread.start()
        found = list(fan_out(jobs("North", "South", wait=True), make))
        thread.join()
    assert len(killed) == 1
    assert [made.failure for made in found] == [None, None]
    assert pages(tmp_path) == ["region=north", "region=south"]
    assert sorted(begun(tmp_path)) in (["North", "North", "South"], ["North", "South", "South"])
    assert [path.name for path in (tmp_path / "output").iterdir()] == ["own"]


@installed
def test_nobody_at_the_address_is_an_error_of_the_settings():
    with (
        pytest.raises(
            ConfigurationError, match=r"no Dask scheduler answers at tcp://127\.0\.0\.1:9"
        ),
        cluster("tcp://127.0.0.1:9", seconds=1),
    ):
        pass


def test_without_the_package_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(ConfigurationError, match=r"marsale-report-kit\[dask\]"), cluster("tcp://x"):
        pass


def test_a_worker_with_another_version_makes_nothing(jobs):
    (job,) = jobs("North").values()
    parcel = clusters.make(job, "0.0.1")
    assert parcel.failure == Failure(parcel.failure.words, 2)
    assert "of the kit, not 0.0.1" in parcel.failure.words


def test_a_parcel_writes_nothing_outside_its_folder(tmp_path):
    with zipfile.ZipFile(tmp_path / "bad.zip", "w") as packed:
        packed.writestr("../../outside.txt", "x")
    content = (tmp_path / "bad.zip").read_bytes()
    Parcel(content, failure=Failure("no")).unpacked(tmp_path / "a" / "b")
    assert not (tmp_path / "outside.txt").exists()
    shutil.rmtree(tmp_path / "a")
