"""How the commands that run notebooks get their kernels, and where facts are kept."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from report_helpers.errors import UnknownName

if TYPE_CHECKING:
    from report_helpers.publish.kernels import Kernels

KINDS = ("forked", "ordinary")
OFF = ("0", "off", "no", "false")


def kernels(at_a_time: int = 1) -> Kernels:
    """Return the kernels ``MARSALE_KERNEL`` asks for: ``forked`` if they can be, or ``ordinary``.

    Parameters
    ----------
    at_a_time : how many there will be at a time.

    Raises
    ------
    UnknownName
        For any other word.
    """
    from report_helpers.publish.kernels import Kernels

    kind = os.environ.get("MARSALE_KERNEL") or KINDS[0]
    if kind not in KINDS:
        raise UnknownName("kind of kernel", kind, KINDS, where="MARSALE_KERNEL")
    return Kernels(kind == "forked", cache_folder(), at_a_time)


def cache_folder() -> Path | None:
    """Return where facts are kept: ``MARSALE_CACHE``, else the user's folder for such; None if off.

    Its size is bounded, and it may be deleted at any time.
    """
    from platformdirs import user_cache_path

    wanted = os.environ.get("MARSALE_CACHE", "")
    if wanted.lower() in OFF:
        return None
    return Path(wanted).expanduser() if wanted else user_cache_path("marsale", appauthor=False)
