from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import report_helpers as rh
from report_helpers.errors import BadValue, ConfigurationError, UnknownName
from report_helpers.publish import groups
from report_helpers.publish.groups import Group


@pytest.fixture
def data():
    deals = {
        "opportunity_id": ["1", "2", "3", "4"],
        "created_on": pd.to_datetime(["2026-10-05"] * 4),
        "outcome": ["open"] * 4,
        "region": ["North", "South", None, "north"],
        "owner": ["Ann", "Bo", "Bo", "Ann"],
        "loss_reason": [None] * 4,
    }
    lead = {"lead_id": ["l"], "created_on": deals["created_on"][:1], "region": ["West"]}
    targets = {"metric": ["mqls"], "target": [3.0], "per": ["week"], "owner": ["Head of it"]}
    return rh.load(
        {
            "opportunities": pd.DataFrame(deals),
            "leads": pd.DataFrame(lead),
            "targets": pd.DataFrame(targets).assign(starts_on=pd.Timestamp("2026-01-01")),
        }
    )


def named(found: list[Group]) -> list[str]:
    return [group.name for group in found]


def test_a_group_for_each_value_of_deals_and_leads(data):
    assert named(groups.find("region", data)) == ["North", "South", "West", "north"]


def test_who_answers_for_a_target_is_no_seller(data):
    assert named(groups.find("owner", data)) == ["Ann", "Bo"]


def test_what_is_no_column_is_refused_with_those_there_are(data):
    with pytest.raises(UnknownName, match=r"unknown column 'regoin'[\s\S]*mean 'region'"):
        groups.find("regoin", data)


def test_a_column_without_a_value_makes_no_report(data):
    with pytest.raises(ConfigurationError, match="no deal and no lead has a loss_reason"):
        groups.find("loss_reason", data)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("region\nNorth\n\nSouth\nNorth\n", ["North", "South"]),
        ("column,value\nregion,North\nowner,Ann\n", ["North", "Ann"]),
        ('region,"North, by the sea"\r\nowner, Ann\r\n', ["North, by the sea", "Ann"]),
        ("\ufeffowner\nHélène\n", ["Hélène"]),
    ],
)
def test_a_file_lists_groups(tmp_path, data, text, expected):
    file = tmp_path / "groups.csv"
    file.write_text(text, encoding="utf-8", newline="")
    assert named(groups.find(str(file), data)) == expected


@pytest.mark.parametrize(
    ("text", "line"),
    [("region,North\nowner\n", 2), ("colour\nred\n", 2), ("region,\n", 1), ("region,a,b\n", 1)],
)
def test_a_line_that_is_no_group_is_named(tmp_path, data, text, line):
    file = tmp_path / "groups.csv"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(BadValue, match=rf"groups.csv, line {line}: .*is no group"):
        groups.find(str(file), data)


@pytest.mark.parametrize("content", [b"", b"\n\n", b"region\nM\xfcnchen\n"])
def test_a_file_without_groups_or_in_another_encoding_is_refused(tmp_path, data, content):
    file = tmp_path / "groups.csv"
    file.write_bytes(content)
    with pytest.raises(ConfigurationError, match=r"groups\.csv"):
        groups.find(str(file), data)


def test_names_that_differ_in_case_or_blanks_get_folders_of_their_own():
    texts = ["Mid market", "mid-market", "MID  MARKET", "Other", "R&D", "R/D"]
    found = groups.places([Group((("segment", text),)) for text in texts])
    assert len({place.casefold() for place in found.values()}) == len(texts)
    assert found[Group((("segment", "Other"),))] == "other"


def test_a_segment_never_shares_a_folder_with_another_column():
    found = groups.places([Group((("segment", "region=north"),)), Group((("region", "north"),))])
    assert len(set(found.values())) == 2


@pytest.mark.parametrize("text", ["../../etc", "a/b\\c", "CON:", "<b>", "\n", "x" * 300, "市場"])
def test_a_name_is_never_a_path(text):
    place = Group((("region", text),)).place
    assert Path(place).name == place
    assert not set(place) & set('/\\:<>"|?*\n')
    assert len(place) < 80


def test_columns_become_parameters_as_the_notebook_has_them():
    north = Group((("region", "North"),))
    assert north.given({"region": "", "data": ""}) == {"region": "North"}
    assert north.given({"region": "", "where": {}}) == {"where": {"region": "North"}}
    assert Group((("segment", "A"),)).given({"where": {}}) == {"where": {"segment": "A"}}
