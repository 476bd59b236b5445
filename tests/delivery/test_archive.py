"""The list of all reports: what it says, and that it loads nothing and fits every screen."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from report_helpers.delivery.archive import SHOWN, write_index
from report_helpers.delivery.editions import editions
from report_helpers.errors import DataError, DeliveryError
from report_helpers.publish.checks import html
from report_helpers.teams.issues import Issue

SERIES = {"value": [1.0, None, 3.0], "n": [1.0, None, 3.0]}
NASTY = "<script>alert(1)</script> & Söhne"


def facts(report: str, week: int, segment: str = "", won: float = 3.0) -> dict[str, Any]:
    start = date.fromisocalendar(2026, week, 1)
    value = SERIES | {"value": [1.0, None, won]}
    return {
        "report": report,
        "segment": segment,
        "period": {"key": f"2026-W{week:02d}", "start": str(start), "end": str(start)},
        "figures": [{"metric": "won_amount", "value": won}],
        "history": {
            "series": {"won_amount": value, "win_rate closed": SERIES},
            "settings": {"company.currency": "EUR"},
        },
        "summary": {
            "head": {"period": f"Week {week} of 2026", "dates": "Mon to Sun"},
            "figures": [{"metric": "won_amount", "label": "Won amount", "value": f"€{won:.0f}"}],
        },
    }


def put(output: Path, told: dict[str, Any]) -> Path:
    folder = output / told["report"] / told["period"]["key"] / told["segment"].lower()[:1]
    folder.mkdir(parents=True)
    stem = f"{told['report']}-{told['period']['key']}"
    (folder / "facts.json").write_text(json.dumps(told), encoding="utf-8")
    (folder / "manifest.json").write_text("{}", encoding="utf-8")
    for kind, size in (("html", 331_204), ("pdf", 812)):
        (folder / f"{stem}.{kind}").write_bytes(b"x" * size)
    return folder


def issue(told: dict[str, Any], **more: Any) -> Issue:
    key, start = told["period"]["key"], date.fromisoformat(told["period"]["start"])
    fixed = {"facts": told, "made_at": datetime(2026, 11, 2, 6, 30), "segment": told["segment"]}
    return Issue(told["report"], key, start, **(fixed | more))


def page(output: Path, *issues: Issue, company: str = "Ours") -> str:
    return write_index(output, issues, company).read_text(encoding="utf-8")


def test_an_issue_with_its_files(tmp_path: Path) -> None:
    told = facts("weekly", 44)
    put(tmp_path, told)
    text = page(tmp_path, issue(told))
    assert 'href="weekly/2026-W44/weekly-2026-W44.html"' in text
    assert "331 kB" in text
    assert "812 B" in text
    assert '<span class="chip good">issued</span>' in text
    assert "Mon 2 Nov 2026, 06:30 UTC" in text
    assert "Won amount €3" in text
    assert text.count('<svg class="spark"') == 2
    assert text.index("<title>Reports of Ours</title>") < text.index("Weekly two-way report")


def test_states(tmp_path: Path) -> None:
    weeks = {week: facts("weekly", week) for week in (41, 42, 43, 44)}
    for told in weeks.values():
        put(tmp_path, told)
    known = [
        issue(weeks[41]),
        issue(weeks[42]),
        issue(weeks[42], number=2),
        issue(weeks[43], state="held"),
    ]
    found = {e.period: e for e in editions(tmp_path, known)}
    assert {key: edition.state for key, edition in found.items()} == {
        "2026-W44": "made",
        "2026-W43": "held",
        "2026-W42": "corrected",
        "2026-W41": "issued",
    }
    assert list(found) == sorted(found, reverse=True)
    assert [len(edition.files) for edition in found.values()] == [2, 0, 2, 2]


def test_a_report_that_was_held_is_listed_without_its_figures(tmp_path: Path) -> None:
    told = facts("weekly", 44)
    put(tmp_path, told)
    text = page(tmp_path, issue(told, state="held"))
    assert '<span class="chip bad">held</span>' in text
    assert "held back" in text
    assert "Won amount" not in text


def test_an_issue_whose_files_are_gone_is_listed(tmp_path: Path) -> None:
    text = page(tmp_path, issue(facts("brief", 40)))
    assert "no files here" in text
    assert "MarSale meeting brief" in text


def test_files_made_anew_with_other_figures_are_told(tmp_path: Path) -> None:
    told, again = facts("weekly", 44), facts("weekly", 44, won=5.0)
    put(tmp_path, again)
    assert "made anew since" in page(tmp_path, issue(told))
    assert "made anew since" not in page(tmp_path, issue(again))


def test_older_ones_unfold(tmp_path: Path) -> None:
    issues = [issue(facts("weekly", week)) for week in range(20, 20 + SHOWN + 3)]
    text = page(tmp_path, *issues)
    assert "<summary>3 older</summary>" in text
    assert text.index("Week 22 of 2026") > text.index("<details>") > text.index("Week 23 of 2026")


def test_a_segment_is_named_and_the_whole_company_is_drawn(tmp_path: Path) -> None:
    part = facts("weekly", 44, "Enterprise", won=9.0)
    whole = facts("weekly", 43, won=7.0)
    text = page(tmp_path, issue(part), issue(whole))
    assert '<span class="chip" dir="auto">Enterprise</span>' in text
    assert "As of week 43 of 2026" in text
    assert "last 7" in text


def test_text_is_data_and_the_page_is_sound(tmp_path: Path) -> None:
    told = facts("weekly", 44, NASTY)
    text = page(tmp_path, issue(told), company=NASTY)
    assert "<script" not in text
    assert "&lt;script&gt;" in text
    assert html.check(tmp_path / "index.html") == []


def test_facts_of_an_earlier_version_are_listed_plainly(tmp_path: Path) -> None:
    old = {"report": "weekly", "segment": "", "period": facts("weekly", 9)["period"]}
    put(tmp_path, old)
    text = page(tmp_path)
    assert "2026-W09" in text
    assert "<svg" not in text


def test_an_empty_folder_has_a_page_too(tmp_path: Path) -> None:
    assert "There is no report yet." in page(tmp_path)
    assert html.check(tmp_path / "index.html") == []


def test_what_is_no_report_is_left_out(tmp_path: Path) -> None:
    for name in ("failed/x", "archive/inputs", ".new-1/report", "weekly/.2026-W43.old"):
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "facts.json").write_text("{", encoding="utf-8")
        (tmp_path / name / "manifest.json").write_text("{", encoding="utf-8")
    assert editions(tmp_path) == []


def test_faults_are_told(tmp_path: Path) -> None:
    folder = put(tmp_path, facts("weekly", 44))
    (folder / "facts.json").write_text("{", encoding="utf-8")
    with pytest.raises(DataError, match=r"facts\.json: cannot be read"):
        write_index(tmp_path)
    (folder / "facts.json").write_text("{}", encoding="utf-8")
    (tmp_path / "index.html").mkdir()
    with pytest.raises(DeliveryError, match="cannot be written"):
        write_index(tmp_path)
    assert not list(tmp_path.glob(".index.html-*"))


@pytest.mark.browser
@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_in_a_browser(tmp_path: Path, chromium: str, width: int, scheme: str) -> None:
    from playwright.sync_api import sync_playwright

    issues = [issue(facts("weekly", week, "Mid-market with a long name")) for week in (43, 44)]
    file = write_index(tmp_path, [*issues, issue(facts("brief", 42))], "Ours")
    said: list[str] = []
    asked: list[str] = []
    options = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=options)
        tab = browser.new_page(viewport={"width": width, "height": 844}, color_scheme=scheme)  # type: ignore[arg-type]
        tab.on("console", lambda message: said.append(message.text))
        tab.on("request", lambda request: asked.append(request.url))
        tab.goto(file.as_uri())
        wide = tab.evaluate("document.documentElement.scrollWidth")
        paper = tab.evaluate("getComputedStyle(document.body).backgroundColor")
        browser.close()
    assert (said, asked) == ([], [file.as_uri()])
    assert wide <= width
    assert paper == {"light": "rgb(255, 255, 255)", "dark": "rgb(21, 28, 35)"}[scheme]
