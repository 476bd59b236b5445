"""Where commands that run by themselves write what happens: ``--log-format``, ``--log-file``."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import click

_OPTIONS = (
    click.option(
        "--log-format",
        type=click.Choice(["plain", "json"]),
        default="plain",
        show_default=True,
        help="One event a line, as words or as JSON.",
    ),
    click.option(
        "--log-file",
        type=click.Path(path_type=Path, dir_okay=False),
        metavar="FILE",
        help="Append to a file. [default: the error stream]",
    ),
)


def options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--log-format`` and ``--log-file`` to a command, and give it ``tail``.

    While the command runs, what the kit logs is written; ``tail`` keeps the last lines, a
    :class:`report_helpers.delivery.journal.Tail`.
    """

    @wraps(command)
    def logged(*args: Any, log_format: Any, log_file: Path | None, **asked: Any) -> Any:
        from report_helpers.delivery.journal import Journal, kept
        from report_helpers.publish.checks.secrets import known

        journal = Journal(log_format, known(os.environ))
        with kept(journal, sys.stderr, log_file) as tail:
            return command(*args, tail=tail, **asked)

    found: Callable[..., Any] = logged
    for option in reversed(_OPTIONS):
        found = option(found)
    return found
