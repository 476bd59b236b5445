"""What all tests share: which tools a test needs, and the reports rendered once a session."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from secrets import token_hex

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, settings

TOOLS = {
    "browser": ("chromium", "chromium-browser", "google-chrome"),
    "poppler": ("pdftotext",),
}
ROOT = Path(__file__).parents[1]
os.environ["MARSALE_CACHE"] = "off"  # no test finds what another, or the user, has kept
settings.register_profile(
    "any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("any machine")  # a busy one is no failure


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip a test whose tool is not on this machine; with MARSALE_CI=1 fail it instead."""
    for mark, names in TOOLS.items():
        if item.get_closest_marker(mark) and not any(shutil.which(name) for name in names):
            reason = f"needs {names[0]}, which is not on this machine"
            if os.environ.get("MARSALE_CI") == "1":
                pytest.fail(f"{reason}; here it must be", pytrace=False)
            pytest.skip(reason)


@pytest.fixture(scope="session")
def chromium() -> str:
    """Return the path of a Chromium; tests that ask for it carry the mark ``browser``."""
    found = next((shutil.which(name) for name in TOOLS["browser"] if shutil.which(name)), None)
    assert found, "a test that uses Chromium must carry @pytest.mark.browser"
    return found


@pytest.fixture
def postgres() -> Iterator[str]:
    """Return the URL of a store in an empty schema of its own, for tests marked ``postgres``."""
    given = os.environ.get("MARSALE_TEST_POSTGRES")
    if not given:
        pytest.skip("needs a PostgreSQL server, given by MARSALE_TEST_POSTGRES")
    url, name = sa.make_url(given).set(drivername="postgresql+psycopg"), f"test_{token_hex(6)}"
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.begin() as db:
        db.execute(sa.schema.CreateSchema(name))
    within = url.update_query_dict({"options": f"-csearch_path={name}"})
    yield within.render_as_string(hide_password=False)
    with engine.begin() as db:
        db.execute(sa.schema.DropSchema(name, cascade=True))


@pytest.fixture(scope="session")
def root() -> Path:
    """Return the checkout's top folder."""
    return ROOT


@pytest.fixture(scope="session")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Render both reports of the sample once, by the command, and return the output folder."""
    from report_helpers.cli import main

    output = tmp_path_factory.mktemp("output")
    assert main(["run", "weekly", "brief", "--data", "sample", "--output", str(output)]) == 0
    return output
