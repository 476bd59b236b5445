"""Where passwords come from: the environment, else the system's keyring; never a file of ours."""

from __future__ import annotations

import os
from importlib import import_module
from importlib.util import find_spec

from report_helpers.errors import ConfigurationError


def find(variable: str, user: str) -> str | None:
    """Return the password of a user, or None where nobody has left one.

    The library ``keyring`` is asked when it is installed and the environment says nothing.

    Parameters
    ----------
    variable : the environment variable that holds it, such as ``MARSALE_MAIL_PASSWORD``.
    user : whose it is; nobody needs none.

    Raises
    ------
    ConfigurationError
        When the keyring is there and cannot be read.
    """
    given = os.environ.get(variable)
    if given or not user or find_spec("keyring") is None:
        return given or None
    keyring = import_module("keyring")
    place = service(variable)
    try:
        found: str | None = keyring.get_password(place, user)
    except keyring.errors.KeyringError as error:
        raise ConfigurationError(
            f"the system's keyring cannot be read: {error}",
            where=f"{place}, {user}",
            remedy=f"unlock it, or set {variable}",
        ) from error
    return found


def service(variable: str) -> str:
    """Return the name under which the keyring keeps a password: ``keyring set NAME USER``.

    Examples
    --------
    >>> service("MARSALE_MAIL_PASSWORD")
    'marsale-mail'
    """
    return variable.removesuffix("_PASSWORD").replace("_", "-").lower()
