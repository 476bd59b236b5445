"""From the page to the report: two people in a real browser, and the weekly that tells of them."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from report_helpers.cli import main
from report_helpers.data.sample.files import write
from report_helpers.publish.run import Job, Result, run
from report_helpers.teams import exchange
from report_helpers.teams.store import open_store
from report_helpers.web.site import NOTHING

SWITCHES = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run")
TOLD = "Leads <b>come</b> late 🦄"
REPLY = "We route them\nevery hour"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Return a folder with some deals of the last days."""
    days = [pd.Timestamp(date.today() - timedelta(days=n)) for n in range(1, 30)]
    deals = {"opportunity_id": range(29), "created_on": days, "outcome": "open", "amount": 100.0}
    write(tmp_path / "crm", {"opportunities": pd.DataFrame(deals).astype({"opportunity_id": str})})
    return tmp_path


@pytest.fixture
def address(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Serve the page of that folder on a free port until the test is over."""
    monkeypatch.chdir(home)
    for name in ("STORE", "SECRET"):
        monkeypatch.delenv(f"MARSALE_{name}", raising=False)
    words = ["serve", "--data", "crm", "--output", "output", "--port", "0"]
    with subprocess.Popen(
        [sys.executable, "-m", "report_helpers", *words], stdout=subprocess.PIPE, text=True
    ) as server:
        try:
            assert server.stdout
            yield server.stdout.readline().strip().rstrip("/")
        finally:
            server.terminate()


def signed_in(browser: Any, link: str) -> tuple[Any, list[str]]:
    """Return a phone's page signed in by a link, and what its console complains of from now on."""
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844})
    page, said = context.new_page(), []
    page.on("console", lambda message: said.append(message.text))
    page.on("requestfailed", lambda request: said.append(request.url))
    page.goto(link)
    page.get_by_role("button", name="Sign in").click()
    return page, said


def reported(home: Path) -> Result:
    """Make the weekly report on what the page wrote, in a thread that has no running loop."""
    where = {"data": str(home / "crm"), "store": str(home / "marsale.db")}
    day = {"as_of": str(date.today() + timedelta(days=2))}  # today is over, wherever the page is
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(run, Job("weekly", home / "output", {**where, **day})).result()


@pytest.mark.browser
@pytest.mark.poppler
def test_sales_tells_marketing_answers_and_the_weekly_shows_both(
    home: Path, address: str, chromium: str, capsys: pytest.CaptureFixture[str]
) -> None:
    from playwright.sync_api import sync_playwright

    links = {}
    for person, team in (("Ada Prinz", "sales"), ("Bo Lind", "marketing")):
        assert main(["serve", "token", person, "--team", team, "--url", address]) == 0
        links[team] = capsys.readouterr().out.strip()
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=list(SWITCHES))
        sales, said = signed_in(browser, links["sales"])
        sales.get_by_role("link", name="Write", exact=True).click()
        sales.get_by_label("In your words").fill(TOLD)
        sales.get_by_label("About which number?").select_option("opportunities")
        sales.get_by_role("button", name="Send").dblclick()
        marketing, heard = signed_in(browser, links["marketing"])
        marketing.locator("article", has_text=TOLD).get_by_role("link").click()
        marketing.get_by_label("Answer for Marketing").fill(REPLY)
        marketing.get_by_role("button", name="Answer").dblclick()
        marketing.locator(".answers", has_text="every hour").wait_for()
        result = reported(home)
        sales.goto(f"{address}/")
        assert sales.evaluate("document.documentElement.scrollWidth") <= 390
        sales.get_by_role("link", name="HTML of Weekly").click()
        shown = sales.locator("body").inner_text()
        browser.close()
    assert said + heard == []
    (thread,) = exchange.threads(NOTHING, date.max, open_store("marsale.db", create=False))
    assert (thread.team, thread.kind, thread.body) == ("sales", "obstacle", TOLD)
    assert (thread.about_metric, thread.author) == ("opportunities", "Ada Prinz")
    assert [(a.team, a.author, a.body) for a in thread.answers] == [("marketing", "Bo Lind", REPLY)]
    html, pdf, *_ = result.files
    page = unescape(html.read_text(encoding="utf-8"))
    printed = subprocess.run(["pdftotext", pdf, "-"], capture_output=True, check=True).stdout
    for text in (shown, page, printed.decode("utf-8")):
        words = " ".join(text.split())
        assert "Leads <b>come</b> late" in words
        assert "We route them every hour" in words
