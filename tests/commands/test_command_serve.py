"""Keys from the command line, and the page as people use it, in a real browser."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from report_helpers import cli
from report_helpers.data import load
from report_helpers.teams import exchange
from report_helpers.teams.store import open_store

SWITCHES = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run")


@pytest.fixture(autouse=True)
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("STORE", "SECRET"):
        monkeypatch.delenv(f"MARSALE_{name}", raising=False)


def run(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    capsys.readouterr()
    assert cli.main(["serve", *words]) == 0
    return capsys.readouterr().out


def test_keys_are_made_listed_and_revoked(capsys: pytest.CaptureFixture[str]) -> None:
    link = run(capsys, "token", "Ada Prinz", "--team", "sales", "--url", "https://m.example/")
    assert re.fullmatch(r"https://m\.example/in/[0-9a-f]{12}\.[\w-]{32}\n", link)
    run(capsys, "token", "Ada Prinz", "--team", "sales")
    assert run(capsys, "list").count("sales      Ada Prinz") == 2
    assert "2 revoked of Ada Prinz" in run(capsys, "revoke", "Ada Prinz")
    assert run(capsys, "list") == ""
    assert cli.main(["serve", "revoke", "Ada Prinz"]) == 2


def test_the_team_is_that_of_the_data_or_must_be_given(capsys: pytest.CaptureFixture[str]) -> None:
    run(capsys, "token", "Katrin Oberländer", "--data", "sample")
    assert "sales      Katrin Oberländer" in run(capsys, "list")
    assert cli.main(["serve", "token", "Katrin Oberlander", "--data", "sample"]) == 2
    assert "did you mean 'Katrin Oberländer'" in capsys.readouterr().err
    assert cli.main(["serve", "token", "Ada"]) == 2
    assert "give it with --team" in capsys.readouterr().err
    assert cli.main(["serve", "token", "Ada", "--team", "finance"]) == 2
    assert cli.main(["serve", "token", "\n", "--team", "sales"]) == 3


def test_a_port_in_use_ends_with_2(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        assert cli.main(["serve", "--port", port]) == 2
    assert "choose another --port" in capsys.readouterr().err


def test_a_short_secret_ends_with_2(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MARSALE_SECRET", "short")
    assert cli.main(["serve", "--port", "0"]) == 2
    assert "fewer than 32" in capsys.readouterr().err


def test_listing_makes_no_store(tmp_path: Path) -> None:
    assert cli.main(["serve", "list"]) == 3
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def address() -> Iterator[str]:
    """Serve the sample's page on a free port until the test is over."""
    words = ["serve", "--data", "sample", "--port", "0"]
    with subprocess.Popen(
        [sys.executable, "-m", "report_helpers", *words], stdout=subprocess.PIPE, text=True
    ) as server:
        try:
            assert server.stdout
            yield server.stdout.readline().strip().rstrip("/")
        finally:
            server.terminate()


@pytest.mark.browser
def test_sales_tells_and_marketing_answers_without_a_line_of_script(
    address: str, chromium: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from playwright.sync_api import sync_playwright

    links = {
        team: run(capsys, "token", person, "--team", team, "--url", address).strip()
        for person, team in (("Ada Prinz", "sales"), ("Bo Lind", "marketing"))
    }
    body, reply = "Leads <b>come</b> late 🦄", "We route them\nevery hour"
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=list(SWITCHES))
        sales, said = _signed_in(browser, links["sales"])
        sales.get_by_role("link", name="Write", exact=True).click()
        sales.get_by_label("In your words").fill(body)
        sales.get_by_label("About which number?").select_option("speed_to_lead")
        sales.get_by_role("button", name="Send").click()
        marketing, heard = _signed_in(browser, links["marketing"])
        marketing.locator("article", has_text=body).get_by_role("link").click()
        marketing.get_by_label("Answer for Marketing").fill(reply)
        marketing.get_by_role("button", name="Answer").click()
        assert reply.splitlines()[1] in marketing.locator(".answers").inner_text()
        sales.reload()
        assert "We route them" in sales.content()
        width = sales.evaluate("document.documentElement.scrollWidth")
        assert width <= 390
        browser.close()
    assert said + heard == []
    store = open_store(tmp_path / "marsale.db", create=False)
    (thread,) = [i for i in exchange.threads(load("sample"), date.max, store) if i.body == body]
    assert (thread.team, thread.kind, thread.about_metric) == ("sales", "obstacle", "speed_to_lead")
    assert [(a.team, a.author, a.body) for a in thread.answers] == [("marketing", "Bo Lind", reply)]


def _signed_in(browser: Any, link: str) -> tuple[Any, list[str]]:
    """Return a page signed in by a link, and what its console complains of from now on."""
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844})
    page, said = context.new_page(), []
    page.on("console", lambda message: said.append(message.text))
    page.on("requestfailed", lambda request: said.append(request.url))
    page.goto(link)
    page.get_by_role("button", name="Sign in").click()
    return page, said


def test_serve_help_imports_nothing_heavy() -> None:
    code = (
        "import sys; from report_helpers.cli import main; main(['serve', '--help']); "
        "print(sorted({'starlette', 'uvicorn', 'sqlalchemy', 'pandas'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=True, env=dict(os.environ)
    )
    assert done.stdout.decode().splitlines()[-1] == "[]"
