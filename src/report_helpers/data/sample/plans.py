"""Which campaigns the sample company runs, in its own words."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Series:
    """Campaigns of one channel that follow each other.

    Parameters
    ----------
    channel : their channel, a source of leads.
    every, lasts : weeks between two of them; days that each one runs. The programme ends those
        of its own channel.
    topics : what they are about, in turn.
    message, call_to_action, audience : what each one says, asks for, and to whom.
    kind : how people answer them.
    """

    channel: str
    every: int
    lasts: int
    topics: tuple[str, ...]
    message: str
    call_to_action: str
    audience: str
    kind: str


SERIES = (
    Series(
        "Webinar",
        4,
        28,
        (
            "Leaks found before lunch",
            "Calibration without the downtime",
            "What your flow meter is not telling you",
            "Gas analysis for people in a hurry",
            "Pressure, explained by its mistakes",
            "From paper logs to live readings",
            "Audit-ready in an afternoon",
        ),
        "One plant, one problem, forty minutes, real readings",
        "Watch it and ask for the worksheet",
        "Maintenance and quality engineers",
        "event",
    ),
    Series(
        "Web search",
        10,
        70,
        ("Guide to choosing a flow meter", "Calibration interval calculator"),
        "Answers first, catalogue second",
        "Download the guide",
        "Engineers who compare suppliers",
        "form",
    ),
    Series(
        "Paid search",
        9,
        63,
        ("Flow and pressure terms", "Service and calibration terms"),
        "In stock, calibrated, delivered in five days",
        "Ask for a quote",
        "Buyers with a need this month",
        "form",
    ),
    Series(
        "Trade fair",
        13,
        40,
        ("Process Days", "Instrument Forum", "Waterworks Fair"),
        "Bring us your worst measuring point",
        "Book twenty minutes at the stand",
        "Plant managers and planners",
        "event",
    ),
    Series(
        "Referral",
        19,
        133,
        ("Letter to customers", "Customer evening"),
        "You know somebody with our kind of problem",
        "Name one colleague",
        "Contacts at customers of more than a year",
        "call",
    ),
)


@dataclass(frozen=True)
class Plan:
    """One planned campaign.

    Parameters
    ----------
    starts, ends : days after the sample's last day.
    channel, segment : where it runs and whom it is aimed at; no segment is all of them.
    name, audience, message, call_to_action : what people call it, and what it says to whom.
    budget : money planned.
    """

    starts: int
    ends: int
    channel: str
    segment: str | None
    name: str
    audience: str
    message: str
    call_to_action: str
    budget: float


PLANNED = (
    Plan(
        2,
        29,
        "Webinar",
        None,
        "Webinar: Readings you can take to the auditor",
        "Quality managers, by invitation; no certificate this time",
        "Three customers show the page their auditor asked for",
        "Reserve one of 60 seats",
        2600,
    ),
    Plan(
        5,
        8,
        "Trade fair",
        "Mid-market",
        "Trade fair: Autumn Process Days",
        "Plant managers within two hours' drive",
        "Bring us your worst measuring point",
        "Book twenty minutes at the stand",
        18500,
    ),
    Plan(
        5,
        32,
        "Paid search",
        "Small business",
        "Paid search: Year-end calibration",
        "Small works whose certificates lapse in December",
        "A certificate before the holidays, or we pay the next one",
        "Book a slot",
        6000,
    ),
    Plan(
        6,
        60,
        "Web search",
        "Enterprise",
        "Web search: Approval pack for group purchasing",
        "Purchasing and IT security of groups we already talk to",
        "Every form your approvers ask for, filled in",
        "Download the pack or ask your seller",
        4500,
    ),
    Plan(
        9,
        44,
        "Web search",
        "Mid-market",
        "Web search: Total cost of a gas analyser",
        "Engineers who must defend a budget for next year",
        "Ten years of cost on one page, ours and theirs",
        "Download the calculation",
        5500,
    ),
)
PROGRAMME = (
    "Referral: A good word travels",
    "Recommend us to a colleague; both of you get a free calibration",
    "Name one colleague",
    "Contacts at customers of more than a year",
)
