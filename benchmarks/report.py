"""Time of one report with PDF: the kit beside the commands a user would type without it.

    python benchmarks/report.py --rounds 5

Every round runs each way once, in a new order, on the same notebook and data, so that all meet the
same load of the machine. Seconds are wall clock and processor time (all processes of a command
together); ratios are taken within a round against Papermill and nbconvert, and their median counts.
``papermill`` and ``jupyter`` are those beside the running Python; ``--to webpdf`` needs Playwright
with a Chromium (``playwright install chromium``) and is left out, and said, where it fails.
"""

import argparse
import os
import platform
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[1]
BIN = Path(sys.executable).parent
NOTEBOOKS = {"weekly": "weekly_two_way.ipynb", "brief": "meeting_brief.ipynb"}
BASE = "papermill, nbconvert html + webpdf"


@dataclass
class Way:
    """One way to a report: shell commands, run one after the other in an empty folder."""

    name: str
    commands: list[list[str]]
    environ: dict[str, str] = field(default_factory=dict)
    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)


def ways(notebook: str, kept: Path) -> list[Way]:
    source = (
        ROOT
        / "notebooks"
        / {"weekly": "weekly_two_way.ipynb", "brief": "meeting_brief.ipynb"}[notebook]
    )
    papermill = [str(BIN / "papermill"), str(source), "out.ipynb", "--no-progress-bar"]
    convert = [str(BIN / "jupyter"), "nbconvert", "out.ipynb", "--to"]
    webpdf = [*convert, "webpdf", "--disable-chromium-sandbox"]
    marsale = [str(BIN / "marsale"), "run", notebook, "--output", "."]
    off, ordinary = {"MARSALE_CACHE": "off"}, {"MARSALE_KERNEL": "ordinary"}
    full = {"MARSALE_CACHE": str(kept)}
    return [
        Way(BASE, [papermill, [*convert, "html"], webpdf]),
        Way("papermill, nbconvert html", [papermill, [*convert, "html"]]),
        Way("marsale, ordinary kernel, nothing kept", [marsale], {**off, **ordinary}),
        Way("marsale, forked kernel, nothing kept", [marsale], off),
        Way("marsale, forked kernel, facts kept", [marsale], full),
    ]


def run(way: Way, folder: Path) -> tuple[float, float]:
    """Return wall and processor seconds of all commands of a way."""
    begin, before = time.perf_counter(), os.times()
    for command in way.commands:
        environ = {**os.environ, **way.environ}
        done = subprocess.run(command, cwd=folder, env=environ, capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(f"{' '.join(command)}\n{done.stderr[-600:]}")
    after = os.times()
    spent = after.children_user + after.children_system
    spent -= before.children_user + before.children_system
    return time.perf_counter() - begin, spent


def measure(found: list[Way], rounds: int) -> list[Way]:
    """Run all ways `rounds` times after one run that is not counted; return those that work."""
    for number in range(rounds + 1):
        for way in random.sample(found, len(found)):
            with tempfile.TemporaryDirectory() as folder:
                try:
                    wall, cpu = run(way, Path(folder))
                except RuntimeError as error:
                    print(f"not measured: {way.name}: {error}", file=sys.stderr)
                    found.remove(way)
                    continue
            if number:
                way.wall.append(wall)
                way.cpu.append(cpu)
                print(f"{number}  {way.name}: {wall:.1f} s, {cpu:.1f} s", file=sys.stderr)
    return found


def table(found: list[Way]) -> str:
    base = found[0]
    lines = [
        "| way | wall, s | range | processor, s | range | ratio, wall | ratio, processor |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    for way in found:
        cells = [way.name]
        for values in (way.wall, way.cpu):
            cells += [f"{statistics.median(values):.1f}", f"{min(values):.1f} to {max(values):.1f}"]
        for own, other in ((way.wall, base.wall), (way.cpu, base.cpu)):
            ratios = [b / a for a, b in zip(own, other, strict=True)]
            cells.append(f"{statistics.median(ratios):.1f}")
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def machine() -> str:
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    return f"{os.cpu_count()} cores{load}, {platform.system()}, Python {platform.python_version()}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--report", choices=("weekly", "brief"), default="weekly")
    given = parser.parse_args()
    print(machine())
    kept = Path(tempfile.mkdtemp(prefix="marsale-kept-"))
    try:
        print(table(measure(ways(given.report, kept), given.rounds)))
    finally:
        shutil.rmtree(kept, ignore_errors=True)
    print(machine())


if __name__ == "__main__":
    main()
