"""Definitions of a quality lead in words that both teams read the same way."""

from __future__ import annotations

from report_helpers.facts.conditions import NO, YES, Condition
from report_helpers.metrics.definitions import Definition

TEAM_TITLES = {
    "marketing": "Marketing",
    "sales": "Sales",
    "both": "Agreed by both",
    "proposed": "Proposed",
}
_COMPARED = {">=": "{} or more", "<=": "{} or less", ">": "more than {}", "<": "less than {}"}


def condition(one: Condition) -> str:
    """Say one condition.

    Examples
    --------
    >>> condition(Condition("pages_viewed", ">=", "5")), condition(Condition("budget", "=", "yes"))
    ('pages viewed: 5 or more', 'budget')
    >>> condition(Condition("job_level", "in", "Head|Director"))
    'job level: Head or Director'
    >>> condition(Condition("job_level", "in", "Head|Director|Manager"))
    'job level: Head, Director or Manager'
    """
    name = one.attribute.replace("_", " ")
    if one.operator == "filled":
        return f"{name}: known"
    if one.operator == "in":
        return f"{name}: {_either(one.values)}"
    if one.operator in _COMPARED:
        return f"{name}: {_COMPARED[one.operator].format(one.value)}"
    flag = one.value.lower()
    if flag in YES + NO and not flag.isdigit():
        return name if (flag in YES) == (one.operator == "=") else f"not {name}"
    return f"{name}: {'not ' if one.operator == '!=' else ''}{one.value}"


def definition(one: Definition) -> str:
    """Say when a definition calls a lead a quality lead.

    Examples
    --------
    >>> from datetime import date
    >>> both = (Condition("demo_requested", "=", "yes"), Condition("budget_known", "=", "yes"))
    >>> definition(Definition("sales", date(2026, 1, 1), both))
    'all of: demo requested; budget known'
    >>> definition(Definition("sales", date(2026, 1, 1), both, (1.0, 1.0), 1.0))
    'at least one of: demo requested; budget known'
    """
    if len(one.conditions) == 1:
        return condition(one.conditions[0])
    said = [condition(each) for each in one.conditions]
    equal = set(one.points) == {1.0}
    if one.threshold is None or (equal and one.threshold > len(said) - 1):
        return f"all of: {'; '.join(said)}"
    if equal:
        least = max(1, -int(-one.threshold // 1))
        return f"at least {'one' if least == 1 else least} of: {'; '.join(said)}"
    weighed = [f"{text} ({points:g})" for text, points in zip(said, one.points, strict=True)]
    return f"at least {one.threshold:g} points of: {'; '.join(weighed)}"


def agreement(kappa: float, low: float, high: float) -> str:
    """Say what a kappa means, by where its interval lies (words after Landis and Koch, 1977).

    Examples
    --------
    >>> agreement(0.02, -0.01, 0.05), agreement(0.5, 0.45, 0.55)
    ('no more than chance would give', 'moderate agreement')
    """
    if kappa != kappa:
        return "not defined: both judge all leads the same way"
    if high < 0:
        return "less than chance would give: what one passes, the other tends not to"
    if low <= 0:
        return "no more than chance would give" if high < 0.2 else "not told apart from chance"
    words = ((0.2, "slight"), (0.4, "fair"), (0.6, "moderate"), (0.8, "substantial"))
    strength = next((word for limit, word in words if kappa <= limit), "almost perfect")
    return f"{strength} agreement"


def _either(values: tuple[str, ...]) -> str:
    return " or ".join([*([", ".join(values[:-1])] if len(values) > 1 else []), values[-1]])
