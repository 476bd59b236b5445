"""The counts and sums every figure is made of: big tables in, small tidy frames out.

Each fact is a function ``fact(data, until, by=())``. It runs one query on the engine that holds
the data, and the data set remembers the result. ``<fact>_query`` in the same module returns the
query itself, not yet run.
"""

from report_helpers.facts.attributes import (
    EARLY,
    attribute_profile,
    attribute_values,
    latest_leads,
    lead_quality,
    quality_days,
)
from report_helpers.facts.campaigns import campaign_results, influenced_won, responses, spend
from report_helpers.facts.commitments import attempts, first_touches, missed_leads
from report_helpers.facts.deals import deal_days, deal_flow, losses, won_by_day
from report_helpers.facts.leads import STAGES, lead_flow, rejections, touch_hours
from report_helpers.facts.paths import path_edges, path_variants, stages
from report_helpers.facts.readiness import nurture_balance, ready_leads
from report_helpers.facts.reduction import DIMENSIONS, NONE
from report_helpers.facts.rework import path_rework
from report_helpers.facts.stale import stale_deals

__all__ = [
    "DIMENSIONS",
    "EARLY",
    "NONE",
    "STAGES",
    "attempts",
    "attribute_profile",
    "attribute_values",
    "campaign_results",
    "deal_days",
    "deal_flow",
    "first_touches",
    "influenced_won",
    "latest_leads",
    "lead_flow",
    "lead_quality",
    "losses",
    "missed_leads",
    "nurture_balance",
    "path_edges",
    "path_rework",
    "path_variants",
    "quality_days",
    "ready_leads",
    "rejections",
    "responses",
    "spend",
    "stages",
    "stale_deals",
    "touch_hours",
    "won_by_day",
]
