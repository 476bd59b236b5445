"""What the sample company calls a quality lead, and what its data say of it."""

from __future__ import annotations

from datetime import date

import pytest

import report_helpers as rh
from report_helpers.data.dataset import Dataset
from report_helpers.data.sample import generate
from report_helpers.metrics.definitions import definitions


@pytest.fixture(scope="module")
def sample() -> Dataset:
    return rh.load("sample")


def test_each_team_has_two_versions_and_both_agree_on_one(sample: Dataset) -> None:
    found = definitions(sample, date(2026, 11, 5))
    versions = [(one.team, one.version) for one in found]
    assert versions == [
        ("marketing", 1),
        ("marketing", 2),
        ("sales", 1),
        ("sales", 2),
        ("both", 1),
    ]
    assert all(one.starts_on.weekday() == 0 for one in found)


def test_the_definitions_are_the_same_in_every_sample_and_only_their_days_move() -> None:
    tables = [generate(seed=seed, weeks=weeks, deals=150) for seed, weeks in ((7, 60), (8, 104))]
    short, other = (frames["criteria"] for frames in tables)
    assert short.drop(columns="starts_on").equals(other.drop(columns="starts_on"))
    assert not short["starts_on"].equals(other["starts_on"])


def test_the_teams_agree_no_more_than_chance_would(sample: Dataset) -> None:
    kappa = rh.agreement(sample, judged="now").set_index("metric").loc["definition_kappa"]
    assert kappa["low"] < 0.05
    assert kappa["high"] < 0.1


def test_the_agreed_definition_beats_both(sample: Dataset) -> None:
    found = rh.definition_scores(sample, judged="now")
    precision = found[found["metric"] == "definition_precision"].set_index("team")
    recall = found[found["metric"] == "definition_recall"].set_index("team")["value"]
    assert precision.loc["both", "low"] > precision.loc[["marketing", "sales"], "high"].max()
    assert recall["both"] > recall[["marketing", "sales"]].max()


def test_what_is_planted_is_supported_and_what_is_chance_or_a_trap_is_not(sample: Dataset) -> None:
    found = rh.predictors(sample)
    supported = set(found.loc[found["supported"], "attribute"])
    assert {"demo_requested", "budget_known", "job_level", "pages_viewed", "source"} >= supported
    assert {"demo_requested", "budget_known", "job_level"} <= supported
    assert not {"country_group", "company_size", "region"} & supported
    trap = found[found["attribute"] == "customer_number"]
    assert "known only afterwards" in trap["reason"].item()


def test_nurtured_leads_differ_beforehand_and_it_is_said(sample: Dataset) -> None:
    found = rh.nurture_comparison(sample)
    assert 0 < found.matched < 0.07
    assert any("pages viewed" in text for text in found.warnings)
