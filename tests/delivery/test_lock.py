"""One process at a time, with real processes: also when one is killed."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from report_helpers.delivery.lock import HOLDER, LOCK, exclusive
from report_helpers.errors import Busy, ConfigurationError

HOLD = """
import sys
from pathlib import Path
from report_helpers.delivery.lock import exclusive
with exclusive(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


@contextmanager
def another(folder: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds the lock until it is told to end, or killed."""
    words = [sys.executable, "-c", HOLD, str(folder)]
    with subprocess.Popen(
        words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        try:
            yield process
        finally:
            process.kill()


def test_a_second_process_is_told_who_holds_it_and_since_when(tmp_path: Path) -> None:
    with another(tmp_path) as process, pytest.raises(Busy) as told, exclusive(tmp_path):
        pass
    assert f"process {process.pid}, since 20" in told.value.message
    assert told.value.message.endswith("UTC")
    assert told.value.where == str(tmp_path)
    assert told.value.exit_code == 6


def test_a_killed_process_frees_it(tmp_path: Path) -> None:
    with another(tmp_path) as process:
        process.kill()
        process.wait()
        assert (tmp_path / HOLDER).is_file(), "a killed process cleans nothing up"
        with exclusive(tmp_path):
            assert int((tmp_path / HOLDER).read_text(encoding="utf-8")) == os.getpid()


def test_a_process_that_ends_frees_it(tmp_path: Path) -> None:
    with another(tmp_path) as process:
        process.communicate("go on")
        assert process.returncode == 0
        with exclusive(tmp_path):
            pass


def test_one_folder_does_not_lock_another(tmp_path: Path) -> None:
    with another(tmp_path / "a"), exclusive(tmp_path / "b"):
        assert (tmp_path / "b" / LOCK).is_file()


def test_it_is_free_after_an_error_and_leaves_no_holder(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), exclusive(tmp_path):
        _ = 1 / 0
    assert not (tmp_path / HOLDER).exists()
    with exclusive(tmp_path):
        pass


def test_the_same_process_cannot_hold_it_twice(tmp_path: Path) -> None:
    with exclusive(tmp_path), pytest.raises(Busy, match=str(os.getpid())), exclusive(tmp_path):
        pass


def test_a_holder_that_has_not_yet_said_who_it_is(tmp_path: Path) -> None:
    with another(tmp_path):
        (tmp_path / HOLDER).write_text("", encoding="utf-8")
        with pytest.raises(Busy, match="only just begun"), exclusive(tmp_path):
            pass


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("", encoding="utf-8")
    with pytest.raises(ConfigurationError, match="cannot write there"), exclusive(file / "inner"):
        pass


def test_a_disk_that_is_full_is_told_and_leaves_it_free(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patched:
        patched.setattr(Path, "write_text", full)
        with pytest.raises(ConfigurationError, match="No space left"), exclusive(tmp_path):
            pass
    with exclusive(tmp_path):
        pass
