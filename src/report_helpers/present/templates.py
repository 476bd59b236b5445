"""The templates of pages and mails: how they are read and filled, the same for all of them."""

from __future__ import annotations

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from report_helpers import assets


def environment(folder: str) -> Environment:
    """Return what fills the templates of a folder: every value escaped, but in those of plain text.

    A name that nobody has given a value is an error.

    Parameters
    ----------
    folder : its name below ``templates``.
    """
    return Environment(
        loader=FileSystemLoader(assets.path("templates", folder)),
        autoescape=lambda name: not str(name).endswith(".txt.j2"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
