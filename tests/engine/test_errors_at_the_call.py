"""An error that a program may handle comes at the statement that it is written around, however
often that statement has run before."""

from __future__ import annotations

import contextlib
import os
import pathlib
import subprocess
import sys

import pytest

import torchish as torch
from torchish._core.base.frames import tries

F = torch.nn.functional
SINGULAR, THREE = torch.zeros(3, 3), torch.ones(3)

# Of a float zero and an integer zero that were computed, so that nothing is known beforehand.
FAILING = {
    "cholesky": lambda x, i: torch.linalg.cholesky(x - torch.eye(3)),
    "cholesky_ex": lambda x, i: torch.linalg.cholesky_ex(x - torch.eye(3), check_errors=True),
    "inv": lambda x, i: torch.linalg.inv(SINGULAR + x),
    "solve": lambda x, i: torch.linalg.solve(SINGULAR + x, THREE),
    "matrix_power": lambda x, i: torch.linalg.matrix_power(SINGULAR + x, -1),
    "tensorsolve": lambda x, i: torch.linalg.tensorsolve(SINGULAR + x, THREE),
    "tensorinv": lambda x, i: torch.linalg.tensorinv(SINGULAR + x, ind=1),
    "lu_factor": lambda x, i: torch.linalg.lu_factor(SINGULAR + x),
    "svd": lambda x, i: torch.linalg.svd(torch.full((3, 3), float("nan")) + x),
    "eig": lambda x, i: torch.linalg.eig(torch.full((3, 3), float("nan")) + x),
    "binary_cross_entropy": lambda x, i: F.binary_cross_entropy(2 + x, 1 + x),
    "cross_entropy": lambda x, i: F.cross_entropy(torch.zeros(1, 3) + x, i + 5),
    "embedding": lambda x, i: F.embedding(i + 5, torch.zeros(3, 2)),
    "one_hot": lambda x, i: F.one_hot(i + 5, 3),
    "index": lambda x, i: THREE[i + 5],
    "index_put": lambda x, i: torch.ones(3).index_put_((i + 5,), x),
    "index_copy": lambda x, i: THREE.index_copy(0, i + 5, x),
    "index_add": lambda x, i: THREE.index_add(0, i + 5, x),
    "index_select": lambda x, i: THREE.index_select(0, i + 5),
    "gather": lambda x, i: THREE.gather(0, i + 5),
    "scatter": lambda x, i: THREE.scatter(0, i + 5, x),
    "take": lambda x, i: THREE.take(i + 5),
    "put": lambda x, i: torch.ones(3).put_(i + 5, x),
    "masked_scatter": lambda x, i: THREE.masked_scatter(x < THREE, x),
    "searchsorted": lambda x, i: torch.searchsorted(THREE[:1], x, sorter=i + 5),
    "floor_divide": lambda x, i: (i + 1) // i,
    "quantile": lambda x, i: torch.quantile(THREE, x + 2),
    "histc": lambda x, i: torch.histc(x + float("nan")),
}


@pytest.mark.parametrize("name", FAILING)
def test_it_raises_at_the_call(name):
    for _ in range(4):  # new, recorded, and as a program that is known
        x = torch.zeros(1) * 1
        i = (torch.zeros(1) * 1).long()
        try:
            FAILING[name](x, i)
        except (RuntimeError, IndexError):
            pass
        else:
            pytest.fail("nothing was raised inside the try")
        assert (torch.ones(2) + x).tolist() == [1.0, 1.0]


def test_jitter_is_added_until_it_is_positive_definite():
    for _ in range(4):
        a, tries = torch.zeros(3, 3), 0
        while True:
            try:
                factor = torch.linalg.cholesky(a)
                break
            except torch.linalg.LinAlgError:
                a = a + torch.eye(3)
                tries += 1
        assert tries == 1 and torch.equal(factor, torch.eye(3))


def _plain(seen):
    seen()


def _another_class(seen):
    try:
        seen()
    except ValueError:
        pass
    seen()


def _any_class(seen):
    try:
        seen()
    except:  # noqa: E722  what is tried here
        pass
    seen()


def _among_several(seen):
    try:
        seen()
    except (KeyError, RuntimeError):
        pass


def _the_second_handler(seen):
    try:
        seen()
    except KeyError:
        pass
    except Exception:
        pass


def _keyboard_interrupt(seen):
    try:
        seen()
    except KeyboardInterrupt:
        pass


def _finally(seen):
    try:
        seen()
    finally:
        pass


def _with(seen):
    with contextlib.nullcontext():
        seen()


def _comprehension(seen):
    [seen() for _ in range(2)]


def _called_in_a_try(seen):
    def f():
        seen()

    try:
        f()
    except:  # noqa: E722  what is tried here
        pass
    f()


def _in_a_handler(seen):
    try:
        raise ZeroDivisionError
    except ZeroDivisionError:
        seen()


def _generator(seen):
    def g():
        seen()
        yield

    for _ in g():
        pass


@pytest.mark.parametrize(
    "program, found",
    [
        (_plain, [False]),
        (_another_class, [True, False]),
        (_any_class, [True, False]),
        (_among_several, [True]),
        (_the_second_handler, [True]),
        (_keyboard_interrupt, [False]),
        (_finally, [False]),
        (_with, [False]),
        (_comprehension, [False, False]),
        (_called_in_a_try, [True, False]),
        (_in_a_handler, [False]),
        (_generator, [False]),
    ],
)
def test_what_counts_as_a_try(program, found):
    out: list[bool] = []
    program(lambda: out.append(bool(tries())))
    assert out == found


@pytest.mark.parametrize("look", [True, False])
def test_an_error_that_nobody_saw_is_not_lost(look):
    """It spares a `try` that did not cause it, and comes at the next look or at exit."""
    script = pathlib.Path(__file__).parents[1] / "scripts" / "unseen_errors.py"
    done = subprocess.run(
        [sys.executable, script, *(["look"] if look else [])],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(script.parents[2])},
    )
    lines = done.stdout.split("\n")
    assert lines[0] == "[2.0, 2.0]"
    assert ("end" in lines) is not look
    assert "index out of range in self" in done.stderr
    assert "unseen_errors.py:9" in done.stderr
