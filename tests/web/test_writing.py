"""What people write reaches the other team as they wrote it, and only as far as they may."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest

from report_helpers.teams import exchange, items
from report_helpers.web.site import Site

ODD = (
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>'",
    "</textarea></style><b>bold</b>",
    "{{ 7 * 7 }}{% raw %}",
    '=HYPERLINK("http://x","y")',
    "שלום \u202e abc \u2066 ٣",
    "🦄 naïve ﷽ e\u0301",
    "two\nlines\n\n  and blanks",
)


def row(site: Site, item_id: str) -> dict[str, Any]:
    with site.store.read() as db:
        return items.get(db, item_id)


def test_an_obstacle_is_told_answered_and_closed(site: Site, ada: Any, bo: Any) -> None:
    item_id = ada.write(
        "Leads come late", about_metric="speed_to_lead", due_on="2026-11-11", owner="Bo Lind"
    )
    home = bo.get("/").text
    assert home.index("What Marketing owes") < home.index("Leads come late")
    assert bo.post("/answer", id=item_id, body="We route them hourly now").status_code == 303
    page = bo.read(item_id)
    assert "We route them hourly now" in page
    assert "Speed to lead" in page
    assert "open, due Wed 11 Nov" in page
    assert ada.post("/close", id=item_id, closed_reason="It works").status_code == 303
    kept = row(site, item_id)
    assert (kept["team"], kept["author"], kept["changed_by"]) == ("sales", "Ada Prinz", "Ada Prinz")
    assert (str(kept["closed_on"]), kept["closed_reason"]) == ("2026-11-04", "It works")
    (thread,) = site.items()
    assert [(a.team, a.body) for a in thread.answers] == [("marketing", "We route them hourly now")]
    assert "Nothing is open" in ada.get("/").text


def test_what_is_answered_is_owed_no_more_and_what_is_overdue_comes_first(
    ada: Any, bo: Any
) -> None:
    for body, due in (("no day", ""), ("later", "2026-12-01"), ("soon", "2026-11-05")):
        ada.write(body, kind="question", due_on=due)
    owed = bo.get("/").text
    assert owed.index(">soon<") < owed.index(">later<") < owed.index(">no day<")
    waiting = bo.get("/threads?state=open&team=sales&kind=question").text
    assert waiting.count("<article>") == 3
    item_id = re.findall(r"/thread\?id=([\w-]+)", owed)[0]
    bo.post("/answer", id=item_id, body="done")
    assert ">soon<" not in bo.get("/").text
    assert ">soon<" in ada.get("/").text


@pytest.mark.parametrize("body", ODD)
def test_words_are_shown_as_written_and_never_run(ada: Any, bo: Any, body: str) -> None:
    item_id = ada.write(body, owner=body.splitlines()[0])
    for page in (
        bo.get("/").text,
        bo.get("/threads").text,
        bo.get(f"/thread?id={item_id}").text,
        ada.get(f"/edit?id={item_id}").text,
    ):
        assert body in unescape(page)
        assert not re.search(r"<(script|img|b)\b", page)


def test_line_ends_of_browsers_become_the_stores(site: Site, ada: Any) -> None:
    item_id = ada.write("one\r\ntwo\rthree")
    assert row(site, item_id)["body"] == "one\ntwo\nthree"


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"body": "  "}, "Body is empty"),
        ({"body": "bell \x07"}, "control character"),
        ({"due_on": "soon"}, "is not a date"),
        ({"due_on": "2026-11-01"}, "before it was written"),
        ({"kind": "decision"}, "unknown kind"),
        ({"about_metric": "win_rat"}, "did you mean"),
        ({"body": "ä" * 10_001}, "10,001 letters"),
    ],
)
def test_what_cannot_be_kept_is_said_and_nothing_typed_is_lost(
    site: Site, ada: Any, fields: dict[str, str], said: str
) -> None:
    sent = {"kind": "question", "body": "My words", "owner": "Bo & Co", **fields}
    answer = ada.post("/write", **sent)
    page = unescape(answer.text)
    assert answer.status_code == 422
    assert said.casefold() in page.casefold()
    assert sent["body"].replace("\x07", "\N{REPLACEMENT CHARACTER}") in page
    assert "Bo & Co" in page
    assert site.items() == []


def test_a_long_text_of_any_alphabet_fits(site: Site, ada: Any) -> None:
    body = "🦄" * 10_000
    assert row(site, ada.write(body))["body"] == body


def test_nobody_changes_or_closes_for_the_other_team(site: Site, ada: Any, bo: Any) -> None:
    item_id = ada.write("Mine")
    assert bo.get(f"/edit?id={item_id}").status_code == 403
    changed = bo.post("/edit", id=item_id, revision="1", kind="question", body="Yours")
    closed = bo.post("/close", id=item_id, closed_reason="enough")
    assert (changed.status_code, closed.status_code) == (403, 403)
    assert "enough" in closed.text
    forged = bo.post("/write", kind="question", body="x", team="sales", author="Ada Prinz")
    told = row(site, forged.headers["location"].partition("id=")[2])
    assert (told["team"], told["author"]) == ("marketing", "Bo Lind")
    assert row(site, item_id)["revision"] == 1


def test_who_must_act_may_close_it(site: Site, ada: Any, bo: Any) -> None:
    item_id = ada.write("Please", kind="request", owner="Bo Lind")
    assert "Close it" in bo.read(item_id)
    assert bo.post("/close", id=item_id, closed_reason="done").status_code == 303
    again = bo.post("/close", id=item_id, closed_reason="twice")
    assert again.status_code == 422
    assert "closed on 2026-11-04 already" in again.text.casefold()


def test_of_two_edits_the_second_sees_both_and_loses_nothing(
    site: Site, ada: Any, signed: Callable[..., Any]
) -> None:
    eve, item_id = signed("Eve Ho", "sales"), ada.write("First", due_on="2026-11-10")
    due = {"due_on": "2026-11-10"}
    mine = {"id": item_id, "revision": "1", "kind": "request", "body": "Mine <1>", **due}
    hers = {**mine, "kind": "obstacle", "body": "Hers", "due_on": "2026-12-24", "owner": "Bo"}
    assert eve.post("/edit", **hers).status_code == 303
    answer = ada.post("/edit", **mine)
    page = unescape(answer.text)
    assert answer.status_code == 409
    assert "Eve Ho changed it on Wed 4 Nov at 10:30" in page
    assert page.count('class="differs"') == 2  # the kind and the words, not what Ada left alone
    assert 'name="due_on" value="2026-12-24"' in page
    assert page.index("Hers") < page.index("Mine <1>")
    assert 'name="revision" value="2"' in page
    assert row(site, item_id)["body"] == "Hers"
    assert ada.post("/edit", **{**mine, "revision": "2"}).status_code == 303
    kept = row(site, item_id)
    assert (kept["body"], kept["revision"], kept["changed_by"]) == ("Mine <1>", 3, "Ada Prinz")
    with site.store.read() as db:
        past = [items.revision(db, item_id, n) for n in (1, 2)]
    assert [was["body"] for was in past if was] == ["First", "Hers"]


def test_an_answer_is_edited_and_stays_an_answer(site: Site, ada: Any, bo: Any) -> None:
    item_id = ada.write("Why?", kind="question")
    bo.post("/answer", id=item_id, body="Becuase")
    answer_id = site.items()[0].answers[0].note_id
    form = bo.get(f"/edit?id={answer_id}").text
    assert 'name="kind"' not in form
    assert bo.post("/edit", id=answer_id, revision="1", body="Because").status_code == 303
    assert row(site, answer_id)["kind"] == "answer"
    assert site.items()[0].answers[0].body == "Because"


def test_a_note_of_the_data_is_answered_and_changed(site: Site, signed: Callable[..., Any]) -> None:
    import pandas as pd

    from report_helpers.data import load

    notes = pd.DataFrame(
        [("n/1 ä", "marketing", "question", "From the data", pd.Timestamp("2026-10-01"))],
        columns=["note_id", "team", "kind", "body", "written_on"],
    )
    deals = pd.DataFrame(
        [("d1", pd.Timestamp("2026-10-01"), "open", "SMB")],
        columns=["opportunity_id", "created_on", "outcome", "segment"],
    )
    data = load({"opportunities": deals, "notes": notes})
    known = Site(**{**vars(site), "data": data})
    for person, team in (("Ada", "sales"), ("Bo", "marketing")):
        browser = signed(person, team, known)
        if team == "sales":
            assert "n/1%20%C3%A4" in browser.get("/").text
            assert browser.post("/answer", id="n/1 ä", body="Seen").status_code == 303
        else:
            changed = {"kind": "question", "body": "Changed", "about_segment": "SMB"}
            assert browser.post("/edit", id="n/1 ä", revision="1", **changed).status_code == 303
            refused = browser.post("/write", kind="question", body="x", about_segment="SNB")
            assert "did you mean 'SMB'" in unescape(refused.text)
    (thread,) = exchange.threads(data, known.today().replace(year=2027), site.store)
    assert (thread.body, thread.about_segment) == ("Changed", "SMB")
    assert [answer.body for answer in thread.answers] == ["Seen"]


def test_of_many_edits_at_once_one_is_kept_and_all_others_are_told(
    site: Site, ada: Any, visitor: Callable[..., Any]
) -> None:
    from concurrent.futures import ThreadPoolExecutor

    item_id, csrf = ada.write("First"), ada.csrf()
    cookies = dict(ada.client.cookies)

    def change(number: int) -> int:
        browser = visitor()
        browser.client.cookies.update(cookies)
        fields = {"csrf": csrf, "id": item_id, "revision": "1", "body": f"Mine {number}"}
        return int(browser.raw("/edit", {**fields, "kind": "obstacle"}).status_code)

    with ThreadPoolExecutor(6) as pool:
        found = sorted(pool.map(change, range(6)))
    assert found == [303, *[409] * 5]
    assert row(site, item_id)["revision"] == 2


def at_once(browser: Any, visitor: Callable[..., Any], path: str, fields: dict[str, str]) -> set:
    """Send the same form six times at once and return where each answer leads."""
    from concurrent.futures import ThreadPoolExecutor

    cookies = dict(browser.client.cookies)

    def send(_: int) -> str:
        other = visitor()
        other.client.cookies.update(cookies)
        answer = other.raw(path, fields)
        assert answer.status_code == 303, answer.text
        return str(answer.headers["location"])

    with ThreadPoolExecutor(6) as pool:
        return set(pool.map(send, range(6)))


def hidden(page: str, path: str) -> dict[str, str]:
    """Return the hidden fields of the form of a page that is sent to `path`."""
    form = page.partition(f'action="{path}"')[2].partition("</form>")[0]
    return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form))


def test_a_form_sent_by_several_clicks_is_written_once(
    site: Site, ada: Any, bo: Any, visitor: Callable[..., Any]
) -> None:
    fields = {**hidden(ada.get("/write").text, "/write"), "kind": "question", "body": "Why?"}
    (where,) = at_once(ada, visitor, "/write", fields)
    (root,) = site.items()
    assert where == f"/thread?id={root.note_id}"
    reply = {**hidden(bo.get(where).text, "/answer"), "body": "Because"}
    at_once(bo, visitor, "/answer", reply)
    assert [answer.body for answer in site.items()[0].answers] == ["Because"]


def test_other_words_of_the_same_form_or_the_same_words_of_another_are_kept(
    site: Site, ada: Any, bo: Any
) -> None:
    fields = {**hidden(ada.get("/write").text, "/write"), "kind": "question", "body": "Why?"}
    for sent in (fields, {**fields, "body": "Why not?"}, fields):
        assert ada.raw("/write", sent).status_code == 303
    again = hidden(ada.get("/write").text, "/write")
    assert again["key"] != fields["key"]
    assert ada.raw("/write", {**fields, **again}).status_code == 303
    bo.post("/write", **{**fields, "csrf": bo.csrf()})
    found = sorted((item.author, item.body) for item in site.items())
    ours = [("Ada Prinz", "Why not?"), ("Ada Prinz", "Why?"), ("Ada Prinz", "Why?")]
    assert found == [*ours, ("Bo Lind", "Why?")]


def test_what_was_sent_late_and_reloaded_the_next_day_is_written_once(
    site: Site, signed: Callable[..., Any], clock: Any
) -> None:
    known = Site(**{**vars(site), "time_zone": "Pacific/Kiritimati"})  # there it is half past 11 pm
    ada = signed("Ada", "sales", known)
    due = {"kind": "question", "body": "Why?", "due_on": "2026-11-04"}
    fields = {**hidden(ada.get("/write").text, "/write"), **due}
    first = ada.raw("/write", fields)
    clock.passed = 3600
    assert str(known.today()) == "2026-11-05"
    assert ada.raw("/write", fields).headers["location"] == first.headers["location"]
    assert [str(item.written_on) for item in known.items()] == ["2026-11-04"]


def test_closing_reopening_and_saving_twice_is_done_once(
    site: Site, ada: Any, bo: Any, visitor: Callable[..., Any]
) -> None:
    item_id = ada.write("Leads come late")
    end = {"csrf": ada.csrf(), "id": item_id, "closed_reason": " It works "}
    at_once(ada, visitor, "/close", end)
    assert row(site, item_id)["revision"] == 2
    assert "Reopen" in ada.read(item_id)
    assert "Reopen" not in bo.read(item_id)  # theirs to open again, as it was theirs to close
    assert bo.post("/reopen", id=item_id).status_code == 403
    at_once(ada, visitor, "/reopen", {"csrf": ada.csrf(), "id": item_id})
    assert (row(site, item_id)["revision"], row(site, item_id)["closed_on"]) == (3, None)
    assert "Close it" in ada.read(item_id)
    change = {"csrf": ada.csrf(), "id": item_id, "revision": "3", "kind": "obstacle", "body": "New"}
    at_once(ada, visitor, "/edit", change)
    assert row(site, item_id)["revision"] == 4
