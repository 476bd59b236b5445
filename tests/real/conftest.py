"""Public data sets kept beside the project; the tests that need them are skipped without them."""

from __future__ import annotations

from pathlib import Path

import pytest

REAL = Path(__file__).parents[2].parent / "shared" / "data"


@pytest.fixture(scope="session")
def real() -> Path:
    """Return the folder of the public data sets."""
    if not REAL.is_dir():
        pytest.skip(f"the public data sets are not in {REAL}")
    return REAL
