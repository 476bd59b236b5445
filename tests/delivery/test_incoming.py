"""A mail is read whatever its bytes are: charsets, several parts, broken headers."""

from __future__ import annotations

import email.policy
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from postbox import LETTER_ID, TO, bounce, mail

from report_helpers.delivery.incoming import read

HEAD = b"From: ann@b.example\nSubject: Re\nContent-Type: text/plain"
PIECES = (
    b"From: Ann <ann@b.example>\n",
    b"Content-Type: multipart/mixed; boundary=b\n",
    b"Content-Type: text/html; charset=utf-7\n",
    b"Content-Type: message/rfc822\n",
    b"Content-Type: message/delivery-status\n",
    b"Content-Transfer-Encoding: base64\n",
    b"Subject: =?utf-8?b?4pyT?= =?\xff?q?x?=\n",
    b"Message-ID: <a@b>\n",
    b"\n",
    b"\n--b\n",
    b"\n--b--\n",
    b"<p>words</p>",
    b"> quoted\n",
    b"\x00\xff\xfe",
)


@pytest.mark.parametrize(
    ("declared", "content"),
    [
        (b"; charset=utf-8", "Größe"),
        (b"; charset=iso-8859-1", "Größe"),
        (b"", "Größe"),
        (b"; charset=klingon", "Größe"),
        (b'; charset="', "Größe"),
        (b"; charset=utf-16", "Größe"),
    ],
)
def test_a_charset_that_is_wrong_or_missing_loses_no_words(declared: bytes, content: str) -> None:
    codec = {b"; charset=iso-8859-1": "latin-1", b"; charset=utf-16": "utf-16"}
    raw = HEAD + declared + b"\n\n" + content.encode(codec.get(declared, "utf-8"))
    assert read(raw).words == content


def test_letters_of_windows_that_nobody_declared_are_understood() -> None:
    assert read(HEAD + b"; charset=utf-8\n\nGr\xf6\xdfe \x96 10 \x80").words == "Größe – 10 €"


def test_characters_no_item_may_hold_go_and_all_others_stay() -> None:
    said = "a\x07b\ud800c".encode("utf-8", "surrogatepass")
    assert "\x07" not in read(HEAD + b"\n\n" + said).words
    kept = "<b>x</b> =1+1 \u202eabc 👩\u200d💻 a\u00a0b"
    assert read(HEAD + b"; charset=utf-8\n\n" + kept.encode()).words == kept


def test_the_plain_text_is_preferred_and_the_page_read_where_it_lacks() -> None:
    both = EmailMessage()
    both["From"] = "ann@b.example"
    both.set_content("plain words")
    both.add_alternative("<p>page words</p>", subtype="html")
    both.add_attachment(b"x", "application", "pdf", filename="a.pdf")
    both.add_attachment("attached words", filename="b.txt")
    assert (read(bytes(both)).words, read(bytes(both)).left_out) == (
        "plain words",
        ("2 attachments left out",),
    )
    page = mail("").replace(b"text/plain", b"text/html") + b"<p>page words</p>"
    assert read(page).words == "page words"


def test_one_mail_has_one_name_whichever_way_it_came() -> None:
    content = mail("Fine.")
    copy = b"Received: from elsewhere\n" + content
    assert read(content).reply_id == read(copy).reply_id
    assert read(content).reply_id != read(mail("Fine.", "eve@x.example")).reply_id
    nameless = content.replace(b"Message-ID", b"X-Other")
    assert read(nameless).reply_id != read(nameless + b"!").reply_id


@pytest.mark.parametrize(
    ("header", "ids"),
    [
        (f"To: MarSale <{TO}>", (LETTER_ID,)),
        (f"Delivered-To: {TO.upper()}", (LETTER_ID,)),
        (f"In-Reply-To: <{LETTER_ID}@any.example>", (LETTER_ID,)),
        (f"References: <{'0' * 16}@b> <{LETTER_ID}@b>", (LETTER_ID, "0" * 16)),
        (f"To: {LETTER_ID}@b.example", ()),
    ],
)
def test_what_a_mail_answers_is_read_from_its_headers(header: str, ids: tuple[str, ...]) -> None:
    assert read(f"From: a@b.c\n{header}\n\nx".encode()).letter_ids == ids


def test_headers_cannot_break_out_of_their_line() -> None:
    found = read(b"From: a@b.c\nSubject: =?utf-8?q?x=0D=0ABcc:_e=40x=1B[2J?=\n\nx")
    assert found.subject == "x Bcc: e@x [2J"
    assert read(b"Message-ID: <a\x1b@b>\nFrom: a@b.c\n\nx").message_id == ""


def test_a_bounce_tells_its_letter_and_why() -> None:
    found = read(bounce()).bounce
    assert found is not None
    assert (found.letter_id, found.final) == (LETTER_ID, True)
    assert found.reason == "550 5.1.1 no such user"
    late = read(bounce(action="delayed")).bounce
    assert late is not None
    assert not late.final
    assert read(mail("Fine.")).bounce is None


@settings(max_examples=150, deadline=None)
@given(st.lists(st.one_of(st.sampled_from(PIECES), st.binary(max_size=20)), max_size=25))
def test_no_bytes_stop_us(pieces: list[bytes]) -> None:
    found = read(b"".join(pieces))
    assert "\n" not in found.subject + found.sender + found.message_id
    assert found.words.isascii() or found.words.encode("utf-8")


def test_the_policy_of_a_mail_changes_nothing() -> None:
    made = EmailMessage(policy=email.policy.SMTP)
    made["From"], made["Subject"] = "ann@b.example", "Grüße"
    made.set_content("Größe")
    assert (read(bytes(made)).words, read(bytes(made)).subject) == ("Größe", "Grüße")
