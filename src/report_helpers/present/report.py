"""What every report shares: its data and period, its head, its data notes and definitions."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cached_property, partial
from pathlib import Path
from typing import Any, Self, TypeVar

from report_helpers import data as door
from report_helpers import settings as company
from report_helpers.data import engine
from report_helpers.data.dataset import Dataset
from report_helpers.errors import ConfigurationError, MissingData
from report_helpers.glossary import METRICS, metric
from report_helpers.metrics.report import check_period, unfinished
from report_helpers.metrics.scorecard import Line, scorecard, series
from report_helpers.metrics.watch import watch
from report_helpers.periods import WEEK, Period
from report_helpers.present import (
    findings,
    provenance,
    scoreboard,
    shadowing,
    since,
    threads,
    trust,
)
from report_helpers.present.blocks import (
    Block,
    Callout,
    Columns,
    Finding,
    Findings,
    Masthead,
    Notes,
    Terms,
)
from report_helpers.present.formats import day
from report_helpers.present.frozen import Frozen, freeze
from report_helpers.present.section import section
from report_helpers.teams import exchange
from report_helpers.teams import shadowing as teams_shadowing
from report_helpers.teams.exchange import Item
from report_helpers.teams.meetings import Meeting
from report_helpers.teams.preparation import Circle
from report_helpers.teams.shadowing import Shadowing
from report_helpers.teams.store import Store, existing
from report_helpers.teams.topics import Slot

Other = TypeVar("Other", bound="Report")


class Report:
    """A report on one period of a company's data.

    Parameters
    ----------
    data : where the data are, as `report_helpers.data.load` takes it.
    mapping : mapping file; empty when the tables are canonical.
    as_of : the day from which to look back, ``YYYY-MM-DD``; empty for the data's own last day.
    segment : limit the report to one segment; empty for all.
    settings : path of a marsale.toml; empty for the one beside the data, or the defaults.
    """

    name = "report"
    heading = "Report"
    span = "period"
    explained: tuple[str, ...] = ()  # metrics shown beside those of the scorecard

    def __init__(
        self, data: Any = "sample", mapping: str = "", as_of: str = "", segment: str = "",
        settings: str = "",
    ) -> None:  # fmt: skip
        read = door.load(data, mapping or None)
        self.as_of = _as_date(as_of) if as_of else read.last_day
        self.whole: Dataset = read.on(self.as_of)
        self.settings = company.load(Path(settings) if settings else self.whole.settings_file)
        engine.limit(self.settings.data.memory)
        self._settings_path, self._store_place = settings, ""
        self.segment = segment
        self.data: Dataset = self.whole.where(segment=segment) if segment else self.whole
        self.period = Period.weeks_before(self.as_of, self.weeks)
        check_period(self.data, self.period)

    def also(self, kind: type[Other]) -> Other:
        """Return a report of another kind on the same data, day, group and settings."""
        other = kind(data=self.whole, settings=self._settings_path, as_of=str(self.as_of))
        other.data, other.segment = self.data, self.segment
        return other.reading(self._store_place)

    def where(self, **equals: str) -> Self:
        """Limit the report to the rows with the values given, before anything is shown.

        Parameters
        ----------
        equals : column = value, such as ``region="North"``; nothing for no further limit.

        Raises
        ------
        UnknownName
            When no row has the value.
        """
        self.data = self.data.where(**equals) if equals else self.data
        self.segment = self.data.scope.get("segment", "")
        return self

    @property
    def weeks(self) -> int:
        """How many ISO weeks the report covers."""
        return 1

    @property
    def currency(self) -> str:
        """The company's currency."""
        return self.settings.company.currency

    @cached_property
    def _scored(self) -> tuple[list[Line], dict[str, str]]:
        first_month = self.settings.calendar.fiscal_year_starts
        return scorecard(self.data, self.period, self.segment, first_month)

    @property
    def lines(self) -> list[Line]:
        """The scorecard's lines."""
        return self._scored[0]

    @cached_property
    def watched(self) -> list[Line]:
        """Groups in which a signal stands."""
        return watch(self.data, self.period)

    @cached_property
    def items(self) -> list[Item]:
        """Everything written before the period's end, in threads."""
        return exchange.threads(self.data, self.known_until, self.store, self.segment)

    def reading(self, store: str) -> Self:
        """Read what the teams keep in a store, too; empty for the one the settings name."""
        self._store_place = store
        return self

    @cached_property
    def store(self) -> Store | None:
        """What the teams keep beside the data, if they do."""
        return existing(self._store_place or self.settings.store.url)

    @cached_property
    def circle(self) -> Circle:
        """The teams as they meet: people, items and meetings known on the day."""
        return Circle.of(self.whole, self.store, self.settings, self.as_of)

    @cached_property
    def visits(self) -> list[Shadowing]:
        """Days with the other team, as known on the day."""
        found = teams_shadowing.shadowings(self.whole, self.store)
        return teams_shadowing.as_known(found, self.as_of)

    @property
    def beyond_segment(self) -> dict[str, str]:
        """What the report is limited to besides a segment, by column."""
        return {name: value for name, value in self.data.scope.items() if name != "segment"}

    @property
    def known_until(self) -> date:
        """The day before which something must be written to be in the report."""
        return max(self.period.end, self.as_of)

    @property
    def quarter(self) -> Period:
        """The 13 weeks that end with the period: enough deals to compare groups."""
        return Period(self.period.end - 13 * WEEK, self.period.end)

    def masthead(self) -> Masthead:
        """Show what the report is, its period, and how fresh its data are."""
        first, last = self.period.start, self.period.last_day
        return Masthead(
            report=self.heading,
            company=self.settings.company.name,
            period=self.period.label.capitalize(),
            dates=f"{day(first)} to {day(last)}",
            scope=" · ".join(f"{_titled(c)}: {v}" for c, v in self.data.scope.items()),
            facts=tuple(provenance.freshness(self.whole, self.period)),
            key=self.period.key,
        )

    def trust(self) -> Findings | None:
        """Show what stands against relying on the numbers; nothing when nothing does."""
        return trust.block(trust.judged(self))

    def changes(self) -> Findings:
        """Show what changed: the signals, and that the rest is noise."""
        found = findings.changes(self.lines, self.watched, self.currency)
        late = unfinished(self.data, self.period)
        if late and not self.trust():
            text = f"{late}; every figure of the period is provisional."
            found.insert(0, Finding(text, lead="Not all data are in", tone="watch"))
        return Findings(tuple(found), title="What changed")

    @section("New since the last issue")
    def news(self, previous: str = "") -> Block | None:
        """Say in three lines what is new since the last issue; `previous` is as for `since`."""
        return since.news(self, previous)

    @section("What is new since the last issue")
    def since(self, previous: str = "") -> Block:
        """Show what moved, was restated or redefined since the last issue.

        Parameters
        ----------
        previous : folder of earlier reports, where no ledger has the last issue.
        """
        return since.block(self, previous)

    def scorecards(self) -> Columns:
        """Show the two scorecards side by side."""
        return self.side_by_side(self._scorecard("marketing"), self._scorecard("sales"))

    def _scorecard(self, team: str) -> Block:
        if any(line.metric.team == team for line in self.lines):
            return scoreboard.compact(self.lines, team, self.span, self.currency)
        lacks = next(iter(self._scored[1].values()), "nothing was measured")
        name = findings.TEAM_NAMES[team]
        return Callout(f"Not shown: {lacks}.", title=f"{name} scorecard", tone="info")

    def side_by_side(self, *blocks: Block) -> Columns:
        """Show blocks side by side."""
        return Columns(tuple(blocks))

    def figure(self, item: Item) -> str:
        """Say the number a note speaks of, with its signal; empty where it names none."""
        if not item.about_metric:
            return ""
        what = metric(item.about_metric)
        by = ("segment",) if item.about_segment else ()
        first_month = self.settings.calendar.fiscal_year_starts
        line = (what.name, what.bases[0])
        key = ("figure", self.period, line, by, first_month)
        compute = partial(series, self.data, self.period, line, by, first_month)
        try:
            found = self.data.remember(key, compute)
        except MissingData as error:
            return f"{what.label} not known: {error.message}"
        wanted = item.about_segment or "all"
        return next(
            (findings.standing(line, self.currency) for line in found if line.group == wanted), ""
        )

    def notes(
        self, items: list[Item], title: str = "", empty: str = "Nothing was written."
    ) -> Notes:
        """Show notes, each beside the number it speaks of."""
        if "notes" not in self.whole.tables and self.store is None:
            empty = "Not shown: there is neither a table of notes nor a store."
        return threads.notes(items, self.as_of, title=title, empty=empty, figure=self.figure)

    @section("Days with the other team")
    def shadowing(self) -> Block:
        """Show who had a day with the other team in the period's month, and who waits for one."""
        month = teams_shadowing.month_of(self.period.start)
        return shadowing.coverage_table(self.whole, self.visits, month)

    def learnt(self) -> Notes:
        """Show what guests of the other team learnt in the last five weeks."""
        return shadowing.learnt(self.visits, Period(self.period.end - 5 * WEEK, self.known_until))

    def data_notes(self) -> Block:
        """Show what was read, repaired, rejected and observed in each table."""
        return provenance.notes(self.whole, self.period, self._scored[1])

    def definitions(self) -> Terms:
        """Show how every metric of the report is computed."""
        terms = [(m.label, m.formula) for m in METRICS if m.name in self.shown]
        return Terms((*terms, *provenance.METHODS))

    @property
    def shown(self) -> set[str]:
        """The metrics the report shows."""
        return {line.metric.name for line in self.lines} | set(self.explained)

    def coming(self) -> tuple[Meeting, list[Slot]] | None:
        """Return the meeting that the report prepares, and its agenda, if it prepares one."""
        return None

    def frozen(self) -> Frozen:
        """Freeze every headline figure, and what it was computed from."""
        return freeze(self)


def _titled(column: str) -> str:
    return column.replace("_", " ").capitalize()


def _as_date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ConfigurationError(
            f"'{text}' is not a date", where="as_of", remedy="write it as YYYY-MM-DD"
        ) from error


def soon(period: Period, weeks: int = 2) -> Period:
    """Return the weeks after a period."""
    return Period(period.end, period.end + timedelta(weeks=weeks))
