"""Time and peak memory of the buying path: the kit, hand-written SQL, and pm4py, with equal counts.

    python benchmarks/paths.py --events 1000000
    python benchmarks/paths.py --sample

pm4py is free software under the AGPL: it is measured here, and no part of the kit needs it. Put it
in an environment of its own and name its Python:

    python -m venv /tmp/pm4py && /tmp/pm4py/bin/pip install pm4py pyarrow
    python benchmarks/paths.py --pm4py /tmp/pm4py/bin/python

Each figure is the median of runs in processes of their own, the tools by turns; importing libraries
is not timed. What is made: ``graph``, the moves from stage to stage with their number and mean
duration, and no more, by both (``two calls``: as pm4py's documentation does it, which adds median,
deviation and extremes); ``edges``, the kit's stays of deals by stage, next stage, outcome, segment,
quarter and days; ``paths``, deals by their whole way. ``read`` is what it takes to have the events
in memory, sorted and formatted for pm4py, as a table for the kit; without it the kit reads Parquet
within ``compute``. Counts and mean durations must be equal, or the script fails.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from statistics import median

from journeys import copy_sample, generate
from ratios import note

UNTIL = date(2026, 10, 5)
SQL = """
    WITH known AS (
        SELECT opportunity_id, segment,
            CASE WHEN closed_on < TIMESTAMP '{until}' THEN outcome ELSE 'open' END AS outcome,
            CASE WHEN closed_on < TIMESTAMP '{until}' THEN closed_on
                ELSE TIMESTAMP '{until}' - INTERVAL 1 DAY END AS ending, amount
        FROM '{folder}/opportunities.parquet' WHERE created_on < TIMESTAMP '{until}'),
    followed AS (
        SELECT opportunity_id, stage, entered_at, lead(stage) OVER way AS next,
            lead(entered_at) OVER way AS left_at
        FROM '{folder}/stage_events.parquet' WHERE entered_at < TIMESTAMP '{until}'
        WINDOW way AS (PARTITION BY opportunity_id ORDER BY entered_at, stage))
    SELECT segment, outcome, (DATE '{until}' - 1 - entered_at::DATE) // 91 AS block, stage,
        coalesce(next, '(' || outcome || ')') AS next,
        coalesce(left_at, ending)::DATE - entered_at::DATE AS days, count(*) AS n,
        sum(amount) AS amount
    FROM followed LEFT JOIN known USING (opportunity_id) GROUP BY ALL"""


def moves(edges):
    counts = edges[~edges["next"].str.startswith("(")].groupby(["stage", "next"])["n"].sum()
    return {f"{a} > {b}": int(n) for (a, b), n in counts.items()}


def with_kit(folder, task, clock):
    from report_helpers import facts
    from report_helpers.data import load
    from report_helpers.data.tables import Tables

    data = load(folder)
    if task == "graph, in memory":
        with clock("read"):
            engine = data.tables["stage_events"].get_backend()
            events = engine.create_table("held", data.tables["stage_events"], temp=True)
        data.tables = Tables({**data.tables, "stage_events": events})
    with clock("compute"):
        if task == "edges":
            edges = facts.path_edges(data, UNTIL, "segment")
        elif task == "paths":
            ways = facts.path_variants(data, UNTIL, "segment")
        else:
            edges = graph(data)
    if task == "paths":
        return len(ways), {"deals": int(ways["n"].sum())}, None
    means = edges.set_index(edges["stage"] + " > " + edges["next"]).get("mean")
    return len(edges), moves(edges), means if means is None else means.to_dict()


def graph(data):
    """Return moves from stage to stage, their number and mean seconds: no deal, block or end."""
    import ibis
    from ibis import _

    from report_helpers.facts import ways

    stages = ways.stage_codes(data, ())
    endless = ways.event_ways(data, UNTIL, stages).mutate(ending=ibis.null("int64"))
    steps = ways.unfolded(endless).filter(_.end.notnull())
    seconds = seconds_of(steps.end) - seconds_of(steps.start)
    steps = steps.select(code=steps.start & ways.END, after=steps.end & ways.END, seconds=seconds)
    found = steps.group_by("code", "after").aggregate(n=_.count(), mean=_.seconds.mean())
    made = found.execute()
    words = dict(enumerate(stages))
    return made.assign(stage=made["code"].map(words), next=made["after"].map(words))


def seconds_of(key):
    from report_helpers.facts import ways

    in_day = (1 << ways.DAY_BITS - ways.STAGE_BITS) - 1
    return ways.day_of(key) * ways.DAY + (key >> ways.STAGE_BITS & in_day)


def with_sql(folder, task, clock):
    import duckdb

    with clock("compute"):
        query = SQL.format(folder=folder.as_posix(), until=UNTIL)
        edges = duckdb.connect().execute(query).df()
    return len(edges), moves(edges), None


def with_pm4py(folder, task, clock):
    import pandas as pd
    import pm4py
    from pm4py.algo.discovery.dfg.adapters.pandas import df_statistics

    with clock("read"):
        log = pd.read_parquet(folder / "stage_events.parquet")
        log = log[log["entered_at"] < pd.Timestamp(UNTIL)]
        log = log.sort_values(["opportunity_id", "entered_at", "stage"])
        names = {"case_id": "opportunity_id", "activity_key": "stage",
                 "timestamp_key": "entered_at"}  # fmt: skip
        log = pm4py.format_dataframe(log, **names)
    with clock("compute"):
        if task == "paths":
            found = pm4py.get_variants(log)
        elif task == "graph":
            found, means = df_statistics.get_dfg_graph(
                log, measure="both", perf_aggregation_key="mean", sort_caseid_required=False,
                sort_timestamp_along_case_id=False,
            )  # fmt: skip
        else:
            found, *_ = pm4py.discover_dfg(log)
            pm4py.discover_performance_dfg(log)
    if task == "paths":
        return len(found), {"deals": sum(found.values())}, None
    counts = {f"{a} > {b}": int(n) for (a, b), n in found.items()}
    told = {f"{a} > {b}": m for (a, b), m in means.items()} if task == "graph" else None
    return len(found), counts, told


TOOLS = {"kit": with_kit, "sql": with_sql, "pm4py": with_pm4py}
RUNS = (("kit", "graph"), ("kit", "graph, in memory"), ("pm4py", "graph"),
        ("pm4py", "graph, two calls"), ("kit", "edges"), ("sql", "edges"), ("kit", "paths"),
        ("pm4py", "paths"))  # fmt: skip


def peak_megabytes():
    """Return the most memory this process has held, None where the system does not tell."""
    try:
        import resource
    except ImportError:
        return None
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (2**20 if sys.platform == "darwin" else 2**10)


class Clock:
    """Wall and processor seconds of the parts of a task."""

    def __init__(self):
        self.spent = {"read": (0.0, 0.0), "compute": (0.0, 0.0)}

    @contextmanager
    def __call__(self, part):
        wall, cpu = time.perf_counter(), time.process_time()
        yield
        self.spent[part] = time.perf_counter() - wall, time.process_time() - cpu


def one(folder, tool, task):
    """Measure one task with one tool in this process and print the figures as JSON."""
    clock = Clock()
    rows, counts, means = TOOLS[tool](folder, task, clock)
    told = {"rows": rows, "counts": counts, "means": means, "mb": peak_megabytes()}
    print(json.dumps(clock.spent | told))


def measured(python, folder, tool, task):
    command = [python, __file__, "--one", tool, "--task", task, "--folder", str(folder)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, encoding="utf-8")
    return json.loads(done.stdout.splitlines()[-1])


def table(folder, asked):
    """Print one line a task, in the form of docs/performance.md; fail if counts differ."""
    print("| what | with | rows | read, s | compute, s | least to most | CPU, s | MB | same |")
    print("|---|---|---:|---:|---:|---:|---:|---:|---|")
    known = [run for run in RUNS if asked.pm4py or run[0] != "pm4py"]
    runs = {run: [] for run in known}
    for _ in range(asked.repeats):  # in turn, so that other work on the machine meets all alike
        for tool, task in known:
            python = asked.pm4py if tool == "pm4py" else sys.executable
            runs[tool, task].append(measured(python, folder, tool, task))
    tell(runs)
    truth = {}
    for (tool, task), found in runs.items():
        same = all(agrees(truth, task, run) for run in found)
        read, compute = (sorted(run[part][0] for run in found) for part in ("read", "compute"))
        cpu = median(run["read"][1] + run["compute"][1] for run in found)
        mb = f"{found[0]['mb']:,.0f}" if found[0]["mb"] else ""
        cells = (task, tool, f"{found[0]['rows']:,}", f"{median(read):.2f}",
                 f"{median(compute):.2f}", f"{compute[0]:.2f} to {compute[-1]:.2f}",
                 f"{cpu:.2f}", mb, "yes" if same else "NO")  # fmt: skip
        print(f"| {' | '.join(cells)} |", flush=True)
        if not same:
            sys.exit(f"{tool} counts {task} differently: {found[-1]['counts']} {truth}")


def tell(runs):
    """Keep the ratios of both graphs, from the file, round by round."""
    for task in ("graph, two calls", "graph"):
        for part, parts in (("from the file", ("read", "compute")), ("in memory", ("compute",))):
            own = runs["kit", "graph" if part == "from the file" else "graph, in memory"]
            pairs = zip(runs.get(("pm4py", task), ()), own, strict=False)
            ratios = [sum(a[p][0] for p in parts) / sum(b[p][0] for p in parts) for a, b in pairs]
            if ratios:
                aim = "10 or more" if part == "from the file" and "two" in task else ""
                note(f"{task}, {part}: pm4py", "kit", ratios, aim)


def agrees(truth, task, run):
    """Return whether a run's counts, and mean durations if it has them, are those of the others."""
    same = run["counts"] == truth.setdefault("paths" if task == "paths" else "moves", run["counts"])
    if run["means"] is None:
        return same
    means = truth.setdefault("means", run["means"])
    near = (abs(means[move] - mean) <= 1e-6 * abs(mean) for move, mean in run["means"].items())
    return same and means.keys() == run["means"].keys() and all(near)


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--events", type=int, default=1_000_000, help="about so many events")
    options.add_argument("--sample", action="store_true", help="the sample company instead")
    options.add_argument("--pm4py", default="", help="the Python of an environment with pm4py")
    options.add_argument("--repeats", type=int, default=5, help="runs a figure; the median counts")
    options.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    options.add_argument("--one", choices=TOOLS, help=argparse.SUPPRESS)
    options.add_argument("--task", help=argparse.SUPPRESS)
    asked = options.parse_args()
    if asked.one:
        one(asked.folder, asked.one, asked.task)
        return
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        copy_sample(place) if asked.sample else generate(place, asked.events)
        table(place, asked)


if __name__ == "__main__":
    main()
