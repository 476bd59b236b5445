"""What may pass from a foreign HTML output into the page: tables and text, nothing that acts."""

from __future__ import annotations

from html import escape
from html.parser import HTMLParser

TABLE_TAGS = {"table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td"}
_KEPT = {"colspan", "rowspan"}
_LOST = {"script", "style", "template", "noscript", "iframe", "object", "svg", "math", "head"}
_BREAKS = {"p", "div", "br", "li", "h1", "h2", "h3", "h4", "h5", "h6", "hr"}


def tables(html: str) -> str:
    """Return the tables and the text of an HTML output; scripts, styles and handlers are gone.

    Parameters
    ----------
    html : any HTML, such as what pandas displays.

    Examples
    --------
    >>> tables('<table onclick="x()"><tr><td colspan="2">a<script>b</script></td></tr></table>')
    '<div class="scroll" tabindex="0"><table><tr><td colspan="2">a</td></tr></table></div>'
    >>> tables("<b>bold</b> text")
    '<p>bold text</p>'
    """
    parser = _Tables()
    parser.feed(html)
    parser.close()
    return parser.result()


class _Tables(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._out: list[str] = []
        self._text: list[str] = []
        self._open: list[str] = []
        self._lost = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _LOST:
            self._lost += 1
        elif self._lost:
            return
        elif tag in TABLE_TAGS and (tag == "table" or self._open):
            self._start(tag, dict(attrs))
        elif tag in _BREAKS:
            self._data(" ")

    def _start(self, tag: str, attrs: dict[str, str | None]) -> None:
        if tag == "table" and not self._open:
            self._flush()
            self._out.append('<div class="scroll" tabindex="0">')
        kept = [f' {k}="{v}"' for k, v in attrs.items() if k in _KEPT and v and v.isdecimal()]
        if tag == "th":
            kept.append(f' scope="{"col" if "thead" in self._open else "row"}"')
        self._out.append(f"<{tag}{''.join(kept)}>")
        self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in _LOST:
            self._lost = max(self._lost - 1, 0)
        elif not self._lost and tag in self._open:
            while self._open:
                closed = self._open.pop()
                self._out.append(f"</{closed}>")
                if closed == tag:
                    break
            if not self._open:
                self._out.append("</div>")

    def handle_data(self, data: str) -> None:
        if not self._lost:
            self._data(data)

    def _data(self, text: str) -> None:
        (self._out if self._open else self._text).append(escape(text))

    def _flush(self) -> None:
        text = " ".join("".join(self._text).split())
        if text:
            self._out.append(f"<p>{text}</p>")
        self._text.clear()

    def result(self) -> str:
        self._lost = 0  # what was never closed ends here
        while self._open:
            self.handle_endtag(self._open[-1])
        self._flush()
        return "".join(self._out)
