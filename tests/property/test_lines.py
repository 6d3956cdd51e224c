"""Random programs of plain PyTorch code do what they do with PyTorch.

`TORCHISH_PROPERTY_PROGRAMS=20000` runs so many of them, other ones each time, where PyTorch is
installed. What PyTorch gave for the first ones is stored as digests in reference/lines.json
(`python -m tests.oracle --write lines`), so that they are held elsewhere as well. A program that
differs is shrunk and printed.
"""

from __future__ import annotations

import hashlib
import json
import os
import pathlib
import random
import re
import sys
import time

import pytest

import torchish

sys.path.insert(0, str(pathlib.Path(__file__).parent))

from lines import PRELUDE, REPEATED, Chooser, World, large, outcome

MANY = int(os.environ.get("TORCHISH_PROPERTY_PROGRAMS", "0"))
LENGTH, STORED = 14, 300


def program(lib, seed: int | str) -> tuple[list[str], list[str]]:
    """A program chosen by what it does with a library, and all that can be said of it."""
    world, choose = World(lib), Chooser(seed)
    lines: list[str] = []
    said: list[str] = []
    for _ in range(LENGTH):
        lines.append(choose.line(world.facts()))
        said.append(outcome(world, lines[-1]))
        if REPEATED in said[-1]:
            return lines[:-1], [*said[:-1], REPEATED]
        if large(world):
            break
    return lines, [*said, json.dumps(world.values())]


def replay(lib, lines: list[str]) -> list[str]:
    """All that can be said of a program."""
    world = World(lib)
    said = [outcome(world, line) for line in lines]
    return [*said, json.dumps(world.values())]


def shrunk(lines: list[str], *libraries) -> list[str]:
    """The program without the lines that the difference does not need."""
    k = len(lines) - 1
    while k >= 0:
        fewer = lines[:k] + lines[k + 1 :]
        first, second = (replay(lib, fewer) for lib in libraries)
        if first != second and not any(REPEATED in s for s in second):
            lines = fewer
        k -= 1
    return lines


def ordered(lines: list[str], lib) -> bool:
    """Whether what is written depends on the order in which elements that overlap are read and
    written, which a library does not promise."""
    copied = [re.sub(r"(_\(| [+*-]= )([a-h])\)?$", r"\1\2.clone()", line) for line in lines]
    copied = [c + ")" * (c.count("(") - c.count(")")) for c in copied]
    return copied != lines and replay(lib, copied) != replay(lib, lines)


def hold(lines: list[str], said: list[str], lib) -> None:
    """The program must do the same with another library."""
    other = replay(lib, lines)
    if said[-1] == REPEATED:
        said = replay(torchish, lines)
    if said == other:
        return
    lines = shrunk(lines, torchish, lib)
    if ordered(lines, lib):
        return
    ours, theirs = replay(torchish, lines), replay(lib, lines)
    k = next((k for k, (a, b) in enumerate(zip(ours, theirs, strict=True)) if a != b), 0)
    shown = "\n".join(lines)
    pytest.fail(f"{PRELUDE}\n{shown}\n\nline {k}:\nours     {ours[k]}\nPyTorch's {theirs[k]}")


def digest(lines: list[str], said: list[str]) -> str:
    return hashlib.sha256(json.dumps([lines, said]).encode()).hexdigest()[:16]


@pytest.mark.parametrize("block", range(10))
def test_programs_against_what_is_stored(block):
    path = pathlib.Path(__file__).parents[1] / "reference" / "lines.json"
    stored = json.loads(path.read_text())
    for seed in range(block, STORED, 10):
        lines, said = program(torchish, seed)
        if said[-1] != REPEATED and digest(lines, said) != stored[str(seed)]:
            shown = "\n".join(lines)
            pytest.fail(f"program {seed}, with what it does:\n{PRELUDE}\n{shown}\n{said}")


@pytest.mark.oracle
def test_programs_against_pytorch():
    torch = pytest.importorskip("torch")
    first = random.randrange(10**9) if MANY else 10_000
    for seed in range(first, first + (MANY or 250)):
        lines, said = program(torchish, seed)
        hold(lines, said, torch)


class Stop(BaseException):
    """What interrupts a line."""


@pytest.mark.parametrize("turn", range(6))
def test_a_line_that_is_interrupted_leaves_old_or_new_values(turn):
    """After an exception at any of this library's lines, each tensor reads as before or after."""
    rng = random.Random(turn)
    package = os.path.dirname(torchish.__file__)
    deadline = time.monotonic() + 4
    for seed in range(turn * 1000, turn * 1000 + (MANY or 40)):
        if time.monotonic() > deadline and not MANY:
            break
        lines, _ = program(torchish, seed)
        if len(lines) < 3 or any("together" in line for line in lines):
            continue
        k = rng.randrange(2, len(lines))
        calm, world = World(torchish), World(torchish)
        for line in lines[:k]:
            calm.run(line)
            world.run(line)
        before = calm.values()
        left = rng.randrange(1, 400)

        def trace(frame, event, argument):
            nonlocal left
            if not frame.f_code.co_filename.startswith(package):
                return None
            if event == "line":
                left -= 1
                if left == 0:
                    raise Stop
            return trace

        old = sys.gettrace()
        sys.settrace(trace)
        try:
            world.run(lines[k])
        except Stop:
            pass
        finally:
            sys.settrace(old)
        calm.run(lines[k])
        after, found = calm.values(), world.values()
        for name, value in found.items():
            if name != "log" and name in before:
                assert value in (before[name], after.get(name)), "\n".join(lines[: k + 1])
