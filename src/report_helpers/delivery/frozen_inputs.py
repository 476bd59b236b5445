"""What an issue was made from, kept by content, so that it can be made again and must be the same.

Each file is kept once, under its SHA-256, in ``archive/inputs`` of the output folder, however many
issues were made from it. ``inputs.json`` in the issue's folder says which files, under which names.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from report_helpers import assets, settings
from report_helpers.data import mapping as mappings
from report_helpers.data.location import find
from report_helpers.delivery import frozen_store, frozen_tables
from report_helpers.errors import DataError, DeliveryError
from report_helpers.publish import manifest

Json = dict[str, Any]

FILE_NAME = "inputs.json"
INPUTS = ("archive", "inputs")
"""Where in the output folder the files are kept."""
MEGABYTE = 1_000_000


@dataclass
class _Found:
    """What a report was made from.

    Parameters
    ----------
    files : where each file is now, by the path it is restored to.
    given : what the notebook's parameters are when it is made again; paths among the restored.
    remarks : what cannot be kept, though the figures can be made again without it.
    """

    files: dict[str, Path] = field(default_factory=dict)
    given: dict[str, str] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)


def freeze(
    folder: Path, output: Path, megabytes: int, given: Mapping[str, Any] | None = None
) -> Json:
    """Keep what a report was made from, and return (and write beside it) what was kept.

    Parameters
    ----------
    folder : the finished report's, with its ``manifest.json``.
    output : folder of all reports.
    megabytes : the most all its inputs may have; larger ones are not kept.
    given : the parameters its notebook ran with, where the manifest's lack a password.

    Returns
    -------
    dict
        ``kept``, and ``why`` not; ``files`` (path, sha256, bytes), ``given`` and ``remarks``.

    Raises
    ------
    DeliveryError
        When the archive cannot be written to.
    """
    made = json.loads((folder / manifest.FILE_NAME).read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory() as work:
        made["parameters"] |= given or {}
        try:
            found = _find(made, Path(work), megabytes * MEGABYTE)
            frozen = _kept(found, output, megabytes) if found else _too_large(megabytes)
        except DataError as error:  # the report stands; what it was made from can be read no more
            frozen = _unkept(f"they can be read no more: {error.message}")
    changed = _changed(frozen["files"], made["inputs"])
    if changed:
        why = f"{', '.join(changed)} changed while the report was made"
        frozen = {**frozen, "kept": False, "why": why}
    manifest.write(folder / FILE_NAME, frozen)
    return frozen


def thaw(frozen: Json, output: Path, root: Path) -> dict[str, str]:
    """Restore frozen inputs below `root`, and return the notebook's parameters that name them.

    Raises
    ------
    DataError
        When they were not kept, or a file is gone or damaged.
    """
    if not frozen.get("kept"):
        raise DataError(
            f"the inputs of this issue were not kept: {frozen.get('why', 'nobody froze them')}",
            remedy="raise [archive] inputs_megabytes for the issues to come",
        )
    for entry in frozen["files"]:
        source = output.joinpath(*INPUTS, entry["sha256"])
        if not source.is_file() or manifest.digest(source) != entry["sha256"]:
            raise DataError(
                f"the kept copy of {entry['path']} is gone or damaged",
                where=str(source),
                remedy="restore the archive from a backup, unless it is older than keep_weeks",
            )
        target = root / entry["path"]
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
    named = frozen["given"].items()
    return {name: str(root / at) if (root / at).exists() else at for name, at in named if at}


def _find(made: Json, work: Path, room: int) -> _Found | None:
    """Find everything a report was made from; None when a database's tables are too large."""
    ran = made["parameters"]
    place = find(ran.get("data") or settings.SAMPLE)
    mapping = ran.get("mapping") or place.mapping_file
    found = _Found()
    if place.address:
        tables = frozen_tables.export(ran["data"], mapping, work / "data", room)
        if tables is None:
            return None
        found.files |= {f"data/{file.name}": file for file in tables}
        found.given["data"] = "data"
    else:
        read = {entry["name"] for entry in made["inputs"]}
        files = {file for there in place.files.values() for file in there}
        _add_data(found, sorted(f for f in files if f.name in read), place.name)
        _add_mapping(found, mapping)
    company = ran.get("settings") or place.settings_file
    if company:
        found.files[f"settings/{settings.FILE_NAME}"] = Path(company)
        found.given["settings"] = f"settings/{settings.FILE_NAME}"
    url = ran.get("store") or settings.load(Path(company) if company else None).store.url
    _add_store(found, url, work)
    return found


