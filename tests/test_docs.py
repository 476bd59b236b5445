"""Every command the documentation shows exists, with every option it is given."""

from __future__ import annotations

import re
import shlex
import tomllib
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from report_helpers import errors, settings
from report_helpers.cli import marsale

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
SHELLS = {"", "console", "shell", "sh", "bash"}
FENCE = re.compile(r"^```(\w*)[^\n]*\n(.*?)^```", re.MULTILINE | re.DOTALL)


def blocks(page: Path) -> Iterator[tuple[str, str]]:
    return (match.groups() for match in FENCE.finditer(page.read_text(encoding="utf-8")))


def shown(page: Path) -> Iterator[str]:
    """Yield the lines of shell blocks that call a program, joined where a backslash splits them."""
    for language, text in blocks(page):
        if language in SHELLS:
            for line in text.replace("\\\n", " ").splitlines():
                yield line.removeprefix("$ ").strip()


def marsale_calls() -> list:
    pattern = re.compile(r"^(?:\S*[/\\])?(?:marsale|python3? -m report_helpers)(?=\s|$)(.*)")
    found = ((page, pattern.match(line)) for page in PAGES for line in shown(page))
    return [
        pytest.param(match[1].split(" > ")[0].split(" | ")[0], id=f"{page.name}:{match[1].strip()}")
        for page, match in found
        if match
    ]


def make_targets() -> list:
    lines = ((page, line) for page in PAGES for line in shown(page))
    return [
        pytest.param(word, id=f"{page.name}:{word}")
        for page, line in lines
        if line.startswith("make ")
        for word in shlex.split(line, comments=True)[1:]
        if "=" not in word and not word.startswith("-")
    ]


@pytest.mark.parametrize("call", marsale_calls())
def test_every_marsale_command_shown_parses(call):
    """Parsing runs every callback of the options and stops before the command itself."""
    words = [word for word in shlex.split(call, comments=True) if word != "--debug"]
    if words[-1] in ("--help", "--version"):
        assert words[:-1] == [] or words[0] in marsale.commands
    else:
        marsale.commands[words[0]].make_context(words[0], words[1:])


@pytest.mark.parametrize("target", make_targets())
def test_every_make_target_shown_exists(target):
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert re.search(rf"^{re.escape(target)}:", makefile, re.MULTILINE)


def test_there_are_commands_to_look_at():
    assert len(marsale_calls()) > 10


def test_every_command_and_option_is_documented():
    text = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    for name, command in marsale.commands.items():
        assert f"## marsale {name}" in text
        for option in command.params:
            if isinstance(option, click.Option):
                assert option.opts[0] in text, f"{name} {option.opts[0]}"


def test_every_exit_code_is_documented():
    text = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type)]
    for code in {kind.exit_code for kind in kinds if issubclass(kind, errors.MarsaleError)}:
        assert f"\n| {code} | " in text


def test_the_settings_shown_are_all_settings_with_their_defaults():
    page = ROOT / "docs" / "commands.md"
    shown_settings = next(text for language, text in blocks(page) if language == "toml")
    raw = tomllib.loads(shown_settings)
    default = settings.Settings()
    assert settings.Settings.model_validate(raw) == default
    assert raw == {
        section: {name: list(v) if isinstance(v, tuple) else v for name, v in values.items()}
        for section, values in default.model_dump(exclude_none=True).items()
    }


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_file_linked_to_exists(page):
    for target in re.findall(r"\]\(([^)#]+)", page.read_text(encoding="utf-8")):
        if "://" not in target and not target.startswith("mailto:"):
            assert (page.parent / target).exists(), target
