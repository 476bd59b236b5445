from __future__ import annotations

from report_helpers import cli
from report_helpers.commands import sample
from report_helpers.data.sample import blocks


def test_the_same_options_give_the_same_bytes(tmp_path, capsys):
    options = ["--seed", "3", "--weeks", "30", "--deals", "120", "--until", "2025-06-04"]
    for name in ("one", "two"):
        assert cli.main(["sample", str(tmp_path / name), *options]) == 0
    assert "opportunities.csv  120 rows" in capsys.readouterr().out
    one = {p.name: p.read_bytes() for p in (tmp_path / "one").glob("*.csv")}
    assert one == {p.name: p.read_bytes() for p in (tmp_path / "two").glob("*.csv")}
    assert len(one) > 5


def test_many_deals_are_made_in_blocks_and_say_how_far_they_are(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(sample, "MOST_AT_ONCE", 500)
    monkeypatch.setattr(blocks, "BLOCK", 300)
    assert cli.main(["sample", str(tmp_path), "--weeks", "30", "--deals", "1_200"]) == 0
    said = capsys.readouterr()
    assert said.err.splitlines() == [f"{n} of 1,200 deals" for n in ("300", "600", "900", "1,200")]
    assert "opportunities.parquet  1,200 rows" in said.out
    assert "campaigns.csv" in said.out
