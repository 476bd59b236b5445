"""Time and peak memory of every fact, beside plain pandas, on generated Parquet files.

    python benchmarks/facts.py --deals 1000000

Each figure comes from a process of its own. Peak memory is that of the whole process, the
interpreter and its libraries included (see the row "nothing"); Windows does not tell it. Both
sides read the Parquet files within the time; pandas reads only the columns it needs. Facts are
measured after the data set is loaded; the row "load" says what that costs once a run.
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

    start = time.perf_counter()
    if fact == "nothing":
        return None, 0.0
    data = load(folder)
    if fact == "load":
        return None, time.perf_counter() - start
    start = time.perf_counter()
    wanted = () if fact in ("stale_deals", "campaign_results") else (BY,)
    result = getattr(facts, fact)(data, UNTIL, *wanted)
    return result, time.perf_counter() - start


def with_pandas(folder, fact):
    sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "facts"))
    import plain_facts

    start = time.perf_counter()
    tables = {
        name: pd.read_parquet(folder / f"{name}.parquet", columns=columns)
        for name, columns in NEEDS.get(fact, {}).items()
    }
    if fact == "nothing":
        return None, 0.0
    wanted = () if fact in ("stale_deals", "campaign_results") else (BY,)
    result = getattr(plain_facts, fact)(tables, UNTIL, *wanted)
    return result, time.perf_counter() - start


def one(folder, fact, tool):
    """Measure one fact with one tool in this process and print the figures as JSON."""
    result, seconds = {"kit": with_kit, "pandas": with_pandas}[tool](folder, fact)
    frame = result[0] if isinstance(result, tuple) else result
    counts = ("n", "responses", "leads", "mqls", "sqls", "days")
    rows = None if frame is None else len(frame)
    check = None if frame is None else float(sum(frame[c].sum() for c in counts if c in frame))
    figures = {"seconds": seconds, "megabytes": peak_megabytes(), "rows": rows, "check": check}
    print(json.dumps(figures))


def measured(folder, fact, tool):
    command = [sys.executable, __file__, "--one", fact, "--tool", tool, "--folder", str(folder)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, encoding="utf-8")
    return json.loads(done.stdout.splitlines()[-1])


def table(folder, repeats):
    """Print one line a fact, the faster of the repeats each."""
    print(f"{'':18}{'rows':>9}{'kit s':>9}{'MB':>7}{'pandas s':>11}{'MB':>7}  same")
    for fact in ("nothing", "load", *NEEDS):
        tools = ("kit",) if fact == "load" else ("kit", "pandas")
        found = {
            tool: min((measured(folder, fact, tool) for _ in range(repeats)), key=seconds)
            for tool in tools
        }
        print(line(fact, found.get("kit"), found.get("pandas")), flush=True)


def seconds(figures):
    return figures["seconds"]


def line(fact, kit, plain):
    same = plain and (kit["rows"], kit["check"]) == (plain["rows"], plain["check"])
    verdict = "" if kit["rows"] is None else "yes" if same else "NO"
    cells = [f"{fact:18}", f"{kit['rows'] or '':>9}"]
    for figures, width in ((kit, 9), (plain, 11)):
        memory = figures and figures["megabytes"]
        cells.append(f"{figures['seconds']:>{width}.2f}" if figures else " " * width)
        cells.append(f"{memory:>7.0f}" if memory else " " * 7)
    return "".join(cells) + f"  {verdict}"


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--deals", type=int, default=1_000_000, help="rows a table")
    options.add_argument("--repeats", type=int, default=3, help="runs a figure; the best counts")
    options.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    options.add_argument("--one", choices=["nothing", "load", *NEEDS], help=argparse.SUPPRESS)
    options.add_argument("--tool", choices=["kit", "pandas"], help=argparse.SUPPRESS)
    asked = options.parse_args()
    if asked.one:
        one(asked.folder, asked.one, asked.tool)
        return
    with tempfile.TemporaryDirectory() as folder:
        generate(Path(folder), asked.deals)
        print(f"{asked.deals:,} deals, leads and responses each; by segment")
        table(Path(folder), asked.repeats)


if __name__ == "__main__":
    main()
