"""What it takes to issue a report: the settings, the store, and who makes a job of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from report_helpers.publish.kernels import Kernels
from report_helpers.publish.progress import Progress
from report_helpers.publish.run import Job
from report_helpers.settings import Recipient, Settings
from report_helpers.teams.store import Store

JobOf = Callable[[str, date, str], Job]


@dataclass(frozen=True)
class Press:
    """What it takes to issue a report.

    Parameters
    ----------
    company : its settings.
    store : where the ledger and the outbox are.
    job : returns the job for a report, a day and a segment.
    output : the folder of all reports.
    progress : told about each step.
    kernels : gives notebooks their kernels; None starts each afresh.
    """

    company: Settings
    store: Store
    job: JobOf
    output: Path
    progress: Progress = field(default_factory=Progress)
    kernels: Kernels | None = None

    def readers(self, report: str, segment: str) -> list[Recipient]:
        """Return who gets a report on a segment; the empty segment is the whole company."""
        wanted = [r for r in self.company.mail.recipients if report in r.reports]
        return [r for r in wanted if r.segment == segment]
