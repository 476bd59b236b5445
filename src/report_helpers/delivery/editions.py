"""The reports there are: those the ledger knows, and those in the output folder besides."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal

from report_helpers.delivery.frozen_inputs import INPUTS
from report_helpers.errors import DataError
from report_helpers.publish import manifest
from report_helpers.teams.issues import Issue

Json = dict[str, Any]
State = Literal["issued", "corrected", "held", "made"]

FACTS = "facts.json"
_OTHERS = {INPUTS[0], "failed"}  # folders in the output folder that hold no report


@dataclass(frozen=True)
class Edition:
    """One report on one period, as the archive shows it.

    Parameters
    ----------
    report, period, segment : which one; the segment is empty for the whole company.
    starts_on : first day of its period.
    state : ``issued``, ``corrected`` (issued again), ``held``, or ``made``, which nobody was sent.
    facts : its figures, those that readers were told.
    folder : where its files are; None when they are gone.
    made_at : when it was issued or held, naive UTC; None for one that was only made.
    renewed : whether its files were made anew since, with other figures.
    """

    report: str
    period: str
    segment: str
    starts_on: date
    state: State
    facts: Json
    folder: Path | None = None
    made_at: datetime | None = None
    renewed: bool = False

    @property
    def files(self) -> list[Path]:
        """Its files for readers; none while it is held."""
        if self.folder is None or self.state == "held":
            return []
        return sorted([*self.folder.glob("*.html"), *self.folder.glob("*.pdf")])


def editions(output: Path, issues: Iterable[Issue] = ()) -> list[Edition]:
    """Return the newest edition of every report, period and segment, the latest period first.

    Reports on other groups than segments are on a page of their own
    (:mod:`report_helpers.publish.overview`).

    Parameters
    ----------
    output : folder of all reports.
    issues : the ledger.

    Raises
    ------
    DataError
        When the figures of a report in the folder cannot be read.
    """
    found: dict[tuple[str, ...], Edition] = {}
    for folder in folders(output):
        facts = read(folder / FACTS)
        if facts.get("period", {}).get("start") and not {"where", "each"} & facts.keys():
            about = (folder.relative_to(output).parts[0], facts["period"]["key"])
            starts = date.fromisoformat(facts["period"]["start"])
            segment = facts.get("segment", "")
            found[*about, segment] = Edition(*about, segment, starts, "made", facts, folder)
    for issue in sorted(issues, key=lambda issue: issue.number):
        key = (issue.report, issue.period, issue.segment)
        found[key] = _issued(issue, found.get(key))
    ordered = sorted(found.values(), key=lambda e: (e.report, e.segment))
    return sorted(ordered, key=lambda e: e.starts_on, reverse=True)


def folders(output: Path) -> Iterator[Path]:
    """Yield the folders of finished reports: ``REPORT/PERIOD`` and ``REPORT/PERIOD/SEGMENT``."""
    for pattern in ("*/*", "*/*/*"):
        for folder in sorted(output.glob(pattern)):
            parts = folder.relative_to(output).parts
            hidden = any(part.startswith(".") for part in parts) or parts[0] in _OTHERS
            if not hidden and all((folder / n).is_file() for n in (FACTS, manifest.FILE_NAME)):
                yield folder


def read(file: Path) -> Json:
    """Return a file of JSON.

    Raises
    ------
    DataError
        When it cannot be read.
    """
    try:
        found: Json = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise DataError(
            f"cannot be read: {error}",
            where=str(file),
            remedy="make that report again, or move its folder away",
        ) from error
    return found


def _issued(issue: Issue, there: Edition | None) -> Edition:
    """Return an issue with the files that lie in its folder now, if any."""
    state: State = "held" if issue.state == "held" else "issued"
    figures = there.facts.get("figures") if there else None
    return Edition(
        issue.report,
        issue.period,
        issue.segment,
        issue.starts_on,
        "corrected" if state == "issued" and issue.number > 1 else state,
        issue.facts,
        there.folder if there else None,
        issue.made_at,
        there is not None and figures != issue.facts.get("figures"),
    )
