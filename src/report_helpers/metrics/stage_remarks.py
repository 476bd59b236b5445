"""What is odd in the record of stages: counted, never dropped silently."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

import pandas as pd

from report_helpers import facts
from report_helpers.facts.paths import stages
from report_helpers.facts.ways import UNKNOWN
from report_helpers.metrics.process import Process

MONTH = pd.Timedelta(days=30)


@dataclass(frozen=True)
class Remark:
    """Something odd.

    Parameters
    ----------
    kind : ``same_time``, ``repeated``, ``late``, ``unknown_deal``, ``no_events``, ``first_stage``,
        ``unknown_stage`` or ``renamed``.
    n : events, or deals, it is true of.
    text : what it is and how it was handled, one sentence.
    remedy : what to write in the mapping or the settings, where that helps.
    """

    kind: str
    n: int
    text: str
    remedy: str = ""


def stage_remarks(process: Process) -> list[Remark]:
    """Return what is odd in the stage events known at the process' end, whatever the window."""
    found = [*_of_events(process), *_of_deals(process), *_of_names(process)]
    return [remark for remark in found if remark.n]


def _of_events(process: Process) -> list[Remark]:
    known = process.raw[process.raw["outcome"] != UNKNOWN]
    strangers = int(process.raw.loc[process.raw["outcome"] == UNKNOWN, "n"].sum())
    working = known[~known["stage"].isin(process.stages.closing)]
    again = working[working["stage"] == working["next"]]
    return [
        Remark("same_time", int(process.raw["same_time"].sum()),
               "events of one deal at the same time: taken in the order of the stages"),
        Remark("repeated", int(again["n"].sum()),
               "times a deal entered the stage it was in: counted as two stays"),
        Remark("late", int(working["late"].sum()),
               "events after the day the deal was closed: the deal counts as opened again"),
        Remark("unknown_deal", strangers,
               "events of no deal in the table of deals: left out of every figure"),
    ]  # fmt: skip


def _of_deals(process: Process) -> list[Remark]:
    ways = process.variants
    deals = int(facts.deal_flow(process.data, process.until)["n"].sum())
    first = [next((s for s in path if s in process.stages.places), "") for path in ways["path"]]
    begin = process.stages.order[0] if process.stages.order else ""
    late = pd.Series([name != begin for name in first], ways.index, dtype=bool)
    return [
        Remark("no_events", deals - int(ways["n"].sum()),
               "deals without any stage event: they are in no figure of the process"),
        Remark("first_stage", int(ways.loc[late, "n"].sum()),
               f"deals that did not begin in {begin}, the first stage: their way starts later"),
    ]  # fmt: skip


def _of_names(process: Process) -> list[Remark]:
    spans = stages(process.data, process.until).set_index("stage")
    unknown = process.stages.unknown
    n = int(spans["n"].reindex(list(unknown)).sum())
    listed = ", ".join(unknown)
    remarks = [
        Remark("unknown_stage", n,
               f"events in stages outside the order that is set ({listed}): neither back nor forth",
               "add the stage to [stages] order in marsale.toml, or translate it in the mapping")
    ]  # fmt: skip
    return remarks + [_renamed(old, new, spans) for old, new in renamed(process)]


def _renamed(old: str, new: str, spans: pd.DataFrame) -> Remark:
    text = (
        f"events in '{old}', which ends when '{new}' begins, between the same stages: probably "
        "one stage under two names"
    )
    remedy = f'in the mapping: [stage_events.columns.stage.translate] "{old}" = "{new}"'
    return Remark("renamed", int(spans.loc[old, "n"]), text, remedy)  # type: ignore[arg-type]


def renamed(process: Process) -> list[tuple[str, str]]:
    """Return pairs of stages of which the first was probably renamed to the second.

    The last event of the first lies within 30 days of the first event of the second, each was in
    use for longer than that, and deals come to them from the same stage and go on to the same.
    """
    spans = stages(process.data, process.until).set_index("stage")
    spans = spans[~spans.index.isin(list(process.stages.closing))]
    lived = spans[spans["last"] - spans["first"] > MONTH]
    around = {name: _neighbours(process, name) for name in lived.index}
    return [
        (str(old), str(new))
        for old in lived.index
        for new in lived.index
        if old != new
        and abs(lived.loc[new, "first"] - lived.loc[old, "last"]) <= MONTH
        and around[old] == around[new]
    ]


def _neighbours(process: Process, stage: Hashable) -> tuple[object, object]:
    """Return the stage most deals came from, and the one most went on to."""
    known = process.raw[process.raw["outcome"] != UNKNOWN]
    working = process.stages.places
    before = known[(known["next"] == stage) & known["stage"].isin(working)].groupby("stage")["n"]
    after = known[(known["stage"] == stage) & known["next"].isin(working)].groupby("next")["n"]
    ends = (sums.sum() for sums in (before, after))
    first, second = (None if found.empty else found.idxmax() for found in ends)
    return first, second
