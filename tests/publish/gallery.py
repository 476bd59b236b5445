"""A made-up weekly report that holds every kind of block, for the tests of both media.

``notebook()`` is the calm report, ``hostile()`` one full of text that breaks layouts.
"""

from __future__ import annotations

import base64
import struct
import zlib
from collections.abc import Callable
from typing import Any

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from report_helpers.present import blocks as b

Html = Callable[[dict[str, Any]], str]

MASTHEAD = b.Masthead(
    report="Weekly two-way report",
    company="Northwind Instruments",
    period="week 44 of 2026",
    dates="Mon 26 Oct to Sun 1 Nov 2026",
    scope="All segments",
    facts=(
        ("Deals", "up to Sun 1 Nov 2026"),
        ("Leads", "up to Sat 31 Oct 2026"),
        ("Campaigns", "up to Thu 29 Oct 2026"),
        ("Repaired", "212 of 8,800 rows, listed in the appendix"),
    ),
    key="2026-W44",
)
SIGNALS = b.Findings(
    title="What changed",
    items=(
        b.Finding(
            "37 accepted leads, the eighth week running above the average of 28. "
            "Something has shifted, and it is not chance.",
            lead="Accepted leads are up",
            tone="good",
        ),
        b.Finding(
            "63.2 % of deals closed were won; the usual range is 55 to 71 %.",
            lead="Win rate is steady",
            tone="muted",
        ),
        b.Finding(
            "Median 31 hours until the first call against 24 agreed; 9 of 41 leads waited longer.",
            lead="First touch is late",
            tone="bad",
        ),
        b.Finding(
            "€1.84 M open against €0.97 M still to win by 31 December.",
            lead="Coverage is 1.9",
            tone="watch",
        ),
    ),
)


def _card(title: str, rows: list[tuple[Any, ...]], footnotes: tuple[str, ...] = ()) -> b.Table:
    columns = (
        b.TableColumn("metric", "Metric", width=1),
        b.TableColumn("value", "Week 44", "right"),
        b.TableColumn("prior", "Before", "right"),
        b.TableColumn("trend", "12 weeks", "right"),
    )
    body = tuple(
        b.Row(
            (
                b.Cell(name, note=note),
                b.Cell(value, tone=tone, mark=mark),
                b.Cell(prior),
                b.Cell("", spark=spark),
            )
        )
        for name, note, value, prior, tone, mark, spark in rows
    )
    return b.Table(columns, body, caption=title, alt=f"{title}: this week, last week, trend.",
                   footnotes=footnotes)  # fmt: skip


MARKETING_CARD = _card(
    "Marketing's numbers",
    [
        ("Inquiries", "", "214", "198", "", "", (180, 175, 190, 201, 188, 192, 205, 199, 214)),
        ("Quality leads (MQL)", "target 40", "41", "36", "good", "▲", (30, 33, 31, 35, 36, 36, 41)),
        ("Accepted by Sales", "90 % of MQLs", "37", "30", "good", "▲", (26, 27, None, 29, 30, 37)),
        ("Cost per SQL", "all channels", "€412", "€398", "", "", (420, 431, 405, 398, 412)),
        ("Retention (net)", "12 months", "not known", "not known", "muted", "○", ()),
    ],
    ("Retention needs the table orders.",),
)
SALES_CARD = _card(
    "Sales' numbers",
    [
        ("Deals opened", "", "33", "29", "", "", (25, 31, 28, 30, 29, 33)),
        ("Deals won", "of 57 closed", "36", "31", "", "", (28, 35, 30, 33, 31, 36)),
        ("Win rate, closed", "n = 57", "63.2 %", "61.1 %", "", "", (0.6, 0.58, 0.66, 0.61, 0.63)),
        ("Revenue won", "", "€84,970", "€73,190", "", "", (70, 82, 66, 79, 73, 85)),
        ("First touch, median", "agreed: 24 h", "31 h", "26 h", "bad", "▼", (22, 24, 25, 26, 31)),
    ],
)
QUESTIONS = b.Notes(
    title="Marketing asks Sales",
    items=(
        b.Note(
            label="Question",
            body="Which objections do you hear most about the price of GTX Pro?",
            meta="Ana Ruiz, Wed 28 Oct",
            figure="Win rate, GTX Pro: 41 %",
            status="open, due Fri 6 Nov",
            tone="watch",
        ),
    ),
)
REQUESTS = b.Notes(
    title="Sales asks Marketing",
    items=(
        b.Note(
            label="Request",
            body="A one-page comparison with Contoso for hospital buyers, before the Lyon fair.",
            meta="Ben Okafor, Mon 26 Oct",
            status="overdue since Thu 29 Oct",
            tone="bad",
        ),
    ),
)
SEGMENTS = ("Enterprise", "Mid-market", "Small business", "Public sector", "Education")


