"""Several reports at the same time in one process: a thread each, which waits for its kernel."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import suppress
from queue import Empty, SimpleQueue
from threading import Thread

from report_helpers.publish.run import Job, Result


def begin(
    jobs: Sequence[Job], count: int, make: Callable[[Job], Result]
) -> list[tuple[Job, Future[Result]]]:
    """Begin to make reports, and return each job with what will become of it.

    The threads end with the process, whatever they are at: nobody who interrupts it waits for them.

    Parameters
    ----------
    jobs : the reports.
    count : how many are made at a time.
    make : makes one.
    """
    made: list[tuple[Job, Future[Result]]] = [(job, Future()) for job in jobs]
    waiting: SimpleQueue[tuple[Job, Future[Result]]] = SimpleQueue()
    for one in made:
        waiting.put(one)

    def work() -> None:
        with suppress(Empty):
            while True:
                job, future = waiting.get_nowait()
                try:
                    future.set_result(make(job))
                except BaseException as error:  # noqa: BLE001 - raised where the result is asked for
                    future.set_exception(error)

    for _ in range(count):
        Thread(target=work, daemon=True).start()
    return made
