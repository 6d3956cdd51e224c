"""Random programs of plain PyTorch code do what they do with PyTorch.

`TORCHISH_PROPERTY_PROGRAMS=20000` runs so many of them, other ones each time, where PyTorch is
installed. What PyTorch gave for the first ones is stored as digests in reference/lines.json
(`python -m tests.oracle --write lines`), so that they are held elsewhere as well. A program that
differs is shrunk and printed.
"""

from __future__ import annotations

import dis
import functools
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


def in_part(lines: list[str], lib) -> bool:
    """Whether the library has written before it refused a line, as one does that looks at an index
    when it comes to it."""
    whole = replay(lib, lines)
    for k in range(len(lines)):
        if json.loads(whole[k])[0] is True:
            if replay(lib, lines[:k] + lines[k + 1 :])[-1] != whole[-1]:
                return True
    return False


def whole_with_gradients(lines: list[str], lib) -> bool:
    """Whether whole numbers come to require a gradient, as where a library does not ask for the
    dtype before it gives what is written to a history."""
    for said in replay(lib, lines)[:-1]:
        for _, fact in json.loads(said)[1].items():
            if len(fact) > 1 and fact[4] and ("int" in fact[0] or fact[0] == "bool"):
                return True
    return False


def hold(lines: list[str], said: list[str], lib) -> None:
    """The program must do the same with another library."""
    other = replay(lib, lines)
    if said[-1] == REPEATED:
        said = replay(torchish, lines)
    if said == other:
        return
    lines = shrunk(lines, torchish, lib)
    if ordered(lines, lib) or in_part(lines, lib) or whole_with_gradients(lines, lib):
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


@functools.cache
def _handlers(code):
    return dis._parse_exception_table(code)


def _same_handler(code, a, b):
    """Whether exceptions of two instructions go to one handler."""
    found = [[e for e in _handlers(code) if e.start <= at < e.end] for at in (a, b)]
    return found[0] == found[1]


class Interrupt:
    """A tracer that raises at the n-th place in a package where Python looks whether a signal has
    come: at the beginning of a function, at the end of a loop's turn, and behind a call. Behind a
    call Python raises from the call itself: where the next instruction has another handler, as
    behind the last call of a `with`, a tracer can not raise what a signal would."""

    AT = {"RESUME", "JUMP_BACKWARD"}
    BEHIND = {"CALL", "CALL_KW", "CALL_FUNCTION_EX"}

    def __init__(self, package, n):
        self.package, self.left, self.before = package, n, {}

    def __call__(self, frame, event, argument):
        if not frame.f_code.co_filename.startswith(self.package):
            return None
        frame.f_trace_opcodes, frame.f_trace_lines = True, False
        if event == "opcode":
            name = dis.opname[frame.f_code.co_code[frame.f_lasti]]
            last, place = self.before.get(frame, ("", 0))
            behind = last in self.BEHIND and _same_handler(frame.f_code, place, frame.f_lasti)
            if name in self.AT or behind:
                self.left -= 1
                if self.left == 0:
                    raise Stop
            self.before[frame] = name, frame.f_lasti
        elif event == "return":
            self.before.pop(frame, None)
        return self


@pytest.mark.parametrize("turn", range(6))
def test_a_line_that_is_interrupted_leaves_old_or_new_values(turn):
    """After an interrupt anywhere in this library, each tensor reads as before or after."""
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
        if ";" in lines[k]:
            continue  # between its statements, values are neither the old ones nor the new ones
        calm, world = World(torchish), World(torchish)
        for line in lines[:k]:
            calm.run(line)
            world.run(line)
        before = calm.values()
        interrupt = Interrupt(package, rng.randrange(1, 400))
        old = sys.gettrace()
        sys.settrace(interrupt)
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
