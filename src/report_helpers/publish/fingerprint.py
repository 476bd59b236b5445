"""Whether a report is there already: made from the same data, by the same code, and intact."""

from __future__ import annotations

import glob
import hashlib
import json
import logging
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import report_helpers
from report_helpers import assets
from report_helpers.publish import manifest
from report_helpers.publish.parameters import redacted
from report_helpers.publish.run import Job, opened

if TYPE_CHECKING:
    from report_helpers.data.source import Input

Json = dict[str, Any]
_log = logging.getLogger(__name__)


def fingerprint(job: Job, inputs: Sequence[Input], files: Iterable[Path]) -> str:
    """Return a digest of all that a report depends on, besides earlier reports; empty if unknown.

    Parameters
    ----------
    job : what is to be made.
    inputs : the data; of a database nobody knows whether it has changed.
    files : further files the report reads, such as the settings and the store; they may be missing.
    """
    if not inputs or not all(one.sha256 for one in inputs):
        return ""
    source, known, given = opened(job)
    told = {
        "notebook": source,
        "parameters": redacted({**known, **given}),
        "inputs": sorted((one.name, one.sha256) for one in inputs),
        "files": [manifest.digest(file) if file.is_file() else "" for file in files],
        "shape": [job.name, job.place, job.formats, job.paper],
        "code": _code(),
    }
    return _digest([json.dumps(told, sort_keys=True, default=str).encode()])


def finished(job: Job) -> Path | None:
    """Return the folder of the report that a job would make again; None when there is none.

    One whose manifest cannot be read is none: nobody knows what it was made from.
    """
    if not job.made_from:
        return None
    pattern = f"{job.name}/*/{glob.escape(job.place)}/{manifest.FILE_NAME}"
    found = (file.parent for file in sorted(job.output.glob(pattern)) if _is_of(job, file))
    return next(found, None)


def _is_of(job: Job, file: Path) -> bool:
    """Return whether a manifest is that of the job's report, and every file is as it says."""
    try:
        told: Json = json.loads(file.read_text(encoding="utf-8"))
    except ValueError as error:
        _log.warning("%s cannot be read, and the report is made again: %s", file, error)
        return False
    if told.get("made_from") != job.made_from:
        return False
    files = ((file.with_name(name), kept["sha256"]) for name, kept in told["outputs"].items())
    return all(output.is_file() and manifest.digest(output) == kept for output, kept in files)


@cache
def _code() -> str:
    """Return a digest of the kit's own files, and of the versions of what it rests on."""
    versions = " ".join(f"{name} {version(name)}" for name in manifest.PACKAGES)
    return _digest([versions.encode(), *(file.read_bytes() for file in _own())])


def _own() -> Iterator[Path]:
    home = Path(report_helpers.__file__).parent
    for folder, pattern in ((home, "*.py"), (home, "*.toml"), (assets.path("templates"), "*")):
        yield from (file for file in sorted(folder.rglob(pattern)) if file.is_file())


def _digest(parts: Iterable[bytes]) -> str:
    found = hashlib.sha256()
    for part in parts:
        found.update(hashlib.sha256(part).digest())
    return found.hexdigest()
