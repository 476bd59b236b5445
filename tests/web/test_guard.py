"""What is sent with ill intent, or too often, is refused without a word of internals."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report_helpers.errors import DataError
from report_helpers.web.guard import Buckets
from report_helpers.web.site import Site

FIELDS = {"kind": "question", "body": "Why?"}


def test_a_form_without_or_with_a_wrong_csrf_token_is_refused(
    site: Site, ada: Any, bo: Any
) -> None:
    for csrf in ({}, {"csrf": ""}, {"csrf": "x"}, {"csrf": "ä\x00"}, {"csrf": bo.csrf()}):
        answer = ada.raw("/write", {**FIELDS, **csrf})
        assert answer.status_code == 403
        assert "Why?" in answer.text
    assert site.items() == []


@pytest.mark.parametrize("origin", ["cross-site", "same-site"])
def test_a_form_sent_by_another_site_is_refused_and_not_repeated(
    site: Site, ada: Any, origin: str
) -> None:
    answer = ada.raw("/write", {**FIELDS, "csrf": ada.csrf()}, **{"Sec-Fetch-Site": origin})
    assert answer.status_code == 403
    assert "Why?" not in answer.text
    assert site.items() == []


def test_only_forms_of_pages_are_read(ada: Any) -> None:
    csrf = ada.csrf()
    assert ada.client.post("/write", json={"csrf": csrf, **FIELDS}).status_code == 415
    sent = {"csrf": (None, csrf), "body": ("a.txt", b"x")}
    assert ada.client.post("/write", files=sent).status_code == 415
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    for body in (b"body=%ff", b"body=\xff", b"&".join(b"a=1" for _ in range(99))):
        assert ada.client.post("/write", content=body, headers=form).status_code == 400


def test_a_body_too_large_is_refused_before_it_is_read(ada: Any) -> None:
    answer = ada.raw("/write", {"csrf": ada.csrf(), **FIELDS, "body": "x" * 300_000})
    assert answer.status_code == 413


def test_writes_are_limited_by_person_and_by_address(ada: Any, bo: Any, clock: Any) -> None:
    csrf = ada.csrf()
    found = [ada.raw("/write", {**FIELDS, "csrf": csrf}).status_code for _ in range(31)]
    assert found == [303] * 30 + [429]
    assert "Why?" in ada.raw("/write", {**FIELDS, "csrf": csrf}).text
    assert bo.post("/write", **FIELDS).status_code == 303
    others = bo.csrf()
    flood = [bo.raw("/write", {"csrf": "x", "n": others}).status_code for _ in range(40)]
    assert flood.count(429) > 0
    clock.passed = 130
    assert ada.post("/write", **FIELDS).status_code == 303


@given(st.lists(st.floats(0, 20), max_size=40))
def test_a_bucket_never_gives_more_than_its_size_and_what_time_adds(pauses: list[float]) -> None:
    now, given_ = [0.0], 0
    buckets = Buckets(3, 5, lambda: now[0])
    for pause in pauses:
        now[0] += pause
        given_ += buckets.take("a") == 0
    assert given_ <= 3 + now[0] / 5 + 1e-6


@pytest.mark.parametrize(
    "path", ["/", "/sign-in", "/threads", "/write", "/nowhere", "/thread?id=1"]
)
def test_every_answer_says_what_it_may_load(ada: Any, path: str) -> None:
    answer = ada.get(path)
    rules = answer.headers["content-security-policy"]
    assert rules.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in rules
    assert "script-src" not in rules
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"
    for outside in ("http://", "https://", "<script", "style=", "onclick"):
        assert outside not in answer.text


def test_errors_show_no_internals(
    site: Site, ada: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(error: Exception) -> Any:
        def items(_: Site) -> None:
            raise error

        return items

    for error, status in (
        (RuntimeError("inner secret"), 500),
        (DataError("inner secret", where="/srv/marsale.db"), 503),
    ):
        monkeypatch.setattr(Site, "items", fails(error))
        answer = ada.get("/threads")
        assert answer.status_code == status
        assert "inner" not in answer.text
        assert "Traceback" not in answer.text
        assert "inner secret" in caplog.text


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/nowhere", 404), ("PUT", "/write", 405), ("GET", "/answer", 405)],
)
def test_what_is_not_there_is_a_plain_page(ada: Any, method: str, path: str, status: int) -> None:
    answer = ada.client.request(method, path)
    assert answer.status_code == status
    assert "That did not work" in answer.text


@pytest.mark.parametrize("item_id", ["", "x", "'; DROP TABLE items; --", "../../etc", "%00"])
def test_an_unknown_item_is_not_found(ada: Any, item_id: str) -> None:
    assert ada.client.get("/thread", params={"id": item_id}).status_code == 404
    assert ada.post("/answer", id=item_id, body="x").status_code == 404
    assert ada.post("/edit", id=item_id, body="x", revision="1").status_code == 404


@pytest.mark.parametrize("revision", ["", "x", "-1", "²", "9" * 30])
def test_a_revision_that_is_none_is_refused(ada: Any, revision: str) -> None:
    item_id = ada.write("x")
    assert ada.post("/edit", id=item_id, body="y", revision=revision).status_code == 400
