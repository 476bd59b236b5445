"""The quality lead's blocks: what they say on the sample, on nine leads, and on data that lack."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from report_helpers.data import load
from report_helpers.data.dataset import Dataset
from report_helpers.facts.conditions import Condition
from report_helpers.metrics.definitions import Definition
from report_helpers.present import nurturing, quality_agreement, quality_lead, supported
from report_helpers.present import quality_words as words
from report_helpers.present.blocks import Block, Callout, Columns, Findings, Table
from report_helpers.present.quality_explorer import QualityLead
from report_helpers.settings import Commitments

SCENARIO = Path(__file__).parents[1] / "metrics" / "scenarios" / "quality_leads"
SECTIONS: dict[str, Callable[[QualityLead], Block]] = {
    "verdict": lambda q: q.verdict(),
    "said": lambda q: q.said(),
    "scores": lambda q: q.scores(),
    "scores then": lambda q: q.scores("then"),
    "overlaps": lambda q: q.overlaps(),
    "disputed": lambda q: q.disputed(),
    "supported": lambda q: q.supported(),
    "proposal": lambda q: q.proposal(),
    "targets": lambda q: q.targets(),
    "targets of two": lambda q: q.targets("segment", "source"),
    "nurturing": lambda q: q.nurturing(),
    "agreement": lambda q: q.agreement(),
}
UNTIL = date(2026, 3, 2)


@pytest.fixture(scope="module")
def sample() -> QualityLead:
    return QualityLead()


@pytest.fixture(scope="module")
def nine() -> Dataset:
    return load(SCENARIO)


@pytest.mark.parametrize("name", SECTIONS)
def test_every_section_of_the_sample_says_something(sample: QualityLead, name: str) -> None:
    block = SECTIONS[name](sample)
    assert not isinstance(block, Callout)
    assert block.plain().strip()
    for table in _tables(block):
        assert table.alt.endswith(".")
        assert len(table.columns) <= 5
        assert "nan" not in table.plain() + " ".join(_notes(table)) + table.alt


@pytest.mark.parametrize("name", SECTIONS)
def test_deals_alone_say_what_would_bring_the_section(name: str) -> None:
    days = pd.date_range("2026-08-03", periods=60, freq="D")
    ids = [str(place) for place in range(60)]
    deals = pd.DataFrame({"opportunity_id": ids, "created_on": days, "outcome": "open"})
    block = SECTIONS[name](QualityLead({"opportunities": deals}))
    assert isinstance(block, Callout)
    assert "To bring it" in block.text


def _tables(block: Block) -> list[Table]:
    if isinstance(block, Columns):
        return [table for part in block.blocks for table in _tables(part)]
    return [block] if isinstance(block, Table) else []


def _notes(table: Table) -> list[str]:
    return [cell.note for row in table.rows for cell in row.cells] + list(table.footnotes)


def test_the_sentence_says_agreement_and_what_it_costs(nine: Dataset) -> None:
    found = quality_lead.finding(nine, "all")
    assert found is not None
    # judged now: both L7, marketing L6, sales L2, L3 and L5, neither L1, L4, L8 and L9
    assert "agree on 55.6% of 9 leads" in found.text
    assert "40.0% of the leads of quality are passed by one of them only" in found.text
    assert found.tone == "watch"


def test_without_definitions_there_is_no_sentence(nine: Dataset) -> None:
    bare = load({name: nine.frame(name) for name in ("leads", "opportunities")})
    assert quality_lead.finding(bare, "all") is None


def test_nobody_disputes_one_shared_definition(nine: Dataset) -> None:
    criteria = nine.frame("criteria").iloc[:1]
    both = pd.concat([criteria, criteria.assign(team="sales")])
    data = load(
        {"leads": nine.frame("leads"), "opportunities": nine.frame("opportunities")}
        | {"criteria": both}
    )
    block = quality_lead.disputed(data, "all")
    assert isinstance(block, Callout)
    found = quality_lead.finding(data, "all")
    assert found is not None
    assert found.tone == "good"
    assert "almost perfect" in found.text


def test_the_agreement_states_definition_worth_commitments_and_signatures() -> None:
    page = QualityLead().agreement()
    assert isinstance(page, Table)
    assert page.caption == "Agreement on the quality lead, version 1"
    text = page.plain()
    assert "at least 2 of: demo requested; budget known; job level: " in text
    assert "since Mon 22 Jun 2026" in text
    assert "precision 3" in text
    assert "33 quality leads a week" in text
    assert "within 24 hours" in text
    assert text.count("Name ____") == 2


def test_without_an_agreed_definition_it_is_a_draft(nine: Dataset) -> None:
    page = quality_agreement.agreement_page(nine, UNTIL, Commitments(attempts=1))
    assert page.caption.endswith("draft, not agreed")
    assert "1 attempt within" in page.plain()
    assert "at least one of: demo; pages: 8 or more" in page.plain()


@pytest.mark.parametrize(
    ("starts", "said"),
    [
        ("2026-02-27", "in force for less than a week"),
        ("2026-02-23", "not yet: "),  # a week old: its leads are too young
        ("2026-01-05", "precision "),
    ],
)
def test_what_an_agreed_definition_is_worth(nine: Dataset, starts: str, said: str) -> None:
    agreed = nine.frame("criteria").iloc[:1].assign(team="both", starts_on=pd.Timestamp(starts))
    data = load(
        {"leads": nine.frame("leads"), "opportunities": nine.frame("opportunities")}
        | {"criteria": agreed}
    )
    page = quality_agreement.agreement_page(data, UNTIL, Commitments())
    measured = next(row.cells[1].text for row in page.rows if row.cells[0].text == "Measured")
    assert said in measured


def test_few_leads_are_not_ranked_and_nothing_is_supported(nine: Dataset) -> None:
    assert isinstance(nurturing.targets(nine, "all"), Callout)
    block = supported.supported(nine, "all")
    assert isinstance(block, Callout)
    assert "Refused: pages" in block.text
    found = supported.proposal(nine, "all")
    assert isinstance(found, Findings)
    assert "nothing to propose" in found.items[0].text


def test_a_comparison_without_counterparts_says_so(nine: Dataset) -> None:
    leads = nine.frame("leads")
    leads["source"] = leads["nurtured"].map({True: "Web", False: "Fair"})
    block = nurturing.nurturing(
        load({"leads": leads, "opportunities": nine.frame("opportunities")}), "all"
    )
    assert "no nurtured lead has a counterpart" in block.plain()


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        (Condition("budget", "filled"), "budget: known"),
        (Condition("budget", "!=", "yes"), "not budget"),
        (Condition("budget", "=", "no"), "not budget"),
        (Condition("pages", "=", "1"), "pages: 1"),
        (Condition("pages", "<", "5"), "pages: less than 5"),
        (Condition("job", "!=", "Student"), "job: not Student"),
    ],
)
def test_conditions_in_words(condition: Condition, said: str) -> None:
    assert words.condition(condition) == said


def test_points_in_words() -> None:
    both = (Condition("a", "filled"), Condition("b", "filled"))
    start = date(2026, 1, 5)
    weighed = Definition("sales", start, both, (2.0, 1.0), 2)
    assert words.definition(weighed) == "at least 2 points of: a: known (2); b: known (1)"
    every = Definition("sales", start, both, (1.0, 1.0), 2)
    assert words.definition(every) == "all of: a: known; b: known"
    assert words.definition(Definition("sales", start, both[:1])) == "a: known"


@pytest.mark.parametrize(
    ("kappa", "said"),
    [
        ((-0.4, -0.5, -0.3), "less than chance"),
        ((0.05, -0.53, 0.63), "not told apart from chance"),
        ((0.1, 0.05, 0.2), "slight"),
        ((0.7, 0.6, 0.8), "substantial"),
        ((float("nan"),) * 3, "not defined"),
    ],
)
def test_kappa_in_words(kappa: tuple[float, float, float], said: str) -> None:
    assert said in words.agreement(*kappa)
