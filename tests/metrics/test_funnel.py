"""The lead funnel beyond the scenarios: cohorts by week and month, skipped stages, lost records."""

import pandas as pd
import pytest

from report_helpers.data import load
from report_helpers.metrics.funnel import lead_funnel, lead_to_customer_rate
from report_helpers.metrics.measures import created_share
from report_helpers.metrics.question import Question


def company(leads, deals=()):
    """Load leads (created, mql, sql) and deals (number of the lead, created, closed, outcome)."""
    people = pd.DataFrame(leads, columns=["created_on", "mql_on", "sql_on"], dtype="object")
    won = pd.DataFrame(deals, columns=["lead", "created_on", "closed_on", "outcome"])
    won["lead_id"] = "L" + won.pop("lead").astype(str)
    for frame in (people, won):
        for name in frame.columns[frame.columns.str.endswith("_on")]:
            frame[name] = pd.to_datetime(frame[name])
    people["lead_id"] = [f"L{number}" for number in range(len(people))]
    won["opportunity_id"] = [f"D{number}" for number in range(len(won))]
    return load({"leads": people, "opportunities": won})


NEW_YEAR = [  # Thursday 1 January 2026 lies in the week that begins on 29 December 2025
    ("2025-12-28", "2025-12-29", None),
    ("2025-12-29", "2025-12-30", "2026-01-05"),
    ("2026-01-30", "2026-01-31", None),
    ("2026-02-01", None, None),
    ("2026-02-02", "2026-02-03", "2026-02-04"),
]
WON = [(1, "2026-01-06", "2026-01-20", "won")]


@pytest.mark.parametrize(
    ("cohort", "expected"),
    [
        ("month", {"2025-12": 1, "2026-01": 3, "2026-02": 1}),
        ("week", {"2025-W52": 1, "2026-W01": 1, "2026-W05": 2, "2026-W06": 1}),
        ("whole", {"all": 5}),
    ],
)
def test_leads_belong_to_the_week_or_month_they_were_created_in(cohort, expected):
    found = lead_funnel(company(NEW_YEAR, WON), cohort=cohort)
    inquiries = found[(found["metric"] == "funnel_leads") & (found["basis"] == "inquiry")]
    assert dict(zip(inquiries["period"], inquiries["value"], strict=True)) == expected


def test_a_step_is_measured_from_the_last_stage_on_record():
    found = lead_funnel(company(NEW_YEAR, WON))
    rates = found[found["metric"] == "funnel_rate"].set_index("basis")
    assert rates["value"].to_dict() == pytest.approx(
        {"mql": 0.8, "sql": 0.5, "opportunity": 0.5, "won": 1.0}
    )
    assert rates["n"].to_dict() == {"mql": 5, "sql": 4, "opportunity": 2, "won": 1}


def test_a_skipped_stage_gives_no_rate_above_one():
    skipped = [("2026-01-05", None, "2026-01-06"), ("2026-01-05", "2026-01-06", "2026-01-07")]
    found = lead_funnel(company(skipped, WON))
    step = found[(found["metric"] == "funnel_rate") & (found["basis"] == "sql")]
    assert step["status"].item() == "na"
    assert step["reason"].item() == (
        "more leads reached sql than mql: stages are skipped or not recorded"
    )


def test_lead_to_customer_agrees_with_the_scorecards_measure():
    asked = Question.of(company(NEW_YEAR, WON))
    measure = created_share(asked.data, asked.spans, asked.by, "won")
    figure = lead_to_customer_rate(asked.data)
    for name in ("value", "n", "low", "high"):
        assert figure[name].item() == pytest.approx(measure[name].item())


def test_a_record_of_wins_that_begins_late_is_no_improvement():
    weeks = pd.date_range("2026-01-05", periods=20, freq="7D")
    leads = [(week, week, None) for week in weeks for _ in range(10)]
    deals = [
        (10 * place, week, week + pd.Timedelta(days=7), "won")
        for place, week in enumerate(weeks)
        if week >= pd.Timestamp("2026-03-02")
    ]
    found = lead_funnel(company(leads, deals), cohort="month")
    for stage in ("opportunity", "won"):  # every deal on record was won
        told = found[(found["metric"] == "funnel_leads") & (found["basis"] == stage)]
        status = dict(zip(told["period"], told["status"], strict=True))
        assert status["2026-01"] == status["2026-02"] == "provisional"
        assert status["2026-03"] == status["2026-04"] == "ok"
