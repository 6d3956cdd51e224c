"""Shared by all tests: PyTorch can be hidden, and the tests that then were skipped can be listed.

`TORCHISH_TESTS_NO_TORCH=1 pytest` runs as on a machine without PyTorch. `--oracle-list FILE` writes
the tests that want PyTorch: those skipped for lack of it, and those marked `oracle`, which compare
with it when it is there. `pytest @FILE` then runs them where PyTorch is installed. `--whole` also
runs the tests marked `whole`, which take long.
"""

from __future__ import annotations

import os
import pathlib
import sys

import pytest

HIDDEN = os.environ.get("TORCHISH_TESTS_NO_TORCH", "0") not in ("", "0")


class _Hide:
    """A finder that finds nothing under `torch`, before any other is asked."""

    def find_spec(self, fullname, path=None, target=None):
        if fullname.partition(".")[0] in ("torch", "torchvision"):
            raise ModuleNotFoundError(f"No module named {fullname!r}", name=fullname)
        return None


if HIDDEN:
    sys.meta_path.insert(0, _Hide())

_wanting: set[str] = set()


def pytest_addoption(parser):
    parser.addoption(
        "--oracle-list",
        metavar="FILE",
        type=pathlib.Path,
        help="write the tests that want PyTorch to FILE, one a line",
    )
    parser.addoption(
        "--whole",
        action="store_true",
        help="also run what takes long: every model where others are a sample",
    )


def pytest_collection_modifyitems(config, items):
    if not config.getoption("--whole"):
        for item in items:
            if item.get_closest_marker("whole"):
                item.add_marker(pytest.mark.skip(reason="takes long: --whole"))


def _note(report):
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else ""
    lacking = report.skipped and ("'torch'" in reason or "'torch." in reason)
    if lacking or "oracle" in getattr(report, "keywords", ()):
        _wanting.add(report.nodeid)


pytest_runtest_logreport = _note
pytest_collectreport = _note


def pytest_sessionfinish(session):
    path = session.config.getoption("--oracle-list")
    if path and not hasattr(session.config, "workerinput"):  # the controller, under xdist
        path.write_text("".join(f"{node}\n" for node in sorted(_wanting)))
