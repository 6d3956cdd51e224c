"""torchish/_attached says what is attached at import. typing/program.py is checked by pyright."""

from __future__ import annotations

import ast
import importlib.util
import os
import pathlib
import subprocess
import sys

import pytest

import torchish

ROOT = pathlib.Path(__file__).parents[1]
FOLDER = ROOT / "torchish" / "_attached"
spec = importlib.util.spec_from_file_location("make_stubs", ROOT / "docs" / "make_stubs.py")
make_stubs = importlib.util.module_from_spec(spec)
spec.loader.exec_module(make_stubs)


def test_the_stubs_are_those_of_the_table():
    # In a process of its own: classes that override functions change what they are.
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, str(ROOT / "docs" / "make_stubs.py"), "--check"]
    done = subprocess.run(command, capture_output=True, text=True, env=environ)
    assert done.returncode == 0, done.stdout + done.stderr


def names(file: str) -> set[str]:
    body = ast.parse((FOLDER / file).read_text()).body
    if file == "methods.pyi":
        body = next(n for n in body if isinstance(n, ast.ClassDef)).body
    return {n.name for n in body if isinstance(n, ast.FunctionDef)}


@pytest.mark.parametrize(
    "file, home",
    [
        ("methods.pyi", torchish.Tensor),
        ("functions.pyi", torchish),
        ("functional.pyi", torchish.nn.functional),
        ("linalg.pyi", torchish.linalg),
        ("fft.pyi", torchish.fft),
        ("special.pyi", torchish.special),
        ("windows.pyi", torchish.signal.windows),
    ],
)
def test_what_the_stubs_name_exists(file, home):
    missing = [n for n in names(file) if not hasattr(home, n)]
    assert not missing


def test_every_public_operator_is_named():
    at_top, methods = names("functions.pyi"), names("methods.pyi")
    for name, op in make_stubs.TABLE.items():
        home, _, short = name.rpartition(".")
        if home == "" and op.function and not short.startswith("_"):
            assert short in at_top, name
        if home == "Tensor":
            assert short in methods | make_stubs.own_names(), name


def test_annotations_are_said_in_the_callers_words():
    assert make_stubs.type_of("int | None") == "builtins.int | None"
    assert make_stubs.type_of("torch.Tensor") == "Tensor"
    assert make_stubs.type_of("Sequence[Tensor]") == "Sequence[Tensor]"
    assert make_stubs.type_of("SomethingElse") == "Any"
    assert make_stubs.of_entry("MaybeArray") == "Tensor | None"
    assert make_stubs.of_entry("ArrayOrNumber") == "Tensor | Number | None"
