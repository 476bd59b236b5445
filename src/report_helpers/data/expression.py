"""The Ibis expression of one canonical column: taken, translated, chosen or constant."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from report_helpers.data.mapping import Source
from report_helpers.data.spelling import find

if TYPE_CHECKING:
    import ibis


def resolve(source: Source, present: Sequence[str]) -> Source | None:
    """Return the source with only the headings that are `present`, None when there is none.

    Examples
    --------
    >>> resolve(Source.model_validate({"from": ["Id", "Deal ID"]}), ["deal_id", "Name"]).headings
    ('deal_id',)
    """
    if source.constant is not None:
        return source
    if source.first_of:
        parts = tuple(filter(None, (resolve(part, present) for part in source.first_of)))
        return source.model_copy(update={"first_of": parts}) if parts else None
    heading = find(source.from_, present)
    if heading is None or (source.needs and not find(source.needs, present)):
        return None
    return source.model_copy(update={"from_": (heading,)})


def value(table: ibis.Table, source: Source) -> Any:
    """Return the column a resolved source makes of a table."""
    import ibis

    found = origin(table, source)
    if not source.translate and source.otherwise is None:
        return found
    found = text(found)
    low = found.lower()
    rest = found if source.otherwise is None else source.otherwise
    pairs = [(low == key.casefold(), new) for key, new in source.translate.items()]
    return ibis.cases((found.isnull(), ibis.null(str)), *pairs, else_=rest).nullif("")


def origin(table: ibis.Table, source: Source) -> Any:
    """Return the column before it is translated."""
    import ibis

    if source.constant is not None:
        return ibis.literal(source.constant)
    if source.first_of:
        found = ibis.coalesce(*[text(value(table, part)) for part in source.first_of])
    else:
        found = table[source.from_[0]]
    return text(found).split(source.split)[0].strip().nullif("") if source.split else found


def text(column: Any) -> Any:
    """Return a column as text."""
    return column if column.type().is_string() else column.cast("string")
