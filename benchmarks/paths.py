"""Time and peak memory of the buying path: the kit, hand-written SQL, and pm4py, with equal counts.

    python benchmarks/paths.py --events 1000000
    python benchmarks/paths.py --sample

pm4py is free software under the AGPL: it is measured here, and no part of the kit needs it. Put it
in an environment of its own and name its Python:

    python -m venv /tmp/pm4py && /tmp/pm4py/bin/pip install pm4py pyarrow
    python benchmarks/paths.py --pm4py /tmp/pm4py/bin/python

Each figure comes from a process of its own; the best of its runs counts. Everybody reads the same
Parquet files within the time; importing libraries is not timed. What is made: ``edges``, the stays
of deals by stage, next stage, segment, quarter and days; ``paths``, deals by their whole way;
``dfg``, pm4py's directly-follows graph, and ``performance``, the same with mean durations. The
counts of all moves from stage to stage must be equal, or the script fails.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

UNTIL = date(2026, 10, 5)
STAGES = ("Discovery", "Evaluation", "Proposal", "Approval", "Negotiation", "Contract")
DEALS = """
    SELECT i, 'D' || lpad(i::VARCHAR, 9, '0') AS opportunity_id, 'segment ' || (i % 5) AS segment,
        TIMESTAMP '2024-01-01' + INTERVAL 1 MINUTE * (hash(i * 7) % 1200000)::INT AS created_on,
        2 + (hash(i * 5) % 7)::INT AS steps, (hash(i * 13) % 4)::INT AS ending,
        (hash(i * 3) % 90000)::DOUBLE AS amount
    FROM range({deals}) AS series(i)"""
EVENTS = """
    SELECT i, opportunity_id, {stages}[1 + CASE WHEN hash(i * 31 + step) % 10 = 0
            THEN (step + 2) % 6 ELSE step % 6 END] AS stage,
        created_on + INTERVAL 1 HOUR * (step * 300 + (hash(i * 17 + step) % 290)::INT) AS entered_at
    FROM (SELECT *, unnest(range(steps)) AS step FROM deals)"""
CLOSED = """
    SELECT deals.opportunity_id, segment, created_on,
        CASE WHEN ending > 0 THEN last + INTERVAL 100 HOUR END AS closed_on,
        ['open', 'won', 'lost', 'lost'][1 + ending] AS outcome, amount
    FROM deals JOIN (SELECT i, max(entered_at) AS last FROM events GROUP BY i) USING (i)"""
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


def generate(folder, events):
    """Write deals and their events as Parquet, in no order; the same for the same number."""
    import duckdb

    engine = duckdb.connect()
    engine.execute("SET threads = 2")
    engine.execute(f"CREATE TABLE deals AS {DEALS.format(deals=events // 5)}")
    engine.execute(f"CREATE TABLE events AS {EVENTS.format(stages=list(STAGES))}")
    told = "SELECT opportunity_id, stage, entered_at FROM events"
    if events <= 20_000_000:
        told += " ORDER BY hash(entered_at, opportunity_id)"
    for name, sql in (("stage_events", told), ("opportunities", CLOSED)):
        target = (folder / f"{name}.parquet").as_posix()
        engine.execute(f"COPY ({sql}) TO '{target}' (FORMAT parquet)")


def copy_sample(folder):
    """Write the two tables of the sample company as Parquet."""
    from report_helpers.data import load

    sample = load("sample")
    for name in ("stage_events", "opportunities"):
        sample.frame(name).to_parquet(folder / f"{name}.parquet", index=False)


def with_kit(folder, task):
    from report_helpers import facts
    from report_helpers.data import load

    data = load(folder)
    start = time.perf_counter()
    if task == "paths":
        ways = facts.path_variants(data, UNTIL, "segment")
        return time.perf_counter() - start, len(ways), {"deals": int(ways["n"].sum())}
    edges = facts.path_edges(data, UNTIL, "segment")
    seconds = time.perf_counter() - start
    moves = edges[~edges["next"].str.startswith("(")].groupby(["stage", "next"])["n"].sum()
    return seconds, len(edges), {f"{a} > {b}": int(n) for (a, b), n in moves.items()}


def with_sql(folder, task):
    import duckdb

    start = time.perf_counter()
    query = SQL.format(folder=folder.as_posix(), until=UNTIL)
    edges = duckdb.connect().execute(query).df()
    seconds = time.perf_counter() - start
    moves = edges[~edges["next"].str.startswith("(")].groupby(["stage", "next"])["n"].sum()
    return seconds, len(edges), {f"{a} > {b}": int(n) for (a, b), n in moves.items()}


def with_pm4py(folder, task):
    import pandas as pd
    import pm4py

    start = time.perf_counter()
    log = pd.read_parquet(folder / "stage_events.parquet")
    log = log[log["entered_at"] < pd.Timestamp(UNTIL)]
    log = log.sort_values(["opportunity_id", "entered_at", "stage"])
    names = {"case_id_key": "opportunity_id", "activity_key": "stage",
             "timestamp_key": "entered_at"}  # fmt: skip
    if task == "paths":
        ways = pm4py.get_variants(log, **names)
        return time.perf_counter() - start, len(ways), {"deals": sum(ways.values())}
    if task == "performance":
        graph = pm4py.discover_performance_dfg(log, **names)[0]
        return time.perf_counter() - start, len(graph), None
    graph = pm4py.discover_dfg(log, **names)[0]
    seconds = time.perf_counter() - start
    return seconds, len(graph), {f"{a} > {b}": int(n) for (a, b), n in graph.items()}


TOOLS = {"kit": with_kit, "sql": with_sql, "pm4py": with_pm4py}
RUNS = (("kit", "edges"), ("sql", "edges"), ("pm4py", "dfg"), ("pm4py", "performance"),
        ("kit", "paths"), ("pm4py", "paths"))  # fmt: skip


def peak_megabytes():
    """Return the most memory this process has held, None where the system does not tell."""
    try:
        import resource
    except ImportError:
        return None
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (2**20 if sys.platform == "darwin" else 2**10)


def one(folder, tool, task):
    """Measure one task with one tool in this process and print the figures as JSON."""
    seconds, rows, counts = TOOLS[tool](folder, task)
    print(json.dumps({"seconds": seconds, "rows": rows, "counts": counts, "mb": peak_megabytes()}))


def measured(python, folder, tool, task):
    command = [python, __file__, "--one", tool, "--task", task, "--folder", str(folder)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, encoding="utf-8")
    return json.loads(done.stdout.splitlines()[-1])


def table(folder, asked):
    """Print one line a run, in the form of docs/performance.md; fail if counts differ."""
    print("| what | with | rows | s | MB | same counts |\n|---|---|---:|---:|---:|---|")
    truth = {}
    for tool, task in RUNS:
        if tool == "pm4py" and not asked.pm4py:
            continue
        python = asked.pm4py if tool == "pm4py" else sys.executable
        runs = [measured(python, folder, tool, task) for _ in range(asked.repeats)]
        best = min(runs, key=lambda run: run["seconds"])
        kind = "paths" if task == "paths" else "moves"
        same = best["counts"] is None or best["counts"] == truth.setdefault(kind, best["counts"])
        verdict = "" if best["counts"] is None else "yes" if same else "NO"
        mb = f"{best['mb']:,.0f}" if best["mb"] else ""
        cells = (task, tool, f"{best['rows']:,}", f"{best['seconds']:.2f}", mb, verdict)
        print(f"| {' | '.join(cells)} |", flush=True)
        if not same:
            sys.exit(f"{tool} and the kit count differently: {best['counts']} {truth[kind]}")


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--events", type=int, default=1_000_000, help="about so many events")
    options.add_argument("--sample", action="store_true", help="the sample company instead")
    options.add_argument("--pm4py", default="", help="the Python of an environment with pm4py")
    options.add_argument("--repeats", type=int, default=3, help="runs a figure; the best counts")
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
