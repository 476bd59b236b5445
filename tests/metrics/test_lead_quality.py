"""Definitions of a quality lead on nine leads one can count by hand; see quality_leads/leads.csv.

Of quality are L1, L3, L5, L7 (SQL) and L9 (won): 5 of 9. They took 5, 5, 5, 10 and 10 days, so a
lead is mature after 10; L10 is too young. Sales has no definition before 15 January.
"""

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from report_helpers.data import load
from report_helpers.errors import MissingData, UnknownName
from report_helpers.metrics.agreement import (
    agreement,
    definition_agreement,
    definition_kappa,
    disputed_leads,
    kappa,
    overlap,
)
from report_helpers.metrics.intervals import wilson
from report_helpers.metrics.judged import judged
from report_helpers.metrics.lead_quality import (
    definition_lift,
    definition_precision,
    definition_recall,
    definition_scores,
    lift_interval,
)
from report_helpers.metrics.report import figures
from report_helpers.periods import Period

SCENARIO = Path(__file__).parent / "scenarios" / "quality_leads"


@pytest.fixture(scope="module")
def data():
    return load(SCENARIO)


def without(data, *tables, leads=()):
    kept = {name: data.frame(name) for name in data.tables if name not in tables}
    kept["leads"] = kept["leads"].drop(columns=list(leads))
    return load(kept)


def by_team(found, metric, column="value"):
    rows = found[found["metric"] == metric]
    return dict(zip(rows["team"], rows[column], strict=True))


def test_each_lead_is_judged_by_the_definition_of_its_day(data):
    found = definition_scores(data)
    precision = {"marketing": 3 / 5, "sales": 1.0}
    assert by_team(found, "definition_precision") == pytest.approx(precision)
    recall = {"marketing": 3 / 5, "sales": 3 / 4}
    assert by_team(found, "definition_recall") == pytest.approx(recall)
    lift = {"marketing": (3 / 5) / (5 / 9), "sales": 1 / (4 / 7)}
    assert by_team(found, "definition_lift") == pytest.approx(lift)
    assert by_team(found, "definition_precision", "leads") == {"marketing": 9, "sales": 7}
    assert by_team(found, "definition_precision", "worked") == {"marketing": 4, "sales": 3}
    assert set(found["young"]) == {1}


def test_judged_now_all_leads_meet_the_latest_definition(data):
    found = definition_scores(data, judged="now")
    precision = {"marketing": 1 / 2, "sales": 3 / 4}
    assert by_team(found, "definition_precision") == pytest.approx(precision)
    assert by_team(found, "definition_recall") == pytest.approx({"marketing": 0.2, "sales": 0.6})
    assert set(found["leads"]) == {9}


def test_shares_have_wilson_intervals_and_rest_on_what_they_are_shares_of(data):
    for found, of in ((definition_precision(data), "passed"), (definition_recall(data), "quality")):
        low, high = wilson(found["hits"], found["n"])
        assert found["n"].tolist() == found[of].tolist()
        assert found["low"].to_numpy() == pytest.approx(low)
        assert found["high"].to_numpy() == pytest.approx(high)


def test_groups_add_up_to_the_whole(data):
    whole, parts = definition_lift(data), definition_lift(data, by="segment")
    for name in ("passed", "hits", "quality", "leads", "worked"):
        sums = parts.groupby("team")[name].sum()
        assert sums.to_dict() == dict(zip(whole["team"], whole[name], strict=True))


def test_the_four_sides_add_up_to_the_leads_both_judged(data):
    sides = overlap(data).set_index("side")
    counts = {"both": 2, "marketing only": 2, "sales only": 1, "neither": 2}
    assert sides["n"].to_dict() == counts
    hits = {"both": 2, "marketing only": 0, "sales only": 1, "neither": 1}
    assert sides["hits"].to_dict() == hits
    assert sides["worked"].to_dict() == {
        "both": 2,
        "marketing only": 1,
        "sales only": 1,
        "neither": 1,
    }
    same = definition_agreement(data)
    assert (same["value"].item(), same["n"].item()) == (pytest.approx(4 / 7), 7)


def test_kappa_is_that_of_the_four_sides(data):
    observed, expected = 4 / 7, (4 * 3 + 3 * 4) / 49
    assert definition_kappa(data)["value"].item() == pytest.approx(
        (observed - expected) / (1 - expected)
    )
    both = agreement(data, by="segment")
    assert both.groupby("metric")["n"].sum().to_dict() == {
        "definition_agreement": 7,
        "definition_kappa": 7,
    }


