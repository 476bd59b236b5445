"""Mapping files as written: where they are, and one laid over the one it extends."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from report_helpers.data.contracts import TABLES
from report_helpers.errors import ConfigurationError
from report_helpers.settings import MAPPINGS

ORIGINS = frozenset({"from", "first_of", "constant"})  # a column has one; a new one replaces it


def parts(table: Any) -> list[Any]:
    """Return the parts a table is stacked from; most tables are written as just one."""
    return table if isinstance(table, list) else [table]


def spelt_out(value: Any) -> Any:
    """Return ``column = "heading"`` as the table ``{from = "heading"}``."""
    return {"from": value} if isinstance(value, str | list | tuple) else value


def locate(name: str, asker: Path | None = None) -> Path:
    """Return the path of a mapping: one that comes with the kit, or a file.

    Parameters
    ----------
    name : name or path; a path is meant from the folder of `asker`.
    asker : the mapping file that names it.

    Raises
    ------
    ConfigurationError
        When there is no such file.
    """
    if name in MAPPINGS:
        return Path(__file__).parent / "mappings" / f"{name}.toml"
    path = asker.parent / name if asker else Path(name).expanduser()
    if not path.is_file():
        raise ConfigurationError(
            f"there is no mapping file {path}",
            where=str(asker or ""),
            remedy=f"give the path of a file, or one of: {', '.join(MAPPINGS)}",
        )
    return path


def read(path: Path, seen: tuple[Path, ...] = ()) -> tuple[dict[str, Any], tuple[Path, ...]]:
    """Return a mapping file laid over the one it extends, and all the files read.

    Raises
    ------
    ConfigurationError
        When a file is not TOML, or files extend each other in a circle.
    """
    if path in seen:
        raise ConfigurationError("mapping files extend each other in a circle", where=str(path))
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigurationError(
            f"this is not TOML in UTF-8 ({error})", where=str(path), remedy="correct the line named"
        ) from error
    _spell_out(raw)
    if "extends" not in raw:
        return raw, (*seen, path)
    base, files = read(locate(str(raw["extends"]), path), (*seen, path))
    return _merged(base, raw), files


def _spell_out(raw: dict[str, Any]) -> None:
    """Write ``column = "heading"`` as a table, so that a mapping can extend it key by key."""
    for name in TABLES:
        for part in parts(raw.get(name, [])):
            columns = part.get("columns") if isinstance(part, dict) else None
            if isinstance(columns, dict):
                columns.update({key: spelt_out(value) for key, value in columns.items()})


def _merged(base: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    """Return `base` with the tables of `over` merged in and its other values replaced."""
    instead = ORIGINS if ORIGINS & over.keys() else frozenset[str]()
    result = {key: value for key, value in base.items() if key not in instead}
    for key, value in over.items():
        old = result.get(key)
        both = isinstance(old, dict) and isinstance(value, dict)
        result[key] = _merged(old, value) if both and old is not None else value
    return result
