"""The secret is made once, kept from others, and never a short one."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from report_helpers.errors import ConfigurationError
from report_helpers.web.sessions import HOURS, Session, secret, unsealed

LONG = "x" * 40


def test_the_secret_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    file = tmp_path / "marsale.secret"
    made = secret("", file)
    assert len(made) >= 32
    assert secret("", file) == made
    if os.name != "nt":
        assert file.stat().st_mode & 0o777 == 0o600


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps rights in another way")
def test_a_secret_others_can_read_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "marsale.secret"
    secret("", file)
    file.chmod(0o644)
    with pytest.raises(ConfigurationError, match="others on this machine"):
        secret("", file)


def test_a_secret_given_is_taken_unless_short(tmp_path: Path) -> None:
    file = tmp_path / "marsale.secret"
    assert secret(LONG, file) == LONG
    assert not file.exists()
    with pytest.raises(ConfigurationError, match="fewer than 32"):
        secret("short", file)
    file.touch(mode=0o600)
    with pytest.raises(ConfigurationError, match="has 0 letters"):
        secret("", file)
    with pytest.raises(ConfigurationError, match="cannot be kept"):
        secret("", tmp_path / "no" / "folder.secret")


def test_a_session_survives_its_cookie_and_no_other_secret() -> None:
    session = Session.start(1000, "abc")
    sealed = session.sealed(LONG)
    assert unsealed(sealed, LONG, 1000) == session
    assert unsealed(sealed, LONG + "y", 1000) is None
    assert unsealed(sealed[:-1], LONG, 1000) is None
    assert unsealed(sealed, LONG, 1000 + HOURS * 3600) is None


def test_every_session_has_a_csrf_token_of_its_own() -> None:
    assert Session.start(0).csrf != Session.start(0).csrf
