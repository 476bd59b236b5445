"""``marsale``: the one place that reads arguments, clock and environment.

Commands are in :mod:`report_helpers.commands`, one module a command. They import what is heavy
only when they run, so that ``marsale --help`` answers at once.
"""

from __future__ import annotations

import io
import os
import sys
import traceback
from collections.abc import Sequence

import click

from report_helpers import __version__
from report_helpers.commands import (
    archive,
    check,
    collect,
    due,
    init,
    meeting,
    metrics,
    note,
    outbox,
    run,
    sample,
    schedule,
    send,
    serve,
    shadow,
    store,
    tick,
    verify,
    watch,
)
from report_helpers.commands.terminal import harmless
from report_helpers.errors import MarsaleError

ON = ("1", "true", "yes", "on")
UNEXPECTED = 1
INTERRUPTED = 130


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="marsale")
@click.option("--debug", is_flag=True, envvar="MARSALE_DEBUG", help="Show where an error arose.")
def marsale(debug: bool) -> None:
    """Reports that let Marketing and Sales work from the same numbers."""


_MODULES = (
    *(run, metrics, check, init, sample, note, store, meeting, shadow, serve),
    *(tick, due, schedule, watch, send, outbox, collect, verify, archive),
)
for module in _MODULES:
    marsale.add_command(module.command)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code.

    Parameters
    ----------
    arguments : words after ``marsale``; those of the process when None.

    Returns
    -------
    int
        0 when all went well, 1 for an unexpected error, 2 for wrong usage or settings, 3 for data,
        4 for a notebook, 5 for rendering, 6 for delivery, 130 when interrupted.
    """
    words = list(sys.argv[1:] if arguments is None else arguments)
    _speak_utf8()
    try:
        return int(marsale.main(words, prog_name="marsale", standalone_mode=False) or 0)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except click.Abort:
        return _fail("interrupted; the last good reports are as they were", INTERRUPTED)
    except MarsaleError as error:
        return _fail(str(error), error.exit_code, words)
    except BrokenPipeError:
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - nobody listens
        return UNEXPECTED
    except Exception as error:  # noqa: BLE001 - the outermost boundary: say it, never hide it
        said = f"unexpected {type(error).__name__}: {error}"
        return _fail(
            f"{said}\n  → run again as 'marsale --debug …' and report it", UNEXPECTED, words
        )


def _fail(message: str, code: int, words: Sequence[str] = ()) -> int:
    if "--debug" in words or os.environ.get("MARSALE_DEBUG", "0").lower() in ON:
        traceback.print_exc()
    click.echo(harmless(f"error: {message}"), err=True)
    return code


def _speak_utf8() -> None:
    """Write UTF-8 to files and pipes on every system; replace what a terminal cannot show."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(
                encoding=stream.encoding if stream.isatty() else "utf-8", errors="replace"
            )
