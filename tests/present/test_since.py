"""What a report says is new since the last issue, on data whose every week is alike.

Each week of 14 has 10 leads, of which 4 become quality leads, and 4 deals, of which 2 are won at
100 each and 2 are lost. The last issue is on the 13th week, the report on the 14th.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from report_helpers.metrics import history
from report_helpers.present.blocks import Block, Callout, Findings, Table
from report_helpers.present.weekly import Weekly
from report_helpers.settings import Settings
from report_helpers.teams import issues
from report_helpers.teams.issues import Issue
from report_helpers.teams.store import open_store

Frames = dict[str, pd.DataFrame]
Change = Callable[[Frames], None]
THEN, NOW = "2026-11-02", "2026-11-09"
LAST = pd.Timestamp("2026-10-26")  # the week the last issue was on


def frames() -> Frames:
    mondays = pd.date_range("2026-08-03", periods=14, freq="7D")
    leads = [
        {"lead_id": f"L{w}-{i}", "created_on": monday, "mql_on": monday if i < 4 else pd.NaT}
        for w, monday in enumerate(mondays)
        for i in range(10)
    ]
    deals = [
        {
            **{"opportunity_id": f"D{w}-{i}", "created_on": monday},
            **{"closed_on": monday + pd.Timedelta(days=2), "amount": 100.0},
            "outcome": "won" if i < 2 else "lost",
        }
        for w, monday in enumerate(mondays)
        for i in range(4)
    ]
    return {"leads": pd.DataFrame(leads), "opportunities": pd.DataFrame(deals)}


def add_leads(data: Frames) -> None:
    late = [{"lead_id": f"late{i}", "created_on": LAST, "mql_on": pd.NaT} for i in range(3)]
    data["leads"] = pd.concat([data["leads"], pd.DataFrame(late)])


def win_one(data: Frames) -> None:
    data["opportunities"].loc[lambda d: d["opportunity_id"] == "D12-3", "outcome"] = "won"


def pay_more(data: Frames) -> None:
    data["opportunities"].loc[lambda d: d["opportunity_id"] == "D12-0", "amount"] = 400.0


def add_cents(data: Frames) -> None:
    data["opportunities"].loc[lambda d: d["opportunity_id"] == "D12-0", "amount"] = 100.2


@pytest.fixture
def told(tmp_path: Path) -> Callable[..., Path]:
    """Write the last issue's facts, changed as asked, into a folder of reports."""

    def write(change: Change | None = None, **facts: Any) -> Path:
        data = frames()
        if change:
            change(data)
        content = Weekly(data, as_of=THEN).frozen().content
        content["history"] |= facts
        folder = tmp_path / "output" / "weekly" / content["period"]["key"]
        folder.mkdir(parents=True)
        (folder / "facts.json").write_text(json.dumps(content), encoding="utf-8")
        return tmp_path / "output"

    return write


def since(previous: Path, change: Change | None = None) -> Block:
    data = frames()
    if change:
        change(data)
    return Weekly(data, as_of=NOW).since(str(previous))


def part(block: Block, name: str) -> list[tuple[str, ...]]:
    """Return the rows of one part of the table, by the beginning of its heading."""
    assert isinstance(block, Table)
    found, inside = [], False
    for row in block.rows:
        if row.role == "group":
            inside = row.cells[0].text.startswith(name)
        elif inside:
            found.append(tuple(cell.text for cell in row.cells))
    return found


def test_nothing_changed(told: Callable[..., Path]) -> None:
    block = since(told())
    assert isinstance(block, Findings)
    assert block.title == "What is new since the last issue (week 44 of 2026)"
    (said,) = block.items
    assert said.tone == "muted"
    assert said.text.startswith(
        "Moved: no signal came or went. Restated: every earlier figure reads as it did. "
        "Defined as they were. "
    )
    assert "within the usual range: noise" in said.text


