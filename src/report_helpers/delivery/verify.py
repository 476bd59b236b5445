"""Does the archive still tell the same story? An issue made again from its frozen inputs."""

from __future__ import annotations

import math
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from report_helpers import __version__
from report_helpers.delivery import frozen_inputs
from report_helpers.delivery.editions import read
from report_helpers.errors import DataError
from report_helpers.publish.progress import Progress
from report_helpers.publish.run import Job, run
from report_helpers.teams.issues import Issue

Json = dict[str, Any]

OF_ITS_MAKING = ("inputs", "history/version", "history/mapping")
"""Facts that are not figures: where they were read from, and by which version of the kit."""


@dataclass(frozen=True)
class Difference:
    """One fact that is not the same.

    Parameters
    ----------
    where : its place in ``facts.json``, such as ``figures/win_rate closed/value``.
    told, now : what the issue said, and what comes out of the same inputs today.
    """

    where: str
    told: Any
    now: Any

    def line(self) -> str:
        """Return it as one line."""
        return f"{self.where}: was {_shown(self.told)}, is {_shown(self.now)}"


def verify(issue: Issue, output: Path, progress: Progress | None = None) -> list[Difference]:
    """Make an issue again from its frozen inputs, and return every fact that differs.

    Parameters
    ----------
    issue : as the ledger, or :func:`made`, has it.
    output : folder of all reports, with the archive.
    progress : told about each step.

    Raises
    ------
    DataError
        When its inputs were not kept, or the archive is damaged.
    MarsaleError
        Whatever :func:`report_helpers.publish.run.run` raises.
    """
    frozen = frozen_of(issue, output)
    with tempfile.TemporaryDirectory() as work:
        root = Path(work)
        nowhere = {"store": str(root / "none.db"), "previous": ""}  # not the store of today
        restored = frozen_inputs.thaw(frozen, output, root / "inputs")
        day = {"as_of": issue.facts["as_of"], "segment": issue.segment}
        asked = {name: value for name, value in issue.parameters.items() if name != "inputs"}
        offers = {**asked, "mapping": "", "settings": "", **nowhere, **day, **restored}
        job = Job(issue.report, root / "output", offers=offers, formats=())
        again = run(job, progress)
        facts = read(again.folder / "facts.json")
    return list(differences(issue.facts, facts))


def frozen_of(issue: Issue, output: Path) -> Json:
    """Return what was kept of an issue's inputs: as the ledger has it, or its folder.

    Raises
    ------
    DataError
        When neither has it.
    """
    kept: Json | None = issue.parameters.get("inputs")
    file = output / issue.folder / frozen_inputs.FILE_NAME
    if kept is None and issue.folder and file.is_file():
        kept = read(file)
    if kept is None:
        raise DataError(
            "the inputs of this issue were not kept",
            where=issue.issue_id,
            remedy="'marsale tick' and 'marsale send' keep them; 'marsale run' does not",
        )
    return kept


def remarks(issue: Issue, output: Path) -> list[str]:
    """Return what bears on the comparison without being a difference."""
    made_by = str(issue.facts.get("history", {}).get("version", "an earlier version"))
    told = [f"made by version {made_by}, verified by {__version__}"] * (made_by != __version__)
    return [*told, *frozen_of(issue, output)["remarks"]]


def differences(told: Any, now: Any, where: str = "") -> Iterator[Difference]:
    """Yield every fact of the one that the other lacks or says otherwise.

    Numbers that agree to nine digits are the same: an engine adds in any order.

    Examples
    --------
    >>> told = {"figures": [{"metric": "mqls", "basis": "", "value": 37.0}]}
    >>> now = {"figures": [{"metric": "mqls", "basis": "", "value": 38.0}]}
    >>> [difference.line() for difference in differences(told, now)]
    ['figures/mqls/value: was 37.0, is 38.0']
    """
    if where in OF_ITS_MAKING:
        return
    one, other = _named(told), _named(now)
    if one is not None and other is not None:
        for name in dict.fromkeys((*one, *other)):
            place = f"{where}/{name}" if where else name
            yield from differences(one.get(name), other.get(name), place)
    elif not _same(told, now):
        yield Difference(where, told, now)


def _named(value: Any) -> Json | None:
    """Return a dict, or a list as one: figures by what they are, others by their place."""
    if isinstance(value, dict):
        return value
    if not isinstance(value, list):
        return None
    names = ("metric", "basis", "group", "name")
    return {_name(item, names) or str(place): item for place, item in enumerate(value)}


def _name(item: Any, names: tuple[str, ...]) -> str:
    if not isinstance(item, dict):
        return ""
    parts = (str(item.get(name) or "") for name in names)
    return " ".join(part for part in parts if part not in ("", "all"))


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, float | int) and isinstance(other, float | int):
        return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-12)
    return bool(one == other)


def _shown(value: Any) -> str:
    return "missing" if value is None else str(value)[:60]
