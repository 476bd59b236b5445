"""Time and peak memory of every fact, beside SQL by hand and pandas, on generated Parquet files.

    python benchmarks/facts.py --deals 1000000

Each figure comes from a process of its own; the median of its runs counts, by processor time, and
the least and the most stand beside it. Peak memory is that of the whole process, the interpreter
and its libraries included (see the row "nothing"); Windows does not tell it. All sides read the
Parquet files within the time; pandas reads only the columns it needs. Facts are measured after the
data set is loaded; the row "load" says what that costs once a run.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

import pandas as pd
from ratios import note

UNTIL = date(2026, 10, 5)
BY = ("segment",)
DEALS = ["segment", "created_on", "closed_on", "outcome", "amount"]
LEADS = ["segment", "created_on"]
NEEDS = {
    "deal_flow": {"opportunities": DEALS},
    "deal_days": {"opportunities": DEALS},
    "won_by_day": {"opportunities": DEALS},
    "losses": {"opportunities": [*DEALS, "loss_reason"]},
    "stale_deals": {"opportunities": [*DEALS, "opportunity_id"]},
    "lead_flow": {
        "leads": [*LEADS, "lead_id", "mql_on", "accepted_on", "rejected_on", "sql_on"],
        "opportunities": [*DEALS, "lead_id"],
    },
    "touch_hours": {"leads": [*LEADS, "mql_on", "first_touch_at"]},
    "rejections": {"leads": [*LEADS, "rejected_on", "rejection_reason"]},
    "responses": {
        "responses": ["campaign_id", "responded_at"],
        "campaigns": ["campaign_id", "segment"],
    },
    "campaign_results": {
        "campaigns": ["campaign_id", "starts_on"],
        "responses": ["campaign_id", "responded_at"],
        "leads": ["campaign_id", "created_on", "mql_on", "sql_on"],
    },
}
KNOWN = """(SELECT *, outcome IN ('won', 'lost')
    AND coalesce(closed_on < TIMESTAMP '{until}', true) AS done
    FROM '{folder}/opportunities.parquet'
    WHERE coalesce(created_on < TIMESTAMP '{until}', true))"""
ENDED = "CASE WHEN done THEN date_trunc('week', closed_on) END AS closed_week"
OUTCOME = "CASE WHEN done THEN outcome ELSE 'open' END AS outcome"
SEGMENT = "coalesce(segment, '(none)') AS segment"
AMOUNT = "count(*) AS n, sum(amount) AS amount"
LEADS_KNOWN = """'{folder}/leads.parquet' WHERE coalesce(created_on < TIMESTAMP '{until}', true)
    AND {column} < TIMESTAMP '{until}' GROUP BY ALL"""
SQL = {
    "deal_flow": f"""SELECT {SEGMENT}, date_trunc('week', created_on) AS created_week, {ENDED},
        {OUTCOME}, {AMOUNT}, count(*) FILTER (amount > 0) AS n_amount FROM {KNOWN} GROUP BY ALL""",
    "deal_days": f"""SELECT {SEGMENT}, {OUTCOME}, {ENDED}, count(*) AS n,
        (CASE WHEN done THEN closed_on ELSE TIMESTAMP '{{until}}' - INTERVAL 1 DAY END)::DATE
            - created_on::DATE AS days FROM {KNOWN} GROUP BY ALL""",
    "won_by_day": f"""SELECT {SEGMENT}, date_trunc('day', closed_on) AS closed_on, {AMOUNT},
        count(*) FILTER (amount > 0) AS n_amount FROM {KNOWN} WHERE done AND outcome = 'won'
        GROUP BY ALL""",
    "losses": f"""SELECT {SEGMENT}, date_trunc('week', closed_on) AS closed_week, {AMOUNT},
        coalesce(loss_reason, '(none)') AS reason FROM {KNOWN} WHERE done AND outcome = 'lost'
        GROUP BY ALL""",
    "touch_hours": f"""SELECT {SEGMENT}, date_trunc('week', mql_on) AS mql_week, count(*) AS n,
        CASE WHEN first_touch_at < TIMESTAMP '{{until}}'
            THEN floor(date_diff('second', mql_on, first_touch_at) / 360) / 10 END AS hours
        FROM {LEADS_KNOWN.replace("{column}", "mql_on")}""",
    "rejections": f"""SELECT {SEGMENT}, date_trunc('week', rejected_on) AS rejected_week,
        coalesce(rejection_reason, '(none)') AS reason, count(*) AS n
        FROM {LEADS_KNOWN.replace("{column}", "rejected_on")}""",
}
TABLES = {
    "opportunities": """
        SELECT 'D' || i AS opportunity_id, 'L' || (i * 2) AS lead_id,
            CASE WHEN random() < 0.95 THEN 'segment ' || (i % 5) END AS segment,
            'owner ' || (i % 40) AS owner, opened AS created_on,
            CASE WHEN ending <> 'open' THEN opened + INTERVAL 1 HOUR * (random() * 4000)::INT END
                AS closed_on,
            ending AS outcome,
            CASE WHEN random() < 0.9 THEN round(random() * 90000, 2) END AS amount,
            CASE WHEN ending = 'lost' THEN 'reason ' || (i % 7) END AS loss_reason
        FROM (SELECT i, ['open', 'won', 'lost', 'lost'][1 + i % 4] AS ending,
                TIMESTAMP '2024-01-01' + INTERVAL 1 MINUTE * (random() * 1440000)::INT AS opened
            FROM range({rows}) AS series(i))""",
    "leads": """
        SELECT 'L' || i AS lead_id, 'segment ' || (i % 5) AS segment, came AS created_on,
            'C' || (i % 200) AS campaign_id, mql AS mql_on,
            CASE WHEN taken THEN mql + INTERVAL 1 DAY END AS accepted_on,
            CASE WHEN NOT taken THEN mql + INTERVAL 2 DAY END AS rejected_on,
            CASE WHEN NOT taken THEN 'reason ' || (i % 6) END AS rejection_reason,
            CASE WHEN taken AND i % 3 > 0 THEN mql + INTERVAL 9 DAY END AS sql_on,
            CASE WHEN i % 10 > 0 THEN mql + INTERVAL 1 MINUTE * (random() * 9000)::INT END
                AS first_touch_at
        FROM (SELECT i, came, i % 4 > 0 AS taken, CASE WHEN i % 2 = 0
                THEN came + INTERVAL 1 HOUR * (random() * 400)::INT END AS mql
            FROM (SELECT i, TIMESTAMP '2024-01-01' + INTERVAL 1 MINUTE * (random() * 1440000)::INT
                AS came FROM range({rows}) AS series(i)))""",
    "responses": """
        SELECT 'C' || (i % 200) AS campaign_id, 'form' AS kind,
            TIMESTAMP '2024-01-01' + INTERVAL 1 MINUTE * (random() * 1440000)::INT AS responded_at
        FROM range({rows}) AS series(i)""",
    "campaigns": """
        SELECT 'C' || i AS campaign_id, 'campaign ' || i AS name, 'segment ' || (i % 5) AS segment,
            TIMESTAMP '2024-01-01' + INTERVAL 1 DAY * (i * 5)::INT AS starts_on, 1000.0 AS cost
        FROM range(200) AS series(i)""",
}


def generate(folder, rows):
    """Write the four tables as Parquet, the same for the same number of rows."""
    import duckdb

    engine = duckdb.connect()
    engine.execute("SET threads = 1; SELECT setseed(0.5)")
    for name, sql in TABLES.items():
        target = (folder / f"{name}.parquet").as_posix()
        engine.execute(f"COPY ({sql.format(rows=rows)}) TO '{target}' (FORMAT parquet)")


def peak_megabytes():
    """Return the most memory this process has held, None where the system does not tell."""
    try:
        import resource
    except ImportError:
        return None
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (2**20 if sys.platform == "darwin" else 2**10)


def with_kit(folder, fact):
    from report_helpers import facts
    from report_helpers.data import load

    start = now()
    if fact == "nothing":
        return None, start
    data = load(folder)
    if fact == "load":
        return None, start
    start = now()
    wanted = () if fact in ("stale_deals", "campaign_results") else (BY,)
    return getattr(facts, fact)(data, UNTIL, *wanted), start


def with_sql(folder, fact):
    import duckdb

    engine, start = duckdb.connect(), now()
    return engine.execute(SQL[fact].format(folder=folder.as_posix(), until=UNTIL)).df(), start


def with_pandas(folder, fact):
    sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "facts"))
    import plain_facts

    start = now()
    tables = {
        name: pd.read_parquet(folder / f"{name}.parquet", columns=columns)
        for name, columns in NEEDS.get(fact, {}).items()
    }
    if fact == "nothing":
        return None, start
    wanted = () if fact in ("stale_deals", "campaign_results") else (BY,)
    return getattr(plain_facts, fact)(tables, UNTIL, *wanted), start


TOOLS = {"kit": with_kit, "sql": with_sql, "pandas": with_pandas}


def now():
    """Return the wall clock and the processor time of this process, in seconds."""
    return time.perf_counter(), time.process_time()


def one(folder, fact, tool):
    """Measure one fact with one tool in this process and print the figures as JSON."""
    result, start = TOOLS[tool](folder, fact)
    wall, cpu = (after - before for after, before in zip(now(), start, strict=True))
    frame = result[0] if isinstance(result, tuple) else result
    counts = ("n", "responses", "leads", "mqls", "sqls", "days")
    rows = None if frame is None else len(frame)
    check = None if frame is None else float(sum(frame[c].sum() for c in counts if c in frame))
    figures = {"wall": wall, "cpu": cpu, "mb": peak_megabytes(), "rows": rows, "check": check}
    print(json.dumps(figures))


def measured(folder, fact, tool, repeats):
    """Return the median run by processor time, with the least and most of all runs."""
    command = [sys.executable, __file__, "--one", fact, "--tool", tool, "--folder", str(folder)]
    runs = []
    for _ in range(repeats):
        done = subprocess.run(command, check=True, capture_output=True, text=True, encoding="utf-8")
        runs.append(json.loads(done.stdout.splitlines()[-1]))
    runs.sort(key=lambda run: run["cpu"])
    spent = [run["cpu"] for run in runs]
    return {**runs[len(runs) // 2], "least": spent[0], "most": spent[-1], "all": spent}


def table(folder, repeats, wanted):
    """Print one line a fact and tool, in the form of docs/performance.md."""
    print("| fact | with | rows | CPU s (least to most) | wall s | MB | times the kit | same |")
    print("|---|---|---:|---:|---:|---:|---:|---|")
    for fact in wanted:
        kit = measured(folder, fact, "kit", repeats)
        print(line(fact, "kit", kit, kit), flush=True)
        for tool in ("sql", "pandas"):
            if fact == "load" or (tool == "sql" and fact not in SQL):
                continue
            found = measured(folder, fact, tool, repeats)
            print(line(fact, tool, found, kit), flush=True)
            tell(fact, tool, found, kit)


def tell(fact, tool, found, kit):
    """Keep the ratio of all runs, in the order of their time; `nothing` is the libraries alone."""
    if fact == "nothing":
        return
    pairs = zip(kit["all"], found["all"], strict=True)
    if tool == "sql":
        note(f"`{fact}`: kit", "SQL by hand", [own / other for own, other in pairs], "1.3 or less")
    else:
        note(f"`{fact}`: pandas", "kit", [other / own for own, other in pairs], "3 or more")


def line(fact, tool, found, kit):
    same = (found["rows"], found["check"]) == (kit["rows"], kit["check"])
    cpu = f"{found['cpu']:.2f} ({found['least']:.2f} to {found['most']:.2f})"
    times = f"{found['cpu'] / kit['cpu']:.2f}" if kit["cpu"] > 0 and tool != "kit" else ""
    rows, mb = f"{found['rows'] or 0:,}", f"{found['mb'] or 0:,.0f}"
    verdict = "" if tool == "kit" else "yes" if same else "NO"
    cells = (f"`{fact}`", tool, rows, cpu, f"{found['wall']:.2f}", mb, times, verdict)
    return f"| {' | '.join(cells)} |"


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--deals", type=int, default=1_000_000, help="rows a table")
    options.add_argument("--repeats", type=int, default=3, help="runs a figure; the median counts")
    options.add_argument("--facts", nargs="+", choices=NEEDS, help="these alone; all when left out")
    options.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    options.add_argument("--one", choices=["nothing", "load", *NEEDS], help=argparse.SUPPRESS)
    options.add_argument("--tool", choices=TOOLS, help=argparse.SUPPRESS)
    asked = options.parse_args()
    if asked.one:
        one(asked.folder, asked.one, asked.tool)
        return
    with tempfile.TemporaryDirectory() as folder:
        generate(Path(folder), asked.deals)
        print(f"{asked.deals:,} deals, leads and responses each; by segment")
        table(Path(folder), asked.repeats, asked.facts or ("nothing", "load", *NEEDS))


if __name__ == "__main__":
    main()
