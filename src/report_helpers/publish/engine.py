"""Papermill's engine ``marsale``: the kit's own kernel, without waits.

``papermill --engine marsale weekly_two_way.ipynb out.ipynb`` runs a notebook as ``marsale run``
does. Papermill asks this module for ``MarsaleEngine`` while it is being imported itself, so the
class is made when it is asked for.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from papermill.engines import NotebookExecutionManager

NAME = "marsale"


def __getattr__(name: str) -> Any:
    if name == "MarsaleEngine":
        return _engine()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


@cache
def _engine() -> Any:
    from papermill.engines import NBClientEngine

    class MarsaleEngine(NBClientEngine):  # type: ignore[misc]  # Papermill has no types
        """Runs a notebook in a kernel of this Python and ends it at once when all is done."""

        @classmethod
        def execute_managed_notebook(
            cls, nb_man: NotebookExecutionManager, kernel_name: str, **options: Any
        ) -> None:
            """Run the notebook; `options` are those of Papermill's own engine and of `_own`."""
            own = _own(options.pop("folder", None), options.pop("forge", ""))
            super().execute_managed_notebook(nb_man, kernel_name, **{**own, **options})

    return MarsaleEngine


def _own(folder: Path | None, forge: str) -> dict[str, Any]:
    """Return what Papermill's client is told of the kernel.

    Parameters
    ----------
    folder : the kernel's working folder; None for that of the process.
    forge : address of :class:`report_helpers.publish.kernels.Kernels`; empty for none.
    """
    from traitlets.config import Config

    from report_helpers.publish.kernel import ThisPython

    place = str(folder or Path.cwd())
    return {
        "kernel_manager_class": ThisPython,
        "shutdown_kernel": "immediate",
        "resources": {"metadata": {"path": place}},
        "config": Config(ThisPython={"forge": forge, "folder": place}),
    }
