"""Nurtured leads and others: by hand, against statsmodels, and what makes a comparison unfair."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from report_helpers.data import load
from report_helpers.errors import MissingData
from report_helpers.metrics.matching import cmh, nurture_comparison, standardised
from report_helpers.metrics.nurture import (
    nurture,
    nurture_cost_per_ready,
    nurture_days_to_ready,
    nurture_ready_rate,
)
from report_helpers.metrics.targeting import target_segments

SCENARIO = Path(__file__).parent / "scenarios" / "quality_leads"
DEALS = pd.DataFrame(
    {"opportunity_id": ["D"], "created_on": [pd.Timestamp("2026-01-05")], "outcome": ["open"]}
)


@pytest.fixture(scope="module")
def data():
    return load(SCENARIO)


def leads_of(strata):
    """Return leads with the counts given: (source, segment, nurtured, n, ready)."""
    rows = [
        (source, segment, nurtured, number < ready)
        for source, segment, nurtured, n, ready in strata
        for number in range(n)
    ]
    frame = pd.DataFrame(rows, columns=["source", "segment", "nurtured", "ready"])
    created = pd.Timestamp("2026-01-05")
    soon = {True: created + pd.Timedelta(days=2), False: pd.NaT}
    names = [f"L{place}" for place in range(len(frame))]
    return frame.assign(lead_id=names, created_on=created, sql_on=frame["ready"].map(soon))


def loaded(strata):
    later = DEALS.assign(created_on=pd.Timestamp("2026-03-02"), opportunity_id="E")
    deals = pd.concat([DEALS, later])
    return load({"opportunities": deals, "leads": leads_of(strata).drop(columns="ready")})


def test_ready_days_and_cost_by_hand(data):
    found = nurture(data).set_index(["metric", "nurtured"])["value"]
    assert found["nurture_ready_rate", "Nurtured"] == pytest.approx(2 / 3)  # L1 and L7 of 3
    assert found["nurture_ready_rate", "Not nurtured"] == pytest.approx(3 / 6)
    assert found["nurture_days_to_ready", "Nurtured"] == 7.5
    assert found["nurture_days_to_ready", "Not nurtured"] == 5
    # nurtured: L1 and L4 at 100 each, L7 at 30; ready L1, L7. Others: L2, L6, L5, L9.
    assert found["nurture_cost_per_ready", "Nurtured"] == pytest.approx(230 / 2)
    assert found["nurture_cost_per_ready", "Not nurtured"] == pytest.approx(260 / 2)


def test_each_metric_alone_is_the_same_and_groups_add_up(data):
    whole = nurture(data)
    alone = [nurture_ready_rate(data), nurture_days_to_ready(data), nurture_cost_per_ready(data)]
    pd.testing.assert_frame_equal(whole, pd.concat(alone, ignore_index=True))
    parts = nurture_ready_rate(data, by="segment")
    assert parts.groupby("nurtured")["ready"].sum().to_dict() == {
        "Nurtured": 2, "Not nurtured": 3,
    }  # fmt: skip
    assert parts["leads"].sum() == 9


def test_a_group_without_leads_or_cost_is_missing_with_its_reason():
    found = nurture(loaded([("Web", "A", True, 10, 4)])).set_index(["metric", "nurtured"])
    assert found.loc[("nurture_ready_rate", "Not nurtured"), "reason"] == "no lead in the period"
    assert "no campaign costs" in found.loc[("nurture_cost_per_ready", "Nurtured"), "reason"]
    assert found.loc[("nurture_days_to_ready", "Not nurtured"), "reason"] == (
        "no lead was sales-ready"
    )


def test_what_is_only_the_mix_vanishes_among_like_leads():
    mix = [("Web", "A", True, 80, 40), ("Web", "B", True, 20, 2)]
    mix += [("Web", "A", False, 20, 10), ("Web", "B", False, 80, 8)]
    found = nurture_comparison(loaded(mix))
    assert found.raw == pytest.approx(0.42 - 0.18)
    assert found.matched == pytest.approx(0)
    assert found.low < 0 < found.high
    assert found.rates["matched"] == pytest.approx(0.42)
    assert any("much of the raw difference" in text for text in found.warnings)


def test_leads_without_a_counterpart_are_left_out_and_said():
    mix = [("Web", "A", True, 40, 20), ("Fair", "A", True, 10, 9), ("Web", "A", False, 40, 10)]
    found = nurture_comparison(loaded(mix))
    assert found.matched == pytest.approx(0.25)
    assert found.rates["matched"] == pytest.approx(0.25)
    assert found.warnings[0].startswith("10 of 50 nurtured leads have no counterpart")
    sums = found.strata[["n1", "ready1", "n0", "ready0"]].sum()
    assert sums.tolist() == [50, 29, 40, 10]


def test_with_nothing_in_common_there_is_no_matched_figure():
    found = nurture_comparison(loaded([("Web", "A", True, 9, 4), ("Fair", "B", False, 40, 9)]))
    assert np.isnan([found.matched, found.low, found.p]).all()
    assert found.warnings[0].startswith("Only 9 leads")


def test_unmatched_attributes_in_which_they_differ_are_named():
    strata = [("Web", "A", True, 60, 30), ("Web", "A", False, 60, 20)]
    leads = leads_of(strata).drop(columns="ready")
    leads["pages"] = np.where(leads["nurtured"], 8.0, 3.0) + np.arange(120) % 5
    leads["age"] = np.arange(120) % 7 * 1.0
    later = pd.concat([DEALS, DEALS.assign(opportunity_id="E", created_on="2026-03-02")])
    tables = {"opportunities": later.astype({"created_on": "datetime64[us]"}), "leads": leads}
    told = " ".join(nurture_comparison(tables).warnings)
    assert "differ in pages (10 on average against 5)" in told
    assert "in age" not in told


def test_without_segment_or_source_they_are_not_matched_on_it():
    strata = [("Web", "A", True, 40, 20), ("Web", "A", False, 40, 10)]
    data = loaded(strata)
    for lacking in (["segment"], ["source", "segment"]):
        leads = data.frame("leads").drop(columns=lacking)
        found = nurture_comparison({"opportunities": data.frame("opportunities"), "leads": leads})
        assert found.matched == pytest.approx(0.25)
        assert f"lack {' and '.join(lacking)}" in found.warnings[0]


def test_one_kind_of_lead_alone_cannot_be_compared():
    with pytest.raises(MissingData, match="no fair comparison"):
        nurture_comparison(loaded([("Web", "A", True, 9, 4)]))
    tables = {"opportunities": DEALS, "leads": leads_of([("W", "A", True, 3, 1)])}
    with pytest.raises(MissingData, match="do not say whether they were nurtured"):
        nurture({**tables, "leads": tables["leads"].drop(columns=["nurtured", "ready"])})


def random_strata(seed, count=6):
    draw = np.random.default_rng(seed)
    n1, n0 = draw.integers(5, 80, count), draw.integers(5, 80, count)
    ready1, ready0 = draw.binomial(n1, 0.4), draw.binomial(n0, 0.25)
    return pd.DataFrame({"n1": n1, "ready1": ready1, "n0": n0, "ready0": ready0}).astype(float)


@pytest.mark.parametrize("seed", range(8))
def test_the_cochran_mantel_haenszel_test_is_that_of_statsmodels(seed):
    from statsmodels.stats.contingency_tables import StratifiedTable

    strata = random_strata(seed)
    tables = [
        np.array([[r.ready1, r.n1 - r.ready1], [r.ready0, r.n0 - r.ready0]])
        for r in strata.itertuples()
    ]
    assert cmh(strata) == pytest.approx(StratifiedTable(tables).test_null_odds().pvalue)


def test_where_nothing_varies_there_is_no_test():
    assert np.isnan(cmh(pd.DataFrame({"n1": [4.0], "ready1": [4.0], "n0": [5.0], "ready0": [5.0]})))


def test_one_stratum_is_the_plain_difference_and_intervals_hold_the_truth():
    one = pd.DataFrame({"n1": [50.0], "ready1": [20.0], "n0": [40.0], "ready0": [8.0]})
    assert standardised(one)[0] == pytest.approx(0.2)
    draw = np.random.default_rng(5)
    n1, n0 = np.array([30, 60, 15]), np.array([80, 20, 40])
    p1, p0 = np.array([0.3, 0.5, 0.1]), np.array([0.2, 0.45, 0.1])
    truth = float((n1 * (p1 - p0)).sum() / n1.sum())
    held = 0
    for _ in range(1500):
        counts = {"n1": n1, "ready1": draw.binomial(n1, p1), "n0": n0}
        strata = pd.DataFrame(counts | {"ready0": draw.binomial(n0, p0)}).astype(float)
        gap, error = standardised(strata)
        held += abs(gap - truth) <= 1.96 * error
    assert 0.93 < held / 1500 < 0.98


def test_segments_are_ranked_by_leads_of_quality_and_add_up(data):
    found = target_segments(data, by="segment")
    assert found["group"].tolist() == ["B", "A"]  # 3 of 3 and 2 of 6
    assert found["value"].tolist() == pytest.approx([1, 2 / 6])
    whole = target_segments(data, by=())
    for name in ("volume", "expected", "priced"):
        assert found[name].sum() == pytest.approx(whole[name].item())
    assert whole["volume"].item() == pytest.approx(9 * 13 * 7 / 32)  # 5 January to 5 February
    assert (found["expected_low"] <= found["expected"]).all()
    assert (found["expected"] <= found["expected_high"]).all()
    assert found["cost_per_quality"].tolist() == pytest.approx([60 / 2, 430 / 2])


def test_targets_that_cannot_be_judged_are_missing(data):
    leads = data.frame("leads").assign(sql_on=pd.NaT)
    found = target_segments({"opportunities": DEALS, "leads": leads}, by=())
    assert found["status"].tolist() == ["na"]
