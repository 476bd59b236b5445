"""What most commands ask first: which data, as of which day, with which settings."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from report_helpers.commands.kernels import cache_folder
from report_helpers.errors import ConfigurationError

if TYPE_CHECKING:
    from report_helpers.data.dataset import Dataset
    from report_helpers.settings import Settings

SAMPLE = "sample"

_OPTIONS = (
    click.option(
        "--data",
        metavar="WHERE",
        help="Folder, file, database URL, or 'sample'. [default: the settings', else sample]",
    ),
    click.option(
        "--mapping",
        metavar="FILE",
        help="Mapping for data with other names: a file, or hubspot, plain, salesforce.",
    ),
    click.option(
        "--as-of",
        metavar="DATE",
        help="Report on what was complete on this day, YYYY-MM-DD. [default: today; for the "
        "sample its last day]",
    ),
    click.option(
        "--settings",
        "settings_file",
        metavar="FILE",
        help="Settings. [default: ./marsale.toml, else marsale.toml beside the data]",
    ),
)


def options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--data``, ``--mapping``, ``--as-of`` and ``--settings`` to a command."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


@dataclass(frozen=True)
class Source:
    """Where the data of a command come from.

    Parameters
    ----------
    data : location for :func:`report_helpers.data.load`; relative paths are made absolute.
    mapping : mapping file, or empty.
    as_of : day the report is made for; None stands for the data's last day.
    settings : the company's settings.
    settings_file : where they were read, or None for the defaults.
    """

    data: str
    mapping: str
    as_of: date | None
    settings: Settings
    settings_file: Path | None

    def load(self, segment: str | None = None) -> Dataset:
        """Return the data, all of them or those of one segment."""
        from report_helpers.data import cache, engine, load

        cache.use(cache_folder())
        engine.limit(self.settings.data.memory)
        data = load(self.data, self.mapping or None)
        data = data.on(self.as_of) if self.as_of else data
        return data.where(segment=segment) if segment else data


def find(
    data: str | None, mapping: str | None, as_of: str | None, settings_file: str | None
) -> Source:
    """Return the source the options ask for; what is not given comes from the settings.

    Raises
    ------
    ConfigurationError
        For a date that is none or lies in the future, and for faults of the settings file.
    """
    from report_helpers import settings

    here, today = Path.cwd(), date.today()
    file = settings.find(settings_file, data or SAMPLE, here)
    company = settings.load(file)
    location = data or company.data.location or SAMPLE
    mapped = mapping or ("" if location == SAMPLE else company.data.mapping)
    day = parse_day(as_of, today) if as_of else (None if location == SAMPLE else today)
    return Source(
        data=settings.anchor(location, here),
        mapping=settings.anchor(mapped, here, settings.MAPPINGS),
        as_of=day,
        settings=company,
        settings_file=file and file.absolute(),
    )


def parse_day(text: str, today: date) -> date:
    """Return the day written as YYYY-MM-DD, not later than `today`.

    Raises
    ------
    ConfigurationError
        When the text is no such day, or the day lies in the future.

    Examples
    --------
    >>> parse_day("2026-11-04", date(2026, 11, 5))
    datetime.date(2026, 11, 4)
    """
    try:
        day = date.fromisoformat(text if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text) else "")
    except ValueError as error:
        raise ConfigurationError(
            f"'{text}' is not a date", remedy="write it as YYYY-MM-DD, such as 2026-11-04"
        ) from error
    if day > today:
        raise ConfigurationError(
            f"{day} lies in the future, and nobody knows its numbers yet",
            remedy=f"give a day up to today, {today}",
        )
    return day
