"""One process at a time: the lock a tick holds while it works.

The operating system holds it, and lets go of it when the process ends, in whatever way: after a
power cut or ``kill -9`` nothing has to be cleaned up. It works on one machine; what keeps two
machines with one store from issuing a report twice is the ledger.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from filelock import BaseFileLock, FileLock, Timeout

from report_helpers.errors import Busy, ConfigurationError

LOCK, HOLDER = ".marsale.lock", ".marsale.holder"
"""The file that is locked, and the one that says by whom: a locked file cannot be read anywhere."""


@contextmanager
def exclusive(folder: Path) -> Iterator[None]:
    """Hold the lock of a folder; the folder is made if need be.

    Raises
    ------
    Busy
        When another process holds it; says which one, and since when.
    ConfigurationError
        When the folder cannot be written to, or the disk is full.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as name, exclusive(Path(name)):
    ...     print(sorted(file.name for file in Path(name).iterdir()))
    ['.marsale.holder', '.marsale.lock']
    """
    lock = _locked(folder)
    holder = folder / HOLDER
    try:
        with _writing(folder):
            holder.write_text(f"{os.getpid()}\n", encoding="utf-8")
        yield
    finally:
        holder.unlink(missing_ok=True)
        lock.release()


def _locked(folder: Path) -> BaseFileLock:
    lock = FileLock(folder / LOCK, timeout=0)
    try:
        with _writing(folder):
            folder.mkdir(parents=True, exist_ok=True)
            lock.acquire()
    except Timeout as error:
        raise Busy(
            f"another run is at it: {_holder(folder)}",
            where=str(folder),
            remedy="wait until it has ended, or end that process; the lock then frees itself",
        ) from error
    return lock


@contextmanager
def _writing(folder: Path) -> Iterator[None]:
    try:
        yield
    except Timeout:
        raise
    except OSError as error:
        raise ConfigurationError(
            f"cannot write there: {error.strerror}",
            where=str(folder),
            remedy="make room, ask for the right to write, or choose another folder",
        ) from error


def _holder(folder: Path) -> str:
    """Return who holds the lock: it has written its number as the first thing it did."""
    file = folder / HOLDER
    try:
        pid, since = int(file.read_text(encoding="utf-8")), file.stat().st_mtime
    except (OSError, ValueError):
        return "a process that has only just begun"
    return f"process {pid}, since {datetime.fromtimestamp(since, UTC):%Y-%m-%d %H:%M:%S} UTC"