def test_late_rows(told: Callable[..., Path]) -> None:
    block = since(told(), add_leads)
    rows = part(block, "Restated")
    why = "3 rows of earlier weeks arrived late in leads"
    assert ("Inquiries, week 44 of 2026", "10", "13", why) in rows
    assert ("Quality share, week 44 of 2026", "40.0%", "30.8%", why) in rows
    assert isinstance(block, Table)
    assert f"Since then {why}." in block.footnotes[0]


def test_a_changed_outcome(told: Callable[..., Path]) -> None:
    rows = part(since(told(), win_one), "Restated")
    why = "1 closed deal changed from lost to won"
    assert ("Win rate (closed basis), week 44 of 2026", "50.0%", "75.0%", why) in rows


def test_an_amount_that_changed(told: Callable[..., Path]) -> None:
    rows = part(since(told(), pay_more), "Restated")
    why = "the amounts of won deals changed"
    assert ("Won amount, week 44 of 2026", "€200", "€500", why) in rows


def test_what_vanishes_in_rounding_is_not_shown(told: Callable[..., Path]) -> None:
    assert isinstance(since(told(), add_cents), Findings)


def test_a_missing_figure_that_is_known_now(told: Callable[..., Path]) -> None:
    def none_yet(data: Frames) -> None:
        data["opportunities"] = data["opportunities"].query("created_on < '2026-10-26'")

    rows = part(since(told(none_yet)), "Restated")
    assert ("New opportunities, week 44 of 2026", "–", "4") in [row[:3] for row in rows]


def test_a_changed_mapping(told: Callable[..., Path]) -> None:
    block = since(told(mapping="another"), win_one)
    assert ("Mapping", "", "", "the mapping file that reads the data changed") in part(
        block, "Defined otherwise"
    )
    assert all("the mapping changed" in row[3] for row in part(block, "Restated") if row[3])


def test_a_changed_definition(told: Callable[..., Path]) -> None:
    settings = history.definitions(Weekly(frames()).whole, Settings(), ())["settings"]
    old = {"settings": settings | {"commitments.attempts": "7"}, "formulas": {"win_rate": "won."}}
    rows = part(since(told(**old)), "Defined otherwise")
    assert ("Attempts", "7", "3", "set under [commitments]") in rows
    (formula,) = [row for row in rows if row[0] == "Win rate"]
    assert formula[3].startswith("was: won. Now: ")


def test_a_metric_that_is_gone_and_one_that_is_new(told: Callable[..., Path]) -> None:
    def without_leads(data: Frames) -> None:
        del data["leads"]

    rows = part(since(told(), without_leads), "Defined otherwise")
    assert ("Inquiries", "", "", "no longer reported") in rows


def test_a_new_metric(told: Callable[..., Path]) -> None:
    def without_leads(data: Frames) -> None:
        del data["leads"]

    rows = part(since(told(without_leads)), "Defined otherwise")
    assert ("Inquiries", "", "", "reported for the first time") in rows


def test_a_metric_no_glossary_knows_any_more(told: Callable[..., Path]) -> None:
    previous = told()
    file = next(previous.rglob("facts.json"))
    facts = json.loads(file.read_text(encoding="utf-8"))
    facts["history"]["series"]["calls"] = facts["history"]["series"]["inquiries"]
    file.write_text(json.dumps(facts), encoding="utf-8")
    assert ("calls", "", "", "no longer reported") in part(since(previous), "Defined otherwise")


def test_many_restatements_are_counted(told: Callable[..., Path]) -> None:
    def every_week(data: Frames) -> None:
        add_leads(data)
        data["opportunities"]["amount"] *= 2
        win_one(data)

    rows = part(since(told(), every_week), "Restated")
    assert len(rows) == 5
    assert rows[-1][0].startswith("and ")


def burst(*weeks: str) -> Change:
    """Return what adds 50 inquiries to each of the weeks."""

    def change(data: Frames) -> None:
        more = [
            {"lead_id": f"{week}-{i}", "created_on": pd.Timestamp(week), "mql_on": pd.NaT}
            for week in weeks
            for i in range(50)
        ]
        data["leads"] = pd.concat([data["leads"], pd.DataFrame(more)])

    return change


