"""The buying process as blocks: every rate with its n, every sign with a mark, nothing invented."""

from datetime import date
from xml.etree import ElementTree

import pandas as pd
import pytest

from report_helpers.data import load
from report_helpers.metrics.process import Process
from report_helpers.periods import Period
from report_helpers.present import buying_process as blocks
from report_helpers.present.path_map import MOST, flow_of, path_map
from report_helpers.present.process_report import BuyingProcess

PERIOD = Period(date(2026, 8, 3), date(2026, 11, 2))


@pytest.fixture(scope="module")
def sample():
    return load("sample")


@pytest.fixture(scope="module")
def process(sample):
    return Process.of(sample, PERIOD, "segment")


@pytest.fixture(scope="module")
def nothing():
    """A record whose deals lie years back: every window is empty."""
    when = pd.to_datetime(["2020-01-06"])
    deals = pd.DataFrame({"opportunity_id": ["D1"], "created_on": when, "outcome": ["lost"],
                          "closed_on": when + pd.Timedelta(days=9), "segment": ["A"]})  # fmt: skip
    events = pd.DataFrame({"opportunity_id": ["D1"], "stage": ["Call"], "entered_at": when})
    return Process.of(load({"opportunities": deals, "stage_events": events}), PERIOD, "segment")


def texts(table):
    return [[cell.text for cell in row.cells] for row in table.rows]


def test_the_steps_name_the_signal_with_a_mark_and_the_rest_as_none(process):
    table = blocks.steps_table(process)
    changes = [row.cells[-1] for row in table.rows if row.role == "body"]
    marked = [cell for cell in changes if cell.mark]
    assert len(changes) == 15
    assert [(cell.text, cell.tone, cell.mark) for cell in marked] == [("longer", "bad", "▲")]
    assert marked[0].note.startswith("was ")
    assert "Signals: Enterprise, Approval takes longer" in table.alt
    assert [row.cells[0].text for row in table.rows if row.role == "group"] == [
        "Enterprise", "Mid-market", "Small business",
    ]  # fmt: skip


def test_every_body_row_has_a_cell_a_column(process):
    for make in (blocks.steps_table, blocks.paths_table, blocks.losses_table):
        table = make(process)
        assert table.alt
        assert {len(row.cells) for row in table.rows if row.role == "body"} == {len(table.columns)}


def test_paths_and_losses_carry_intervals(process):
    for table in (blocks.paths_table(process), blocks.losses_table(process)):
        shares = [row.cells[2] for row in table.rows if row.role == "body"]
        assert all("%" in cell.text and "–" in cell.note for cell in shares)
    assert blocks.paths_table(process).footnotes[0].startswith("Detours: ")


def test_the_costliest_delay_is_told_with_deals_and_money(process):
    found = blocks.opportunities(process)
    first = found.items[0]
    assert first.lead == "Enterprise: Approval"
    assert "deals waiting (€" in first.text
    assert "a signal" in first.text
    assert first.tone == "bad"


def test_the_record_says_how_the_order_was_found(sample, process):
    assert "Discovery → Evaluation → Proposal → Approval → Negotiation (learnt from the deals)" in (
        blocks.remarks(process).items[0].text
    )
    order = ("Evaluation", "Discovery", "Proposal", "Approval", "Negotiation")
    given = Process.of(sample, PERIOD, order=order)
    assert "Evaluation → Discovery" in blocks.remarks(given).items[0].text
    assert "as set" in blocks.remarks(given).items[0].text


def test_nothing_happened_is_said(nothing):
    body = [row for row in blocks.steps_table(nothing).rows if row.role == "body"]
    assert [row.cells[1].text for row in body] == ["0"]
    assert blocks.paths_table(nothing).kind == "callout"
    assert blocks.losses_table(nothing).kind == "callout"
    assert blocks.opportunities(nothing).items[0].lead == "No delay stands out"
    assert "No deal entered a stage" in path_map(nothing).alt


def test_the_map_is_drawn_the_same_twice_and_legibly(process):
    chart = path_map(process, "Enterprise")
    assert chart.svg == path_map(process, "Enterprise").svg
    root = ElementTree.fromstring(chart.svg)
    width = float(root.get("viewBox").split()[2])
    assert width == pytest.approx(7 * 72)
    assert "font: 6" not in chart.svg
    words = [text.text for text in root.iter("{http://www.w3.org/2000/svg}text")]
    assert {"Discovery", "Evaluation", "Proposal", "Approval", "Negotiation", "Won"} <= set(words)


