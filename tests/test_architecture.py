"""The house rules a machine can check: who may import whom, and how long things may grow."""

import ast
from pathlib import Path

import pytest

import report_helpers

HOME = Path(report_helpers.__file__).parent
LAYERS = (
    {"errors", "assets", "periods", "glossary", "settings"},
    {"data"},
    {"facts"},
    {"metrics"},
    {"teams"},
    {"present"},
    {"publish"},
    {"delivery"},
    {"web"},
    {"cli", "commands", "__main__"},
)
MODULES = sorted(HOME.rglob("*.py"))
LONGEST_MODULE = 260  # lines that are not blank
DECLARATIONS = {"data/contracts.py"}  # a list of columns is as long as it is
MOST_ARGUMENTS = 5
NAMELESS = {"utils", "util", "helpers", "common", "misc"}


def name_of(module):
    return module.relative_to(HOME).as_posix()


def parts_of(module):
    return [*module.relative_to(HOME).parts[:-1], module.stem]


def layer_of(parts):
    """Return how deep a module lies, or None for the package itself, which only opens the door."""
    return next((depth for depth, names in enumerate(LAYERS) if parts[0] in names), None)


def imports(module):
    """Yield the parts below ``report_helpers`` of everything `module` imports from there."""
    folder = module.relative_to(HOME).parts[:-1]
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name.split(".") for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level:
            base = [*folder[: len(folder) - node.level + 1], *(node.module or "").split(".")]
            names = [["report_helpers", *filter(None, base), alias.name] for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [[*(node.module or "").split("."), alias.name] for alias in node.names]
        else:
            continue
        yield from (parts[1:] for parts in names if parts[0] == "report_helpers" and parts[1:])


def functions(module):
    tree = ast.parse(module.read_text(encoding="utf-8"))
    return [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]


def arguments(function):
    given = function.args
    named = [a.arg for a in (*given.posonlyargs, *given.args, *given.kwonlyargs)]
    return [name for name in named if name not in ("self", "cls")]


def test_imports_are_seen():
    assert ["errors", "MissingData"] in list(imports(HOME / "facts" / "reduction.py"))


def test_every_module_has_a_layer():
    strays = [
        name_of(m) for m in MODULES if layer_of([*m.relative_to(HOME).parts[:-1], m.stem]) is None
    ]
    assert strays == ["__init__.py"]


@pytest.mark.parametrize("module", [m for m in MODULES if parts_of(m) != ["__init__"]], ids=name_of)
def test_imports_point_downward(module):
    own = layer_of(parts_of(module))
    higher = [".".join(parts) for parts in imports(module) if (layer_of(parts) or 0) > own]
    assert higher == []


@pytest.mark.parametrize("module", MODULES, ids=name_of)
def test_modules_are_short_and_named_for_what_they_do(module):
    lines = [x for x in module.read_text(encoding="utf-8").splitlines() if x.strip()]
    assert len(lines) <= LONGEST_MODULE or name_of(module) in DECLARATIONS
    assert module.stem not in NAMELESS


@pytest.mark.parametrize("module", MODULES, ids=name_of)
def test_functions_take_few_arguments(module):
    assert [f.name for f in functions(module) if len(arguments(f)) > MOST_ARGUMENTS] == []