def _win_rates() -> b.Table:
    figures = [(0.71, 0.63, 0.78, 128), (0.64, 0.58, 0.70, 240), (0.58, 0.5, 0.66, 151),
               (0.44, 0.29, 0.6, 34), (0.55, 0.28, 0.79, 11)]  # fmt: skip
    rows = [b.Row((b.Cell("By segment, last 12 weeks"),), role="group")]
    for name, (value, low, high, n) in zip(SEGMENTS, figures, strict=True):
        rows.append(
            b.Row(
                (
                    b.Cell(name, note="shrunk towards the whole" if n < 30 else ""),
                    b.Cell(f"{value * 100:.0f} %", tone="bad" if value < 0.5 else "",
                           mark="▼" if value < 0.5 else ""),
                    b.Cell(f"{low * 100:.0f} to {high * 100:.0f} %",
                           interval=b.Interval(value, low, high)),
                    b.Cell(f"{n}", bar=n / 240),
                )
            )
        )  # fmt: skip
    total = ("All segments", "62 %", "58 to 66 %", "564")
    rows.append(b.Row(tuple(b.Cell(text) for text in total), role="total"))
    return b.Table(
        columns=(
            b.TableColumn("segment", "Segment", width=2),
            b.TableColumn("rate", "Win rate", "right"),
            b.TableColumn("interval", "95 % interval", width=1.4),
            b.TableColumn("n", "Deals closed", "right"),
        ),
        rows=tuple(rows),
        caption="Win rate by segment, closed basis",
        alt="Win rates run from 44 % (Public sector) to 71 % (Enterprise); the whole is 62 %.",
        footnotes=(
            "Won / (won + lost), deals closed in the period; Wilson 95 % interval.",
            "Education has 11 deals: its rate is shrunk towards the whole.",
        ),
    )


def _wide() -> b.Table:
    heads = ["Source", "Inquiries", "MQL", "Accepted", "Rejected", "SQL", "Deals", "Won", "Lost",
             "Open", "Win rate", "Cost", "Cost per SQL", "Median days"]  # fmt: skip
    sources = ("Organic search", "Paid search", "Social", "Trade fairs", "Referral", "Email")
    rows = [
        b.Row(tuple(b.Cell(t) for t in (name, *[f"{(i + 2) * 37 * k % 991:,}" for k in range(9)],
                                        f"{40 + 3 * i} %", "€12,400", f"€{300 + i}", f"{50 + i}")))
        for i, name in enumerate(sources)
    ]  # fmt: skip
    columns = tuple(
        b.TableColumn(head.lower(), head, "right" if i else "left") for i, head in enumerate(heads)
    )
    return b.Table(columns, tuple(rows), caption="Sources, all stages",
                   alt="Six sources by stage.")  # fmt: skip


def _long() -> b.Table:
    rows = tuple(
        b.Row(
            (
                b.Cell(f"Deal {i:03d}: laboratory refit, phase {i % 4 + 1}"),
                b.Cell(SEGMENTS[i % 5]),
                b.Cell(f"{140 + i * 3}"),
                b.Cell(f"€{(i * 7919) % 90000 + 900:,}", bar=((i * 7919) % 90000) / 90000),
            )
        )
        for i in range(1, 71)
    )
    columns = (
        b.TableColumn("deal", "Deal", width=2),
        b.TableColumn("segment", "Segment", width=1),
        b.TableColumn("days", "Days open", "right"),
        b.TableColumn("amount", "Amount", "right"),
    )
    return b.Table(columns, rows, caption="Stale deals: open longer than any deal that ever closed",
                   alt="Seventy stale deals.")  # fmt: skip


