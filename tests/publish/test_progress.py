from __future__ import annotations

import io

from report_helpers.publish.progress import Progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_gets_a_bar():
    terminal = Terminal()
    bar = Progress(terminal).bar("executing")
    assert bar is not False
    assert bar["file"] is terminal


def test_a_file_gets_plain_lines():
    log = io.StringIO()
    progress = Progress(log)
    progress.step("weekly: writing html")
    assert progress.bar("executing") is False
    assert log.getvalue() == "weekly: writing html\n"


def test_nothing_is_said_by_default():
    assert Progress().bar("executing") is False
