"""What readers are told of the gate: nothing when green; why, what to do and who, when not."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

import report_helpers as rh
from report_helpers.present import trust
from report_helpers.present.blocks import Findings
from report_helpers.present.weekly import Weekly

SET = """
[calendar]
country = "DE"
subdivision = "BY"
[schedule]
weekly = "monday 07:00"
brief = "16:00"
"""


def company(leads_until: str, deals_until: str = "2026-11-01") -> dict[str, pd.DataFrame]:
    """Five leads and two deals a day for a year, up to a day each."""
    days = pd.date_range("2025-11-03", leads_until).repeat(5)
    leads = pd.DataFrame({"lead_id": [str(n) for n in range(len(days))], "created_on": days})
    opened = pd.date_range("2025-11-03", deals_until).repeat(2)
    deals = pd.DataFrame(
        {
            "opportunity_id": [str(n) for n in range(len(opened))],
            "created_on": opened,
            "outcome": "open",
        }
    )
    return {"opportunities": deals, "leads": leads}


def judged(tables: dict[str, pd.DataFrame], **more: str) -> dict[str, Any]:
    return trust.judged(Weekly(tables, as_of="2026-11-02", **more))


def test_a_report_that_is_all_right_says_nothing_and_keeps_every_check() -> None:
    report = Weekly("sample")
    assert report.trust() is None
    kept = report.frozen().content["trust"]
    assert (kept["verdict"], kept["expected_by"]) == ("green", None)
    assert {check["state"] for check in kept["checks"]} == {"green"}
    assert {check["name"] for check in kept["checks"]} == {"freshness", "completeness", "totals"}
    assert all(check["text"] and not check["remedy"] for check in kept["checks"])


def test_the_brief_and_a_segment_are_judged_too() -> None:
    for report in (rh.Brief(data="sample"), Weekly("sample", segment="Enterprise")):
        assert report.frozen().content["trust"]["verdict"] == "green"


def test_amber_is_said_on_page_one_with_remedy_and_who() -> None:
    report = Weekly(company("2026-10-29"), as_of="2026-11-02")
    block = report.trust()
    assert isinstance(block, Findings)
    assert block.title == "Read with care"
    (item,) = block.items
    assert (item.lead, item.tone) == ("Data stop early", "watch")
    assert item.text == (
        "Leads: nothing newer than Thu 29 Oct 2026, 3 days before the period ends; what they are "
        "counted in is provisional. Run the export of leads again, or find out why it stopped. It "
        "is for whoever exports the data of Marketing."
    )


def test_red_comes_first_and_says_when_the_report_is_hoped_for() -> None:
    found = judged(company("2026-10-24"))
    assert found["verdict"] == "red"
    assert [check["state"] for check in trust.against(found)] == ["red"]
    assert found["expected_by"] == "2026-11-03"
    block = trust.block(found)
    assert block is not None
    assert (block.title, block.items[0].tone) == ("Not fit to be sent", "bad")


@pytest.mark.parametrize(
    ("report", "as_of", "expected"),
    [
        ("Weekly", "2026-11-02", "2026-11-03T07:00"),
        ("Brief", "2026-11-06", "2026-11-09T16:00"),  # from a Friday to a Monday
        ("Weekly", "2027-01-05", "2027-01-07T07:00"),  # 6 January is Epiphany in Bavaria
    ],
)
def test_it_is_hoped_for_on_the_next_working_day_at_its_hour(
    tmp_path: Any, report: str, as_of: str, expected: str
) -> None:
    file = tmp_path / "marsale.toml"
    file.write_text(SET, encoding="utf-8")
    tables = company("2026-10-01", deals_until=as_of)
    made = getattr(rh, report)(data=tables, as_of=as_of, settings=str(file))
    assert trust.judged(made)["expected_by"] == expected


def test_tables_that_end_together_are_told_in_one_sentence() -> None:
    found = judged(company("2026-10-29", deals_until="2026-10-29"))
    (told,) = trust.against(found)
    assert told["text"].startswith("Deals and leads: nothing newer than Thu 29 Oct 2026")
    assert told["text"].endswith("every figure of the period is provisional.")
    assert told["who"] == "whoever exports the data of Marketing and Sales"


def test_that_data_end_early_is_said_once() -> None:
    report = Weekly(company("2026-10-29", deals_until="2026-10-29"), as_of="2026-11-02")
    assert report.trust() is not None
    assert "Not all data are in" not in {item.lead for item in report.changes().items}


def test_a_lack_is_told_by_freshness_alone() -> None:
    names = [check["name"] for check in trust.against(judged(company("2026-10-24")))]
    assert names == ["freshness"]


def test_a_hole_in_the_week_is_told_with_its_numbers() -> None:
    tables = company("2026-11-02")
    hole = tables["leads"]["created_on"].between("2026-10-26", "2026-11-01")
    (told,) = trust.against(judged(tables | {"leads": tables["leads"][~hole]}))
    assert (told["name"], told["state"]) == ("completeness", "red")
    assert told["text"] == (
        "Leads: 0 rows in the week from Mon 26 Oct 2026; usual are 35, at least 35."
    )


def test_a_mismatch_is_red_and_names_both_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    from report_helpers.metrics.reconciliation import Agreement, Total

    sides = Total("Sales' scorecard", 254_600.0), Total("all owners", 254_599.5)
    monkeypatch.setattr(trust, "agreements", lambda *_: [Agreement("amount won", "money", *sides)])
    found = judged(company("2026-11-01"))
    (told,) = trust.against(found)
    assert (found["verdict"], told["name"]) == ("red", "totals")
    assert told["text"] == "Amount won: €254,600.00 by Sales' scorecard, €254,599.50 by all owners."


def test_a_table_that_is_not_there_is_no_matter_of_trust() -> None:
    found = judged({"opportunities": company("2026-11-01")["opportunities"]})
    assert found["verdict"] == "green"
    assert not any("eads" in check["text"] for check in found["checks"])
