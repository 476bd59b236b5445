"""Questions to a person at a terminal, in place of options that were left out."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import click

from report_helpers.errors import MarsaleError

Values = dict[str, Any]


def on_terminal() -> bool:
    """Return whether somebody is there to answer."""
    return sys.stdin.isatty()


def required(given: Values, names: Sequence[tuple[str, str]]) -> Values:
    """Return the values with those that lack asked for.

    Parameters
    ----------
    given : values by name.
    names : pairs of a name that must have a value and the option it comes from.

    Raises
    ------
    click.UsageError
        When one lacks and nobody is there to answer.
    """
    found = dict(given)
    for name, option in names:
        if not found.get(name):
            if not on_terminal():
                raise click.UsageError(f"Missing option '{option}'.")
            found[name] = ask(name)
    return found


def offered(given: Values, names: Sequence[str]) -> Values:
    """Return the values with those that lack offered; Enter leaves one empty."""
    return {**given, **{name: ask(name, True) for name in names if not given.get(name)}}


def ask(name: str, optional: bool = False) -> Any:
    """Ask for one value until it can be read."""
    from report_helpers.teams.fields import FIELDS

    field = FIELDS["author" if name == "person" else name]
    hint = f" ({', '.join(field.allowed)})" if field.allowed else ""
    end = "; Enter for none" if optional else ""
    text = f"{name.replace('_', ' ').capitalize()}: {field.meaning}{hint}{end}"
    return click.prompt(
        text, default="" if optional else None, show_default=False, value_proc=_reader(name)
    )


def _reader(name: str) -> Callable[[str], Any]:
    def read(text: str) -> Any:
        try:
            return _read(name, text)
        except (MarsaleError, ValueError) as error:
            raise click.BadParameter(str(error)) from error

    return read


def _read(name: str, text: str) -> Any:
    """Return what was typed as the value it stands for; empty text is None."""
    from report_helpers.errors import UnknownName
    from report_helpers.glossary import metric
    from report_helpers.teams.fields import FIELDS

    field = FIELDS.get(name)
    if not text.strip():
        return None
    if field and field.kind == "day":
        return date.fromisoformat(text.strip())
    if field and field.allowed and text not in field.allowed:
        raise UnknownName(name, text, field.allowed)
    return metric(text).name if name == "about_metric" else text
