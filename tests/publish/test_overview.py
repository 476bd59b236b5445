"""The page that lists the reports of all groups."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import report_helpers as rh
from report_helpers.delivery.archive import write_index
from report_helpers.delivery.editions import editions
from report_helpers.errors import DataError
from report_helpers.publish.checks import html
from report_helpers.publish.fanout import Failure, Made
from report_helpers.publish.groups import Group
from report_helpers.publish.overview import Overview, write
from report_helpers.teams.last_issue import Wanted, last_facts

NASTY = "<script>alert(1)</script> & Söhne"
PERIOD = {"key": "2026-W44", "start": "2026-10-26", "end": "2026-11-02"}


def figure(verdict: str = "none", **more: Any) -> dict[str, Any]:
    fixed = {"metric": "won_amount", "label": "Won amount", "value": "€3,000", "n": 1234.0}
    return fixed | {"improved": None, "verdict": verdict} | more


def made(output: Path, name: str, *figures: dict[str, Any], tones: tuple[str, ...] = ()) -> Made:
    group = Group((("region", name),))
    folder = output / "weekly" / "2026-W44" / group.place
    folder.mkdir(parents=True)
    head = {"company": "Ours", "report": "Weekly", "period": "Week 44 of 2026", "dates": "Mon"}
    summary = {"head": head, "figures": figures, "changes": [{"tone": tone} for tone in tones]}
    told = {"report": "weekly", "segment": "", "period": PERIOD, "where": dict(group.where)}
    (folder / "facts.json").write_text(json.dumps(told | {"summary": summary}), encoding="utf-8")
    (folder / "manifest.json").write_text("{}", encoding="utf-8")
    for kind in ("html", "pdf"):
        (folder / f"weekly {name[:5]}.{kind}".replace("<", "")).write_bytes(b"x" * 812)
    return Made(group, folder, 1.0)


@pytest.fixture
def data():
    deals = {"opportunity_id": ["1", "2"], "outcome": "open", "region": ["North", None]}
    days = pd.to_datetime(["2026-10-26", "2026-10-27"])
    return rh.load({"opportunities": pd.DataFrame(deals).assign(created_on=days)})


@pytest.fixture
def about(data):
    return Overview("weekly", "region", data)


def test_each_group_stands_there_with_figures_n_signals_and_files(tmp_path, about):
    north = made(
        tmp_path, "North", figure("signal", improved=False), tones=("bad", "good", "muted")
    )
    page = write(about, [north, made(tmp_path, "South", figure(n=None))], tmp_path)
    assert page == tmp_path / "weekly" / "2026-W44" / "each=region" / "index.html"
    text = page.read_text(encoding="utf-8")
    for part in (
        "Weekly by region",
        "Week 44 of 2026",
        "2 reports",
        "n 1,234",
        "1 worse, 1 better",
    ):
        assert part in text
    assert text.count('<span class="chip bad">signal</span>') == 1
    assert 'href="../region%3Dnorth/weekly%20North.pdf"' in text
    assert "In no group, as the region is not known: 1 deal without one." in text
    assert html.check(page) == []


def test_links_lead_to_files(tmp_path, about):
    page = write(about, [made(tmp_path, "North", figure())], tmp_path)
    assert (page.parent / "../region=north/weekly North.html").is_file()


def test_what_failed_stands_there_with_its_reason(tmp_path, about):
    lost = Made(Group((("region", NASTY),)), failure=Failure(f"no {NASTY}\n  → look", 3))
    page = write(about, [lost, made(tmp_path, NASTY, figure())], tmp_path)
    text = page.read_text(encoding="utf-8")
    assert "1 report, 1 failed" in text
    assert "<script>" not in text
    assert text.count("&lt;script&gt;alert(1)&lt;/script&gt; &amp; Söhne") >= 3
    told = json.loads((page.parent / "facts.json").read_text(encoding="utf-8"))
    assert [one["failed"] for one in told["groups"]] == [f"no {NASTY}\n  → look", ""]
    assert [one["name"] for one in told["groups"]] == [NASTY, NASTY]


def test_a_figure_that_a_group_lacks_is_not_shown_as_zero(tmp_path, about):
    more = figure(metric="mqls", label="Quality leads", value="12")
    both = [made(tmp_path, "North", figure(), more), made(tmp_path, "South", figure())]
    text = write(about, both, tmp_path).read_text(encoding="utf-8")
    assert text.count("not shown") == 1


def test_without_a_report_there_is_no_page(tmp_path, about):
    lost = Made(Group((("region", "North"),)), failure=Failure("no"))
    assert write(about, [lost], tmp_path) is None
    assert list(tmp_path.iterdir()) == []


def test_figures_that_cannot_be_read_are_named(tmp_path, about):
    north = made(tmp_path, "North")
    (north.folder / "facts.json").write_text("{", encoding="utf-8")
    with pytest.raises(DataError, match="region=north"):
        write(about, [north], tmp_path)


def test_groups_are_no_editions_of_the_whole_companys_report(tmp_path, about):
    write(about, [made(tmp_path, "North", figure())], tmp_path)
    assert editions(tmp_path) == []
    assert "There is no report yet." in write_index(tmp_path).read_text(encoding="utf-8")


def test_a_groups_last_report_is_its_own(tmp_path, about):
    write(about, [made(tmp_path, "North", figure()), made(tmp_path, "South")], tmp_path)
    later = Wanted("weekly", pd.Timestamp("2026-11-02").date(), where={"region": "North"})
    assert last_facts(later, None, tmp_path)["where"] == {"region": "North"}
    whole = Wanted("weekly", later.start)
    other = Wanted("weekly", later.start, where={"region": "West"})
    assert last_facts(whole, None, tmp_path) is None
    assert last_facts(other, None, tmp_path) is None
