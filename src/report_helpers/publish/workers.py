"""Processes of this machine that make reports: what befalls one harms only the report it makes."""

from __future__ import annotations

import multiprocessing
import signal
import time
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from pathlib import Path

from report_helpers.publish.fanout import Failure, Told, attempt
from report_helpers.publish.kernels import Kernels
from report_helpers.publish.run import Job

REPORTS = 25
"""A process ends after so many: what its libraries keep in memory goes with it."""
REPORT_SECONDS = 3600
_context = multiprocessing.get_context("spawn")


@dataclass(frozen=True)
class Workers:
    """Makes reports in several processes.

    Parameters
    ----------
    count : of processes at a time.
    kernels : gives all of them their kernels.
    seconds : the longest one report may take; its process is then ended.
    reports : after so many a process ends, and another takes its place.
    """

    count: int
    kernels: Kernels
    seconds: float = REPORT_SECONDS
    reports: int = REPORTS

    def __call__(self, jobs: Sequence[Job]) -> Iterator[tuple[int, Told]]:
        """Yield the place of each job and what became of it, the first to end first."""
        waiting = deque(enumerate(jobs))
        staff = [_Worker(self) for _ in range(min(self.count, len(jobs)))]
        try:
            while waiting or any(worker.busy for worker in staff):
                for worker in staff:
                    if waiting and not worker.busy:
                        worker.begin(*waiting.popleft())
                wait([link for w in staff if w.busy for link in w.signs], self._patience(staff))
                yield from (told for worker in staff if (told := worker.told()))
        finally:
            for worker in staff:
                worker.end()

    def _patience(self, staff: Sequence[_Worker]) -> float:
        ends = [worker.deadline for worker in staff if worker.busy]
        return max(0.0, min(ends) - time.monotonic())


class _Worker:
    """One process, started anew when it has ended or made its share of reports."""

    def __init__(self, of: Workers) -> None:
        self._of, self._made, self._place = of, 0, -1
        self.deadline = 0.0
        self._start()

    @property
    def busy(self) -> bool:
        return self._place >= 0

    @property
    def signs(self) -> tuple[Connection, int]:
        """What becomes ready when the process has something to say, or has ended."""
        return self._link, self._process.sentinel

    def begin(self, place: int, job: Job) -> None:
        if self._made == self._of.reports or not self._process.is_alive():
            self.end()
            self._start()
        self._made += 1
        self._place, self.deadline = place, time.monotonic() + self._of.seconds
        with suppress(OSError):  # it has just ended: `told` says so
            self._link.send(job)

    def told(self) -> tuple[int, Told] | None:
        """Return what became of the job; None while it is being made."""
        if not self.busy:
            return None
        told = self._heard()
        if told is None:
            return None
        place, self._place = self._place, -1
        return place, told

    def _heard(self) -> Told | None:
        try:
            if self._link.poll():
                told: Told = self._link.recv()
                return told
        except (EOFError, OSError):
            self._process.join()
        if not self._process.is_alive():
            return Failure(
                f"the process that made it ended ({self._process.exitcode})\n"
                "  → most often the memory was full: run again with fewer --jobs"
            )
        if time.monotonic() >= self.deadline:
            self.end()
            return Failure(
                f"not made within {self._of.seconds:g} seconds\n  → give --timeout more seconds"
            )
        return None

    def end(self) -> None:
        """End the process, and with it the kernel it may have."""
        self._process.kill()
        self._process.join()
        self._link.close()

    def _start(self) -> None:
        self._made = 0
        self._link, theirs = _context.Pipe()
        given = self._of.kernels
        kernels = (given.address, given.cache, given.at_a_time)
        self._process = _context.Process(target=_work, args=(theirs, *kernels), daemon=True)
        self._process.start()
        theirs.close()


def _work(link: Connection, address: str, cache: Path | None, at_a_time: int) -> None:
    """Make reports until nobody asks for one."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who asked ends this process
    kernels = Kernels(warm=False, cache=cache, at_a_time=at_a_time)
    kernels.address = address
    try:
        while True:
            link.send(attempt(link.recv(), kernels))
    except (EOFError, OSError):
        return
