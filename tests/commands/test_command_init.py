from __future__ import annotations

import pytest

from report_helpers import cli, settings
from report_helpers.commands.init import contents
from report_helpers.data.contracts import TABLES


def test_a_workspace_holds_settings_mappings_and_empty_tables(tmp_path, capsys):
    folder = tmp_path / "our reports"
    assert cli.main(["init", str(folder)]) == 0
    made = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}
    assert made == set(contents())
    assert {f"data/{name}.csv" for name in TABLES} < made
    assert {"mappings/salesforce.toml", "mappings/hubspot.toml", "mappings/plain.toml"} < made
    header = (folder / "data" / "opportunities.csv").read_text(encoding="utf-8")
    assert header == ",".join(TABLES["opportunities"].names) + "\n"
    assert "README.md" in capsys.readouterr().out


def test_its_settings_are_valid_and_say_the_defaults(tmp_path):
    file = tmp_path / "marsale.toml"
    file.write_text(contents()["marsale.toml"], encoding="utf-8")
    found, default = settings.load(file), settings.Settings()
    assert (found.company, found.calendar, found.report) == (
        default.company,
        default.calendar,
        default.report,
    )
    assert found.data.location == str(tmp_path / "data")


def test_every_setting_there_is_stands_in_the_file():
    text = contents()["marsale.toml"]
    for name, field in settings.Settings.model_fields.items():
        assert f"[{name}]" in text
        for setting in type(field.default).model_fields:
            assert f"\n{setting} = " in text or f"\n# {setting} = " in text, setting


def test_a_folder_with_files_is_refused(tmp_path, capsys):
    (tmp_path / "notes.txt").touch()
    assert cli.main(["init", str(tmp_path)]) == 2
    assert "not empty" in capsys.readouterr().err
    assert [p.name for p in tmp_path.iterdir()] == ["notes.txt"]


def test_force_never_overwrites(tmp_path):
    mine = tmp_path / "marsale.toml"
    mine.write_text("# mine\n", encoding="utf-8")
    assert cli.main(["init", str(tmp_path), "--force"]) == 0
    assert mine.read_text(encoding="utf-8") == "# mine\n"
    assert (tmp_path / "data" / "leads.csv").is_file()


@pytest.mark.parametrize("name", ["README.md", "marsale.toml", ".gitignore"])
def test_texts_are_plain_utf8_with_a_last_line_break(name):
    assert contents()[name].endswith("\n")
