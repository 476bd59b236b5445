"""Where the data are: opens a folder, a file, a database or frames, and reads tables on demand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from report_helpers import assets
from report_helpers.data import database, dialect, grid, sheets
from report_helpers.data.audit import Remark
from report_helpers.data.engine import Engine
from report_helpers.data.source import Raw
from report_helpers.data.spelling import plain
from report_helpers.errors import ConfigurationError, DataError, MissingData

if TYPE_CHECKING:
    import ibis
    import pandas as pd

    from report_helpers.data.mapping import Defaults

SAMPLE = "sample"
SETTINGS = "marsale.toml"
_TEXT = (".csv", ".tsv", ".txt")
_EXCEL = (".xlsx", ".xlsm")
_PARQUET = (".parquet", ".pq")
_DATABASE = (".duckdb", ".ddb")


Reader = Callable[["Defaults"], Raw]


@dataclass
class Place:
    """The tables found at a location, none of them read yet.

    Parameters
    ----------
    name : the location, for messages.
    engine : where text and files are put for reshaping.
    readers : how to read each table.
    files : the files each table is in, for the checksums.
    settings_file, mapping_file : ``marsale.toml`` and ``mapping.toml`` found beside the data.
    """

    name: str
    engine: Engine
    readers: dict[str, Reader] = field(default_factory=dict)
    files: dict[str, list[Path]] = field(default_factory=dict)
    address: str = ""
    settings_file: Path | None = None
    mapping_file: Path | None = None

    def add(self, name: str, reader: Reader, files: list[Path]) -> None:
        """Add a table; a second one of its name makes reading either an error."""
        twin = next((known for known in self.readers if plain(known) == plain(name)), name)
        known = self.files.get(twin, [])
        if twin in self.readers:
            names = " and ".join(file.name for file in (*known, *files)) or name
            reader = _refuse(f"two tables are called '{name}': {names}", self.name)
        self.readers[twin], self.files[twin] = reader, [*known, *files]


def find(location: Any) -> Place:
    """Find the tables at a location.

    Parameters
    ----------
    location : a folder or file (CSV, Excel, Parquet, DuckDB), an Ibis URL, ``"sample"``, or a
        dict of frames and Ibis tables.

    Raises
    ------
    MissingData
        When nothing is there.
    DataError
        When it cannot be opened.
    """
    if isinstance(location, dict):
        return _frames(location)
    text = str(location)
    if database.is_url(text):
        return _database(text)
    path = _sample() if text == SAMPLE else Path(text).expanduser()
    if not path.exists():
        raise MissingData(
            "there is no such file or folder",
            where=text,
            remedy="give a folder, a file, a database URL, or the word 'sample'",
        )
    folder = path if path.is_dir() else path.parent
    place = Place(text, Engine())
    try:
        place.settings_file = _beside(folder, SETTINGS)
        place.mapping_file = _beside(folder, "mapping.toml")
        files = sorted(path.iterdir()) if path.is_dir() else [path]
    except OSError as error:
        raise _closed(text, error) from error
    for file in files:
        _file(place, file)
    if not place.readers:
        kinds = ", ".join((*_TEXT, *_EXCEL, *_PARQUET, *_DATABASE))
        others = [file.name for file in files if not file.name.startswith((".", "~$"))]
        there = f"; there are {', '.join(others[:5])}" if others else ""
        raise MissingData(
            f"no data file is there{there}", where=text, remedy=f"the kit reads {kinds}"
        )
    return place


def _sample() -> Path:
    return assets.path("data", "sample")


def _beside(folder: Path, name: str) -> Path | None:
    return folder / name if (folder / name).is_file() else None


def _file(place: Place, file: Path) -> None:
    """Add the tables of one file, or of a folder of Parquet files, to the place."""
    name, kind = file.stem, file.suffix.lower()
    if file.name.startswith((".", "~$")):
        return
    if file.is_dir():
        parts = sorted(p for end in _PARQUET for p in file.rglob(f"*{end}"))
        if parts:
            place.add(file.name, _parquet(place.engine, parts, file.name), parts)
    elif kind in _TEXT:
        place.add(name, lambda defaults: _csv(file, defaults), [file])
    elif kind in _EXCEL:
        titles = sheets.names(file)
        for title in titles:
            called = name if len(titles) == 1 else title
            place.add(called, _sheet(file, title), [file])
    elif kind in _PARQUET:
        place.add(name, _parquet(place.engine, [file], name), [file])
    elif kind in _DATABASE:
        for called, table in place.engine.attach(file).items():
            place.add(called, _typed(f"{file.name}: {called}", table, local=True), [file])


def _closed(where: str, error: OSError) -> DataError:
    return DataError(
        f"it cannot be read ({error.strerror})",
        where=where,
        remedy="ask for the right to read it, or close the program that holds it",
    )


def _refuse(message: str, where: str) -> Reader:
    def read(_: Defaults) -> Raw:
        raise DataError(message, where=where, remedy="leave one of them in the folder")

    return read


def _csv(file: Path, defaults: Defaults) -> Raw:
    wanted = dialect.Dialect(defaults.encoding, defaults.delimiter)
    try:
        content = file.read_bytes()
    except OSError as error:
        raise _closed(file.name, error) from error
    rows, encoding = dialect.rows(content, file.name, wanted)
    found = grid.read(rows, file.name, grid.null_words(defaults.null_words))
    if encoding in ("cp1252", "latin-1") and not defaults.encoding:
        found.remarks.append(Remark(f"file read as {encoding}, as it is not UTF-8", 1))
    torn = [f"row {n}" for n, row in enumerate(rows, 1) if "\0" in "".join(row)]
    if torn:
        found.remarks.append(
            Remark("rows with NUL characters, which are left out", len(torn), tuple(torn[:3]))
        )
    return Raw(file.name, found.frame, nulls=found.nulls, remarks=found.remarks)


def _sheet(file: Path, title: str) -> Reader:
    def read(defaults: Defaults) -> Raw:
        name = f"{file.name}: {title}"
        found = grid.read(sheets.rows(file, title), name, grid.null_words(defaults.null_words))
        return Raw(name, found.frame, nulls=found.nulls, remarks=found.remarks)

    return read


def _parquet(engine: Engine, files: list[Path], name: str) -> Reader:
    shown = files[0].name if len(files) == 1 else f"{name} ({len(files)} files)"
    return lambda _: Raw(shown, table=engine.parquet(files, name))


def _typed(name: str, table: ibis.Table, *, local: bool) -> Reader:
    return lambda _: Raw(name, table=table, local=local)


def _frames(frames: dict[str, Any]) -> Place:
    import ibis
    import pandas as pd

    place = Place("the data given", Engine())
    for name, frame in frames.items():
        if isinstance(frame, pd.DataFrame):
            table = place.engine.put(_uniform(frame), name)
            place.add(name, _typed(name, table, local=True), [])
        elif isinstance(frame, ibis.Table):
            place.add(name, _typed(name, frame, local=False), [])
        else:
            raise ConfigurationError(
                f"'{name}' is a {type(frame).__name__}, and must be a pandas frame or Ibis table",
                remedy="convert it first, for instance with .to_pandas()",
            )
    return place


def _uniform(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the frame with columns of mixed types as text."""
    import pandas as pd

    frame = frame.rename(columns=str)
    mixed = [
        name
        for name, column in frame.items()
        if column.dtype == object and pd.api.types.infer_dtype(column).startswith("mixed")
    ]
    columns = {str(name): frame[name].map(str, na_action="ignore") for name in mixed}
    return frame.assign(**columns)


def _database(url: str) -> Place:
    backend = database.connect(url)
    shown = database.without_secrets(url)
    place = Place(shown, Engine(), address=shown)
    for name in backend.list_tables():
        place.add(name, _later(backend, name), [])
    return place


def _later(backend: Any, name: str) -> Reader:
    return lambda _: Raw(name, table=backend.table(name), local=False)
