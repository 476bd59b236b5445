"""Time of one report with PDF: the kit beside the commands a user would type without it.

    python benchmarks/report.py --rounds 5

Every round runs each way once, in a new order, on the same notebook and data, so that all meet the
same load of the machine. Seconds are wall clock and processor time (all processes of a command
together); ratios are taken within a round against Papermill and nbconvert, and their median counts.
``papermill`` and ``jupyter`` are those beside the running Python; ``--to webpdf`` needs Playwright
with a Chromium (``playwright install chromium``) and is left out, and said, where it fails.

A warm process is one that has made a report before and makes the next, as the second and later ones
of ``marsale run weekly brief``, ``run --each`` and ``tick`` are made.
"""

import argparse
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import psutil
from ratios import machine, note

ROOT = Path(__file__).parents[1]
BIN = Path(sys.executable).parent
NOTEBOOKS = {"weekly": "weekly_two_way.ipynb", "brief": "meeting_brief.ipynb"}
BASE = "papermill, nbconvert html + webpdf"
COLD, WARM = "marsale, forked kernel, nothing kept", "marsale, warm process, facts kept"
AIMS = {COLD: "3 or more", WARM: "6 or more"}


@dataclass
class Way:
    """One way to a report: what makes it in a folder and tells the processor seconds it took."""

    name: str
    make: Callable[[Path], float]
    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)


class Typed:
    """Commands, run one after the other in an empty folder."""

    def __init__(self, *commands: list[str], **environ: str) -> None:
        self.commands, self.environ = commands, {**os.environ, **environ}

    def __call__(self, folder: Path) -> float:
        before = os.times()
        for words in self.commands:
            done = subprocess.run(
                words, cwd=folder, env=self.environ, capture_output=True, text=True
            )
            if done.returncode:
                raise RuntimeError(f"{' '.join(words)}\n{done.stderr[-600:]}")
        after = os.times()
        spent = after.children_user + after.children_system
        return spent - before.children_user - before.children_system


class Warm:
    """A process that stays and makes one report after the other; see `reside`."""

    def __init__(self, report: str, kept: Path, stack: ExitStack) -> None:
        words = [sys.executable, __file__, "--reside", str(kept), "--report", report]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        self.process = stack.enter_context(subprocess.Popen(words, **pipes))

    def __call__(self, folder: Path) -> float:
        print(folder, file=self.process.stdin, flush=True)
        return float(self.process.stdout.readline())


def reside(report: str, kept: Path) -> None:
    """Make a report in each folder named on standard input; tell its processor seconds."""
    from report_helpers.publish.kernels import Kernels
    from report_helpers.publish.run import Job, run

    with Kernels(cache=kept) as kernels:
        for line in sys.stdin:
            before = spent()
            run(Job(report, Path(line.strip())), kernels=kernels)
            print(spent() - before, flush=True)


def spent() -> float:
    """Return the processor seconds of this process and all it has started, also of those ended."""
    here = psutil.Process()
    return sum(sum(one.cpu_times()[:4]) for one in [here, *here.children(recursive=True)])


def ways(report: str, kept: Path, stack: ExitStack) -> list[Way]:
    papermill = [str(BIN / "papermill"), str(ROOT / "notebooks" / NOTEBOOKS[report]), "out.ipynb"]
    papermill += ["--no-progress-bar"]
    convert = [str(BIN / "jupyter"), "nbconvert", "out.ipynb", "--to"]
    html, webpdf = [*convert, "html"], [*convert, "webpdf", "--disable-chromium-sandbox"]
    marsale = [str(BIN / "marsale"), "run", report, "--output", "."]
    off, full = {"MARSALE_CACHE": "off"}, {"MARSALE_CACHE": str(kept)}
    ordinary = {"MARSALE_KERNEL": "ordinary"}
    return [
        Way(BASE, Typed(papermill, html, webpdf)),
        Way("papermill, nbconvert html", Typed(papermill, html)),
        Way("marsale, ordinary kernel, nothing kept", Typed(marsale, **off, **ordinary)),
        Way(COLD, Typed(marsale, **off)),
        Way("marsale, forked kernel, facts kept", Typed(marsale, **full)),
        Way(WARM, Warm(report, kept, stack)),
    ]


def measure(found: list[Way], rounds: int) -> list[Way]:
    """Run all ways `rounds` times after one run that is not counted; return those that work."""
    for number in range(rounds + 1):
        for way in random.sample(found, len(found)):
            with tempfile.TemporaryDirectory() as folder:
                begin = time.perf_counter()
                try:
                    cpu = way.make(Path(folder))
                except RuntimeError as error:
                    print(f"not measured: {way.name}: {error}", file=sys.stderr)
                    found.remove(way)
                    continue
                wall = time.perf_counter() - begin
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


def tell(report: str, found: list[Way]) -> None:
    """Keep the ratios that have an aim; without webpdf there is nothing to hold them against."""
    by_name = {way.name: way for way in found}
    for name, aim in AIMS.items():
        if BASE in by_name and name in by_name:
            pairs = zip(by_name[BASE].wall, by_name[name].wall, strict=True)
            note(f"{report}: {name}", BASE, [base / own for base, own in pairs], aim)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--report", choices=tuple(NOTEBOOKS), default="weekly")
    parser.add_argument("--reside", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.reside:
        reside(given.report, given.reside)
        return
    print(machine())
    kept = Path(tempfile.mkdtemp(prefix="marsale-kept-"))
    try:
        with ExitStack() as stack:
            found = measure(ways(given.report, kept, stack), given.rounds)
            print(table(found))
            tell(given.report, found)
    finally:
        shutil.rmtree(kept, ignore_errors=True)
    print(machine())


if __name__ == "__main__":
    main()
