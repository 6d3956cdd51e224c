"""Host kernels of products against XLA."""

from __future__ import annotations

import pytest

from tests.host.table import hold, tensor

DTYPES = ["float32", "float64", "int64", "complex64", "bfloat16"]


def _two(a, b, dtype="float32"):
    return tensor(a, dtype, 1), tensor(b, dtype, 2)


@pytest.mark.parametrize("dtype", DTYPES)
def test_matrices(dtype):
    hold("mm", *_two((3, 4), (4, 5), dtype))
    hold("bmm", *_two((2, 3, 4), (2, 4, 5), dtype))
    hold("mm", *_two((3, 0), (0, 5), dtype))
    hold("mm", *_two((0, 3), (3, 5), dtype))
    hold("matmul", *_two((2, 3, 4), (4, 5), dtype))
    hold("matmul", *_two((2, 1, 3, 4), (5, 4, 2), dtype))


@pytest.mark.parametrize("dtype", DTYPES[:4])
def test_vectors(dtype):
    hold("mv", *_two((3, 4), (4,), dtype))
    hold("dot", *_two((4,), (4,), dtype))
    hold("vdot", *_two((4,), (4,), dtype))
    hold("outer", *_two((3,), (4,), dtype))
    hold("inner", *_two((3, 4), (2, 4), dtype))
    hold("inner", *_two((4,), (4,), dtype))
    for a, b in (
        ((4,), (4,)),
        ((4,), (4, 3)),
        ((3, 4), (4,)),
        ((2, 3, 4), (4,)),
        ((4,), (2, 4, 3)),
    ):
        hold("matmul", *_two(a, b, dtype))
    if dtype != "int64":
        hold("linalg.vecdot", *_two((3, 4), (4,), dtype))
    hold("cross", *_two((2, 3), (2, 3), dtype))
    hold("linalg.cross", *_two((3, 2), (3, 1), dtype), dim=0)


def test_promoted_products():
    hold("outer", tensor((3,), "int64"), tensor((4,)))
    hold("outer", tensor((3,), "bool"), tensor((4,), "bool"))


@pytest.mark.parametrize("factors", [{}, {"beta": 2, "alpha": 3}, {"beta": 0}, {"beta": 0.5}])
@pytest.mark.parametrize("dtype", ["float32", "complex64"])
def test_sums_with_products(factors, dtype):
    for shape in ((3, 5), (5,), ()):
        hold("addmm", tensor(shape, dtype), *_two((3, 4), (4, 5), dtype), **factors)
    hold("addmv", tensor((3,), dtype), *_two((3, 4), (4,), dtype), **factors)
    hold("addr", tensor((3, 4), dtype), *_two((3,), (4,), dtype), **factors)
    batches = _two((2, 3, 4), (2, 4, 5), dtype)
    hold("baddbmm", tensor((2, 3, 5), dtype), *batches, **factors)
    hold("addbmm", tensor((3, 5), dtype), *batches, **factors)


def test_linear():
    for dtype in ("float32", "float64", "bfloat16", "complex64"):
        w, b = tensor((5, 4), dtype, 1), tensor((5,), dtype, 2)
        for shape in ((4,), (3, 4), (2, 3, 4), (0, 4)):
            hold("nn.functional.linear", tensor(shape, dtype), w, b)
            hold("nn.functional.linear", tensor(shape, dtype), w)


def test_bilinear():
    w, b = tensor((5, 3, 4), seed=1), tensor((5,), seed=2)
    for lead in ((), (2,), (2, 6)):
        x, y = tensor((*lead, 3), seed=3), tensor((*lead, 4), seed=4)
        hold("nn.functional.bilinear", x, y, w, b)
        hold("nn.functional.bilinear", x, y, w)


def test_chains():
    ms = [tensor(s, seed=i) for i, s in enumerate(((3, 4), (4, 2), (2, 6)))]
    hold("_chain_matmul", ms)
    hold("_chain_matmul", ms[:2])
    hold("_chain_matmul", [tensor((3,)), *ms, tensor((6,))])


def test_tensordot():
    for dtype in ("float32", "int64", "complex64"):
        hold("tensordot", *_two((2, 3, 4), (3, 4, 5), dtype), 2)
        hold("tensordot", *_two((2, 3, 4), (4, 2, 5), dtype), ((2, 0), (0, 1)))
        hold("tensordot", *_two((2, 3), (4,), dtype), 0)


EQUATIONS = [
    ("ij,jk->ik", (3, 4), (4, 5)),
    ("ij,jk", (3, 4), (4, 5)),
    ("bij,bjk->bik", (2, 3, 4), (2, 4, 5)),
    ("bhqd,bhkd->bhqk", (2, 2, 3, 4), (2, 2, 5, 4)),
    ("bqhd,bkhd->bhqk", (2, 3, 2, 4), (2, 5, 2, 4)),
    ("i,j->ij", (3,), (4,)),
    ("i,i->", (3,), (3,)),
    ("ij,ij->j", (3, 4), (3, 4)),
    ("ij,kl->jl", (2, 3), (4, 5)),
    ("...ij,jk->...ik", (2, 2, 3, 4), (4, 5)),
    ("b...d,...d->b...", (2, 3, 4), (3, 4)),
    ("ij->ji", (3, 4)),
    ("ij->", (3, 4)),
    ("ij->j", (3, 4)),
    ("ij,jk,kl->il", (2, 3), (3, 4), (4, 5)),
    ("bn,anm,bm->ba", (2, 3), (5, 3, 4), (2, 4)),
]


@pytest.mark.parametrize("equation, shapes", [(e, s) for e, *s in EQUATIONS])
def test_einsum(equation, shapes):
    for dtype in ("float32", "int64", "complex64", "bfloat16"):
        xs = [tensor(s, dtype, i) for i, s in enumerate(shapes)]
        hold("_einsum", xs, equation=equation, atol=1e-5)


def test_einsum_of_diagonals():
    hold("_einsum", [tensor((3, 3), "int64")], equation="ii->i")
    hold("_einsum", [tensor((3, 3), "int64")], equation="ii")