def chart_svg(words: str = "Accepted leads a week") -> str:
    """Return a small line chart, its text kept as text."""
    values = (26, 27, 24, 29, 30, 28, 31, 33, 30, 34, 36, 37)
    points = " ".join(f"{60 + i * 44},{170 - (v - 20) * 7}" for i, v in enumerate(values))
    ticks = "".join(
        f'<text x="{60 + i * 44}" y="196" text-anchor="middle" fill="#56636f">{33 + i}</text>'
        for i in range(12)
    )
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 600 220" width="600" height="220" '
        "font-family=\"'IBM Plex Sans', 'DejaVu Sans', sans-serif\" font-size=\"12\">"
        '<line x1="50" x2="560" y1="178" y2="178" stroke="#d5dbe1"/>'
        '<line x1="50" x2="560" y1="114" y2="114" stroke="#56636f" stroke-dasharray="4 3"/>'
        '<text x="566" y="118" fill="#56636f">28</text>'
        f'<polyline points="{points}" fill="none" stroke="#1f6f9f" stroke-width="2"/>'
        f'<circle cx="544" cy="51" r="4" fill="#1f6f9f"/><text x="552" y="48">37</text>{ticks}'
        f'<text x="60" y="26" fill="#1b2733">{words}</text></svg>'
    )


CHART = b.Chart(
    svg=chart_svg(),
    alt="Accepted leads rose from 26 in week 33 to 37 in week 44; the average is 28.",
    caption="Accepted leads, weeks 33 to 44",
    footnotes=("Dashed: average of weeks 33 to 40.",),
)
THREADS = b.Notes(
    title="Successes and obstacles",
    items=(
        b.Note(
            label="Success",
            body="The webinar on calibration brought 19 inquiries from hospitals; six are with "
            "Sales already.",
            meta="Ana Ruiz, Marketing, Tue 27 Oct",
            figure="Accepted leads: 37",
            status="closed: shared in the Monday meeting",
            tone="good",
            answers=(
                (
                    "Ben Okafor, Sales, Wed 28 Oct",
                    "Four of the six want a demonstration. Can we have the recording to send?",
                ),
                ("Ana Ruiz, Marketing, Thu 29 Oct", "Sent, with a short version of 3 minutes."),
            ),
        ),
        b.Note(
            label="Obstacle",
            body="Leads from the comparison portal have no telephone number. We write twice and "
            "give up.\nCould the form ask for one?",
            meta="Chika Mori, Sales, Fri 30 Oct",
            figure="Rejected, no contact data: 11 of 41",
            status="open, due Fri 6 Nov",
            tone="watch",
        ),
    ),
)
EMPTY = b.Notes(items=(), title="Decisions", empty="No decision was recorded this week.")
MISSING = b.Callout(
    title="Retention is not shown",
    text="It needs the table orders (account_id, product, starts_on). Put orders.csv beside "
    "opportunities.csv.",
    tone="info",
)
WARNING = b.Callout(
    title="Leads are two days old",
    text="The last lead arrived on Sat 31 Oct; figures for Sunday may be missing.",
    tone="watch",
)
TERMS = b.Terms(
    items=(
        ("Win rate, closed basis", "Won / (won + lost), deals closed in the period. Owner: Sales."),
        ("MQL", "A lead Marketing calls a quality lead by the criteria agreed on 1 July 2026."),
        ("SAL", "An MQL that Sales accepted."),
        ("First touch", "Hours from MQL to the first call or message by Sales; the median."),
    )
)
PROSE = """## How to read this report

Each number names its *basis*; **bold** words say what matters. Ask with `marsale note`, or look at
the [handbook](https://example.org/handbook "The handbook") and <https://example.org>.

1. Read the signals.
2. Compare the two scorecards:
   - Marketing on the left,
   - Sales on the right.
3. Answer what is asked of you.

> A wobble inside the limits is noise. Do not explain noise.

### A table someone wrote

| Team | Meets | Guests |
|:-----|:-----:|-------:|
| Marketing | Monday *9:00* | 2 |
| Sales | Tuesday 8:30 | 0 |

---

```
marsale run weekly --as-of 2026-11-02
```

#### A fourth-level heading

Last line of the prose.  
Broken by two spaces.
"""


