"""The dtypes that `out=` may have: what is taken and cast, what is refused, and in whose words."""

from __future__ import annotations

import warnings

import pytest

import torchish as torch

X = torch.tensor([[4.0, 1.0], [1.0, 3.0]])
V = torch.tensor([1.0, 2.0])

REFUSED = [
    (lambda o: torch.mm(X, X, out=o), torch.double, "to have dtype float, but got double instead"),
    (lambda o: torch.sum(X, 0, dtype=torch.short, out=o), torch.int, "dtype short int, but got"),
    (lambda o: torch.cumsum(X, 0, dtype=torch.double, out=o), torch.float, "dtype double, but"),
    (lambda o: torch.all(X, 0, out=o), torch.float, "all only supports bool tensor for result"),
    (lambda o: torch.quantile(X, 0.5, out=o), torch.int, "out tensor must be same dtype as the"),
    (lambda o: torch.searchsorted(V, V, out=o), torch.int, "output tensor's dtype is wrong"),
    (lambda o: torch.amax(X, 0, out=o), torch.int, "Expected the dtype for input and out to match"),
    (lambda o: torch.diag(X, out=o), torch.double, "to have dtype float, but got double"),
    (lambda o: torch.dot(V, V, out=o), torch.double, "result dtype Double does not match input"),
    (lambda o: torch.inner(X, X, out=o), torch.double, "tensordot: Expected the output tensor"),
    (lambda o: torch.take(X, torch.tensor([0]), out=o), torch.int, "self.dtype = Float and out"),
    (lambda o: torch.ones(2, dtype=torch.int, out=o), torch.float, "dtype Int does not match"),
    (lambda o: torch.stack([V, V], out=o), torch.int, "input types can't be cast to the desired"),
    (lambda o: torch.signbit(V, out=o), torch.float, "does not support non-boolean outputs"),
    (lambda o: torch.fft.fft(V, out=o), torch.float, "fft expects a complex output tensor"),
    (lambda o: torch.heaviside(V, V, out=o), torch.cfloat, "implemented for complex tensors"),
    (lambda o: torch.heaviside(V, V, out=o), torch.double, "tensors with different dtypes"),
    (lambda o: torch.fft.irfft2(X, out=o), torch.int, "irfftn expects a floating point output"),
    (lambda o: torch.linalg.norm(X, out=o), torch.double, "linalg.norm expected out tensor dtype"),
    (lambda o: torch.linalg.eigvals(X, out=o), torch.float, "got eigenvalues with dtype Float"),
    (lambda o: torch.linalg.cond(X, out=o), torch.int, "but got result with dtype Int"),
    (lambda o: torch.cholesky_solve(X, X, out=o), torch.int, "safely castable from Float dtype"),
    (lambda o: torch.linalg.multi_dot([X, X], out=o), torch.double, "expected out tensor to have"),
    (lambda o: torch.permute_copy(X, (1, 0), out=o), torch.double, "to have dtype float, but got"),
]


@pytest.mark.parametrize(("call", "dtype", "words"), REFUSED)
def test_refused_before_anything_is_written(call, dtype, words):
    out = torch.empty(0, dtype=dtype)
    with pytest.raises((RuntimeError, TypeError), match=words):
        call(out)
    assert out.shape == (0,)


SEVERAL = [
    (
        lambda o: torch.mode(X, 0, out=o),
        (torch.int, torch.long),
        "'Float' but got 'Int' for values",
    ),
    (lambda o: torch.mode(X, 0, out=o), (torch.float, torch.int), "got 'Int' for indices output"),
    (lambda o: torch.max(X, 0, out=o), (torch.float, torch.double), "dtype long int, but got"),
    (lambda o: torch.kthvalue(X, 1, out=o), (torch.int, torch.long), "must be of same type as"),
    (lambda o: torch.cummax(X, 0, out=o), (torch.int, torch.long), "expected scalar_type Float"),
    (lambda o: torch.histogram(V, 2, out=o), (torch.float, torch.double), "bin_edges"),
    (
        lambda o: torch.linalg.eig(X, out=o),
        (torch.cfloat, torch.int),
        "eigenvectors with dtype Int",
    ),
]


@pytest.mark.parametrize(("call", "dtypes", "words"), SEVERAL)
def test_no_output_is_written_when_one_is_refused(call, dtypes, words):
    out = [torch.full((7,), 9).to(d) for d in dtypes]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(RuntimeError, match=words):
            call(tuple(out))
    assert all(o.shape == (7,) and o.real.sum() == 63 for o in out)


CAST = [
    (lambda o: torch.sum(X, 0, out=o), torch.double, [5, 4]),
    (lambda o: torch.cumsum(V, 0, out=o), torch.int, [1, 3]),
    (lambda o: torch.add(V, 1, out=o), torch.cdouble, [2, 3]),
    (lambda o: torch.all(X.byte(), 0, out=o), torch.bool, [True, True]),
    (lambda o: torch.fft.fft(V, out=o), torch.cdouble, [3, -1]),
    (lambda o: torch.linalg.matrix_rank(X, out=o), torch.int, 2),
    (lambda o: torch.abs(V * 1j, out=o), torch.double, [1, 2]),
]


@pytest.mark.parametrize(("call", "dtype", "values"), CAST)
def test_cast_into(call, dtype, values):
    out = torch.empty(0, dtype=dtype)
    assert call(out) is out and out.dtype is dtype and out.tolist() == values


@pytest.mark.parametrize("shape, order", [((2, 3, 4), (2, 0, 1)), ((2, 3), (1, 0))])
def test_an_empty_out_takes_the_order_of_the_operands(shape, order):
    x = torch.randn(shape).permute(order)
    for call in (
        lambda o: torch.exp(x, out=o),
        lambda o: torch.add(x, x, out=o),
        lambda o: torch.mul(x, x[0], out=o),
        lambda o: torch.clamp(x, 0, 1, out=o),
    ):
        o = torch.empty(0)
        call(o)
        assert o.stride() == x.stride()
        assert torch.equal(o, call(torch.empty(x.shape)))
        assert o.untyped_storage().nbytes() == 4 * x.numel()
