"""How long reports and their inputs are kept; nothing goes that the kit has not made."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from report_helpers.delivery.editions import folders, read
from report_helpers.delivery.frozen_inputs import FILE_NAME, INPUTS
from report_helpers.errors import DeliveryError
from report_helpers.publish import manifest
from report_helpers.teams.issues import Issue

Json = dict[str, Any]

FRESH = timedelta(days=1)
"""Inputs this young are left alone: the issue they belong to may be in the making."""
_OURS = re.compile(r"[0-9a-f]{64}|\.part-[0-9a-f]{32}")


@dataclass(frozen=True)
class Removal:
    """One thing that is, or in a dry run would be, removed.

    Parameters
    ----------
    path : a file.
    bytes : its size.
    """

    path: Path
    bytes: int


def prune(
    output: Path, keep_weeks: int, now: datetime, issues: Iterable[Issue] = (), *, dry: bool = False
) -> list[Removal]:
    """Remove reports older than is kept, and inputs that no report needs any more.

    A report's file goes only while it is what its manifest says: one that was changed, or added by
    somebody, stays, and so does its folder.

    Parameters
    ----------
    output : folder of all reports.
    keep_weeks : weeks since the end of a report's period; 0 keeps all.
    now : naive UTC time.
    issues : the ledger; inputs of its issues within `keep_weeks` stay.
    dry : say what would be removed, and remove nothing.

    Raises
    ------
    DataError
        When a report's manifest cannot be read; then nothing is removed.
    DeliveryError
        When the system does not let a file go; what was removed before stays removed.
    """
    oldest = (now - timedelta(weeks=keep_weeks)).date() if keep_weeks else date.min
    old, needed = _sorted_out(output, oldest)
    for issue in issues:
        if issue.starts_on >= oldest:
            needed |= _names(issue.parameters.get("inputs", {}))
    files = [file for folder in old for file in _own(folder)]
    gone = [Removal(f, f.stat().st_size) for f in (*files, *_unused(output, needed, now))]
    if not dry:
        for removal in gone:
            _remove(removal.path)
        for folder in sorted(old, reverse=True):  # a segment's folder before that of its period
            _tidy(folder)
    return gone


def _sorted_out(output: Path, oldest: date) -> tuple[list[Path], set[str]]:
    """Return the folders of reports that are too old, and the inputs that all others need."""
    old: list[Path] = []
    needed: set[str] = set()
    for folder in folders(output):
        period = read(folder / manifest.FILE_NAME).get("period") or {}
        frozen = folder / FILE_NAME
        if period.get("end") and date.fromisoformat(period["end"]) < oldest:
            old.append(folder)
        elif frozen.is_file():
            needed |= _names(read(frozen))
    return old, needed


def _names(frozen: Json) -> set[str]:
    return {entry["sha256"] for entry in frozen.get("files", [])}


def _own(folder: Path) -> Iterator[Path]:
    """Yield the files of a report's folder that the kit wrote and nobody changed since."""
    outputs = read(folder / manifest.FILE_NAME)["outputs"]
    for name, told in outputs.items():
        file = folder / name
        if file.is_file() and manifest.digest(file) == told["sha256"]:
            yield file
    yield from (file for n in (manifest.FILE_NAME, FILE_NAME) if (file := folder / n).is_file())


def _unused(output: Path, needed: set[str], now: datetime) -> Iterator[Path]:
    for file in sorted(output.joinpath(*INPUTS).glob("*")):
        used = datetime.fromtimestamp(file.stat().st_mtime, UTC).replace(tzinfo=None)
        if _OURS.fullmatch(file.name) and file.name not in needed and now - used > FRESH:
            yield file


def _remove(file: Path) -> None:
    try:
        file.unlink(missing_ok=True)
    except OSError as error:
        raise DeliveryError(
            f"it cannot be removed: {error.strerror}",
            where=str(file),
            remedy="close the program that shows it, or ask for the right to remove it",
        ) from error


def _tidy(folder: Path) -> None:
    """Remove a folder, and that of its period, if nothing is left in them."""
    for place in (folder, folder.parent):
        if place.is_dir() and not any(place.iterdir()):
            place.rmdir()
