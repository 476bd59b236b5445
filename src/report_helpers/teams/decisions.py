"""Did what was decided move the metric it aimed at? A signal since then says so, nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from report_helpers.data.dataset import Dataset
from report_helpers.errors import MissingData
from report_helpers.glossary import metric
from report_helpers.metrics.measures import MEASURES
from report_helpers.metrics.scorecard import Line, series
from report_helpers.metrics.signals import RUN
from report_helpers.metrics.watch import is_large
from report_helpers.periods import WEEK, Period, monday
from report_helpers.teams.exchange import Item
from report_helpers.teams.meetings import Meeting

Verdict = Literal["moved", "against", "before", "noise", "early", "too_few", "missing", "unaimed"]
Way = Literal["up", "down"]


@dataclass(frozen=True)
class Effect:
    """What became of the metric a decision aimed at.

    Parameters
    ----------
    item : the decision.
    verdict : ``moved``: a signal the expected way began after the decision; ``against``: one the
        other way; ``before``: a signal stands, but it had begun before; ``noise``: no signal;
        ``early``: not one complete week yet; ``too_few``: too few periods or cases to judge;
        ``missing``: the metric cannot be computed; ``unaimed``: no metric was named.
    expected : which way it was to go; empty for ``unaimed``.
    weeks : complete weeks judged since the week of the decision, at most :data:`RUN`.
    line : the metric in the last week judged, with its past and its signal; None without one.
    reason : why it cannot be computed.
    """

    item: Item
    verdict: Verdict
    expected: Way | Literal[""] = ""
    weeks: int = 0
    line: Line | None = None
    reason: str = ""


def effects(data: Dataset, decided: Sequence[Item], until: date) -> list[Effect]:
    """Return the effect of each decision, as it can be told on a day."""
    return [effect(data, item, until) for item in decided]


def effect(data: Dataset, item: Item, until: date) -> Effect:
    """Return the effect of one decision.

    The weeks after that of the decision are judged, at most eight, by the rules of
    `report_helpers.metrics.signals.verdict`; with eight, the limits they are judged by are made of
    the half year before the decision. A signal says that the metric moved after the decision, not
    that it moved because of it.

    Parameters
    ----------
    data : the whole data set; a segment the decision names is looked up in it.
    item : the decision.
    until : the day of looking; only complete weeks before it are judged.
    """
    if not item.about_metric:
        return Effect(item, "unaimed")
    expected = expected_way(item)
    first = monday(item.written_on) + WEEK
    last = min(monday(until) - WEEK, first + (RUN - 1) * WEEK)
    weeks = (last - first).days // 7 + 1
    if weeks < 1:
        return Effect(item, "early", expected)
    try:
        line = _line(data, item, Period(last, last + WEEK))
    except MissingData as error:
        return Effect(item, "missing", expected, weeks, reason=error.message)
    verdict = judged(line, weeks, expected)
    return Effect(item, verdict, expected, weeks, line, line.reason)


def expected_way(item: Item) -> Way:
    """Return which way a decision was to move its metric: as said, else the better one."""
    better = metric(item.about_metric).better
    return "down" if (item.expected or better) == "down" else "up"


def _line(data: Dataset, item: Item, week: Period) -> Line:
    what = metric(item.about_metric)
    name = (what.name, what.bases[0])
    if name not in MEASURES and what.name != "pipeline_coverage":
        raise MissingData(f"{what.label} is not measured week by week")
    by = ("segment",) if item.about_segment else ()
    wanted = item.about_segment or "all"
    found = {line.group: line for line in series(data, week, name, by=by)}
    if wanted not in found:
        raise MissingData(f"{what.label} has no figures for the segment {wanted}")
    return found[wanted]


def judged(line: Line, weeks: int, expected: Way) -> Verdict:
    """Return the verdict on a metric's last value.

    Parameters
    ----------
    line : the metric in the last week judged.
    weeks : complete weeks since the week of the decision, that one included.
    expected : which way it was to go.
    """
    signal = line.signal
    if signal.kind == "missing":
        return "missing"
    if signal.kind == "too_few" or (line.by and not is_large(line)):
        return "too_few"
    if signal.since is None:
        return "noise"
    if began(line) >= weeks:
        return "before"
    return "moved" if signal.direction == expected else "against"


def began(line: Line) -> int:
    """Return how many weeks before the last one the signal of a weekly line began."""
    step = max(1, line.metric.memory)
    points = -(-len(line.history) // step)
    return (points - 1 - (line.signal.since or 0)) * step


def agreed(items: Sequence[Item], kind: str, meeting: Meeting) -> list[Item]:
    """Return the decisions or actions (`kind`) that came out of a meeting.

    They name it; those that name none came out of the meeting of the day they were written on.
    """
    mine = [i for i in items if i.kind == kind]
    name, day = meeting.meeting_id, meeting.day
    return [i for i in mine if i.meeting_id == name or (not i.meeting_id and i.written_on == day)]
