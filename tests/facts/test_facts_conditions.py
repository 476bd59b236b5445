"""Conditions on attributes: every operator on every kind of column, and what is refused."""

import ibis
import pandas as pd
import pytest

from report_helpers.errors import BadValue, ConfigurationError, UnknownName
from report_helpers.facts.conditions import Condition, all_met

LEADS = pd.DataFrame(
    {
        "lead_id": ["L1", "L2", "L3", "L4"],
        "created_on": pd.to_datetime(["2026-01-05", "2026-01-06", None, "2026-01-08"]),
        "job": ["Head", "director", None, "Clerk"],
        "pages": [5.0, 2.0, None, 9.0],
        "budget": [True, False, None, True],
        "wants": ["Yes", "no", None, "TRUE"],  # a flag kept as text, as CSV files do
        "seats": ["10", "2", None, "many"],  # a number kept as text
    }
).astype({"budget": "boolean"})


def met(attribute, operator, value=""):
    table = ibis.memtable(LEADS)
    condition = Condition(attribute, operator, value)
    column = all_met(table, (condition,))[condition.name]
    found = table.select("lead_id", met=column).order_by("lead_id").execute()["met"]
    return [lead for lead, yes in zip(LEADS["lead_id"], found, strict=True) if yes]


@pytest.mark.parametrize(
    ("attribute", "operator", "value", "leads"),
    [
        ("job", "=", "head", ["L1"]),
        ("job", "!=", "Head", ["L2", "L4"]),  # nobody knows of L3
        ("job", "in", "Head | Director", ["L1", "L2"]),
        ("job", "filled", "", ["L1", "L2", "L4"]),
        ("pages", "=", "5", ["L1"]),
        ("pages", "in", "5|9", ["L1", "L4"]),
        ("pages", "!=", "5", ["L2", "L4"]),
        ("pages", ">=", "5", ["L1", "L4"]),
        ("pages", ">", "5", ["L4"]),
        ("pages", "<", "5", ["L2"]),
        ("pages", "<=", "5", ["L1", "L2"]),
        ("budget", "=", "yes", ["L1", "L4"]),
        ("budget", "!=", "true", ["L2"]),
        ("budget", "=", "no", ["L2"]),
        ("budget", ">=", "1", ["L1", "L4"]),
        ("wants", "=", "1", ["L1", "L4"]),
        ("wants", "=", "no", ["L2"]),
        ("seats", ">=", "10", ["L1"]),
        ("created_on", "filled", "", ["L1", "L2", "L4"]),
    ],
)
def test_a_condition_is_met_by(attribute, operator, value, leads):
    assert met(attribute, operator, value) == leads


def test_an_unknown_attribute_is_named_with_the_nearest_one():
    with pytest.raises(UnknownName, match="did you mean 'budget'"):
        met("bugdet", "=", "yes")


@pytest.mark.parametrize(
    ("attribute", "operator", "value", "error", "message"),
    [
        ("job", "like", "x", UnknownName, "unknown operator 'like'"),
        ("job", "=", "", ConfigurationError, "compares with nothing"),
        ("job", "in", " | ", ConfigurationError, "compares with nothing"),
        ("sql_on", "filled", "", ConfigurationError, "known only after Sales"),
        ("pages", ">=", "many", BadValue, "'many' is no number"),
        ("budget", "=", "perhaps", BadValue, "neither yes nor no"),
        ("created_on", ">=", "2026", ConfigurationError, "compares a date"),
    ],
)
def test_what_cannot_be_asked_is_refused(attribute, operator, value, error, message):
    with pytest.raises(error, match=message):
        met(attribute, operator, value)
