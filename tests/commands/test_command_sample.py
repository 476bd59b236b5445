from __future__ import annotations

from report_helpers import cli


def test_the_same_options_give_the_same_bytes(tmp_path, capsys):
    options = ["--seed", "3", "--weeks", "30", "--deals", "120", "--until", "2025-06-04"]
    for name in ("one", "two"):
        assert cli.main(["sample", str(tmp_path / name), *options]) == 0
    assert "opportunities.csv  120 rows" in capsys.readouterr().out
    one = {p.name: p.read_bytes() for p in (tmp_path / "one").glob("*.csv")}
    assert one == {p.name: p.read_bytes() for p in (tmp_path / "two").glob("*.csv")}
    assert len(one) > 5
