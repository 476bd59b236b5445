"""From results to sentences. Nothing here calls noise a trend: only a signal is a change."""

from __future__ import annotations

from report_helpers.glossary import BASIS_LABELS
from report_helpers.metrics.scorecard import Line
from report_helpers.present.blocks import Finding, Tone
from report_helpers.present.formats import count_of, interval, joined, number

TEAM_NAMES = {"marketing": "Marketing", "sales": "Sales"}
COUNTED = {
    "quality_share": ("inquiry", "inquiries"),
    "acceptance_rate": ("decision", "decisions"),
    "speed_to_lead": ("quality lead", "quality leads"),
    "win_rate": ("closed deal", "closed deals"),
    "sales_cycle": ("won deal", "won deals"),
    "sales_velocity": ("deal closed in 13 weeks", "deals closed in 13 weeks"),
    "pipeline_coverage": ("open deal", "open deals"),
    "cost_per_inquiry": ("inquiry", "inquiries"),
    "cost_per_mql": ("quality lead", "quality leads"),
    "cost_per_sql": ("sales-qualified lead", "sales-qualified leads"),
    "won_amount": ("won deal", "won deals"),
}


def title(line: Line) -> str:
    """Name a line: metric, basis where the metric has several, and group."""
    several = len(line.metric.bases) > 1
    basis = f" ({BASIS_LABELS[line.basis]})" if several and line.basis else ""
    group = f", {line.group}" if line.group != "all" else ""
    return f"{line.metric.label}{basis}{group}"


def rests_on(line: Line, currency: str = "EUR") -> str:
    """Say what a figure rests on: its n and its interval."""
    if line.metric.unit == "count" or not line.n == line.n:
        return ""
    noun = COUNTED.get(line.metric.name, ("case", "cases"))
    if line.metric.name == "win_rate" and line.basis == "created":
        noun = ("new deal", "new deals")
    spread = interval(line.low, line.high, line.metric.unit, currency)
    return count_of(line.n, *noun) + (f", 95% {spread}" if spread else "")


def signal(line: Line, currency: str = "EUR") -> Finding:
    """Say what changed, by which rule, and whether it is for the better.

    Parameters
    ----------
    line : a line whose signal stands.
    currency : the currency of its amounts.
    """
    unit, found = line.metric.unit, line.signal
    basis = rests_on(line, currency)
    value = number(line.value, unit, currency) + (f" ({basis})" if basis else "")
    went = "above" if found.direction == "up" else "below"
    centre = number(found.centre, unit, currency)
    since = len(line.history) - (found.since if found.since is not None else len(line.history) - 1)
    match found.kind:
        case "outside":
            bound = number(found.upper if found.direction == "up" else found.lower, unit, currency)
            limit = "upper" if found.direction == "up" else "lower"
            again = f", {since} periods in a row" if since > 1 else ""
            rule = f"{went} the {limit} natural limit of {bound}{again}; its mean was {centre}"
        case "run":
            rule = f"{since} periods in a row {went} the mean of {centre}"
        case _:
            limit = "upper" if found.direction == "up" else "lower"
            rule = f"three of the last four periods near the {limit} limit; its mean was {centre}"
    tone: Tone = "good" if line.improved else "bad"
    return Finding(text=f"{value}, {rule}.", lead=title(line), tone=tone)


def changes(lines: list[Line], watched: list[Line], currency: str = "EUR") -> list[Finding]:
    """Return one finding a signal, the worst first, and one that says the rest is noise."""
    signals = [line for line in lines if line.signal] + watched
    ordered = sorted(signals, key=lambda line: (bool(line.improved), line.signal.kind != "outside"))
    found = [signal(line, currency) for line in ordered]
    quiet = [line for line in lines if line.signal.kind == "none"]
    if quiet:
        names = "metric" if len(quiet) == 1 else "metrics"
        text = (
            f"{len(quiet)} {names} moved within the usual range; such ups and downs are noise "
            "and need no explanation."
        )
        found.append(Finding(text=text, lead="No signal" if not found else "The rest", tone="muted"))
    few = [line for line in lines if line.signal.kind == "too_few"]
    if few:
        text = f"fewer than 12 periods of history for {joined(_names(few))}."
        found.append(Finding(text=text, lead="Too few to tell", tone="muted"))
    return found


def _names(lines: list[Line]) -> list[str]:
    return list(dict.fromkeys(line.metric.label.lower() for line in lines))


def against_target(lines: list[Line], team: str) -> str:
    """Say in one sentence which of a team's targets are met and which are missed."""
    judged = [line for line in lines if line.metric.team == team and line.met is not None]
    if not judged:
        return f"{TEAM_NAMES[team]} has no target for this period."
    met = [line for line in judged if line.met]
    missed = [line for line in judged if not line.met]
    text = f"{TEAM_NAMES[team]} meets {len(met)} of {count_of(len(judged), 'target')}"
    return text + (f"; missed: {joined(_names(missed))}." if missed else ".")
