"""Kernels forked from a warm process: they keep apart, and say what ordinary ones say."""

from __future__ import annotations

import os
import re
import select
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import pytest
from nbformat import v4

from report_helpers import assets
from report_helpers.publish.execution import Bench, CellError, execute
from report_helpers.publish.kernels import CAN_FORK, Fork, Kernels, Request

pytestmark = pytest.mark.skipif(not CAN_FORK, reason="kernels are forked on Linux alone")


@pytest.fixture(scope="module")
def warm():
    with Kernels() as kernels:
        yield kernels


@pytest.fixture
def ran(tmp_path, warm):
    """Run cells in a forked kernel and return what each of them printed or showed."""

    def _ran(*sources: str, kernels: Kernels | None = warm, seconds: int = 60) -> list[str]:
        folder = Path(tempfile.mkdtemp(dir=tmp_path))
        bench = Bench(folder, seconds=seconds, kernels=kernels)
        cells = [v4.new_code_cell(source) for source in sources]
        done = execute(v4.new_notebook(cells=cells), {}, bench)
        return ["".join(o.get("text", "") for o in c.outputs).strip() for c in done.cells]

    return _ran


SPOIL = """
import os, sys, threading, time, warnings, random
import pandas as pd, numpy as np
pd.DataFrame.sum = lambda self: "spoilt"
pd.set_option("display.precision", 1)
os.environ["SPOILT"] = "yes"
os.chdir("/")
sys.path.insert(0, "/spoilt")
warnings.simplefilter("error")
import report_helpers.glossary as glossary
glossary.METRICS = ()
threading.Thread(target=time.sleep, args=(600,)).start()
random.seed(1); np.random.seed(1)
"""
LOOK = """
import os, sys, threading, warnings
import pandas as pd
from report_helpers import glossary
print(pd.DataFrame({"a": [1, 2]}).sum().iloc[0], pd.get_option("display.precision"))
print(os.environ.get("SPOILT"), os.getcwd() == "/", "/spoilt" in sys.path)
print(len(glossary.METRICS) > 10, threading.active_count())
"""


def test_what_a_notebook_spoils_the_next_one_does_not_see(ran):
    clean = ran(LOOK)
    ran(SPOIL)
    assert ran(LOOK) == clean
    assert clean[0].splitlines()[:2] == ["3 6", "None False False"]


def test_random_numbers_are_not_those_of_the_last_kernel(ran):
    draw = "import random, numpy as np\nprint(random.random(), np.random.random())"
    assert len({*ran(draw)[0].split(), *ran(draw)[0].split()}) == 4


def test_it_is_no_child_of_the_caller_and_has_only_its_own_threads(ran):
    told = ran("import os\nprint(os.getppid(), os.getpid() == os.getsid(0), os.environ['HOME'])")
    parent, leads, home = told[0].split()
    assert int(parent) != os.getpid()
    assert leads == "True"
    assert home == os.environ["HOME"]


def test_the_forge_has_opened_no_database_and_read_no_data(ran):
    kinds = "import gc, duckdb\nkinds = {type(o) for o in gc.get_objects()}\n"
    look = kinds + "print(duckdb.DuckDBPyConnection in kinds)"
    loaded = "import sys\nprint('pandas' in sys.modules, 'matplotlib.pyplot' in sys.modules)"
    assert ran(look, loaded) == ["False", "True False"]


@pytest.mark.parametrize("crash", ["import os; os.abort()", "import os; os._exit(3)"])
def test_a_crash_harms_only_itself(ran, crash):
    with pytest.raises(CellError, match="the kernel died"):
        ran("1", crash)
    assert ran("print('well')") == ["well"]


def test_a_notebook_that_hangs_is_ended_with_all_it_has_started(ran, tmp_path):
    note = tmp_path / "sleeper"
    note.mkdir()
    start = "import subprocess\np = subprocess.Popen(['sleep', '600'])\n"
    start += f"print(p.pid, file=open(r'{note}/pid', 'w'))"
    with pytest.raises(CellError, match="no result after 1 seconds"):
        ran(start, "import time\ntime.sleep(600)", seconds=1)
    assert gone(int((note / "pid").read_text(encoding="utf-8")))
    assert ran("print('well')") == ["well"]


def gone(process: int) -> bool:
    """Wait at most 20 seconds for a process to end, be it buried or not."""
    state = Path(f"/proc/{process}/stat")
    for _ in range(2000):
        if not state.exists() or state.read_text(encoding="utf-8").split()[2] == "Z":
            return True
        time.sleep(0.01)
    return False


