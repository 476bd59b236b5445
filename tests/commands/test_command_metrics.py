from __future__ import annotations

import csv
import io
import json
from datetime import date

import numpy as np
import pandas as pd
import pytest

from report_helpers import cli
from report_helpers.commands.metrics import as_csv, as_json, as_table, parse_period
from report_helpers.errors import ConfigurationError, UnknownName
from report_helpers.periods import Period

FIGURES = pd.DataFrame(
    {
        "metric": ["win_rate", "won_amount"],
        "group": ["=cmd|'/C calc'!A0", "Größe"],
        "value": [0.28125, -1250000.0],
        "n": [32, 9],
        "low": [0.1, np.nan],
        "reason": ["", "@home"],
    }
)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("week", "2026-W44"),
        ("fortnight", "2026-W43-W44"),
        ("three_weeks", "2026-W42-W44"),
        ("2026-10-01..2026-10-31", "2026-10-01..2026-10-31"),
    ],
)
def test_a_period_is_a_word_or_two_days(text, key):
    found = parse_period(text, date(2026, 11, 4))
    assert isinstance(found, Period)
    assert found.key == key


def test_all_is_all():
    assert parse_period("all", date(2026, 11, 4)) == "all"


def test_other_periods_are_refused():
    with pytest.raises(UnknownName, match="unknown period 'month'"):
        parse_period("month", date(2026, 11, 4))
    with pytest.raises(ConfigurationError, match="ends before it starts"):
        parse_period("2026-11-02..2026-11-01", date(2026, 11, 4))
    with pytest.raises(ConfigurationError, match="is not a date"):
        parse_period("2026-11-02..", date(2026, 11, 4))


def test_json_has_null_for_what_is_missing():
    rows = json.loads(as_json(FIGURES))
    assert rows[0]["value"] == 0.28125
    assert rows[0]["n"] == 32
    assert rows[1]["low"] is None
    assert "NaN" not in as_json(FIGURES)
    assert "Größe" in as_json(FIGURES)


def test_csv_lets_no_text_act_as_a_formula_and_leaves_numbers_alone():
    rows = list(csv.DictReader(io.StringIO(as_csv(FIGURES))))
    assert rows[0]["group"] == "'=cmd|'/C calc'!A0"
    assert rows[1]["reason"] == "'@home"
    assert float(rows[1]["value"]) == -1250000
    assert rows[1]["low"] == ""


def test_a_table_is_aligned():
    lines = as_table(FIGURES).splitlines()
    assert lines[0].split() == ["metric", "group", "value", "n", "low", "reason"]
    shown = ["0.2812", "-1,250,000"]
    ends = [line.index(text) + len(text) for line, text in zip(lines[1:], shown, strict=True)]
    assert ends == [lines[0].index("value") + 5] * 2


def test_the_command_computes_the_samples_figures(capsys):
    words = ["metrics", "--metric", "win_rate", "--by", "segment", "--format", "json"]
    assert cli.main([*words, "--period", "all", "--data", "sample"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert {row["metric"] for row in rows} == {"win_rate"}
    whole = next(r for r in rows if r["group"] == "all" and r["basis"] == "closed")
    assert 0.2 < whole["value"] < 0.4
    assert whole["low"] < whole["value"] < whole["high"]
    parts = [r for r in rows if r["by"] == "segment" and r["basis"] == "closed"]
    assert sum(part["n"] for part in parts) == whole["n"]


def test_a_table_stands_straight_and_text_in_it_cannot_act():
    names = ["日本語", "a\x1b[2Jb", "x\u202ey\nz"]
    frame = pd.DataFrame({"group": names, "value": [1.0, 2.0, np.inf]})
    table = as_table(frame)
    assert table == "group   value\n日本語      1\na?[2Jb      2\nx?y z\n"
    assert json.loads(as_json(frame))[2]["value"] is None
