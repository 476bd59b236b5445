"""The buying process, section by section, for a notebook that analysts change."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from report_helpers.metrics.delays import late
from report_helpers.metrics.process import QUARTER, Process
from report_helpers.present import buying_process
from report_helpers.present.blocks import Block
from report_helpers.present.path_map import path_map
from report_helpers.present.report import Report
from report_helpers.present.section import section


class BuyingProcess(Report):
    """A look at the way deals take, over the 13 complete weeks before a day.

    Parameters are those of `report_helpers.present.report.Report`.
    """

    name = "buying_process"
    heading = "The buying process"

    @property
    def weeks(self) -> int:
        """How many ISO weeks the look covers."""
        return QUARTER

    def process(self, by: str | Sequence[str] = "segment") -> Process:
        """Return the process measured by dimensions of deals."""
        return Process.of(self.data, self.period, by, self.settings.stages.order)

    @cached_property
    def segments(self) -> list[str]:
        """The segments, those with the costliest delays first."""
        delayed = list(late(self.process())["segment"].drop_duplicates())
        entered = self.process().stays["segment"].drop_duplicates()
        return [*delayed, *sorted(set(entered) - set(delayed))]

    @section("Delays")
    def delays(self, by: str = "segment") -> Block:
        """Show the delays worth a marketing asset, the costliest first."""
        return buying_process.opportunities(self.process(by), self.currency)

    @section("Path map")
    def path_map(self, segment: str = "") -> Block:
        """Draw how deals moved through the stages, of one segment or of all."""
        split = "segment" if segment or self.data.has("opportunities", "segment") else ()
        return path_map(self.process(split), segment)  # as the others: counted once

    @section("Path maps")
    def path_maps(self) -> Block:
        """Draw the path map of each segment, one below the other."""
        process = self.process("segment")
        return self.side_by_side(*(path_map(process, segment) for segment in self.segments))

    @section("Days in each stage")
    def steps(self, by: str | Sequence[str] = "segment") -> Block:
        """Show how long deals wait in each stage, and whether that changed."""
        return buying_process.steps_table(self.process(by), self.currency)

    @section("Buying paths")
    def paths(self, by: str | Sequence[str] = "segment") -> Block:
        """Show the most frequent ways through the stages."""
        return buying_process.paths_table(self.process(by))

    @section("Lost deals")
    def losses(self, by: str | Sequence[str] = "segment") -> Block:
        """Show in which stage deals were lost."""
        return buying_process.losses_table(self.process(by), self.currency)

    @section("The record of stages")
    def remarks(self) -> Block:
        """Show the order of the stages, and what is odd in the record."""
        return buying_process.remarks(self.process(()))
