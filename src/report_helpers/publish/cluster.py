"""A Dask cluster makes the reports: its workers need the kit and the data, and no file of ours.

What a worker has made comes back as bytes and is put in its place here. When a worker is lost, the
cluster has its reports made by another.
"""

from __future__ import annotations

import atexit
import io
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from report_helpers import __version__
from report_helpers.errors import ConfigurationError
from report_helpers.publish.fanout import Failure, Make, Told, attempt
from report_helpers.publish.kernels import Kernels
from report_helpers.publish.run import Job, Result

CONNECT_SECONDS = 10


@dataclass(frozen=True)
class Parcel:
    """What a worker sends back.

    Parameters
    ----------
    content : the folder it has written to, as a ZIP file.
    folder : the report's folder inside it; empty when there is none.
    seconds : time taken by step.
    failure : why there is no report.
    """

    content: bytes = b""
    folder: str = ""
    seconds: Mapping[str, float] = field(default_factory=dict)
    failure: Failure | None = None

    def unpacked(self, output: Path) -> Told:
        """Write the folder to `output`, and return what the worker has told."""
        if self.content:
            with zipfile.ZipFile(io.BytesIO(self.content)) as packed:
                packed.extractall(output)
        if self.failure is not None:
            return self.failure
        folder = output / self.folder
        return Result(folder, tuple(sorted(folder.iterdir())), self.seconds)


@contextmanager
def cluster(address: str, seconds: float = CONNECT_SECONDS) -> Iterator[Make]:
    """Give what makes reports on a cluster.

    Parameters
    ----------
    address : of its scheduler, such as ``tcp://10.0.0.5:8786``.
    seconds : to wait for an answer.

    Raises
    ------
    ConfigurationError
        When the package for it is not installed, or nobody answers there.
    """
    try:
        distributed = import_module("distributed")
    except ImportError as error:
        raise ConfigurationError(
            "a cluster needs the package 'distributed'",
            where="--cluster",
            remedy="pip install 'marsale-report-kit[dask]', here and on the workers",
        ) from error
    try:
        client = distributed.Client(address, timeout=seconds, set_as_default=False)
    except (OSError, ValueError) as error:
        raise ConfigurationError(
            f"no Dask scheduler answers at {address}: {error}",
            where="--cluster",
            remedy="start it with 'dask scheduler', and see that this machine may reach it",
        ) from error
    with client:
        yield lambda jobs: _made(client, distributed.as_completed, jobs)


def _made(client: Any, as_completed: Any, jobs: Sequence[Job]) -> Iterator[tuple[int, Told]]:
    """Yield the place of each job and what became of it, the first to end first."""
    futures = {}
    for place, job in enumerate(jobs):
        sent = replace(job, secrets={})  # of this machine: they are looked for when it is back
        futures[client.submit(make, sent, __version__, key=f"{job.place}-{job.output}")] = place
    for future in as_completed(futures, loop=client.loop):
        place = futures[future]
        yield place, _received(future, jobs[place])
        future.release()


def _received(future: Any, job: Job) -> Told:
    try:
        parcel: Parcel = future.result()
    except Exception as error:  # noqa: BLE001 - of that one report: the cluster could not make it
        return Failure(f"the cluster could not make it: {type(error).__name__}: {error}")
    return parcel.unpacked(job.output)


def make(job: Job, version: str) -> Parcel:
    """Make a report on a worker.

    Parameters
    ----------
    job : what to make; its folder is one of whoever asks, and need not exist here.
    version : of the kit, there.
    """
    if version != __version__:
        words = f"a worker has version {__version__} of the kit, not {version}"
        return Parcel(failure=Failure(words, ConfigurationError.exit_code))
    with TemporaryDirectory(prefix="marsale-", ignore_cleanup_errors=True) as name:
        here = Path(name).resolve() / "output"
        told = attempt(replace(job, output=here), _kernels())
        if isinstance(told, Failure):
            words = told.words.replace(str(here), str(job.output))
            return Parcel(_packed(here), failure=Failure(words, told.exit_code))
        return Parcel(_packed(here), told.folder.relative_to(here).as_posix(), told.seconds)


@cache
def _kernels() -> Kernels:
    """Return what gives this worker its kernels, for as long as it lives."""
    kernels = Kernels().__enter__()
    atexit.register(kernels.__exit__, None, None, None)
    return kernels


def _packed(folder: Path) -> bytes:
    """Return the finished reports, and what was kept of failed ones, as a ZIP file."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as writer:
        for file in sorted(folder.glob("[!.]*/**/*")):
            if file.is_file():
                writer.write(file, file.relative_to(folder).as_posix())
    return packed.getvalue()
