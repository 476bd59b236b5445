"""Which dialect a text file is written in: its encoding and the character between its fields."""

from __future__ import annotations

import codecs
import csv
import io
from collections import Counter
from dataclasses import dataclass
from itertools import islice

from report_helpers.errors import BadValue

DELIMITERS = (",", ";", "\t", "|")
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SAMPLE = 200


@dataclass(frozen=True)
class Dialect:
    """What is known beforehand of a text file; empty means: find out.

    Parameters
    ----------
    encoding : a Python codec name, such as ``"cp1252"``.
    delimiter : the character between fields.
    """

    encoding: str = ""
    delimiter: str = ""


def rows(content: bytes, name: str, dialect: Dialect) -> tuple[list[list[str]], str]:
    """Return the records of a CSV file, blank ones included, and the encoding it is in.

    The n-th record is row n as a spreadsheet counts them, the heading included.

    Raises
    ------
    BadValue
        When the bytes are not in the encoding declared, or a quotation mark is left open.
    """
    text, encoding = decode(content, name, dialect.encoding)
    head = text[:10].lower()
    delimiter = dialect.delimiter
    skipped = 0
    if head.startswith("sep=") and "\n" in text:
        line, text = text.split("\n", 1)
        delimiter, skipped = delimiter or line[4:5], 1
    delimiter = delimiter or sniff(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        return [[]] * skipped + list(reader), encoding
    except csv.Error as error:
        raise BadValue(
            f"the file cannot be split into fields ({error})",
            where=f"{name}, line {reader.line_num + skipped}",
            remedy="close the quotation marks there, or declare the delimiter in the mapping",
        ) from error


def decode(content: bytes, name: str, encoding: str = "") -> tuple[str, str]:
    """Return the text of `content` and the encoding it was in.

    A byte order mark decides; without one UTF-8 is tried, then Windows-1252, then Latin-1.

    Examples
    --------
    >>> decode("Größe".encode("cp1252"), "a.csv")
    ('Größe', 'cp1252')
    >>> decode("Größe".encode("utf-16"), "a.csv")
    ('Größe', 'utf-16')
    """
    marked = next((codec for mark, codec in _MARKS if content.startswith(mark)), "")
    if encoding and not marked:
        try:
            return content.decode(encoding), encoding
        except (UnicodeDecodeError, LookupError) as error:
            raise BadValue(
                f"the file is not written in {encoding} ({error})",
                where=name,
                remedy="correct or remove 'encoding' in the mapping",
            ) from error
    for codec in (marked or _without_mark(content), "cp1252"):
        try:
            return content.decode(codec), codec
        except UnicodeDecodeError:
            continue
    return content.decode("latin-1"), "latin-1"


def _without_mark(content: bytes) -> str:
    """Guess UTF-16 by its zero bytes, as every other byte of Western text is one there."""
    head = content[:_SAMPLE]
    if head and len(head) % 2 == 0:
        if head[1::2].count(0) > len(head) // 4:
            return "utf-16-le"
        if head[0::2].count(0) > len(head) // 4:
            return "utf-16-be"
    return "utf-8"


def sniff(text: str) -> str:
    r"""Return the delimiter that splits most of the first records into equally many fields.

    Examples
    --------
    >>> sniff("a;b\n1,5;2\n3,5;4\n")
    ';'
    """
    return max(DELIMITERS, key=lambda delimiter: _fit(text, delimiter))


def _fit(text: str, delimiter: str) -> tuple[int, int]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    widths = Counter(len(row) for row in islice(reader, _SAMPLE) if len(row) > 1)
    if not widths:
        return (0, 0)
    width, records = max(widths.items(), key=lambda item: (item[1], item[0]))
    return (records, width)
