"""The tidy frame of figures: its rules, its text form."""

import json

import numpy as np
import pandas as pd
import pytest

from report_helpers.errors import BadValue
from report_helpers.metrics import figures

RATES = pd.DataFrame(
    {
        "segment": ["A", "B"],
        "source": ["web", "fair, north"],
        "value": [0.5, np.nan],
        "n": [8, 0],
        "low": [0.2, np.nan],
        "high": [0.8, np.nan],
        "reason": ["", "no deal closed in the period"],
    }
)


def rates(by=("segment", "source")):
    return figures.make(RATES, "win_rate", by=by, basis="closed", unit="share", period="2026-W10")


def test_a_frame_of_values_becomes_figures():
    made = rates()
    assert tuple(made.columns) == figures.COLUMNS
    assert made["by"].tolist() == ["segment, source"] * 2
    assert made["group"].tolist() == ["A, web", "B, fair, north"]
    assert made["status"].tolist() == ["ok", "na"]
    assert made["n"].tolist() == [8, 0]


def test_a_reason_beside_a_value_makes_it_provisional():
    young = figures.one("win_rate", 0.5, unit="share", reason="too young")
    assert young["status"].tolist() == ["provisional"]


def test_figures_survive_json_without_a_nan():
    made = figures.join([rates(), figures.one("won_amount", 1e6, unit="money")])
    text = json.dumps(figures.to_records(made), allow_nan=False)
    pd.testing.assert_frame_equal(figures.from_records(json.loads(text)), made)


def test_further_columns_follow_and_survive():
    made = rates().assign(horizon=["30", None], days=[30.0, np.nan])
    back = figures.from_records(json.loads(json.dumps(figures.to_records(made), allow_nan=False)))
    assert back.columns[-2:].tolist() == ["horizon", "days"]
    assert back["days"].tolist()[0] == 30


def test_no_figures_are_figures_too():
    empty = figures.make(RATES[:0], "win_rate", by=("segment", "source"), unit="share")
    assert len(figures.join([empty, figures.none()])) == 0
    assert figures.from_records([]).dtypes.equals(figures.none().dtypes)
    pd.testing.assert_frame_equal(figures.join([figures.none(), rates()]), rates())


@pytest.mark.parametrize(
    ("column", "value", "rule"),
    [
        ("unit", "euros", "unit is one of"),
        ("status", "fine", "status is one of"),
        ("status", "na", "status is na exactly"),
        ("reason", "because", "not ok says why"),
        ("value", 1.5, "a share is 0 to 1"),
        ("value", 0.9, "in its interval"),
    ],
)
def test_a_broken_rule_is_named_with_the_figure(column, value, rule):
    broken = rates()
    broken.loc[0, column] = value
    with pytest.raises(BadValue, match=rule) as caught:
        figures.check(broken)
    assert "win_rate closed A, web 2026-W10" in str(caught.value)


def test_records_that_lack_a_column_are_refused():
    with pytest.raises(BadValue, match="lack the columns unit"):
        figures.from_records(
            [{k: v for k, v in r.items() if k != "unit"} for r in figures.to_records(rates())]
        )
