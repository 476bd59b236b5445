"""Generated deals and their stage events, and those of the sample company, as Parquet."""

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
