"""The sample company keeps its contracts, is the same every time, and looks like a company."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from report_helpers import assets
from report_helpers.data import load
from report_helpers.data.contracts import TABLES, Table
from report_helpers.data.sample import generate, write

UNTIL = pd.Timestamp("2026-11-04")
Frames = dict[str, pd.DataFrame]


@pytest.fixture(scope="module")
def frames() -> Frames:
    return generate()


def test_files_in_the_repository_are_what_the_generator_writes(
    frames: Frames, tmp_path: Path
) -> None:
    for path in write(tmp_path, frames):
        kept = assets.path("data", "sample") / path.name
        if path.suffix == ".parquet":  # its bytes vary with the version of pyarrow
            assert pq.read_table(path).equals(pq.read_table(kept))
        else:
            assert path.read_bytes() == kept.read_bytes()


def test_the_folder_holds_each_table_once_and_stays_small(frames: Frames) -> None:
    files = list(assets.path("data", "sample").iterdir())
    tables = sorted(file.stem for file in files if file.suffix in (".csv", ".parquet"))
    assert tables == sorted(frames)
    assert sum(file.stat().st_size for file in files) < 800_000


def test_parquet_reads_as_the_same_tables_as_text(
    frames: Frames, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("report_helpers.data.sample.files.PARQUET_ABOVE", 1_000_000)
    write(tmp_path, frames)
    stored, text = load("sample"), load(tmp_path)
    for name, frame in frames.items():
        for data in (stored, text):
            found = data.audit.tables[name]
            assert (found.rows_kept, found.rejected, found.repaired) == (len(frame), [], [])
        mine, other = (data.tables[name].to_pandas() for data in (stored, text))
        flags = [n for n in mine if mine[n].dtype == bool and other[n].dtype != bool]
        assert set(flags) <= {"budget_known", "demo_requested"}  # attributes: CSV keeps their text
        other = other.assign(**{n: other[n] == "yes" for n in flags})
        keys = list(TABLES[name].key or mine.columns)
        pd.testing.assert_frame_equal(
            mine.sort_values(keys, ignore_index=True), other.sort_values(keys, ignore_index=True)
        )


def test_another_seed_gives_another_company(frames: Frames) -> None:
    other = generate(seed=8)["leads"]
    assert not other["created_on"].equals(frames["leads"]["created_on"])


def test_tables_keep_their_contracts(frames: Frames) -> None:
    for name, frame in frames.items():
        keeps_contract(TABLES[name], frame)


def keeps_contract(table: Table, frame: pd.DataFrame) -> None:
    assert tuple(frame.columns[: len(table.names)]) == table.names
    assert table.extra or len(frame.columns) == len(table.names)
    assert len(frame) > 0
    if table.key:
        assert not frame.duplicated(list(table.key)).any()
    for column in table.columns:
        values = frame[column.name]
        assert not column.filled or values.notna().all()
        assert not column.allowed or values.dropna().isin(column.allowed).all()
    for earlier, later in table.order:
        assert not (frame[earlier] > frame[later]).any()
        assert frame.loc[frame[later].notna(), earlier].notna().all()


@pytest.mark.parametrize(
    ("child", "column", "parent", "key"),
    [
        ("opportunities", "lead_id", "leads", "lead_id"),
        ("opportunities", "account_id", "accounts", "account_id"),
        ("opportunities", "owner", "people", "person"),
        ("stage_events", "opportunity_id", "opportunities", "opportunity_id"),
        ("leads", "campaign_id", "campaigns", "campaign_id"),
        ("responses", "campaign_id", "campaigns", "campaign_id"),
        ("responses", "lead_id", "leads", "lead_id"),
        ("orders", "account_id", "accounts", "account_id"),
        ("notes", "answers", "notes", "note_id"),
        ("notes", "author", "people", "person"),
        ("notes", "owner", "people", "person"),
        ("targets", "owner", "people", "person"),
    ],
)
def test_references_lead_somewhere(
    frames: Frames, child: str, column: str, parent: str, key: str
) -> None:
    referred = frames[child][column].dropna()
    assert len(referred) > 0
    assert referred.isin(frames[parent][key]).all()


@pytest.mark.parametrize(
    ("name", "column"),
    [
        ("opportunities", "created_on"),
        ("opportunities", "closed_on"),
        ("stage_events", "entered_at"),
        ("responses", "responded_at"),
        ("leads", "created_on"),
        ("leads", "mql_on"),
        ("leads", "first_touch_at"),
        ("leads", "accepted_on"),
        ("leads", "rejected_on"),
        ("leads", "sql_on"),
        ("orders", "starts_on"),
        ("notes", "written_on"),
    ],
)
def test_nothing_happened_after_the_last_day(frames: Frames, name: str, column: str) -> None:
    assert frames[name][column].max() < UNTIL + pd.Timedelta(days=1)


def test_a_won_or_lost_deal_is_closed_and_an_open_one_is_not(frames: Frames) -> None:
    deals = frames["opportunities"]
    assert (deals["closed_on"].isna() == (deals["outcome"] == "open")).all()
    assert deals.loc[deals["outcome"] == "lost", "amount"].gt(0).all()
    assert deals.loc[deals["outcome"] != "lost", "loss_reason"].isna().all()


def test_deals_enter_their_stages_one_day_at_a_time_and_end_when_they_close(
    frames: Frames,
) -> None:
    deals, events = frames["opportunities"], frames["stage_events"]
    assert not events.duplicated(["opportunity_id", "entered_at"]).any()
    first = events.groupby("opportunity_id")["entered_at"].min()
    assert first.reindex(deals["opportunity_id"]).to_numpy().tolist() == (
        deals["created_on"].to_numpy().tolist()
    )
    ends = events[events["stage"].isin(["Closed won", "Closed lost"])]
    closed = deals[deals["closed_on"].notna()].set_index("opportunity_id")["closed_on"]
    assert (
        ends.set_index("opportunity_id")["entered_at"]
        .sort_index()
        .equals(closed.sort_index().rename("entered_at"))
    )


def test_some_deals_skip_stages_and_some_step_back(frames: Frames) -> None:
    stages = frames["stage_events"].groupby("opportunity_id")["stage"].agg(list)
    won = stages[stages.map(lambda way: way[-1] == "Closed won")]
    assert 0.2 < won.map(lambda way: "Approval" not in way).mean() < 0.6
    assert 0.05 < won.map(lambda way: len(set(way)) < len(way)).mean() < 0.3


def test_rates_are_those_of_a_company_one_could_work_for(frames: Frames) -> None:
    leads, deals = frames["leads"], frames["opportunities"]
    closed = deals[deals["outcome"] != "open"]
    won = closed["outcome"] == "won"
    days = (closed["closed_on"] - closed["created_on"]).dt.days[won]
    cycle = days.groupby(closed["segment"]).median()
    accepted = leads["accepted_on"].notna().sum()
    assert 0.30 < leads["mql_on"].notna().mean() < 0.42
    assert 0.65 < accepted / (accepted + leads["rejected_on"].notna().sum()) < 0.85
    assert 0.25 < won.mean() < 0.31
    assert won.groupby(closed["segment"]).mean().is_monotonic_increasing
    assert 85 < cycle["Enterprise"] < 115
    assert 45 < cycle["Mid-market"] < 65
    assert 20 < cycle["Small business"] < 35
    assert 0.28 < leads["nurtured"].mean() < 0.38


def test_forgotten_deals_are_older_than_any_that_ever_closed(frames: Frames) -> None:
    deals = frames["opportunities"]
    longest = (deals["closed_on"] - deals["created_on"]).max()
    age = UNTIL - deals.loc[deals["outcome"] == "open", "created_on"]
    assert 25 <= (age > longest).sum() <= 45


def test_attributes_predict_by_differing_degrees_and_one_leaks(frames: Frames) -> None:
    leads, deals = frames["leads"], frames["opportunities"]
    is_mql = leads["mql_on"].notna()

    def spread(column: str) -> float:
        rates = is_mql.groupby(leads[column]).mean()
        return float(rates.max() - rates.min())

    assert spread("demo_requested") > 0.2
    assert 0.05 < spread("budget_known") < spread("demo_requested")
    assert spread("country_group") < 0.06
    won = deals.loc[(deals["outcome"] == "won") & deals["account_id"].notna(), "lead_id"].dropna()
    assert set(leads.loc[leads["customer_number"].notna(), "lead_id"]) == set(won)


def test_a_little_is_missing_as_in_any_export(frames: Frames) -> None:
    leads, deals = frames["leads"], frames["opportunities"]
    assert 1 <= leads["source"].isna().sum() <= 20
    assert 1 <= deals["source"].isna().sum() <= 20
    assert 1 <= deals.loc[deals["outcome"] == "lost", "loss_reason"].isna().sum() <= 20
    blank = deals["account_id"].isna()
    assert blank.any()
    assert (deals.loc[blank, "outcome"] == "open").all()


def test_customers_stay_leave_and_buy_a_second_product(frames: Frames) -> None:
    orders, year_ago = frames["orders"], UNTIL - pd.Timedelta(days=365)

    def customers(day: pd.Timestamp) -> set[str]:
        runs = (orders["starts_on"] <= day) & ~(orders["ends_on"] <= day)
        return set(orders.loc[runs, "account_id"])

    kept = len(customers(year_ago) & customers(UNTIL)) / len(customers(year_ago))
    running = orders[orders["ends_on"].isna()].groupby("account_id")["product"].nunique()
    assert 0.85 < kept < 0.95
    assert 0.25 < (running > 1).mean() < 0.55


def test_campaign_costs_are_in_proportion_to_inquiries(frames: Frames) -> None:
    campaigns = frames["campaigns"]
    planned = campaigns["status"] == "planned"
    assert 60 < campaigns["cost"].sum() / len(frames["leads"]) < 150
    assert (campaigns.loc[planned, "cost"] == 0).all()
    assert (campaigns.loc[planned, "starts_on"] > UNTIL).all()
    assert 4 <= planned.sum() <= 6
    told = ["audience", "message", "call_to_action", "budget"]
    assert campaigns.loc[planned, told].notna().all(axis=None)


def test_both_teams_wrote_notes_of_every_kind(frames: Frames) -> None:
    notes = frames["notes"]
    kinds = set(TABLES["notes"]["kind"].allowed)
    week = notes[notes["written_on"].between("2026-10-26", "2026-11-01 23:59")]
    assert set(notes["kind"]) == set(week["kind"]) == kinds
    assert set(week["team"]) == {"marketing", "sales"}
    overdue = (notes["status"] == "open") & (notes["due_on"] < pd.Timestamp("2026-11-02"))
    assert 2 <= overdue.sum() <= 6
    assert notes["body"].str.startswith("=").any()
    assert notes["body"].str.contains("<", regex=False).any()
    assert notes["body"].str.len().max() > 550


@pytest.mark.parametrize(
    "asked",
    [
        {"deals": 1, "weeks": 1},
        {"deals": 3, "weeks": 2},
        {"deals": 30, "weeks": 10, "until": date(2024, 2, 29)},
        {"deals": 40, "until": date(2027, 1, 3)},
        {"deals": 60, "weeks": 200},
    ],
)
def test_any_size_and_any_last_day(
    frames: Frames, asked: dict[str, object], tmp_path: Path
) -> None:
    other = generate(**asked)  # type: ignore[arg-type]
    assert len(other["opportunities"]) == asked["deals"]
    assert {path.stem for path in write(tmp_path, other)} == set(frames)


def test_rows_are_in_proportion_to_deals(frames: Frames) -> None:
    large = generate(deals=5 * len(frames["opportunities"]))
    for name in ("leads", "stage_events", "responses", "accounts"):
        assert np.isclose(len(large[name]) / len(frames[name]), 5, rtol=0.1)
