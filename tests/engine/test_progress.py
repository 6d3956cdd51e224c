"""What a user at a terminal is told of a long compilation."""

import io
import time

import pytest

from torchish._core.engine import shelf


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.mark.parametrize(
    "log, seconds, told", [("", 0.3, True), ("quiet", 0.3, False), ("", 0.0, False)]
)
def test_a_long_compilation_is_announced(log, seconds, told, monkeypatch):
    terminal = Terminal()
    monkeypatch.setattr(shelf.sys, "stderr", terminal)
    monkeypatch.setattr(shelf, "LONG", 0.05)
    monkeypatch.setenv("TORCHISH_LOG", log)
    with shelf.said_when_long(603):
        time.sleep(seconds)
    time.sleep(0.1)
    assert ("603 operators" in terminal.getvalue()) is told


def test_nothing_is_said_where_nobody_watches(monkeypatch, capsys):
    monkeypatch.setattr(shelf, "LONG", 0.01)
    with shelf.said_when_long(5):
        time.sleep(0.1)
    assert capsys.readouterr().err == ""
