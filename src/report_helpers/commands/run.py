"""``marsale run``: make reports."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from report_helpers.commands import each, source
from report_helpers.commands.each import Each, cores, run_each
from report_helpers.commands.kernels import kernels
from report_helpers.commands.place import for_reports
from report_helpers.commands.terminal import harmless
from report_helpers.errors import MarsaleError, UnknownName
from report_helpers.present.formats import size

if TYPE_CHECKING:
    from report_helpers.publish.run import Result

FORMATS = ("html", "pdf")
AT_A_TIME = 2
"""Each report has a kernel, and each kernel its memory."""


def pairs(_: click.Context, __: click.Parameter, texts: tuple[str, ...]) -> dict[str, str]:
    """Return K=V texts as a dict.

    Examples
    --------
    >>> pairs(None, None, ("topic=Webinars = worse?",))
    {'topic': 'Webinars = worse?'}
    """
    for text in texts:
        if not text.partition("=")[0].strip() or "=" not in text:
            raise click.BadParameter(f"'{text}' is not of the form NAME=VALUE")
    split = (text.partition("=") for text in texts)
    return {name.strip(): value for name, _sign, value in split}


def chosen(_: click.Context, __: click.Parameter, text: str | None) -> tuple[str, ...] | None:
    """Return the formats of a comma-separated list, or None when there is no list.

    Examples
    --------
    >>> chosen(None, None, "pdf, html")
    ('pdf', 'html')
    """
    if text is None:
        return None
    names = tuple(dict.fromkeys(name.strip().lower() for name in text.split(",") if name.strip()))
    for name in names:
        if name not in FORMATS:
            raise UnknownName("format", name, FORMATS, where="--formats")
    return names


@click.command("run")
@click.argument("reports", nargs=-1, required=True, metavar="weekly|brief|NOTEBOOK...")
@source.options
@click.option("--segment", help="Report on one segment only.")
@click.option("--store", help="Where the teams' items are kept: a SQLite file, or a database URL.")
@click.option(
    "--param",
    "parameters",
    multiple=True,
    metavar="NAME=VALUE",
    callback=pairs,
    help="Set a parameter of the notebook; may be repeated.",
)
@click.option("--output", type=click.Path(path_type=Path), help="Folder to write to.")
@click.option("--formats", callback=chosen, metavar="LIST", help="html, pdf, or both.")
@click.option(
    "--timeout",
    type=click.IntRange(min=1),
    default=600,
    show_default=True,
    metavar="SECONDS",
    help="The longest one cell may take.",
)
@each.options
def command(reports: tuple[str, ...], **asked: Any) -> int:
    """Make reports: weekly (two-way report), brief (meeting brief), or any NOTEBOOK.

    Each report is a folder with HTML, PDF, the executed notebook, its figures and a manifest. It
    takes the last one's place only when it is complete and has passed its checks. With --each
    there is one report for each group, and a page that lists them.
    """
    from report_helpers.publish.progress import Progress
    from report_helpers.publish.run import run

    many = Each(*(asked.pop(name) for name in ("each", "jobs", "cluster", "force")))
    many.check()
    if many.each is not None:
        codes = [run_each(job, many) for job in jobs(reports, **asked)]
        return next(filter(None, codes), 0)
    count = min(many.jobs or min(AT_A_TIME, cores()), len(reports))
    if count > 1:
        return side_by_side(reports, count, **asked)
    with kernels() as given:
        for job in jobs(reports, **asked):
            show(job.name, run(job, Progress(sys.stderr), given))
    return 0


def side_by_side(reports: tuple[str, ...], count: int, **asked: Any) -> int:
    """Make `count` reports at a time; one that fails does not keep the others from being made.

    Each has a thread of its own, which mostly waits for its kernel.

    Raises
    ------
    MarsaleError
        What was wrong with the first that failed; what was with others has been said.
    """
    from report_helpers.publish.beside import begin
    from report_helpers.publish.progress import Progress
    from report_helpers.publish.run import run

    progress, failed = Progress(sys.stderr, bars=False), []
    with kernels(count) as given:
        import papermill  # noqa: F401 - before threads import parts of it

        todo = jobs(reports, **asked)
        for job, made in begin(todo, count, lambda job: run(job, progress, given)):
            try:
                show(job.name, made.result())
            except MarsaleError as fault:
                failed.append(fault)
    for error in failed[1:]:
        click.echo(harmless(f"error: {error}"), err=True)
    if failed:
        raise failed[0]
    return 0


def jobs(reports: tuple[str, ...], **asked: Any) -> list[Any]:
    """Return one job a report.

    What was asked for must be a parameter of the notebook; what only stands in the settings is
    offered to it.
    """
    from report_helpers.publish.checks.secrets import known
    from report_helpers.publish.run import Job

    names = ("data", "mapping", "as_of", "settings_file")
    found = source.find(**{name: asked[name] for name in names})
    values = {
        "data": found.data,
        "mapping": found.mapping,
        "as_of": str(found.as_of or ""),
        "settings": str(found.settings_file or ""),
        "segment": asked["segment"] or "",
        "store": for_reports(asked["store"], found.settings, found.data),
    }
    explicit = {name for name in values if asked.get(name)}
    explicit |= {"settings"} if asked["settings_file"] else set()
    given = {name: values[name] for name in explicit} | asked["parameters"]
    company = found.settings
    output = asked["output"] or Path(company.output.folder)
    offers = values | {"previous": str(output.absolute())}
    hidden = known({**os.environ, **{name: str(value) for name, value in (values | given).items()}})
    return [
        Job(
            report=report,
            output=output,
            parameters=given,
            offers=offers,
            formats=company.report.formats if asked["formats"] is None else asked["formats"],
            paper=company.report.paper,
            cell_seconds=asked["timeout"],
            secrets=hidden,
        )
        for report in reports
    ]


def show(name: str, result: Result) -> None:
    """Print what a run has written: each path with its size, and the seconds it took."""
    click.echo(f"{name}: {sum(result.seconds.values()):.1f} s")
    shown = {_short(file): size(file.stat().st_size) for file in result.files}
    width = max(len(path) for path in shown)
    for path, bytes_ in shown.items():
        click.echo(f"  {path.ljust(width)}  {bytes_:>8}")


def _short(file: Path) -> str:
    return str(file.relative_to(Path.cwd()) if file.is_relative_to(Path.cwd()) else file)
