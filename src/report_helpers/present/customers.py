"""Customers and market, section by section: who stays, who is left to win, who needs more."""

from __future__ import annotations

from report_helpers.present import cross_sell, market, retention
from report_helpers.present.blocks import Block
from report_helpers.present.report import Report
from report_helpers.present.section import section


class Customers(Report):
    """A look at customers and market, for a notebook that analysts change.

    Parameters are those of `report_helpers.present.report.Report`.
    """

    name = "customers"
    heading = "Customers and market"

    @property
    def weeks(self) -> int:
        """How many ISO weeks back the look goes; twelve months and 52 weeks end with the last."""
        return self.settings.calendar.brief_weeks

    @section("Retention")
    def retention(self, by: str = "segment") -> Block:
        """Show twelve-month retention of customers and revenue by an attribute of accounts."""
        return retention.retention_table(self.data, self.period, by, self.currency)

    @section("Retention over time")
    def retention_over_time(self, months: int = 13) -> Block:
        """Show twelve-month revenue retention at the end of each month."""
        return retention.retention_chart(self.data, self.period, months)

    @section("The market")
    def market(self) -> Block:
        """Show how much of the market is ours, what the rest is worth, and where to begin."""
        return market.market_findings(self.data, self.period, self.currency)

    @section("White space")
    def white_space(self, by: str = "segment") -> Block:
        """Show what is left to win by an attribute of accounts."""
        return market.white_space_table(self.data, self.period, by, self.currency)

    @section("Second products")
    def second_products(self) -> Block:
        """Show how many customers have a second product, and which pair goes together."""
        return cross_sell.cross_sell_findings(self.data, self.period)

    @section("Product pairs")
    def pairs(self) -> Block:
        """Show how much more often than by chance products are had together."""
        return cross_sell.pair_table(self.data, self.period)

    @section("Accounts to approach")
    def approach(self, limit: int = 15) -> Block:
        """Show the accounts to offer the second product of the pair that goes together most."""
        return cross_sell.approach_table(self.data, self.period, self.currency, limit)
