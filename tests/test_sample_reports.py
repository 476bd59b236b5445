"""The two reports of the sample, as files: what a reader opens."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
from pathlib import Path
from typing import Any

import nbformat
import pytest

from report_helpers.cli import main
from report_helpers.publish.checks import html as html_check
from report_helpers.publish.checks import pdf as pdf_check
from report_helpers.publish.document import document
from report_helpers.publish.paper import MarsalePDFExporter

REPORTS = {"weekly": "2026-W44", "brief": "2026-W43-W44"}
SECTIONS = {
    "weekly": [
        *("What changed", "Marketing scorecard", "Sales scorecard", "Marketing asks Sales"),
        *("Sales tells Marketing", "Marketing tells Sales", "Goals and promises"),
        *("Days with the other team", "Behind the signals", "Funnel and win rates"),
        *("The buying process", "Campaigns", "Data notes", "Definitions"),
    ],
    "brief": [
        *("The period in five sentences", "Agenda", "Next meeting", "The topic"),
        *("Decisions needed", "What became of earlier decisions", "Open actions"),
        *("Days with the other team", "Our goals", "The buying process", "The quality lead"),
        *("Agreement", "Who answers for what", "Customers and market", "Scorecards"),
        *("Data notes", "Definitions"),
    ],
}


@pytest.fixture(params=REPORTS)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def folder(rendered: Path, name: str) -> Path:
    return rendered / name / REPORTS[name]


@pytest.fixture
def file(folder: Path, name: str) -> Any:
    return lambda kind: folder / f"{name}-{REPORTS[name]}.{kind}"


def words(file: Path, *options: str) -> str:
    shown = subprocess.run(
        ["pdftotext", *options, str(file), "-"], capture_output=True, check=True, text=True
    )
    return shown.stdout


def test_the_folder_holds_what_it_should(folder: Path, name: str) -> None:
    stem = f"{name}-{REPORTS[name]}"
    names = {f"{stem}.{kind}" for kind in ("html", "pdf", "ipynb")}
    assert {path.name for path in folder.iterdir()} == names | {"facts.json", "manifest.json"}


def test_the_page_is_sound(file: Any) -> None:
    assert html_check.check(file("html")) == []


def test_the_pdf_is_sound(file: Any) -> None:
    notebook = nbformat.read(file("ipynb"), as_version=4)
    assert pdf_check.check(file("pdf"), document(notebook)) == []


def test_nothing_was_left_unprinted(file: Any) -> None:
    found = document(nbformat.read(file("ipynb"), as_version=4))
    assert found["unprintable"] == []


def test_letter_paper_is_sound_too(file: Any, tmp_path: Path) -> None:
    notebook = nbformat.read(file("ipynb"), as_version=4)
    body, resources = MarsalePDFExporter(paper="us-letter").from_notebook_node(notebook)
    made = tmp_path / "letter.pdf"
    made.write_bytes(body)
    assert pdf_check.check(made, document(notebook, "us-letter")) == []
    assert 2 <= resources["marsale"]["pages"] <= 24


@pytest.mark.poppler
def test_sections_come_in_order(file: Any, name: str) -> None:
    text = words(file("pdf"))
    place = 0
    for title in SECTIONS[name]:
        place = text.find(title, place)
        assert place >= 0, f"{title} is missing or comes too early"


@pytest.mark.poppler
def test_the_first_page_of_the_weekly_stands_alone(rendered: Path) -> None:
    weekly = rendered / "weekly" / REPORTS["weekly"] / f"weekly-{REPORTS['weekly']}.pdf"
    first, second = words(weekly, "-l", "1"), words(weekly, "-f", "2", "-l", "2")
    for title in (*SECTIONS["weekly"][:4], "Sales asks Marketing", "Week 44 of 2026"):
        assert title in first
    assert "Sales tells Marketing" in second


@pytest.mark.poppler
def test_fonts_are_embedded(file: Any) -> None:
    listed = subprocess.run(
        ["pdffonts", str(file("pdf"))], capture_output=True, check=True, text=True
    ).stdout.splitlines()[2:]
    assert listed
    assert all(re.search(r"\byes yes\b", line) for line in listed)


@pytest.mark.poppler
def test_the_pdf_is_tagged_and_titled(file: Any) -> None:
    said = subprocess.run(
        ["pdfinfo", str(file("pdf"))], capture_output=True, check=True, text=True
    ).stdout
    assert re.search(r"^Tagged: +yes", said, re.M)
    assert re.search(r"^Title: +\S", said, re.M)


def test_facts_are_what_the_command_says(
    folder: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    facts = json.loads((folder / "facts.json").read_text(encoding="utf-8"))
    period = {"weekly": "week", "brief": "fortnight"}[name]
    options = ["--period", period, "--as-of", facts["as_of"], "--format", "json"]
    assert main(["metrics", "--data", "sample", *options]) == 0
    said = json.loads(capsys.readouterr().out)
    names = {figure["metric"] for figure in facts["figures"]}
    assert {"inquiries", "win_rate", "won_amount", "pipeline_coverage"} <= names
    assert [figure for figure in said if figure["metric"] in names] == facts["figures"]


def test_the_manifest_accounts_for_inputs_and_outputs(folder: Path, root: Path) -> None:
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    read = {entry["name"]: entry["sha256"] for entry in manifest["inputs"]}
    for path in sorted((root / "data" / "sample").glob("*.csv")):
        assert read[path.name] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert manifest["seconds"]
    assert manifest["period"]["key"] == folder.name


@pytest.mark.browser
@pytest.mark.parametrize("width", [390, 1280])
def test_the_page_in_a_browser(file: Any, chromium: str, width: int) -> None:
    from playwright.sync_api import sync_playwright

    said: list[str] = []
    asked: list[str] = []
    options = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=options)
        page = browser.new_page(viewport={"width": width, "height": 844})
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("request", lambda request: asked.append(request.url))
        page.goto(file("html").as_uri())
        wide = page.evaluate("document.documentElement.scrollWidth")
        browser.close()
    assert said == []
    assert asked == [file("html").as_uri()]
    assert wide <= width


def test_a_second_run_gives_the_same_pages(rendered: Path, tmp_path: Path) -> None:
    again = tmp_path / "again"
    assert main(["run", "brief", "--data", "sample", "--output", str(again)]) == 0
    for kind in ("html", "pdf"):
        first, second = (
            next((place / "brief").rglob(f"*.{kind}")).read_bytes() for place in (rendered, again)
        )
        assert first == second


def test_one_segment_has_a_folder_of_its_own(rendered: Path, tmp_path: Path) -> None:
    options = ["--segment", "Enterprise", "--formats", "html", "--output", str(tmp_path)]
    assert main(["run", "weekly", "--data", "sample", *options]) == 0
    page = next(tmp_path.rglob("*.html"))
    assert page.parent.name == "enterprise"
    assert "Segment: Enterprise" in page.read_text(encoding="utf-8")
    assert not list(tmp_path.rglob("*.pdf"))
