"""The faces a page needs, embedded: a file is carried only when the page has a letter from it."""

from __future__ import annotations

import base64
from functools import cache

from report_helpers import assets

MARKS = "U+2190-21FF, U+2200-22FF, U+25A0-25FF, U+2713, U+2717"
RANGES = {
    "Latin1": "U+0020-007E, U+00A0-00FF, U+0131, U+0152-0153, U+02C6, U+02DA, U+02DC, U+2013-2014,"
    " U+2018-201A, U+201C-201E, U+2020-2022, U+2026, U+2030, U+2039-203A, U+2044, U+20AC, U+2122,"
    " U+2212, U+FB01-FB02",
    "Latin2": "U+0100-0101, U+0104-0130, U+0132-0151, U+0154-017F, U+018F, U+0192, U+01A0-01A1,"
    " U+01AF-01B0, U+01FA-01FF, U+0218-021B, U+0237, U+0259, U+1E80-1E85, U+1E9E, U+20A1, U+20A4,"
    " U+20A6, U+20A8-20AA, U+20AD-20AE, U+20B1-20B2, U+20B4-20B5, U+20B8-20BA, U+20BD, U+20BF",
    "Pi": "U+2000-200D, U+2015, U+202F, U+2032-2033, U+2070, U+2074-2079, U+2080-2089, U+2113,"
    " U+2116, U+2126, U+2150-2151, U+2153-215E, U+2190-2199, U+2202, U+2206, U+220F, U+2211,"
    " U+2215, U+221A, U+221E, U+222B, U+2248, U+2260, U+2264-2265, U+25CA, U+2713, U+274C, U+FFFD",
}  # IBM's own split of IBM Plex Sans


def faces(page: str) -> str:
    """Return the ``@font-face`` rules for the letters of a page, fonts inside.

    Parameters
    ----------
    page : the page's HTML; a face is carried when a letter of its range occurs in it, italics
        only when it has emphasis.

    Raises
    ------
    FileNotFoundError
        When the kit's fonts are not there.
    """
    letters = {ord(letter) for letter in set(page)}
    rules = []
    for part, ranges in RANGES.items():
        if _covers(ranges, letters):
            rules.append(_face("IBM Plex Sans", f"IBMPlexSans-Regular-{part}", ranges, "400"))
            rules.append(_face("IBM Plex Sans", f"IBMPlexSans-SemiBold-{part}", ranges, "600 700"))
            if "<em>" in page:
                rules.append(
                    _face("IBM Plex Sans", f"IBMPlexSans-Italic-{part}", ranges, "400", "italic")
                )
    if _covers(MARKS, letters):
        rules.append(_face("Marsale Marks", "MarsaleMarks", MARKS, "400"))
    return "".join(rules)


def _covers(ranges: str, letters: set[int]) -> bool:
    for part in ranges.replace("U+", "").split(","):
        low, _, high = part.strip().partition("-")
        if any(int(low, 16) <= letter <= int(high or low, 16) for letter in letters):
            return True
    return False


def _face(family: str, stem: str, ranges: str, weight: str, slope: str = "normal") -> str:
    return (
        f"@font-face{{font-family:'{family}';font-weight:{weight};font-style:{slope};"
        f"font-display:swap;unicode-range:{ranges};"
        f"src:url(data:font/woff2;base64,{_file(stem)}) format('woff2')}}"
    )


@cache
def _file(stem: str) -> str:
    content = assets.path("templates", "base", "fonts", f"{stem}.woff2").read_bytes()
    return base64.b64encode(content).decode("ascii")
