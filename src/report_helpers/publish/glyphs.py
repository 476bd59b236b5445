"""Which letters the fonts of the kit can draw, and what stands in for the others."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from fontTools.ttLib import TTFont

from report_helpers import assets

MISSING = "□"
_TEXT_FACE = "IBMPlexSans"
_LINES = str.maketrans(dict.fromkeys("\x0b\x0c\x85\u2028\u2029", "\n") | {"\t": "    "})
_HIDDEN = {0xAD, 0x200B, 0x200C, 0x200D, 0x2060, *range(0xFE00, 0xFE10)}
_DIRECTIONS = {*range(0x202A, 0x202F), *range(0x2066, 0x206A)}
_BYTE_ORDER = 0xFEFF  # a mark that joined files leave in a text; a tagged PDF must not hold it
_EMOJI = range(0x1F000, 0x1FB00)
_UNSURE = re.compile(r"[\x20-\x7e]?[^\n\x20-\x7e]+")  # with the letter that marks belong to


def cover(value: Any) -> tuple[Any, int]:
    """Return JSON data with every text drawable by the kit's fonts, and how much was replaced.

    A letter without a glyph becomes ``□``, an emoji its name in brackets; control characters,
    direction overrides and marks that its base letter's font lacks are taken out. Each counts.

    Examples
    --------
    >>> cover({"text": "Well done 👍, 中\\x07"})
    ({'text': 'Well done 👍, □'}, 2)
    """
    if isinstance(value, str):
        return drawable(value)
    if isinstance(value, dict):
        found = {key: cover(inner) for key, inner in value.items()}
        return {key: inner for key, (inner, _) in found.items()}, sum(n for _, n in found.values())
    if isinstance(value, (list, tuple)):
        listed = [cover(inner) for inner in value]
        return [inner for inner, _ in listed], sum(n for _, n in listed)
    return value, 0


def drawable(text: str) -> tuple[str, int]:
    """Return `text` with every letter drawable, and the number of letters replaced or taken out."""
    if text.isascii() and text.isprintable():
        return text, 0
    text = text.replace("\r\n", "\n").replace("\r", "\n").translate(_LINES)
    text = unicodedata.normalize("NFC", text)
    count = 0

    def cover_run(run: re.Match[str]) -> str:
        nonlocal count
        pieces = [_cluster(cluster) for cluster in _clusters(run[0])]
        count += sum(replaced for _, replaced in pieces)
        return "".join(piece for piece, _ in pieces)

    return _UNSURE.sub(cover_run, text), count


@cache
def coverage() -> tuple[frozenset[int], ...]:
    """Return the letters each face for paper can draw, the text face first.

    Of the text face, those that all its styles have.
    """
    files = sorted(assets.path("templates", "base", "fonts").glob("*.ttf"))
    styles = [_letters(file) for file in files if _TEXT_FACE in file.name]
    others = [_letters(file) for file in files if _TEXT_FACE not in file.name]
    return (frozenset.intersection(*styles), *others)


def _letters(file: Path) -> frozenset[int]:
    with TTFont(file, lazy=True) as font:
        codes = font.getBestCmap()
    return frozenset(
        code for code in codes if unicodedata.category(chr(code)) != "Cc" and code != _BYTE_ORDER
    )


def _clusters(text: str) -> Iterator[str]:
    """Yield each letter with the marks and joiners that belong to it."""
    cluster = ""
    for letter in text:
        joined = cluster.endswith("\u200d") or _belongs(letter)
        if cluster and not joined:
            yield cluster
            cluster = ""
        cluster += letter
    if cluster:
        yield cluster


def _belongs(letter: str) -> bool:
    return (
        unicodedata.combining(letter) != 0
        or unicodedata.category(letter) in ("Mn", "Me", "Mc")
        or ord(letter) in (0x200D, *range(0xFE00, 0xFE10), *range(0x1F3FB, 0x1F400))
    )


@cache
def _cluster(cluster: str) -> tuple[str, int]:
    """Return what can be drawn of a cluster, by one face: fonts are not mixed inside one."""
    needed = {ord(letter) for letter in cluster} - _HIDDEN
    if any(needed <= face for face in coverage()) and not needed & _DIRECTIONS:
        return cluster, 0
    if len(cluster) == 1:
        return _replaced(cluster), 1
    face = next((f for f in coverage() if ord(cluster[0]) in f), None)
    if face is None:
        return _replaced(cluster[0]), len(cluster)
    kept = [c for c in cluster if ord(c) in face | _HIDDEN]
    return "".join(kept), len(cluster) - len(kept)


def _replaced(letter: str) -> str:
    code, kind = ord(letter), unicodedata.category(letter)
    if kind in ("Cc", "Cf") or code in _DIRECTIONS or code in _HIDDEN:
        return ""
    if code in _EMOJI and (name := unicodedata.name(letter, "")):
        return f"[{name.lower()}]"
    return MISSING
