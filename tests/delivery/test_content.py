import letterhead
import pytest
from letterhead import BOTH, CHANGES, MARKETING, MEETING, SALES, issue, summary

from report_helpers.delivery.content import content, subject
from report_helpers.errors import DeliveryError

QUIET = [change for change in CHANGES if change["tone"] == "muted"]
AMBER = {"trust": {"verdict": "amber", "expected_by": None, "checks": []}}
for name, state in (("freshness", "amber"), ("completeness", "green")):
    check = {"name": name, "state": state, "text": f"About {name}.", "remedy": "Wait."}
    AMBER["trust"]["checks"].append(check)


def test_the_subject_says_when_what_matters_and_whose_report_it_is():
    assert subject(issue(), SALES) == (
        "Week 44 of 2026: Speed to lead 23.0 h, a signal for the worse "
        "(Weekly two-way report, Velmarin)"
    )


def test_without_a_signal_what_is_overdue_matters_and_noise_never_does():
    said = summary(changes=QUIET)
    assert "Sales owes 1 overdue" in subject(issue(said=said), SALES)
    assert "Sales owes 1 overdue" in subject(issue(said=said), BOTH)
    assert "no figure left its usual range" in subject(issue(said=said), MARKETING)


def test_a_brief_is_called_after_its_meeting_and_its_first_topic():
    found = subject(issue(said=summary(meeting=MEETING)), SALES)
    assert found.startswith("Meeting Thu 12 Nov, 10:00: Which source do we mend? (")


def test_a_segment_is_named():
    said = summary()
    said["head"]["scope"] = "Segment: Enterprise"
    assert subject(issue(said=said), SALES).endswith("Velmarin, Segment: Enterprise)")


def test_a_corrected_issue_says_so_in_its_subject_and_first():
    found = issue(number=2)
    assert subject(found, SALES).startswith("Corrected: Week 44")
    (alert,) = content(found, SALES)["alerts"]
    assert alert.startswith("Corrected: this is issue 2")


def test_doubts_come_before_everything_and_only_doubts():
    assert content(issue(facts=AMBER), SALES)["alerts"] == ["Read with care: About freshness."]
    assert content(issue(), SALES)["alerts"] == []


def test_data_that_are_not_all_in_are_an_alert():
    early = {"lead": "Not all data are in", "text": "deals end on Friday.", "tone": "watch"}
    (alert,) = content(issue(said=summary(changes=[early, *CHANGES])), SALES)["alerts"]
    assert alert == "Not all data are in: deals end on Friday."


def test_a_team_reads_first_what_it_owes_then_what_it_waits_for():
    found = content(issue(), SALES)
    assert found["first"][0] == (
        "Sales owes",
        "2 answers and actions, 1 overdue; next due Thu 5 Nov.",
    )
    (own,), (waits,) = found["own"], found["others"]
    assert (own["title"], own["count"]) == ("Sales owes", "2 open, 1 overdue")
    assert [item["id"] for item in own["items"]] == ["N27", "N41"]
    assert own["items"][0]["state"] == "overdue by 5 days, was due Fri 30 Oct"
    assert waits["title"] == "Sales waits for Marketing"
    assert [item["id"] for item in waits["items"]] == ["N52"]  # Marketing's own action is not ours


def test_a_reader_without_a_team_reads_what_happened_then_what_both_owe():
    found = content(issue(), BOTH)
    labels = [label for label, _ in found["first"]]
    assert labels == ["What happened", "Marketing owes", "Sales owes"]
    assert (found["own"], [part["title"] for part in found["others"]]) == (
        [],
        ["Marketing owes", "Sales owes"],
    )


def test_what_happened_counts_signals_both_ways():
    told = dict(content(issue(), SALES)["first"])["What happened"]
    assert told == "Speed to lead 23.0 h, a signal for the worse; 1 more for the better."
    calm = dict(content(issue(said=summary(changes=QUIET)), SALES)["first"])["What happened"]
    assert calm == "No figure left its usual range."


def test_who_asks_whom_and_who_acts():
    lists = content(issue(), MARKETING)["own"][0]["items"]
    assert [item["who"] for item in lists] == ["from Yusuf, Sales, to Katrin", "Katrin"]
    assert lists[1]["state"] == "open since Wed 28 Oct"


def test_what_is_left_out_is_counted():
    many = letterhead.owed([letterhead.ITEM] * 12, asked=30, count=40)
    said = summary(owes={"marketing": many, "sales": many}, changes=CHANGES[:1] * 9)
    found = content(issue(said=said), SALES)
    assert (len(found["own"][0]["items"]), found["own"][0]["more"]) == (5, 35)
    assert found["others"][0]["count"] == "30 open"
    assert len(found["others"][0]["items"]) + found["others"][0]["more"] == 30
    assert (len(found["signals"]), found["more"]) == (5, 4)


def test_nothing_open_is_said():
    none = letterhead.owed([])
    found = content(issue(said=summary(owes={"marketing": none, "sales": none})), SALES)
    assert found["first"][0] == ("Sales owes", "Nothing is open.")
    assert [part["count"] for part in (*found["own"], *found["others"])] == ["nothing open"] * 2


def test_a_meeting_says_when_where_and_who():
    found = content(issue(said=summary(meeting=MEETING)), SALES)["meeting"]
    assert found["day"] == "Thu 12 Nov 2026"
    assert found["hours"] == "10:00 to 10:50 (Europe/Berlin), Room 1"
    assert found["who"] == "Ann Lee, Max and Bo"
    assert [slot["minutes"] for slot in found["agenda"]] == [10, 40]


def test_facts_without_a_summary_are_told():
    old = letterhead.Issue("weekly", "2026-W44", letterhead.date(2026, 10, 26))
    with pytest.raises(DeliveryError, match="without a summary"):
        content(old, SALES)
