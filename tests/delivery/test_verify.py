"""An issue made again from its frozen inputs is the same; where it is not, every difference shows.

The data are 16 weeks of 6 leads and 4 deals each, so that a report takes seconds.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from report_helpers.delivery import frozen_inputs
from report_helpers.delivery.verify import differences, frozen_of, remarks, verify
from report_helpers.errors import DataError
from report_helpers.publish.run import Job, run
from report_helpers.teams.issues import Issue

SETTINGS = '[company]\nname = "Ours"\n[store]\nurl = "marsale.db"\n'


def write(folder: Path) -> None:
    weeks = pd.date_range("2026-07-20", periods=16, freq="7D")
    deals = [
        {
            **{"opportunity_id": f"D{w}-{i}", "created_on": day, "amount": 100.0 + i},
            **{"closed_on": day + pd.Timedelta(days=2), "outcome": "won" if i < 2 else "lost"},
        }
        for w, day in enumerate(weeks)
        for i in range(4)
    ]
    leads = [
        {"lead_id": f"L{w}-{i}", "created_on": day, "mql_on": day if i < 3 else None}
        for w, day in enumerate(weeks)
        for i in range(6)
    ]
    folder.mkdir()
    pd.DataFrame(deals).to_csv(folder / "opportunities.csv", index=False)
    pd.DataFrame(leads).to_csv(folder / "leads.csv", index=False)


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("verify")
    write(folder / "data")
    (folder / "own.toml").write_text(SETTINGS, encoding="utf-8")
    return folder


def job(work: Path, output: str) -> Job:
    where = {"data": str(work / "data"), "as_of": "2026-11-10", "settings": str(work / "own.toml")}
    return Job("weekly", work / output, offers={**where, "previous": str(work / output)})


@pytest.fixture(scope="module")
def issue(work: Path) -> Issue:
    result = run(job(work, "output"))
    facts, manifest = (
        json.loads((result.folder / name).read_text(encoding="utf-8"))
        for name in ("facts.json", "manifest.json")
    )
    frozen = frozen_inputs.freeze(result.folder, work / "output", 500)
    return Issue(
        report="weekly",
        period=facts["period"]["key"],
        starts_on=date.fromisoformat(facts["period"]["start"]),
        facts=facts,
        parameters={**manifest["parameters"], "inputs": frozen},
        folder=result.folder.relative_to(work / "output").as_posix(),
    )


def test_the_same_inputs_give_the_same_bytes(work: Path, issue: Issue) -> None:
    again = run(job(work, "elsewhere"))
    for kind in ("html", "pdf"):
        first, second = (
            next(folder.glob(f"*.{kind}")).read_bytes()
            for folder in (work / "output" / issue.folder, again.folder)
        )
        assert first == second, kind


def test_an_issue_is_what_its_inputs_say_whatever_became_of_them(work: Path, issue: Issue) -> None:
    for file in ("leads.csv", "opportunities.csv"):
        (work / "data" / file).rename(work / file)
    wrong = json.loads(json.dumps(issue.facts))
    figure = next(f for f in wrong["figures"] if f["metric"] == "won_amount")
    figure["value"] += 1
    found = verify(replace(issue, facts=wrong), work / "output")
    assert [d.line() for d in found] == ["figures/won_amount/value: was 202.0, is 201.0"]


def test_an_issue_without_inputs_cannot_be_verified(work: Path, issue: Issue) -> None:
    with pytest.raises(DataError, match="not kept"):
        verify(replace(issue, parameters={}, folder="weekly/none"), work / "output")


def test_the_folder_knows_where_the_ledger_does_not(work: Path, issue: Issue) -> None:
    assert frozen_of(replace(issue, parameters={}), work / "output") == issue.parameters["inputs"]


def test_another_version_is_a_remark(work: Path, issue: Issue) -> None:
    assert remarks(issue, work / "output") == []
    old = {**issue.facts, "history": {"version": "0.0.1"}}
    (said,) = remarks(replace(issue, facts=old), work / "output")
    assert said.startswith("made by version 0.0.1, verified by ")


@pytest.mark.parametrize(
    ("told", "now", "expected"),
    [
        ({"a": 0.1 + 0.2}, {"a": 0.3}, []),
        ({"a": None}, {"a": 0.0}, ["a: was missing, is 0.0"]),
        ({"a": [1, 2]}, {"a": [1]}, ["a/1: was 2, is missing"]),
        (
            {"a": {"b": "x"}},
            {"a": {"b": "y", "c": 1}},
            ["a/b: was x, is y", "a/c: was missing, is 1"],
        ),
        ({"inputs": [1], "history": {"mapping": "x", "version": "1"}}, {"history": {}}, []),
        ({"a": True}, {"a": False}, ["a: was True, is False"]),
    ],
)
def test_differences(told: Any, now: Any, expected: list[str]) -> None:
    assert [difference.line() for difference in differences(told, now)] == expected


def test_figures_are_named_by_what_they_are() -> None:
    told = [{"metric": "win_rate", "basis": basis, "group": "all", "n": 1} for basis in "ab"]
    now = [{**figure, "n": 2} if figure["basis"] == "b" else figure for figure in told]
    assert [d.where for d in differences({"figures": told}, {"figures": now})] == [
        "figures/win_rate b/n"
    ]
