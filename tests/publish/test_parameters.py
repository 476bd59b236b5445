from __future__ import annotations

import pytest
from nbformat import v4

from report_helpers.errors import ConfigurationError, UnknownName
from report_helpers.publish.parameters import declared, redacted, settle

KNOWN = {"text": "", "weeks": 2, "share": 0.5, "flag": False, "list": ["a"], "any": None}


def notebook(source: str):
    cell = v4.new_code_cell(source, metadata={"tags": ["parameters"]})
    return v4.new_notebook(cells=[v4.new_code_cell("before = 1"), cell])


def test_declared_reads_assignments_and_does_not_run_them():
    source = 'text = "a = b"  # help\nweeks: int = 2\nday = date.today()\nx = y = -1\nprint(1)'
    found = declared(notebook(source), "own.ipynb")
    assert found == {"text": "a = b", "weeks": 2, "day": None, "x": -1, "y": -1}


def test_a_notebook_without_the_cell_declares_nothing():
    assert declared(v4.new_notebook(cells=[v4.new_code_cell("a = 1")]), "own.ipynb") == {}


def test_a_cell_that_is_not_python_is_refused():
    with pytest.raises(ConfigurationError, match="not plain Python, line 2"):
        declared(notebook("a = 1\n%matplotlib inline"), "own.ipynb")


@pytest.mark.parametrize(
    ("name", "given", "read"),
    [
        ("text", "007", "007"),
        ("text", "true", "true"),
        ("weeks", "3", 3),
        ("weeks", 3, 3),
        ("share", "0.25", 0.25),
        ("flag", "Yes", True),
        ("flag", "0", False),
        ("list", '["b", "c"]', ["b", "c"]),
        ("any", "1", "1"),
    ],
)
def test_the_type_of_the_default_decides_how_text_is_read(name, given, read):
    value = settle(KNOWN, {name: given}, "own.ipynb")[name]
    assert value == read
    assert type(value) is type(read)


@pytest.mark.parametrize(
    ("name", "given", "need"),
    [
        ("weeks", "three", "a whole number"),
        ("weeks", "2.5", "a whole number"),
        ("share", "half", "a number"),
        ("flag", "perhaps", "true or false"),
        ("list", "b, c", "JSON"),
    ],
)
def test_text_that_cannot_be_read_is_refused(name, given, need):
    with pytest.raises(ConfigurationError, match=f"'{name}' needs {need}, not '{given}'"):
        settle(KNOWN, {name: given}, "own.ipynb")


def test_an_undeclared_parameter_gets_a_proposal():
    with pytest.raises(UnknownName, match="did you mean 'weeks'"):
        settle(KNOWN, {"week": "1"}, "own.ipynb")


@pytest.mark.parametrize("name", ["password", "db_passwd", "API_KEY", "token"])
def test_a_secret_is_no_parameter(name):
    with pytest.raises(ConfigurationError, match="looks like a secret"):
        settle({name: ""}, {name: "x"}, "own.ipynb")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("postgres://ann:pa55@crm:5432/db", "postgres://ann:***@crm:5432/db"),
        ("data = 'mysql://:pa55@crm/db'", "data = 'mysql://:***@crm/db'"),
        ("md:crm?motherduck_token=ey.J-x&a=1", "md:crm?motherduck_token=***&a=1"),
        ("postgres://crm/db?user=a&password=pa55", "postgres://crm/db?user=a&password=***"),
        ("postgres://ann@crm/db", "postgres://ann@crm/db"),
        ("https://example.org/a:b", "https://example.org/a:b"),
        ("write to ann@example.org: soon", "write to ann@example.org: soon"),
    ],
)
def test_passwords_of_urls_are_blotted_out(text, shown):
    assert redacted(text) == shown
    assert redacted({"a": [text, 1, None]}) == {"a": [shown, 1, None]}