def test_outputs_are_those_of_an_ordinary_kernel(tmp_path, warm):
    sources = [
        "import os, time\nos.system('echo from the shell')\ntime.sleep(0.5)\nprint('printed')",
        "import matplotlib.pyplot as plt\nplt.plot([1, 3, 2]);",
        "import pandas as pd\npd.DataFrame({'a': [1.5, None]})",
        "import sys\nprint(sys.argv[0].endswith('ipykernel_launcher.py'), sys.path[0], __name__)",
        "import logging\nlogging.warning('said')\nsys.executable, type(get_ipython()).__name__",
        "1 / 0",
    ]
    cells = [v4.new_code_cell(source, id=f"c{n}") for n, source in enumerate(sources)]
    notebook = v4.new_notebook(cells=cells)
    seen = []
    for number, kernels in enumerate((None, warm)):
        folder = tmp_path / str(number)
        folder.mkdir()
        with pytest.raises(CellError, match="ZeroDivisionError") as caught:
            execute(notebook, {}, Bench(folder, kernels=kernels))
        seen.append(without_times(caught.value.notebook))
    assert seen[0] == seen[1]
    assert "image/png" in seen[1].cells[2].outputs[0].data


def without_times(notebook):
    notebook.metadata.papermill = None
    for cell in notebook.cells:
        cell.id = ""  # Papermill's marks beside an error get random ones
        cell.metadata.pop("execution", None)
        told = cell.metadata.get("papermill", {})
        for name in ("start_time", "end_time", "duration"):
            told.pop(name, None)
    return notebook


def test_several_at_a_time(ran):
    told: dict[int, str] = {}
    threads = [
        threading.Thread(target=lambda n=n: told.update({n: ran(f"print({n})")[0]}))
        for n in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert told == {n: str(n) for n in range(4)}


def test_without_the_forge_a_kernel_starts_afresh(ran, caplog):
    with Kernels() as kernels:
        forge = kernels._forge.pid
        os.kill(forge, signal.SIGKILL)
        kernels._forge.wait()
        assert ran(f"import os\nprint(os.getppid() == {os.getpid()})", kernels=kernels) == ["True"]
    assert "started afresh" in caplog.text


def test_a_kernel_ends_with_its_connection(warm, tmp_path):
    environ = dict(os.environ)
    kernel = Fork(warm.address, Request(["-f", str(tmp_path / "k.json")], str(tmp_path), environ))
    assert kernel.poll() is None
    ended = os.dup(kernel._ended)
    kernel.close()
    waiting = select.poll()
    waiting.register(ended, select.POLLIN)
    assert waiting.poll(20_000)
    os.close(ended)


OWNER = """
import os, signal
from report_helpers.publish.kernels import Kernels
with Kernels() as kernels:
    print(kernels._forge.pid, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_the_forge_ends_with_its_owner_however_that_ended():
    owner = subprocess.run([sys.executable, "-c", OWNER], capture_output=True, text=True)
    assert owner.returncode == -signal.SIGKILL
    assert gone(int(owner.stdout))


def test_ordinary_kernels_need_no_forge(ran):
    with Kernels(warm=False) as kernels:
        assert kernels.address == ""
        told = ran(f"import os\nprint(os.getppid() == {os.getpid()})", kernels=kernels)
        assert told == ["True"]


def test_no_debugger_is_set_up_and_it_can_still_be_imported(ran):
    look = "import sys\nprint('debugpy' in sys.modules, any('pydevd' in m for m in sys.modules))"
    assert ran(look, "import debugpy\nprint(debugpy.__name__)") == ["False False", "debugpy"]


@pytest.mark.parametrize("name", ["weekly_two_way", "meeting_brief"])
def test_what_the_reports_ask_of_the_kit_is_imported_before_a_kernel_is_forked(ran, name):
    book = assets.path("notebooks", f"{name}.ipynb").read_text(encoding="utf-8")
    asked = "\n".join(sorted(set(re.findall(r"\brh\.\w+", book))))
    assert "rh.BuyingProcess" in asked
    look = "print(sorted(set(sys.modules) - known))"
    cell = f"import sys\nknown = set(sys.modules)\nimport report_helpers as rh\n{asked}\n{look}"
    assert ran(cell) == ["[]"]


def test_kernels_are_told_where_facts_are_kept_and_how_many_they_are(tmp_path, monkeypatch):
    said = []
    monkeypatch.setattr("report_helpers.data.cache.use", said.append)
    monkeypatch.setattr("report_helpers.data.engine.share", said.append)
    (argument,) = Kernels(warm=False, cache=tmp_path, at_a_time=2).arguments
    option, _, line = argument.partition("=")
    exec(line, {})
    assert option == "--IPKernelApp.exec_lines"
    assert said == [str(tmp_path), 2]
    assert not Kernels(warm=False).arguments
