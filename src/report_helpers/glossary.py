"""Every metric once: what it is called, who owns it, how it is computed and which way is better."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from report_helpers.errors import UnknownName

Unit = Literal["count", "money", "share", "days", "hours", "ratio", "money/day"]
Team = Literal["marketing", "sales"]


@dataclass(frozen=True)
class Metric:
    """One metric.

    Parameters
    ----------
    name : the word used in data, commands and files.
    label : the words used in reports.
    team : the team judged by it.
    unit : what its values are.
    better : which way is an improvement.
    formula : how it is computed, in words an analyst can check.
    bases : the bases it can be stated on; the first is the usual one.
    additive : whether values of weeks add up to the value of a longer period.
    memory : weeks over which neighbouring values share the same cases; such values move together
        by construction, so the process-behaviour rules look only at values that far apart.
    source : who defined it so.
    """

    name: str
    label: str
    team: Team
    unit: Unit
    better: Literal["up", "down"]
    formula: str
    bases: tuple[str, ...] = ("",)
    additive: bool = False
    memory: int = 0
    source: str = "common practice in revenue operations"


_WILSON = "interval: Wilson (1927) score interval, 95 %"

METRICS: tuple[Metric, ...] = (
    Metric(
        "inquiries",
        "Inquiries",
        "marketing",
        "count",
        "up",
        "Leads created in the period.",
        additive=True,
    ),
    Metric(
        "responses",
        "Responses",
        "marketing",
        "count",
        "up",
        "Answers to campaigns received in the period, whoever they came from.",
        additive=True,
    ),
    Metric(
        "mqls",
        "Quality leads (MQL)",
        "marketing",
        "count",
        "up",
        "Leads that Marketing called a quality lead in the period.",
        additive=True,
    ),
    Metric(
        "quality_share",
        "Quality share",
        "marketing",
        "share",
        "up",
        "Inquiries created in the period that were quality leads by its end ÷ inquiries created "
        f"in the period; every period is cut at its own end, so periods compare; {_WILSON}.",
        bases=("created",),
    ),
    Metric(
        "cost_per_inquiry",
        "Cost per inquiry",
        "marketing",
        "money",
        "down",
        "Campaign cost of the period ÷ inquiries of the period; a campaign's cost is spread "
        "evenly over the days it ran.",
    ),
    Metric(
        "cost_per_mql",
        "Cost per MQL",
        "marketing",
        "money",
        "down",
        "Campaign cost of the period ÷ quality leads (MQL) of the period.",
    ),
    Metric(
        "cost_per_sql",
        "Cost per SQL",
        "marketing",
        "money",
        "down",
        "Campaign cost of the period ÷ leads that Sales qualified (SQL) in the period.",
    ),
    Metric(
        "accepted",
        "Leads accepted",
        "sales",
        "count",
        "up",
        "Quality leads that Sales accepted (SAL) in the period.",
        additive=True,
    ),
    Metric(
        "acceptance_rate",
        "Acceptance rate",
        "sales",
        "share",
        "up",
        f"Accepted ÷ (accepted + rejected), leads that Sales decided on in the period; {_WILSON}.",
        bases=("closed",),
    ),
    Metric(
        "speed_to_lead",
        "Speed to lead",
        "sales",
        "hours",
        "down",
        "Median hours from quality lead to Sales' first touch, leads handed over in the period; a "
        "lead not yet touched counts as longer than all that were; interval: order statistics.",
        bases=("median",),
    ),
    Metric(
        "opportunities",
        "New opportunities",
        "sales",
        "count",
        "up",
        "Deals opened in the period.",
        additive=True,
    ),
    Metric(
        "win_rate",
        "Win rate",
        "sales",
        "share",
        "up",
        "Closed basis: won ÷ (won + lost), deals closed in the period. Created basis: won by the "
        "period's end ÷ deals opened in the period. By value: amount won ÷ (amount won + amount "
        f"lost), only where lost deals carry amounts. {_WILSON[0].upper()}{_WILSON[1:]}; none by "
        "value.",
        bases=("closed", "created", "value"),
    ),
    Metric(
        "sales_cycle",
        "Sales cycle",
        "sales",
        "days",
        "down",
        "Days from opening to winning, deals won in the period: median (and mean); interval of "
        "the median: order statistics.",
        bases=("median", "mean"),
    ),
    Metric(
        "sales_velocity",
        "Sales velocity",
        "sales",
        "money/day",
        "up",
        "Open deals at the period's end × average amount won × win rate ÷ median sales cycle; the "
        "last three over the 13 weeks that end with the period.",
        memory=13,
    ),
    Metric(
        "pipeline_coverage",
        "Pipeline coverage",
        "sales",
        "ratio",
        "up",
        "Amount of open deals at the period's end ÷ what is left of the fiscal quarter's target "
        "for won amount.",
        memory=13,
    ),
    Metric(
        "won_amount",
        "Won amount",
        "sales",
        "money",
        "up",
        "Amount of the deals won in the period.",
        additive=True,
    ),
    Metric(
        "lead_to_customer_rate",
        "Lead-to-customer rate",
        "marketing",
        "share",
        "up",
        f"Leads created in the period that won a deal by its end ÷ leads created; {_WILSON}.",
        bases=("created",),
    ),
    Metric(
        "cohort_win_rate",
        "Cohort win rate",
        "sales",
        "share",
        "up",
        "Cumulative incidence of winning against losing, open deals censored (Aalen-Johansen), "
        "at 30, 60, 90 days and at the end; interval from Greenwood-type variance.",
        bases=("incidence",),
        source="Aalen and Johansen (1978)",
    ),
)

_BY_NAME = {metric.name: metric for metric in METRICS}


def metric(name: str) -> Metric:
    """Return the metric called `name`.

    Raises
    ------
    UnknownName
        When the glossary does not hold it.

    Examples
    --------
    >>> metric("win_rate").label
    'Win rate'
    """
    if name not in _BY_NAME:
        raise UnknownName("metric", name, _BY_NAME)
    return _BY_NAME[name]


BASIS_LABELS = {
    "": "",
    "closed": "closed basis",
    "created": "created basis",
    "value": "by value",
    "median": "median",
    "mean": "mean",
    "incidence": "open deals counted as undecided",
}
