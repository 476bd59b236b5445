"""What the commands that deliver work with: settings, store, outbox and mail server."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from report_helpers.commands import run
from report_helpers.errors import ConfigurationError

if TYPE_CHECKING:
    from report_helpers.delivery.occasions import Occasion
    from report_helpers.delivery.press import Press
    from report_helpers.delivery.smtp import Server
    from report_helpers.publish.run import Job
    from report_helpers.settings import Settings
    from report_helpers.teams.store import Store

_OPTIONS = (
    click.option(
        "--settings",
        "settings_file",
        metavar="FILE",
        help="Settings. [default: ./marsale.toml]",
    ),
    click.option(
        "--store",
        metavar="WHERE",
        envvar="MARSALE_STORE",
        help="SQLite file or database URL. [default: MARSALE_STORE, the settings']",
    ),
    click.option("--output", type=click.Path(path_type=Path), help="Folder of all reports."),
)


def options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--settings``, ``--store`` and ``--output`` to a command."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def now() -> datetime:
    """Return the time, naive UTC."""
    return datetime.now(UTC).replace(tzinfo=None)


@dataclass(frozen=True)
class Office:
    """What a command that delivers works with.

    Parameters
    ----------
    company : its settings.
    settings_file : where they were read.
    url : where the store is.
    output : the folder of all reports.
    """

    company: Settings
    settings_file: Path
    url: str
    output: Path

    @classmethod
    def of(cls, settings_file: str | None, store: str | None, output: Path | None) -> Office:
        """Return the office the options ask for.

        Raises
        ------
        ConfigurationError
            When there are no settings: nobody could know what is due and who gets it.
        """
        from report_helpers import settings

        here = Path.cwd()
        file = settings.find(settings_file, "", here)
        if file is None:
            raise ConfigurationError(
                "there are no settings here, and so nothing to deliver",
                where=str(here),
                remedy="give --settings FILE, or run 'marsale init DIR' to get one to start from",
            )
        company = settings.load(file)
        url = settings.anchor(store or company.store.url, here)
        folder = output or Path(company.output.folder)
        return cls(company, file.absolute(), url, folder.absolute())

    def open(self, *, create: bool = True) -> Store:
        """Open the store; a file that is not there is made, or is an error."""
        from report_helpers.teams.store import open_store

        return open_store(self.url, create=create)

    def press(self) -> Press:
        """Return what it takes to issue reports; a terminal sees its steps, a log its events."""
        from report_helpers.delivery.press import Press
        from report_helpers.publish.progress import Progress

        progress = Progress(sys.stderr if sys.stderr.isatty() else None)
        return Press(self.company, self.open(), self.job, self.output, progress)

    def job(self, report: str, as_of: date, segment: str) -> Job:
        """Return the job of a report; a PDF is always made, as it is what travels."""
        formats = tuple(dict.fromkeys((*self.company.report.formats, "pdf")))
        (job,) = run.jobs(
            (report,),
            data=None,
            mapping=None,
            as_of=None,
            settings_file=str(self.settings_file),
            segment=segment,
            store=self.url,
            parameters={},
            output=self.output,
            formats=formats,
            timeout=600,
        )
        made: Job = replace(job, parameters={**job.parameters, "as_of": str(as_of)})
        return made

    def server(self) -> Server | None:
        """Return the mail server; None when none is set.

        Raises
        ------
        ConfigurationError
            When there are recipients and no server or sender, or a user and no password.
        """
        from report_helpers.commands import secret
        from report_helpers.delivery.smtp import Server

        mail = self.company.mail
        if not mail.server:
            if mail.recipients:
                raise self._lacks("server", "'smtp://host:587' or 'smtps://host:465'")
            return None
        if not mail.sender:
            raise self._lacks("sender", "the address the reports come from")
        return Server(mail, secret.find("MARSALE_MAIL_PASSWORD", mail.user))

    def _lacks(self, name: str, remedy: str) -> ConfigurationError:
        return ConfigurationError(
            f"[mail] {name} is not set", where=str(self.settings_file), remedy=f"set it: {remedy}"
        )

    def again(self, occasion: Occasion, segment: str) -> str:
        """Return the command with which to run an occasion's report again, as text."""
        words = ["marsale", "run", occasion.report, "--as-of", str(occasion.as_of)]
        if occasion.report == "shadowing":
            words = ["marsale", "shadow", "plan", "--month", occasion.period]
        words += ["--segment", segment] if segment else []
        words += ["--settings", str(self.settings_file)]
        return shlex.join(words)
