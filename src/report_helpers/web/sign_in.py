"""Signing in with a key, by a link or by typing it, and signing out."""

from __future__ import annotations

from starlette.responses import RedirectResponse, Response

from report_helpers.web import tokens
from report_helpers.web.drawing import draw
from report_helpers.web.guard import is_secure
from report_helpers.web.sessions import HOURS, Session
from report_helpers.web.site import Visit

WRONG = "This key is wrong or no longer works. Ask for a new one."


def ask(visit: Visit) -> Response:
    """Show the form; of a personal link the key stands in it already.

    The link alone signs nobody in: programs that look at links in mail open them too.
    """
    token = visit.request.path_params.get("token", "")
    if visit.bearer and not token:
        return RedirectResponse("/", 303)
    return keep(draw(visit, "sign_in", token=token, wrong=""), visit, visit.session)


def enter(visit: Visit) -> Response:
    """Sign in, with a new session."""
    with visit.site.store.read() as db:
        bearer = tokens.check(db, visit.fields.get("token", ""))
    if bearer is None:
        return draw(visit, "sign_in", 403, token="", wrong=WRONG)
    session = Session.start(visit.site.now().timestamp(), bearer.token_id)
    return keep(RedirectResponse("/", 303), visit, session)


def leave(visit: Visit) -> Response:
    """Sign out."""
    session = Session.start(visit.site.now().timestamp())
    return keep(RedirectResponse("/sign-in", 303), visit, session)


def cookie(visit_is_secure: bool) -> str:
    """Return the cookie's name; by TLS one that browsers take from this very host alone."""
    return "__Host-marsale" if visit_is_secure else "marsale"


def keep(response: Response, visit: Visit, session: Session) -> Response:
    """Put a session into the browser's cookie."""
    secure = is_secure(visit.request, behind_proxy=visit.site.behind_proxy)
    response.set_cookie(
        cookie(secure),
        session.sealed(visit.site.secret),
        max_age=HOURS * 3600,
        path="/",
        secure=secure,
        httponly=True,
        samesite="strict",
    )
    return response
