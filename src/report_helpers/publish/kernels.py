"""Kernels for reports: forked from a warm process where the system can, else started afresh."""

from __future__ import annotations

import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from report_helpers.publish.forge import Request

ENDED = 1  # of a forked kernel one learns that it ended, not how
CAN_FORK = sys.platform == "linux" and hasattr(os, "pidfd_open")
CACHE, ENGINE = "report_helpers.data.cache", "report_helpers.data.engine"
ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1"}  # threads of a parent are not there in its forks


class Kernels:
    """Gives reports their kernels, for as long as the ``with`` block lasts.

    On Linux the block begins with a process (the forge, :mod:`.forge`) that imports what reports
    need while others work, and every kernel is forked from it. The forge is ready when the first
    kernel asks. Elsewhere, and where the forge has failed, kernels start as they always do: slower,
    with the same results.

    Threads, and other processes that were given the address, may use it at the same time.

    Parameters
    ----------
    warm : whether to fork kernels where that can be done.
    cache : folder in which the kernels keep facts for each other, None for none; see
        :mod:`report_helpers.data.cache`.
    at_a_time : how many kernels there will be at a time; they share the machine's memory.

    Attributes
    ----------
    address : path of the forge's socket; empty where kernels start afresh.

    Examples
    --------
    >>> with Kernels(warm=False) as kernels:
    ...     kernels.address
    ''
    """

    def __init__(self, warm: bool = True, cache: Path | None = None, at_a_time: int = 1) -> None:
        self.address = ""
        self.cache, self.at_a_time = cache, at_a_time
        self._warm = warm and CAN_FORK
        self._forge: subprocess.Popen[bytes] | None = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None

    @property
    def arguments(self) -> list[str]:
        """Further arguments of every kernel's command line."""
        first = []
        if self.cache is not None:
            first.append(_call(CACHE, "use", str(self.cache.absolute())))
        if self.at_a_time > 1:
            first.append(_call(ENGINE, "share", self.at_a_time))
        return [f"--IPKernelApp.exec_lines={'; '.join(first)}"] if first else []

    def __enter__(self) -> Self:
        if self._warm:
            self._folder = tempfile.TemporaryDirectory(prefix="marsale-")
            address = str(Path(self._folder.name) / "forge")
            if len(os.fsencode(address)) < 108:  # the longest name a socket can have
                self._forge = _start(address)
                self.address = address
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.address = ""
        if self._folder is not None:
            self._folder.cleanup()  # where the socket is not, nobody asks for a kernel any more
        if self._forge is not None:
            self._forge.terminate()  # it ends its kernels first
            self._forge.communicate()


def _call(module: str, name: str, value: object) -> str:
    """Return a line of Python that calls a function and leaves no name behind."""
    return f"__import__({module!r}, fromlist=[{name!r}]).{name}({value!r})"


def _start(address: str) -> subprocess.Popen[bytes]:
    """Start a forge on a socket that takes connections from now on, before it is ready."""
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(address)
        listener.listen()
        return subprocess.Popen(
            [sys.executable, "-m", "report_helpers.publish.forge", str(listener.fileno())],
            stdin=subprocess.PIPE,
            pass_fds=[listener.fileno()],
            env={**os.environ, **ONE_THREAD},
            cwd=Path(address).parent,
            start_new_session=True,
        )


class Fork:
    """A kernel forked by a forge, with what Jupyter asks of a process it has started.

    Parameters
    ----------
    address : the forge's socket.
    wanted : the kernel wanted.

    Raises
    ------
    OSError
        When there is no forge, or it ended before it gave a kernel.
    """

    stdin: IO[bytes] | None = None
    stdout: IO[bytes] | None = None
    stderr: IO[bytes] | None = None

    def __init__(self, address: str, wanted: Request) -> None:
        self._link = socket.socket(socket.AF_UNIX)
        try:
            self._link.connect(address)
            wanted.send(self._link)
            told, descriptors, _flags, _sender = socket.recv_fds(self._link, 32, 1)
            if not descriptors:
                raise ConnectionError("the process that forks kernels has ended")
        except BaseException:
            self._link.close()
            raise
        self.pid, self._ended = int(told), descriptors[0]

    def poll(self) -> int | None:
        """Return None while the kernel lives."""
        waiting = select.poll()
        waiting.register(self._ended, select.POLLIN)
        return ENDED if waiting.poll(0) else None

    def wait(self) -> int:
        """Wait for the end of the kernel, and let go of what it held."""
        waiting = select.poll()
        waiting.register(self._ended, select.POLLIN)
        waiting.poll()
        self.close()
        return ENDED

    def send_signal(self, number: int) -> None:
        """Send the kernel a signal."""
        signal.pidfd_send_signal(self._ended, number)

    def kill(self) -> None:
        """End the kernel at once."""
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        """Ask the kernel to end."""
        self.send_signal(signal.SIGTERM)

    def close(self) -> None:
        """End the kernel, if it lives, and forget it."""
        if self._link.fileno() >= 0:
            self._link.close()
            os.close(self._ended)


def request(command: list[str], **options: Any) -> Request:
    """Return the request for the kernel that a command would start.

    Parameters
    ----------
    command : as Jupyter makes it: an interpreter, its options, ``-m``, a module, its arguments.
    options : ``cwd`` and ``env``, as for a process.
    """
    arguments = command[command.index("-m") + 2 :]
    folder = options.get("cwd") or Path.cwd()
    return Request(arguments, str(folder), dict(options["env"]))
