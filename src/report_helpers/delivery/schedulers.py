"""Files that make the scheduler people have call ``marsale tick``: cron, systemd, Windows, ….

Each kind is a folder of templates below ``templates/schedulers``. A path may hold blanks, quotes,
``%``, ``$`` or braces: each scheduler reads them in its own way, and each filter here says how.
"""

from __future__ import annotations

import json
import shlex
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from report_helpers import assets
from report_helpers.errors import ConfigurationError

KINDS = ("cron", "systemd", "windows", "airflow", "github", "container")
"""Schedulers files can be written for."""
_ENDING = ".j2"


@dataclass(frozen=True)
class Setup:
    """What is to be called, and where.

    Parameters
    ----------
    command : the words that call marsale: an absolute path, and more where need be.
    settings : absolute path of the settings file.
    folder : the absolute path of its folder.
    version : the version of the kit.
    source : what ``pip wheel`` makes the kit from: a checkout, or a name with its version.

    Raises
    ------
    ConfigurationError
        When a path holds a line break or another control character, which no scheduler can take.
    """

    command: tuple[str, ...]
    settings: str
    folder: str
    version: str
    source: str

    def __post_init__(self) -> None:
        for path in (*self.command, self.settings, self.folder):
            if not path.isprintable():
                raise ConfigurationError(
                    "the path holds a character that no scheduler can take",
                    where=repr(path),
                    remedy="rename the folder or the file",
                )

    @property
    def tick(self) -> list[str]:
        """The words that do what is due."""
        return [*self.command, "tick", "--settings", self.settings]


def files(kind: str, setup: Setup) -> dict[str, bytes]:
    """Return the files for a kind of scheduler: name and content."""
    folder = assets.path("templates", "schedulers", kind)
    drawing = _environment(folder)
    given = {
        "tick": setup.tick,
        "settings": setup.settings,
        "settings_name": Path(setup.settings).name,
        "folder": setup.folder,
        "version": setup.version,
    }
    if kind == "container":
        pinned = assets.path("requirements.txt").read_text(encoding="utf-8")
        given["requirements"] = pinned.rstrip("\n")
    found = {}
    for template in sorted(folder.glob(f"*{_ENDING}")):
        text = drawing.get_template(template.name).render(given)
        encoding = "utf-16" if template.name.endswith(f".xml{_ENDING}") else "utf-8"
        found[template.name.removesuffix(_ENDING)] = text.encode(encoding)
    return found


def steps(kind: str, folder: Path, setup: Setup) -> list[str]:
    """Return the commands that make a scheduler use the files in a folder, for a shell.

    Examples
    --------
    >>> setup = Setup(("/bin/marsale",), "/co/marsale.toml", "/co", "1.0", "marsale")
    >>> for step in steps("systemd", Path("/my units"), setup):
    ...     print(step)
    systemctl --user link --force '/my units/marsale-tick.service' '/my units/marsale-tick.timer'
    systemctl --user enable --now marsale-tick.timer
    """
    return {
        "cron": _cron_steps,
        "systemd": _systemd_steps,
        "windows": _windows_steps,
        "airflow": _airflow_steps,
        "github": _github_steps,
        "container": _container_steps,
    }[kind](folder, setup)


def _cron_steps(folder: Path, _: Setup) -> list[str]:
    return [f"(crontab -l 2>/dev/null; cat {_quoted(folder / 'marsale.cron')}) | crontab -"]


def _systemd_steps(folder: Path, _: Setup) -> list[str]:
    units = [str(folder / f"marsale-tick.{kind}") for kind in ("service", "timer")]
    link = shlex.join(["systemctl", "--user", "link", "--force", *units])
    return [link, "systemctl --user enable --now marsale-tick.timer"]


def _windows_steps(folder: Path, _: Setup) -> list[str]:
    words = ["schtasks", "/Create", "/TN", "MarSale tick", "/XML"]
    return [subprocess.list2cmdline([*words, str(folder / "marsale-tick.xml")])]


def _airflow_steps(folder: Path, _: Setup) -> list[str]:
    return [f'cp {_quoted(folder / "marsale_tick.py")} "$AIRFLOW_HOME/dags/"']


def _github_steps(folder: Path, _: Setup) -> list[str]:
    target = ".github/workflows"
    return [f"mkdir -p {target}", f"cp {_quoted(folder / 'marsale.yml')} {target}/"]


def _container_steps(folder: Path, setup: Setup) -> list[str]:
    wheel = ["pip", "wheel", "--no-deps", "--wheel-dir", str(folder / "wheels"), setup.source]
    up = ["docker", "compose", "--project-directory", str(folder), "up", "--build", "--detach"]
    return [shlex.join(wheel), shlex.join(up)]


def _quoted(file: Path) -> str:
    return shlex.quote(str(file))


def merged(crontab: str, block: str) -> str:
    """Return a crontab with a block of MarSale's put in, in place of its former self.

    Everything else stays as it is, line by line.

    Examples
    --------
    >>> block = "# MarSale begins: /a\\n* * * * * new\\n# MarSale ends: /a\\n"
    >>> print(merged("MAILTO=ann\\n", block), end="")
    MAILTO=ann
    # MarSale begins: /a
    * * * * * new
    # MarSale ends: /a
    >>> merged(merged("MAILTO=ann\\n", block), block) == merged("MAILTO=ann\\n", block)
    True
    """
    first, *_, last = block.splitlines()
    kept, inside = list[str](), False
    for line in crontab.splitlines():
        inside = inside or line == first
        if not inside:
            kept.append(line)
        inside = inside and line != last
    return "\n".join([*kept, block])


def _environment(folder: Path) -> Environment:
    drawing = Environment(
        loader=FileSystemLoader(folder), undefined=StrictUndefined, keep_trailing_newline=True
    )
    drawing.filters |= {
        "words": shlex.join,
        "percent": _percent,
        "specifiers": _specifiers,
        "unit_words": _unit_words,
        "windows_words": subprocess.list2cmdline,
        "dollars": _dollars,
        "python": repr,
        "verbatim": _verbatim,
        "json": _json,
    }
    return drawing


def _percent(line: str) -> str:
    """Return a line of a crontab, where a bare ``%`` would begin a new line."""
    return line.replace("%", r"\%")


def _specifiers(text: str) -> str:
    """Return text for a systemd unit, where ``%`` begins a specifier."""
    return text.replace("%", "%%")


def _unit_words(words: Sequence[str]) -> str:
    r"""Return words for a systemd unit.

    Examples
    --------
    >>> print(_unit_words(["/a b/marsale", 'x"y', "100%"]))
    "/a b/marsale" "x\"y" "100%%"
    """
    escaped = (_specifiers(w).replace("\\", r"\\").replace('"', r"\"") for w in words)
    return " ".join(f'"{word}"' for word in escaped)


def _verbatim(text: str) -> str:
    """Return text which Jinja, as Airflow uses it, leaves as it is."""
    return f"{{% raw %}}{text}{{% endraw %}}"


def _dollars(text: str) -> str:
    """Return text for a compose file, where ``$`` begins the name of a variable."""
    return text.replace("$", "$$")


def _json(value: str) -> str:
    """Return text as JSON, which YAML reads in the same way."""
    return json.dumps(value, ensure_ascii=False)
