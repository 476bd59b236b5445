"""The page that lists the reports of all groups, with their headline figures and what failed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jinja2 import Environment
from markupsafe import Markup

from report_helpers.data.dataset import Dataset
from report_helpers.errors import DataError
from report_helpers.present import screen, templates
from report_helpers.present.formats import count_of, joined, number, size
from report_helpers.publish import fonts, manifest
from report_helpers.publish.fanout import Made
from report_helpers.publish.groups import TABLES
from report_helpers.publish.promote import promote, staged
from report_helpers.publish.reports import slug

Json = dict[str, Any]

PAGE, FACTS = "index.html", "facts.json"
NOUNS = {"opportunities": "deal", "leads": "lead"}


@dataclass(frozen=True)
class Overview:
    """What the page is on.

    Parameters
    ----------
    report : the report's name for folders.
    by : the column, or the name of the list of groups.
    data : the data the groups are of.
    """

    report: str
    by: str
    data: Dataset

    @property
    def place(self) -> str:
        """The name of the page's folder, beside those of the groups; none of them has it."""
        return f"each={slug(self.by)}"

    @property
    def outside(self) -> list[str]:
        """How many deals and leads are in no group, in sentences."""
        said = []
        for name in TABLES:
            table = self.data.audit.tables.get(name)
            whole = not self.data.scope and name in self.data.tables
            if table and whole and self.by in self.data.tables[name].columns:
                without = table.rows_kept - table.filled.get(self.by, 0)
                said += [f"{count_of(without, NOUNS[name])} without one"] * (without > 0)
        return [f"In no group, as the {self.by} is not known: {joined(said)}."] if said else []


def write(about: Overview, found: Sequence[Made], output: Path) -> Path | None:
    """Write the page into a folder beside those of the groups; None when no report was made.

    ``facts.json`` beside it has the same for machines. The page loads nothing and needs no script.

    Parameters
    ----------
    about : what it is on.
    found : what became of each group, in the order of the page.
    output : folder of all reports.

    Raises
    ------
    DataError
        When the figures of a report cannot be read.
    ConfigurationError
        When the output folder cannot be written to.
    DeliveryError
        When the system did not let the new page take the last one's place.
    """
    first = next((made.folder for made in found if made.folder), None)
    if first is None:
        return None
    target = first.parent / about.place
    told = [_told(made) for made in found]
    facts = {name: _first(told, name) for name in ("period", "as_of", "head")}
    facts |= {"report": about.report, "each": about.by, "groups": [_plain(one) for one in told]}
    with staged(output.absolute()) as stage:
        folder = stage / "overview"
        folder.mkdir()
        page = folder / PAGE
        page.write_text(_drawn(about, told, facts["head"]), encoding="utf-8", newline="\n")
        files = [page, manifest.write(folder / FACTS, facts)]
        manifest.write(folder / manifest.FILE_NAME, manifest.describe(facts, {}, files))
        promote(folder, target)
    return target / PAGE


def _first(told: Sequence[Json], name: str) -> Any:
    """Return what the first group that says so says; empty when none does."""
    return next((one["facts"][name] for one in told if one["facts"].get(name)), {})


def _told(made: Made) -> Json:
    """Return what is known of a group's report."""
    facts: Json = _read(made.folder / FACTS) if made.folder else {}
    summary = facts.get("summary", {})
    tones = [change["tone"] for change in summary.get("changes", [])]
    return {
        "name": made.group.name,
        "where": dict(made.group.where),
        "folder": made.folder,
        "facts": facts | {"head": summary.get("head", {})},
        "figures": summary.get("figures", []),
        "signals": {tone: tones.count(tone) for tone in ("good", "bad")} if summary else None,
        "failed": made.failure.words if made.failure else "",
    }


def _read(file: Path) -> Json:
    if not file.is_file():
        return {}
    try:
        found: Json = json.loads(file.read_text(encoding="utf-8"))
    except ValueError as error:
        raise DataError(
            f"cannot be read: {error}", where=str(file), remedy="run again with --force"
        ) from error
    return found


def _plain(one: Json) -> Json:
    """Return what machines are told of a group."""
    kept = {name: one[name] for name in ("name", "where", "figures", "signals", "failed")}
    return kept | {"folder": one["folder"].name if one["folder"] else None}


def _drawn(about: Overview, told: Sequence[Json], head: Json) -> str:
    labels = {f["metric"]: f["label"] for one in told for f in one["figures"]}
    made = sum(not one["failed"] for one in told)
    failed = f", {len(told) - made} failed" if made < len(told) else ""
    shown = {
        "report": head.get("report") or about.report.replace("-", " ").capitalize(),
        "company": head.get("company", ""),
        "by": about.by,
        "period": head.get("period", "") or "",
        "dates": head.get("dates", ""),
        "count": f"{count_of(made, 'report')}{failed}",
        "labels": list(labels.values()),
        "rows": [_row(one, list(labels)) for one in told],
        "notes": about.outside,
    }
    page = _environment().get_template("page.html.j2")
    style = screen.style("blocks.css", "../archive/archive.css", "../fanout/fanout.css")
    faces = fonts.faces(page.render(**shown, style=""))
    text = page.render(**shown, style=Markup(faces + style.replace("</", "<\\/")))
    return screen.printable(text)


def _row(one: Json, metrics: Sequence[str]) -> Json:
    figures = {figure["metric"]: figure for figure in one["figures"]}
    signals = one["signals"]
    return {
        "name": one["name"],
        "failed": one["failed"],
        "figures": [_figure(figures.get(name)) for name in metrics],
        "signals": "not shown" if signals is None else _counted(signals),
        "files": _files(one["folder"]) if one["folder"] else [],
    }


def _figure(figure: Json | None) -> Json | None:
    if figure is None:
        return None
    signal = figure["verdict"] == "signal"
    tone = ("good" if figure["improved"] else "bad") if signal else ""
    n = "" if figure["n"] is None else number(figure["n"], "count")
    return {"value": figure["value"], "n": n, "tone": tone}


def _counted(signals: dict[str, int]) -> str:
    if not any(signals.values()):
        return "none"
    words = {"bad": "worse", "good": "better"}
    return ", ".join(f"{signals[tone]} {words[tone]}" for tone in words if signals[tone])


def _files(folder: Path) -> list[Json]:
    files = [*sorted(folder.glob("*.html")), *sorted(folder.glob("*.pdf"))]
    return [
        {
            "kind": file.suffix[1:].upper(),
            "href": quote(f"../{folder.name}/{file.name}"),
            "size": size(file.stat().st_size),
        }
        for file in files or sorted(folder.glob("*.ipynb"))
    ]


@lru_cache(maxsize=1)
def _environment() -> Environment:
    return templates.environment("fanout")
