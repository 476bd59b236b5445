"""No secret leaves with a report: what looks like one is looked for in every file of it."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from report_helpers.errors import RenderError

SHORTEST, LETTERS_ALONE = 8, 16
"""Shorter values, and words of letters alone up to so many, stand in reports by themselves."""

_NAMED = re.compile(
    r"passw|passphrase|passwd|_pass$|_pwd$|secret|token|credential|_key$|key_id$|^key$|apikey|_dsn$",
    re.IGNORECASE,
)
_URL = re.compile(r"://([^\s:/@\"'<>]*):(?!\*\*\*@)([^\s/@\"'<>]+)@")
_PATH = re.compile(r"^(?:[A-Za-z]:)?[\\/~.]")
_SHAPES = {
    "a private key": (("PRIVATE KEY",), r"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----"),
    "an AWS access key": (("AKIA", "ASIA"), r"A[KS]IA[0-9A-Z]{16}"),
    "a GitHub token": (
        ("ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_"),
        r"(?:gh[pousr]_[A-Za-z0-9]{36,255}|github_pat_[A-Za-z0-9_]{22,255})",
    ),
    "a GitLab token": (("glpat-",), r"glpat-[A-Za-z0-9_-]{20,}"),
    "a Slack token": (("xox",), r"xox[abeoprs]-[A-Za-z0-9-]{10,}"),
    "a Slack webhook": (("hooks.slack",), r"https://hooks\.slack\.com/services/T\w+/B\w+/\w+"),
    "a Stripe key": (("k_live_",), r"[rs]k_live_[A-Za-z0-9]{20,}"),
    "a Google API key": (("AIza",), r"AIza[0-9A-Za-z_-]{35}"),
    "a SendGrid key": (("SG.",), r"SG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}"),
    "a HubSpot token": (
        ("pat-",),
        r"pat-(?:na|eu|ap)\d-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}",
    ),
    "a Salesforce session": (("00D",), r"00D[A-Za-z0-9]{12,15}![A-Za-z0-9._]{60,}"),
    "a Databricks token": (("dapi",), r"dapi[0-9a-f]{32}"),
    "a signed token (JWT)": (("eyJ",), r"eyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}"),
}
_FENCED = {
    kind: (signs, re.compile(rf"(?<![\w+/=-])(?:{shape})(?![\w+/=-])"))
    for kind, (signs, shape) in _SHAPES.items()
}
"""For each kind, a part that each of them has, quickly looked for, and its whole shape."""

_BLOT = "***"

Known = Mapping[str, str]
"""Secrets by the name of what holds them."""


def known(environ: Mapping[str, str]) -> dict[str, str]:
    """Return the secrets among variables: values of those named like one, passwords of URLs.

    Too short or too plain ones are left out: they would be found where they are not.

    Parameters
    ----------
    environ : variables of the environment, or any settings by name.

    Examples
    --------
    >>> known({"MARSALE_MAIL_PASSWORD": "k4tz&maus", "HOME": "/root", "SSH_KEY": "/root/.ssh/id",
    ...        "MARSALE_STORE": "postgresql://ann:p4ssw0rd@db/marsale", "TOKEN": "1"})
    {'MARSALE_MAIL_PASSWORD': 'k4tz&maus', 'MARSALE_STORE': 'p4ssw0rd'}
    """
    found = {}
    for name, value in environ.items():
        inside = [password for _, password in _URL.findall(value)]
        for secret in [*inside, *([value] if _NAMED.search(name) and not inside else [])]:
            if _telling(secret) and value.count(secret) == 1:
                found[name] = secret
    return found


def kinds(text: str, secrets: Known) -> list[str]:
    """Return what sorts of secret a text holds; never the secret itself.

    Examples
    --------
    >>> kinds("see postgres://ann:pa55@crm/db, key AKIAIOSFODNN7EXAMPLE", {})
    ['a password in a URL', 'an AWS access key']
    >>> kinds("the word is k4tz&maus", {"MAIL_PASSWORD": "k4tz&maus"})
    ['the secret of MAIL_PASSWORD']
    """
    found = [f"the secret of {name}" for name, value in secrets.items() if value in text]
    found += ["a password in a URL"] if _URL.search(text) else []
    for kind, (signs, shape) in _FENCED.items():
        if any(sign in text for sign in signs) and shape.search(text):
            found.append(kind)
    return found


def blotted(value: Any, secrets: Known) -> Any:
    """Return text, or JSON data holding text, with every secret blotted out.

    Examples
    --------
    >>> blotted({"log": ["ann:k4tz&maus", 3]}, {"MAIL_PASSWORD": "k4tz&maus"})
    {'log': ['ann:***', 3]}
    >>> blotted("postgres://ann:pa55@crm/db", {})
    'postgres://ann:***@crm/db'
    """
    if isinstance(value, str):
        for secret in sorted(secrets.values(), key=len, reverse=True):
            value = value.replace(secret, _BLOT)
        for _, shape in _FENCED.values():
            value = shape.sub(_BLOT, value)
        return _URL.sub(rf"://\1:{_BLOT}@", value)
    if isinstance(value, Mapping):
        return {key: blotted(item, secrets) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [blotted(item, secrets) for item in value]
    return value


def check(files: Iterable[Path], secrets: Known) -> None:
    """Make sure that none of a report's files holds a secret.

    Parameters
    ----------
    files : HTML, notebooks and JSON; the text of a PDF is looked at by :mod:`.pdf`, which has it.
    secrets : what must not be in them, by the name of what holds it.

    Raises
    ------
    RenderError
        Naming the file and the sort of secret, not the secret.
    """
    for file in files:
        found = kinds("\n".join(_texts(file)), secrets)
        if found:
            raise RenderError(
                f"holds {', '.join(found)}",
                where=file.name,
                remedy="take it out of the data, the settings or the notebook, and change it: "
                "who has read access there has seen it; the last good report stays in place",
            )


def _texts(file: Path) -> Iterator[str]:
    """Yield what a file says, as it was before it was written in the file's own way."""
    if file.suffix == ".html":
        yield html.unescape(file.read_text(encoding="utf-8"))
    elif file.suffix in (".ipynb", ".json"):
        yield from _strings(json.loads(file.read_text(encoding="utf-8")))


def _strings(value: Any) -> Iterator[str]:
    """Yield every text in JSON data; lines of a notebook's cell, which are a list, as one."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from value
        for item in value.values():
            yield from _strings(item)
    elif isinstance(value, list) and all(isinstance(item, str) for item in value):
        yield "".join(value)
    elif isinstance(value, list):
        for item in value:
            yield from _strings(item)


def _telling(value: str) -> bool:
    """Return whether a value stands for itself: found somewhere, it is this secret.

    Examples
    --------
    >>> [_telling(value) for value in ("k4tz&maus", "true", "Marketing", "/etc/ssl/key.pem")]
    [True, False, False, False]
    """
    plain = value.isalpha() and len(value) < LETTERS_ALONE
    return len(value) >= SHORTEST and not (plain or value.isdigit() or _PATH.match(value))
