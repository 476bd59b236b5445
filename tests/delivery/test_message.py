import re
from datetime import date, datetime
from email import message_from_bytes
from email.policy import default

import letterhead
import pytest
from icalendar import Calendar
from letterhead import BOTH, MEETING, SALES, company, issue, summary

from report_helpers.delivery import message
from report_helpers.delivery.attachments import WORDS, coded
from report_helpers.teams.issues import Issue
from report_helpers.teams.shadowing import Shadowing

HISTORY = {"history": {"series": {"speed_to_lead median": {"value": [4.0, None, 5.0, 23.0]}}}}
LINK = "https://reports.b.example/kept/"


@pytest.fixture
def folder(tmp_path):
    found = tmp_path / "weekly" / "2026-W44"
    found.mkdir(parents=True)
    (found / "weekly-2026-W44.pdf").write_bytes(b"%PDF" + b"x" * 2996)
    (found / "weekly-2026-W44.html").write_text("<p>", encoding="utf-8")
    return found


def read(letter):
    return message_from_bytes(letter.content, policy=default)


def words(letter, kind="plain"):
    return read(letter).get_body((kind,)).get_content().replace("\r\n", "\n")


def test_a_letter_is_one_for_each_reader_and_issue_and_always_the_same(folder):
    made = message.compose(issue(), folder, SALES, company())
    assert made == message.compose(issue(), folder, SALES, company())
    assert (made.kind, made.about, made.issue_id) == ("report", "weekly-2026-W44", made.about)
    others = [
        message.compose(issue(), folder, BOTH, company()),
        message.compose(issue(number=2), folder, SALES, company()),
    ]
    assert len({made.letter_id, *(other.letter_id for other in others)}) == 3


def test_both_forms_say_the_same(folder):
    said = summary(meeting=MEETING)
    made = message.compose(issue(said=said), folder, SALES, company(owner="ops@b.example"))
    for told in (
        "Sales owes",
        "2 answers and actions, 1 overdue; next due Thu 5 Nov.",
        "Thu 12 Nov 2026, 10:00 to 10:50 (Europe/Berlin), Room 1",
        "Which source do we mend?",
        "overdue by 5 days, was due Fri 30 Oct",
        "Speed to lead: 23.0 h; a signal: up",
        "above the limit of 10.9 h",
        "usually 13 to 54",
        "Who calibrates?",
        "The whole report is attached as PDF.",
        "The meeting is attached for your calendar.",
        "ops@b.example",
    ):
        for kind in ("plain", "html"):
            shown = re.sub(r"<[^>]+>", " ", words(made, kind))
            assert " ".join(told.split()) in " ".join(shown.split()), (kind, told)


def test_the_text_fits_every_window_and_shows_no_markup(folder):
    text = words(message.compose(issue(), folder, SALES, company(replies="r@b.example")))
    assert max(map(len, text.splitlines())) <= message.COLUMNS
    assert "\n\n\n\n" not in text
    assert "<" not in text
    assert "&" not in text


def test_doubts_stand_in_the_first_line(folder):
    check = {"name": "freshness", "state": "amber", "text": "Leads end early.", "remedy": ""}
    doubtful = issue(facts={"trust": {"verdict": "amber", "checks": [check]}})
    made = message.compose(doubtful, folder, SALES, company())
    assert words(made).startswith("Read with care: Leads end early.\n")
    assert words(made, "html").index("Leads end early") < words(made, "html").index("Sales owes")


def test_what_people_write_is_text_and_never_markup(folder):
    nasty = "<script>alert(1)</script>{{ 7*7 }} & <b>bold</b>\r\nBcc: x@y.example"
    item = {**letterhead.ITEM, "text": nasty, "author": nasty, "figure": nasty}
    said = summary(owes={team: letterhead.owed([item]) for team in letterhead.TEAMS})
    said["head"] |= {"company": nasty, "scope": nasty}
    made = message.compose(issue(said=said), folder, SALES, company())
    page = words(made, "html")
    assert "<script" not in page
    assert "<b>" not in page
    assert "49" not in re.sub(r"style=\"[^\"]*\"|<style.*?</style>", "", page, flags=re.DOTALL)
    assert "&lt;script&gt;" in page
    assert "{{ 7*7 }}" in words(made)
    assert read(made)["Bcc"] is None


def test_the_page_asks_nothing_of_the_network_and_its_styles_are_inline(folder):
    page = words(message.compose(issue(facts=HISTORY), folder, SALES, company()), "html")
    assert not re.search(r"https?://|url\(|<link|<script|@import", page)
    assert "prefers-color-scheme: dark" in page
    assert re.search(r'<h1 style="[^"]*font-size: ?21px', page)


