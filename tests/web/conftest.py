"""A page with two people on it, and a browser without JavaScript for each of them."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path

import httpx
import pytest

from report_helpers.teams.store import open_store
from report_helpers.web import tokens
from report_helpers.web.app import application
from report_helpers.web.site import Site

with warnings.catch_warnings():  # Starlette 1 prefers httpx2, and takes httpx as well
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

START = datetime(2026, 11, 4, 9, 30, tzinfo=UTC)
SECRET = "a secret of the tests, 32 letters and more"


class Clock:
    """A clock that stands still until it is told to go on."""

    def __init__(self) -> None:
        self.passed = 0.0

    def now(self) -> datetime:
        return START + timedelta(seconds=self.passed)

    def seconds(self) -> float:
        return self.passed


class Browser:
    """One person's browser: it keeps cookies, and sends forms as pages ask for it."""

    def __init__(self, client: TestClient) -> None:
        self.client = client

    def get(self, path: str, **more: object) -> httpx.Response:
        return self.client.get(path, **more)  # type: ignore[arg-type]

    def csrf(self) -> str:
        page = (
            self.get("/write") if self.get("/").status_code == 200 else self.get("/sign-in")
        ).text
        found = re.search('name="csrf" value="([^"]+)"', page)
        assert found, page
        return found[1]

    def post(self, path: str, **fields: str) -> httpx.Response:
        return self.raw(path, {"csrf": self.csrf(), **fields})

    def raw(self, path: str, fields: dict[str, str], **headers: str) -> httpx.Response:
        sent = {"Sec-Fetch-Site": "same-origin", **headers}
        return self.client.post(path, data=fields, headers=sent)

    def write(self, body: str, **more: str) -> str:
        """Write an item and return its id."""
        answer = self.post("/write", **{"kind": "obstacle", "body": body, **more})
        assert answer.status_code == 303, answer.text
        return answer.headers["location"].partition("id=")[2]

    def read(self, item_id: str) -> str:
        """Return a thread's page, its entities read."""
        return unescape(self.get(f"/thread?id={item_id}").text)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def site(tmp_path: Path, clock: Clock) -> Site:
    return Site(
        store=open_store(tmp_path / "marsale.db"),
        output=tmp_path / "output",
        secret=SECRET,
        now=clock.now,
        company="Velmarin",
        time_zone="Europe/Berlin",
        clock=clock.seconds,
    )


@pytest.fixture
def visitor(site: Site) -> Callable[..., Browser]:
    """Return a maker of browsers that nobody has signed in with; all use one running page."""
    running = application(site)

    def make(address: str = "192.0.2.1", known: Site | None = None) -> Browser:
        client = TestClient(
            application(known) if known else running,
            base_url="http://localhost:8040",
            client=(address, 50000),
            follow_redirects=False,
            raise_server_exceptions=False,
        )
        return Browser(client)

    return make


@pytest.fixture
def signed(site: Site, visitor: Callable[..., Browser]) -> Callable[[str, str], Browser]:
    """Return a maker of browsers with somebody signed in."""

    def make(person: str, team: str, known: Site | None = None) -> Browser:
        with site.store.write() as db:
            token = tokens.make(db, person, team, START.replace(tzinfo=None))
        browser = visitor(known=known)
        assert browser.post("/sign-in", token=token).status_code == 303
        return browser

    return make


@pytest.fixture
def ada(signed: Callable[[str, str], Browser]) -> Browser:
    """Ada of Sales."""
    return signed("Ada Prinz", "sales")


@pytest.fixture
def bo(signed: Callable[[str, str], Browser]) -> Browser:
    """Bo of Marketing."""
    return signed("Bo Lind", "marketing")
