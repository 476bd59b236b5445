"""A sample company of any size, made block by block, so that memory does not grow with it.

Each block is a sample company of its own, drawn from a seed of its own, and the large company is
all of them together: its proportions and what is planted in it are those of the small one. A
block's size depends on the number of deals alone, so the same arguments always give the same data.
Accounts of different blocks may go by the same name; their identifiers differ.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from report_helpers.data.sample import campaigns, files, practices, team
from report_helpers.data.sample.files import appending
from report_helpers.data.sample.planted import Planted
from report_helpers.data.sample.tables import LAST_DAY, LEADS_A_DEAL, canonical, generate
from report_helpers.periods import WEEK, monday

BLOCK = 100_000  # deals in a block, at most
LARGE = (
    "opportunities", "stage_events", "leads", "responses", "accounts", "orders", "touches",
)  # fmt: skip
KEYS = ("opportunity_id", "lead_id", "account_id", "customer_number")
Frames = dict[str, pd.DataFrame]


def sizes(deals: int) -> list[int]:
    """Return the number of deals in each block.

    Examples
    --------
    >>> sizes(250_000)
    [83334, 83333, 83333]
    """
    count = -(-deals // BLOCK)
    return [deals // count + (place < deals % count) for place in range(count)]


def write(folder: Path, parts: Iterable[Frames]) -> Iterator[dict[str, int]]:
    """Write what :func:`blocks` makes, yielding, after each block, the rows each table has so far.

    Files are complete, or not there, as with :func:`.files.write`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    rows: Counter[str] = Counter()
    with ExitStack() as stack:
        append = {
            name: stack.enter_context(appending(folder / f"{name}.parquet")) for name in LARGE
        }
        for frames in parts:
            for name in frames.keys() & append.keys():
                append[name](frames[name])
            small = {name: frame for name, frame in frames.items() if name not in append}
            files.write(folder, small)
            rows.update({name: len(frame) for name, frame in frames.items()})
            yield dict(rows)


def blocks(
    seed: int = 7, weeks: int = 104, deals: int = 2000, until: date = LAST_DAY
) -> Iterator[Frames]:
    """Yield the canonical tables of the sample company, a part of the large ones at a time.

    The first block also holds the small tables.

    Parameters
    ----------
    seed, weeks, deals, until : as in :func:`.generate`.
    """
    counts = sizes(deals)
    for place, count in enumerate(counts):
        frames = generate(_seed(seed, place), weeks, count, until)
        tables = {name: _numbered(frames[name], place, len(counts)) for name in LARGE}
        if place == 0:
            tables = frames | _company(seed, weeks, counts, until) | tables
        yield tables


def _seed(seed: int, place: int) -> int:
    """Return the seed of one block."""
    return int(np.random.SeedSequence(seed, spawn_key=(place,)).generate_state(1, np.uint64)[0])


def _numbered(frame: pd.DataFrame, place: int, count: int) -> pd.DataFrame:
    """Put the number of the block behind the letter that identifiers begin with."""
    number = str(place).zfill(len(str(count - 1)))
    keys = [name for name in KEYS if name in frame]
    return frame.assign(**{name: frame[name].str.slice_replace(1, 1, number) for name in keys})


def _company(seed: int, weeks: int, counts: list[int], until: date) -> Frames:
    """Return the small tables that are in proportion to the size of the whole company."""
    planted = Planted(monday(until) - weeks * WEEK, until)
    leads, deals = sum(round(count * LEADS_A_DEAL) for count in counts), sum(counts)
    rng = np.random.default_rng(_seed(seed, len(counts)))
    tables = {
        "campaigns": campaigns.generate(rng, planted, leads),
        "targets": team.targets(planted, leads, deals),
        "goals": practices.goals(planted, leads, deals),
    }
    return {name: canonical(name, table) for name, table in tables.items()}
