"""What the commands that write ask first: which store, who writes, and for which team."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from report_helpers.data.dataset import Dataset
    from report_helpers.settings import Settings
    from report_helpers.teams.items import Signature
    from report_helpers.teams.store import Store

_WHERE = (
    click.option(
        "--store",
        metavar="WHERE",
        envvar="MARSALE_STORE",
        help="SQLite file or database URL. [default: MARSALE_STORE, the settings', ./marsale.db]",
    ),
    click.option(
        "--settings",
        "settings_file",
        metavar="FILE",
        help="Settings. [default: ./marsale.toml]",
    ),
)
_WHO = (
    click.option(
        "--as",
        "person",
        metavar="PERSON",
        envvar="MARSALE_PERSON",
        help="Who you are. [default: MARSALE_PERSON]",
    ),
    click.option(
        "--team",
        metavar="TEAM",
        envvar="MARSALE_TEAM",
        help="Your team, marketing or sales. [default: MARSALE_TEAM]",
    ),
)


def where(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--store`` and ``--settings`` to a command."""
    return _added(command, _WHERE)


def who(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--as`` and ``--team`` to a command."""
    return _added(command, _WHO)


def _added(command: Callable[..., Any], options: tuple[Any, ...]) -> Callable[..., Any]:
    for option in reversed(options):
        command = option(command)
    return command


@dataclass(frozen=True)
class Place:
    """Where a command writes.

    Parameters
    ----------
    url : the store's path or URL, relative paths made absolute.
    settings : the company's settings.
    """

    url: str
    settings: Settings

    def open(self, *, create: bool = True) -> Store:
        """Open the store; a file that is not there is made, or with ``create=False`` an error."""
        from report_helpers.teams.store import open_store

        return open_store(self.url, create=create)

    def data(self, location: str | None = None) -> Dataset | None:
        """Return the data asked for, else those of the settings, or None when there are none."""
        from report_helpers.data import load

        wanted = location or self.settings.data.location
        if not wanted:
            return None
        return load(wanted, None if location else self.settings.data.mapping or None)


def find(store: str | None, settings_file: str | None) -> Place:
    """Return the place the options ask for: the store given, the settings', or ``./marsale.db``.

    Raises
    ------
    ConfigurationError
        For faults of the settings file.
    """
    from report_helpers import settings

    here = Path.cwd()
    company = settings.load(settings.find(settings_file, "", here))
    return Place(settings.anchor(store or company.store.url or settings.STORE, here), company)


def for_reports(store: str | None, company: Settings, data: str) -> str:
    """Return the store a report reads: the one given, the settings', else ``./marsale.db``.

    Empty when none of them is meant: the sample's company reads no store nobody named.

    Parameters
    ----------
    store : ``--store`` as given.
    company : the settings the report is made with.
    data : location of the data.
    """
    from report_helpers import settings

    here = Path.cwd()
    if store or company.store.url:
        return settings.anchor(store or company.store.url, here)
    beside = here / settings.STORE
    return str(beside) if data != settings.SAMPLE and beside.is_file() else ""


def signature(person: str) -> Signature:
    """Return who changes something, and that it is now."""
    from report_helpers.teams.items import Signature

    return Signature(person, datetime.now(UTC).replace(tzinfo=None))


def day(_: click.Context, parameter: click.Parameter, text: str | None) -> date | str | None:
    """Read the day an option names, YYYY-MM-DD; an empty text, which empties a field, stays."""
    if not text:
        return text
    try:
        return datetime.strptime(text, "%Y-%m-%d").date()
    except ValueError as error:
        said = f"'{text}' is not a date; write it as YYYY-MM-DD, such as 2026-11-04"
        raise click.BadParameter(said, param=parameter) from error
