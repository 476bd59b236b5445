from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from report_helpers import settings
from report_helpers.errors import ConfigurationError, UnknownName


@pytest.fixture
def write(tmp_path):
    def _write(text: str, encoding: str = "utf-8") -> Path:
        file = tmp_path / "marsale.toml"
        file.write_text(text, encoding=encoding)
        return file

    return _write


def test_no_file_gives_the_defaults():
    found = settings.load()
    assert found.company.name == "Our company"
    assert found.calendar.fiscal_year_starts == 1
    assert found.report.paper == "a4"
    assert found.data.location == ""
    assert found.output.folder == "output"
    assert found.goals.baseline_from is None
    assert found.commitments.model_dump() == {
        "first_touch_hours": 24,
        "attempts": 3,
        "attempts_days": 5,
    }


def test_a_baseline_is_written_as_dates(write):
    found = settings.load(write("[goals]\nbaseline_from = 2025-01-06\nbaseline_to = 2025-07-06\n"))
    assert found.goals.baseline_to == date(2025, 7, 6)


@pytest.mark.parametrize(
    "text",
    [
        "baseline_from = 2025-01-06",
        "baseline_from = 2025-07-06\nbaseline_to = 2025-01-06",
    ],
)
def test_a_baseline_has_two_ends_in_order(write, text):
    with pytest.raises(ConfigurationError, match=r"\[goals\].*baseline") as caught:
        settings.load(write(f"[goals]\n{text}\n"))
    assert "baseline_to" in caught.value.remedy


def test_what_the_file_says_replaces_the_defaults(write):
    file = write('[company]\nname = "Åsa & Söner"\n[report]\nformats = ["pdf"]\npaper = "letter"\n')
    found = settings.load(file)
    assert found.company.name == "Åsa & Söner"
    assert found.company.currency == "EUR"
    assert found.report.formats == ("pdf",)
    assert found.report.paper == "letter"


def test_settings_cannot_change():
    with pytest.raises(ValueError, match="frozen"):
        settings.load().company.name = "Another"


def test_a_byte_order_mark_is_no_fault(write):
    file = write('[company]\nname = "Notepad"\n', encoding="utf-8-sig")
    assert settings.load(file).company.name == "Notepad"


@pytest.mark.parametrize(
    ("text", "fault", "remedy"),
    [
        ('[company]\nnam = "x"', "[company]: unknown setting 'nam'", "did you mean 'name'"),
        ('[compny]\nname = "x"', "unknown section 'compny'", "did you mean 'company'"),
    ],
)
def test_unknown_names_get_a_proposal(write, text, fault, remedy):
    with pytest.raises(UnknownName) as caught:
        settings.load(write(text))
    assert fault in str(caught.value)
    assert remedy in str(caught.value)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("[calendar]\nbrief_weeks = 4", "[calendar] brief_weeks = 4"),
        ("[calendar]\nfiscal_year_starts = 13", "[calendar] fiscal_year_starts = 13"),
        ("[calendar]\nfiscal_year_starts = true", "[calendar] fiscal_year_starts = True"),
        ('[report]\nformats = ["html", "doc"]', "[report] formats 1 = 'doc'"),
        ("[report]\nformats = []", "[report] formats = []"),
        ('[report]\npaper = "a5"', "[report] paper = 'a5'"),
        ('[company]\ncurrency = "euro"', "[company] currency = 'euro'"),
        ('[company]\nname = ""', "[company] name = ''"),
        ("[commitments]\nattempts = 0", "[commitments] attempts = 0"),
        ("[commitments]\nfirst_touch_hours = 0", "[commitments] first_touch_hours = 0"),
        ("company = 3", "[company] = 3"),
    ],
)
def test_a_wrong_value_is_named_with_its_place(write, text, fault):
    file = write(text)
    with pytest.raises(ConfigurationError) as caught:
        settings.load(file)
    assert f"{file}: {fault} is not allowed" in str(caught.value)
    assert caught.value.remedy.startswith("it should")


