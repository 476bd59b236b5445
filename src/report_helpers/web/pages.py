"""Pages to read: home, threads, one thread, a report, a font."""

from __future__ import annotations

from starlette.responses import FileResponse, Response

from report_helpers import assets
from report_helpers.teams import owing
from report_helpers.teams.exchange import OTHER, Item
from report_helpers.teams.fields import WAITING
from report_helpers.teams.schema import KINDS, TEAMS
from report_helpers.web import files
from report_helpers.web.drawing import FACES, draw
from report_helpers.web.guard import Refused
from report_helpers.web.site import Visit

STATES = {"open": "Open", "overdue": "Overdue", "closed": "Closed", "all": "All"}
MOST = 200
"""Threads on one page; what is newest comes first."""


def home(visit: Visit) -> Response:
    """Show the latest reports, what the team owes and what it waits for."""
    items, today = visit.site.items(), visit.site.today()
    return draw(
        visit,
        "home",
        editions=files.latest(visit.site.output),
        owed=owing.owed(items, visit.team, today),
        awaited=owing.awaited(items, visit.team, today),
        other=OTHER[visit.team],
    )


def threads(visit: Visit) -> Response:
    """List threads of a team, a kind and a state."""
    asked = visit.request.query_params
    chosen = {
        "team": _one_of(asked.get("team", ""), TEAMS, ""),
        "kind": _one_of(asked.get("kind", ""), KINDS, ""),
        "state": _one_of(asked.get("state", ""), tuple(STATES), "open"),
    }
    found = [item for item in reversed(visit.site.items()) if _matches(item, chosen, visit)]
    return draw(
        visit, "threads", items=found[:MOST], count=len(found), chosen=chosen, states=STATES
    )


def thread(visit: Visit) -> Response:
    """Show one thread, with forms to answer and to close it."""
    _, root = visit.thread(visit.request.query_params.get("id", ""))
    return draw(visit, "thread", root=root, wrong="", typed={})


def report(visit: Visit) -> Response:
    """Hand out a report's HTML or PDF."""
    file = files.find(visit.site.output, visit.request.path_params["path"])
    headers = {"Content-Security-Policy": files.POLICIES[file.suffix]}
    return FileResponse(
        file,
        media_type=files.KINDS[file.suffix],
        headers=headers,
        filename=file.name,
        content_disposition_type="inline",
    )


def font(visit: Visit) -> Response:
    """Hand out a font of the kit."""
    name = visit.request.path_params["name"]
    if name not in [f"{stem}.woff2" for _, stem, *_ in FACES]:
        raise Refused(404, "There is no such page.")
    file = assets.path("templates", "base", "fonts", name)
    headers = {"Cache-Control": "public, max-age=604800"}
    return FileResponse(file, media_type="font/woff2", headers=headers)


def _one_of(asked: str, known: tuple[str, ...], otherwise: str) -> str:
    return asked if asked in known else otherwise


def _matches(item: Item, chosen: dict[str, str], visit: Visit) -> bool:
    waits = item.is_open and item.kind in WAITING
    state = {
        "open": waits,
        "overdue": waits and item.overdue(visit.site.today()),
        "closed": not item.is_open,
        "all": True,
    }
    return (
        chosen["team"] in ("", item.team)
        and chosen["kind"] in ("", item.kind)
        and state[chosen["state"]]
    )
