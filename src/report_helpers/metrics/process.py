"""The buying process as measured: its stages, the stays in them, the ways through them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import pandas as pd

from report_helpers import settings
from report_helpers.data.dataset import Dataset
from report_helpers.facts.paths import LOST, OPEN, WON, edges_and_variants
from report_helpers.facts.ways import UNKNOWN
from report_helpers.metrics.question import Question, Source, When
from report_helpers.metrics.stages import Stages, arrange
from report_helpers.periods import Period

QUARTER = 13  # weeks: fewer hold too few deals to compare steps
CLOSED = "(closed)"  # won or lost: the stage it ended in serves both


@dataclass(frozen=True)
class Process:
    """How deals went through the stages in a window of weeks, and before.

    Parameters
    ----------
    data, by : the data set and the dimensions.
    until : exclusive end of what is known.
    weeks : length of the window: the period, or the 13 weeks that end with it if it is shorter.
    key : the period's name.
    stages : the stages and their order.
    raw : the fact ``path_edges``, with ``age``: 0 for stays that began in the window, 1 for those
        in as many weeks before it, and so on.
    variants : the fact ``path_variants`` of known deals, with ``age`` by the day of closing.
    """

    data: Dataset
    by: tuple[str, ...]
    until: date
    weeks: int
    key: str
    stages: Stages
    raw: pd.DataFrame
    variants: pd.DataFrame

    @classmethod
    def of(
        cls,
        data: Source,
        period: When = "all",
        by: str | Sequence[str] = (),
        order: Sequence[str] = (),
    ) -> Process:
        """Return the process as people ask for it.

        Parameters
        ----------
        data : a data set or a dict of tables with ``opportunities`` and ``stage_events``.
        period : a period of whole weeks, or ``all``.
        by : dimensions of the deal.
        order : the stages, first to last; empty for the settings beside the data, else learnt.

        Raises
        ------
        MissingData
            When there are no stage events, or a dimension is not in the data.
        """
        asked = Question.of(data, period, by)
        whole = asked.until.toordinal() // 7 + 1
        weeks = max(QUARTER, period.days // 7) if isinstance(period, Period) else whole
        given = tuple(order) or settings.load(asked.data.settings_file).stages.order
        key = ("process", asked.until, asked.by, weeks, given)
        found = asked.data.remember(key, lambda: _measured(asked, weeks, given))
        stages, edges, variants = found
        known = variants[variants["outcome"] != UNKNOWN]
        aged = (
            _aged(found, on, asked, weeks) for found, on in ((edges, "entered"), (known, "closed"))
        )
        return cls(asked.data, asked.by, asked.until, weeks, asked.key, stages, *aged)

    @cached_property
    def stays(self) -> pd.DataFrame:
        """Stays of known deals in working stages; ``next`` is a stage or how the deal stands.

        ``over`` says whether the stay has ended. A closing stage that follows is the deal's end.
        """
        known = self.raw[self.raw["outcome"] != UNKNOWN]
        working = known[~known["stage"].isin(self.stages.closing)]
        ends = {"won": WON, "lost": LOST, "open": CLOSED}
        said = {stage: f"({role})" for stage, role in self.stages.closing.items() if role}
        following = working["next"]
        ended = following.isin(self.stages.closing)
        following = following.where(~ended, working["outcome"].map(ends))
        for stage, end in said.items():
            following = following.mask(working["next"] == stage, end)
        return working.assign(next=following, over=working["next"] != OPEN)

    @property
    def closed(self) -> pd.DataFrame:
        """Ways of the deals closed in the window."""
        ways = self.variants
        return ways[ways["outcome"].isin(["won", "lost"]) & (ways["age"] == 0)]


def _measured(
    asked: Question, weeks: int, order: tuple[str, ...]
) -> tuple[Stages, pd.DataFrame, pd.DataFrame]:
    """Return stages, edges and variants; the engine counts again only if the order settles ties."""
    data, until, by = asked.data, asked.until, asked.by
    edges, variants = edges_and_variants(data, until, by, weeks, order)
    stages = arrange(edges, variants, order)
    if edges["same_time"].any() and stages.source == "learnt":
        full = (*stages.order, *stages.closing)
        edges, variants = edges_and_variants(data, until, by, weeks, full)
    return stages, edges, variants


def _aged(found: pd.DataFrame, on: str, asked: Question, weeks: int) -> pd.DataFrame:
    days = (pd.Timestamp(asked.until) - found[on]).dt.days
    return found.assign(age=days / (7 * weeks) - 1)
