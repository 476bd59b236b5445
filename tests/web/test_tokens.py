"""Keys: made, checked, revoked; in a file and on a server alike."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from report_helpers.errors import BadValue, UnknownName
from report_helpers.teams import schema
from report_helpers.teams.store import Store, open_store
from report_helpers.web import tokens

AT = datetime(2026, 11, 4, 9, 30)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(tmp_path / "marsale.db")


def known_until_revoked(store: Store) -> None:
    with store.write() as db:
        first, second = (tokens.make(db, " Ada ", "sales", AT) for _ in range(2))
        bearer = tokens.check(db, f" {first}\n")
        assert bearer is not None
        assert (bearer.person, bearer.team) == ("Ada", "sales")
        assert tokens.holder(db, bearer.token_id) == bearer
        assert tokens.held(db) == [("Ada", "sales", AT)] * 2
        assert tokens.revoke(db, "Ada", AT) == 2
        assert [tokens.check(db, key) for key in (first, second)] == [None, None]
        assert tokens.holder(db, bearer.token_id) is None
        with pytest.raises(UnknownName):
            tokens.revoke(db, "Ada", AT)


def test_a_key_is_known_until_it_is_revoked(store: Store) -> None:
    known_until_revoked(store)


@pytest.mark.postgres
def test_a_key_on_postgresql_is_known_until_it_is_revoked(postgres: str) -> None:
    known_until_revoked(open_store(postgres))


def test_equal_secrets_would_have_unlike_digests(store: Store) -> None:
    with store.write() as db:
        for _ in range(2):
            tokens.make(db, "Ada", "sales", AT)
        salts = [
            digest.partition("$")[0] for digest in db.scalars(sa.select(schema.tokens.c.digest))
        ]
    assert len(set(salts)) == 2


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "a\x07", "x" * 201])
def test_what_is_no_name_gets_no_key(store: Store, name: str) -> None:
    with store.write() as db, pytest.raises(BadValue):
        tokens.make(db, name, "sales", AT)
