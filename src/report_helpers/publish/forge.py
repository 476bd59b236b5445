"""The forge: a process that has imported everything a report needs, and forks kernels.

Importing pandas, Ibis, DuckDB and matplotlib takes longer than most cells. The forge does it once
and then only waits: each kernel is a fork of it, which shares nothing with the next one but those
imports, as nothing was ever run in their parent. No data are read and no database is opened before
a fork; the only threads by then are those of memory allocators, which cope with it.

One connection to the forge's socket is one kernel. The client sends a :class:`Request` and gets
the kernel's process id and a file descriptor that becomes readable when it ends. When the client
closes the connection, or is no more, the kernel is killed; when whoever started the forge is no
more, all are.
"""

from __future__ import annotations

import gc
import json
import os
import random
import selectors
import signal
import socket
import sys
import time
import warnings
from contextlib import suppress
from dataclasses import asdict, dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, NoReturn

WARM = (
    "holidays.countries",
    "ibis.backends.duckdb",
    "ibis.backends.duckdb.converter",
    "ibis.expr.types.groupby",
    "ipykernel.ipkernel",
    "ipykernel.kernelapp",
    "matplotlib.backends.backend_svg",
    "matplotlib.figure",
    "pandas.core.methods.to_dict",
    "pandas.core.reshape.reshape",
    "pyarrow.dataset",
    "pyarrow.pandas_compat",
    "pyarrow.parquet",
    *(
        f"report_helpers.present.{name}"
        for name in (
            *("brief", "customers", "process_report", "quality_explorer", "screen", "teamwork"),
            "weekly",
        )
    ),
)
OWNER = 0  # standard input: a pipe nobody writes to, at its end when the owner is no more


@dataclass(frozen=True)
class Request:
    """What kernel is wanted.

    Parameters
    ----------
    arguments : those of the kernel's command line, after the module's name.
    folder : working folder.
    environ : the whole environment.
    """

    arguments: list[str]
    folder: str
    environ: dict[str, str]

    def send(self, link: socket.socket) -> None:
        """Send the request as one line."""
        link.sendall(json.dumps(asdict(self)).encode() + b"\n")

    @classmethod
    def receive(cls, link: socket.socket) -> Request:
        """Return the request that comes over a connection."""
        with link.makefile("rb") as stream:
            return cls(**json.loads(stream.readline()))


def main() -> None:
    """Import what reports need, then fork kernels until the owner is no more."""
    listener = socket.socket(fileno=int(sys.argv[1]))
    if sys.path[0] in ("", str(Path.cwd())):
        del sys.path[0]  # as an ordinary kernel does before its imports
    gc.disable()  # imports leave no garbage worth a fifth of their time
    _do_without_debugger()
    for module in WARM:
        import_module(module)
    gc.freeze()  # else the first collection in a kernel would copy every page it shares
    gc.enable()
    forge = Forge(listener)
    signal.signal(signal.SIGTERM, forge.stop)
    _become_kernel(forge.serve())


def _do_without_debugger() -> None:
    """Let ipykernel find no debugger: it would be set up in every kernel, and nobody uses it."""
    sys.modules["debugpy"] = None  # type: ignore[assignment]  # so that it cannot be imported
    import_module("ipykernel.debugger")
    del sys.modules["debugpy"]


class Forge:
    """Forks a kernel for each connection, and ends it with the connection.

    Parameters
    ----------
    listener : the socket connections are made to.
    """

    def __init__(self, listener: socket.socket) -> None:
        self._listener = listener
        self._kernels: dict[int, tuple[socket.socket, int]] = {}  # by the connection's descriptor
        self._ready = selectors.DefaultSelector()
        self._ready.register(OWNER, selectors.EVENT_READ)
        self._ready.register(listener, selectors.EVENT_READ)

    def serve(self) -> Request:
        """Fork kernels until all is over; return, in each fork, what kernel it is to become."""
        while True:
            for key, _ in self._ready.select():
                if key.fd == OWNER:
                    self.stop()
                if key.fd != self._listener.fileno():
                    self._end(key.fd)
                elif wanted := self._answer():
                    return wanted

    def stop(self, *_: Any) -> NoReturn:
        """End all kernels and the process: to take down what it has imported would take longer."""
        for link in list(self._kernels):
            self._end(link)
        os._exit(0)

    def _answer(self) -> Request | None:
        """Fork a kernel for the next connection; return the request in the fork, None here."""
        link, _address = self._listener.accept()
        wanted = Request.receive(link)
        kernel = _fork()
        if not kernel:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            for other in (self._listener, link, *(link for link, _ in self._kernels.values())):
                other.close()
            self._ready.close()
            return wanted
        ended = os.pidfd_open(kernel)
        with suppress(OSError):  # a client that has gone: its connection will be seen to end
            socket.send_fds(link, [str(kernel).encode()], [ended])
        os.close(ended)
        self._kernels[link.fileno()] = link, kernel
        self._ready.register(link, selectors.EVENT_READ)
        return None

    def _end(self, descriptor: int) -> None:
        """Kill a kernel and all it has started; nobody else could have got its number so far."""
        self._ready.unregister(descriptor)
        link, kernel = self._kernels.pop(descriptor)
        link.close()
        os.kill(kernel, signal.SIGKILL)
        with suppress(ProcessLookupError):  # it had not yet begun a session of its own
            os.killpg(kernel, signal.SIGKILL)
        os.waitpid(kernel, 0)


def _fork() -> int:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # allocators' threads: see above
        return os.fork()


def _become_kernel(wanted: Request) -> None:
    """Turn this fork into the kernel an ordinary start would have made."""
    import ipykernel_launcher  # type: ignore[import-untyped]
    import matplotlib
    import numpy as np
    from ipykernel.kernelapp import IPKernelApp

    os.setsid()
    _silence_standard_input()
    os.environ.clear()
    os.environ.update(wanted.environ, JPY_PARENT_PID=str(os.getppid()))
    os.chdir(wanted.folder)
    time.tzset()
    random.seed()
    np.random.seed()
    sys.argv = [str(ipykernel_launcher.__file__), *wanted.arguments]
    app = IPKernelApp.instance(parent_handle=os.getppid())
    app.initialize(wanted.arguments)  # type: ignore[no-untyped-call]
    matplotlib.rcParams["backend"] = os.environ["MPLBACKEND"]  # it was imported before this was set
    app.start()  # type: ignore[no-untyped-call]


def _silence_standard_input() -> None:
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)


if __name__ == "__main__":
    main()
