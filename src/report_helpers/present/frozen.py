"""The figures of a report as data: what the files beside it are written from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from report_helpers.glossary import METRICS
from report_helpers.metrics import figures as tidy
from report_helpers.metrics.report import figures
from report_helpers.present import since, summary, trust
from report_helpers.present.blocks import FACTS

if TYPE_CHECKING:
    from report_helpers.present.report import Report


@dataclass(frozen=True)
class Frozen:
    """The figures of a report as data, and in a notebook one line that counts them."""

    content: dict[str, Any]

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        count = len(self.content["figures"])
        return {FACTS: self.content, "text/plain": f"{count} figures, kept in facts.json"}


def freeze(report: Report) -> Frozen:
    """Return every headline figure of a report, and what it was computed from.

    ``where`` is there only for a report that is limited to more than a segment.
    """
    names = tuple(m.name for m in METRICS if m.name in report.shown)
    found = figures(report.data, report.period, (), report.settings, names)
    period, beyond = report.period, report.beyond_segment
    return Frozen(
        {
            "report": report.name,
            "period": {"key": period.key, "start": str(period.start), "end": str(period.end)},
            "as_of": str(report.as_of),
            "segment": report.segment,
            **({"where": beyond} if beyond else {}),
            "figures": tidy.to_records(found),
            "inputs": [
                {"name": i.name, "sha256": i.sha256, "bytes": i.bytes} for i in report.whole.inputs
            ],
            "history": since.known(report),
            "summary": summary.summary(report),
            "trust": trust.judged(report),
        }
    )
