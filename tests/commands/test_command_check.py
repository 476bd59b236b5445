from __future__ import annotations

from report_helpers import cli
from report_helpers.data.contracts import TABLES


def test_it_says_what_was_read(capsys):
    assert cli.main(["check", "--data", "sample"]) == 0
    said = capsys.readouterr().out
    assert "opportunities (opportunities.csv)" in said
    assert "read " in said


def test_data_that_cannot_carry_a_report_exit_with_3(tmp_path, capsys):
    (tmp_path / "leads.csv").write_text("lead_id,created_on\n1,2026-11-02\n", encoding="utf-8")
    assert cli.main(["check", "--data", str(tmp_path)]) == 3
    assert "opportunities" in capsys.readouterr().err


def test_a_duplicate_key_exits_with_3(tmp_path, capsys):
    names = [column.name for column in TABLES["opportunities"].columns if column.required]
    assert names == ["opportunity_id", "created_on", "outcome"]
    rows = "1,2026-11-02,open\n1,2026-11-03,open\n"
    file = tmp_path / "opportunities.csv"
    file.write_text(",".join(names) + "\n" + rows, encoding="utf-8")
    assert cli.main(["check", "--data", str(file)]) == 3
    assert "opportunity_id" in capsys.readouterr().err


def test_a_table_without_deals_cannot_carry_a_report(tmp_path, capsys):
    file = tmp_path / "opportunities.csv"
    file.write_text("opportunity_id,created_on,outcome\n", encoding="utf-8")
    assert cli.main(["check", "--data", str(file)]) == 3
    told = capsys.readouterr()
    assert "read 0 rows" in told.out
    assert "not one deal" in told.err


def test_days_to_come_are_told(tmp_path, capsys):
    file = tmp_path / "opportunities.csv"
    file.write_text("opportunity_id,created_on,outcome\n1,2026-11-12,open\n", encoding="utf-8")
    assert cli.main(["check", "--data", str(file), "--as-of", "2026-11-02"]) == 0
    assert "10 days after 2026-11-02, where nothing counts yet" in capsys.readouterr().out
