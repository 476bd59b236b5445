"""The kernel a report runs in: this very Python, apart from the user's own configuration.

A kernelspec called ``python3`` may point at any interpreter: the first one found on Jupyter's
path wins, also one installed years ago for another project. A report must run with the packages
it was tested with, so the manager below asks no registry: it starts ``sys.executable``, with an
IPython folder of its own, so that nobody's start-up files change a report.
"""

from __future__ import annotations

from pathlib import Path

import zmq
from ipykernel.kernelspec import get_kernel_dict
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from traitlets import default

KERNEL_NAME = "python3"


class ThisPython(AsyncKernelManager):
    """Starts kernels of the running interpreter, whatever kernelspecs are installed.

    The kernel's IPython folder is made in the working folder of the run, which is temporary.
    """

    @property
    def kernel_spec(self) -> KernelSpec:
        """The only kernel there is."""
        ipython = str(Path.cwd() / ".ipython").replace("$", "$$")  # `$x` stands for a variable
        return KernelSpec(**get_kernel_dict(), env={"IPYTHONDIR": ipython})

    @default("transport_encryption")
    def _encrypt(self) -> str:
        """Encrypt what goes between the two: the ports are open to all users of the machine."""
        return "auto" if zmq.has("curve") else "disabled"
