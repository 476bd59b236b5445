"""``marsale run --each``: a report for each group, and the page that lists them."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from report_helpers.commands.kernels import cache_folder, kernels
from report_helpers.commands.terminal import harmless
from report_helpers.errors import ConfigurationError

if TYPE_CHECKING:
    from report_helpers.data.dataset import Dataset
    from report_helpers.publish.fanout import Made, Make
    from report_helpers.publish.groups import Group
    from report_helpers.publish.run import Job

CELLS = 6
"""A report may take so many times as long as one cell."""

_OPTIONS = (
    click.option("--each", metavar="COLUMN|FILE", help="One report for each group; see the docs."),
    click.option(
        "--jobs",
        type=click.IntRange(min=1),
        metavar="N",
        help="Reports at a time. [default: one a core, without --each at most 2]",
    ),
    click.option("--cluster", metavar="ADDRESS", help="With --each: a Dask cluster makes them."),
    click.option("--force", is_flag=True, help="With --each: make again what is there already."),
)


def options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--each`` and the options that go with it to a command."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


@dataclass(frozen=True)
class Each:
    """What was asked for beside the report.

    Parameters
    ----------
    each : the column, or the file of groups; None for one report as ever.
    jobs : reports at a time; None for one a core.
    cluster : address of a Dask cluster; None for this machine.
    force : make again what is there.
    """

    each: str | None
    jobs: int | None
    cluster: str | None
    force: bool

    def check(self) -> None:
        """Make sure that nothing was asked for that has no meaning.

        Raises
        ------
        click.UsageError
            For an option that goes with ``--each`` alone.
        """
        if self.each is None and (self.cluster or self.force):
            raise click.UsageError("--cluster and --force go with --each")
        if self.jobs and self.cluster:
            raise click.UsageError("a cluster has processes of its own: leave out --jobs")


def run_each(job: Job, asked: Each) -> int:
    """Make a report for each group and the page that lists them; return the exit code."""
    from report_helpers.publish.fanout import fan_out
    from report_helpers.publish.overview import Overview, write

    with _maker(job, asked) as make:
        data = _data(job)
        jobs = _jobs(job, asked.each or "", data)
        found = []
        with _telling(len(jobs), job.name) as tell:
            for made in fan_out(jobs, make, asked.force):
                found.append(made)
                tell(made)
    order = {group: place for place, group in enumerate(jobs)}
    found.sort(key=lambda made: order[made.group])
    page = write(Overview(job.name, _title(asked.each or ""), data), found, job.output)
    return _say(found, page)


def _title(each: str) -> str:
    return Path(each).stem if Path(each).is_file() else each


@contextmanager
def _maker(job: Job, asked: Each) -> Iterator[Make]:
    """Open what makes the reports: processes of this machine, or a cluster."""
    if asked.cluster:
        from report_helpers.publish.cluster import cluster

        with cluster(asked.cluster) as make:
            yield make
        return
    from report_helpers.publish.workers import Workers

    count = asked.jobs or cores()
    with kernels(count) as given:
        yield Workers(count, given, CELLS * job.cell_seconds)


def cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _values(job: Job) -> Mapping[str, Any]:
    return {**job.offers, **job.parameters}


def _data(job: Job) -> Dataset:
    from report_helpers.data import cache, load

    cache.use(cache_folder())
    values = _values(job)
    data = load(values["data"], values["mapping"] or None)
    return data.where(segment=values["segment"]) if values["segment"] else data


def _jobs(job: Job, each: str, data: Dataset) -> dict[Group, Job]:
    """Return the job of each group."""
    from report_helpers.publish.fingerprint import fingerprint
    from report_helpers.publish.groups import Group, find, places
    from report_helpers.publish.run import opened

    if "where" in job.parameters:
        raise ConfigurationError(
            "--each gives the parameter 'where' itself",
            remedy="leave out --param where=…; --segment may go with --each",
        )
    _, known, _ = opened(job)
    found = [Group((*(data.scope | dict(group.where)).items(),)) for group in find(each, data)]
    folders, files = places(found), _files(job)
    inputs = () if "://" in str(_values(job)["store"]) else data.inputs  # or it may have changed
    jobs = {}
    for group in found:
        parameters = {**job.parameters, **group.given(known)}
        mine = replace(job, parameters=parameters, place=folders[group])
        jobs[group] = replace(mine, made_from=fingerprint(mine, inputs, files))
    return jobs


def _files(job: Job) -> list[Path]:
    """Return the files a report reads beside the data: settings, and the teams' store."""
    values = _values(job)
    store = str(values["store"])
    return [Path(name) for name in (values["settings"], store, f"{store}-wal") if name]


@contextmanager
def _telling(count: int, name: str) -> Iterator[Callable[[Made], None]]:
    """Show how far it has come: a bar in a terminal, a line a report anywhere else."""
    stream = sys.stderr
    if stream.isatty():
        with click.progressbar(length=count, label=name, file=stream, show_pos=True) as bar:
            yield lambda made: bar.update(1)
        return
    done = iter(range(1, count + 1))
    yield lambda made: click.echo(harmless(f"{next(done)}/{count}  {_line(made)}"), file=stream)


def _line(made: Made) -> str:
    if made.failure:
        return f"{made.group.name}: failed"
    return f"{made.group.name}: " + (f"made in {made.seconds:.1f} s" if made.seconds else "there")


def _say(found: list[Made], page: Path | None) -> int:
    """Print what was made and what failed; return the exit code of the first failure."""
    failed = [(made.group.name, made.failure) for made in found if made.failure]
    there = sum(made.failure is None and not made.seconds for made in found)
    click.echo(f"{len(found) - len(failed) - there} made, {there} there, {len(failed)} failed")
    if page is not None:
        click.echo(f"  {page.relative_to(Path.cwd()) if page.is_relative_to(Path.cwd()) else page}")
    for name, failure in failed:
        click.echo(harmless(f"{name}: {failure.words}"), err=True)
    return failed[0][1].exit_code if failed else 0
