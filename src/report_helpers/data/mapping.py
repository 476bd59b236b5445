"""Mapping files: how a company's own files and headings become the canonical tables (TOML).

``docs/data.md`` explains the language with examples.
"""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from report_helpers.data import overlay
from report_helpers.data.contracts import TABLES
from report_helpers.data.spelling import plain
from report_helpers.errors import ConfigurationError, UnknownName

_TOP = ("defaults", "extends", "ignore")


def _several(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


def _text(value: Any) -> Any:
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, int | float) else value


Names = Annotated[tuple[str, ...], BeforeValidator(_several)]
Text = Annotated[str, BeforeValidator(_text)]
Decimal = Literal[".", ","]


class Section(BaseModel):
    """Base of all sections: a key nobody declared is an error that names the nearest one."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def _known(cls, raw: Any) -> Any:
        if isinstance(raw, dict):
            known = {field.alias or name for name, field in cls.model_fields.items()}
            for key in raw:
                if key not in known:
                    raise UnknownName("mapping key", key, known)
        return raw


class Source(Section):
    """Where one column comes from.

    Parameters
    ----------
    from_ : headings it may have, in order of preference (``from`` in the file); where no origin
        is given, the column's own name.
    first_of : sources of which the first that has a value on a row counts.
    constant : one value for all rows.
    translate : values to replace, whatever their case; to ``""`` makes them null.
    otherwise : what every value not in `translate` becomes; ``""`` makes them null.
    needs : headings of which one must be there too, or the source does not count.
    split : keep the text before this separator, as of several ids in one cell.
    date_format, decimal : how its values are written, as in ``[defaults]``.
    """

    from_: Names = Field(default=(), alias="from")
    first_of: tuple[Source, ...] = ()
    constant: Text | None = None
    translate: dict[str, Text] = {}
    otherwise: Text | None = None
    needs: Names = ()
    split: str = ""
    date_format: Names = ()
    decimal: Decimal | None = None

    @model_validator(mode="after")
    def _one_origin(self) -> Source:
        if bool(self.from_) + bool(self.first_of) + (self.constant is not None) != 1:
            raise ValueError("write exactly one of 'from', 'first_of' and 'constant'")
        return self

    @property
    def plain(self) -> bool:
        """Whether the column is taken as it is."""
        return bool(self.from_) and not (
            self.translate or self.split or self.needs or self.otherwise is not None
        )

    @property
    def headings(self) -> tuple[str, ...]:
        """All the headings it may come from."""
        return self.from_ + tuple(name for part in self.first_of for name in part.headings)


class Join(Section):
    """Columns of another file, added where its key equals ours (each key once over there).

    Parameters
    ----------
    file : names the file may have.
    on : our heading = the other file's heading.
    """

    file: Names
    on: dict[str, str] = Field(min_length=1)


class Part(Section):
    """One file that a canonical table is made from.

    Parameters
    ----------
    file : names the file may have, without ending; ``*`` stands for any text.
    columns : canonical column = where it comes from.
    join : further files whose columns are added.
    where : heading = the value or values a row must have to be kept.
    drop : headings that are not read for lack of a mapping, such as personal data.
    date_format, decimal : how its values are written, as in ``[defaults]``.
    """

    file: Names = ()
    columns: dict[str, Annotated[Source, BeforeValidator(overlay.spelt_out)]] = {}
    join: tuple[Join, ...] = ()
    where: dict[str, Names] = {}
    drop: tuple[str, ...] = ()
    date_format: Names = ()
    decimal: Decimal | None = None

    @cached_property
    def plain(self) -> bool:
        """Whether the file's columns only need other names."""
        return not (self.join or self.where) and all(s.plain for s in self.columns.values())


class Defaults(Section):
    """``[defaults]``: how the files are written, unless a table or column says otherwise.

    Parameters
    ----------
    date_format : one or more formats of :meth:`datetime.datetime.strptime`.
    decimal : the character before the decimals; empty: found out column by column.
    null_words : further words that mean "no value".
    encoding, delimiter : of text files; empty: found out file by file.
    """

    date_format: Names = ()
    decimal: Decimal | None = None
    null_words: tuple[str, ...] = ()
    encoding: str = ""
    delimiter: str = Field(default="", max_length=1)


class Mapping(Section):
    """A mapping file, checked.

    Parameters
    ----------
    tables : for each canonical table, the parts it is stacked from.
    defaults : how the files are written.
    ignore : canonical tables not to look for.
    files : the files the mapping itself was read from.
    """

    tables: dict[str, tuple[Part, ...]] = {}
    defaults: Defaults = Defaults()
    ignore: tuple[str, ...] = ()
    files: tuple[Path, ...] = ()

    def parts(self, table: str) -> tuple[Part, ...]:
        """Return the parts of a canonical table.

        A column the mapping does not speak of is taken from the heading of its name; a table it
        does not speak of from the file of its name.
        """
        parts = self.tables.get(table, (Part(file=(table,)),))
        return tuple(_completed(part, TABLES[table].names) for part in parts)


def _completed(part: Part, names: tuple[str, ...]) -> Part:
    dropped = {plain(heading) for heading in part.drop}
    own = {
        name: Source.model_validate({"from": name}) for name in names if plain(name) not in dropped
    }
    ordered = {name: part.columns.get(name, source) for name, source in own.items()}
    return part.model_copy(update={"columns": {**ordered, **part.columns}})


def load(mapping: str | Path | None) -> Mapping:
    """Read a mapping: a file's path, or the name of one that comes with the kit.

    Raises
    ------
    ConfigurationError
        When the file cannot be read or says something impossible.
    UnknownName
        When a table, column or key is not known; the message names the nearest.

    Examples
    --------
    >>> load("salesforce").parts("opportunities")[0].columns["created_on"].from_[:2]
    ('CreatedDate', 'Created Date')
    """
    if mapping is None:
        return Mapping()
    raw, files = overlay.read(overlay.locate(str(mapping)))
    where = str(mapping)
    for key in raw:
        if key not in (*_TOP, *TABLES):
            raise UnknownName("table", key, (*TABLES, *_TOP), where=where)
    tables = {name: overlay.parts(raw[name]) for name in TABLES if name in raw}
    for name, parts in tables.items():
        _settle_columns(name, parts, where)
    top = {key: raw[key] for key in ("defaults", "ignore") if key in raw}
    try:
        return Mapping.model_validate({"tables": tables, "files": files, **top})
    except UnknownName as error:
        error.where = where
        raise
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(step) for step in first["loc"])
        raise ConfigurationError(
            f"{place}: {first['msg']}", where=where, remedy="docs/data.md shows how to write it"
        ) from error


def _settle_columns(name: str, parts: list[Any], where: str) -> None:
    """Refuse unknown columns; one without an origin comes from the heading of its own name."""
    contract = TABLES[name]
    for part in parts:
        columns = part.get("columns") if isinstance(part, dict) else None
        for column, source in columns.items() if isinstance(columns, dict) else ():
            if column not in contract.names and not contract.extra:
                raise UnknownName(f"column of {name}", column, contract.names, where=where)
            if isinstance(source, dict) and not overlay.ORIGINS & source.keys():
                source["from"] = column
