"""A page carries the faces it needs and no others."""

from __future__ import annotations

import re

import pytest

from report_helpers.publish.fonts import MARKS, RANGES, faces


def carried(page: str) -> list[tuple[str, str, str]]:
    rule = r"font-family:'([^']+)';font-weight:([\d ]+);font-style:(\w+)"
    return re.findall(rule, faces(page))


def test_plain_text_needs_two_faces() -> None:
    assert carried("Win rate 63 %") == [
        ("IBM Plex Sans", "400", "normal"),
        ("IBM Plex Sans", "600 700", "normal"),
    ]


def test_emphasis_brings_italics() -> None:
    assert ("IBM Plex Sans", "400", "italic") in carried("<em>how sure</em>")


@pytest.mark.parametrize(("letter", "count"), [("ł", 4), ("₁", 4), ("▲", 3), ("א", 2), ("→", 5)])
def test_a_letter_brings_the_face_that_has_it(letter: str, count: int) -> None:
    assert len(carried(f"a{letter}")) == count


def test_the_files_are_inside_and_are_woff2() -> None:
    content = re.findall(r"url\(([^)]+)\)", faces("ał₁▲<em>"))
    assert len(content) == 10
    assert all(url.startswith("data:font/woff2;base64,d09GMg") for url in content)  # wOF2


def test_ranges_are_written_as_css_wants_them() -> None:
    for ranges in (*RANGES.values(), MARKS):
        for part in ranges.split(", "):
            assert re.fullmatch(r"U\+[0-9A-F]{4}(-[0-9A-F]{4})?", part)
