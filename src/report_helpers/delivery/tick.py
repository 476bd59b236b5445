"""One tick of the clock: what is due is issued, what waits is sent, nothing twice."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from report_helpers.delivery import archive, issue, notices, outbox, retention, visits
from report_helpers.delivery.arrivals import arrivals
from report_helpers.delivery.journal import Tail
from report_helpers.delivery.occasions import Occasion
from report_helpers.delivery.outbox import Server, Tally
from report_helpers.delivery.press import Press
from report_helpers.errors import DeliveryError, MarsaleError
from report_helpers.publish.kernels import Kernels
from report_helpers.teams import heartbeat, issues, letters
from report_helpers.teams.issues import State
from report_helpers.teams.letters import Letter

log = logging.getLogger(__name__)

PAUSE = timedelta(minutes=30)
"""So long after a report was held, or has failed, it is tried again."""
UNEXPECTED = 1


@dataclass
class Outcome:
    """What one tick did.

    Parameters
    ----------
    issued, held : names of issues.
    failed : what failed, by name, with the error.
    mail : what became of the letters that were due.
    """

    issued: list[str] = field(default_factory=list)
    held: list[str] = field(default_factory=list)
    failed: dict[str, Exception] = field(default_factory=dict)
    mail: Tally = field(default_factory=Tally)

    @property
    def exit_code(self) -> int:
        """0 when all went well, else that of the first failure; 6 when only mail failed."""
        codes = [getattr(error, "exit_code", UNEXPECTED) for error in self.failed.values()]
        return codes[0] if codes else DeliveryError.exit_code if self.mail.failed else 0


def _afresh() -> Kernels:
    return Kernels(warm=False)


@dataclass(frozen=True)
class Clockwork:
    """What a tick needs.

    Parameters
    ----------
    press : makes the reports.
    server : takes the mail; None when there is none.
    clock : returns the time, naive UTC.
    tail : the last lines of the log, for the owner.
    again : the command with which the owner can run a report again, as text.
    kernels : opens what gives notebooks their kernels, once something is due.
    """

    press: Press
    server: Server | None
    clock: Callable[[], datetime]
    tail: Tail
    again: Callable[[Occasion, str], str]
    kernels: Callable[[], Kernels] = _afresh


def tick(work: Clockwork) -> Outcome:
    """Issue every report that is due and not issued yet, then send what waits in the outbox.

    A report that fails harms no other. Its owner is told, once for each kind of fault, and it is
    tried again at each tick until it is older than ``catch_up_days``. The caller holds the lock.
    """
    outcome = Outcome()
    with work.press.store.write() as db:
        heartbeat.beat(db, work.clock())
    todo = list(due(work.press, work.clock()))
    with work.kernels() if todo else nullcontext() as kernels:
        warm = replace(work, press=replace(work.press, kernels=kernels))
        for occasion, segment in todo:
            _try(warm, occasion, segment, outcome)
    _send(work, outcome)
    if outcome.issued or outcome.held:
        _tidy(work, outcome)
    return outcome


def _try(work: Clockwork, occasion: Occasion, segment: str, outcome: Outcome) -> None:
    name = "/".join(part for part in (occasion.about, segment) if part)
    log.info("%s is due", name, extra={"occasion": name})
    try:
        if _issue(work, occasion, segment, outcome) == "issued":
            return
    except Exception as error:  # noqa: BLE001 - one report's fault is told, and harms no other
        outcome.failed[name] = error
        log.error("%s failed: %s", name, error, extra={"occasion": name})
        _tell(work, occasion, segment, error)
    with work.press.store.write() as db:
        heartbeat.beat(db, work.clock(), _tried(occasion, segment))


def due(press: Press, now: datetime) -> Iterator[tuple[Occasion, str]]:
    """Yield what is due and may still be made up for, segment by segment, the oldest first."""
    for arrival in arrivals(press.company, press.store, now):
        if arrival.state in ("held", "overdue") and not arrival.final:
            with press.store.read() as db:
                tried = heartbeat.last(db, _tried(arrival.occasion, arrival.segment))
            if tried is None or not now - PAUSE < tried.last_at <= now:
                yield arrival.occasion, arrival.segment


def _tried(occasion: Occasion, segment: str) -> str:
    return "/".join(part for part in ("try", occasion.about, segment) if part)


def _issue(work: Clockwork, occasion: Occasion, segment: str, outcome: Outcome) -> State:
    make = visits.make if occasion.report == "shadowing" else issue.make
    before = issue.known(work.press, occasion, segment)
    number = before.number if before else 1
    made, written = make(work.press, occasion, segment, work.clock(), number)
    if issue.enter(work.press, made, written, work.clock()):
        (outcome.issued if made.state == "issued" else outcome.held).append(made.issue_id)
    return made.state


def _tell(work: Clockwork, occasion: Occasion, segment: str, error: Exception) -> None:
    """Tell the owner what failed, once; and readers, once, when their report is late.

    Readers who have been told that it is held know that it is late; what another machine has
    issued in the meantime has not failed them.
    """
    press, now = work.press, work.clock()
    before = issue.known(press, occasion, segment)
    if not press.company.mail.server or (before and before.state == "issued"):
        return
    written: list[Letter] = []
    if press.company.mail.owner:
        again = work.again(occasion, segment)
        written.append(notices.failure(occasion, press.company, error, work.tail, again))
    is_late = now - occasion.due_at >= timedelta(hours=press.company.schedule.alert_after_hours)
    if is_late and before is None:
        why = error.message if isinstance(error, MarsaleError) else "an unexpected error"
        why = work.tail.blotted(why)
        readers = press.readers(occasion.report, segment)
        written += [notices.late(occasion, reader, press.company, why) for reader in readers]
    with press.store.write() as db:
        letters.queue(db, written, now)


def _tidy(work: Clockwork, outcome: Outcome) -> None:
    """List the reports anew, and remove those that are older than is kept."""
    press = work.press
    with press.store.read() as db:
        known = issues.listed(db)
    weeks = press.company.archive.keep_weeks
    try:
        for gone in retention.prune(press.output, weeks, work.clock(), known):
            log.info("removed %s", gone.path.name, extra={"path": str(gone.path)})
        archive.write_index(press.output, known, press.company.company.name)
    except (MarsaleError, OSError) as error:  # the reports are out; the list of them can wait
        outcome.failed["archive"] = error
        log.error("the archive is not in order: %s", error)


def _send(work: Clockwork, outcome: Outcome) -> None:
    if work.server is None:
        return
    attempts = work.press.company.mail.attempts
    try:
        outcome.mail = outbox.flush(work.press.store, work.server, work.clock, attempts)
    except DeliveryError as error:
        outcome.failed["outbox"] = error
        log.error("nothing could be sent: %s", error)
