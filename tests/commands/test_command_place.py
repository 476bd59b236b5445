"""Which store a command uses, from what was given, set, or is there."""

from __future__ import annotations

from pathlib import Path

import pytest

from report_helpers.commands import place
from report_helpers.errors import ConfigurationError
from report_helpers.settings import Settings, Store, load


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_what_is_given_comes_before_what_is_set(tmp_path: Path) -> None:
    (tmp_path / "marsale.toml").write_text("[store]\nurl = 'set.db'\n", encoding="utf-8")
    assert place.find("given.db", None).url == str(tmp_path / "given.db")
    assert place.find(None, None).url == str(tmp_path / "set.db")
    with pytest.raises(ConfigurationError, match="there is no settings file"):
        place.find(None, "other.toml")


def test_without_anything_it_is_in_the_working_folder(tmp_path: Path) -> None:
    assert place.find(None, None).url == str(tmp_path / "marsale.db")


def test_settings_without_a_store_mean_the_one_beside_them(tmp_path: Path) -> None:
    (tmp_path / "set").mkdir()
    for text in ("", "[store]\n", "[store]\nurl = ''\n"):
        (tmp_path / "set" / "marsale.toml").write_text(text, encoding="utf-8")
        found = load(tmp_path / "set" / "marsale.toml").store.url
        assert found == str(tmp_path / "set" / "marsale.db")


def test_a_report_reads_a_store_that_is_there_and_the_sample_none(tmp_path: Path) -> None:
    assert place.for_reports(None, Settings(), "crm") == ""
    (tmp_path / "marsale.db").touch()
    assert place.for_reports(None, Settings(), "crm") == str(tmp_path / "marsale.db")
    assert place.for_reports(None, Settings(), "sample") == ""
    assert place.for_reports("a.db", Settings(), "sample") == str(tmp_path / "a.db")
    company = Settings(store=Store(url="postgresql://host/db"))
    assert place.for_reports(None, company, "crm") == "postgresql://host/db"
