"""What each team calls a quality lead, how good its definition is, and the leads they dispute."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd

from report_helpers.data.dataset import Dataset
from report_helpers.errors import MissingData
from report_helpers.metrics.agreement import agreement, disputed_leads, overlap
from report_helpers.metrics.definitions import TEAMS, Definition, definitions, in_force
from report_helpers.metrics.lead_quality import definition_scores
from report_helpers.metrics.question import When
from report_helpers.periods import Period
from report_helpers.present import quality_words as words
from report_helpers.present.blocks import (
    Block,
    Callout,
    Cell,
    Finding,
    Findings,
    Row,
    Table,
    TableColumn,
)
from report_helpers.present.formats import count_of, day, interval, number

OUTCOME = "Of quality: qualified by Sales (SQL) or won."
MARKS = {"quality": ("good", "✓"), "no quality": ("bad", "✗"), "not handed over": ("muted", "○")}


def said(data: Dataset, until: date) -> Table:
    """Return what each team calls a quality lead, in words, since when and what it was before.

    Parameters
    ----------
    data : the data set.
    until : definitions in force on the day before are shown.
    """
    known = definitions(data, until)
    now = [in_force(known, team, until - timedelta(days=1)) for team in TEAMS]
    rows = tuple(_said(one) for one in now if one)
    columns = (TableColumn("team", "Team"), TableColumn("words", "A quality lead is", width=1))
    alt = "; ".join(
        f"{words.TEAM_TITLES[one.team]} calls a lead of quality by {words.definition(one)}"
        for one in now
        if one
    )
    former = [one for one in known if one not in now]
    notes = tuple(
        f"{words.TEAM_TITLES[one.team]} before, from {day(one.starts_on)}: {words.definition(one)}."
        for one in former
    )
    return Table(columns, rows, "What each team calls a quality lead", f"{alt}.", notes)


def _said(one: Definition) -> Row:
    since = f"version {one.version}, since {day(one.starts_on)}"
    return Row((Cell(words.TEAM_TITLES[one.team]), Cell(words.definition(one), note=since)))


def scores(data: Dataset, period: When, judged: str = "now") -> Table:
    """Return how precise and how complete each team's definition is.

    Parameters
    ----------
    data : the data set.
    period : the leads that arrived in it.
    judged : ``now``, all leads by the latest definitions, so that they compare; ``then``, each
        lead by the definition of its day.
    """
    found = definition_scores(data, period, judged=judged)
    columns = (
        TableColumn("team", "Definition of", width=1),
        TableColumn("passed", "Passes", "right"),
        TableColumn("precision", "Precision", "right"),
        TableColumn("recall", "Recall", "right"),
        TableColumn("lift", "Lift", "right"),
    )
    teams = list(found["team"].drop_duplicates())
    rows = tuple(_scored(found[found["team"] == team]) for team in teams)
    parts = [
        f"{row['group']} precision {number(row['value'], 'share')}"
        for _, row in found[found["metric"] == "definition_precision"].iterrows()
    ]
    which = "by today's definitions" if judged == "now" else "each by the definition of its day"
    return Table(
        columns,
        rows,
        f"How good each definition is: {_leads(found)}, {which}",
        f"{'; '.join(parts)}.",
        (
            f"{OUTCOME} Precision: of quality among those passed. Recall: passed among those of "
            "quality. Lift: precision over the share of quality among all leads.",
            *_unworked(found),
        ),
    )


def _scored(found: pd.DataFrame) -> Row:
    rows = {row["metric"]: row for row in found.to_dict(orient="records")}
    first = rows["definition_precision"]
    share = first["passed"] / first["leads"] if first["leads"] else float("nan")
    cells = [
        Cell(
            number(row["value"], unit),  # type: ignore[arg-type]
            note=interval(row["low"], row["high"], unit) or str(row["reason"]),  # type: ignore[arg-type]
        )
        for row, unit in (
            (first, "share"),
            (rows["definition_recall"], "share"),
            (rows["definition_lift"], "ratio"),
        )
    ]
    passed = Cell(number(first["passed"], "count"), note=f"{number(share, 'share')} of leads")
    return Row((Cell(words.TEAM_TITLES[first["team"]]), passed, *cells))


def _leads(found: pd.DataFrame) -> str:
    row = found.iloc[found["leads"].fillna(0).argmax()]
    young = f", {row['young']:,.0f} more too young to judge" if row["young"] else ""
    return f"{count_of(row['leads'], 'lead')}{young}"


def _unworked(found: pd.DataFrame) -> tuple[str, ...]:
    """Say how many of the leads passed nobody handed over: what became of them is unknown."""
    rows = found[(found["metric"] == "definition_precision") & found["worked"].notna()]
    parts = [
        f"{words.TEAM_TITLES[row['team']]} {number(1 - row['worked'] / row['passed'], 'share')}"
        for _, row in rows.iterrows()
        if row["passed"] and row["worked"] < row["passed"]
    ]
    if not parts:
        return ()
    return (
        f"Never handed to Sales, so counted as not of quality: {', '.join(parts)} of those passed.",
    )


def overlaps(data: Dataset, period: When, judged: str = "now") -> Table:
    """Return how many leads both teams' definitions pass, only one of them, or neither."""
    sides = overlap(data, period, judged).set_index("side")
    alike, kappa = agreement(data, period, judged=judged).to_dict(orient="records")
    columns = (
        TableColumn("marketing", "", width=1),
        TableColumn("yes", "Sales passes", "right"),
        TableColumn("no", "Sales does not", "right"),
    )
    rows = (
        Row((Cell("Marketing passes"), _side(sides, "both"), _side(sides, "marketing only"))),
        Row((Cell("Marketing does not"), _side(sides, "sales only"), _side(sides, "neither"))),
    )
    text = "The definitions could not be compared."
    if alike["value"] == alike["value"]:
        spread = interval(alike["low"], alike["high"], "share")
        text = f"They agree on {number(alike['value'], 'share')} of leads ({spread})"
    if kappa["value"] == kappa["value"]:
        text += f"; kappa {kappa['value']:.2f} ({kappa['low']:.2f} to {kappa['high']:.2f}): "
        text += words.agreement(kappa["value"], kappa["low"], kappa["high"])
    parts = [f"{side} {row['n']:,.0f}" for side, row in sides.iterrows()]
    return Table(
        columns,
        rows,
        "Whom the two definitions pass",
        f"Leads by who passes them: {', '.join(parts)}. {text}.",
        (f"{text.rstrip('.')}.", "Small: share of quality among them, with its 95% interval."),
    )