def test_what_is_not_toml_is_said_with_its_line(write):
    with pytest.raises(ConfigurationError, match=r"not valid TOML.*line 2"):
        settings.load(write('[data]\nlocation = "C:\\marsale"\n'))


def test_what_is_not_utf8_is_said(write):
    with pytest.raises(ConfigurationError, match="not UTF-8"):
        settings.load(write('[company]\nname = "Müller"', encoding="latin-1"))


def test_a_file_that_is_not_there_is_said(tmp_path):
    with pytest.raises(ConfigurationError, match="cannot be read"):
        settings.load(tmp_path / "marsale.toml")


def test_relative_paths_are_meant_from_the_files_folder(write, tmp_path):
    found = settings.load(write('[data]\nlocation = "crm"\n[output]\nfolder = "reports"\n'))
    assert found.data.location == str(tmp_path / "crm")
    assert found.output.folder == str(tmp_path / "reports")


@pytest.mark.parametrize("location", ["sample", "postgres://crm/db", ""])
def test_words_and_urls_are_no_paths(write, location):
    assert settings.load(write(f'[data]\nlocation = "{location}"\n')).data.location == location


def test_the_named_file_is_found_first_then_the_folders_then_the_datas(tmp_path):
    here, data = tmp_path / "here", tmp_path / "data"
    for folder in (here, data):
        folder.mkdir()
    assert settings.find(None, str(data), here) is None
    beside = data / "marsale.toml"
    beside.touch()
    (data / "deals.csv").touch()
    assert settings.find(None, str(data), here) == beside
    assert settings.find(None, str(data / "deals.csv"), here) == beside
    (here / "marsale.toml").touch()
    assert settings.find(None, str(data), here) == here / "marsale.toml"
    assert settings.find(str(beside), "", here) == beside


def test_a_named_file_must_exist(tmp_path):
    with pytest.raises(ConfigurationError, match=r"no settings file 'none\.toml'"):
        settings.find("none.toml", "", tmp_path)


def test_no_settings_lie_beside_a_url(tmp_path):
    assert settings.find(None, "postgres://crm/db", tmp_path) is None


def test_recipients_are_read_one_block_each(write):
    found = settings.load(
        write('[[mail.recipients]]\naddress = "ann@example.com"\nteam = "sales"\n')
    )
    (ann,) = found.mail.recipients
    assert (ann.address, ann.team, ann.reports) == ("ann@example.com", "sales", ("weekly", "brief"))


def test_a_wrong_setting_of_a_recipient_is_named(write):
    with pytest.raises(UnknownName, match="'adress'") as error:
        settings.load(write('[[mail.recipients]]\nadress = "ann@example.com"\n'))
    assert "did you mean 'address'" in str(error.value)


def test_a_recipient_needs_an_address(write):
    with pytest.raises(ConfigurationError, match="recipients 0 address is missing"):
        settings.load(write('[[mail.recipients]]\nname = "Ann"\n'))


@pytest.mark.parametrize(
    ("section", "text"),
    [
        ("mail", 'server = "http://mail.example.com"'),
        ("mail", 'server = "smtp://ann:secret@mail.example.com"'),
        ("mail", 'sender = "Ann <ann@example.com>"'),
        ("mail", 'sender = "ann@example.com\\nBcc: eve@example.com"'),
        ("mail", 'owner = "ops@example..com"'),
        ("mail", 'recipients = [{ address = "ann@example..com" }]'),
        ("schedule", 'weekly = "mon 7"'),
        ("schedule", 'weekly = "monday 24:00"'),
        ("schedule", 'shadowing = "31 08:00"'),
        ("schedule", 'time_zone = "Europe/Atlantis"'),
        ("replies", 'address = "nobody"'),
    ],
)
def test_what_delivery_cannot_use_is_refused(write, section, text):
    with pytest.raises(ConfigurationError, match=rf"\[{section}\]"):
        settings.load(write(f"[{section}]\n{text}\n"))
