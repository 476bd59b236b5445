"""From results to sentences. Nothing here calls noise a trend: only a signal is a change."""

from __future__ import annotations

from report_helpers.glossary import BASIS_LABELS
from report_helpers.metrics.scorecard import Line
from report_helpers.metrics.watch import is_large
from report_helpers.present.blocks import Finding, Tone
from report_helpers.present.formats import count_of, interval, joined, number

TEAM_NAMES = {"marketing": "Marketing", "sales": "Sales"}
SHOWN = 7
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
    if line.metric.unit == "count" or line.n != line.n:
        return ""
    noun = COUNTED.get(line.metric.name, ("case", "cases"))
    if line.metric.name == "win_rate" and line.basis == "created":
        noun = ("new deal", "new deals")
    spread = interval(line.low, line.high, line.metric.unit, currency)
    return count_of(line.n, *noun) + (f", 95% {spread}" if spread else "")


def signal(line: Line, currency: str = "EUR", places: list[str] | None = None) -> Finding:
    """Say what changed, by which rule, and whether it is for the better.

    Parameters
    ----------
    line : a line whose signal stands.
    currency : the currency of its amounts.
    places : groups in which the same signal stands.
    """
    value = number(line.value, line.metric.unit, currency)
    basis = rests_on(line, currency)
    where = f"; seen in {joined(places)}" if places else ""
    text = f"{rule(line, currency)}" + (f" ({basis})" if basis else "") + f"{where}."
    tone: Tone = "good" if line.improved else "bad"
    return Finding(text=text, lead=f"{title(line)} {value}", tone=tone)


def rule(line: Line, currency: str) -> str:
    """Say which rule makes the signal, in terms of the metric's own past."""
    found, last = line.signal, len(line.history)
    up = found.direction == "up"
    centre, bound = (
        number(value, line.metric.unit, currency)
        for value in (found.centre, found.upper if up else found.lower)
    )
    since = last - (last - 1 if found.since is None else found.since)
    if found.kind == "outside":
        again = f", {since} in a row" if since > 1 else ""
        return f"{'above' if up else 'below'} the limit of {bound}{again}, usual {centre}"
    if found.kind == "run":
        return f"{since} in a row {'above' if up else 'below'} the usual {centre}"
    return f"three of the last four near the limit of {bound}, usual {centre}"


def standing(line: Line, currency: str = "EUR") -> str:
    """Say a figure, what it rests on, and whether it is a signal."""
    value = number(line.value, line.metric.unit, currency)
    basis = rests_on(line, currency)
    verdict = {"none": "no signal", "too_few": "too few periods to tell", "missing": line.reason}
    said = verdict.get(line.signal.kind, f"a signal: {line.signal.direction}")
    if line.by and not is_large(line):
        said = "too few cases to judge a single week"
    return f"{title(line)}: {value}" + (f" ({basis})" if basis else "") + f"; {said}"


def changes(lines: list[Line], watched: list[Line], currency: str = "EUR") -> list[Finding]:
    """Return one finding a signal, the worst first, and one that says the rest is noise.

    A group that only repeats a signal of the whole is named there, not told again.
    """
    whole = [line for line in lines if line.signal.is_signal]
    known = {_way(line) for line in whole}
    signals = whole + [line for line in watched if _way(line) not in known]
    ordered = sorted(signals, key=lambda line: (bool(line.improved), line.signal.kind != "outside"))
    found = [
        signal(
            line, currency, [w.group for w in watched if line in whole and _way(w) == _way(line)]
        )
        for line in ordered[:SHOWN]
    ]
    if len(ordered) > SHOWN:
        text = f"{len(ordered) - SHOWN}, drawn under Behind the signals."
        found.append(Finding(text, lead="More signals", tone="info"))
    return [*found, *_quiet(lines, bool(found))]


def _way(line: Line) -> tuple[str, str, str]:
    return line.metric.name, line.basis, line.signal.direction


def _quiet(lines: list[Line], some: bool) -> list[Finding]:
    """Say what is no signal: metrics within their usual range, and those too young to judge."""
    found = []
    quiet = [line for line in lines if line.signal.kind == "none"]
    if quiet:
        text = (
            f"{count_of(len(quiet), 'figure')} within the usual range: noise, nothing to explain."
        )
        found.append(Finding(text, lead="The rest" if some else "No signal", tone="muted"))
    few = [line for line in lines if line.signal.kind == "too_few"]
    if few:
        text = f"fewer than 12 independent periods of {joined(_names(few))}."
        found.append(Finding(text, lead="Too few to tell", tone="muted"))
    return found


def _names(lines: list[Line]) -> list[str]:
    labels = dict.fromkeys(line.metric.label for line in lines)
    return [label[0].lower() + label[1:] for label in labels]


def against_target(lines: list[Line], team: str) -> str:
    """Say in one sentence which of a team's targets are met and which are missed."""
    judged = [line for line in lines if line.metric.team == team and line.met is not None]
    if not judged:
        return f"{TEAM_NAMES[team]} has no target for this period."
    met = [line for line in judged if line.met]
    missed = [line for line in judged if not line.met]
    text = f"{TEAM_NAMES[team]} meets {len(met)} of {count_of(len(judged), 'target')}"
    return text + (f"; missed: {joined(_names(missed))}." if missed else ".")
