"""Typed tables pass the same gate as text, by aggregates alone."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from report_helpers.data import load
from report_helpers.data.audit import TableAudit
from report_helpers.errors import BadValue

DAY = datetime(2026, 1, 5)


def deals(**columns: list[object]) -> dict[str, pd.DataFrame]:
    size = len(next(iter(columns.values())))
    frame = pd.DataFrame(
        {"opportunity_id": [f"d{n}" for n in range(size)], "created_on": DAY, "outcome": "open"}
    )
    return {"opportunities": frame.assign(**columns)}


def audit(given: dict[str, pd.DataFrame]) -> TableAudit:
    return load(given).audit.tables["opportunities"]


def test_blanks_null_words_and_spellings_are_set_right() -> None:
    data = load(deals(outcome=[" Won ", "LOST", "open"], source=["Web ", "N/A", " - "]))
    frame = data.frame("opportunities").sort_values("opportunity_id")
    assert frame["outcome"].tolist() == ["won", "lost", "open"]
    assert frame["source"].fillna("").tolist() == ["Web", "", ""]
    found = data.audit.tables["opportunities"]
    assert [remark.line() for remark in found.repaired] == [
        "3 × values of source stripped of blanks, or words for 'nothing' left empty",
        "1 × values of outcome stripped of blanks, or words for 'nothing' left empty",
        "2 × values of outcome respelt",
    ]
    assert found.filled["source"] == 1


def test_nan_in_parquet_is_missing_not_a_number(tmp_path: Path) -> None:
    table = pa.table(
        {
            "opportunity_id": ["d1", "d2"],
            "created_on": pa.array([DAY, DAY]),
            "outcome": ["won", "won"],
            "amount": pa.array([float("nan"), 5.0], from_pandas=False),
        }
    )
    pq.write_table(table, tmp_path / "opportunities.parquet")
    data = load(tmp_path)
    assert data.tables["opportunities"]["amount"].sum().to_pandas() == 5
    assert data.audit.tables["opportunities"].repaired[0].count == 1


def test_gaps_reject_rows_and_name_them_by_key() -> None:
    found = audit(deals(outcome=["won", None, "open"]))
    assert (found.rows_read, found.rows_kept) == (3, 2)
    assert [remark.line() for remark in found.rejected] == [
        "1 × rows without outcome (opportunity_id d1)"
    ]


def test_open_deals_have_no_closing_date() -> None:
    data = load(deals(outcome=["open", "won"], closed_on=[datetime(2027, 1, 1), DAY]))
    assert data.frame("opportunities")["closed_on"].notna().sum() == 1
    assert data.last_day == DAY.date()
    assert data.audit.tables["opportunities"].repaired[0].count == 1


def test_exact_repetitions_go_and_other_twins_are_refused() -> None:
    found = audit(deals(opportunity_id=["a", "a", "b"]))
    assert (found.rows_kept, found.repaired[0].count) == (2, 1)
    with pytest.raises(BadValue, match=r"'a' is on 2 different rows \(1 such keys\)"):
        load(deals(opportunity_id=["a", "a", "b"], amount=[1.0, 2.0, 3.0]))


def test_unknown_outcomes_are_listed_by_count() -> None:
    with pytest.raises(BadValue, match=r"'Draft' \(2 rows\), 'Signed' \(1 rows\)"):
        load(deals(outcome=["Draft", "Draft", "Signed", "won"]))


def test_oddities_are_observed_and_kept() -> None:
    found = audit(
        deals(
            outcome=["won", "lost", "won", "open"],
            created_on=[DAY, DAY, None, DAY],
            closed_on=[datetime(2025, 1, 1), DAY, None, None],
            amount=[0.0, 0.0, -5.0, None],
            account_id=["a", "a", "a", None],
        )
    )
    assert found.rows_kept == 4
    assert {remark.what: remark.count for remark in found.observed} == {
        "closed_on before created_on": 1,
        "deals without a created date": 1,
        "won or lost deals without a closing date": 1,
        "lost deals with an amount of 0": 1,
        "won deals without an amount": 1,
        "deals with an amount below 0": 1,
        "open deals without an account": 1,
    }


@pytest.mark.parametrize(
    ("column", "values", "says"),
    [
        ("created_on", [5, 6], "type int64, and 'created_on' must be a when"),
        ("amount", [DAY, DAY], "and 'amount' must be a number"),
    ],
)
def test_types_that_cannot_be_meant(column: str, values: list[object], says: str) -> None:
    with pytest.raises(BadValue, match=says):
        load(deals(**{column: values}))


def test_an_empty_table_is_no_error() -> None:
    data = load({"opportunities": deals(outcome=["won"])["opportunities"].iloc[:0]})
    assert data.audit.tables["opportunities"].rows_kept == 0
    assert not data.has("opportunities", "created_on")


def test_dates_and_amounts_that_cannot_be_meant_are_emptied_and_counted() -> None:
    days = [datetime(1, 1, 1), datetime(1900, 1, 1), datetime(9999, 12, 31), datetime(1987, 3, 2)]
    amounts = [float("inf"), -1e300, 1e15, -500.0]
    data = load(deals(created_on=days, amount=amounts))
    rows = data.frame("opportunities").set_index("opportunity_id")
    assert rows["created_on"].dropna().to_dict() == {"d3": pd.Timestamp("1987-03-02")}
    assert rows["amount"].dropna().to_dict() == {"d3": -500.0}
    rejected = [(r.count, r.what) for r in data.audit.tables["opportunities"].rejected]
    assert rejected == [
        (3, "values of created_on before 1900-01-02 or after 2199, left empty"),
        (3, "values of amount beyond a million billions, left empty"),
    ]
