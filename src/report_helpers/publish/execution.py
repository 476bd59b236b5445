"""Running a notebook through Papermill, and what to say when one of its cells fails."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass, field
from pathlib import Path

from nbformat import NotebookNode

from report_helpers import errors
from report_helpers.errors import MarsaleError, NotebookError
from report_helpers.publish.kernels import Kernels
from report_helpers.publish.parameters import Values, redacted
from report_helpers.publish.progress import Progress

CELL_SECONDS = 600

_QUIET = logging.NullHandler()  # what went wrong is raised, not logged
_ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")


class CellError(Exception):
    """A run that stopped, with all that was executed so far.

    Parameters
    ----------
    notebook : the notebook up to the failure.
    name : name of the exception raised in the cell, or what befell the kernel.
    message : the exception's message.
    """

    def __init__(self, notebook: NotebookNode, name: str, message: str) -> None:
        super().__init__(f"{name}: {message}" if message else name)
        self.notebook, self.name, self.message = notebook, name, message


@dataclass(frozen=True)
class Bench:
    """Where and how a notebook is executed.

    Parameters
    ----------
    folder : working folder of the kernel.
    progress : told about each cell.
    seconds : the longest one cell may take.
    kernels : gives the kernel; without it one starts afresh.
    """

    folder: Path
    progress: Progress = field(default_factory=Progress)
    seconds: int = CELL_SECONDS
    kernels: Kernels | None = None


def execute(notebook: NotebookNode, parameters: Values, bench: Bench) -> NotebookNode:
    """Return the notebook executed, without passwords in anything it holds.

    Several threads may do so at the same time.

    Parameters
    ----------
    notebook : as written; it is not changed.
    parameters : values for parameters it declares.
    bench : where and how.

    Raises
    ------
    CellError
        When a cell raised or took too long, or the kernel died.
    """
    import papermill
    from nbclient.exceptions import CellTimeoutError, DeadKernelError
    from papermill.engines import papermill_engines

    from report_helpers.publish import engine
    from report_helpers.publish.kernel import KERNEL_NAME

    papermill_engines.register(engine.NAME, engine.MarsaleEngine)
    logging.getLogger("papermill").addHandler(_QUIET)
    seen = [notebook]
    try:
        done = papermill.execute_notebook(
            notebook,
            None,
            parameters,
            engine_name=engine.NAME,
            kernel_name=KERNEL_NAME,
            language="python",
            folder=bench.folder,
            forge=bench.kernels.address if bench.kernels else "",
            extra_arguments=bench.kernels.arguments if bench.kernels else [],
            progress_bar=bench.progress.bar("executing"),
            request_save_on_cell_execute=False,
            execution_timeout=bench.seconds,
            on_notebook_start=lambda notebook: seen.append(notebook),
        )
    except papermill.PapermillExecutionError as error:
        raise CellError(_clean(seen[-1]), error.ename, redacted(error.evalue)) from error
    except CellTimeoutError as error:
        words = f"no result after {bench.seconds} seconds"
        raise CellError(_clean(seen[-1]), "timeout", words) from error
    except DeadKernelError as error:
        raise CellError(_clean(seen[-1]), "the kernel died", "") from error
    finally:
        _close_loop()
    return _clean(done)


def explained(failure: CellError, report: str, kept: Path) -> MarsaleError:
    """Return the error to show for a failed cell.

    An exception of the kit's own comes back as what it is, so that wrong settings and wrong data
    keep their exit codes; any other is a :class:`NotebookError` that names the section.

    Parameters
    ----------
    failure : what happened.
    report : name of the report.
    kept : where the executed notebook will be kept.
    """
    kind = getattr(errors, failure.name, None)
    if isinstance(kind, type) and issubclass(kind, MarsaleError):
        error = kind.__new__(kind)  # its message is complete: no other argument is left to give
        MarsaleError.__init__(error, failure.message)
        return error
    section = _section(failure.notebook)
    return NotebookError(
        _ANSI.sub("", str(failure))[:1000],
        where=f"{report}, section '{section}'" if section else report,
        remedy=f"{_hint(failure.name)} The notebook up to that cell is {kept}",
    )


def _close_loop() -> None:
    """Close the event loop that Jupyter made for this thread; the next run makes its own."""
    from jupyter_core.utils import ensure_event_loop

    loop = ensure_event_loop()
    if not loop.is_running():
        loop.close()


def _hint(name: str) -> str:
    return {
        "timeout": "give --timeout more seconds, or fewer data.",
        "the kernel died": "most often the memory was full: close other programs or use a server.",
        "ModuleNotFoundError": "install the module in the environment that marsale runs in.",
        "MemoryError": "close other programs, or let a database hold the data.",
    }.get(name, "open the notebook and run it cell by cell.")


def _section(notebook: NotebookNode) -> str:
    """Return the heading above the cell that stopped the run, the last one begun, or empty text."""
    heading = ""
    for cell in notebook.cells:
        begun = cell.metadata.get("papermill", {}).get("start_time")
        if cell.cell_type == "markdown" and begun:
            found = re.findall(r"^#{1,6} +(.+?)\s*#*$", cell.source, flags=re.MULTILINE)
            heading = found[-1] if found else heading
    return heading


def _clean(notebook: NotebookNode) -> NotebookNode:
    import nbformat

    clean: NotebookNode = nbformat.from_dict(redacted(notebook))  # type: ignore[no-untyped-call]
    return clean
