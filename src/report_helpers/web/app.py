"""The application: which address is which page, and what every request goes through."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from urllib.parse import quote

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from report_helpers.errors import MarsaleError
from report_helpers.web import guard, pages, sign_in, tokens, writing
from report_helpers.web.drawing import draw, policy
from report_helpers.web.guard import Buckets, Refused
from report_helpers.web.sessions import Session, unsealed
from report_helpers.web.site import Site, Visit

LOG = logging.getLogger("marsale.web")
Page = Callable[[Visit], Response]
Next = Callable[[Request], Awaitable[Response]]
OPEN = (sign_in.ask, sign_in.enter, sign_in.leave, pages.font)
"""Pages for people who are not signed in."""
ROUTES: tuple[tuple[str, Page, str], ...] = (
    ("/", pages.home, "GET"),
    ("/threads", pages.threads, "GET"),
    ("/thread", pages.thread, "GET"),
    ("/write", writing.new, "GET"),
    ("/write", writing.new, "POST"),
    ("/answer", writing.answer, "POST"),
    ("/close", writing.close, "POST"),
    ("/reopen", writing.reopen, "POST"),
    ("/edit", writing.edit, "GET"),
    ("/edit", writing.edit, "POST"),
    ("/reports/{path:path}", pages.report, "GET"),
    ("/in/{token}", sign_in.ask, "GET"),
    ("/sign-in", sign_in.ask, "GET"),
    ("/sign-in", sign_in.enter, "POST"),
    ("/sign-out", sign_in.leave, "POST"),
    ("/fonts/{name}", pages.font, "GET"),
)


class Door:
    """What every request goes through: rates, form, session, rights, errors, headers, log.

    Parameters
    ----------
    site : the page behind it.
    """

    def __init__(self, site: Site) -> None:
        self._site = site
        self._headers = {**guard.HEADERS, "Content-Security-Policy": policy()}
        self._signing = site.buckets(10, 30)
        self._places = site.buckets(60, 2)
        self._people = site.buckets(30, 4)

    def opens(self, page: Page) -> Next:
        """Return the endpoint of a page."""

        async def endpoint(request: Request) -> Response:
            visit = self._stranger(request)
            try:
                if request.method == "POST":
                    self._spend(self._places, self._address(request))
                    visit = Visit(*self._parts(visit), fields=await guard.form(request))
                response = await run_in_threadpool(self._answer, page, visit)
            except Refused as refused:
                response = self._refused(visit, refused)
            except MarsaleError as error:
                LOG.error("%s", ascii(str(error)))
                response = self._refused(visit, Refused(503, "This does not work just now.", 10))
            except Exception:  # the outermost boundary: logged, and shown without internals
                LOG.exception("unexpected")
                response = self._refused(visit, Refused(500, "Something went wrong here."))
            return self._sealed(request, response)

        return endpoint

    async def missing(self, request: Request, error: Exception) -> Response:
        """Answer for an address or a method that is not there."""
        status = error.status_code if isinstance(error, HTTPException) else 500
        said = {404: "There is no such page.", 405: "This page cannot be asked so."}
        visit = self._stranger(request)
        refused = Refused(status, said.get(status, "Something went wrong here."))
        response = self._refused(visit, refused)
        response.headers.update(getattr(error, "headers", None) or {})
        return self._sealed(request, response)

    def _answer(self, page: Page, visit: Visit) -> Response:
        visit = self._recognised(visit)
        if visit.request.method == "POST":
            guard.check_csrf(visit.fields, visit.session.csrf)
            if page is sign_in.enter:
                key = visit.fields.get("token", "").strip().partition(".")[0][:40]
                self._spend(self._signing, self._address(visit.request))
                self._spend(self._signing, f"key {key}")
            elif visit.bearer:
                self._spend(self._people, visit.person)
        if visit.bearer is None and page not in OPEN:
            if visit.request.method == "POST":
                raise Refused(403, "You are signed out. Copy what you wrote, and sign in again.")
            return RedirectResponse("/sign-in", 303)
        return page(visit)

    def _stranger(self, request: Request) -> Visit:
        """Return the visit of somebody not yet recognised, with the browser's session or a new."""
        now = self._site.now().timestamp()
        secure = guard.is_secure(request, behind_proxy=self._site.behind_proxy)
        sent = request.cookies.get(sign_in.cookie(secure), "")
        return Visit(
            self._site, request, unsealed(sent, self._site.secret, now) or Session.start(now)
        )

    def _recognised(self, visit: Visit) -> Visit:
        if not visit.session.token_id:
            return visit
        with self._site.store.read() as db:
            bearer = tokens.holder(db, visit.session.token_id)
        return Visit(*self._parts(visit), bearer=bearer, fields=visit.fields)

    def _parts(self, visit: Visit) -> tuple[Site, Request, Session]:
        return visit.site, visit.request, visit.session

    def _address(self, request: Request) -> str:
        return guard.address(request, behind_proxy=self._site.behind_proxy)

    def _spend(self, buckets: Buckets, name: str) -> None:
        wait = buckets.take(name)
        if wait:
            raise Refused(429, "That was too much at once. Wait a little.", int(wait) + 1)

    def _refused(self, visit: Visit, refused: Refused) -> Response:
        own = visit.request.headers.get("sec-fetch-site") == "same-origin"
        names = ("body", "closed_reason") if own else ()
        typed = [visit.fields[name] for name in names if visit.fields.get(name)]
        response = draw(visit, "message", refused.status, said=refused.said, typed=typed)
        if refused.again:
            response.headers["Retry-After"] = str(refused.again)
        return response

    def _sealed(self, request: Request, response: Response) -> Response:
        """Return the response with its headers, and write a line of log: no key, no query."""
        for name, value in self._headers.items():
            response.headers.setdefault(name, value)
        path = quote(request.url.path, safe="/")
        shown = "/in/…" if path.startswith("/in/") else path
        where = ascii(self._address(request))[1:-1]
        LOG.info("%s %s %s %s", where, request.method, shown, response.status_code)
        return response


def application(site: Site) -> Starlette:
    """Return the teams' page as an ASGI application."""
    door = Door(site)
    routes = [Route(path, door.opens(page), methods=[method]) for path, page, method in ROUTES]
    return Starlette(routes=routes, exception_handlers={HTTPException: door.missing})
