"""The kernel a report runs in: this very Python, apart from the user's own configuration.

A kernelspec called ``python3`` may point at any interpreter: the first one found on Jupyter's
path wins, also one installed years ago for another project. A report must run with the packages
it was tested with, so the manager below asks no registry: it starts ``sys.executable``, with an
IPython folder of its own, so that nobody's start-up files change a report.
"""

from __future__ import annotations

import asyncio
import logging
import time
from importlib.metadata import EntryPoint
from pathlib import Path
from queue import Empty
from typing import Any

import zmq
from ipykernel.kernelspec import get_kernel_dict
from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning.factory import KernelProvisionerFactory
from jupyter_client.provisioning.local_provisioner import LocalProvisioner
from traitlets import Type, Unicode, default

from report_helpers.publish.kernels import Fork, request

KERNEL_NAME = "python3"
FORKED = "marsale-forked"
_log = logging.getLogger(__name__)


class ForkedProvisioner(LocalProvisioner):
    """Gets a kernel from the forge; starts it as any other where there is none.

    ``address`` is the forge's socket.
    """

    address = Unicode().tag(config=True)
    process: Any = None

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Fork a kernel."""
        wanted = request(cmd, **kwargs)
        try:
            self.process = await asyncio.to_thread(lambda: Fork(self.address, wanted))
        except OSError as error:
            if not Path(self.address).exists():
                raise  # whoever gave kernels has ended, and wants no other
            _log.warning("kernel not forked, started afresh instead: %s", error)
            return await super().launch_kernel(cmd, **kwargs)
        self.pid = self.pgid = self.process.pid
        self.cwd = kwargs.get("cwd")
        return self.connection_info

    async def kill(self, restart: bool = False) -> None:
        """End the kernel, and see it ended: that takes less than asking whether it has."""
        await super().kill(restart)
        if isinstance(self.process, Fork):
            await asyncio.to_thread(self.process.wait)
            self.process = None

    async def cleanup(self, restart: bool = False) -> None:
        """Let go of the kernel, also of one that ended by itself."""
        await super().cleanup(restart)
        if isinstance(self.process, Fork):
            self.process.close()


class PromptClient(AsyncKernelClient):
    """Takes a kernel for ready when it answers and is heard, without a pause for stray output.

    What a kernel says of earlier requests is told apart by their numbers anyway.
    """

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """Wait until the kernel answers, at most `timeout` seconds.

        Raises
        ------
        RuntimeError
            When it died, or did not answer in time.
        """
        end = time.monotonic() + (float("inf") if timeout is None else timeout)
        while not await self._answers():
            if not await self.is_alive():
                raise RuntimeError("the kernel died before it was ready")
            if time.monotonic() > end:
                raise RuntimeError(f"the kernel was not ready within {timeout} seconds")

    async def _answers(self) -> bool:
        self.kernel_info()
        try:
            reply = await self.shell_channel.get_msg(timeout=1)
            await self.iopub_channel.get_msg(timeout=0.2)
        except Empty:
            return False
        return bool(reply["msg_type"] == "kernel_info_reply")


class ThisPython(AsyncKernelManager):
    """Starts kernels of the running interpreter, whatever kernelspecs are installed.

    ``folder`` is the working folder of the run; it is temporary, and the kernel's IPython folder is
    made in it. ``forge`` is the address of :class:`.kernels.Kernels`; empty for a fresh kernel.
    """

    folder = Unicode().tag(config=True)
    forge = Unicode().tag(config=True)
    client_factory = Type(PromptClient)

    @property
    def kernel_spec(self) -> KernelSpec:
        """The only kernel there is."""
        ipython = str(Path(self.folder) / ".ipython").replace(
            "$", "$$"
        )  # `$x` stands for a variable
        spec = KernelSpec(**get_kernel_dict(), env={"IPYTHONDIR": ipython})
        if self.forge:
            _provisioners().setdefault(FORKED, _ENTRY)
            config = {"address": self.forge}
            spec.metadata["kernel_provisioner"] = {"provisioner_name": FORKED, "config": config}
        return spec

    @default("transport_encryption")
    def _encrypt(self) -> str:
        """Encrypt what goes between the two: the ports are open to all users of the machine."""
        return "auto" if zmq.has("curve") else "disabled"


_ENTRY = EntryPoint(FORKED, f"{__name__}:ForkedProvisioner", KernelProvisionerFactory.GROUP_NAME)


def _provisioners() -> dict[str, EntryPoint]:
    known: dict[str, EntryPoint] = KernelProvisionerFactory.instance().provisioners
    return known
