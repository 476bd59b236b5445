"""What happened, one event a line, for whoever looks after the machine: plain words, or JSON.

The kit's modules log through :mod:`logging`, under their own names; fields of an event come as
``extra``. Nothing is written that looks like a secret, and nothing in a line can act on a terminal
or begin a line of its own.
"""

from __future__ import annotations

import json
import logging
import re
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from logging.handlers import WatchedFileHandler
from pathlib import Path
from typing import Any, Literal, TextIO

from report_helpers.errors import ConfigurationError
from report_helpers.publish.checks.secrets import Known, blotted

ROOT = "report_helpers"
LINES = 40
Format = Literal["plain", "json"]

_HEAD = ("time", "level", "from", "event")
_USUAL = {*vars(logging.makeLogRecord({})), "message", "asctime", "taskName", *_HEAD}
_ACTING = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_PLAIN = re.compile(r"[\w.:/@+-]+")


class Journal(logging.Formatter):
    """Writes an event as one line.

    Parameters
    ----------
    form : ``plain`` or ``json``.
    secrets : what must not be written, by the name of what holds it.

    Examples
    --------
    >>> record = logging.makeLogRecord({"name": "report_helpers.delivery.outbox", "created": 0.0,
    ...     "levelname": "INFO", "msg": "letter sent", "address": "ann@example.com"})
    >>> print(Journal("plain").format(record))
    1970-01-01T00:00:00.000Z INFO outbox: letter sent address=ann@example.com
    >>> print(Journal("json").format(record))
    {"time": "1970-01-01T00:00:00.000Z", "level": "INFO", "from": "outbox", "event": "letter sent", "address": "ann@example.com"}
    """  # noqa: E501 - a line is a line

    def __init__(self, form: Format, secrets: Known | None = None) -> None:
        super().__init__()
        self.form, self.secrets = form, secrets or {}

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, without secrets."""
        told = self._told(record)
        if self.form == "json":
            written = json.dumps(told, ensure_ascii=False, default=str)
            return _ACTING.sub(lambda found: f"\\u{ord(found[0]):04x}", written)
        fields = [f"{name}={_quoted(told[name])}" for name in told if name not in _HEAD]
        head = f"{told['time']} {told['level']} {told['from']}: {_line(told['event'])}"
        return " ".join([head, *fields])

    def _told(self, record: logging.LogRecord) -> dict[str, Any]:
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        told = {
            "time": at.replace("+00:00", "Z"),
            "level": record.levelname,
            "from": record.name.rpartition(".")[2],
            "event": record.getMessage(),
            **{name: value for name, value in vars(record).items() if name not in _USUAL},
        }
        if record.exc_info:
            told["trace"] = self.formatException(record.exc_info)
        found: dict[str, Any] = blotted(told, self.secrets)
        return found


class Tail(logging.Handler):
    """Keeps the last lines of the log, for the notice of a failure.

    Parameters
    ----------
    journal : how a line is written.
    count : how many lines are kept.
    """

    def __init__(self, journal: Journal | None = None, count: int = LINES) -> None:
        super().__init__(logging.INFO)
        self.journal = journal or Journal("plain")
        self._kept: deque[str] = deque(maxlen=count)

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a line."""
        try:
            self._kept.append(self.journal.format(record))
        except Exception:  # noqa: BLE001 - a faulty event is told by logging, and stops no report
            self.handleError(record)

    @property
    def lines(self) -> list[str]:
        """The last lines, oldest first."""
        return list(self._kept)

    def blotted(self, text: str) -> str:
        """Return a text without secrets."""
        return str(blotted(text, self.journal.secrets))


@contextmanager
def kept(journal: Journal, stream: TextIO, file: Path | None = None) -> Iterator[Tail]:
    """Write what the kit logs to a stream, or to the end of a file, and keep the last lines.

    Parameters
    ----------
    journal : how a line is written.
    stream : where lines go when there is no file.
    file : a file that grows; whoever rotates it may move it away at any time.

    Raises
    ------
    ConfigurationError
        When the file cannot be written to.
    """
    tail, root = Tail(Journal("plain", journal.secrets)), logging.getLogger(ROOT)
    handlers, level = (_written(stream, file), tail), root.level
    handlers[0].setFormatter(journal)
    root.setLevel(logging.INFO)
    for handler in handlers:
        root.addHandler(handler)
    try:
        yield tail
    finally:
        root.setLevel(level)
        for handler in handlers:
            root.removeHandler(handler)
            handler.close()


def _written(stream: TextIO, file: Path | None) -> logging.Handler:
    if file is None:
        return logging.StreamHandler(stream)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        return WatchedFileHandler(file, encoding="utf-8")
    except OSError as error:
        raise ConfigurationError(
            f"the log cannot be written there: {error.strerror}",
            where=str(file),
            remedy="choose another file with --log-file, or ask for the right to write",
        ) from error


def _line(text: Any) -> str:
    """Return a text as part of one line, every character that could act shown as its code."""
    return _ACTING.sub(lambda found: repr(found[0])[1:-1], str(text))


def _quoted(value: Any) -> str:
    text = str(value)
    return text if _PLAIN.fullmatch(text) else json.dumps(_line(text), ensure_ascii=False)
