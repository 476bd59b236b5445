"""Attributes that predict, on leads made to order: what is found, refused, or chance."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import chi2_contingency, fisher_exact

import report_helpers as rh
from report_helpers.errors import MissingData
from report_helpers.facts.conditions import Condition
from report_helpers.metrics.joint_definition import _verdict, conditions_from, joint_definition
from report_helpers.metrics.leaks import refusals, sure_value
from report_helpers.metrics.predictors import p_value, predictors

DEALS = pd.DataFrame(
    {
        "opportunity_id": ["D", "E"],
        "created_on": pd.to_datetime(["2026-01-05", "2026-12-31"]),
        "outcome": ["open", "open"],
    }
)


def company(seed=1, count=4000):
    """Return leads whose quality depends on a demo and a budget, and on nothing else."""
    draw = np.random.default_rng(seed)
    day = np.sort(draw.integers(0, 300, count))
    demo, budget = draw.random(count) < 0.3, draw.random(count) < 0.4
    odds = -2.0 + 1.5 * demo + 1.2 * budget
    ready = draw.random(count) < 1 / (1 + np.exp(-odds))
    created = pd.Timestamp("2026-01-05") + pd.to_timedelta(day, unit="D")
    broken = np.where(day < 200, ready, ~ready)  # an attribute whose meaning turned round
    return pd.DataFrame(
        {
            "lead_id": [f"L{i}" for i in range(count)],
            "created_on": created,
            "sql_on": pd.Series(created + pd.Timedelta(days=3)).where(ready),
            "demo": demo,
            "budget": budget,
            "pages": draw.poisson(3 + 3 * ready).astype(float),
            "noise": draw.choice(list("abcd"), count),
            "turned": np.where(broken & (draw.random(count) < 0.5), "x", "y"),
            "customer": pd.Series([f"K{i}" for i in range(count)]).where(ready),
            "invoice": pd.Series(draw.choice(["a", "b"], count)).where(
                draw.random(count) < np.where(ready, 0.8, 0.2)
            ),
            "paid": np.where(ready, draw.choice([10.0, 20.0, 30.0], count), 0.0),
            "stage": np.where(ready, "customer", draw.choice(["new", "known"], count)),
            "mail": [f"m{i}@x.example" for i in range(count)],
            "number": np.arange(count) * 1.0,
            "same": "x",
            "seen": created,
        }
    )


CRITERIA = pd.DataFrame(
    [
        ("marketing", "2026-01-05", "turned", "=", "x"),
        ("sales", "2026-01-05", "noise", "=", "a"),
    ],
    columns=["team", "starts_on", "attribute", "operator", "value"],
).astype({"starts_on": "datetime64[us]"})


@pytest.fixture(scope="module")
def data():
    return rh.load({"opportunities": DEALS, "leads": company(), "criteria": CRITERIA})


@pytest.fixture(scope="module")
def found(data):
    return predictors(data)


def test_what_was_planted_is_supported_and_nothing_else(found):
    assert set(found.loc[found["supported"], "attribute"]) == {"demo", "budget", "pages"}
    demo = found[found["attribute"] == "demo"]
    assert demo["value"].tolist() == ["yes"]  # a flag is tested once
    assert demo["condition"].tolist() == [Condition("demo", "=", "yes")]
    assert (demo["test_low"] <= demo["test_lift"]).all()
    assert (demo["test_lift"] <= demo["test_high"]).all()


def test_an_attribute_whose_meaning_turned_is_not_confirmed(found):
    assert found.loc[found["attribute"] == "turned", "reason"].tolist() == [
        "later leads do not confirm it"
    ]


def test_chance_is_called_chance(found):
    noise = found[found["attribute"] == "noise"]
    assert noise["reason"].eq("no more than chance").all()
    assert len(noise) == 4


def test_both_parts_hold_all_leads_seven_tenths_first(found):
    noise = found[found["attribute"] == "noise"]
    assert noise["n"].sum() + noise["test_n"].sum() == 4000
    assert noise["n"].sum() / 4000 == pytest.approx(0.7, abs=0.01)


@pytest.mark.parametrize(
    ("attribute", "reason"),
    [
        ("customer", "all of which became of quality"),
        ("invoice", "filled on 8"),
        ("stage", "with the value 'customer' became of quality"),
        ("paid", "with the value '10 or more' became of quality"),
        ("mail", "an identifier or free text"),
        ("number", "an identifier: every one"),
        ("same", "the same on every lead"),
        ("seen", "a date"),
    ],
)
def test_leaks_and_identifiers_are_refused_by_name(found, attribute, reason):
    row = found[found["attribute"] == attribute]
    assert len(row) == 1
    assert reason in row["reason"].item()
    assert row["rate"].isna().all()
    assert not row["supported"].any()


def test_quarters_of_a_number_are_those_of_the_earlier_leads(found):
    pages = found[found["attribute"] == "pages"]
    assert pages["n"].sum() + pages["test_n"].sum() == 4000
    edges = {row.condition.value for row in pages.itertuples()}
    assert all(float(edge) == int(edge) for edge in edges)


def test_a_number_that_never_varies_is_no_predictor():
    leads = company(count=300)[["lead_id", "created_on", "sql_on"]]
    leads["zero"] = np.where(np.arange(300) < 150, 0.0, np.nan)
    result = predictors({"opportunities": DEALS, "leads": leads})
    assert not result["supported"].any()


def test_on_pure_chance_next_to_nothing_is_supported():
    """With a level of 5 % twice and one direction, fewer than 1 in 100 values may slip through."""
    supported = tested = 0
    for seed in range(6):
        leads = company(seed, 1500)[["lead_id", "created_on", "sql_on"]]
        draw = np.random.default_rng(100 + seed)
        noise = {f"a{i}": draw.choice(list("abcde"), 1500) for i in range(4)}
        result = predictors({"opportunities": DEALS, "leads": leads.assign(**noise)})
        supported, tested = supported + result["supported"].sum(), tested + len(result)
    assert tested == 6 * 20
    assert supported / tested < 0.01


@pytest.mark.parametrize("cells", [(30, 100, 60, 400), (3, 10, 12, 60), (0, 5, 9, 40)])
def test_p_values_are_those_of_scipy(cells):
    hits, n, quality, leads = cells
    table = [[hits, n - hits], [quality - hits, leads - n - quality + hits]]
    expected = n * quality / leads
    oracle = chi2_contingency(table, correction=False) if expected >= 5 else fisher_exact(table)
    assert p_value(*cells) == pytest.approx(oracle.pvalue)


def test_rare_and_empty_attributes_are_too_few_to_tell():
    profile = {"attribute": "x", "kind": "text", "n": 900, "quality": 90, "filled_quality": 0}
    frame = pd.DataFrame([{**profile, "filled": 9, "distinct": 2}])
    assert refusals(frame).tolist() == ["filled on 9 leads, too few to tell"]
    late = frame.assign(attribute="rejection_reason", filled=500)
    assert "known only after Sales" in refusals(late).item()


def test_a_value_is_not_suspect_where_nearly_all_leads_are_of_quality():
    values = pd.DataFrame(
        {"value": ["a", "a", "b"], "quality": [True, False, True], "n": [50, 1, 9]}
    )
    assert sure_value(values) == ""


def test_without_a_mature_lead_nothing_can_be_tested():
    leads = company(count=50).assign(sql_on=pd.NaT)
    with pytest.raises(MissingData, match="none of 50 leads is old enough"):
        predictors({"opportunities": DEALS, "leads": leads})


def test_supported_values_make_conditions(found):
    offered = conditions_from(found)
    assert {Condition("demo", "=", "yes"), Condition("budget", "=", "yes")} <= set(offered)
    assert all(one.attribute in {"demo", "budget", "pages"} for one in offered)
    rows = [
        ("job", "Head", Condition("job", "=", "Head"), 2.0),
        ("job", "Boss", Condition("job", "=", "Boss"), 1.5),
        ("job", "Student", Condition("job", "=", "Student"), 0.2),
        ("pages", "below 2", Condition("pages", "<", "2"), 0.5),
    ]
    table = pd.DataFrame(rows, columns=["attribute", "value", "condition", "lift"])
    assert [one.name for one in conditions_from(table.assign(supported=True))] == [
        "job = Head",
        "job = Boss",
        "job in Head|Boss",
        "job != Student",
        "pages >= 2",
    ]


def test_a_better_definition_is_proposed_and_is_better_on_the_later_leads(data):
    found = joint_definition(data)
    assert found.better
    assert 1 <= len(found.definition.conditions) <= 3
    mine = found.scores.iloc[-1]
    assert mine["team"] == "proposed"
    others = found.scores.iloc[:-1]
    for name in ("precision", "recall"):
        assert (mine[name] >= others[name]).all()
    assert found.halves.train + found.halves.test == 4000
    assert set(found.scores["leads"]) == {found.halves.test}


def test_where_the_teams_already_have_the_best_nothing_better_is_claimed():
    best = joint_definition({"opportunities": DEALS, "leads": company(), "criteria": CRITERIA})
    rows = [
        (team, "2026-01-05", one.attribute, one.operator, one.value, weight)
        for team in ("marketing", "sales", "both")
        for one, weight in zip(best.definition.conditions, best.definition.points, strict=True)
    ]
    columns = ["team", "starts_on", "attribute", "operator", "value", "weight"]
    criteria = pd.DataFrame(rows, columns=columns).astype({"starts_on": "datetime64[us]"})
    criteria["threshold"] = best.definition.threshold
    again = joint_definition({"opportunities": DEALS, "leads": company(), "criteria": criteria})
    assert not again.better
    assert "no more than chance allows" in again.verdict or "falls short" in again.verdict


def test_without_supported_attributes_nothing_is_proposed():
    leads = company(count=1200)[["lead_id", "created_on", "sql_on", "noise"]]
    criteria = CRITERIA.assign(attribute="noise", operator="=", value="a")
    found = joint_definition({"opportunities": DEALS, "leads": leads, "criteria": criteria})
    assert found.definition is None
    assert "No attribute is supported" in found.verdict


def test_with_an_agreed_definition_alone_there_is_no_team_to_serve(data):
    criteria = CRITERIA.iloc[:1].assign(team="both")
    found = joint_definition({"opportunities": DEALS, "leads": company(), "criteria": criteria})
    assert found.verdict == "No team has a definition of its own to compare with."


def scores(*rows):
    """Return scores of team, precision, recall; intervals are 0.05 either way, on 100 leads."""
    frame = pd.DataFrame(rows, columns=["team", "precision", "recall"])
    bounds = {f"{name}_high": frame[name] + 0.05 for name in ("precision", "recall")}
    return frame.assign(passed=30, quality=20, leads=100, **bounds)


TEAMS = (("marketing", 0.2, 0.5), ("sales", 0.3, 0.4))


@pytest.mark.parametrize(
    ("rows", "better", "said"),
    [
        ([*TEAMS, ("proposed", 0.4, 0.6)], True, "as complete as either team's own."),
        ([*TEAMS, ("both", 0.4, 0.6), ("proposed", 0.4, 0.7)], True, "and than the agreed one"),
        ([*TEAMS, ("both", 0.5, 0.8), ("proposed", 0.4, 0.7)], True, "keep that"),
        ([*TEAMS, ("both", 0.5, 0.5), ("proposed", 0.4, 0.7)], True, "trades precision for recall"),
        ([*TEAMS, ("both", 0.3, 0.9), ("proposed", 0.4, 0.7)], True, "trades recall for precision"),
        (
            [("marketing", 0.2, 0.5), ("sales", 0.3, 0.5), ("proposed", 0.32, 0.52)],
            False,
            "ahead of Sales by no more than chance",
        ),
        ([*TEAMS, ("proposed", 0.9, 0.45)], False, "falls short of Marketing's recall"),
    ],
)
def test_the_verdict_says_for_whom_the_proposal_is_better(rows, better, said):
    found = _verdict(scores(*rows), object())
    assert found[0] is better
    assert said in found[1]


def test_on_too_few_later_leads_there_is_no_verdict():
    few = scores(*TEAMS, ("proposed", 0.4, 0.6)).assign(passed=0)
    assert _verdict(few, object()) == (
        False,
        "The later leads are too few to judge a definition by.",
    )
