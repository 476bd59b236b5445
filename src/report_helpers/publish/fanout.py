"""A report for each group: those that are not there yet are made, several at a time.

Each is made in a folder of its own and takes the last one's place when it is complete. So one that
fails harms no other, and a run that was killed goes on where it was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from report_helpers.errors import MarsaleError
from report_helpers.publish.checks import secrets
from report_helpers.publish.fingerprint import finished
from report_helpers.publish.groups import Group
from report_helpers.publish.kernels import Kernels
from report_helpers.publish.promote import promote, recover, staged
from report_helpers.publish.run import Job, Result, kept_at, opened, run

UNEXPECTED = 1


@dataclass(frozen=True)
class Failure:
    """Why a report was not made.

    Parameters
    ----------
    words : the error, for people.
    exit_code : that of its kind.
    """

    words: str
    exit_code: int = UNEXPECTED

    @classmethod
    def of(cls, error: Exception) -> Failure:
        """Return an error as what is told of it."""
        if isinstance(error, MarsaleError):
            return cls(str(error), error.exit_code)
        return cls(f"unexpected {type(error).__name__}: {error}")


Told = Result | Failure
Make = Callable[[Sequence[Job]], Iterator[tuple[int, Told]]]
"""Makes reports and yields the place in the list, and what became of each, in any order."""


@dataclass(frozen=True)
class Made:
    """What became of a group's report.

    Parameters
    ----------
    group : the group.
    folder : where its report is; None when it could not be made.
    seconds : it took to make; 0 when it was there already.
    failure : why it could not be made.
    """

    group: Group
    folder: Path | None = None
    seconds: float = 0.0
    failure: Failure | None = None


def attempt(job: Job, kernels: Kernels | None = None) -> Told:
    """Make one report; what fails is told, not raised."""
    try:
        return run(job, kernels=kernels)
    except Exception as error:  # noqa: BLE001 - one report's fault is told, and harms no other
        return Failure.of(error)


def fan_out(jobs: Mapping[Group, Job], make: Make, force: bool = False) -> Iterator[Made]:
    """Yield what became of each group's report, as soon as it is known.

    Parameters
    ----------
    jobs : what to make for each group, all in one output folder.
    make : makes reports, such as :class:`report_helpers.publish.workers.Workers`.
    force : make those again that are there, made from the same data by the same code.

    Raises
    ------
    ConfigurationError
        When the output folder cannot be written to.
    """
    output = next(iter(jobs.values())).output.absolute()
    with staged(output) as stage:
        recover(output)
        todo: list[tuple[Group, Job]] = []
        for group, job in jobs.items():
            there = None if force else finished(job)
            if there is None:
                todo.append((group, job))
            else:
                yield Made(group, there)
        away = [replace(job, output=stage / str(place)) for place, (_, job) in enumerate(todo)]
        for place, told in make(away):
            group, job = todo[place]
            yield _settled(group, job, away[place].output, told)


def _settled(group: Group, job: Job, away: Path, told: Told) -> Made:
    """Put what was made away from the output folder in its place there."""
    if isinstance(told, Result):
        try:
            return Made(group, _taken(job, away, told), sum(told.seconds.values()))
        except MarsaleError as error:
            told = Failure.of(error)
    output = job.output.absolute()
    for notebook in (away / "failed").glob("*.ipynb"):
        (output / "failed").mkdir(exist_ok=True)
        notebook.replace(output / "failed" / notebook.name)
    words = secrets.blotted(told.words.replace(str(away), str(output)), job.secrets)
    return Made(group, failure=Failure(words, told.exit_code))


def _taken(job: Job, away: Path, told: Result) -> Path:
    secrets.check((file for file in told.files if file.suffix != ".pdf"), job.secrets)
    target = job.output.absolute() / told.folder.relative_to(away)
    promote(told.folder, target)
    _, known, given = opened(job)
    kept_at(job, {**known, **given}).unlink(missing_ok=True)
    return target
