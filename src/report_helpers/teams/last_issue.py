"""What readers were told last: the facts of the issue before, from the ledger or a folder."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from report_helpers.errors import MissingData
from report_helpers.teams import issues
from report_helpers.teams.store import Store

Json = dict[str, Any]


@dataclass(frozen=True)
class Wanted:
    """The issue that is being made: the one before it is looked for.

    Parameters
    ----------
    report : ``weekly``, ``brief``, or the name of a notebook.
    start : first day of its period; only issues of earlier periods count.
    segment : the segment it is limited to, or empty.
    where : what it is limited to besides, by column; the ledger knows no such issue.
    """

    report: str
    start: date
    segment: str = ""
    where: Mapping[str, str] = field(default_factory=dict)


def last_facts(wanted: Wanted, store: Store | None, folder: Path | None) -> Json | None:
    """Return the facts of the issue readers had last; None when there is none.

    Parameters
    ----------
    wanted : the issue that is being made.
    store : where the ledger is, if there is one; it counts before the folder.
    folder : the output folder of earlier reports, if it is known.

    Raises
    ------
    MissingData
        When the figures of an earlier report cannot be read.
    """
    if store is not None and not wanted.where:
        with store.read() as db:
            issue = issues.before(db, wanted.report, wanted.start, wanted.segment)
        if issue is not None:
            return issue.facts
    return _newest(wanted, folder / wanted.report) if folder else None


def _newest(wanted: Wanted, folder: Path) -> Json | None:
    """Return the facts of the latest earlier period; folders are named so that they sort by it."""
    if not folder.is_dir():
        return None
    pattern = "*/facts.json" if wanted.segment or wanted.where else "facts.json"
    for period in sorted(folder.iterdir(), reverse=True):
        if period.name.startswith("."):
            continue
        for file in sorted(period.glob(pattern)):
            facts = _read(file)
            start = date.fromisoformat(facts.get("period", {}).get("start", str(wanted.start)))
            about = (facts.get("segment", ""), facts.get("where", {}))
            if start < wanted.start and about == (wanted.segment, wanted.where):
                return facts
    return None


def _read(file: Path) -> Json:
    try:
        found: Json = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise MissingData(
            f"the last issue's figures in {file} cannot be read ({error})",
            remedy="remove that folder, or make its report again",
        ) from error
    return found
