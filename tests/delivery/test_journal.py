"""One event, one line: for people and machines, without secrets, without a way to forge a line."""

from __future__ import annotations

import io
import json
import logging
from datetime import datetime
from pathlib import Path

import pytest

from report_helpers.delivery.journal import Journal, Tail, kept
from report_helpers.errors import ConfigurationError

KNOWN = {"MARSALE_MAIL_PASSWORD": 'k4tz&"maus'}
LOG = logging.getLogger("report_helpers.delivery.outbox")


def write(form: str, message: str, *args: object, **extra: object) -> str:
    """Return what one event is written as."""
    stream = io.StringIO()
    with kept(Journal(form, KNOWN), stream):  # type: ignore[arg-type]
        LOG.info(message, *args, extra=extra)
    return stream.getvalue()


def test_plain_lines_name_time_level_part_event_and_fields() -> None:
    line = write("plain", "letter %s", "sent", address="ann@example.com", why="no answer yet")
    time, rest = line.rstrip("\n").split(" ", 1)
    assert datetime.fromisoformat(time).utcoffset() is not None
    assert time.endswith("Z")
    assert rest == 'INFO outbox: letter sent address=ann@example.com why="no answer yet"'


def test_json_lines_are_json_with_types_kept() -> None:
    found = json.loads(write("json", "queued", count=3, until=None, day=datetime(2026, 11, 2)))
    assert {name: found[name] for name in ("level", "from", "event", "count", "until", "day")} == {
        "level": "INFO", "from": "outbox", "event": "queued",
        "count": 3, "until": None, "day": "2026-11-02 00:00:00",
    }  # fmt: skip


@pytest.mark.parametrize("form", ["plain", "json"])
def test_nobody_can_forge_a_line_or_act_on_a_terminal(form: str) -> None:
    line = write(form, "refused: %s", "x\n2026 INFO tick: all well\x1b[2J\u202e", note="a\r\nb")
    assert line.count("\n") == 1
    assert line.endswith("\n")
    assert not {"\r", "\x1b", "\u202e"} & set(line)


@pytest.mark.parametrize("form", ["plain", "json"])
def test_secrets_are_blotted_wherever_they_stand(form: str) -> None:
    secret = KNOWN["MARSALE_MAIL_PASSWORD"]
    line = write(
        form, "sign in as ann:%s", secret, store="postgresql://ann:pa55@db/x", tries=[secret]
    )
    assert "maus" not in line
    assert "pa55" not in line
    assert line.count("***") == 3


def test_an_exception_stays_in_its_line() -> None:
    stream = io.StringIO()
    with kept(Journal("json", KNOWN), stream):
        try:
            raise OSError(KNOWN["MARSALE_MAIL_PASSWORD"])
        except OSError:
            LOG.exception("it broke")
    (line,) = stream.getvalue().splitlines()
    assert "OSError: ***" in json.loads(line)["trace"]


def test_the_last_lines_are_kept_for_the_owner() -> None:
    tail = Tail(Journal("plain", KNOWN), count=3)
    for number in range(5):
        tail.handle(logging.makeLogRecord({"name": "x", "msg": f"event {number}"}))
    assert [line.rsplit(" ", 1)[1] for line in tail.lines] == ["2", "3", "4"]
    assert tail.blotted(f"see {KNOWN['MARSALE_MAIL_PASSWORD']}") == "see ***"


def test_other_libraries_and_small_talk_are_not_written() -> None:
    stream = io.StringIO()
    with kept(Journal("plain"), stream) as tail:
        logging.getLogger("papermill").error("not ours")
        LOG.debug("small talk")
        LOG.warning("ours")
    assert [line.endswith("WARNING outbox: ours") for line in tail.lines] == [True]
    assert stream.getvalue().splitlines() == tail.lines


def test_the_log_is_left_as_it_was_found() -> None:
    ours = logging.getLogger("report_helpers")
    before = ours.level, list(ours.handlers)
    with pytest.raises(RuntimeError), kept(Journal("plain"), io.StringIO()):
        raise RuntimeError
    assert (ours.level, ours.handlers) == before


def test_a_file_grows_and_may_be_moved_away(tmp_path: Path) -> None:
    file = tmp_path / "logs" / "marsale.log"
    for text in ("first", "second"):
        with kept(Journal("plain"), io.StringIO(), file):
            LOG.info(text)
    assert [line.rsplit(" ", 1)[1] for line in file.read_text("utf-8").splitlines()] == [
        "first", "second",
    ]  # fmt: skip


def test_a_file_that_cannot_be_written_is_said_at_once(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("", encoding="utf-8")
    place = tmp_path / "taken" / "marsale.log"
    with (
        pytest.raises(ConfigurationError, match="--log-file"),
        kept(Journal("plain"), io.StringIO(), place),
    ):
        pass
