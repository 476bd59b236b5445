"""A tick in a process of its own that can be killed at any step; see test_tick.py.

    python tick_process.py FOLDER NOW STEP

The report is a stand-in that writes what a run writes; the mail server is a file that every letter
taken is added to. STEP is where the process kills itself: run, entering, entered, taken, sent; any
other word lets it end.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any

from report_helpers.delivery import issue, outbox
from report_helpers.delivery import tick as ticking
from report_helpers.delivery.journal import Tail
from report_helpers.delivery.press import Press
from report_helpers.delivery.tick import Clockwork, Outcome
from report_helpers.errors import MarsaleError
from report_helpers.periods import Period
from report_helpers.publish.run import Job, Result
from report_helpers.settings import Settings
from report_helpers.teams.store import open_store

NOTHING = {"count": 0, "overdue": 0}
NOBODY = {**NOTHING, "asked": NOTHING, "items": []}
COMPANY = Settings.model_validate(
    {
        "schedule": {"weekly": "monday 07:00", "time_zone": "Europe/Berlin"},
        "mail": {
            "server": "smtp://localhost:25",
            "sender": "reports@example.com",
            "owner": "ops@example.com",
            "recipients": [
                {"address": "ann@example.com", "team": "sales"},
                {"address": "ben@example.com", "team": "marketing"},
            ],
        },
    }
)


def die() -> None:
    """End as ``kill -9`` ends a process: nothing is cleaned up."""
    os.kill(os.getpid(), signal.SIGKILL)


def facts(as_of: date, verdict: str = "green") -> dict[str, Any]:
    """Return what a weekly report freezes, as little of it as the mail needs."""
    period = Period.weeks_before(as_of, 1)
    head = {"company": "Acme", "report": "Weekly", "period": period.label, "dates": "", "scope": ""}
    check = {
        "name": "fresh",
        "state": verdict,
        "text": "deals are 9 days old",
        "remedy": "export",
        "who": "IT",
    }
    return {
        "report": "weekly",
        "period": {"key": period.key, "start": str(period.start), "end": str(period.end)},
        "as_of": str(as_of),
        "inputs": [],
        "figures": [{"metric": "win_rate", "value": 0.25, "n": 8}],
        "history": {"series": {}},
        "trust": {"verdict": verdict, "checks": [check], "expected_by": "2026-11-03"},
        "summary": {
            "head": head,
            "figures": [],
            "changes": [],
            "owes": {"sales": NOBODY, "marketing": NOBODY},
            "meeting": None,
        },
    }


def stand_in(
    verdict: Callable[[], str] = lambda: "green",
    fault: Callable[[], MarsaleError | None] = lambda: None,
) -> Callable[..., Result]:
    """Return what stands in for a run: it writes its files, or raises a fault."""

    def run(job: Job, *_: object) -> Result:
        raised = fault()
        if raised:
            raise raised
        found = facts(date.fromisoformat(job.parameters["as_of"]), verdict())
        folder = job.output / "weekly" / found["period"]["key"]
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "facts.json").write_text(json.dumps(found), encoding="utf-8")
        told = {"parameters": dict(job.parameters), "inputs": [], "outputs": {}}
        (folder / "manifest.json").write_text(json.dumps(told), encoding="utf-8")
        (folder / "weekly.pdf").write_bytes(b"%PDF-1.7 stand-in")
        return Result(folder, (), {})

    return run


class Post:
    """A mail server that is a file: one line for every letter it took."""

    def __init__(self, file: Path, step: str = "") -> None:
        self.file, self.step = file, step

    @contextmanager
    def session(self) -> Iterator[Post]:
        """Give itself."""
        yield self

    def send(self, content: bytes, address: str) -> None:
        """Write down a letter; die before, or after, if that is the step."""
        if self.step == "taken":
            die()
        words = content.decode("ascii", "replace").splitlines()
        name = next(w for w in words if w.lower().startswith("message-id:"))
        subject = next(w for w in words if w.lower().startswith("subject:"))
        with self.file.open("a", encoding="utf-8") as lines:
            lines.write(f"{address}\t{name.split()[-1]}\t{subject[9:]}\n")
            lines.flush()
            os.fsync(lines.fileno())
        if self.step == "sent":
            die()


def clockwork(folder: Path, now: Callable[[], datetime], step: str = "") -> Clockwork:
    """Return the works of a tick in a folder."""
    output = folder / "output"

    def job(_: str, as_of: date, segment: str) -> Job:
        return Job("weekly", output, {"as_of": str(as_of), "segment": segment})

    press = Press(COMPANY, open_store(folder / "marsale.db"), job, output)
    post = Post(folder / "post.txt", step)
    return Clockwork(press, post, now, Tail(), lambda occasion, _: f"marsale run {occasion.report}")


def tick(
    folder: Path, now: datetime, step: str = "", run: Callable[..., Result] | None = None
) -> Outcome:
    """Tick once, with the stand-in for a run."""
    made = run or stand_in()

    def dying(job: Job, *rest: object) -> Result:
        result = made(job, *rest)
        if step == "run":
            die()
        return result

    keep = issue.run, issue.frozen_inputs.freeze, issue.letters.queue, outbox.flush
    issue.run = dying
    issue.frozen_inputs.freeze = lambda *_, **__: {}
    if step == "entering":
        issue.letters.queue = lambda *_: die()
    if step == "entered":
        outbox.flush = lambda *_: die()
    try:
        return ticking.tick(clockwork(folder, lambda: now, step))
    finally:
        issue.run, issue.frozen_inputs.freeze, issue.letters.queue, outbox.flush = keep


if __name__ == "__main__":
    tick(Path(sys.argv[1]), datetime.fromisoformat(sys.argv[2]), sys.argv[3])
