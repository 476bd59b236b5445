"""The static checks of a page find each fault, and only faults."""

from __future__ import annotations

from pathlib import Path

import pytest

from report_helpers.publish.checks import html

SOUND = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'">
<title>Weekly</title>
<style>a { background: url('data:image/gif;base64,R0lGOD') } b { clip-path: url(#c) }</style></head>
<body><a href="#main">skip</a> <a href="https://example.org">a link is no load</a>
<main id="main"><h1>Weekly</h1><h2>Win rates</h2><h3>By segment</h3><h2>Leads</h2>
<img src="data:image/png;base64,AAAA" alt="a picture">
<svg role="img" aria-label="a chart"><use href="#x"/></svg>
<table><tr><td>Mid-market   &amp;
more</td></tr></table></main></body></html>
"""


def faults(tmp_path: Path, old: str = "", new: str = "") -> list[str]:
    assert old in SOUND
    page = tmp_path / "page.html"
    page.write_text(SOUND.replace(old, new) if old else SOUND, encoding="utf-8")
    return html.check(page)


def test_a_sound_page_has_no_fault(tmp_path: Path) -> None:
    assert faults(tmp_path) == []


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('lang="en"', "", "does not say its language"),
        ("<title>Weekly</title>", "<title> </title>", "has no title"),
        ("Content-Security-Policy", "x", "has no Content-Security-Policy"),
        ("data:image/png;base64,AAAA", "https://example.org/a.png", "line 8: <img> loads src"),
        ("data:image/png;base64,AAAA", "a.png", "loads src 'a.png'; embed it"),
        ('alt="a picture"', "", "an <img> has no alternative text"),
        ('aria-label="a chart"', "", "a <svg role='img'> has no alternative text"),
        ('href="#x"', 'xlink:href="a.svg#x"', "<use> loads href"),
        ("</head>", '<link rel="stylesheet" href="a.css"></head>', "<link> loads href"),
        ("</head>", "<script>1</script></head>", "holds a <script>"),
        ("</main>", '<iframe srcdoc="x"></iframe></main>', "holds a <iframe>"),
        ("<main", '<main onclick="x()"', "<main> has the handler onclick"),
        ("url(#c)", "url(https://example.org/a.svg)", "a style loads something from outside"),
        ("<style>", "<style>@import 'a.css';", "a style loads something from outside: @import"),
        ("<td>", "<td style=\"background:url( 'a.png')\">", "a style loads something"),
        ("<h1>Weekly</h1>", "", "has 0 first-level headings instead of one"),
        ("<h2>Leads</h2>", "<h1>Leads</h1>", "has 2 first-level headings instead of one"),
        ("<h2>Win rates</h2>", "", "a heading of level 3 follows one of level 1"),
        ("<table>", '<table id="main">', "the id 'main' stands twice"),
        ('href="#main"', 'href="#top"', "links to #top, which is not there"),
        ("<title>", '<meta http-equiv="refresh" content="0"><title>', "meta refresh"),
    ],
)
def test_each_fault_is_found(tmp_path: Path, old: str, new: str, fault: str) -> None:
    found = faults(tmp_path, old, new)
    assert any(fault in text for text in found), found
    assert all(text.startswith("page.html: ") for text in found)


def test_a_page_too_large_for_mail_is_found(tmp_path: Path) -> None:
    found = faults(tmp_path, "Mid-market", "x" * html.MAX_BYTES)
    assert len(found) == 1
    assert "more than the 600,000" in found[0]


def test_texts_that_must_show_are_looked_for(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(SOUND, encoding="utf-8")
    assert html.check(page, ["Mid-market & more", "By segment"]) == []
    assert html.check(page, ["Enterprise", "base64"]) == [
        "page.html: does not show 'Enterprise'",
        "page.html: does not show 'base64'",
    ]
