from datetime import datetime
from email import message_from_bytes
from email.policy import default

import pytest
from letterhead import company

from report_helpers.delivery.envelope import Body, File, seal
from report_helpers.errors import ConfigurationError
from report_helpers.teams.letters import Letter

AT = datetime(2026, 11, 2, 6, 30)
BODY = Body(
    "Words.\n",
    "<p>Words <img src='cid:a@b'></p>",
    {"a@b": b"\x89PNG"},
    (
        File("week 44 – Zoë.pdf", "application/pdf", b"%PDF-1.7"),
        File("meeting.ics", "text/calendar", b"BEGIN:VCALENDAR\r\n", "REQUEST"),
    ),
)


def draft(address="ann@b.example", subject="Week 44"):
    return Letter("report", "weekly-2026-W44", address, "", subject, b"")


def read(letter):
    return message_from_bytes(letter.content, policy=default)


def test_its_parts_are_nested_as_mail_programs_expect():
    found = read(seal(draft(), "Ann", BODY, company(), AT))
    kinds = [part.get_content_type() for part in found.walk()]
    assert kinds == [
        *("multipart/mixed", "multipart/alternative", "text/plain"),
        *("multipart/related", "text/html", "image/png", "application/pdf", "text/calendar"),
    ]
    picture = next(part for part in found.walk() if part.get_content_maintype() == "image")
    assert (picture["Content-ID"], picture.get_content_disposition()) == ("<a@b>", "inline")
    pdf, calendar = found.iter_attachments()
    assert (pdf.get_filename(), pdf.get_content()) == ("week 44 – Zoë.pdf", b"%PDF-1.7")
    assert calendar["Content-Type"].params["method"] == "REQUEST"


def test_its_headers():
    letter = seal(draft(), "Ann Lee", BODY, company(replies="replies@b.example"), AT)
    found = read(letter)
    assert found["From"] == "MarSale <reports@b.example>"
    assert found["To"] == "Ann Lee <ann@b.example>"
    assert found["Reply-To"] == f"MarSale <replies+{letter.letter_id}@b.example>"
    assert found["Message-ID"] == letter.message_id == f"<{letter.letter_id}@b.example>"
    assert found["Date"] == "Mon, 02 Nov 2026 06:30:00 +0000"
    assert found["List-Id"] == "<reports.b.example>"
    assert found["Auto-Submitted"] == "auto-generated"
    assert "OOF" in found["X-Auto-Response-Suppress"]
    assert "NDR" not in found["X-Auto-Response-Suppress"]


def test_without_an_address_for_replies_there_is_none():
    assert read(seal(draft(), "", BODY, company(), AT))["Reply-To"] is None


def test_the_same_input_gives_the_same_bytes():
    first, second = (seal(draft(), "Ann", BODY, company(), AT) for _ in range(2))
    assert first == second
    assert read(first).get_boundary() == f"=_{first.letter_id}_0"


@pytest.mark.parametrize(
    "nasty",
    [
        "Ann\r\nBcc: everybody@b.example",
        "Ann\nX-Evil: yes\n\nA body",
        'Ann "the boss", <x@y.example>; \\',
        "Zoë Ångström 日本語 😀 " * 9,
        "\u2028\x00\x1b[2J\ud800 \x85 end",
        "=?utf-8?q?=0ABcc:_everybody@b.example?=",
        "",
    ],
)
def test_a_name_or_a_subject_can_add_no_header(nasty):
    mail = company(name=nasty or "MarSale")
    found = read(seal(draft(subject=f"S {nasty}"), nasty, BODY, mail, AT))
    assert found["Bcc"] is None
    assert found["X-Evil"] is None
    assert [a.addr_spec for a in found["To"].addresses] == ["ann@b.example"]
    assert [a.addr_spec for a in found["From"].addresses] == ["reports@b.example"]
    assert found.get_body(("plain",)).get_content().strip() == "Words."


def test_the_mail_it_answers_can_add_no_header():
    answer = Body("Words.\n", answers="<a@b>\r\nBcc: x@y.example =?utf-8?q?=0ABcc:_x?=")
    found = read(seal(draft(), "Ann", answer, company(), AT))
    assert (found["Bcc"], found["Auto-Submitted"]) == (None, "auto-replied")
    plain = read(seal(draft(), "Ann", Body("Words.\n", answers="<a@b>"), company(), AT))
    assert (plain["In-Reply-To"], plain["References"]) == ("<a@b>", "<a@b>")


def test_a_domain_beyond_ascii_travels_as_ascii():
    letter = seal(draft("ann@müller.example"), "Ann", BODY, company(), AT)
    assert (letter.address, letter.content.isascii()) == ("ann@müller.example", True)
    assert read(letter)["To"] == "Ann <ann@xn--mller-kva.example>"


def test_a_local_part_beyond_ascii_stands_as_it_is():
    letter = seal(draft("zoë@b.example"), "Ann", BODY, company(), AT)
    assert b"To: Ann <zo\xc3\xab@b.example>\r\n" in letter.content


@pytest.mark.parametrize("address", ["a@b..example", f"a@{'x' * 64}.example"])
def test_an_address_that_cannot_travel_is_told(address):
    with pytest.raises(ConfigurationError, match="cannot be the domain"):
        seal(draft(address), "", BODY, company(), AT)


def test_without_a_sender_nothing_can_be_written():
    with pytest.raises(ConfigurationError, match="no sender") as caught:
        seal(draft(), "", BODY, company(sender=""), AT)
    assert caught.value.where == "[mail] sender"


def test_lines_are_short_and_end_as_they_must():
    body = Body("ä" * 3000 + "\n.\n", f"<p>{'word ' * 900}</p>")
    lines = seal(draft(), "Ann", body, company(), AT).content.split(b"\r\n")
    assert max(map(len, lines)) <= 78
    assert not any(b"\n" in line or b"\r" in line for line in lines)


def test_what_acts_on_a_terminal_or_turns_a_line_does_not_travel():
    acting = "\x1b[2J\x07 half a pair \ud83d"
    turned, body = draft(subject="to\u202emoc.b@nna"), Body(acting, f"<p>{acting}")
    made = seal(turned, "A\u2066nn", body, company(), AT)
    found = read(made)
    assert (made.subject, found["To"]) == ("to moc.b@nna", "A nn <ann@b.example>")
    for kind in ("plain", "html"):
        assert "\ufffd[2J\ufffd half a pair \ufffd" in found.get_body((kind,)).get_content()
