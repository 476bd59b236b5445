"""The kit beside its peers: one table of ratios, each measured within one run.

    python benchmarks/ratios.py --deals 10_000_000 --pm4py /tmp/pm4py/bin/python

runs report.py, fanout.py, facts.py and paths.py, which print tables of their own meanwhile, and
then one line for each ratio: how much longer the other way takes than the kit, or the kit than SQL
by hand; what is aimed at; the median, and the least and most of all rounds. A peer that is not
there is left out, and said.
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
NOTES = "MARSALE_BENCHMARK_NOTES"


def note(what, beside, ratios, aim):
    """Keep the ratios of one comparison, a round each, for the one table; see `main`."""
    if place := os.environ.get(NOTES):
        told = {"what": what, "beside": beside, "ratios": list(ratios), "aim": aim}
        with Path(place).open("a", encoding="utf-8") as file:
            print(json.dumps(told), file=file)


def line(told):
    ratios = told["ratios"]
    median, spread = statistics.median(ratios), f"{min(ratios):.2f} to {max(ratios):.2f}"
    cells = (told["what"], told["beside"], told["aim"], f"{median:.2f}", spread, str(len(ratios)))
    return f"| {' | '.join(cells)} |"


def machine():
    """Return what to know of this machine beside any figure."""
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    return f"{os.cpu_count()} cores{load}, {platform.system()}, Python {platform.python_version()}"


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--rounds", default="5", help="of reports; fan-out takes three at most")
    options.add_argument("--deals", default="1_000_000", help="rows of each table of the facts")
    options.add_argument("--pm4py", default="", help="the Python of an environment with pm4py")
    asked = options.parse_args()
    scripts = (
        ("report.py", "--rounds", asked.rounds),
        ("fanout.py", "--rounds", str(min(3, int(asked.rounds)))),
        ("facts.py", "--deals", asked.deals, "--repeats", asked.rounds),
        ("paths.py", "--pm4py", asked.pm4py, "--repeats", asked.rounds),
    )
    with tempfile.TemporaryDirectory() as folder:
        notes = Path(folder) / "notes"
        notes.touch()
        for name, *words in scripts:
            print(f"\n{name}, {machine()}", flush=True)
            command = [sys.executable, str(HERE / name), *words]
            subprocess.run(command, check=True, env={**os.environ, NOTES: str(notes)})
        found = [json.loads(row) for row in notes.read_text("utf-8").splitlines()]
    print("\n| what | beside | aim | median | least to most | rounds |")
    print("|---|---|---|---:|---:|---:|")
    for told in found:
        print(line(told))


if __name__ == "__main__":
    main()
