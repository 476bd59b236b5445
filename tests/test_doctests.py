"""Every example in a docstring runs and is true."""

from __future__ import annotations

import doctest
import importlib
import pkgutil

import pytest

import report_helpers

MODULES = sorted(
    module.name
    for module in pkgutil.walk_packages(report_helpers.__path__, "report_helpers.")
    if not module.name.endswith("__main__")
)
OPTIONS = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS


@pytest.mark.parametrize("name", MODULES)
def test_examples(name: str) -> None:
    found = doctest.testmod(importlib.import_module(name), optionflags=OPTIONS)
    assert found.failed == 0


def test_there_are_examples() -> None:
    finder = doctest.DocTestFinder(exclude_empty=True)
    examples = [
        example
        for name in MODULES
        for test in finder.find(importlib.import_module(name))
        for example in test.examples
    ]
    assert len(examples) > 80