def _add_data(found: _Found, files: list[Path], location: str) -> None:
    """Add the files of a folder under their names in it, or the one file there is."""
    sample = location == settings.SAMPLE
    there = assets.path("data", "sample") if sample else Path(location).expanduser()
    top = there.parent if there.is_file() else there
    found.files |= {f"data/{file.relative_to(top).as_posix()}": file for file in files}
    found.given["data"] = f"data/{there.name}" if there.is_file() else "data"


def _add_mapping(found: _Found, mapping: str | Path | None) -> None:
    """Add a mapping and those it extends, as they lie to each other; the kit's own stay there."""
    if not mapping or str(mapping) in settings.MAPPINGS:
        found.given["mapping"] = str(mapping or "")
        return
    own = Path(mappings.__file__).parent
    files = [f.absolute() for f in mappings.load(mapping).files if not f.is_relative_to(own)]
    top = Path(os.path.commonpath([file.parent for file in files]))
    names = {f"mapping/{file.relative_to(top).as_posix()}": file for file in files}
    found.files |= names
    found.given["mapping"] = next(iter(names))


def _add_store(found: _Found, url: str, work: Path) -> None:
    copy = frozen_store.copy(url, work / "store.db") if url else None
    if copy:
        found.files["store/marsale.db"] = copy
        found.given["store"] = "store/marsale.db"
    elif url and "://" in url and not url.startswith("sqlite"):
        found.remarks.append("what the teams wrote is in a database server and was not copied")


def _kept(found: _Found, output: Path, megabytes: int) -> Json:
    if sum(file.stat().st_size for file in found.files.values()) > megabytes * MEGABYTE:
        return _too_large(megabytes)
    inputs = output.joinpath(*INPUTS)
    inputs.mkdir(parents=True, exist_ok=True)
    files = [
        {"path": path, "sha256": _keep(file, inputs), "bytes": file.stat().st_size}
        for path, file in sorted(found.files.items())
    ]
    told = {"files": files, "given": found.given, "remarks": found.remarks}
    return {"kept": True, "why": "", **told}


def _keep(file: Path, inputs: Path) -> str:
    """Keep one file under its SHA-256 and return that; what is there already is marked as used."""
    known = inputs / manifest.digest(file)
    if known.is_file():
        os.utime(known)
        return known.name
    draft = inputs / f".part-{uuid.uuid4().hex}"
    digest = hashlib.sha256()
    try:
        with file.open("rb") as source, draft.open("wb") as target:
            while chunk := source.read(MEGABYTE):
                digest.update(chunk)
                target.write(chunk)
            target.flush()
            os.fsync(target.fileno())
        os.replace(draft, inputs / digest.hexdigest())
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise DeliveryError(
            f"{file.name} cannot be kept: {error.strerror}",
            where=str(inputs),
            remedy="make room on the disk, or set [archive] inputs_megabytes to 0",
        ) from error
    return digest.hexdigest()


def _too_large(megabytes: int) -> Json:
    return _unkept(f"they are larger than [archive] inputs_megabytes = {megabytes}")


def _unkept(why: str) -> Json:
    return {"kept": False, "why": why, "files": [], "given": {}, "remarks": []}


def _changed(files: list[Json], read: list[Json]) -> list[str]:
    """Return the names of data files that are kept, and are not what the report has read."""
    known = {entry["sha256"] for entry in read}
    names = {entry["name"] for entry in read if entry["sha256"]}
    data = [(Path(entry["path"]).name, entry["sha256"]) for entry in files]
    return sorted(name for name, digest in data if name in names and digest not in known)
