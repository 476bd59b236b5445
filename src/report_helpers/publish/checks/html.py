"""What a finished page must hold: it loads nothing, reads in order, and shows what it should."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html.parser import HTMLParser
from pathlib import Path

MAX_BYTES = 600_000

_LOADS = {
    ("*", "src"),
    ("*", "srcset"),
    ("*", "poster"),
    ("*", "background"),
    ("object", "data"),
    ("link", "href"),
    ("use", "href"),
    ("image", "href"),
    ("base", "href"),
}
_SAFE = re.compile(r"\s*(data:|#)", re.IGNORECASE)
_CSS_LOAD = re.compile(r"@import|url\((?!\s*['\"]?\s*(?:data:|#))[^)]{0,60}", re.IGNORECASE)


def check(html_file: Path, must_show: Iterable[str] = ()) -> list[str]:
    """Return what is wrong with a page, one sentence a fault; nothing when it is sound.

    Parameters
    ----------
    html_file : the finished page.
    must_show : texts that its visible text must hold, such as the cells of a table; spaces and
        line breaks count alike.

    Returns
    -------
    list of str
        Each names the file and, where there is one, the line.
    """
    content = html_file.read_bytes()
    reader = _Reader()
    reader.feed(content.decode("utf-8", "replace"))
    reader.close()
    faults = [*reader.faults, *reader.missing()]
    if len(content) > MAX_BYTES:
        faults.append(
            f"is {len(content):,} bytes, more than the {MAX_BYTES:,} mail and phones bear"
        )
    seen = " ".join("".join(reader.text).split())
    faults += [f"does not show '{t}'" for t in must_show if " ".join(t.split()) not in seen]
    return [f"{html_file.name}: {fault}" for fault in faults]


class _Reader(HTMLParser):
    """Reads a page once and notes its faults."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.faults: list[str] = []
        self.text: list[str] = []
        self.title = ""
        self.headings: list[int] = []
        self.ids: set[str] = set()
        self.targets: list[str] = []
        self.policy = False
        self.language = False
        self._inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self._loads(tag, given)
        self._names(tag, given)
        if tag == "html":
            self.language = bool(given.get("lang"))
        elif tag == "meta":
            self.policy |= given.get("http-equiv", "").lower() == "content-security-policy"
            if given.get("http-equiv", "").lower() == "refresh":
                self._fault("sends the reader elsewhere (meta refresh)")
        elif tag in ("script", "iframe", "object", "embed", "applet"):
            self._fault(f"holds a <{tag}>")
        elif re.fullmatch("h[1-6]", tag):
            self._heading(int(tag[1]))
        if tag in ("style", "script", "title"):
            self._inside = tag

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self._inside = ""

    def handle_endtag(self, tag: str) -> None:
        if tag == self._inside:
            self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside == "style":
            self._css(data)
        elif self._inside == "title":
            self.title += data
        elif not self._inside:
            self.text.append(data)

    def missing(self) -> list[str]:
        """Return what only shows at the end of the page."""
        wanted = {
            "has no title": self.title.strip(),
            "does not say its language": self.language,
            "has no Content-Security-Policy": self.policy,
        }
        faults = [fault for fault, there in wanted.items() if not there]
        if (count := self.headings.count(1)) != 1:
            faults.append(f"has {count} first-level headings instead of one")
        lost = sorted(set(self.targets) - self.ids)
        return [*faults, *(f"links to #{name}, which is not there" for name in lost)]

    def _loads(self, tag: str, given: dict[str, str]) -> None:
        for name, value in given.items():
            name = name.removeprefix("xlink:")
            if name.startswith("on"):
                self._fault(f"<{tag}> has the handler {name}")
            elif ({(tag, name), ("*", name)} & _LOADS) and not _SAFE.match(value):
                self._fault(f"<{tag}> loads {name} '{value[:60]}'; embed it as a data: address")
            elif name == "style":
                self._css(value)
            elif tag == "a" and name == "href" and value.startswith("#"):
                self.targets.append(value[1:])

    def _names(self, tag: str, given: dict[str, str]) -> None:
        if (name := given.get("id")) is not None:
            if name in self.ids:
                self._fault(f"the id '{name}' stands twice")
            self.ids.add(name)
        if tag == "img" and not given.get("alt"):
            self._fault("an <img> has no alternative text")
        if given.get("role") == "img" and not (
            given.get("aria-label") or given.get("aria-labelledby") or given.get("alt")
        ):
            self._fault(f"a <{tag} role='img'> has no alternative text")

    def _heading(self, level: int) -> None:
        if self.headings and level > self.headings[-1] + 1:
            self._fault(f"a heading of level {level} follows one of level {self.headings[-1]}")
        self.headings.append(level)

    def _css(self, text: str) -> None:
        for found in _CSS_LOAD.finditer(text):
            self._fault(f"a style loads something from outside: {found[0][:60]}")

    def _fault(self, text: str) -> None:
        self.faults.append(f"line {self.getpos()[0]}: {text}")
