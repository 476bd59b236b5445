"""The sections of marsale.toml that say who the company is and how it measures itself."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, Self
from zoneinfo import available_timezones

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator
from pydantic_core import PydanticCustomError

Format = Literal["html", "pdf"]
CLOCK = "([01][0-9]|2[0-3]):[0-5][0-9]"
"""A time of day, as a pattern."""


class Section(BaseModel):
    """Base of all sections: unknown names are errors, values never change."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def known_zone(name: str) -> str:
    """Return the name of a time zone, or refuse one that nobody knows."""
    if name not in available_timezones():
        told = "it should be the name of a time zone, such as Europe/Berlin"
        raise PydanticCustomError("time_zone", told)
    return name


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
    hour: Annotated[str, Field(pattern=f"^{CLOCK}$")] = "10:00"
    minutes: Annotated[int, Field(ge=15, le=240, strict=True)] = 50
    time_zone: str = "Europe/Berlin"
    place: str = ""
    on_holiday: Literal["next working day", "skip"] = "next working day"
    members: Annotated[int, Field(ge=0, le=10, strict=True)] = 2

    @field_validator("time_zone")
    @classmethod
    def _known(cls, name: str) -> str:
        return known_zone(name)


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
    """``[data]``: where the data are and which mapping file reads them; empty for the sample.

    ``memory`` is what DuckDB may take; what does not fit goes to temporary files.
    """

    location: str = ""
    mapping: str = ""
    memory: Annotated[str, Field(pattern=r"^\d+(\.\d+)? ?[KMGT]i?B$")] = "5GB"


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
