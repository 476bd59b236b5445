"""Papermill's engine ``marsale``: the kit's own kernel, without waits.

``papermill --engine marsale weekly_two_way.ipynb out.ipynb`` runs a notebook as ``marsale run``
does.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from papermill.engines import NBClientEngine, NotebookExecutionManager
from traitlets.config import Config

from report_helpers.publish.kernel import ThisPython

NAME = "marsale"


class MarsaleEngine(NBClientEngine):  # type: ignore[misc]  # Papermill has no types
    """Runs a notebook in a kernel of this Python and ends it at once when all is done."""

    @classmethod
    def execute_managed_notebook(
        cls, nb_man: NotebookExecutionManager, kernel_name: str, **options: Any
    ) -> None:
        """Run the notebook.

        Parameters
        ----------
        nb_man : keeps the notebook and says how far it has come.
        kernel_name : for the notebook's metadata; the kernel is always this Python.
        options : of Papermill's own engine; ``folder``, the kernel's working folder, which is
            that of the process when not given; ``forge``, the address of
            :class:`report_helpers.publish.kernels.Kernels`, empty for none.
        """
        folder = str(options.pop("folder", None) or Path.cwd())
        own = {
            "kernel_manager_class": ThisPython,
            "shutdown_kernel": "immediate",
            "resources": {"metadata": {"path": folder}},
            "config": Config(ThisPython={"forge": options.pop("forge", ""), "folder": folder}),
        }
        super().execute_managed_notebook(nb_man, kernel_name, **{**own, **options})