@pytest.mark.parametrize(
    "table", [[[20, 5], [10, 15]], [[800, 30], [12, 500]], [[5, 40], [30, 2]], [[7, 0], [0, 9]]]
)
def test_kappa_and_its_error_are_those_of_statsmodels(table):
    from statsmodels.stats.inter_rater import cohens_kappa

    found, oracle = kappa(np.array(table, float)), cohens_kappa(np.array(table))
    assert found.value == pytest.approx(oracle.kappa)
    assert found.error == pytest.approx(oracle.std_kappa)
    bounds = sorted((oracle.kappa_low, oracle.kappa_upp))
    assert (found.low, found.high) == pytest.approx(bounds)


def test_kappa_of_judges_who_always_say_the_same_is_not_defined():
    assert np.isnan(kappa(np.array([[9.0, 0], [0, 0]])).value)
    assert np.isnan(kappa(np.zeros((2, 2))).value)


def test_the_interval_of_a_lift_holds_the_truth_about_95_times_in_100():
    draw = np.random.default_rng(11)
    cells = draw.multinomial(900, [0.08, 0.22, 0.10, 0.60], size=4000).astype(float)
    hits, passed, quality = cells[:, 0], cells[:, 0] + cells[:, 1], cells[:, 0] + cells[:, 2]
    low, high = lift_interval(hits, passed, quality, np.full(4000, 900.0))
    truth = (0.08 / 0.30) / 0.18
    assert 0.94 < np.mean((low <= truth) & (truth <= high)) < 0.96


def test_passing_every_lead_lifts_nothing_for_certain():
    bounds = lift_interval(*(np.array([x]) for x in (30.0, 100.0, 30.0, 100.0)))
    assert [bound.item() for bound in bounds] == pytest.approx([1, 1])


def test_disputed_leads_are_the_latest_old_enough_with_their_outcome(data):
    found = disputed_leads(data)
    assert found["lead_id"].tolist() == ["L6", "L5", "L4"]
    assert found["side"].tolist() == ["marketing only", "sales only", "marketing only"]
    assert found["outcome"].tolist() == ["not handed over", "quality", "no quality"]
    assert disputed_leads(data, limit=1)["lead_id"].tolist() == ["L6"]


def test_a_period_too_young_says_so(data):
    week = Period(date(2026, 2, 23), date(2026, 3, 2))
    found = definition_scores(data, week)
    assert found["status"].eq("na").all()
    assert set(found["reason"]) == {"all leads are younger than the 10 days it takes to judge one"}
    assert agreement(data, week)["reason"].str.startswith("all leads are younger").all()


def test_a_period_cuts_what_is_known_at_its_end(data):
    early = Period(date(2026, 1, 5), date(2026, 2, 2))  # only L1 and L3 had become of quality
    found = judged(data, early)
    assert (found.wait, found.young) == (5, 2)  # L4 and L5 arrived in the last five days
    assert found.leads["quality"].sum() == 2


def test_without_any_lead_of_quality_nothing_can_be_judged(data):
    leads = data.frame("leads").assign(sql_on=pd.NaT)
    deals = data.frame("opportunities").assign(outcome="open", closed_on=pd.NaT)
    nothing = {"leads": leads, "opportunities": deals, "criteria": data.frame("criteria")}
    found = definition_scores(nothing)
    assert set(found["reason"]) == {"no lead is known to have become of quality yet"}


def test_without_handover_dates_worked_is_not_known(data):
    bare = without(data, leads=["mql_on"])
    assert definition_scores(bare)["worked"].isna().all()
    assert disputed_leads(bare)["outcome"].tolist() == ["no quality", "quality", "no quality"]


def test_refusals_say_what_would_help(data):
    with pytest.raises(MissingData, match="no criteria of quality leads"):
        definition_scores(without(data, "criteria"))
    with pytest.raises(UnknownName, match="did you mean 'then'"):
        definition_scores(data, judged="than")
    deals = data.frame("opportunities").drop(columns=["lead_id"])
    leads, criteria = data.frame("leads"), data.frame("criteria")
    blind = {"opportunities": deals, "leads": leads.drop(columns=["sql_on"]), "criteria": criteria}
    with pytest.raises(MissingData, match="nothing says which leads"):
        definition_scores(blind)
    one_sided = {"opportunities": deals, "leads": leads, "criteria": criteria.iloc[:3]}
    with pytest.raises(MissingData, match="by sales"):
        overlap(one_sided)


def test_every_metric_of_the_quality_lead_is_reached_by_name(data):
    names = ("definition_precision", "definition_recall", "definition_lift")
    names += ("definition_agreement", "definition_kappa", "target_quality_rate")
    names += ("nurture_ready_rate", "nurture_days_to_ready", "nurture_cost_per_ready")
    found = figures(data, "all", only=names)
    assert set(found["metric"]) == set(names)
    assert found["status"].eq("ok").all()
    lacking = figures(without(data, "criteria"), "all", only=names[:5])
    assert set(lacking["reason"]) == {"there are no criteria of quality leads"}
