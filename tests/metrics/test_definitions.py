"""Definitions: versions, points and thresholds, and what criteria cannot say."""

from datetime import date

import pandas as pd
import pytest

from report_helpers.data import load
from report_helpers.errors import BadValue, MissingData
from report_helpers.facts.conditions import Condition
from report_helpers.metrics.definitions import (
    Definition,
    conditions_of,
    definitions,
    in_force,
    verdicts,
)

DEALS = pd.DataFrame(
    {"opportunity_id": ["D"], "created_on": [pd.Timestamp("2026-01-05")], "outcome": ["open"]}
)
UNTIL = date(2026, 6, 1)


def of(*rows):
    columns = ("team", "starts_on", "attribute", "operator", "value", "weight", "threshold")
    frame = pd.DataFrame(list(rows), columns=columns)
    kept = frame.assign(starts_on=pd.to_datetime(frame["starts_on"]))
    return load({"opportunities": DEALS, "criteria": kept})


def test_rows_of_one_team_and_day_make_one_definition_and_days_make_versions():
    found = definitions(
        of(
            ("sales", "2026-03-02", "job", "in", "Head|Director", 2, 2),
            ("sales", "2026-03-02", "pages", ">=", "5", None, 2),
            ("marketing", "2026-02-02", "pages", ">=", "5", None, None),
            ("sales", "2026-01-05", "job", "filled", None, None, None),
            ("sales", "2026-06-01", "job", "=", "Head", None, None),
        ),
        UNTIL,
    )
    assert [(one.team, one.version, one.starts_on.month) for one in found] == [
        ("marketing", 1, 2), ("sales", 1, 1), ("sales", 2, 3),
    ]  # fmt: skip
    assert (found[2].points, found[2].threshold) == ((2.0, 1.0), 2)
    assert in_force(found, "sales", date(2026, 3, 1)).version == 1
    assert in_force(found, "sales", date(2026, 3, 2)).version == 2
    assert in_force(found, "marketing", date(2026, 2, 1)) is None
    assert len(conditions_of(found)) == 3


def test_points_add_up_and_a_threshold_is_reached_exactly():
    one, two, three = (Condition("pages", ">=", str(n)) for n in (1, 2, 3))
    marks = pd.DataFrame(
        {one.name: [1, 1, 0, 0], two.name: [1, 0, 1, 0], three.name: [1, 0, 1, 1]}
    ).astype(bool)
    start = date(2026, 1, 1)
    every = Definition("sales", start, (one, two, three))
    assert every.passes(marks).tolist() == [True, False, False, False]
    tenths = Definition("sales", start, (one, two, three), (0.3, 0.1, 0.2), 0.3)
    assert tenths.passes(marks).tolist() == [True, True, True, False]
    against = Definition("sales", start, (one, two), (1.0, -1.0), 1)
    assert against.passes(marks).tolist() == [False, True, False, False]


def test_before_a_teams_first_definition_there_is_no_verdict():
    condition = Condition("pages", ">=", "5")
    known = [Definition("sales", date(2026, 2, 2), (condition,))]
    days = pd.to_datetime(["2026-02-01", "2026-02-02", "2026-02-03"])
    leads = pd.DataFrame({"created_day": days, condition.name: [True, True, False]})
    found = verdicts(known, leads, "sales")
    assert found.isna().tolist() == [True, False, False]
    assert found.dropna().tolist() == [1, 0]
    assert verdicts(known, leads, "both").isna().all()


def test_criteria_that_contradict_themselves_are_refused():
    with pytest.raises(BadValue, match="thresholds 1 and 2"):
        definitions(
            of(
                ("sales", "2026-01-05", "a", "filled", None, None, 1),
                ("sales", "2026-01-05", "b", "filled", None, None, 2),
            ),
            UNTIL,
        )
    with pytest.raises(BadValue, match="threshold 3 is more than the 1 points"):
        definitions(of(("sales", "2026-01-05", "a", "filled", None, None, 3)), UNTIL)


def test_without_criteria_in_force_there_is_nothing_to_judge_by():
    with pytest.raises(MissingData, match="no definition of a quality lead was in force before"):
        definitions(of(("sales", "2026-07-01", "a", "filled", None, None, None)), UNTIL)
    with pytest.raises(MissingData, match="no criteria"):
        definitions(load({"opportunities": DEALS}), UNTIL)