def test_a_figure_whose_past_is_known_has_a_line_with_words(folder):
    made = message.compose(issue(facts=HISTORY), folder, SALES, company())
    pictures = [p for p in read(made).walk() if p.get_content_maintype() == "image"]
    assert [p["Content-ID"] for p in pictures] == [f"<speed_to_lead@{made.letter_id}>"]
    images = re.findall(r"<img[^>]*>", words(made, "html"))
    assert len(images) == 1
    assert f'src="cid:speed_to_lead@{made.letter_id}"' in images[0]
    assert 'alt="Speed to lead over 4 periods: from 4.0 h to 23.0 h, last 23.0 h"' in images[0]


def test_without_a_past_there_is_no_picture(folder):
    made = message.compose(issue(), folder, SALES, company())
    assert "<img" not in words(made, "html")
    assert "multipart/related" not in {part.get_content_type() for part in read(made).walk()}


def attached(letter):
    return [part.get_filename() for part in read(letter).iter_attachments()]


def test_the_pdf_goes_along_and_the_page_is_linked_to(folder):
    made = message.compose(issue(), folder, SALES, company(link=LINK))
    assert attached(made) == ["weekly-2026-W44.pdf"]
    page = "https://reports.b.example/kept/weekly/2026-W44/weekly-2026-W44.html"
    assert f'href="{page}"' in words(made, "html")
    assert page in words(made)


@pytest.mark.parametrize("more", [0, 57])
def test_a_pdf_too_large_is_left_out_and_said_where_it_is(folder, more):
    (folder / "weekly-2026-W44.pdf").write_bytes(b"x" * (570_000 + more))
    limit = (coded(570_000) + WORDS) / 1e6
    made = message.compose(issue(), folder, SALES, company(megabytes=limit))
    assert attached(made) == ([] if more else ["weekly-2026-W44.pdf"])
    assert len(made.content) <= limit * 1e6
    said = " ".join(words(made).split())
    assert ("It lies in the folder weekly/2026-W44" in said) == bool(more)


def test_a_pdf_too_large_is_linked_to_where_that_can_be_read(folder):
    settings = company(megabytes=0.1, link=LINK)
    made = message.compose(issue(), folder, SALES, settings)
    assert attached(made) == []
    assert f"{LINK}weekly/2026-W44/weekly-2026-W44.pdf" in words(made)


def test_a_report_without_pdf_says_where_it_is(folder):
    (folder / "weekly-2026-W44.pdf").unlink()
    made = message.compose(issue(), folder, SALES, company())
    assert attached(made) == []
    assert "lies in the folder weekly/2026-W44" in words(made)


def test_a_brief_brings_the_meeting_for_the_calendar_and_asks_nobody_to_answer(folder):
    made = message.compose(issue(said=summary(meeting=MEETING)), folder, SALES, company())
    *_, calendar = read(made).iter_attachments()
    assert calendar.get_filename() == "meeting-2026-11-12.ics"
    assert calendar["Content-Type"].params["method"] == "PUBLISH"
    (event,) = Calendar.from_ical(calendar.get_content()).walk("VEVENT")
    assert "attendee" not in event
    assert (event["uid"], event["sequence"]) == ("meeting-2026-11-12@velmarin.marsale", 1)
    assert event["description"].endswith("Also to come: Ann Lee, Max, Bo")


@pytest.mark.parametrize(("person", "told"), [("Ann", "You visit Bo"), ("Bo", "Ann visits you")])
def test_a_visit_is_told_to_guest_and_host(person, told):
    shown = Shadowing("202611-ab", "Ann", "Bo", date(2026, 11, 9), "Deal review")
    plan = Issue("shadowing", "2026-11", date(2026, 11, 1), made_at=letterhead.MADE_AT)
    addresses = {"Ann": "ann@b.example", "Bo": "bo@b.example"}
    made = message.visit(plan, shown, person, addresses, company())
    assert made.address == addresses[person]
    assert made.about == "shadowing-2026-11/202611-ab/0"
    assert words(made).startswith(f"{told}.\n\nWhen: Mon 9 Nov 2026.\n")
    assert told in words(made, "html")
    assert attached(made) == ["visit-2026-11-09.ics"]
    timed = Shadowing(**{**shown.__dict__, "starts_at": datetime(2026, 11, 9, 9)})
    timed_text = words(message.visit(plan, timed, person, addresses, company()))
    assert "When: Mon 9 Nov 2026, 10:00 (Europe/Berlin)." in timed_text
