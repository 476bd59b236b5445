"""What people write stays; what their mail programs quote and sign goes."""

from __future__ import annotations

import pytest

from report_helpers.delivery import words

SAID = "Wir rufen morgen an.\nUnd übermorgen noch einmal."
QUOTED = "> Obstacle [#c27a0c96]\n> Who calls?\n"
EN = "From: MarSale <r@b.example>\nSent: Monday, 2 November 2026 08:00\nTo: Ann <ann@b.example>\n"
DE = "Von: MarSale <r@b.example>\nGesendet: Montag, 2. November 2026 08:00\nAn: Ann <a@b.example>\n"
PROGRAMS = {
    "Gmail": f"On Mon, Nov 2, 2026 at 8:00 AM MarSale <replies+0123@b.example>\nwrote:\n\n{QUOTED}",
    "Gmail, deutsch": f"Am Mo., 2. Nov. 2026 um 08:00 schrieb MarSale <\nr@b.example>:\n\n{QUOTED}",
    "Apple": f"> On 2 Nov 2026, at 08:00, MarSale <r@b.example> wrote:\n> \n{QUOTED}",
    "Apple, deutsch": f"> Am 02.11.2026 um 08:00 schrieb MarSale <r@b.example>:\n> \n{QUOTED}",
    "Outlook": f"{EN}Subject: Weekly\n\nObstacle [#c27a0c96]\nWho calls?\n",
    "Outlook, deutsch": f"{DE}Betreff: Weekly\n\nObstacle [#c27a0c96]\nWho calls?\n",
    "Outlook, old": f"-----Original Message-----\n{EN}Subject: Weekly\n\nObstacle\n",
    "Outlook, alt": f"-----Ursprüngliche Nachricht-----\n{DE}Betreff: Weekly\n\nObstacle\n",
    "Outlook on the web": f"{'_' * 32}\n{DE}Betreff: Weekly\n\nObstacle\n",
    "Thunderbird": f"Am 02.11.26 um 08:00 schrieb MarSale:\n{QUOTED}",
    "Gmail, français": f"Le lun. 2 nov. 2026 à 08:00, MarSale <r@b.example> a écrit :\n\n{QUOTED}",
    "nothing": "",
}
SIGNATURES = {
    "line": "-- \nAnn Lee\nHead of Sales",
    "English": "Best regards,\nAnn Lee\nHead of Sales",
    "German": "Mit freundlichen Grüßen\nAnn Lee",
    "telephone": "Sent from my iPhone",
    "Telefon": "Von meinem iPhone gesendet",
    "none": "",
}


@pytest.mark.parametrize("quoted", PROGRAMS.values(), ids=PROGRAMS)
@pytest.mark.parametrize("ends", ["\n", "\r\n"], ids=["LF", "CRLF"])
def test_what_a_program_quotes_goes(quoted: str, ends: str) -> None:
    assert words.own(f"{SAID}\n\n{quoted}".replace("\n", ends)) == (SAID, False)


@pytest.mark.parametrize("signature", SIGNATURES.values(), ids=SIGNATURES)
@pytest.mark.parametrize("program", ["Gmail", "Outlook, deutsch", "nothing"])
def test_how_a_mail_is_signed_goes(signature: str, program: str) -> None:
    assert words.own(f"{SAID}\n\n{signature}\n\n{PROGRAMS[program]}") == (SAID, False)


@pytest.mark.parametrize(
    "text",
    [
        "Hi all,\nThanks, but the form lost the phone field again.\nPlease restore it.",
        "Three things:\n- call them\n- mail them\nBy Friday.",
        "Hinweis: die Mail-Kampagne ist falsch.\nAchtung: sie läuft noch.",
        "Hello\nThanks, will do.",
        "From the start we knew: to sell is to wait.",
    ],
)
def test_words_that_look_like_a_signature_stay(text: str) -> None:
    assert words.own(text) == (text, False)


def test_words_between_the_lines_stay_with_the_mark_they_answer() -> None:
    head = "On Mon, 2 Nov 2026, MarSale <r@b.example> wrote:\n"
    between = "> One [#c27a0c96]\n> more\n\nDone.\n\n> Two [#91d7dba4]\nOn Friday.\n> Three\n"
    assert words.own(f"See below.\n\n{head}{between}") == (
        "See below.\n\n[#c27a0c96] Done.\n\n[#91d7dba4] On Friday.",
        False,
    )


def test_lines_a_program_broke_are_whole_again() -> None:
    line = "From next week on the registration page asks for a whole company address and"
    assert words.own(f"{line}\na telephone number.\nShort.\n1. one")[0] == (
        f"{line} a telephone number.\nShort.\n1. one"
    )


def test_a_long_text_is_cut_and_it_is_said() -> None:
    said, cut = words.own("word " * 3000)
    assert (len(said), cut) == (words.LONGEST, True)
    assert words.own("x" * words.LONGEST)[1] is False


@pytest.mark.parametrize("text", ["", " \n\t\n", "> quoted\n> only", "\n" * 100_000])
def test_nothing_of_ones_own_is_nothing(text: str) -> None:
    assert words.own(text) == ("", False)


@pytest.mark.parametrize(
    "quoted",
    [
        '<div class="gmail_quote">On Monday wrote<blockquote>Who?</blockquote></div>',
        '<div class="x moz-cite-prefix">Am Montag</div><blockquote type="cite">Who?</blockquote>',
        '<div id="appendonsend"></div><hr><div>From: MarSale</div><p>Who?</p>',
        '<div id="divRplyFwdMsg"><b>Von:</b> MarSale</div><div>Who?</div>',
        "<div><p><b>Von:</b> MarSale &lt;r@b.example&gt;<br><b>Gesendet:</b> Montag<br>"
        "<b>An:</b> Ann<br><b>Betreff:</b> Weekly</p></div><p>Who?</p>",
        "",
    ],
    ids=["Gmail", "Thunderbird", "Outlook app", "Outlook web", "Outlook desktop", "none"],
)
def test_a_page_is_read_as_its_reader_sees_it(quoted: str) -> None:
    style = "<head><title>T</title><style>p {color: red}</style></head>"
    own = "<p>Wir rufen <b>mor</b>gen\n an.<br>Und &uuml;bermorgen noch&nbsp;einmal.</p>"
    page = f"<html>{style}<body><!-- hidden --><script>x</script>{own}{quoted}</body></html>"
    assert words.own(words.of_html(page))[0] == SAID


@pytest.mark.parametrize("page", ["<div>" * 20_000 + "x", "<b" * 1000 + "x", "<![CDATA[x", "&#0;"])
def test_a_broken_page_is_read_as_far_as_it_goes(page: str) -> None:
    assert len(words.of_html(page)) <= 2001
