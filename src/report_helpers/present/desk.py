"""The exchange in a notebook: what is open, what was answered, and a form to write."""

from __future__ import annotations

from datetime import date
from typing import Any

from report_helpers.present import forms, threads
from report_helpers.present.blocks import Block, Callout, Notes
from report_helpers.present.findings import TEAM_NAMES
from report_helpers.present.forms import Pen
from report_helpers.present.report import Report
from report_helpers.teams import exchange
from report_helpers.teams.exchange import Item, Team
from report_helpers.teams.fields import WAITING
from report_helpers.teams.store import Store, existing, open_store


class Desk(Report):
    """The exchange of both teams, to read and to write.

    Parameters
    ----------
    store : path or URL of the store; empty for the settings' one.
    where, named : data, mapping, as_of, segment and settings, as for `Report`.
    """

    name = "exchange"
    heading = "The exchange"

    def __init__(self, *where: Any, store: str = "", **named: Any) -> None:
        super().__init__(*where, **named)
        self._store_place = store

    @property
    def _place(self) -> str:
        return self._store_place or self.settings.store.url

    @property
    def kept(self) -> Store | None:
        """The store, when there is one already."""
        return existing(self._place)

    @property
    def items(self) -> list[Item]:
        """All that was written up to this moment, in threads."""
        return exchange.threads(self.data, date.max, self.kept, self.segment)

    def open(self, team: Team) -> Notes:
        """Show what a team wrote that is still open, with its answers."""
        told = [item for item in self.items if item.team == team and _waits(item)]
        title = f"Open from {TEAM_NAMES[team]}"
        return threads.notes(told, self.as_of, title=title, empty="Nothing is open.")

    def form(self, person: str, team: str) -> Any:
        """Show a form to write an item or an answer.

        Parameters
        ----------
        person, team : who writes; the form is not shown before both are known.
        """
        lacking = forms.missing() or self._without(person, team)
        return lacking or forms.entry(self._pen(person, team))

    def table(self, person: str) -> Any:
        """Show the open items with fields to change and to close them."""
        lacking = forms.missing() or self._without(person, "any")
        return lacking or forms.table(self._pen(person))

    def _pen(self, person: str, team: str = "") -> Pen:
        return Pen(open_store(self._place), self.whole, person, team)

    def _without(self, person: str, team: str) -> Block | None:
        if not person or not team:
            return Callout("Set person and team above, and run again.", title="Who writes?")
        if not self._place:
            said = "Set store above, or [store] url in marsale.toml, and run again."
            return Callout(said, title="Where is it kept?")
        return None


def _waits(item: Item) -> bool:
    return item.is_open and item.kind in WAITING
