"""One run: parameters in, a folder with the report's HTML, PDF, notebook, facts and manifest out.

A run that fails leaves the last good report in its place.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from report_helpers.errors import NotebookError, RenderError
from report_helpers.publish import groups, manifest, parameters
from report_helpers.publish.checks import secrets
from report_helpers.publish.execution import CELL_SECONDS, Bench, CellError, execute, explained
from report_helpers.publish.kernels import Kernels
from report_helpers.publish.progress import Progress
from report_helpers.publish.promote import promote, recover, staged
from report_helpers.publish.render import rehearsal, render
from report_helpers.publish.reports import REPORTS, facts_of, period_key, read, save, slug

Json = dict[str, Any]


@dataclass(frozen=True)
class Job:
    """What to run and where the result goes.

    Parameters
    ----------
    report : ``weekly``, ``brief``, or the path of any notebook.
    output : folder of all reports.
    parameters : values for parameters the notebook must declare.
    offers : values it gets only if it declares them.
    formats : ``html`` and ``pdf``, or one of them, or none for the notebook alone.
    paper : ``a4`` or ``letter``.
    cell_seconds : the longest one cell may take.
    secrets : what must be in no file, by the name of what holds it.
    place : name of the folder below that of the period; empty for that of the group reported.
    made_from : a digest of all the report depends on, for its manifest; empty if it is not known.
    """

    report: str
    output: Path
    parameters: Mapping[str, Any] = field(default_factory=dict)
    offers: Mapping[str, Any] = field(default_factory=dict)
    formats: tuple[str, ...] = ("html", "pdf")
    paper: str = "a4"
    cell_seconds: int = CELL_SECONDS
    secrets: secrets.Known = field(default_factory=dict, repr=False)
    place: str = ""
    made_from: str = ""

    @property
    def name(self) -> str:
        """The report's name for folders and files."""
        return self.report if self.report in REPORTS else slug(Path(self.report).stem)


@dataclass(frozen=True)
class Result:
    """What a run has written.

    Parameters
    ----------
    folder : where it is.
    files : paths, the ones for readers first.
    seconds : time taken by step.
    """

    folder: Path
    files: tuple[Path, ...]
    seconds: Mapping[str, float]


def run(job: Job, progress: Progress | None = None, kernels: Kernels | None = None) -> Result:
    """Execute a report's notebook, render and check it, and put it in its place.

    Parameters
    ----------
    job : what to run.
    progress : told about each step; nothing is said by default.
    kernels : gives the notebook its kernel, sooner than one that starts afresh.

    Raises
    ------
    ConfigurationError
        For an unknown report or parameter, or an output folder that cannot be written to.
    DataError
        When the notebook says that the data cannot carry the report.
    NotebookError
        When a cell raised anything else, took too long, or the kernel died.
    RenderError
        When HTML or PDF could not be made or did not pass its checks, or a file holds a secret.
    DeliveryError
        When the system did not let the new report take the last one's place.
    """
    output = job.output.absolute()
    source, known, given = opened(job)
    with staged(output) as stage:
        recover(output)
        work = stage / "work"
        work.mkdir()
        bench = Bench(work, progress or Progress(), job.cell_seconds, kernels)
        return _Run(job, output, stage, bench, {**known, **given}).go(source, given)


def opened(job: Job) -> tuple[NotebookNode, Json, Json]:
    """Return a job's notebook, the defaults of its parameters, and the values it is given.

    Raises
    ------
    ConfigurationError
        For an unknown report or parameter, and for a value that cannot be read.
    """
    source = read(job.report)
    known = parameters.declared(source, job.report)
    offers = {name: value for name, value in job.offers.items() if name in known}
    return source, known, parameters.settle(known, {**offers, **job.parameters}, job.report)


