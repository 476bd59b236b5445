"""Who is at work on which day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from report_helpers.periods import Period
from report_helpers.teams.cadence import Cadence
from report_helpers.teams.rota import Person


def working_days(cadence: Cadence, period: Period) -> list[date]:
    """Return the days from Monday to Friday of a period that are no public holiday."""
    days = (period.start + timedelta(days=n) for n in range(period.days))
    return [day for day in days if cadence.is_working_day(day)]


def present(members: Sequence[Person], days: Sequence[date]) -> NDArray[np.bool_]:
    """Return, members x days, who is in the team and at work."""
    there = [[person.is_at_work(day) for day in days] for person in members]
    return np.array(there, dtype=bool).reshape(len(members), len(days))
