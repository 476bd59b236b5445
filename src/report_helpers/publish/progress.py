"""What a person sees while a report is made: a bar in a terminal, plain lines anywhere else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, TextIO


@dataclass(frozen=True)
class Progress:
    """Tells a stream how far a run has come.

    Parameters
    ----------
    stream : where to say it; nothing is said when it is None.
    bars : whether a terminal gets a bar: those of several reports would write over each other.

    Examples
    --------
    >>> import sys
    >>> Progress(sys.stdout).step("weekly: html")
    weekly: html
    >>> Progress().step("nobody listens")
    """

    stream: TextIO | None = None
    bars: bool = True

    def step(self, text: str) -> None:
        """Say that a step has begun."""
        if self.stream is not None:
            print(text, file=self.stream, flush=True)

    def bar(self, title: str) -> dict[str, Any] | Literal[False]:
        """Return what Papermill needs to draw a bar over the cells; False for no bar."""
        if not self.bars or self.stream is None or not self.stream.isatty():
            return False
        return {"desc": title, "unit": "cell", "file": self.stream, "leave": False}
