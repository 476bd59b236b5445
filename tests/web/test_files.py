"""Reports are handed out, and nothing else is."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from report_helpers.web.site import Site


@pytest.fixture
def reports(site: Site) -> Path:
    for folder in (
        "minutes/2026-10-29",
        "weekly/2026-W43",
        "weekly/2026-W44",
        "weekly/2026-W44/r-d",
        "weekly/.new-x",
    ):
        path = site.output / folder
        path.mkdir(parents=True)
        name = "-".join(folder.split("/")).strip(".")
        (path / f"{name}.html").write_text("<p>report</p>", encoding="utf-8")
        (path / f"{name}.pdf").write_bytes(b"%PDF-1.7")
        (path / "manifest.json").write_text("{}", encoding="utf-8")
    (site.output.parent / "outside.html").write_text("outside", encoding="utf-8")
    (site.output / "top.html").write_text("top", encoding="utf-8")
    return site.output


def test_the_latest_report_and_its_segments_are_on_the_first_page(ada: Any, reports: Path) -> None:
    page = ada.get("/").text
    assert "/reports/weekly/2026-W44/weekly-2026-W44.html" in page
    assert "/reports/weekly/2026-W44/r-d/weekly-2026-W44-r-d.pdf" in page
    assert "/reports/minutes/2026-10-29/minutes-2026-10-29.pdf" in page
    assert "W43" not in page
    assert ".new" not in page


def test_a_report_is_served_so_that_no_script_in_it_runs(ada: Any, reports: Path) -> None:
    answer = ada.get("/reports/weekly/2026-W43/weekly-2026-W43.html")
    assert (answer.status_code, answer.text) == (200, "<p>report</p>")
    assert "sandbox" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    paper = ada.get("/reports/weekly/2026-W43/weekly-2026-W43.pdf")
    assert paper.headers["content-type"] == "application/pdf"
    assert paper.headers["content-disposition"].startswith("inline")


@pytest.mark.parametrize(
    "path",
    [
        "../outside.html",
        "%2e%2e/outside.html",
        "weekly/../../outside.html",
        "weekly/%2e%2e/%2e%2e/outside.html",
        "weekly/..%2f..%2foutside.html",
        "weekly/..%5c..%5coutside.html",
        "weekly//etc/passwd",
        "/etc/passwd",
        "//etc/hosts.html",
        "top.html",
        "weekly/.new-x/weekly-.new-x.html",
        "weekly/2026-W43/manifest.json",
        "weekly/2026-W43",
        "weekly/2026-W43/no.html",
        "weekly/2026-W43/a%00.html",
        "C:/outside.html",
        "weekly/" + "x" * 5000 + ".html",
        "",
    ],
)
def test_no_other_file_is_handed_out(ada: Any, reports: Path, path: str) -> None:
    assert ada.get(f"/reports/{path}").status_code == 404


@pytest.mark.skipif(os.name == "nt", reason="links need a right on Windows")
def test_a_link_out_of_the_folder_leads_nowhere(ada: Any, reports: Path) -> None:
    (reports / "weekly" / "2026-W43" / "link.html").symlink_to(reports.parent / "outside.html")
    assert ada.get("/reports/weekly/2026-W43/link.html").status_code == 404


def test_fonts_are_the_kits_own(visitor: Any) -> None:
    browser = visitor()
    answer = browser.get("/fonts/IBMPlexSans-Regular-Latin1.woff2")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "font/woff2")
    assert browser.get("/fonts/..%2ftokens.json").status_code == 404
    assert browser.get("/fonts/DejaVuSans.ttf").status_code == 404


def test_without_reports_that_is_said(ada: Any) -> None:
    assert "None have been made yet" in ada.get("/").text
