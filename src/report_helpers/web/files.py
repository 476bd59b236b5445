"""The reports that are there, and one file of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from report_helpers.web.guard import Refused

KINDS = {".html": "text/html; charset=utf-8", ".pdf": "application/pdf"}
"""What is handed out: reports, not the notebooks, facts and manifests beside them."""
MISSING = "There is no such report."
NAMES = {
    "weekly": "Weekly two-way report",
    "brief": "Meeting brief",
    "minutes": "Minutes of the meeting",
}
"""The reports that are handed out, by their folder."""
SHEET = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox"
)
"""The content security policy of a report: it loads nothing, and no script in it runs."""
POLICIES = {".html": SHEET, ".pdf": "frame-ancestors 'none'"}  # a browser's viewer needs the rest


@dataclass(frozen=True)
class Edition:
    """The latest report of a name.

    Parameters
    ----------
    name : what it is called.
    period : its period, and its segment when it is of one.
    links : format and address of each of its files.
    """

    name: str
    period: str
    links: tuple[tuple[str, str], ...]


def latest(output: Path) -> list[Edition]:
    """Return the latest edition of each report of the kit, followed by its segments' ones."""
    return [
        Edition(name, _said(folder, output / report), links)
        for report, name in NAMES.items()
        for folder in _folders(output / report)
        if (links := tuple(_links(folder, output)))
    ]


def find(output: Path, asked: str) -> Path:
    """Return the file of a report.

    Parameters
    ----------
    output : the folder of all reports.
    asked : path below it, with slashes.

    Raises
    ------
    Refused
        When there is no such report, or the path leads out of the folder.
    """
    parts = asked.split("/")
    plain = all(part and part[0] != "." and not set(part) & set("\\:\0") for part in parts)
    if plain and parts[0] in NAMES and Path(asked).suffix in KINDS:
        try:
            file, home = output.joinpath(*parts).resolve(strict=True), output.resolve()
        except OSError as error:  # not there, or a name no system takes
            raise Refused(404, MISSING) from error
        if file.is_relative_to(home) and file.is_file():
            return file
    raise Refused(404, MISSING)


def _folders(report: Path) -> Iterator[Path]:
    """Yield the folder of the last period and those of its segments."""
    periods = sorted(_inside(report), key=lambda folder: folder.name)
    if periods:
        yield periods[-1]
        yield from sorted(_inside(periods[-1]))


def _inside(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    return [path for path in folder.iterdir() if path.is_dir() and path.name[0] != "."]


def _links(folder: Path, output: Path) -> Iterator[tuple[str, str]]:
    for file in sorted(folder.iterdir()):
        if file.suffix in KINDS:
            path = quote(file.relative_to(output).as_posix())
            yield file.suffix[1:].upper(), f"/reports/{path}"


def _said(folder: Path, report: Path) -> str:
    return " · ".join(folder.relative_to(report).parts)
