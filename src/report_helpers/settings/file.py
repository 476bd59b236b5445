"""Reading marsale.toml: found, typed, checked.

Relative paths in the file are meant from the folder the file is in. Secrets have no place here:
passwords come from the environment.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection
from os.path import isfile  # False, and no error, where a folder may not be read
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from report_helpers import assets
from report_helpers.errors import ConfigurationError, UnknownName
from report_helpers.settings import delivery, sections
from report_helpers.settings.delivery import Recipient
from report_helpers.settings.sections import Section

FILE_NAME = "marsale.toml"
STORE = "marsale.db"
SAMPLE = "sample"
MAPPINGS = ("hubspot", "plain", "salesforce")
"""Names of the mappings that come with the kit."""

Raw = dict[str, Any]


class Settings(Section):
    """Everything a company can set, section by section.

    Examples
    --------
    >>> settings = Settings()
    >>> settings.company.currency, settings.calendar.brief_weeks, settings.report.formats
    ('EUR', 2, ('html', 'pdf'))
    """

    company: sections.Company = sections.Company()
    calendar: sections.Calendar = sections.Calendar()
    report: sections.Report = sections.Report()
    data: sections.Data = sections.Data()
    goals: sections.Goals = sections.Goals()
    commitments: sections.Commitments = sections.Commitments()
    stages: sections.Stages = sections.Stages()
    meeting: sections.Meeting = sections.Meeting()
    shadowing: sections.Shadowing = sections.Shadowing()
    store: sections.Store = sections.Store()
    output: sections.Output = sections.Output()
    schedule: delivery.Schedule = delivery.Schedule()
    mail: delivery.Mail = delivery.Mail()
    replies: delivery.Replies = delivery.Replies()
    trust: delivery.Trust = delivery.Trust()
    archive: delivery.Archive = delivery.Archive()


def load(file: Path | None = None) -> Settings:
    """Return the settings of a file, or the defaults when there is none.

    Parameters
    ----------
    file : a marsale.toml; its relative paths come back as seen from the file's folder.

    Raises
    ------
    UnknownName
        For a section or a setting that does not exist.
    ConfigurationError
        When the file cannot be read or a value is not allowed; names file, setting and value.
    """
    if file is None:
        return Settings()
    raw = _anchored(_with_store(_read(file)), file.absolute().parent)
    try:
        return Settings.model_validate(raw)
    except ValidationError as error:
        raise _explained(error, file) from error


def find(explicit: str | None, data: str, folder: Path) -> Path | None:
    """Return the settings file to use: the one named, else one in `folder`, else beside the data.

    Parameters
    ----------
    explicit : path given by the user, or None.
    data : location of the data as given: a folder, a file, a URL, ``sample``, or empty.
    folder : the working folder.

    Raises
    ------
    ConfigurationError
        When the named file does not exist.
    """
    if explicit:
        if not Path(explicit).is_file():
            raise ConfigurationError(
                f"there is no settings file '{explicit}'",
                remedy="check the path, or run 'marsale init DIR' to get one to start from",
            )
        return Path(explicit)
    beside = [folder, *_data_folder(data)]
    return next((f for f in (place / FILE_NAME for place in beside) if isfile(f)), None)


def anchor(location: str, folder: Path, names: Collection[str] = (SAMPLE,)) -> str:
    """Return a location with a relative path made absolute from `folder`.

    URLs, empty text and `names`, which stand for something of the kit's own, stay as they are.

    Examples
    --------
    >>> anchor("sample", Path("/w")), anchor("postgres://crm/db", Path("/w"))
    ('sample', 'postgres://crm/db')
    """
    if not location or location in names or "://" in location:
        return location
    return str(folder / Path(location).expanduser())


def _data_folder(data: str) -> list[Path]:
    if not data or "://" in data:
        return []
    path = assets.path("data", "sample") if data == SAMPLE else Path(data).expanduser()
    return [path.parent if path.is_file() else path]


def _read(file: Path) -> Raw:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise ConfigurationError(
            f"cannot be read: {error.strerror}", where=str(file), remedy="check the path"
        ) from error
    except UnicodeDecodeError as error:
        raise ConfigurationError(
            f"is not UTF-8 text (byte {error.start})", where=str(file), remedy="save it as UTF-8"
        ) from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(
            f"is not valid TOML: {error}",
            where=str(file),
            remedy="put text in quotes and write backslashes twice, or use 'single quotes'",
        ) from error


def _anchored(raw: Raw, folder: Path) -> Raw:
    """Return `raw` with the relative paths of its sections made absolute."""
    result = dict(raw)
    for section, key, names in (
        ("data", "location", (SAMPLE,)),
        ("data", "mapping", MAPPINGS),
        ("store", "url", ()),
        ("output", "folder", ()),
        ("mail", "ca_file", ()),
        ("replies", "mailbox", ()),
        ("replies", "ca_file", ()),
    ):
        given = result.get(section)
        if isinstance(given, dict) and isinstance(given.get(key), str):
            result[section] = {**given, key: anchor(given[key], folder, names)}
    return result


def _with_store(raw: Raw) -> Raw:
    """Return `raw` with the usual name of the store where none is set."""
    given = raw.get("store", {})
    if not isinstance(given, dict) or given.get("url"):
        return raw
    return {**raw, "store": {**given, "url": STORE}}


def _explained(error: ValidationError, file: Path) -> ConfigurationError:
    """Return the first fault found, in the words of the settings file."""
    faults = error.errors(include_url=False)
    fault = next((f for f in faults if f["type"] == "extra_forbidden"), faults[0])
    section, *rest = (str(part) for part in fault["loc"])
    fields = Settings.model_fields
    if fault["type"] == "extra_forbidden":
        if not rest:
            return UnknownName("section", section, fields, where=str(file))
        kind = Recipient if rest[0] == "recipients" else type(fields[section].default)
        where = f"{file} [{'.'.join([section, *rest[:-1]])}]"
        return UnknownName("setting", rest[-1], kind.model_fields, where=where)
    name = f"[{section}] {' '.join(rest)}".strip()
    if fault["type"] == "missing":
        return ConfigurationError(f"{name} is missing", where=str(file), remedy="add it")
    return ConfigurationError(
        f"{name} = {fault['input']!r} is not allowed",
        where=str(file),
        remedy=re.sub(r"^\w+ should", "it should", fault["msg"]),
    )