def display(block: b.Block, html: Html | None = None, **layout: Any) -> Any:
    """Return a code cell that has displayed `block`."""
    data = block.to_json()
    bundle: dict[str, Any] = {b.MIME: data, "text/plain": block.plain()}
    if html is not None:
        bundle["text/html"] = html(data)
    return outputs(new_output("display_data", data=bundle), **layout)


def outputs(*items: Any, **layout: Any) -> Any:
    """Return a code cell with ready outputs; `layout` goes to ``metadata.marsale``."""
    cell = new_code_cell("rh.show()", outputs=list(items), execution_count=1)
    if layout:
        cell.metadata["marsale"] = layout
    return cell


def data_output(**bundle: Any) -> Any:
    """Return a display output; keywords are mimetypes with ``_`` for ``/``."""
    names = {"html": "text/html", "plain": "text/plain", "svg": "image/svg+xml",
             "png": "image/png", "markdown": "text/markdown"}  # fmt: skip
    return new_output("display_data", data={names.get(k, k): v for k, v in bundle.items()})


def png() -> str:
    """Return a tiny blue PNG in base64."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    head = struct.pack(">IIBBBBB", 120, 40, 8, 2, 0, 0, 0)
    rows = (b"\x00" + bytes((31, 111, 159)) * 120) * 40
    image = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return base64.b64encode(b"\x89PNG\r\n\x1a\n" + image).decode("ascii")


PANDAS_HTML = """<div><style scoped>.dataframe tbody tr th {vertical-align: top;}</style>
<table border="1" class="dataframe"><thead><tr style="text-align: right;"><th></th>
<th>segment</th><th>win_rate</th></tr></thead><tbody>
<tr><th>0</th><td>Enterprise &amp; more</td><td>0.71</td></tr>
<tr><th>1</th><td>Mid-market</td><td>0.64</td></tr></tbody></table></div>"""
PLAIN = "segment      win_rate\nEnterprise       0.71\nMid-market       0.64"
ERROR = ("KeyError", "'amount'", ["\x1b[0;31mKeyError\x1b[0m: 'amount'"])


def _assemble(cells: list[Any], title: str) -> nbformat.NotebookNode:
    marsale = {"report": "weekly", "title": title, "company": "Northwind Instruments",
               "language": "en", "period_end": "2026-11-02"}  # fmt: skip
    return new_notebook(cells=cells, metadata={"marsale": marsale})


def notebook(html: Html | None = None) -> nbformat.NotebookNode:
    """Return an executed weekly report with every kind of block and output.

    Parameters
    ----------
    html : draws a block's JSON as HTML, to add ``text/html`` to each block's bundle.
    """

    def show(block: b.Block, **layout: Any) -> Any:
        return display(block, html, **layout)

    cells = [
        show(MASTHEAD),
        show(SIGNALS),
        show(b.Columns((MARKETING_CARD, SALES_CARD))),
        show(b.Columns((QUESTIONS, REQUESTS))),
        new_markdown_cell("## Win rates\n\nSmall segments say *how sure* we are."),
        show(_win_rates()),
        show(CHART),
        show(WARNING),
        new_markdown_cell("## What the teams tell each other"),
        show(THREADS),
        show(EMPTY),
        show(MISSING),
        new_markdown_cell("## Sources"),
        show(_wide()),
        new_markdown_cell("### Stale deals"),
        show(_long()),
        new_markdown_cell(PROSE),
        new_markdown_cell("## Other outputs"),
        outputs(data_output(html=PANDAS_HTML, plain="  segment  win_rate")),
        outputs(data_output(svg=chart_svg("A bare SVG"), plain="<Figure>")),
        outputs(data_output(png=png(), plain="<Figure>")),
        outputs(data_output(markdown="Markdown *output* with `code`.", plain="Markdown")),
        outputs(data_output(plain=PLAIN)),
        outputs(new_output("stream", name="stdout", text="Read 8,800 deals.\nDone.\n")),
        outputs(new_output("error", ename=ERROR[0], evalue=ERROR[1], traceback=list(ERROR[2]))),
        outputs(new_output("display_data", data={"application/vnd.widget-view+json": {"id": 1}})),
        outputs(new_output("display_data", data={"application/vnd.marsale.facts+json": {"a": 1}})),
        new_markdown_cell("## Definitions"),
        show(TERMS),
    ]
    return _assemble(cells, "Weekly two-way report")


HOSTILE = {
    "typst": '#panic("x") <lab> @ref $ x^2 $ *bold* _it_ `raw` // gone /* gone */ [a] \\ = Head',
    "html": "<script>alert(1)</script> <img src=x onerror=alert(1)> &amp; &lt;b&gt;",
    "hebrew": "שלום עולם 123 abc (סוגריים)",
    "arabic": "مرحبا بالعالم ٤٢",
    "emoji": "Great 🎉👩‍👩‍👧 👍🏽 🇩🇪 ☎️",
    "chinese": "中文报告 日本語 한국어",
    "combining": "Zalgo: e\u0301\u0323\u0308 n\u0303 z\u0335\u0321\u0353\u0347",
    "zero width": "zero\u200bwidth\u200djoin\u2060er\ufeffmark\u00adsoft",
    "controls": "bell\x07 null\x00 escape\x1b[31mred\x1b[0m tab\there\x0b\x0c\x85",
    "direction": "\u202eoverride\u202c \u2066isolate\u2069 \u200emark\u200f",
    "private": "private \ue000 \U000f0000 unassigned \U000e0fff not a character \uffff",
    "surrogate": "lone \ud83d end",
    "long": "A" * 10_000,
    "long word": "Donaudampfschifffahrtsgesellschaftskapitänsmützenfabrikant" * 4,
    "url": "https://example.org/" + "a-very-long-path/" * 40,
}


def hostile(html: Html | None = None) -> nbformat.NotebookNode:
    """Return a report in which every place for text holds text that breaks layouts."""
    everything = list(HOSTILE.values())
    table = b.Table(
        (b.TableColumn("a", "<b>A</b> #a", width=1), b.TableColumn("b", HOSTILE["long word"])),
        tuple(b.Row((b.Cell(k), b.Cell(v, note=v[:300], mark="▲"))) for k, v in HOSTILE.items()),
        caption=HOSTILE["typst"],
        alt=HOSTILE["controls"],
        footnotes=(HOSTILE["html"],),
    )
    notes = b.Notes(
        tuple(
            b.Note(v, v, meta=v, figure=v, status=v, answers=((v, v),))
            for v in everything
            if len(v) < 1000
        ),
        title=HOSTILE["arabic"],
    )
    cells = [
        display(MASTHEAD, html),
        display(b.Findings(tuple(b.Finding(v, lead=k) for k, v in HOSTILE.items())), html),
        display(table, html),
        display(b.Columns((table, notes)), html),
        display(notes, html),
        display(b.Callout(HOSTILE["long"], title=HOSTILE["typst"]), html),
        display(b.Terms(tuple(HOSTILE.items())), html),
        new_markdown_cell(
            "## " + HOSTILE["html"] + "\n\n" + HOSTILE["url"] + "\n\n" + HOSTILE["long"]
        ),
        outputs(data_output(plain=HOSTILE["long"]), data_output(plain=HOSTILE["controls"])),
    ]
    return _assemble(cells, HOSTILE["html"])
