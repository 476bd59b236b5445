"""What somebody wrote in a mail, without what it quotes and how it is signed.

Mail programs mark what they quote in many ways and languages; the library ``mail-parser-reply``
knows them. Where it is not sure, words are kept: better a signature too many than an answer lost.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bs4 import BeautifulSoup
from bs4.element import NavigableString, Tag
from mailparser_reply import EmailMessage
from mailparser_reply.constants import MAIL_LANGUAGES

from report_helpers.teams.replies import MARK

LONGEST = 10_000
"""Letters kept of a reply."""
_READ = 12_000  # letters looked at: what is quoted follows, and long texts make the library slow
_PAGE = 100_000
_LANGUAGES = tuple(MAIL_LANGUAGES)
_UNSEEN = {"blockquote", "head", "script", "style", "template", "title"}
_QUOTED = {"gmail_quote", "gmail_quote_container", "moz-cite-prefix", "yahoo_quoted"}  # classes
_BELOW = {"appendonsend", "divRplyFwdMsg", "mail-editor-reference-message-container"}  # ids
_BLOCKS = {"div", "dd", "dt", "h1", "h2", "h3", "h4", "hr", "li", "p", "pre", "table", "tr"}
_RULE = re.compile(r"\n[-_]{5,}[^\n]*\Z")
_SENT_WITH = re.compile(
    r"\n(?:Von meinem .{1,40} gesendet|(?:Gesendet|Sent|Envoyé|Verzonden) .{1,60})\Z"
)
_SENTENCE = re.compile(r"[.!?:;…]$")
_DATED = re.compile(r"\d.*:$")  # "… 2 nov. 2026 … a écrit :", in whatever language
_WIDTH = 72  # letters at which mail programs break the lines of a text, or a little later
_LIST = re.compile(r"[-*•]|\[#|\d+[.)]")
_SHORT = 5  # words in the line a signature starts with


def own(text: str) -> tuple[str, bool]:
    r"""Return what is the writer's own in a text, and whether it was too long and had to be cut.

    Words between quoted lines are kept; a mark in the lines they follow is set before them.

    Examples
    --------
    >>> own("We call them today.\n\nBest,\nAnn\n\nOn Monday, Bob <b@x.y> wrote:\n> Will you?")
    ('We call them today.', False)
    >>> own("> Who calls? [#c27a0c96]\nI do.\n> And when?\nToday.")
    ('[#c27a0c96] I do.\nToday.', False)
    """
    plain = re.sub(r"\n\s*\n\s*", "\n\n", text.replace("\r\n", "\n").replace("\r", "\n"))
    first, *later = (
        EmailMessage(text=plain[:_READ].strip(), languages=list(_LANGUAGES), keep_hyphen_lists=True)
        .read()
        .replies
    )
    parts = [_unsigned(first.full_body, first.signatures or "")]
    parts += [reply.full_body for reply in later if _answers_lines(reply.full_body)]
    found = "\n\n".join(filter(None, (_rejoined(_unquoted(part)) for part in parts)))
    return found[:LONGEST], len(found) > LONGEST


def of_html(page: str) -> str:
    """Return the text of an HTML mail, without what mail programs mark as quoted.

    Examples
    --------
    >>> of_html("<p>We <b>call</b> them.</p><blockquote>Will you?</blockquote>")
    'We call them.'
    """
    soup = BeautifulSoup(page[:_PAGE], "html.parser")
    lines = (line.strip() for line in "".join(_pieces(soup)).splitlines())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _pieces(page: Tag) -> Iterator[str]:
    """Yield the text of a page piece by piece, a new line around each block."""
    inside = [(iter(page.children), "")]
    while inside:
        children, end = inside[-1]
        child = next(children, None)
        if child is None or _begins_the_quoted(child):
            inside.pop()
            yield end
        elif isinstance(child, Tag):
            end = "\n" if child.name in (*_BLOCKS, "br") else ""
            yield end
            if child.name not in _UNSEEN and _QUOTED.isdisjoint(child.get_attribute_list("class")):
                inside.append((iter(child.children), end if child.contents else ""))
        elif type(child) is NavigableString:  # its subclasses are comments and the like
            yield re.sub(r"\s+", " ", child)


def _begins_the_quoted(element: object) -> bool:
    """Return whether what follows, element included, is what Outlook quotes."""
    return isinstance(element, Tag) and element.get("id") in _BELOW


def _answers_lines(text: str) -> bool:
    """Return whether somebody wrote between the lines of what is quoted."""
    return any(line.startswith(">") for line in text.splitlines())


def _unquoted(text: str) -> str:
    """Return a text without quoted lines; their mark goes to the words that follow."""
    kept: list[str] = []
    mark = ""
    for line in text.splitlines():
        if line.startswith(">"):
            if kept and _DATED.search(kept[-1] or kept[-2]):
                kept = kept[: -1 if kept[-1] else -2]
            found = MARK.search(line)
            mark = f"{found[0]} " if found else mark
        elif line.strip():
            kept.append(mark + line)
            mark = ""
        elif kept and kept[-1]:
            kept.append("")
    return "\n".join(kept).strip()


def _rejoined(text: str) -> str:
    """Return a text in which lines that a mail program broke are whole again.

    It broke a line where the next word had no more room; a shorter line was ended by its writer.
    """
    lines: list[str] = []
    last = ""
    for line in text.splitlines():
        word = line.split(" ")[0]
        full = len(last) <= _WIDTH + 8 and len(last) + 1 + len(word) > _WIDTH
        if last and word and full and not _LIST.match(line):
            lines[-1] += f" {line}"
        else:
            lines.append(line)
        last = line
    return "\n".join(lines)


def _unsigned(text: str, signature: str) -> str:
    """Return a text without its signature, if what looks like one holds no sentence."""
    lines = [line for line in signature.splitlines() if line.strip()]
    if lines and len(lines[0].split()) <= _SHORT and not any(map(_SENTENCE.search, lines)):
        text = text.removesuffix(signature)
    text = _SENT_WITH.sub("", _RULE.sub("", text.rstrip()).rstrip())
    return text.rstrip()
