"""Reasons beyond the scenarios: their order, and shares that add up."""

import pandas as pd
import pytest

from report_helpers.errors import MissingData
from report_helpers.metrics.reasons import loss_reasons, rejection_reasons

DEALS = pd.DataFrame(
    {
        "opportunity_id": [f"D{number}" for number in range(6)],
        "segment": ["A", "A", "A", "B", "B", "B"],
        "outcome": ["lost", "lost", "lost", "lost", "lost", "won"],
        "created_on": pd.Timestamp("2026-03-02"),
        "closed_on": pd.Timestamp("2026-03-03"),
        "loss_reason": ["price", "timing", "price", None, "fit", None],
    }
)


def test_the_most_frequent_comes_first_and_no_reason_is_one_too():
    found = loss_reasons(DEALS)
    assert found["loss_reason"].tolist() == ["price", "(none)", "fit", "timing"]
    assert found["count"].tolist() == [2, 1, 1, 1]
    assert found["value"].tolist() == pytest.approx([0.4, 0.2, 0.2, 0.2])
    assert (found["n"] == 5).all()


def test_within_groups_shares_add_up_to_one():
    found = loss_reasons(DEALS, by="segment")
    assert found["group"].tolist() == ["A, price", "A, timing", "B, (none)", "B, fit"]
    assert found["by"].unique().tolist() == ["segment, loss_reason"]
    assert found["value"].tolist() == pytest.approx([2 / 3, 1 / 3, 1 / 2, 1 / 2])


def test_data_without_reasons_say_what_is_missing():
    with pytest.raises(MissingData, match="loss_reason"):
        loss_reasons(DEALS.drop(columns="loss_reason"))
    with pytest.raises(MissingData, match="leads"):
        rejection_reasons(DEALS)
