"""What the pages are made from: the store, the data, the reports, and who asks."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from starlette.requests import Request

from report_helpers.data.audit import Audit
from report_helpers.data.dataset import Dataset
from report_helpers.present.formats import day
from report_helpers.teams import exchange
from report_helpers.teams.exchange import Item, Team
from report_helpers.teams.items import Signature
from report_helpers.teams.store import Store
from report_helpers.web.guard import Buckets, Refused
from report_helpers.web.sessions import Session
from report_helpers.web.tokens import Bearer

NOTHING = Dataset({}, Audit())
"""The data of a company that has given none."""


@dataclass(frozen=True)
class Site:
    """One company's page.

    Parameters
    ----------
    store : where the teams write.
    output : the folder of all reports.
    secret : what sessions are signed with.
    now : returns the time, in UTC.
    company : its name.
    data : segments and earlier notes.
    time_zone : where its days begin.
    behind_proxy : a reverse proxy on the way says who asks, and whether by TLS.
    clock : seconds that only rise, for rates.
    """

    store: Store
    output: Path
    secret: str
    now: Callable[[], datetime]
    company: str = "Our company"
    data: Dataset = NOTHING
    time_zone: str = "UTC"
    behind_proxy: bool = False
    clock: Callable[[], float] = time.monotonic

    def __post_init__(self) -> None:
        """Read what the pages need of the data now: requests come on many threads."""
        self.items()
        self.data.values("segment")

    def items(self) -> list[Item]:
        """Return all that was written, in threads."""
        return exchange.threads(self.data, date.max, self.store)

    def segments(self) -> list[str]:
        """Return the segments an item can speak of."""
        return self.data.values("segment")

    def today(self) -> date:
        """Return the day it is for the company."""
        return self.now().astimezone(ZoneInfo(self.time_zone)).date()

    def told(self, at: datetime) -> str:
        """Return a naive UTC time by the company's clocks, in words."""
        local = at.replace(tzinfo=UTC).astimezone(ZoneInfo(self.time_zone))
        return f"on {day(local, year=False)} at {local:%H:%M}"

    def buckets(self, size: int, seconds: float) -> Buckets:
        """Return empty rates that go by this site's clock."""
        return Buckets(size, seconds, self.clock)


@dataclass(frozen=True)
class Visit:
    """One request, and who makes it.

    Parameters
    ----------
    site : the page asked.
    request : what is asked.
    session : that of the browser.
    bearer : who is signed in; None for nobody.
    fields : the form sent; empty when none was.
    """

    site: Site
    request: Request
    session: Session
    bearer: Bearer | None = None
    fields: dict[str, str] = field(default_factory=dict)

    @property
    def person(self) -> str:
        """The person signed in."""
        return self._known().person

    @property
    def team(self) -> Team:
        """The team they speak for."""
        return self._known().team

    def signature(self) -> Signature:
        """Return who changes something, and that it is now."""
        return Signature(self.person, self.site.now().replace(tzinfo=None))

    def thread(self, item_id: str) -> tuple[Item, Item]:
        """Return an item and the thread it is in.

        Raises
        ------
        Refused
            When there is no such item.
        """
        for root in self.site.items():
            for item in (root, *root.answers):
                if item.note_id == item_id:
                    return item, root
        raise Refused(404, "There is no such item.")

    def may_edit(self, item: Item) -> bool:
        """Return whether they may change an item: their team wrote it."""
        return item.team == self.team

    def may_close(self, item: Item) -> bool:
        """Return whether they may close an item: their team wrote it, or they must act on it."""
        return item.team == self.team or item.owner == self.person

    def _known(self) -> Bearer:
        if self.bearer is None:
            raise Refused(403, "Sign in first.")
        return self.bearer
