"""People of both teams, what they agreed, when they meet and what they wrote."""

from __future__ import annotations

import unicodedata
from datetime import date, timedelta
from importlib import resources

import pandas as pd

from report_helpers.data.sample.company import (
    LEAVER,
    MAIL,
    MARKETERS,
    SALES_HEAD,
    SEGMENTS,
    SELLERS,
)
from report_helpers.data.sample.planted import Planted
from report_helpers.periods import WEEK, Period, monday, quarter

# team, meeting, weekday (Monday is 0), hour, every how many weeks, kind, guests welcome
MEETINGS = (
    ("sales", "Pipeline review", 0, "09:00", 1, "pipeline", True),
    ("marketing", "Campaign planning", 1, "10:00", 1, "planning", True),
    ("both", "Marketing and Sales weekly", 3, "14:00", 1, "two-way", False),
    ("sales", "Enterprise deal clinic", 2, "11:00", 2, "deal review", True),
    ("marketing", "Webinar rehearsal", 4, "09:30", 4, "rehearsal", True),
    ("sales", "Customer visit", 1, "13:00", 2, "customer visit", True),
    ("sales", "Forecast call", 4, "15:00", 4, "forecast", False),
    ("marketing", "Lead quality check", 2, "15:30", 4, "quality", True),
)
VISIT = "Customer visit"  # is held by one seller, in turn; all other meetings by the team
PART_TIME = {"Zsófia Kertész": "Mon Tue Wed Thu", "Chloe Hartley": "Mon Tue Wed"}
LETTERS = str.maketrans({"ø": "o", "Ø": "O", "ł": "l", "Ł": "L"})


def people(planted: Planted) -> pd.DataFrame:
    """Return the members of both teams, one a row."""
    head, role, since = SALES_HEAD
    rows: list[tuple[str | None, ...]] = [(head, "sales", role, None, since)]
    for segment in SEGMENTS:
        for person, job, began in SELLERS[segment.name]:
            rows.append((person, "sales", f"{job}, {segment.name}", head, began))
    leader = MARKETERS[0][0]
    for person, job, began in MARKETERS:
        rows.append((person, "marketing", job, None if person == leader else leader, began))
    frame = pd.DataFrame(rows, columns=["person", "team", "role", "manager", "starts_on"])
    frame["email"] = [f"{_plain(person)}@{MAIL}" for person in frame["person"]]
    frame["starts_on"] = pd.to_datetime(frame["starts_on"] + "-01").astype("datetime64[s]")
    left = frame["person"] == LEAVER
    frame["ends_on"] = pd.Series(pd.Timestamp(planted.seller_leaves), frame.index).where(left)
    frame["works_on"] = frame["person"].map(PART_TIME)
    columns = ["person", "team", "role", "email", "manager", "starts_on", "ends_on", "works_on"]
    return frame[columns]


def _plain(person: str) -> str:
    letters = unicodedata.normalize("NFKD", person.translate(LETTERS))
    return "".join(c for c in letters if not unicodedata.combining(c)).lower().replace(" ", ".")


def targets(planted: Planted, leads: int, deals: int) -> pd.DataFrame:
    """Return the agreed targets, one a row, in proportion to the size of the sample."""
    weeks = ((planted.until - planted.start).days + 1) / 7
    weekly_leads, weekly_deals = leads / weeks, deals / weeks
    year = Period(date(planted.until.year, 1, 1), date(planted.until.year + 1, 1, 1))
    rows = [
        ("inquiries", None, round(weekly_leads * 1.08), "week", "Rosalind Achebe"),
        ("mqls", None, round(weekly_leads * 0.38), "week", "Rosalind Achebe"),
        ("quality_share", None, 0.30, "level", "Zsófia Kertész"),
        ("cost_per_mql", None, 210, "level", "Mateo Villalba"),
        ("speed_to_lead", None, 6, "level", "Katrin Oberländer"),
        ("acceptance_rate", None, 0.75, "level", "Rosalind Achebe"),
        ("opportunities", None, round(weekly_deals * 1.05), "week", "Katrin Oberländer"),
        ("win_rate", None, 0.30, "level", "Katrin Oberländer"),
        ("sales_cycle", "Enterprise", 100, "level", "Katrin Oberländer"),
        ("won_amount", None, _money(weekly_deals * 13 * 7_000), "quarter", "Katrin Oberländer"),
    ]
    rows += [
        ("won_amount", s.name, _money(weekly_deals * 13 * each), "quarter", SELLERS[s.name][0][0])
        for s, each in zip(SEGMENTS, (3_600, 2_900, 500), strict=True)
    ]
    frame = pd.DataFrame(rows, columns=["metric", "segment", "target", "per", "owner"])
    frame["target"] = frame["target"].astype(float)
    frame["starts_on"] = pd.Timestamp(year.start).as_unit("s")
    frame["ends_on"] = pd.Timestamp(year.last_day).as_unit("s")
    return frame[["metric", "segment", "target", "per", "starts_on", "ends_on", "owner"]]


def _money(amount: float) -> float:
    return round(amount / 10_000) * 10_000.0


def calendar(planted: Planted, weeks: int = 9) -> pd.DataFrame:
    """Return the meetings of the `weeks` after the last day, one a row; none in the holidays."""
    rows = []
    first = monday(planted.until)
    sellers = [p for segment in SEGMENTS for p, *_ in SELLERS[segment.name] if p != LEAVER]
    for week in range(weeks):
        for team, meeting, weekday, hour, every, kind, open_ in MEETINGS:
            day = first + week * WEEK + timedelta(days=weekday)
            holidays = (day.month, day.day) >= (12, 23) or (day.month, day.day) <= (1, 4)
            if day > planted.until and week % every == weekday % every and not holidays:
                who = sellers[week // every % len(sellers)] if meeting == VISIT else None
                rows.append((team, meeting, pd.Timestamp(f"{day} {hour}"), kind, open_, who))
    ends = quarter(planted.until).end
    rows.append(
        ("both", "Quarter review", pd.Timestamp(f"{ends - 2 * WEEK} 10:00"), "review", True, None)
    )
    columns = ["team", "meeting", "starts_at", "kind", "shadowing_ok", "person"]
    frame = pd.DataFrame(rows, columns=columns)
    frame["starts_at"] = frame["starts_at"].astype("datetime64[s]")
    return frame.sort_values(["starts_at", "meeting"], kind="stable", ignore_index=True)


def notes(planted: Planted) -> pd.DataFrame:
    """Return what people wrote over the last ten weeks, one note a row.

    The words are in ``notes.csv`` beside this module; its days count from the sample's last day.
    """
    source = resources.files("report_helpers.data.sample").joinpath("notes.csv")
    with source.open(encoding="utf-8") as stream:
        written = pd.read_csv(stream, dtype="str", keep_default_na=False, na_values=[""])
    last_day = pd.Timestamp(planted.until)

    def day(column: str) -> pd.Series[pd.Timestamp]:
        return last_day + pd.to_timedelta(written[column].astype("float64"), unit="D")

    frame = written.assign(
        written_on=day("day") + pd.to_timedelta(written["time"] + ":00"),
        due_on=day("due_day"),
        closed_on=day("closed_day") + pd.Timedelta(hours=17),
    )
    for column in ("written_on", "due_on", "closed_on"):
        frame[column] = frame[column].astype("datetime64[s]")
    return frame.sort_values("written_on", kind="stable", ignore_index=True)
