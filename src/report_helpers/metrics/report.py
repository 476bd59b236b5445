"""Every figure of a period as one tidy table, for commands, files and notebooks alike."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from report_helpers.data.dataset import Dataset
from report_helpers.errors import EmptyPeriod, MissingData, UnknownName
from report_helpers.glossary import METRICS, Metric, metric
from report_helpers.metrics import figures as tidy
from report_helpers.metrics.actuals import FROM_BOOKS, actual, revenue_growth
from report_helpers.metrics.agreement import definition_agreement, definition_kappa
from report_helpers.metrics.buying_path import buying_path, step_losses
from report_helpers.metrics.cohort import cohort_loss_rate, cohort_win_rate
from report_helpers.metrics.commitments import attempts_kept, first_touch_kept
from report_helpers.metrics.cross_sell import pair_lift, second_product_rate
from report_helpers.metrics.detours import detour_share, rework_days
from report_helpers.metrics.funnel import lead_funnel, lead_to_customer_rate
from report_helpers.metrics.lead_need import average_deal, mql_to_customer_rate, mqls_needed
from report_helpers.metrics.lead_quality import (
    definition_lift,
    definition_precision,
    definition_recall,
)
from report_helpers.metrics.market import (
    penetration,
    white_space_accounts,
    white_space_value,
)
from report_helpers.metrics.nurture import (
    nurture_cost_per_ready,
    nurture_days_to_ready,
    nurture_ready_rate,
)
from report_helpers.metrics.perception import perception
from report_helpers.metrics.question import When
from report_helpers.metrics.reasons import loss_reasons, rejection_reasons
from report_helpers.metrics.retention import (
    gross_revenue_retention,
    logo_retention,
    net_revenue_retention,
)
from report_helpers.metrics.scorecard import latest, measure
from report_helpers.metrics.spans import Spans
from report_helpers.metrics.steps import step_waits
from report_helpers.metrics.targeting import target_quality_rate
from report_helpers.periods import Period
from report_helpers.settings import Settings

DIMENSIONS = ("segment", "region", "source", "owner", "product")
Maker = Callable[..., pd.DataFrame]  # takes a data set, a period and dimensions


def _of_funnel(name: str, data: Dataset, period: When, by: tuple[str, ...]) -> pd.DataFrame:
    found = lead_funnel(data, period, by)
    return found[found["metric"] == name]


MAKERS: dict[str, Maker] = {
    "lead_to_customer_rate": lead_to_customer_rate,
    "cohort_win_rate": cohort_win_rate,
    "cohort_loss_rate": cohort_loss_rate,
    "funnel_leads": partial(_of_funnel, "funnel_leads"),
    "funnel_rate": partial(_of_funnel, "funnel_rate"),
    "loss_reason_share": loss_reasons,
    "rejection_reason_share": rejection_reasons,
    "logo_retention": logo_retention,
    "gross_revenue_retention": gross_revenue_retention,
    "net_revenue_retention": net_revenue_retention,
    "penetration": penetration,
    "white_space_accounts": white_space_accounts,
    "white_space_value": white_space_value,
    "second_product_rate": second_product_rate,
    "pair_lift": pair_lift,
    "definition_precision": definition_precision,
    "definition_recall": definition_recall,
    "definition_lift": definition_lift,
    "definition_agreement": definition_agreement,
    "definition_kappa": definition_kappa,
    "nurture_ready_rate": nurture_ready_rate,
    "nurture_days_to_ready": nurture_days_to_ready,
    "nurture_cost_per_ready": nurture_cost_per_ready,
    "target_quality_rate": target_quality_rate,
    **{name: partial(actual, name) for name in FROM_BOOKS},
    "revenue_growth": revenue_growth,
    "first_touch_kept": first_touch_kept,
    "attempts_kept": attempts_kept,
    "average_deal": average_deal,
    "mql_to_customer_rate": mql_to_customer_rate,
    "mqls_needed": mqls_needed,
    "perception": perception,
    "step_wait_median": step_waits,
    "step_wait_p90": partial(step_waits, metric="step_wait_p90"),
    "step_loss_share": step_losses,
    "path_share": buying_path,
    "detour_share": detour_share,
    "rework_days": rework_days,
}
PROMISES = ("first_touch_kept", "attempts_kept")  # what they count depends on the settings
STEPS = (
    "step_wait_median",
    "step_wait_p90",
    "step_loss_share",
    "path_share",
    "detour_share",
    "rework_days",
)


def figures(
    data: Dataset,
    period: When,
    by: tuple[str, ...] = (),
    settings: Settings | None = None,
    only: tuple[str, ...] = (),
) -> pd.DataFrame:
    """Return the figures of a period, for the whole and for each group.

    Parameters
    ----------
    data : the data set.
    period : a period of whole ISO weeks, or ``all`` for everything up to the data's last day.
    by : dimensions; two or more are crossed.
    settings : the company's settings.
    only : names of the metrics wanted; all of the glossary when empty.

    Returns
    -------
    DataFrame
        One figure a row, in the columns of :mod:`report_helpers.metrics.figures`. A metric that
        the data cannot carry is one NA row that says which table would bring it.

    Raises
    ------
    UnknownName
        For a dimension or a metric that does not exist.
    EmptyPeriod
        When the data end before the period begins, or begin after it ends.
    """
    for name in by:
        if name not in DIMENSIONS:
            raise UnknownName("dimension", name, DIMENSIONS)
    wanted = [metric(name) for name in only] or list(METRICS)
    if isinstance(period, Period):
        check_period(data, period)
    found = [
        _figures(data, period, what, dims, settings or Settings())
        for what in wanted
        for dims in ([(), by] if by else [()])
    ]
    return tidy.join(found)[list(tidy.COLUMNS)]


def check_period(data: Dataset, period: Period) -> None:
    """Raise EmptyPeriod when the data hold nothing of the period.

    Raises
    ------
    EmptyPeriod
        Naming the period and the days the data cover.
    """
    read = [data.audit.tables[name] for name in ("opportunities", "leads") if data.has(name)]
    first = min((table.first.date() for table in read if table.first), default=date.max)
    if data.last_day < period.start or first >= period.end:
        raise EmptyPeriod(
            f"nothing happened in {period.label} ({period.start} to {period.last_day}); "
            f"the data run from {first} to {data.last_day}",
            remedy="choose a day for --as-of that follows weeks the data cover",
        )


def unfinished(data: Dataset, period: Period) -> str:
    """Return why a period's figures are not final; empty when the data cover all of it.

    Data that end on a Friday cover their week if nothing was ever recorded later than they end:
    only weekend days may be missing.
    """
    days = pd.bdate_range(pd.Timestamp(data.last_day) + pd.Timedelta(days=1), period.last_day)
    return f"the data end on {data.last_day}, before the period does" if len(days) else ""


def _figures(
    data: Dataset, period: When, what: Metric, by: tuple[str, ...], settings: Settings
) -> pd.DataFrame:
    """Return one metric on all its bases; a single NA row where the data cannot carry it."""
    try:
        if what.name in MAKERS:
            return MAKERS[what.name](data, period, by, **_set(what.name, settings))
        first_month = settings.calendar.fiscal_year_starts
        return tidy.join(
            _measured(data, period, (what, basis), by, first_month) for basis in what.bases
        )
    except MissingData as error:
        key = period.key if isinstance(period, Period) else period
        gone = pd.DataFrame({"value": [np.nan], "reason": [error.message]})
        made = tidy.make(gone, what.name, basis=what.bases[0], unit=what.unit, period=key)
        return made.assign(by=", ".join(by))


def _set(name: str, settings: Settings) -> dict[str, Any]:
    """Return what the company has set that a metric depends on."""
    if name in PROMISES:
        return {"promise": settings.commitments}
    return {"order": settings.stages.order} if name in STEPS else {}


def _measured(
    data: Dataset,
    period: When,
    line: tuple[Metric, str],
    by: tuple[str, ...],
    first_month: int,
) -> pd.DataFrame:
    what, basis = line
    name = (what.name, basis)
    if isinstance(period, Period):
        values, late = latest(data, period, name, by, first_month), unfinished(data, period)
    else:
        spans, late = Spans.everything(_tomorrow(data)), ""
        values = measure(*name, first_month)(data, spans, by)
    values = values.reset_index()
    if values.empty:
        return tidy.none()
    values["reason"] = values["reason"].where(values["reason"] != "", late)
    key = period.key if isinstance(period, Period) else period
    fixed = {"basis": basis, "unit": what.unit, "period": key}
    return tidy.make(values, what.name, by=by, **fixed)


def _tomorrow(data: Dataset) -> date:
    return (pd.Timestamp(data.last_day) + pd.Timedelta(days=1)).date()