def test_a_signal_that_went(told: Callable[..., Path]) -> None:
    rows = part(since(told(burst("2026-10-26")), burst("2026-10-26")), "Moved")
    assert ("Inquiries", "60", "10", "no longer a signal: back within its usual range") in rows


def test_a_signal_that_stands_is_counted_and_no_news(told: Callable[..., Path]) -> None:
    block = since(told(burst("2026-10-26")), burst("2026-10-26", "2026-11-02"))
    assert "Moved: no signal came or went." in block.plain()
    assert "of the last issue stand" in block.plain()


def test_movement_starts_from_what_is_known_today(told: Callable[..., Path]) -> None:
    """Told 10, restated to 13, now 60: the movement is from 13, so that both parts add up."""

    def change(data: Frames) -> None:
        add_leads(data)
        burst("2026-11-02")(data)

    block = since(told(), change)
    assert ("Inquiries", "13", "60", "a new signal, for the better") in part(block, "Moved")
    assert ("Inquiries, week 44 of 2026", "10", "13") in [r[:3] for r in part(block, "Restated")]


def test_the_first_report_of_its_kind(tmp_path: Path) -> None:
    block = since(tmp_path)
    assert isinstance(block, Callout)
    assert (block.tone, block.plain()) == (
        "muted",
        "The first report of its kind: there is no earlier one.",
    )


def test_an_issue_that_kept_no_history(tmp_path: Path) -> None:
    facts = {"period": {"key": "2026-W44", "start": "2026-10-26", "end": "2026-11-02"}}
    when = datetime(2026, 11, 2, 6)
    issue = Issue("weekly", "2026-W44", date(2026, 10, 26), facts=facts, made_at=when)
    with open_store(tmp_path / "marsale.db").write() as db:
        issues.enter(db, issue)
    report = Weekly(frames(), as_of=NOW).reading(str(tmp_path / "marsale.db"))
    assert "kept no figures to compare with" in report.since().plain()


def test_the_history_is_small_and_is_that_of_the_scorecard() -> None:
    report = Weekly("sample")
    found = report.frozen().content["history"]
    assert len(json.dumps(found, indent=1)) < 100_000
    assert len(found["starts"]) == history.WEEKS
    for line in report.lines:
        told = found["series"][history.key(line)]
        assert [v is None for v in told["value"]] == [v != v for v in line.history[-26:]]
        assert told["value"][-1] == pytest.approx(line.value) or line.value != line.value
    assert sum(found["counts"]["won"]) == pytest.approx(
        sum(next(line for line in report.lines if line.metric.name == "won_amount").sizes[-26:])
    )


def news(previous: Path, change: Change | None = None) -> Findings | None:
    data = frames()
    if change:
        change(data)
    return Weekly(data, as_of=NOW).news(str(previous))


def test_the_first_report_opens_without_news(tmp_path: Path) -> None:
    assert news(tmp_path) is None


def test_a_quiet_week_opens_with_one_line(told: Callable[..., Path]) -> None:
    found = news(told())
    assert [item.text for item in found.items] == [
        "Moved: no signal came or went. Restated: every earlier figure reads as it did. "
        "Defined as they were."
    ]


def test_the_opening_names_what_was_restated_and_why(told: Callable[..., Path]) -> None:
    found = news(told(), add_leads)
    (restated,) = [item for item in found.items if item.lead == "Restated"]
    assert "Inquiries, week 44 of 2026: 10 → 13" in restated.text
    assert "3 rows of earlier weeks arrived late in leads" in restated.text


def test_an_earlier_report_that_cannot_be_read_is_told_and_stops_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "weekly" / "2026-W44"
    folder.mkdir(parents=True)
    (folder / "facts.json").write_text("{half", encoding="utf-8")
    assert "Not shown" in news(tmp_path).text
