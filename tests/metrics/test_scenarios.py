"""Small companies in CSV that an analyst can check by hand, with the figures they must give."""

import re
from datetime import date, timedelta
from pathlib import Path

import pandas as pd
import pytest

from report_helpers.data import load
from report_helpers.metrics.funnel import lead_funnel, lead_to_customer_rate
from report_helpers.metrics.reasons import loss_reasons, rejection_reasons
from report_helpers.metrics.sales_cycle import sales_cycle
from report_helpers.metrics.win_rate import win_rate
from report_helpers.periods import Period

SCENARIOS = Path(__file__).parent / "scenarios"
FIGURES = {
    "win_rate": win_rate,
    "sales_cycle": sales_cycle,
    "loss_reasons": loss_reasons,
    "rejection_reasons": rejection_reasons,
    "lead_funnel": lead_funnel,
    "lead_funnel_rate": lead_funnel,
    "lead_to_customer_rate": lead_to_customer_rate,
}
BY_BASIS = ("win_rate", "sales_cycle")


def read(path):
    return pd.read_csv(path, dtype=str, keep_default_na=False)


def expected():
    for path in sorted(SCENARIOS.glob("*/expected.csv")):
        for line, row in read(path).iterrows():
            told = [row["figure"], row["period"], row["by"], row["basis"], row["group"]]
            name = f"{path.parent.name}:{line + 2} {' '.join(filter(None, told))}"
            yield pytest.param(path.parent, row, id=name)


@pytest.fixture(scope="module")
def scenario():
    loaded = {}

    def get(folder):
        if folder not in loaded:
            paths = [p for p in folder.glob("*.csv") if p.stem != "expected"]
            loaded[folder] = load({path.stem: table(path) for path in paths})
        return loaded[folder]

    return get


def table(path):
    frame = read(path).replace("", None)
    for name in frame.columns:
        if name.endswith(("_on", "_at")):
            frame[name] = pd.to_datetime(frame[name])
        elif name in ("amount", "cost"):
            frame[name] = pd.to_numeric(frame[name])
    return frame


def period(key):
    found = re.fullmatch(r"(\d{4})-W(\d\d)", key)
    if not found:
        return key
    start = date.fromisocalendar(int(found[1]), int(found[2]), 1)
    return Period(start, start + timedelta(days=7))


@pytest.mark.parametrize(("folder", "row"), list(expected()))
def test_the_figure_is_as_worked_out_by_hand(scenario, folder, row):
    by = tuple(filter(None, row["by"].split(", ")))
    options = {"basis": row["basis"]} if row["figure"] in BY_BASIS else {}
    found = FIGURES[row["figure"]](scenario(folder), period(row["period"]), by, **options)
    if "funnel" in row["figure"]:
        wanted = "funnel_rate" if row["figure"].endswith("rate") else "funnel_leads"
        found = found[(found["metric"] == wanted) & (found["basis"] == row["basis"])]
    figure = found[(found["group"] == row["group"]) & (found["period"] == row["period"])]
    assert len(figure) == 1
    for name in ("value", "n"):
        wanted = float(row[name]) if row[name] else float("nan")
        assert figure[name].item() == pytest.approx(wanted, nan_ok=True)
    assert (figure["status"].item(), figure["reason"].item()) == (row["status"], row["reason"])
