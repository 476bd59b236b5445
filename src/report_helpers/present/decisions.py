"""Previous decisions, each with what became of the metric it aimed at."""

from __future__ import annotations

from collections.abc import Sequence

from report_helpers.glossary import metric
from report_helpers.metrics.scorecard import Line
from report_helpers.present import findings
from report_helpers.present.blocks import Block, Callout, Cell, Row, Table, TableColumn, Tone
from report_helpers.present.formats import count_of, day, number
from report_helpers.teams.decisions import Effect

VERDICTS: dict[str, tuple[str, Tone, str]] = {
    "moved": ("moved as expected", "good", "✓"),
    "against": ("moved the other way", "bad", "✗"),
    "before": ("was moving before", "watch", "–"),
    "noise": ("no signal: noise", "", "–"),
    "early": ("too early: no complete week yet", "muted", ""),
    "too_few": ("too few to tell", "muted", ""),
    "missing": ("not known", "muted", ""),
    "unaimed": ("aimed at no number", "muted", ""),
}
METHOD = (
    "Judged by the process-behaviour rules over the complete weeks after that of the decision, "
    "at most eight. A signal says that the number moved since, not that it moved because."
)


def previous(effects: Sequence[Effect], currency: str = "EUR") -> Block:
    """Return decisions with whether the metric each aimed at has moved since.

    Parameters
    ----------
    effects : decisions and what became of them, in the order to show.
    currency : the currency of amounts.
    """
    if not effects:
        return Callout("Nothing was decided in the last twelve weeks.", tone="muted")
    columns = (
        TableColumn("decision", "Decision", width=1),
        TableColumn("aim", "Aimed at"),
        TableColumn("now", "Now", "right"),
        TableColumn("verdict", "Since then"),
    )
    rows = tuple(_row(effect, currency) for effect in effects)
    moved = sum(effect.verdict == "moved" for effect in effects)
    alt = f"{count_of(len(effects), 'decision')}; the number of {moved} moved as expected since."
    return Table(columns, rows, "Did what we decided move the numbers?", alt, (METHOD,))


def _row(effect: Effect, currency: str) -> Row:
    item = effect.item
    said = ", ".join(part for part in (item.owner or item.author, day(item.written_on)) if part)
    words, tone, mark = VERDICTS[effect.verdict]
    return Row(
        (
            Cell(item.body, note=said),
            Cell(_aim(effect), note=_way(effect)),
            _now(effect.line, currency),
            Cell(words, note=_why(effect), tone=tone, mark=mark),
        )
    )


def _aim(effect: Effect) -> str:
    item = effect.item
    if not item.about_metric:
        return "–"
    label = metric(item.about_metric).label
    return f"{label}, {item.about_segment}" if item.about_segment else label


def _way(effect: Effect) -> str:
    due = f" by {day(effect.item.due_on, year=False)}" if effect.item.due_on else ""
    return f"to go {effect.expected}{due}" if effect.expected else ""


def _now(line: Line | None, currency: str) -> Cell:
    if line is None:
        return Cell("–")
    return Cell(
        number(line.value, line.metric.unit, currency), note=findings.rests_on(line, currency)
    )


def _why(effect: Effect) -> str:
    if effect.reason:
        return effect.reason
    return f"{count_of(effect.weeks, 'week')} judged" if effect.line else ""
