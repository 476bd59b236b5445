"""What a company has set for itself: marsale.toml, typed and checked.

Relative paths in the file are meant from the folder the file is in. Secrets have no place here:
a database's password comes from the environment, as its driver documents.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection
from datetime import date
from os.path import isfile  # False, and no error, where a folder may not be read
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from zoneinfo import available_timezones

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from report_helpers import assets
from report_helpers.errors import ConfigurationError, UnknownName

FILE_NAME = "marsale.toml"
STORE = "marsale.db"
SAMPLE = "sample"
MAPPINGS = ("hubspot", "plain", "salesforce")
"""Names of the mappings that come with the kit."""

Format = Literal["html", "pdf"]
Raw = dict[str, Any]


class Section(BaseModel):
    """Base of all sections: unknown names are errors, values never change."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Company(Section):
    """``[company]``: whose reports they are, and the ISO 4217 code of its currency."""

    name: Annotated[str, Field(min_length=1)] = "Our company"
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$")] = "EUR"


class Calendar(Section):
    """``[calendar]``: month in which the fiscal year starts; weeks a meeting brief covers.

    Public holidays are those of a country (ISO 3166, such as DE) and its part (such as BY); without
    a country there are none.
    """

    fiscal_year_starts: Annotated[int, Field(ge=1, le=12, strict=True)] = 1
    brief_weeks: Literal[2, 3] = 2
    country: Annotated[str, Field(pattern="^([A-Z]{2})?$")] = ""
    subdivision: str = ""


class Meeting(Section):
    """``[meeting]``: the regular meeting of both teams, every ``[calendar] brief_weeks`` weeks.

    ``anchor`` is any day of its rhythm. On a holiday it is held on the next working day, or
    skipped. The heads always come, and so many further ``members`` of each team in turn.
    """

    anchor: date = date(2026, 1, 8)
    hour: Annotated[str, Field(pattern="^([01][0-9]|2[0-3]):[0-5][0-9]$")] = "10:00"
    minutes: Annotated[int, Field(ge=15, le=240, strict=True)] = 50
    time_zone: str = "Europe/Berlin"
    place: str = ""
    on_holiday: Literal["next working day", "skip"] = "next working day"
    members: Annotated[int, Field(ge=0, le=10, strict=True)] = 2

    @field_validator("time_zone")
    @classmethod
    def _known(cls, name: str) -> str:
        if name not in available_timezones():
            told = "it should be the name of a time zone, such as Europe/Berlin"
            raise PydanticCustomError("time_zone", told)
        return name


class Shadowing(Section):
    """``[shadowing]``: the kinds of the other team's meetings that are worth a visit."""

    marketing_visits: Annotated[tuple[str, ...], Field(min_length=1)] = (
        "customer call",
        "customer visit",
        "pipeline",
        "deal review",
    )
    sales_visits: Annotated[tuple[str, ...], Field(min_length=1)] = (
        "brainstorm",
        "messaging",
        "planning",
    )


class Report(Section):
    """``[report]``: the size of paper, and which files a report is written to."""

    paper: Literal["a4", "letter"] = "a4"
    formats: Annotated[tuple[Format, ...], Field(min_length=1)] = ("html", "pdf")


class Data(Section):
    """``[data]``: where the data are and which mapping file reads them; empty for the sample."""

    location: str = ""
    mapping: str = ""


class Goals(Section):
    """``[goals]``: first and last day of the baseline that outcomes are measured against.

    Left out, the baseline is the first 26 weeks of the data.
    """

    baseline_from: date | None = None
    baseline_to: date | None = None

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        first, last = self.baseline_from, self.baseline_to
        if (first is None) != (last is None) or (first and last and last <= first):
            told = "it should have baseline_from and a later baseline_to, or neither"
            raise PydanticCustomError("baseline", told)
        return self


class Commitments(Section):
    """``[commitments]``: how soon, and how often, Sales tries to reach a quality lead.

    Hours and days are those from Monday to Friday.
    """

    first_touch_hours: Annotated[float, Field(gt=0)] = 24
    attempts: Annotated[int, Field(ge=1, strict=True)] = 3
    attempts_days: Annotated[int, Field(ge=1, strict=True)] = 5


class Stages(Section):
    """``[stages]``: the order of the stages deals go through; empty to learn it from the deals."""

    order: tuple[Annotated[str, Field(min_length=1)], ...] = ()


class Store(Section):
    """``[store]``: where what the teams write is kept: a SQLite file, or the URL of a database.

    Left out or empty, it is ``marsale.db`` beside the settings file; without such a file, none.
    """

    url: str = ""


class Output(Section):
    """``[output]``: the folder reports are written to."""

    folder: str = "output"


class Settings(Section):
    """Everything a company can set, section by section.

    Examples
    --------
    >>> settings = Settings()
    >>> settings.company.currency, settings.calendar.brief_weeks, settings.report.formats
    ('EUR', 2, ('html', 'pdf'))
    """

    company: Company = Company()
    calendar: Calendar = Calendar()
    report: Report = Report()
    data: Data = Data()
    goals: Goals = Goals()
    commitments: Commitments = Commitments()
    stages: Stages = Stages()
    meeting: Meeting = Meeting()
    shadowing: Shadowing = Shadowing()
    store: Store = Store()
    output: Output = Output()


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
    fault = error.errors(include_url=False)[0]
    section, *rest = (str(part) for part in fault["loc"])
    fields = Settings.model_fields
    if fault["type"] == "extra_forbidden":
        if not rest:
            return UnknownName("section", section, fields, where=str(file))
        known = type(fields[section].default).model_fields
        return UnknownName("setting", rest[0], known, where=f"{file} [{section}]")
    name = f"[{section}] {' '.join(rest)}".strip()
    return ConfigurationError(
        f"{name} = {fault['input']!r} is not allowed",
        where=str(file),
        remedy=re.sub(r"^\w+ should", "it should", fault["msg"]),
    )
