"""Public names enter in one place, once."""

from __future__ import annotations

import ast
import os
import pathlib
import subprocess
import sys

import pytest

import torchish as torch
from torchish._core.tensor import public

ROOT = pathlib.Path(__file__).parents[2]
# The class itself, and what wraps all of it once everything has entered: checks, warnings, guards.
WRAPPERS = {
    "tensor/__init__.py",
    "tensor/api/notices.py",
    "tensor/overrides.py",
    "tensor/public.py",
    "tensor/tensor.py",
}


def test_a_name_has_one_owner():
    with pytest.raises(ValueError, match="diag is there already"):
        public.enter("diag", lambda input: input)
    with pytest.raises(ValueError, match="Tensor.T is there already"):
        public.enter("Tensor.T", None)
    with pytest.raises(ValueError, match=r"Tensor\.abs is there already"):
        public.method(torch.Tensor.abs)


def test_only_an_operators_place_is_taken():
    with pytest.raises(ValueError, match="diag is no operator's"):
        public.enter("diag", lambda input: input, over=True)
    assert public.owned_by_table("relu") and public.owned_by_table("Tensor.add_")
    assert not public.owned_by_table("where")  # which accepts more than the operator


def assigned_to_tensor(source: str) -> list[int]:
    """The lines on which a member of Tensor is set."""
    lines = []
    for node in ast.walk(ast.parse(source)):
        targets = node.targets if isinstance(node, ast.Assign) else []
        for target in targets:
            for part in ast.walk(target):
                if isinstance(part, ast.Attribute) and ast.unparse(part.value) == "Tensor":
                    lines.append(node.lineno)
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "setattr":
            if ast.unparse(node.args[0]) == "Tensor":
                lines.append(node.lineno)
    return lines


def test_members_of_tensor_enter_by_the_registry():
    assert assigned_to_tensor("Tensor.a = 1\nTensor.b, x = 2, 3\nsetattr(Tensor, 'c', 4)") == [
        1,
        2,
        3,
    ]
    wrong = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in sorted((ROOT / "torchish").rglob("*.py"))
        if not any(path.as_posix().endswith(name) for name in WRAPPERS)
        for line in assigned_to_tensor(path.read_text())
    ]
    assert not wrong, "\n".join(wrong)


def test_the_index_of_names_is_current():
    assert "activation.py`: relu |" in (ROOT / "docs" / "index_of_names.md").read_text()
    command = [sys.executable, str(ROOT / "docs" / "make_index.py"), "--check"]
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, capture_output=True, text=True, env=environ)
    assert done.returncode == 0, done.stderr
