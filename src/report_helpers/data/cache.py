"""Facts kept on disk: what was reduced once from the same data by the same code is read back.

Off until :func:`use` names a folder. A frame's file is named for all that made it: the content of
everything read, what the data set was narrowed to, the fact and its arguments, the kit's own code
and the versions of the engines. So nothing is ever out of date; what is no longer asked for goes
when the folder is full.
"""

from __future__ import annotations

import hashlib
import logging
import os
import platform
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import report_helpers

if TYPE_CHECKING:
    import pandas as pd

MOST_BYTES = 300_000_000
LARGEST = 20_000_000  # a frame that takes more is no small one, and is not kept
ENGINES = ("duckdb", "ibis-framework", "numpy", "pandas", "pyarrow")
SUFFIX = ".parquet"
_log = logging.getLogger(__name__)


class Cache:
    """A folder of frames, for any number of processes at a time.

    Parameters
    ----------
    folder : made when the first frame is kept; readable by its owner alone, as are the data.
    most_bytes : when the files take more, those not read for longest go.
    """

    def __init__(self, folder: Path, most_bytes: int = MOST_BYTES) -> None:
        self.folder, self.most_bytes = folder, most_bytes

    def frame(self, made_from: str, make: Callable[[], pd.DataFrame]) -> pd.DataFrame:
        """Return the frame kept under a text that says all it is made from, else make and keep it.

        A file that cannot be read is said and made again. A frame that would not come back as it
        is (a type that files do not hold, an index of its own) is not kept.
        """
        words = f"{code_version()}\n{made_from}"
        file = self.folder / f"{hashlib.sha256(words.encode()).hexdigest()}{SUFFIX}"
        found = self._read(file)
        if found is None:
            found = make()
            self._keep(file, found)
        return found

    def _read(self, file: Path) -> pd.DataFrame | None:
        import pyarrow as pa
        from pyarrow import parquet

        try:
            with parquet.ParquetFile(file) as kept:
                frame: pd.DataFrame = kept.read(use_threads=False).to_pandas()
            os.utime(file)
            return frame
        except FileNotFoundError:
            return None
        except (OSError, pa.ArrowException, ValueError) as error:
            _log.warning("%s cannot be read and is made again: %s", file, error)
            return None

    def _keep(self, file: Path, frame: pd.DataFrame) -> None:
        import pyarrow as pa
        from pyarrow import parquet

        try:
            table = pa.Table.from_pandas(frame, nthreads=1)
            if table.nbytes > LARGEST or not _same(table.to_pandas(), frame):
                return
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            with _replacing(file) as beside:
                parquet.write_table(table, beside)
            self._make_room()
        except pa.ArrowException as error:
            _log.debug("a frame is not kept: %s", error)
        except OSError as error:
            _log.warning("%s cannot be written, and nothing is kept: %s", file, error)

    def _make_room(self) -> None:
        """Delete the files not read for longest until those left take four fifths of the most."""
        kept = sorted(_sizes(self.folder))
        total = sum(size for _read, size, _file in kept)
        if total <= self.most_bytes:
            return
        for _read, size, file in kept:
            file.unlink(missing_ok=True)
            total -= size
            if total <= 0.8 * self.most_bytes:
                return


_used: list[Cache] = []


def use(folder: Path | str | None) -> None:
    """Keep frames in a folder from now on; None for nowhere."""
    _used[:] = [Cache(Path(folder))] if folder else []


def in_use() -> bool:
    """Return whether frames are kept anywhere."""
    return bool(_used)


def frame(made_from: str, make: Callable[[], pd.DataFrame]) -> pd.DataFrame:
    """Return a frame from the folder in use, or make it; see :meth:`Cache.frame`."""
    return _used[0].frame(made_from, make) if _used else make()


@cache
def code_version() -> str:
    """Return what the frames depend on besides the data: the kit's code, Python and engines."""
    home = Path(report_helpers.__file__).parent
    own = [*home.glob("*.py"), *(home / "data").rglob("*.py"), *(home / "facts").rglob("*.py")]
    digest = hashlib.sha256()
    for file in sorted(own):
        digest.update(file.read_bytes())
    engines = (f"{name} {version(name)}" for name in ENGINES)
    return " ".join([digest.hexdigest(), platform.python_version(), *engines])


def _same(kept: pd.DataFrame, made: pd.DataFrame) -> bool:
    return kept.index.equals(made.index) and kept.dtypes.equals(made.dtypes) and kept.equals(made)


@contextmanager
def _replacing(file: Path) -> Iterator[Path]:
    """Give a file to write to, which takes the other's place in one step when it is complete."""
    handle, name = tempfile.mkstemp(prefix=".new-", dir=file.parent)
    os.close(handle)
    beside = Path(name)
    try:
        yield beside
        beside.replace(file)
    finally:
        beside.unlink(missing_ok=True)


def _sizes(folder: Path) -> Iterator[tuple[float, int, Path]]:
    """Yield when each file was last read, its size, and the file."""
    for file in folder.glob(f"*{SUFFIX}"):
        try:
            told = file.stat()
        except FileNotFoundError:  # another process has made room
            continue
        yield told.st_mtime, told.st_size, file
