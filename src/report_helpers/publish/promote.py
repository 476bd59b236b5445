"""Putting a finished folder in the last good one's place, so that no reader sees half a report.

The new folder is written elsewhere on the same file system. Then the old one is renamed aside, the
new one renamed in, and the old one removed. A crash in between leaves one of the two complete, and
the next run's :func:`recover` puts things right.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from report_helpers.errors import ConfigurationError, DeliveryError

DAY = 24 * 60 * 60
_STAGE, _ASIDE = ".new-", ".old"


@contextmanager
def staged(output: Path) -> Iterator[Path]:
    """Give a temporary folder inside `output`, removed at the end; what a crash left goes too.

    Raises
    ------
    ConfigurationError
        When `output` cannot be written to.
    """
    try:
        output.mkdir(parents=True, exist_ok=True)
        stage = tempfile.TemporaryDirectory(prefix=_STAGE, dir=output, ignore_cleanup_errors=True)
    except OSError as error:
        raise ConfigurationError(
            f"cannot write there: {error.strerror}",
            where=str(output),
            remedy="choose another folder with --output, or ask for the right to write",
        ) from error
    with stage as name:
        _sweep(output, Path(name))
        yield Path(name)


def promote(folder: Path, target: Path) -> None:
    """Put `folder` in the place of `target`; folders inside `target` are carried over.

    Raises
    ------
    DeliveryError
        When the system refuses, mostly because a file of the last report is open in a program.
    """
    for file in [*folder.iterdir(), folder]:
        _sync(file)
    for pause in (0.1, 0.5, None):  # a virus scanner or a parallel run may hold it for a moment
        try:
            _swap(folder, target)
            return
        except OSError as error:
            if pause is None:
                raise DeliveryError(
                    f"the new report could not take the last one's place: {error.strerror}",
                    where=str(target),
                    remedy="close programs that show files of that folder, then run again",
                ) from error
            time.sleep(pause)


def recover(output: Path) -> None:
    """Put right whatever a crash in the middle of :func:`promote` left below `output`."""
    for aside in sorted(output.rglob(f".*{_ASIDE}")):
        settle(aside.with_name(aside.name[1 : -len(_ASIDE)]))


def settle(target: Path) -> None:
    """Make `target` the one folder of its name: the new one when it is there, else the last."""
    aside = _aside(target)
    if not aside.exists():
        return
    if not target.exists():
        aside.rename(target)
        return
    for inner in [path for path in aside.iterdir() if path.is_dir()]:
        if not (target / inner.name).exists():
            inner.rename(target / inner.name)
    shutil.rmtree(aside, ignore_errors=True)


def _swap(folder: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    settle(target)
    if target.exists():
        target.rename(_aside(target))
    try:
        folder.rename(target)
    finally:
        settle(target)


def _aside(target: Path) -> Path:
    return target.with_name(f".{target.name}{_ASIDE}")


def _sync(path: Path) -> None:
    """Have the system write a file, or a folder's entries, to the disk."""
    if path.is_dir() and os.name == "nt":
        return  # Windows cannot open folders; it journals renames itself
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _sweep(output: Path, own: Path) -> None:
    """Remove staging folders that are a day older than one's own: their runs have died."""
    now = own.stat().st_mtime
    for other in output.glob(f"{_STAGE}*"):
        if now - other.stat().st_mtime > DAY:
            shutil.rmtree(other, ignore_errors=True)
