"""One issue of a report: made, judged by the gate, and handed to the outbox in one transaction.

Before that transaction nobody has been told anything, so a run that dies there is simply made
again. After it the letters are kept, and the outbox sees to them.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from report_helpers.delivery import frozen_inputs, message, notices
from report_helpers.delivery.editions import read
from report_helpers.delivery.occasions import Occasion
from report_helpers.delivery.press import Press
from report_helpers.publish.run import Job, Result, run
from report_helpers.teams import issues, letters
from report_helpers.teams.issues import Issue
from report_helpers.teams.letters import Letter

log = logging.getLogger(__name__)

Json = dict[str, Any]


def known(press: Press, occasion: Occasion, segment: str) -> Issue | None:
    """Return the issue an occasion has led to so far, held or issued; None if there is none."""
    with press.store.read() as db:
        return issues.find(db, occasion.report, occasion.period, segment)


def make(
    press: Press, occasion: Occasion, segment: str, at: datetime, number: int = 1
) -> tuple[Issue, list[Letter]]:
    """Make a report and the letters that go with it; nobody is told yet.

    Parameters
    ----------
    press : what it takes.
    occasion : which report, as of which day.
    segment : the segment it is limited to, or empty.
    at : naive UTC time.
    number : 1 for the first issue of a period.

    Raises
    ------
    MarsaleError
        Whatever :func:`report_helpers.publish.run.run` raises.
    """
    job = press.job(occasion.report, occasion.as_of, segment)
    result = run(job, press.progress, press.kernels)
    given, room = {**job.offers, **job.parameters}, press.company.archive.inputs_megabytes
    kept = frozen_inputs.freeze(result.folder, job.output, room, given)
    issue = _issue(job, result, (occasion, segment, number), at)
    issue = replace(issue, parameters={**issue.parameters, "inputs": kept})
    return issue, list(_letters(press, issue, result.folder))


def enter(press: Press, issue: Issue, written: Iterable[Letter], at: datetime) -> bool:
    """Write the issue into the ledger and its letters into the outbox: both, or neither.

    Returns
    -------
    bool
        False when somebody else had issued it in the meantime; then nothing is queued.
    """
    name = issue.issue_id
    with press.store.write() as db:
        if not issues.enter(db, issue):
            log.info("%s was issued by another run meanwhile", name, extra={"issue": name})
            return False
        if issue.state == "issued":
            letters.withdraw(db, name)
            for number in range(1, issue.number):
                letters.withdraw(db, replace(issue, number=number).issue_id, ("report",))
        count = letters.queue(db, written, at)
    log.info("%s %s", name, issue.state, extra={"issue": name, "queued": count})
    return True


def _issue(job: Job, result: Result, about: tuple[Occasion, str, int], at: datetime) -> Issue:
    occasion, segment, number = about
    facts = read(result.folder / "facts.json")
    manifest = read(result.folder / "manifest.json")
    verdict = facts.get("trust", {}).get("verdict", "green")
    return Issue(
        report=job.name,
        period=facts["period"]["key"],
        starts_on=date.fromisoformat(facts["period"]["start"]),
        segment=segment,
        number=number,
        state="held" if verdict == "red" else "issued",
        data_hash=data_hash(facts),
        parameters=manifest["parameters"],
        facts=facts,
        folder=result.folder.relative_to(job.output.absolute()).as_posix(),
        due_at=occasion.due_at,
        made_at=at,
    )


def data_hash(facts: Json) -> str:
    """Return one SHA-256 for everything that was read and every figure that came of it.

    Examples
    --------
    >>> data_hash({"inputs": [], "figures": []}) == data_hash({"figures": [], "inputs": []})
    True
    """
    told = {name: facts.get(name) for name in ("figures", "inputs")}
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def _letters(press: Press, issue: Issue, folder: Path) -> Iterable[Letter]:
    company = press.company
    if not company.mail.server:
        return
    trust = issue.facts.get("trust", {})
    readers = press.readers(issue.report, issue.segment)
    if issue.state == "issued":
        for reader in readers:
            yield message.compose(issue, folder, reader, company)
        return
    reasons = [check["text"] for check in trust["checks"] if check["state"] == "red"]
    for reader in readers:
        yield notices.held(issue, reader, company, reasons, trust.get("expected_by"))
    yield from notices.held_for_owner(issue, company)
