"""The weekly report of the sample company, from each engine: every figure is the same."""

import engines
import pytest

from report_helpers import assets
from report_helpers.data import load
from report_helpers.present.weekly import Weekly

pytestmark = engines.QUIET


@pytest.fixture(scope="module")
def sample():
    return load("sample")


def figures(data):
    """Return everything that a report freezes, but what it was read from."""
    settings = assets.path("data", "sample") / "marsale.toml"
    content = Weekly(data, as_of="2026-11-04", settings=str(settings)).frozen().content
    return {name: value for name, value in content.items() if name != "inputs"}


@pytest.mark.parametrize("engine", engines.MARKED)
def test_every_frozen_figure_is_the_same(sample, engine):
    expected = figures(sample)
    tables = {name: table.to_pyarrow() for name, table in sample.tables.items()}
    with engines.loaded(engine, tables) as other:
        found = figures(other)
    assert found.keys() == expected.keys()
    for name, value in expected.items():
        assert found[name] == value, name
