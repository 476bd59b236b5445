from __future__ import annotations

from datetime import date

import pytest

from report_helpers.commands import source
from report_helpers.errors import ConfigurationError


@pytest.fixture
def here(tmp_path, monkeypatch):
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def test_without_options_it_is_the_sample_on_its_last_day(here):
    found = source.find(None, None, None, None)
    assert (found.data, found.mapping, found.as_of) == ("sample", "", None)


def test_data_of_ones_own_are_reported_as_of_today(here):
    found = source.find("crm", "own.toml", None, None)
    assert found.data == str(here / "crm")
    assert found.mapping == str(here / "own.toml")
    assert found.as_of == date.today()


def test_a_mapping_of_the_kit_goes_by_its_name(here):
    assert source.find("crm", "salesforce", None, None).mapping == "salesforce"
    (here / "marsale.toml").write_text('[data]\nmapping = "hubspot"\n', encoding="utf-8")
    assert source.find("crm", None, None, None).mapping == "hubspot"


def test_the_settings_name_the_data(here):
    (here / "marsale.toml").write_text(
        '[data]\nlocation = "crm"\nmapping = "own.toml"\n', encoding="utf-8"
    )
    found = source.find(None, None, None, None)
    assert found.data == str(here / "crm")
    assert found.mapping == str(here / "own.toml")
    assert found.settings_file == here / "marsale.toml"


def test_the_sample_needs_no_mapping_whatever_the_settings_say(here):
    (here / "marsale.toml").write_text('[data]\nmapping = "own.toml"\n', encoding="utf-8")
    assert source.find("sample", None, None, None).mapping == ""


def test_settings_beside_the_data_count(here, tmp_path):
    data = tmp_path / "crm"
    data.mkdir()
    (data / "marsale.toml").write_text('[company]\nname = "Beside"\n', encoding="utf-8")
    assert source.find(str(data), None, None, None).settings.company.name == "Beside"


@pytest.mark.parametrize("text", ["2026-13-01", "04.11.2026", "20261104", "2026-W45-3", "today"])
def test_what_is_no_date_is_refused(text):
    with pytest.raises(ConfigurationError, match=r"is not a date\n.*YYYY-MM-DD"):
        source.parse_day(text, date(2026, 11, 5))


def test_the_future_is_refused_and_today_is_not():
    today = date(2026, 11, 5)
    assert source.parse_day("2026-11-05", today) == today
    with pytest.raises(ConfigurationError, match="2026-11-06 lies in the future"):
        source.parse_day("2026-11-06", today)
