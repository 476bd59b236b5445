"""What each team of the sample company calls a quality lead, and what they agreed on."""

from __future__ import annotations

from datetime import date

import pandas as pd

from report_helpers.data.sample.planted import Planted
from report_helpers.periods import monday

SENIOR = "Director|Head|Manager"
# share of the sample's time after which it is in force, threshold, conditions; by team
DEFINITIONS = {
    "marketing": (
        (0.0, None, (("pages_viewed", ">=", "4"),)),
        (0.45, 1, (("demo_requested", "=", "yes"), ("pages_viewed", ">=", "8"))),
    ),
    "sales": (
        (0.0, None, (("budget_known", "=", "yes"), ("segment", "!=", "Small business"))),
        (0.6, None, (("budget_known", "=", "yes"), ("job_level", "!=", "Student"))),
    ),
    "both": (
        (
            0.82,
            2,
            (
                ("demo_requested", "=", "yes"),
                ("budget_known", "=", "yes"),
                ("job_level", "in", SENIOR),
            ),
        ),
    ),
}


def criteria(planted: Planted) -> pd.DataFrame:
    """Return two definitions of each team, one after the other, and an agreed one since a while.

    Nothing in it is drawn: the definitions stay the same in every sample, only their days move.
    """
    rows = [
        {
            "team": team,
            "starts_on": pd.Timestamp(_begins(planted, share)),
            "attribute": attribute,
            "operator": operator,
            "value": value,
            "weight": 1.0,
            "threshold": threshold,
        }
        for team, versions in DEFINITIONS.items()
        for share, threshold, conditions in versions
        for attribute, operator, value in conditions
    ]
    return pd.DataFrame(rows).astype({"threshold": "float64"})


def _begins(planted: Planted, share: float) -> date:
    return monday(planted.start + (planted.until - planted.start) * share)
