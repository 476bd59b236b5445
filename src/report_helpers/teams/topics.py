"""What the next meeting should talk about: topics from evidence, ranked, and an agenda of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from report_helpers.metrics.at_stake import Stake
from report_helpers.metrics.scorecard import Line
from report_helpers.teams import exchange
from report_helpers.teams.exchange import Item

IN_GROUP, IN_WHOLE = 2, 1  # points of a signal: in a group it says where to act
WAITED = timedelta(weeks=2)  # an obstacle nobody answers for longer calls for its topic
UNKNOWN = Stake(float("nan"), "not known in money")
SHORTEST = 10  # minutes below which no decision is worth starting


@dataclass(frozen=True)
class Topic:
    """One topic a meeting can talk about.

    Parameters
    ----------
    title : what it is called.
    question : the decision it asks for.
    owner : who leads it.
    metrics : the metrics whose signals call for it.
    options : two or three ways to decide.
    """

    title: str
    question: str
    owner: str
    metrics: tuple[str, ...]
    options: tuple[str, ...] = ()


TOPICS: dict[str, Topic] = {
    "lead_quality": Topic(
        "Lead quality by source",
        "Which source do we mend, feed or stop, so that Sales gets leads it accepts?",
        "Head of Marketing",
        ("acceptance_rate", "quality_share", "inquiries"),
        (
            "Mend the source: Marketing changes what it asks or where it stands.",
            "Stop the source and move its money to the one whose leads are accepted most.",
            "Change the agreed definition, because the disputed leads are good after all.",
        ),
    ),
    "win_rate": Topic(
        "Where deals are won and lost",
        "In which segment do we change what we offer or how we sell?",
        "Head of Sales",
        ("win_rate", "opportunities"),
        (
            "Change the offer for the reason deals are lost most.",
            "Qualify harder: fewer deals, opened later.",
            "Change nothing: the segment's interval holds its usual rate.",
        ),
    ),
    "buying_process": Topic(
        "Where the buying process waits",
        "Which stage do we shorten, and what does each team do for it?",
        "Head of Sales",
        ("sales_cycle",),
        (
            "Go through the late deals one by one and close those that are dead.",
            "Marketing makes what buyers in this stage ask for.",
            "Sales asks for it one stage earlier.",
        ),
    ),
    "commitments": Topic(
        "Promises between the teams",
        "Which promise do we keep from now on, and which do we change?",
        "Both heads",
        ("speed_to_lead", "mqls"),
        (
            "Keep the promise: name who is free to keep it, and when.",
            "Change the promise to what both teams can keep.",
            "Call the best leads in time, and say openly which wait.",
        ),
    ),
    "market": Topic(
        "Market share: who is left to win",
        "Which segment do we win next, and what does each team do for it?",
        "Head of Sales",
        ("penetration",),
        (
            "Go for the segment with most to win: a campaign and a call list for it.",
            "Stay where we win most often, and leave the white space.",
        ),
    ),
    "cross_sell": Topic(
        "Cross-selling: who could use a second product",
        "Which accounts do we offer a second product, and what does Marketing send them first?",
        "Head of Sales",
        ("second_product_rate",),
        (
            "Sales offers it to the accounts on the list; Marketing writes first.",
            "Try it with half of the list, and compare in eight weeks.",
            "Leave it: another product first.",
        ),
    ),
    "obstacle": Topic(
        "What stands in a team's way",
        "Which of these obstacles does the other team remove, and by when?",
        "Both heads",
        (),
        (
            "The other team removes it: a name and a day.",
            "It stays: say so, and why, and close the note.",
        ),
    ),
}


@dataclass(frozen=True)
class Candidate:
    """A topic with what speaks for it.

    Parameters
    ----------
    key : the topic's name in `TOPICS`; its exhibits go by it, too.
    points : signals for the worse: two for each in a group, one for each in the whole company,
        one for obstacles that have waited longer than `WAITED`.
    stake : the money at stake; unknown is not zero.
    calls : the signals, those in groups first.
    waiting : open obstacles nobody has answered, oldest first.
    """

    key: str
    points: int = 0
    stake: Stake = UNKNOWN
    calls: tuple[Line, ...] = field(default=(), repr=False)
    waiting: tuple[Item, ...] = field(default=(), repr=False)

    @property
    def topic(self) -> Topic:
        """Title, question, owner and options."""
        return TOPICS[self.key]


def candidates(
    watched: Sequence[Line],
    lines: Sequence[Line],
    stakes: Mapping[str, Stake],
    items: Sequence[Item] = (),
    on: date = date.max,
) -> list[Candidate]:
    """Return the topics that something speaks for: a signal, money at stake, or an obstacle.

    Parameters
    ----------
    watched, lines : groups and metrics of the whole company, with their signals.
    stakes : money at stake by topic (`report_helpers.metrics.at_stake`).
    items : what the teams wrote.
    on : the day of looking.
    """
    made = [_candidate(name, watched, lines, stakes.get(name, UNKNOWN)) for name in TOPICS]
    waiting = unanswered(items)
    points = int(any(on - item.written_on > WAITED for item in waiting))
    found = [c for c in made if c.points or c.stake.is_known]
    return [*found, Candidate("obstacle", points, waiting=tuple(waiting))] if waiting else found


def _candidate(
    name: str, watched: Sequence[Line], lines: Sequence[Line], stake: Stake
) -> Candidate:
    in_groups, in_whole = _for_the_worse(name, watched), _for_the_worse(name, lines)
    points = IN_GROUP * len(in_groups) + IN_WHOLE * len(in_whole)
    return Candidate(name, points, stake, calls=(*in_groups, *in_whole))


def _for_the_worse(name: str, lines: Sequence[Line]) -> list[Line]:
    mine = [line for line in lines if line.metric.name in TOPICS[name].metrics]
    return [line for line in mine if line.signal.is_signal and not line.improved]


def unanswered(items: Sequence[Item]) -> list[Item]:
    """Return the open obstacles that the other team has not answered, oldest first."""
    open_ones = [item for item in items if item.kind == "obstacle" and item.is_open]
    mute = [item for item in open_ones if all(a.team == item.team for a in item.answers)]
    return sorted(mute, key=lambda item: (item.written_on, item.note_id))


def rank(found: Sequence[Candidate]) -> list[Candidate]:
    """Return candidates in the order they deserve the meeting's time.

    Signals come first, as only they say that something changed: the most points lead. Among equals
    it is the money at stake; a topic whose money is unknown follows those where it is known. What
    is still equal keeps the order of `TOPICS`.

    Examples
    --------
    >>> some = [Candidate("market", stake=Stake(9e5, "")), Candidate("win_rate", points=1)]
    >>> [candidate.key for candidate in rank([Candidate("obstacle"), *some])]
    ['win_rate', 'market', 'obstacle']
    """
    places = list(TOPICS)

    def order(candidate: Candidate) -> tuple[int, bool, float, int]:
        known = candidate.stake.is_known
        worth = candidate.stake.value if known else 0.0
        return (-candidate.points, not known, -worth, places.index(candidate.key))

    return sorted(found, key=order)


@dataclass(frozen=True)
class Slot:
    """One line of an agenda.

    Parameters
    ----------
    question : what is to be decided.
    owner : who leads it.
    minutes : how long it may take.
    topic : the topic's name in `TOPICS`; empty for what every meeting has.
    """

    question: str
    owner: str
    minutes: int
    topic: str = ""


def agenda(
    found: Sequence[Candidate], items: Sequence[Item], minutes: int, on: date = date.max
) -> list[Slot]:
    """Return the agenda of a meeting: what is owed, the topics, what is asked, what was decided.

    Half of the time belongs to the topics, best ranked first: as many as get `SHORTEST` minutes
    each, at most two; the first gets three fifths. What has nothing to talk about gives its time to
    them. The minutes always add up to the meeting's.

    Parameters
    ----------
    found : topics, as `rank` orders them.
    items : what the teams wrote; open actions, questions and requests are counted.
    minutes : length of the meeting.
    on : the day of the meeting, which says what is overdue.

    Examples
    --------
    >>> both = [Candidate("lead_quality"), Candidate("market")]
    >>> [slot.minutes for slot in agenda(both, [], 50)]
    [27, 18, 5]
    """
    actions = exchange.actions(list(items))
    asked = [i for i in items if i.kind in exchange.ASKS and i.is_open]
    fifth, closing = minutes // 5, max(minutes // 10, 1)
    first = [Slot(_owed(actions, on), "Both heads", fifth)] if actions else []
    last = [Slot(_asked(len(asked)), "Both heads", fifth)] if asked else []
    end = Slot("What have we decided, who does it, and when do we meet again?", "Chair", closing)
    left = minutes - sum(slot.minutes for slot in (*first, *last, end))
    return [*first, *_topics(found, left), *last, end]


def _topics(found: Sequence[Candidate], minutes: int) -> list[Slot]:
    """Share minutes between one topic or two; without any, they are for what anybody brings."""
    if not found:
        return [Slot("What else needs both teams to decide it?", "Chair", minutes)]
    second = minutes * 2 // 5
    two = len(found) > 1 and second >= SHORTEST
    shares = (minutes - second, second) if two else (minutes,)
    return [
        Slot(c.topic.question, c.topic.owner, share, c.key)
        for c, share in zip(found, shares, strict=False)
    ]


def _owed(actions: Sequence[Item], on: date) -> str:
    late = sum(action.overdue(on) for action in actions)
    if len(actions) == 1:
        return f"Does the open action close today{', or what frees it' if late else ''}?"
    overdue = f", and what frees {late} overdue" if late else ""
    return f"Which of {len(actions)} open actions close today{overdue}?"


def _asked(count: int) -> str:
    what = "the open question or request" if count == 1 else f"{count} open questions and requests"
    return f"Who answers {what}, and by when?"
