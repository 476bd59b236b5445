"""Where the files that come with the kit are: notebooks, templates, sample data."""

from __future__ import annotations

from pathlib import Path

_INSTALLED = Path(__file__).parent / "assets"
_CHECKOUT = Path(__file__).parents[2]


def path(*parts: str) -> Path:
    """Return the path of a file or folder that comes with the kit.

    Parameters
    ----------
    parts : path below the project's top, such as ``"templates", "base"``.

    Raises
    ------
    FileNotFoundError
        When neither an installed wheel nor a checkout holds it.
    """
    for root in (_INSTALLED, _CHECKOUT):
        found = root.joinpath(*parts)
        if found.exists():
            return found
    raise FileNotFoundError(f"{'/'.join(parts)} did not come with this installation of the kit")
