"""Which attributes tell a quality lead beforehand, and the definition both teams could agree on."""

from __future__ import annotations

import pandas as pd

from report_helpers.data.dataset import Dataset
from report_helpers.metrics.joint_definition import Proposal, joint_definition
from report_helpers.metrics.predictors import predictors
from report_helpers.metrics.question import When
from report_helpers.present import quality_words as words
from report_helpers.present.blocks import (
    Block,
    Callout,
    Cell,
    Columns,
    Finding,
    Findings,
    Row,
    Table,
    TableColumn,
)
from report_helpers.present.formats import count_of, day, interval, number

SHOWN = 12
STRONG, WEAK = ("good", "▲"), ("bad", "▼")


def supported(data: Dataset, period: When) -> Block:
    """Return the attributes that later leads confirm, and why the others are left out."""
    found = predictors(data, period)
    kept = found[found["supported"]]
    if kept.empty:
        text = f"No attribute tells a quality lead beforehand. {' '.join(_left_out(found))}"
        return Callout(text, title="Attributes", tone="muted")
    columns = (
        TableColumn("attribute", "A lead with", width=1),
        TableColumn("lift", "Lift", "right"),
        TableColumn("later", "On later leads", "right"),
        TableColumn("n", "n", "right"),
    )
    rows = tuple(_supported(row) for _, row in kept.head(SHOWN).iterrows())
    parts = [
        f"{_named(row)} {number(row['test_lift'], 'ratio')}"
        for _, row in kept.head(SHOWN).iterrows()
    ]
    return Table(
        columns,
        rows,
        "What tells a quality lead beforehand",
        f"Lift on later leads: {'; '.join(parts)}.",
        (
            "Lift: share of quality over that of all leads; ▲ more, ▼ less. Chosen on the first "
            "70% of leads, confirmed on the last 30%, 95% interval below.",
            *_left_out(found),
        ),
    )


def _supported(row: pd.Series) -> Row:
    tone, mark = STRONG if row["lift"] > 1 else WEAK
    return Row(
        (
            Cell(_named(row)),
            Cell(_lift(row["lift"]), note=_spread(row["low"], row["high"])),
            Cell(
                _lift(row["test_lift"]),
                note=_spread(row["test_low"], row["test_high"]),
                tone=tone,  # type: ignore[arg-type]
                mark=mark,
            ),
            Cell(number(row["n"] + row["test_n"], "count")),
        )
    )


def _named(row: pd.Series) -> str:
    name = str(row["attribute"]).replace("_", " ")
    return name if row["value"] == "yes" else f"{name}: {row['value']}"


def _lift(value: float) -> str:
    return f"{value:.2f}×"


def _spread(low: float, high: float) -> str:
    return f"{low:.2f}–{high:.2f}" if low == low else ""


def _left_out(found: pd.DataFrame) -> tuple[str, ...]:
    """Say what was refused, and what was tested and not supported."""
    refused = found[found["rate"].isna() & ~found["supported"]]
    told = [f"Refused: {row['attribute']}, {row['reason']}." for _, row in refused.iterrows()]
    tested = found[found["rate"].notna() & ~found["supported"]]
    chance = int((tested["p"] >= 0.05).sum())
    if chance:
        told.append(f"{count_of(chance, 'value')} tested show no more than chance.")
    unconfirmed = tested[tested["p"] < 0.05]
    if len(unconfirmed):
        listed = ", ".join(_named(row) for _, row in unconfirmed.iterrows())
        told.append(f"Not confirmed by later leads: {listed}.")
    return tuple(told)


def proposal(data: Dataset, period: When) -> Columns | Findings:
    """Return the definition the data propose for both teams, or say that there is none."""
    found = joint_definition(data, period)
    said = Findings(_sentences(found), title="What the data propose")
    return Columns((said, _compared(found))) if found.definition else said


def _sentences(found: Proposal) -> tuple[Finding, ...]:
    tone, lead = ("good", "Better for both") if found.better else ("watch", "No better definition")
    verdict = Finding(found.verdict, lead=lead, tone=tone)  # type: ignore[arg-type]
    if found.definition is None:
        return (verdict,)
    lead = "Proposed" if found.better else "The best found"
    said = words.definition(found.definition)
    text = f"{said[0].upper()}{said[1:]}."
    return Finding(text, lead=lead, tone="info"), verdict


def _compared(found: Proposal) -> Table:
    columns = (
        TableColumn("team", "Definition of", width=1),
        TableColumn("precision", "Precision", "right"),
        TableColumn("recall", "Recall", "right"),
    )
    rows = tuple(_compare(row) for _, row in found.scores.iterrows())
    parts = [
        f"{words.TEAM_TITLES[row['team']]} {number(row['precision'], 'share')} and "
        f"{number(row['recall'], 'share')}"
        for _, row in found.scores.iterrows()
    ]
    first = day(found.halves.cut.date())
    return Table(
        columns,
        rows,
        f"Judged on {count_of(found.halves.test, 'later lead')}, from {first}",
        f"Precision and recall on later leads: {'; '.join(parts)}.",
        (f"Searched on the {count_of(found.halves.train, 'lead')} before that day.",),
    )


def _compare(row: pd.Series) -> Row:
    mine = row["team"] == "proposed"
    cells = [
        Cell(number(row[name], "share"), interval(row[f"{name}_low"], row[f"{name}_high"], "share"))
        for name in ("precision", "recall")
    ]
    title = Cell(words.TEAM_TITLES[row["team"]], note=f"passes {row['passed']:,.0f}")
    return Row((title, *cells), role="total" if mine else "body")
