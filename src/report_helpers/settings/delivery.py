"""The sections of marsale.toml that say when reports are due, who gets them, and what is kept."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, field_validator

from report_helpers.settings.sections import CLOCK, Section, known_zone

_DAYS = "monday|tuesday|wednesday|thursday|friday|saturday|sunday"
_ADDRESS = r"^[^\s<>@,;\"]+@[^\s<>@,;\"]+$"


def _can_travel(address: str) -> str:
    domain = address.rpartition("@")[2]
    try:
        domain.encode("idna")
    except UnicodeError as error:
        raise ValueError(f"'{domain}' cannot be the domain of a mail address") from error
    return address


Address = Annotated[str, Field(pattern=_ADDRESS, max_length=254), AfterValidator(_can_travel)]
Optional = Annotated[
    str, Field(pattern=rf"^$|{_ADDRESS}", max_length=254), AfterValidator(_can_travel)
]


class Schedule(Section):
    """``[schedule]``: when reports are due; what is left empty is never due.

    Parameters
    ----------
    time_zone : whose clock; empty for that of the meeting.
    weekly : day of the week and hour of the weekly report, such as ``monday 07:00``.
    brief : hour of the meeting brief; it comes ``brief_days_before`` working days before each
        meeting.
    shadowing : day of the month and hour, such as ``20 08:00``, of the plan for the month after.
    on_holiday : what is due on a public holiday: on the next working day, not at all, or as ever.
    catch_up_days : what was missed is made up for so many days; later, it is only reported.
    alert_after_hours : so long after it was due a report that nobody got is a matter for the owner.
    """

    time_zone: str = ""
    weekly: Annotated[str, Field(pattern=f"^$|^({_DAYS}) {CLOCK}$")] = ""
    brief: Annotated[str, Field(pattern=f"^$|^{CLOCK}$")] = ""
    brief_days_before: Annotated[int, Field(ge=0, le=5, strict=True)] = 1
    shadowing: Annotated[str, Field(pattern=f"^$|^([1-9]|1[0-9]|2[0-8]) {CLOCK}$")] = ""
    on_holiday: Literal["next working day", "skip", "as ever"] = "next working day"
    catch_up_days: Annotated[int, Field(ge=0, le=60, strict=True)] = 5
    alert_after_hours: Annotated[float, Field(gt=0, le=240)] = 4

    @field_validator("time_zone")
    @classmethod
    def _known(cls, name: str) -> str:
        return known_zone(name) if name else name


class Recipient(Section):
    """``[[mail.recipients]]``: somebody who gets reports.

    Parameters
    ----------
    address, name : where to, and whom.
    team : ``marketing`` or ``sales``: the mail says first what that team owes; empty for both.
    segment : the report on one segment only; empty for the whole company.
    reports : which reports.
    """

    address: Address
    name: str = ""
    team: Literal["", "marketing", "sales"] = ""
    segment: str = ""
    reports: Annotated[tuple[Literal["weekly", "brief", "shadowing"], ...], Field(min_length=1)] = (
        "weekly",
        "brief",
    )


class Mail(Section):
    """``[mail]``: the server that takes the mail, and who gets it.

    The password comes from the environment variable ``MARSALE_MAIL_PASSWORD``, or from the
    system's keyring.

    Parameters
    ----------
    server : ``smtps://host:465`` (TLS from the start) or ``smtp://host:587`` (STARTTLS, always).
    user : who signs in; empty to send without signing in.
    sender : the address the mail comes from.
    name : the name beside it.
    owner : who hears of failures.
    ca_file : certificates to trust beside those of the system.
    megabytes : the most a mail may have, counted as it travels; what is larger is left out and
        linked to.
    link : where the output folder can be read, such as ``https://reports.example.com``.
    attempts : how often a mail is tried before it is given up.
    recipients : who gets which report.
    """

    server: Annotated[str, Field(pattern=r"^$|^smtps?://[^\s/@]+$")] = ""
    user: str = ""
    sender: Optional = ""
    name: str = "MarSale"
    owner: Optional = ""
    ca_file: str = ""
    megabytes: Annotated[float, Field(gt=0, le=100)] = 8
    link: Annotated[str, Field(pattern=r"^$|^https?://\S+$")] = ""
    attempts: Annotated[int, Field(ge=1, le=50, strict=True)] = 8
    recipients: tuple[Recipient, ...] = ()


class Replies(Section):
    """``[replies]``: where answers to the reports arrive.

    The password comes from the environment variable ``MARSALE_REPLIES_PASSWORD``, or from the
    system's keyring.

    Parameters
    ----------
    mailbox : ``imaps://user@host/INBOX``, or the folder of a maildir.
    address : what people reply to; a ``+reference`` is put before its ``@``.
    ca_file : certificates to trust beside those of the system.
    authenticated_by : the name by which the own mail server signs what it found out about a sender
        (``Authentication-Results``); with it, only senders it vouches for are believed.
    """

    mailbox: str = ""
    address: Optional = ""
    ca_file: str = ""
    authenticated_by: str = ""


class Trust(Section):
    """``[trust]``: what makes a report amber, so that page one says so, or red, so that it is held.

    Parameters
    ----------
    stale_days : a table with nothing newer than so many days before the period's end is named.
    held_days : without deals or leads any newer than so many days the report is held back.
    held_tables : the tables meant by that; a lack of any other is only named.
    faulty_share : the share of a table's rows that may be repeated or unreadable unnamed, 0 to 1.
    """

    stale_days: Annotated[int, Field(ge=1, le=90, strict=True)] = 3
    held_days: Annotated[int, Field(ge=1, le=90, strict=True)] = 7
    held_tables: tuple[
        Literal["opportunities", "leads", "stage_events", "responses", "touches"], ...
    ] = ("opportunities", "leads")
    faulty_share: Annotated[float, Field(ge=0, le=1)] = 0.05


class Archive(Section):
    """``[archive]``: how long issued reports and what they were made from are kept.

    Parameters
    ----------
    keep_weeks : older reports are removed; 0 keeps all.
    inputs_megabytes : larger inputs are not kept, and their report cannot be verified later.
    """

    keep_weeks: Annotated[int, Field(ge=0, le=2000, strict=True)] = 104
    inputs_megabytes: Annotated[int, Field(ge=0, strict=True)] = 500
