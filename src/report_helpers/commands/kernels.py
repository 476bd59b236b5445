"""How the commands that run notebooks get their kernels."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from report_helpers.errors import UnknownName

if TYPE_CHECKING:
    from report_helpers.publish.kernels import Kernels

KINDS = ("forked", "ordinary")


def kernels() -> Kernels:
    """Return the kernels ``MARSALE_KERNEL`` asks for: ``forked`` if they can be, or ``ordinary``.

    Raises
    ------
    UnknownName
        For any other word.
    """
    from report_helpers.publish.kernels import Kernels

    kind = os.environ.get("MARSALE_KERNEL") or KINDS[0]
    if kind not in KINDS:
        raise UnknownName("kind of kernel", kind, KINDS, where="MARSALE_KERNEL")
    return Kernels(warm=kind == "forked")
