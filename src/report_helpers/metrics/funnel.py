"""The lead funnel: of the leads that came in, how many reached each stage by now.

Leads are followed as cohorts, by when they were created, so that no lead of one month is divided
by the inquiries of another. What is not yet, or was not yet, fully on record is provisional.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

import numpy as np
import pandas as pd

from report_helpers import facts
from report_helpers.metrics import figures
from report_helpers.metrics.maturity import Record
from report_helpers.metrics.once import once
from report_helpers.metrics.question import Question, Source, When
from report_helpers.metrics.tally import share

STAGES = ("inquiry", "mql", "accepted", "sql", "opportunity", "won")
Cohort = Literal["whole", "week", "month"]


@once
def lead_funnel(
    data: Source,
    period: When = "all",
    by: str | Sequence[str] = (),
    cohort: Cohort = "whole",
) -> pd.DataFrame:
    """Return how many leads created in the period reached each stage, and the rate of each step.

    Parameters
    ----------
    data : a data set or a dict of tables with ``leads``.
    period : when the leads were created; what they reached counts up to its end. ``all`` takes
        every lead and everything known.
    by : dimensions of the lead: ``segment``, ``region``, ``source``.
    cohort : one funnel for the ``whole`` period, or one for each ``week`` or ``month`` in which
        leads were created (a week belongs to the month of its Thursday).

    Returns
    -------
    DataFrame
        Figures: ``funnel_leads`` (count) and ``funnel_rate`` (share of the stage before, with
        ``n`` and Wilson 95 % interval), the stage in ``basis``, the cohort in ``period``. Stages
        nobody ever reached are not shown; the step is then measured from the last one that is.
        A figure is provisional when more than a tenth of its cohort is too young, or came before
        the stage was recorded (see `maturity.Record.doubts`); a step that more leads ended than
        began is NA: stages are skipped.

    Raises
    ------
    MissingData
        When there are no leads or they lack a dimension.
    """
    funnel = _Funnel.of(Question.of(data, period, by), cohort)
    steps = funnel.steps()
    reached = {stage: funnel.reached(stage) for stage, _ in steps}
    rates = {stage: funnel.rate(stage, before) for stage, before in steps if before}
    found = {"funnel_leads": reached, "funnel_rate": rates}
    made = figures.join(funnel.figures(values, name) for name, values in found.items() if values)
    places = made["basis"].map({stage: place for place, (stage, _) in enumerate(steps)})
    return made.iloc[np.argsort(places.to_numpy(), kind="stable")].reset_index(drop=True)


def lead_to_customer_rate(
    data: Source, period: When = "all", by: str | Sequence[str] = ()
) -> pd.DataFrame:
    """Return the share of the leads created in the period that won a deal by its end.

    Parameters and statuses are those of `lead_funnel`; ``n`` counts the leads created, ``low`` and
    ``high`` are the Wilson 95 % interval.

    Raises
    ------
    MissingData
        When there are no leads or they lack a dimension.
    """
    funnel = _Funnel.of(Question.of(data, period, by), "whole")
    rates = {"created": funnel.rate("won", "inquiry")}
    return funnel.figures(rates, "lead_to_customer_rate")


@dataclass(frozen=True)
class _Funnel:
    """Leads counted by cohort and group (rows of `counts`) and stage (its columns)."""

    asked: Question
    flow: pd.DataFrame
    counts: pd.DataFrame
    record: Record
    _told: dict[str, pd.Series] = field(default_factory=dict)

    @classmethod
    def of(cls, asked: Question, cohort: Cohort) -> _Funnel:
        flow = facts.lead_flow(asked.data, asked.until, asked.by)
        named = flow.assign(cohort=_names(flow["created_week"], cohort, asked.key))
        cohorts = named[asked.within(flow["created_week"])]
        keys = ["cohort", *asked.by]
        shown = flow.assign(cohort=asked.key) if cohort == "whole" else cohorts
        index = shown.groupby(keys)["n"].sum().index
        if index.empty and not asked.by:
            index = pd.Index([asked.key], name="cohort")
        counts = cohorts.groupby([*keys, "stage"])["n"].sum().unstack("stage")
        counts = counts.reindex(columns=pd.Index(STAGES)).reindex(index).fillna(0.0)
        return cls(asked, flow, counts, Record.of(flow, cohorts, keys, asked.until))

    def steps(self) -> list[tuple[str, str]]:
        """Return each stage that was ever reached, with the one before it."""
        known = [stage for stage in STAGES if stage in {"inquiry", *self.flow["stage"]}]
        return list(zip(known, ["", *known], strict=False))

    def reached(self, stage: str) -> pd.DataFrame:
        """Return how many leads reached a stage."""
        n = self.counts[stage]
        return pd.DataFrame({"value": n, "n": n, "reason": self._doubts(stage)})

    def rate(self, stage: str, before: str) -> pd.DataFrame:
        """Return the share of the leads at one stage that reached another."""
        n, hits = self.counts[before], self.counts[stage]
        skipped = hits > n
        rates = share(hits.mask(skipped, 0.0), n, f"no lead reached {before}")
        if skipped.any():
            rates.loc[skipped, ["value", "low", "high"]] = np.nan
            told = f"more leads reached {stage} than {before}: stages are skipped or not recorded"
            rates["reason"] = rates["reason"].mask(skipped, told)
        rates["reason"] = rates["reason"].where(rates["reason"] != "", self._doubts(stage))
        return rates

    def figures(self, values: dict[str, pd.DataFrame], metric: str) -> pd.DataFrame:
        """Return values by basis as figures, NA where the leads do not cover the period at all."""
        rows = pd.concat(values, names=["basis", "period", *self.asked.by])
        if self._gap:
            blank = dict.fromkeys(("value", "n", "low", "high"), np.nan)
            rows = rows.assign(**blank, reason=self._gap)
        unit = "count" if metric == "funnel_leads" else "share"
        return figures.make(rows.reset_index(), metric, by=self.asked.by, unit=unit)

    def _doubts(self, stage: str) -> pd.Series:
        """Return why figures of a stage are provisional, by cohort and group.

        Where every deal on record was won, deals are known only from wins, and from when on.
        """
        if stage in self._told:
            return self._told[stage]
        told_by = "won" if stage == "opportunity" and self._only_wins else stage
        found = self.record.doubts(told_by)
        self._told[stage] = found.reindex(self.counts.index, fill_value="")
        return self._told[stage]

    @property
    def _only_wins(self) -> bool:
        totals = self.flow.groupby("stage")["n"].sum()
        return bool(totals.get("won") == totals.get("opportunity"))

    @cached_property
    def _gap(self) -> str:
        """Why nothing is known of the period; empty where the leads cover it."""
        return self.asked.spans.gaps(self.flow["created_week"], "leads").get(0, "")


def _names(weeks: pd.Series, cohort: Cohort, whole: str) -> pd.Series:
    """Return the name of the cohort each week belongs to."""
    if cohort == "whole":
        return pd.Series(whole, index=weeks.index, dtype="str")
    thursday = weeks + pd.Timedelta(days=3)
    return thursday.dt.strftime("%G-W%V" if cohort == "week" else "%Y-%m").fillna("undated")
