"""MarSale Report Kit: the numbers Marketing and Sales work from, in one place.

In a notebook::

    import report_helpers as rh

    data = rh.load("sample")
    rh.win_rate(data, by="segment")

Every metric function takes a loaded data set, a pandas table of opportunities or a dict of tables,
and returns a tidy pandas table. Nothing heavy is imported until it is used.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

_HOMES = {
    "load": "data",
    "Period": "periods",
    "metric": "glossary",
    "scorecard": "metrics.scorecard",
    "figures": "metrics.report",
    "win_rate": "metrics.win_rate",
    "cohort_win_rate": "metrics.cohort",
    "sales_cycle": "metrics.sales_cycle",
    "lead_funnel": "metrics.funnel",
    "lead_to_customer_rate": "metrics.funnel",
    "loss_reasons": "metrics.reasons",
    "rejection_reasons": "metrics.reasons",
    "campaign_results": "metrics.campaigns",
    "planned_campaigns": "metrics.campaigns",
    "goals": "metrics.goals",
    "outcomes": "metrics.outcomes",
    "roles": "metrics.roles",
    "revenue_growth": "metrics.actuals",
    "actual": "metrics.actuals",
    "first_touch_kept": "metrics.commitments",
    "attempts_kept": "metrics.commitments",
    "lead_need": "metrics.lead_need",
    "average_deal": "metrics.lead_need",
    "mql_to_customer_rate": "metrics.lead_need",
    "mqls_needed": "metrics.lead_need",
    "perception": "metrics.perception",
    "perception_gaps": "metrics.perception",
    "watch": "metrics.watch",
    "retention": "metrics.retention",
    "retention_history": "metrics.retention",
    "white_space": "metrics.market",
    "penetration": "metrics.market",
    "second_product_rate": "metrics.cross_sell",
    "pair_lift": "metrics.cross_sell",
    "accounts_to_approach": "metrics.approach",
    "definition_scores": "metrics.lead_quality",
    "agreement": "metrics.agreement",
    "disputed_leads": "metrics.agreement",
    "predictors": "metrics.predictors",
    "joint_definition": "metrics.joint_definition",
    "nurture": "metrics.nurture",
    "nurture_comparison": "metrics.matching",
    "target_segments": "metrics.targeting",
    "buying_path": "metrics.buying_path",
    "step_losses": "metrics.buying_path",
    "step_waits": "metrics.steps",
    "detour_share": "metrics.detours",
    "rework_days": "metrics.detours",
    "delays": "metrics.delays",
    "BuyingProcess": "present.process_report",
    "Weekly": "present.weekly",
    "Brief": "present.brief",
    "Minutes": "present.minutes",
    "Teamwork": "present.teamwork",
    "Desk": "present.desk",
    "Customers": "present.customers",
    "QualityLead": "present.quality_explorer",
}

__all__ = ["__version__", *_HOMES]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
