"""Time of 20 reports, one a group: `marsale run --each` beside the commands typed without it.

    python benchmarks/fanout.py --rounds 3

The groups are the sample company's 3 segments, 4 regions and 13 sellers. In every round each way
makes all of them once, in a random order of ways, two at a time: ``papermill`` and ``jupyter
nbconvert --to html`` for each group, without PDF; and the kit, with PDF and the page that lists
them. Kept facts begin empty in each round, so that nothing is carried over from one to the next.
Seconds are wall clock and processor time of all processes; ratios are taken within a round.
"""

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from ratios import machine, note

from report_helpers import data

ROOT = Path(__file__).parents[1]
NOTEBOOK = ROOT / "notebooks" / "weekly_two_way.ipynb"
BIN = Path(sys.executable).parent
COLUMNS = ("segment", "region", "owner")
PAPERMILL, KIT = "papermill, nbconvert html", "marsale run --each, html and PDF"


def groups():
    sample = data.load("sample")
    return [(name, v) for name in COLUMNS for v in sample.values(name, "opportunities")]


def call(words, folder, environ=()):
    done = subprocess.run(
        words, cwd=folder, env={**os.environ, **dict(environ)}, capture_output=True, text=True
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(words)}\n{done.stdout[-300:]}{done.stderr[-600:]}")


def by_hand(found, jobs, folder):
    """Make every report with two commands, so many at a time."""

    def make(numbered):
        number, (column, value) = numbered
        given = json.dumps({"where": {column: value}})
        out = f"{number}.ipynb"
        papermill = [BIN / "papermill", NOTEBOOK, out, "-y", given, "--no-progress-bar"]
        call([str(word) for word in papermill], folder)
        call([str(BIN / "jupyter"), "nbconvert", out, "--to", "html"], folder)

    with ThreadPoolExecutor(jobs) as pool:
        list(pool.map(make, enumerate(found)))


def by_kit(found, jobs, folder):
    lines = [f'{column},"{value}"' for column, value in found]
    (folder / "groups.csv").write_text("\n".join(lines), encoding="utf-8")
    words = [str(BIN / "marsale"), "run", "weekly", "--each", "groups.csv", "--jobs", str(jobs)]
    call(words, folder, {"MARSALE_CACHE": str(folder / "kept")}.items())


WAYS = {PAPERMILL: by_hand, KIT: by_kit}


def measured(make, found, jobs):
    """Return wall and processor seconds, after counting the reports."""
    with tempfile.TemporaryDirectory() as name:
        begin, before = time.perf_counter(), os.times()
        make(found, jobs, Path(name))
        wall, after = time.perf_counter() - begin, os.times()
        pages = [page for page in Path(name).rglob("*.html") if page.name != "index.html"]
    assert len(pages) == len(found), f"{len(pages)} reports of {len(found)}"
    spent = after.children_user + after.children_system
    return wall, spent - before.children_user - before.children_system


def table(times, count):
    lines = [
        f"| {count} reports | wall, s | range | processor, s | range | a report, processor, s |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    for way, rounds in times.items():
        cells = [way]
        for values in zip(*rounds, strict=True):
            cells += [f"{statistics.median(values):.0f}", f"{min(values):.0f} to {max(values):.0f}"]
        cells.append(f"{statistics.median(cpu for _, cpu in rounds) / count:.1f}")
        lines.append(f"| {' | '.join(cells)} |")
    for kind, label in enumerate(("wall", "processor time")):
        pairs = zip(times[PAPERMILL], times[KIT], strict=True)
        ratios = [base[kind] / kit[kind] for base, kit in pairs]
        if kind == 0:
            note(f"{count} reports, {KIT}", f"{PAPERMILL}, two at a time", ratios, "3 or more")
        spread = f"{min(ratios):.1f} to {max(ratios):.1f}"
        lines.append(f"\n{label}: {statistics.median(ratios):.1f} times ({spread})")
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--groups", type=int, help="only so many")
    given = parser.parse_args()
    found = groups()[: given.groups]
    times = {way: [] for way in WAYS}
    print(machine(), flush=True)
    for _ in range(given.rounds):
        for way in random.sample(list(WAYS), len(WAYS)):
            times[way].append(measured(WAYS[way], found, given.jobs))
            print(f"{way}: {times[way][-1]}", file=sys.stderr, flush=True)
    print(table(times, len(found)))
    print(machine())


if __name__ == "__main__":
    main()
