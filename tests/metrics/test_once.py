from __future__ import annotations

import pandas as pd
import pytest

from report_helpers.data import load
from report_helpers.errors import MissingData
from report_helpers.metrics.once import once

DEALS = pd.DataFrame({"opportunity_id": ["1"], "outcome": ["open"], "created_on": ["2026-10-01"]})


@pytest.fixture
def counted():
    """Return a metric function that counts how often it was computed."""

    @once
    def metric(data, period="all", by=()):
        metric.computed += 1
        return pd.DataFrame({"period": [period], "by": [", ".join(by)]})

    metric.computed = 0
    return metric


def test_the_same_question_is_computed_once(counted):
    data = load(DEALS)
    answers = [counted(data), counted(data, "all"), counted(data, by=[]), counted(data=data, by=())]
    assert counted.computed == 1
    assert all(answer.equals(answers[0]) for answer in answers)
    assert counted(data, by=["owner"]).equals(counted(data, "all", ("owner",)))
    assert counted.computed == 2


def test_each_caller_has_a_frame_of_its_own(counted):
    data = load(DEALS)
    mine = counted(data)
    mine.loc[0, "period"] = "changed"
    assert counted(data)["period"].tolist() == ["all"]


def test_another_data_set_and_plain_tables_are_computed_anew(counted):
    data = load(DEALS)
    counted(data)
    counted(load(DEALS))
    counted(DEALS)
    counted(DEALS)
    assert counted.computed == 4


def test_an_error_is_not_remembered():
    calls = []

    @once
    def failing(data):
        calls.append(data)
        raise MissingData("no such table")

    data = load(DEALS)
    for _ in range(2):
        with pytest.raises(MissingData):
            failing(data)
    assert len(calls) == 2
