"""A section shows itself, or says in one line which table would bring it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from report_helpers.errors import MissingData
from report_helpers.present.blocks import Block, Callout

Self = TypeVar("Self")


Shown = TypeVar("Shown", bound=Block | None)


def section(name: str) -> Callable[[Callable[..., Shown]], Callable[..., Shown | Block]]:
    """Make a method that shows a section say what it lacks when the data cannot carry it.

    Parameters
    ----------
    name : what the section is called, for the line that stands in its place.
    """

    def wrap(show: Callable[..., Shown]) -> Callable[..., Shown | Block]:
        @wraps(show)
        def shown(*args: Any, **options: Any) -> Shown | Block:
            try:
                return show(*args, **options)
            except MissingData as error:
                remedy = f" To bring it: {error.remedy}." if error.remedy else ""
                return Callout(f"Not shown: {error.message}.{remedy}", title=name, tone="info")

        return shown

    return wrap
