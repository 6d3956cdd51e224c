"""The error glossary: what its page can not show in a few lines is raised here, and every error of
the package that speaks of torchish, JAX or XLA is in it."""

from __future__ import annotations

import ast
import pathlib
import re
import subprocess
import sys

import pytest

from tests.distributed import ranks
from tests.docs import pages, raised

ROOT = pathlib.Path(__file__).parents[2]
GLOSSARY = (ROOT / "docs" / "errors.md").read_text()
ELSEWHERE = dict(
    re.findall(r"<!-- raised by tests/docs/raised.py (\w+) -->\n```text\n(.*?)```", GLOSSARY, re.S)
)


@pytest.mark.parametrize("name", sorted(ELSEWHERE))
def test_an_error_is_raised_as_printed(name):
    several = ["-m", "torchish.distributed.run", "--standalone", "--nproc-per-node", "2"]
    done = subprocess.run(
        [sys.executable, *(several if name in raised.SEVERAL else []), raised.__file__, name],
        env=ranks.environment(**raised.VARIABLES.get(name, {})),
        cwd=ROOT, capture_output=True, text=True, timeout=ranks.LIMIT,
    )  # fmt: skip
    assert pages.same(ELSEWHERE[name] + "...", done.stdout), done.stdout + done.stderr


def test_no_error_stands_alone():
    """Each printed error follows what raises it."""
    fences = [*pages.FENCE.finditer(GLOSSARY)]
    for before, fence in zip(fences, fences[1:], strict=False):
        if fence[2] == "text":
            between = GLOSSARY[before.end() : fence.start()]
            assert (before[2] == "python" and not between.strip()) or "raised by" in between, fence


# Speak of these by chance, or in PyTorch's words.
OTHERS = (
    "DistributedDataParallel (DDP)", "can't alias NumPy", "no NumPy view", "Unlike NumPy",
    "SummaryWriter.add_graph", "torch.jit.", "torch.onnx.", "TorchScript archive",
    "functionalize(f",
)  # fmt: skip
# Within the library, on JAX's side, or where a user has no part in them.
INSIDE = (
    "has no device type here", "torch.distributed on jax", "JAX's profiler", "is entered twice",
    "XLA's allocator has no such option", "made by the optimizer", "from a JAX key",
    "torchish/_examples has a section",
)  # fmt: skip


def errors():
    """(place, the constant parts of its words) of each error that speaks of what is torchish's."""
    subject = re.compile(r"\btorchish\b|\bJAX\b|\bXLA\b|\bjax\b|optax|nnx|bucket:|interop")
    for path in sorted((ROOT / "torchish").rglob("*.py")):
        if "_vendor" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if not (isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call)):
                continue
            if not node.exc.args:
                continue
            first = node.exc.args[0]
            parts = [
                n.value
                for n in (first.values if isinstance(first, ast.JoinedStr) else [first])
                if isinstance(n, ast.Constant) and isinstance(n.value, str)
            ]
            if subject.search(" ".join(parts)):
                yield f"{path.relative_to(ROOT)}:{node.lineno}", parts


def test_every_error_that_torchish_adds_is_in_the_glossary():
    found = [*errors()]
    assert len(found) > 25
    text = re.sub(r"\s+", " ", GLOSSARY)
    lacking = []
    for place, parts in found:
        words = re.sub(r"\s+", " ", max(parts, key=len)).strip(": ")
        if words.endswith("is not supported by torchish"):  # whichever name
            words = "is not supported by torchish"
        if words not in text and not any(o in " ".join(parts) for o in OTHERS + INSIDE):
            lacking.append(f"{place}: {words}")
    assert not lacking, "\n".join(lacking)


def test_the_glossary_uses_every_program():
    assert set(raised.VARIABLES) | set(raised.SEVERAL) <= set(ELSEWHERE)
    programs = {n for n, f in vars(raised).items() if callable(f)} - {"main"}
    assert programs == set(ELSEWHERE)
