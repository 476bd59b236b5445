"""Where a store is: read from a path or URL, shown without its password."""

from __future__ import annotations

from pathlib import Path

import pytest

from report_helpers.errors import ConfigurationError
from report_helpers.teams.connection import engine_of, parsed, shown


@pytest.mark.parametrize("url", ["mysql://host/db", "postgresql://host", "://", "sqlite://"])
def test_what_is_no_store_is_refused_with_the_forms_that_are(url: str) -> None:
    with pytest.raises(ConfigurationError, match="write a file's path"):
        parsed(url)


def test_a_password_is_never_shown() -> None:
    assert "secret" not in shown("postgresql://ada:secret@host/db")
    assert shown("notes/marsale.db") == str(Path("notes/marsale.db"))


def test_a_path_is_a_sqlite_file_and_postgresql_gets_its_driver(tmp_path: Path) -> None:
    assert parsed(tmp_path / "a.db") == parsed(str(tmp_path / "a.db"))
    assert parsed("sqlite:///a.db").database == "a.db"
    assert parsed("postgres://host/db").drivername == "postgresql+psycopg"


def test_a_missing_driver_is_named_with_how_to_get_it() -> None:
    with pytest.raises(ConfigurationError, match=r"pip install 'marsale-report-kit\[postgres\]'"):
        engine_of(parsed("postgresql+psycopg://host/db").set(drivername="postgresql+pg8000"))
