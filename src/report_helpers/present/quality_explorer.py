"""The quality lead, block by block, for an analyst's notebook."""

from __future__ import annotations

from report_helpers.periods import Period
from report_helpers.present import nurturing, quality_agreement, quality_lead, supported
from report_helpers.present.blocks import Block
from report_helpers.present.report import Report
from report_helpers.present.section import section


class QualityLead(Report):
    """What both teams call a quality lead, what it is worth, and what the data would call one.

    Parameters are those of `report_helpers.present.report.Report`. Leads of the 52 weeks that end
    with the last complete week are judged.
    """

    name = "quality_lead"
    heading = "The quality lead"

    @property
    def year(self) -> Period:
        """The 52 weeks whose leads are judged."""
        return quality_lead.year_to(self.period.end)

    @section("Agreement")
    def verdict(self) -> Block:
        """Say whether the teams mean the same by a quality lead."""
        return quality_lead.verdict(self.data, self.year)

    @section("Definitions")
    def said(self) -> Block:
        """Show what each team calls a quality lead."""
        return quality_lead.said(self.data, self.period.end)

    @section("Scores")
    def scores(self, judged: str = "now") -> Block:
        """Show how precise and complete each definition is: judged ``now`` or ``then``."""
        return quality_lead.scores(self.data, self.year, judged)

    @section("Overlap")
    def overlaps(self) -> Block:
        """Show how many leads both definitions pass, one of them, or neither."""
        return quality_lead.overlaps(self.data, self.year)

    @section("Disputed leads")
    def disputed(self, limit: int = 15) -> Block:
        """Show the latest leads that only one definition passes."""
        return quality_lead.disputed(self.data, self.year, limit)

    @section("Attributes")
    def supported(self) -> Block:
        """Show which attributes tell a quality lead beforehand."""
        return supported.supported(self.data, self.year)

    @section("Proposal")
    def proposal(self) -> Block:
        """Show the definition the data propose for both teams."""
        return supported.proposal(self.data, self.year)

    @section("Whom to target")
    def targets(self, *by: str) -> Block:
        """Show which segments bring the most leads of quality."""
        return nurturing.targets(self.data, self.year, by or "segment", self.currency)

    @section("Nurturing")
    def nurturing(self) -> Block:
        """Show what became of nurtured leads and of others."""
        return nurturing.nurturing(self.data, self.year, self.currency)

    @section("Agreement on the quality lead")
    def agreement(self) -> Block:
        """Show the agreement on the quality lead, to be signed."""
        agreed = self.settings.commitments
        return quality_agreement.agreement_page(self.data, self.period.end, agreed)
