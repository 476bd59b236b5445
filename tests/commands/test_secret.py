import sys
from types import ModuleType, SimpleNamespace

import pytest

from report_helpers.commands import secret
from report_helpers.errors import ConfigurationError

VARIABLE = "MARSALE_MAIL_PASSWORD"


class KeyringError(Exception):
    """As the library has it."""


@pytest.fixture
def keyring(monkeypatch):
    """Stand in for the library: a keyring is not to be had on every machine."""
    kept = {}
    module = ModuleType("keyring")
    module.__spec__ = SimpleNamespace(name="keyring")
    module.errors = SimpleNamespace(KeyringError=KeyringError)
    module.get_password = lambda place, user: kept.get((place, user))
    monkeypatch.setitem(sys.modules, "keyring", module)
    monkeypatch.delenv(VARIABLE, raising=False)
    return SimpleNamespace(kept=kept, module=module)


def test_the_environment_counts_first(monkeypatch, keyring):
    keyring.kept["marsale-mail", "ann"] = "of the keyring"
    monkeypatch.setenv(VARIABLE, "of the environment")
    assert secret.find(VARIABLE, "ann") == "of the environment"


def test_the_keyring_is_asked_for_the_user(keyring):
    keyring.kept["marsale-mail", "ann"] = "of the keyring"
    assert secret.find(VARIABLE, "ann") == "of the keyring"
    assert secret.find(VARIABLE, "bo") is None
    assert secret.find(VARIABLE, "") is None


def test_an_empty_variable_is_no_password(monkeypatch, keyring):
    monkeypatch.setenv(VARIABLE, "")
    assert secret.find(VARIABLE, "ann") is None


def test_a_locked_keyring_is_told_with_its_remedy(keyring):
    def locked(place, user):
        raise KeyringError("it is locked")

    keyring.module.get_password = locked
    with pytest.raises(ConfigurationError, match="it is locked") as caught:
        secret.find(VARIABLE, "ann")
    assert VARIABLE in caught.value.remedy


def test_without_the_library_there_is_no_password(monkeypatch):
    monkeypatch.setitem(sys.modules, "keyring", None)
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.setattr(secret, "find_spec", lambda name: None)
    assert secret.find(VARIABLE, "ann") is None
