"""Parameters of a notebook: which ones its ``parameters`` cell declares, and values for them.

Papermill only warns about a parameter nobody declared, and turns ``007`` into 7. Here a name must
be declared, and the type of its default decides how text is read.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Mapping
from typing import Any

from nbformat import NotebookNode

from report_helpers.errors import ConfigurationError, UnknownName

Values = dict[str, Any]

_SECRET = re.compile(r"passw|secret|token|api_?key|credential", re.IGNORECASE)
_PASSWORD_IN_URL = re.compile(r"(?<=://)([^\s:/@\"']*):[^\s/@\"']+@")
_SECRET_IN_QUERY = re.compile(
    r"([?&](?:password|pwd|token|\w*_token|secret|api_?key)=)[^&\s\"'\\]+"
)
_FLAGS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


def declared(notebook: NotebookNode, where: str) -> Values:
    """Return the parameters a notebook declares and their defaults.

    The cell tagged ``parameters`` is read, not run. A default that is not a plain value, such as
    the result of a call, comes back as None.

    Parameters
    ----------
    notebook : the notebook, not executed.
    where : its name, for messages.

    Raises
    ------
    ConfigurationError
        When the cell is not plain Python.

    Examples
    --------
    >>> import nbformat.v4 as v4
    >>> cell = v4.new_code_cell('segment = ""\\nweeks: int = 2', metadata={"tags": ["parameters"]})
    >>> declared(v4.new_notebook(cells=[cell]), "own.ipynb")
    {'segment': '', 'weeks': 2}
    """
    cells = [c for c in notebook.cells if "parameters" in c.metadata.get("tags", [])]
    if not cells:
        return {}
    try:
        body = ast.parse(cells[0].source).body
    except SyntaxError as error:
        raise ConfigurationError(
            f"the parameters cell is not plain Python, line {error.lineno}: {error.msg}",
            where=where,
            remedy="leave only assignments such as segment = '' in the cell",
        ) from error
    return dict(pair for statement in body for pair in _assigned(statement))


def settle(known: Values, given: Mapping[str, Any], where: str) -> Values:
    """Return the values given, read as the types of the declared defaults.

    Parameters
    ----------
    known : declared parameters and their defaults.
    given : values by name; text is read by the type of the default, other values are kept.
    where : name of the notebook, for messages.

    Raises
    ------
    UnknownName
        For a parameter that is not declared.
    ConfigurationError
        For text that cannot be read as the type, and for a secret: parameters are kept in the
        executed notebook.

    Examples
    --------
    >>> settle({"account": "", "weeks": 2}, {"account": "007", "weeks": "3"}, "own.ipynb")
    {'account': '007', 'weeks': 3}
    """
    for name in given:
        if name not in known:
            raise UnknownName("parameter", name, known, where=where)
        if _SECRET.search(name):
            raise ConfigurationError(
                f"parameter '{name}' looks like a secret, and parameters are kept with the report",
                where=where,
                remedy="read it in the notebook from an environment variable",
            )
    return {name: _read(name, value, known[name], where) for name, value in given.items()}


def redacted(value: Any) -> Any:
    """Return text, or JSON data holding text, without the passwords of its URLs.

    Examples
    --------
    >>> redacted({"data": "postgres://ann:pa55@crm/db", "n": 3})
    {'data': 'postgres://ann:***@crm/db', 'n': 3}
    """
    if isinstance(value, str):
        return _SECRET_IN_QUERY.sub(r"\1***", _PASSWORD_IN_URL.sub(r"\1:***@", value))
    if isinstance(value, Mapping):
        return {key: redacted(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [redacted(item) for item in value]
    return value


def _assigned(statement: ast.stmt) -> list[tuple[str, Any]]:
    if isinstance(statement, ast.Assign):
        targets: list[ast.expr] = statement.targets
    elif isinstance(statement, ast.AnnAssign) and statement.value is not None:
        targets = [statement.target]
    else:
        return []
    try:
        value = ast.literal_eval(statement.value)  # type: ignore[arg-type]
    except ValueError:
        value = None
    return [(target.id, value) for target in targets if isinstance(target, ast.Name)]


def _read(name: str, value: Any, default: Any, where: str) -> Any:
    if not isinstance(value, str) or default is None or isinstance(default, str):
        return value
    kind, read = _reader(default)
    try:
        return read(value)
    except (ValueError, KeyError) as error:
        raise ConfigurationError(
            f"parameter '{name}' needs {kind}, not '{value}'",
            where=where,
            remedy=f"its default is {default!r}",
        ) from error


def _reader(default: Any) -> tuple[str, Any]:
    """Return what a value must be, in words, and the function that reads it from text."""
    if isinstance(default, bool):
        return "true or false", lambda text: _FLAGS[text.strip().lower()]
    if isinstance(default, int):
        return "a whole number", int
    if isinstance(default, float):
        return "a number", float
    return "JSON", json.loads