def kept_at(job: Job, values: Json) -> Path:
    """Return where the notebook of a failed run is kept; the next failure of the job replaces it.

    Parameters
    ----------
    job : what was run.
    values : of all its parameters.
    """
    day, place = slug(str(values.get("as_of") or "")), job.place or groups.place_of(values)
    name = "-".join(part for part in (job.name, day, place) if part)
    return job.output.absolute() / "failed" / f"{name}.ipynb"


@dataclass
class _Run:
    job: Job
    output: Path
    stage: Path
    bench: Bench
    values: Json
    seconds: dict[str, float] = field(default_factory=dict)

    def go(self, source: NotebookNode, given: Json) -> Result:
        notebook = self._execute(source, given)
        facts = facts_of(notebook)
        key = period_key(notebook) or self._as_of or "undated"
        where = [part for part in (key, self._place) if part]
        folder = self.stage / "report"
        folder.mkdir()
        stem = "-".join([self.job.name, *where])
        save(notebook, folder / f"{stem}.ipynb")
        try:
            self._write(notebook, folder, stem, facts)
            secrets.check(_ordered(folder), self.job.secrets)
        except RenderError as error:
            error.remedy += f" The executed notebook is {self._keep(notebook)}"
            raise
        target = self.output.joinpath(self.job.name, *where)
        names = [file.name for file in _ordered(folder)]
        promote(folder, target)
        self._failed.unlink(missing_ok=True)
        return Result(target, tuple(target / name for name in names), self.seconds)

    def _execute(self, source: NotebookNode, given: Json) -> NotebookNode:
        self.bench.progress.step(f"{self.job.name}: executing the notebook")
        import papermill  # noqa: F401 - before a thread imports parts of it

        try:
            with self._timed("execute"), rehearsal(self.job.formats, self.job.paper):
                return execute(source, given, self.bench)
        except CellError as failure:
            error = explained(failure, self.job.name, self._failed)
            error.message = secrets.blotted(error.message, self.job.secrets)
            if isinstance(error, NotebookError):
                self._keep(failure.notebook)
            raise error from failure

    def _write(self, notebook: NotebookNode, folder: Path, stem: str, facts: Json) -> None:
        checks: Json = {}
        for kind in self.job.formats:
            self.bench.progress.step(f"{self.job.name}: writing and checking {kind}")
            with self._timed(kind):
                told = render(notebook, folder / f"{stem}.{kind}", self.job.paper, self.job.secrets)
                checks[kind] = {"passed": True, **told}
        if facts:
            manifest.write(folder / "facts.json", facts)
        seconds = {step: round(value, 3) for step, value in self.seconds.items()}
        more: Json = {"checks": checks, "seconds": seconds}
        more |= {"made_from": self.job.made_from} if self.job.made_from else {}
        head = {"report": self.job.name, **facts}
        described = manifest.describe(head, self.values, _ordered(folder), **more)
        manifest.write(folder / manifest.FILE_NAME, described)

    @contextmanager
    def _timed(self, step: str) -> Iterator[None]:
        begin = time.perf_counter()
        yield
        self.seconds[step] = time.perf_counter() - begin

    @property
    def _place(self) -> str:
        return self.job.place or groups.place_of(self.values)

    @property
    def _as_of(self) -> str:
        return slug(str(self.values.get("as_of") or ""))

    @property
    def _failed(self) -> Path:
        return kept_at(self.job, self.values)

    def _keep(self, notebook: NotebookNode) -> Path:
        """Keep the notebook of a failed run, without secrets."""
        self._failed.parent.mkdir(exist_ok=True)
        file = self.stage / "failed.ipynb"
        clean = nbformat.from_dict(secrets.blotted(notebook, self.job.secrets))  # type: ignore[no-untyped-call]
        save(clean, file)
        return file.replace(self._failed)


def _ordered(folder: Path) -> list[Path]:
    ranks = [".html", ".pdf", ".ipynb", ".json"]
    return sorted(folder.iterdir(), key=lambda file: (ranks.index(file.suffix), file.name))
