"""``marsale serve``: the teams' page, and the keys with which people sign in to it."""

from __future__ import annotations

import logging
import os
import socket
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from report_helpers.commands import place
from report_helpers.commands.terminal import harmless
from report_helpers.errors import ConfigurationError, UnknownName

if TYPE_CHECKING:
    from starlette.applications import Starlette

    from report_helpers.teams.store import Store
    from report_helpers.web.site import Site

LOOPBACK = ("127.0.0.1", "::1", "localhost")
_DATA = click.option(
    "--data", metavar="WHERE", help="Data with people, segments, notes. [default: the settings']"
)


@click.group("serve", invoke_without_command=True)
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8040,
    show_default=True,
    help="0: any that is free.",
)
@click.option("--behind-proxy", is_flag=True, help="Believe the X-Forwarded headers of a proxy.")
@click.option("--output", metavar="DIR", help="Folder of all reports. [default: the settings']")
@_DATA
@place.where
@click.pass_context
def command(context: click.Context, /, host: str, port: int, **given: str | bool | None) -> None:
    """Serve the teams' page, for people who use no terminal, until interrupted."""
    if context.invoked_subcommand is None:
        from report_helpers.web.app import application

        page = application(_site(**given))  # type: ignore[arg-type]
        _log()
        _serve(page, _listening(host, port), host)


@command.command("token")
@click.argument("person")
@click.option("--team", metavar="TEAM", help="marketing or sales. [default: the table people's]")
@click.option(
    "--url",
    default="http://127.0.0.1:8040",
    show_default=True,
    help="Where people reach the page; the link begins so.",
)
@_DATA
@place.where
def token(person: str, team: str | None, url: str, data: str | None, **where: str | None) -> None:
    """Make a key for PERSON and print the personal link; it is shown this once."""
    from report_helpers.web import tokens

    found = place.find(where["store"], where["settings_file"])
    team = team or _team(person, found, data)
    with found.open().write() as db:
        made = tokens.make(db, person, team, _now().replace(tzinfo=None))
    click.echo(f"{url.rstrip('/')}/in/{made}")


@command.command("revoke")
@click.argument("person")
@place.where
def revoke(person: str, **where: str | None) -> None:
    """Revoke all keys of PERSON; whoever is signed in with one is signed out."""
    from report_helpers.web import tokens

    with _opened(**where).write() as db:
        count = tokens.revoke(db, person, _now().replace(tzinfo=None))
    click.echo(harmless(f"  {count} revoked of {person}"))


@command.command("list")
@place.where
def list_(**where: str | None) -> None:
    """List who holds a key."""
    from report_helpers.web import tokens

    with _opened(**where).read() as db:
        for person, team, made_at in tokens.held(db):
            click.echo(harmless(f"  {made_at:%Y-%m-%d}  {team:<9}  {person}"))


def _listening(host: str, port: int) -> socket.socket:
    """Return a socket on which the system takes connections from now on."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as error:
        raise ConfigurationError(
            f"cannot listen there: {error.strerror or error}",
            where=f"{host}:{port}",
            remedy="choose another --port, or an address of this machine",
        ) from error


def _serve(page: Starlette, listening: socket.socket, host: str) -> None:
    """Say where the page is, and serve it until interrupted."""
    import uvicorn

    if host not in LOOPBACK:
        said = "others can reach this page, and without TLS read what goes to and fro"
        click.echo(f"warning: {said}; see docs/serve.md", err=True)
    name, port = f"[{host}]" if ":" in host else host, listening.getsockname()[1]
    click.echo(f"  http://{name}:{port}/")
    sys.stdout.flush()
    config = uvicorn.Config(
        page, access_log=False, proxy_headers=False, server_header=False, log_level="warning"
    )
    uvicorn.Server(config).run(sockets=[listening])


def _opened(store: str | None, settings_file: str | None) -> Store:
    return place.find(store, settings_file).open(create=False)


def _site(
    store: str | None,
    settings_file: str | None,
    data: str | None,
    output: str | None,
    behind_proxy: bool,
) -> Site:
    """Return the site the options ask for."""
    from report_helpers.web.sessions import secret
    from report_helpers.web.site import NOTHING, Site

    found = place.find(store, settings_file)
    opened, known = found.open(), found.data(data)
    beside = opened.path or Path.cwd() / "marsale"
    return Site(
        store=opened,
        output=Path(output or found.settings.output.folder).absolute(),
        secret=secret(os.environ.get("MARSALE_SECRET", ""), beside.with_suffix(".secret")),
        now=_now,
        company=found.settings.company.name,
        time_zone=found.settings.meeting.time_zone,
        behind_proxy=behind_proxy,
        data=NOTHING if known is None else known,
    )


def _team(person: str, found: place.Place, data: str | None) -> str:
    """Return the team of a person as the data know it."""
    known = found.data(data)
    if known is None or not known.has("people", "person", "team"):
        raise ConfigurationError(
            "the team is not known: there is no table of people", remedy="give it with --team"
        )
    teams: dict[str, str] = dict(known.frame("people")[["person", "team"]].itertuples(index=False))
    if person not in teams:
        raise UnknownName("person", person, teams, where="people")
    return teams[person]


def _now() -> datetime:
    return datetime.now(UTC)


def _log() -> None:
    """Write the page's own log lines to the error stream; no other library's."""
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
    log = logging.getLogger("marsale.web")
    log.addHandler(handler)
    log.setLevel(logging.INFO)
