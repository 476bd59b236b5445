"""Who gets in, how long, and who does not."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from itsdangerous import URLSafeSerializer

from report_helpers.web import tokens
from report_helpers.web.sessions import HOURS
from report_helpers.web.site import Site

DAY = datetime(2026, 11, 4)
PAGES = ("/", "/threads", "/thread?id=x", "/write", "/edit?id=x", "/reports/weekly/a/b.html")


def made(site: Site, person: str = "Ada Prinz", team: str = "sales") -> str:
    with site.store.write() as db:
        return tokens.make(db, person, team, DAY)


def test_a_personal_link_shows_a_button_and_signs_in_only_when_it_is_pressed(
    site: Site, visitor: Callable[..., Any]
) -> None:
    browser, token = visitor(), made(site)
    page = browser.get(f"/in/{token}")
    assert page.status_code == 200
    assert f'value="{token}"' in page.text
    assert browser.get("/").headers["location"] == "/sign-in"
    assert browser.post("/sign-in", token=token).headers["location"] == "/"
    assert "Ada Prinz" in browser.get("/").text


@pytest.mark.parametrize("path", PAGES)
def test_nobody_reads_a_page_before_signing_in(visitor: Callable[..., Any], path: str) -> None:
    answer = visitor().get(path)
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")


@pytest.mark.parametrize("path", ["/write", "/answer", "/close", "/edit"])
def test_nobody_writes_before_signing_in(visitor: Callable[..., Any], path: str) -> None:
    answer = visitor().post(path, id="x", body="words worth keeping")
    assert answer.status_code == 403
    assert "words worth keeping" in answer.text


@pytest.mark.parametrize("wrong", ["", "x", ".", "{id}.", "{id}.x", "{id}", "\ud83d.x", "\x00.x"])
def test_a_wrong_key_opens_nothing(site: Site, visitor: Callable[..., Any], wrong: str) -> None:
    browser, token_id = visitor(), made(site).partition(".")[0]
    key = wrong.format(id=token_id).encode("utf-8", "replace").decode()
    answer = browser.post("/sign-in", token=key)
    assert answer.status_code == 403
    assert "no longer works" in answer.text
    assert browser.get("/").status_code == 303


def test_the_store_keeps_no_key(site: Site) -> None:
    token = made(site)
    secret = token.partition(".")[2]
    assert site.store.path is not None
    assert secret.encode() not in b"".join(
        file.read_bytes() for file in site.store.path.parent.glob("marsale.db*")
    )


def test_revoking_ends_a_session_at_once(site: Site, ada: Any, bo: Any) -> None:
    with site.store.write() as db:
        assert tokens.revoke(db, "Ada Prinz", DAY) == 1
    assert ada.get("/").status_code == 303
    assert bo.get("/").status_code == 200


def test_a_session_ends_after_its_hours(clock: Any, ada: Any) -> None:
    clock.passed = HOURS * 3600 - 1
    assert ada.get("/").status_code == 200
    clock.passed = HOURS * 3600
    assert ada.get("/").status_code == 303


def test_a_forged_cookie_is_nobody(site: Site, visitor: Callable[..., Any]) -> None:
    browser, token_id = visitor(), made(site).partition(".")[0]
    for secret in ("", "guessed"):
        forged = URLSafeSerializer(secret, salt="marsale.session").dumps([token_id, "c", 10**12])
        browser.client.cookies.clear()
        assert browser.get("/", headers={"Cookie": f"marsale={forged}"}).status_code == 303
    assert browser.get("/", headers={"Cookie": "marsale=%00garbage.."}).status_code == 303


def test_signing_out_ends_it(ada: Any) -> None:
    assert ada.post("/sign-out").headers["location"] == "/sign-in"
    assert ada.get("/").status_code == 303


def test_the_cookie_is_kept_from_scripts_and_other_sites(visitor: Callable[..., Any]) -> None:
    told = visitor().get("/sign-in").headers["set-cookie"]
    assert {"HttpOnly", "SameSite=strict", "Path=/"} <= set(told.split("; "))
    assert "Secure" not in told


def test_only_behind_a_proxy_is_its_word_taken(site: Site, visitor: Callable[..., Any]) -> None:
    headers = {"X-Forwarded-Proto": "https"}
    for behind, wanted in ((False, "marsale="), (True, "__Host-marsale=")):
        browser = visitor(known=Site(**{**vars(site), "behind_proxy": behind}))
        told = browser.get("/sign-in", headers=headers).headers["set-cookie"]
        assert told.startswith(wanted)
        assert ("Secure" in told) == behind


def test_guessing_is_slowed_down_by_address_and_by_key(
    visitor: Callable[..., Any], clock: Any
) -> None:
    browser = visitor()
    found = [browser.post("/sign-in", token=f"{n}.x").status_code for n in range(11)]
    assert found == [403] * 10 + [429]
    many = [visitor(f"198.51.100.{n}").post("/sign-in", token="k.x") for n in range(11)]
    assert [answer.status_code for answer in many] == [403] * 10 + [429]
    assert int(many[-1].headers["retry-after"]) > 0
    clock.passed = 30
    assert browser.post("/sign-in", token="z.x").status_code == 403


def test_log_lines_hold_no_key(
    site: Site, visitor: Callable[..., Any], caplog: pytest.LogCaptureFixture
) -> None:
    token = made(site)
    with caplog.at_level(logging.INFO, logger="marsale.web"):
        visitor().get(f"/in/{token}?key={token}")
        visitor().get("/no%0Asuch%1b[2Jpage")
    assert "GET /in/… 200" in caplog.text
    assert token.partition(".")[2] not in caplog.text
    assert all(message.isprintable() for message in caplog.messages)