def test_the_map_tells_its_numbers(process):
    flow = flow_of(process, "Enterprise")
    chart = path_map(process, "Enterprise")
    for node in flow.nodes:
        assert f"{node.name}: {node.n} deals, median {node.days:.0f} days" in chart.alt
        out = sum(move.n for move in flow.moves if flow.nodes[move.start] is node)
        assert out + node.lost + node.waiting == node.n
    assert "Steps back: Proposal to Evaluation" in chart.alt


def test_many_stages_are_cut_to_what_can_be_read():
    deals = pd.DataFrame({"opportunity_id": [f"D{k}" for k in range(12)],
                          "created_on": pd.Timestamp("2026-09-01"), "outcome": "open"})  # fmt: skip
    events = pd.DataFrame([
        (f"D{deal}", f"Stage {step:02}", pd.Timestamp("2026-09-01") + pd.Timedelta(days=step))
        for deal in range(12) for step in range(deal + 1)
    ], columns=["opportunity_id", "stage", "entered_at"])  # fmt: skip
    long = Process.of(load({"opportunities": deals, "stage_events": events}), PERIOD)
    chart = path_map(long)
    assert len(flow_of(long).nodes) == MOST
    assert "Stage 08, Stage 09, Stage 10, Stage 11" in chart.footnotes[-1]


def test_the_look_shows_every_section_and_orders_segments_by_delay():
    look = BuyingProcess("sample")
    assert look.segments[0] == "Enterprise"
    assert sorted(look.segments) == ["Enterprise", "Mid-market", "Small business"]
    maps = (look.path_map(), look.path_map("Enterprise"))
    shown = (look.delays(), look.steps(), look.paths(), look.losses(), look.remarks(), *maps)
    kinds = {block.kind for block in shown}
    assert kinds == {"findings", "chart", "table"}


def test_the_map_of_all_is_that_of_the_whole_whatever_the_process_was_split_by(sample, process):
    whole = Process.of(sample, PERIOD)
    assert flow_of(process) == flow_of(whole)
    assert path_map(process).svg == path_map(whole).svg


def test_deals_without_segments_have_a_map_too():
    when = pd.to_datetime(["2026-09-01"])
    deals = pd.DataFrame({"opportunity_id": ["D1"], "created_on": when, "outcome": ["open"]})
    events = pd.DataFrame({"opportunity_id": ["D1"], "stage": ["Call"], "entered_at": when})
    look = BuyingProcess({"opportunities": deals, "stage_events": events}, as_of="2026-11-02")
    assert "Call" in look.path_map().alt


def test_without_stage_events_each_section_says_what_would_bring_it():
    deals = pd.DataFrame({"opportunity_id": ["D1"], "created_on": [pd.Timestamp("2026-09-01")],
                          "outcome": ["open"], "segment": ["A"]})  # fmt: skip
    look = BuyingProcess({"opportunities": deals}, as_of="2026-11-02")
    for block in (look.delays(), look.path_map(), look.steps(), look.remarks()):
        assert block.kind == "callout"
        assert "stage_events" in block.text


def test_delays_without_money_are_told_and_the_many_are_counted():
    """Eight segments in which three deals without an amount wait longer than they used to."""
    old, eve = pd.Timestamp("2026-01-05"), pd.Timestamp("2026-11-01")
    past = [(old, old + pd.Timedelta(days=day)) for day in range(1, 21)]
    now = [(eve - pd.Timedelta(days=20), None)] * 3 + [(eve - pd.Timedelta(days=300), None)]
    deals = pd.DataFrame(
        [(f"{name}{place}", name, *span) for name in "ABCDEFGH" for place, span in
         enumerate([*past, *now])],
        columns=["opportunity_id", "segment", "created_on", "closed_on"],
    ).assign(amount=float("nan"))  # fmt: skip
    deals["closed_on"] = pd.to_datetime(deals["closed_on"])
    deals["outcome"] = deals["closed_on"].notna().map({True: "won", False: "open"})
    events = deals[["opportunity_id", "created_on"]].rename(columns={"created_on": "entered_at"})
    tables = {"opportunities": deals, "stage_events": events.assign(stage="Offer")}
    found = blocks.opportunities(Process.of(load(tables), PERIOD, "segment")).items
    assert [item.lead for item in found] == [*(f"{name}: Offer" for name in "ABCDE"), "Further"]
    assert found[0].text.startswith("4 deals waiting, 3 of them longer than nine in ten used to")
    assert "3 of the late ones without an amount" in found[0].text
    assert "1 more deal waited longer than any" in found[0].text
    assert found[-1].text == "3 stages with smaller delays."