def _side(sides: pd.DataFrame, side: str) -> Cell:
    row = sides.loc[[side]].to_dict(orient="records")[0]
    share = number(row["value"], "share")
    spread = interval(row["low"], row["high"], "share")
    note = f"{share} of quality ({spread})" if spread else ""
    only = side.endswith("only")
    return Cell(
        number(row["n"], "count"), note, tone="watch" if only else "", mark="◆" if only else ""
    )


def disputed(data: Dataset, period: When, limit: int = 15) -> Block:
    """Return the latest leads that only one team's definition passes, and what became of them."""
    found = disputed_leads(data, period, limit)
    if found.empty:
        return Callout("Both definitions pass the same leads.", title="Disputed leads", tone="good")
    rates = overlap(data, period).to_dict(orient="records")
    columns = (
        TableColumn("lead", "Lead"),
        TableColumn("side", "Passed by", width=1),
        TableColumn("outcome", "What became of it"),
    )
    rows = tuple(_disputed(row) for _, row in found.iterrows())
    parts = [
        f"{row['side']}, {number(row['value'], 'share')} of {count_of(row['n'], 'lead')}"
        for row in rates
        if row["side"].endswith("only")
    ]
    text = f"Of quality, judged by the definitions of their day: {'; '.join(parts)}."
    caption = f"Disputed leads: the last {len(found)} old enough to judge"
    return Table(columns, rows, caption, f"{caption}. {text}", (text,))


def _disputed(row: pd.Series) -> Row:
    place = [row[name] for name in ("source", "segment") if name in row and pd.notna(row[name])]
    tone, mark = MARKS[row["outcome"]]
    return Row(
        (
            Cell(str(row["lead_id"]), note=day(row["created_day"], year=False)),
            Cell(str(row["side"]).capitalize(), note=", ".join(place)),
            Cell(row["outcome"], tone=tone, mark=mark),  # type: ignore[arg-type]
        )
    )


def finding(data: Dataset, period: When) -> Finding | None:
    """Say in a sentence whether the teams mean the same by a quality lead; None without criteria.

    Parameters
    ----------
    data : the data set.
    period : the leads that arrived in it; a year is enough, a week too young.
    """
    try:
        alike, kappa = agreement(data, period, judged="now").to_dict(orient="records")
        sides = overlap(data, period, "now").set_index("side")
    except MissingData:  # no criteria, or nothing says what became of leads: nothing to say
        return None
    if alike["value"] != alike["value"]:
        return None
    meaning = words.agreement(kappa["value"], kappa["low"], kappa["high"])
    disputed = sides.loc[["marketing only", "sales only"]].sum()
    lost = disputed["hits"] / sides["hits"].sum() if sides["hits"].sum() else 0.0
    text = (
        f"Marketing's and Sales' definitions agree on {number(alike['value'], 'share')} of "
        f"{count_of(alike['n'], 'lead')} (kappa {kappa['value']:.2f}, {meaning}); "
        f"{number(lost, 'share')} of the leads of quality are passed by one of them only."
    )
    return Finding(text, lead="Quality lead", tone="watch" if kappa["low"] < 0.6 else "good")


def verdict(data: Dataset, period: When) -> Findings:
    """Return `finding` as a block, with what the definition in force is worth."""
    found = finding(data, period)
    if found is None:
        raise MissingData(
            "there are no two definitions of a quality lead to compare",
            remedy="add criteria.csv: each row one condition of a team's definition",
        )
    return Findings((found,))


def year_to(until: date) -> Period:
    """Return the 52 weeks that end on the day before `until`, the usual period of these blocks."""
    return Period(until - timedelta(weeks=52), until)
