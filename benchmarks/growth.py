"""How loading, facts and the whole weekly report grow with the number of deals.

    python benchmarks/growth.py --deals 10_000 100_000 1_000_000
    python benchmarks/growth.py --deals 10_000_000 --tables deals --repeats 1 --folder /data/large

The data are those of ``marsale sample``, made where they are not there yet and kept when a folder
is given. ``--tables deals`` leaves out leads, campaigns and all that hangs on them. Each figure
comes from processes of its own, with nothing kept from run to run; the median by processor time
counts, and the least and most stand beside it. Peak memory is that of the largest process, the
interpreter and its libraries included (about 190 MB); Windows does not tell it.

``load``: the data set with all its checks. ``facts``: the facts of a weekly report, after loading.
``weekly``: the command ``marsale run weekly``, with HTML and PDF. ``sample``: making the data.
"""

import argparse
import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

UNTIL = date(2026, 11, 2)
OF_DEALS = ("opportunities", "stage_events")
LARGE = (*OF_DEALS, "leads", "campaigns", "responses", "accounts", "orders", "touches")
MARSALE = (sys.executable, "-m", "report_helpers")
DEALS = (("deal_flow", ((), "segment", "source", "owner", "region")),
         ("deal_days", ((), "segment")), ("won_by_day", ((),)), ("losses", ((),)),
         ("path_edges", ((), "segment")), ("path_variants", ((), "segment")))  # fmt: skip
LEADS = (("lead_flow", ((), "segment", "source")), ("touch_hours", ((), "segment")),
         ("rejections", ((),)), ("responses", ((),)))  # fmt: skip


def load(folder):
    from report_helpers.data import load

    start = time.perf_counter(), time.process_time()
    return load(folder), start, {}


def facts(folder):
    from report_helpers import facts
    from report_helpers.facts.volume import row_counts

    data, *_ = load(folder)
    rows, start = {}, (time.perf_counter(), time.process_time())
    for name, splits in (*DEALS, *(LEADS if data.has("leads") else ())):
        for by in splits:
            rows[f"{name} {by or ''}".strip()] = len(getattr(facts, name)(data, UNTIL, by))
    rows["stale_deals"] = len(facts.stale_deals(data, UNTIL))
    rows["row_counts"] = len(row_counts(data, UNTIL))
    return data, start, rows


IN_PROCESS = {"load": load, "facts": facts}


def one(task, folder):
    """Measure one task in this process and print the figures as JSON."""
    _, (wall, cpu), rows = IN_PROCESS[task](folder)
    spent = {"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu, "rows": rows}
    print(json.dumps(spent | {"mb": peak_megabytes()}))


def peak_megabytes(children=False):
    """Return the most memory a process has held, None where the system does not tell."""
    try:
        import resource
    except ImportError:
        return None
    who = resource.RUSAGE_CHILDREN if children else resource.RUSAGE_SELF
    return resource.getrusage(who).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)


def command(words):
    """Run a command in a process of its own, whose children are its alone; measure all of them."""
    code = (
        "import json, os, subprocess, sys, time; from growth import peak_megabytes\n"
        "start = time.perf_counter(); subprocess.run(sys.argv[1:], check=True, stdout=2)\n"
        "wall, spent = time.perf_counter() - start, os.times()\n"
        "cpu = spent.children_user + spent.children_system\n"
        "print(json.dumps({'wall': wall, 'cpu': cpu, 'mb': peak_megabytes(children=True)}))"
    )
    environ = {**os.environ, "MARSALE_CACHE": "off", "PYTHONPATH": str(Path(__file__).parent)}
    return told([sys.executable, "-c", code, *map(str, words)], environ)


def told(words, environ=None):
    done = subprocess.run(
        words, check=True, stdout=subprocess.PIPE, text=True, encoding="utf-8", env=environ
    )
    return json.loads(done.stdout.splitlines()[-1])


def measured(task, folder):
    if task in IN_PROCESS:
        return told([sys.executable, __file__, "--one", task, "--folder", str(folder)])
    with tempfile.TemporaryDirectory() as output:
        words = ("--data", folder, "--as-of", UNTIL, "--output", output)
        return command([*MARSALE, "run", "weekly", *words])


def line(deals, task, runs):
    runs = sorted(runs, key=lambda run: run["cpu"])
    middle = runs[len(runs) // 2]
    spread = f" ({runs[0]['cpu']:.1f} to {runs[-1]['cpu']:.1f})" if len(runs) > 1 else ""
    mb = f"{middle['mb']:,.0f}" if middle["mb"] else ""
    million = f"{middle['cpu'] / deals * 1e6:,.1f}"
    cells = (f"{deals:,}", task, f"{middle['cpu']:.1f}{spread}", f"{middle['wall']:.1f}", mb,
             million, str(len(runs)))  # fmt: skip
    return f"| {' | '.join(cells)} |"


def made(folder, deals):
    """Return the folder of a company, made now where it is not there; say what making it took."""
    place = folder / f"{deals}"
    if not (place / "touches.parquet").exists():
        print(line(deals, "sample", [command([*MARSALE, "sample", place, "--deals", deals])]))
    return place


def chosen(company, tables):
    """Return the folder with the tables asked for: the company's own, or a copy with fewer."""
    if tables == "all":
        return company
    place = company.with_name(f"{company.name}-deals")
    place.mkdir(exist_ok=True)
    for file in company.iterdir():
        if file.stem not in LARGE or file.stem in OF_DEALS:
            with contextlib.suppress(FileExistsError):
                os.link(file, place / file.name)
    return place


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--deals", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    options.add_argument("--tables", choices=["all", "deals"], default="all")
    options.add_argument("--tasks", nargs="+", default=["load", "facts", "weekly"])
    options.add_argument("--repeats", type=int, default=5, help="runs a figure; the median counts")
    options.add_argument("--folder", type=Path, help="where the data are kept")
    options.add_argument("--one", choices=IN_PROCESS, help=argparse.SUPPRESS)
    asked = options.parse_args()
    if asked.one:
        one(asked.one, asked.folder)
        return
    folder = asked.folder or Path(tempfile.mkdtemp(prefix="marsale-growth-"))
    print("| deals | what | CPU s (least to most) | wall s | MB | CPU s a million deals | runs |")
    print("|---:|---|---:|---:|---:|---:|---:|")
    try:
        for deals in asked.deals:
            place = chosen(made(folder, deals), asked.tables)
            for task in asked.tasks:
                runs = [measured(task, place) for _ in range(asked.repeats)]
                print(line(deals, task, runs), flush=True)
    finally:
        if not asked.folder:
            shutil.rmtree(folder)


if __name__ == "__main__":
    main()
