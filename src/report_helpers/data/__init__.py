"""One door for reading: what did we read, how was it mapped and repaired, can it be trusted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from report_helpers.data.dataset import Dataset
    from report_helpers.data.loading import load

__all__ = ["Dataset", "load"]


def __getattr__(name: str) -> Any:
    """Import what is asked for when it is asked for, so that `import` alone stays cheap."""
    if name == "load":
        from report_helpers.data.loading import load

        return load
    if name == "Dataset":
        from report_helpers.data.dataset import Dataset

        return Dataset
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
