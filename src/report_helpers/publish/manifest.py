"""The manifest: what a report was made from, with what, and what came out."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path
from typing import Any

from report_helpers import __version__
from report_helpers.errors import RenderError
from report_helpers.publish.parameters import redacted

FILE_NAME = "manifest.json"
PACKAGES = (
    "duckdb",
    "ibis-framework",
    "matplotlib",
    "nbconvert",
    "numpy",
    "pandas",
    "papermill",
    "pyarrow",
    "typst",
)

Json = dict[str, Any]


def digest(file: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def describe(facts: Json, parameters: Json, files: Iterable[Path], **more: Any) -> Json:
    """Return the manifest of one run.

    Parameters
    ----------
    facts : the report's own account of itself: ``report``, ``period``, ``as_of``, ``inputs``.
    parameters : the values the notebook ran with; passwords in URLs are blotted out.
    files : the files written.
    more : further entries, such as ``seconds`` by step and ``checks`` by format.
    """
    return {
        **{key: facts.get(key) for key in ("report", "period", "as_of")},
        "parameters": redacted(parameters),
        "inputs": redacted(facts.get("inputs", [])),
        "outputs": {f.name: {"bytes": f.stat().st_size, "sha256": digest(f)} for f in files},
        "versions": {
            "python": platform.python_version(),
            "marsale-report-kit": __version__,
            **{name: version(name) for name in PACKAGES},
        },
        "platform": platform.platform(),
        **more,
    }


def write(file: Path, data: Json) -> Path:
    """Write JSON with sorted keys, the same bytes for the same data.

    Raises
    ------
    RenderError
        When a number is not finite: NaN is not JSON, and a missing figure is null.
    """
    try:
        text = json.dumps(data, sort_keys=True, indent=1, ensure_ascii=False, allow_nan=False)
    except ValueError as error:
        raise RenderError(
            f"{error}", where=file.name, remedy="give None for a figure that is missing"
        ) from error
    file.write_text(text + "\n", encoding="utf-8", newline="\n")
    return file
