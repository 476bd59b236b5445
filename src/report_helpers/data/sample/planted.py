"""What is planted in the sample: the dates on which something changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from report_helpers.periods import WEEK, monday


@dataclass(frozen=True)
class Planted:
    """The days on which the invented company changed; everything else in it is chance.

    Parameters
    ----------
    start : first day of the sample, a Monday.
    until : last day of the sample, included.
    """

    start: date
    until: date

    @property
    def webinars_worsen(self) -> date:
        """First day on which webinars bring students instead of buyers: 9 whole weeks."""
        return monday(self.until) - 9 * WEEK

    @property
    def referrals_grow(self) -> date:
        """First day of the referral programme: 9 whole weeks."""
        return monday(self.until) - 9 * WEEK

    @property
    def approval_slows(self) -> date:
        """First day on which Enterprise deals that reach Approval stay there longer: 18 weeks."""
        return monday(self.until) - 18 * WEEK

    @property
    def seller_leaves(self) -> date:
        """Last day, a Friday, of the seller whose inquiries nobody took over: 3 weeks."""
        return monday(self.until) - 3 * WEEK - timedelta(days=3)
