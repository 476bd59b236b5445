"""Stage dates in columns of the deals become stage events by mapping one file several times."""

import pandas as pd

from report_helpers.data import load
from report_helpers.metrics.process import Process

MAPPING = """
[opportunities]
file = "deals"

[[stage_events]]
file = "deals"
where = { "Has call" = "yes" }
[stage_events.columns]
stage = { constant = "Call" }
entered_at = "Call date"

[[stage_events]]
file = "deals"
[stage_events.columns]
stage = { constant = "Offer" }
entered_at = "Offer date"
"""
DEALS = """\
opportunity_id,created_on,closed_on,outcome,Has call,Call date,Offer date
D1,2026-01-05,2026-02-01,won,yes,2026-01-05,2026-01-12
D2,2026-01-06,,open,yes,2026-01-06,
D3,2026-01-06,,open,no,,2026-01-20
"""


def test_one_file_mapped_twice_gives_the_events_of_two_stages(tmp_path):
    (tmp_path / "mapping.toml").write_text(MAPPING, encoding="utf-8")
    (tmp_path / "deals.csv").write_text(DEALS, encoding="utf-8")
    data = load(tmp_path)
    events = data.frame("stage_events").sort_values(["opportunity_id", "entered_at"])
    assert events.to_numpy().tolist() == [
        ["D1", "Call", pd.Timestamp("2026-01-05")],
        ["D1", "Offer", pd.Timestamp("2026-01-12")],
        ["D2", "Call", pd.Timestamp("2026-01-06")],
        ["D3", "Offer", pd.Timestamp("2026-01-20")],
    ]
    assert any("rejected" in line for line in data.audit.lines())  # D2 has no date of an offer
    assert Process.of(data).stages.order == ("Call", "Offer")
