"""Functions of `torchish.special`. Written by docs/make_stubs.py: don't edit."""

import builtins
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal, TypeVar, overload

import numpy as np
from jax import Array as JaxArray

from torchish._attached import results
from torchish._core.base.devices import device as Device
from torchish._core.base.dtypes import dtype as Dtype
from torchish._core.base.layouts import layout as Layout
from torchish._core.base.layouts import memory_format as MemoryFormat
from torchish._core.tensor.generator import Generator
from torchish._core.tensor.api.objects import UntypedStorage
from torchish._core.tensor.size import Size
from torchish._core.tensor.tensor import Tensor

Number = builtins.int | builtins.float | builtins.complex

def airy_ai(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """The Airy function Ai (https://docs.pytorch.org/docs/stable/special.html#torch.special.airy_ai)

    >>> torch.special.airy_ai(torch.tensor([0.0, 1.0]))
    tensor([0.3550, 0.1353])
    """
def bessel_j0(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """The Bessel function of the first kind, order 0 (https://docs.pytorch.org/docs/stable/special.html#torch.special.bessel_j0)

    >>> torch.special.bessel_j0(torch.tensor([0.0, 1.0]))
    tensor([1.0000, 0.7652])
    """
def bessel_j1(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """The Bessel function of the first kind, order 1 (https://docs.pytorch.org/docs/stable/special.html#torch.special.bessel_j1)

    >>> torch.special.bessel_j1(torch.tensor([0.0, 1.0]))
    tensor([0.0000, 0.4401])
    """
def bessel_y0(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """The Bessel function of the second kind, order 0 (https://docs.pytorch.org/docs/stable/special.html#torch.special.bessel_y0)

    >>> torch.special.bessel_y0(torch.tensor([1.0, 2.0]))
    tensor([0.0883, 0.5104])
    """
def bessel_y1(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """The Bessel function of the second kind, order 1 (https://docs.pytorch.org/docs/stable/special.html#torch.special.bessel_y1)

    >>> torch.special.bessel_y1(torch.tensor([1.0, 2.0]))
    tensor([-0.7812, -0.1070])
    """
def chebyshev_polynomial_t(input: Tensor | Number, n: Tensor | Number, *, out: Tensor | None = ...) -> Tensor:
    """Chebyshev polynomial of the first kind of degree n at input; no derivative, as in PyTorch (https://docs.pytorch.org/docs/stable/special.html#torch.special.chebyshev_polynomial_t)

    >>> torch.special.chebyshev_polynomial_t(torch.tensor([0.5, 2.0]), 2)  # 2x² - 1
    tensor([-0.5000,  7.0000])
    """
def chebyshev_polynomial_u(input: Tensor | Number, n: Tensor | Number, *, out: Tensor | None = ...) -> Tensor:
    """Chebyshev polynomial of the second kind of degree n at input; no derivative, as in PyTorch (https://docs.pytorch.org/docs/stable/special.html#torch.special.chebyshev_polynomial_u)

    >>> torch.special.chebyshev_polynomial_u(torch.tensor([0.5, 2.0]), 2)  # 4x² - 1
    tensor([ 0., 15.])
    """
def chebyshev_polynomial_v(input: Tensor | Number, n: Tensor | Number, *, out: Tensor | None = ...) -> Tensor:
    """Chebyshev polynomial of the third kind of degree n at input; no derivative, as in PyTorch (https://docs.pytorch.org/docs/stable/special.html#torch.special.chebyshev_polynomial_v)

    >>> torch.special.chebyshev_polynomial_v(torch.tensor([0.5, 2.0]), 1)  # 2x - 1
    tensor([0., 3.])
    """
def chebyshev_polynomial_w(input: Tensor | Number, n: Tensor | Number, *, out: Tensor | None = ...) -> Tensor:
    """Chebyshev polynomial of the fourth kind of degree n at input; no derivative, as in PyTorch (https://docs.pytorch.org/docs/stable/special.html#torch.special.chebyshev_polynomial_w)

    >>> torch.special.chebyshev_polynomial_w(torch.tensor([0.5, 2.0]), 1)  # 2x + 1
    tensor([2., 5.])
    """
def digamma(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """The derivative of lgamma
    (https://docs.pytorch.org/docs/stable/special.html#torch.special.digamma)

    >>> torch.digamma(torch.tensor([1.0, 0.5]))  # minus Euler's constant first
    tensor([-0.5772, -1.9635])
    """
def entr(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """-x log(x), 0 at 0 and -inf below
    (https://docs.pytorch.org/docs/stable/special.html#torch.special.entr)

    >>> torch.special.entr(torch.tensor([0.0, 0.5, -1.0]))
    tensor([0.0000, 0.3466,   -inf])
    """
def erf(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """The error function (https://docs.pytorch.org/docs/stable/special.html#torch.special.erf)

    Integers give the default floating dtype.

    >>> torch.erf(torch.tensor([0.0, 1.0, float("inf")]))
    tensor([0.0000, 0.8427, 1.0000])
    """
def erfc(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """1 - erf (https://docs.pytorch.org/docs/stable/special.html#torch.special.erfc)

    >>> torch.erfc(torch.tensor([0.0, 1.0, float("inf")]))
    tensor([1.0000, 0.1573, 0.0000])
    """
def erfcx(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """exp(x²) erfc(x) (https://docs.pytorch.org/docs/stable/special.html#torch.special.erfcx)

    >>> torch.special.erfcx(torch.tensor([0.0, 20.0]))
    tensor([1.0000, 0.0282])
    """
def erfinv(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """The inverse of erf
    (https://docs.pytorch.org/docs/stable/special.html#torch.special.erfinv)

    >>> torch.erfinv(torch.tensor([0.0, 0.5, 1.0]))
    tensor([0.0000, 0.4769,    inf])
    """
def exp2(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """exp2 of each element (https://docs.pytorch.org/docs/stable/generated/torch.exp2.html)

    >>> torch.exp2(torch.tensor([0.0, 3.0, -1.0]))
    tensor([1.0000, 8.0000, 0.5000])
    """
def expit(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """sigmoid of each element (https://docs.pytorch.org/docs/stable/generated/torch.sigmoid.html)

    Integers give the default floating dtype.

    >>> torch.sigmoid(torch.tensor([0.0, 2.0, -200.0]))
    tensor([0.5000, 0.8808, 0.0000])
    """
def expm1(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """expm1 of each element (https://docs.pytorch.org/docs/stable/generated/torch.expm1.html)

    Integers give the default floating dtype.

    >>> torch.expm1(torch.tensor([1e-10, 1.0], dtype=torch.float64))  # exact near zero
    tensor([1.0000e-10, 1.7183e+00], dtype=torch.float64)
    """
def gammainc(input: Tensor, other: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """The regularized lower incomplete gamma function P(input, other); differentiable in other
    alone (https://docs.pytorch.org/docs/stable/special.html#torch.special.gammainc)

    >>> torch.igamma(torch.tensor([1.0, 2.0]), torch.tensor([1.0, 1.0]))
    tensor([0.6321, 0.2642])
    """
def gammaincc(input: Tensor, other: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """The regularized upper incomplete gamma function Q(input, other); differentiable in other
    alone (https://docs.pytorch.org/docs/stable/special.html#torch.special.gammaincc)

    >>> torch.igammac(torch.tensor([1.0, 2.0]), torch.tensor([1.0, 1.0]))
    tensor([0.3679, 0.7358])
    """
def gammaln(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """log |Γ(x)| (https://docs.pytorch.org/docs/stable/special.html#torch.special.gammaln)

    >>> torch.lgamma(torch.tensor([1.0, 5.0]))  # of 5 it is log(24)
    tensor([0.0000, 3.1781])
    """
def hermite_polynomial_h(input: Tensor | Number, n: Tensor | Number, *, out: Tensor | None = ...) -> Tensor:
    """Physicists' Hermite polynomial of degree n at input; no derivative, as in PyTorch (https://docs.pytorch.org/docs/stable/special.html#torch.special.hermite_polynomial_h)

    >>> torch.special.hermite_polynomial_h(torch.tensor([0.5, 2.0]), 2)  # 4x² - 2
    tensor([-1., 14.])
    """
def hermite_polynomial_he(input: Tensor | Number, n: Tensor | Number, *, out: Tensor | None = ...) -> Tensor:
    """Probabilists' Hermite polynomial of degree n at input; no derivative, as in PyTorch (https://docs.pytorch.org/docs/stable/special.html#torch.special.hermite_polynomial_he)

    >>> torch.special.hermite_polynomial_he(torch.tensor([0.5, 2.0]), 2)  # x² - 1
    tensor([-0.7500,  3.0000])
    """
def i0(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """The modified Bessel function of the first kind, order 0 (https://docs.pytorch.org/docs/stable/special.html#torch.special.i0)

    >>> torch.i0(torch.tensor([0.0, 1.0, 2.0]))
    tensor([1.0000, 1.2661, 2.2796])
    """
def i0e(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """exp(-|x|) times the modified Bessel function of the first kind, order 0 (https://docs.pytorch.org/docs/stable/special.html#torch.special.i0e)

    >>> torch.special.i0e(torch.tensor([0.0, 100.0]))
    tensor([1.0000, 0.0399])
    """
def i1(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """The modified Bessel function of the first kind, order 1 (https://docs.pytorch.org/docs/stable/special.html#torch.special.i1)

    >>> torch.special.i1(torch.tensor([0.0, 1.0]))
    tensor([0.0000, 0.5652])
    """
def i1e(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """exp(-|x|) times the modified Bessel function of the first kind, order 1 (https://docs.pytorch.org/docs/stable/special.html#torch.special.i1e)

    >>> torch.special.i1e(torch.tensor([0.0, 100.0]))
    tensor([0.0000, 0.0397])
    """
def laguerre_polynomial_l(input: Tensor | Number, n: Tensor | Number, *, out: Tensor | None = ...) -> Tensor:
    """Laguerre polynomial of degree n at input; no derivative, as in PyTorch (https://docs.pytorch.org/docs/stable/special.html#torch.special.laguerre_polynomial_l)

    >>> torch.special.laguerre_polynomial_l(torch.tensor([0.5, 2.0]), 1)  # 1 - x
    tensor([ 0.5000, -1.0000])
    """
def legendre_polynomial_p(input: Tensor | Number, n: Tensor | Number, *, out: Tensor | None = ...) -> Tensor:
    """Legendre polynomial of degree n at input; no derivative, as in PyTorch (https://docs.pytorch.org/docs/stable/special.html#torch.special.legendre_polynomial_p)

    >>> torch.special.legendre_polynomial_p(torch.tensor([0.5, 2.0]), 2)  # (3x² - 1) / 2
    tensor([-0.1250,  5.5000])
    """
def log1p(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """log1p of each element (https://docs.pytorch.org/docs/stable/generated/torch.log1p.html)

    Integers give the default floating dtype; -inf at -1, NaN below.

    >>> torch.log1p(torch.tensor([1e-10, 1.0], dtype=torch.float64))  # exact near zero
    tensor([1.0000e-10, 6.9315e-01], dtype=torch.float64)
    """
def log_ndtr(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """log(ndtr(x)), exact in the left tail
    (https://docs.pytorch.org/docs/stable/special.html#torch.special.log_ndtr)

    >>> torch.special.log_ndtr(torch.tensor([0.0, -10.0]))
    tensor([ -0.6931, -53.2313])
    """
def log_softmax(input: Tensor, dim: builtins.int, dtype: Dtype | None = ..., *, out: Tensor | None = ...) -> Tensor:
    """Logarithm of softmax along `dim`
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.log_softmax.html)

    The shape stays; dtype casts input first.

    >>> torch.log_softmax(torch.tensor([[1.0, 1.0], [0.0, 100.0]]), dim=1)
    tensor([[  -0.6931,   -0.6931],
            [-100.0000,    0.0000]])
    """
def logit(input: Tensor, eps: builtins.float | None = ..., *, out: Tensor | None = ...) -> Tensor:
    """log(x / (1 - x)); x is clamped to [eps, 1 - eps] when eps is given
    (https://docs.pytorch.org/docs/stable/generated/torch.special.logit.html)

    >>> torch.logit(torch.tensor([0.5, 0.9, 1.0]))
    tensor([0.0000, 2.1972,    inf])
    >>> torch.logit(torch.tensor([0.5, 0.9, 1.0]), eps=1e-3)  # first moved into [eps, 1 - eps]
    tensor([0.0000, 2.1972, 6.9068])
    """
def logsumexp(input: Tensor, dim: builtins.int | Sequence[builtins.int] | None, keepdim: builtins.bool = ..., *, out: Tensor | None = ...) -> Tensor:
    """log(sum(exp(input))) over dims without overflow
    (https://docs.pytorch.org/docs/stable/generated/torch.logsumexp.html)

    dim is an int or a tuple.

    >>> torch.logsumexp(torch.tensor([[1000.0, 1000.0], [0.0, 0.0]]), dim=1)  # no overflow
    tensor([1.0007e+03, 6.9315e-01])
    """
def modified_bessel_i0(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """The modified Bessel function of the first kind, order 0 (https://docs.pytorch.org/docs/stable/special.html#torch.special.modified_bessel_i0)

    >>> torch.special.modified_bessel_i0(torch.tensor([0.0, 1.0]))
    tensor([1.0000, 1.2661])
    """
def modified_bessel_i1(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """The modified Bessel function of the first kind, order 1 (https://docs.pytorch.org/docs/stable/special.html#torch.special.modified_bessel_i1)

    >>> torch.special.modified_bessel_i1(torch.tensor([0.0, 1.0]))
    tensor([0.0000, 0.5652])
    """
def modified_bessel_k0(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """The modified Bessel function of the second kind, order 0 (https://docs.pytorch.org/docs/stable/special.html#torch.special.modified_bessel_k0)

    >>> torch.special.modified_bessel_k0(torch.tensor([1.0, 2.0]))
    tensor([0.4210, 0.1139])
    """
def modified_bessel_k1(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """The modified Bessel function of the second kind, order 1 (https://docs.pytorch.org/docs/stable/special.html#torch.special.modified_bessel_k1)

    >>> torch.special.modified_bessel_k1(torch.tensor([1.0, 2.0]))
    tensor([0.6019, 0.1399])
    """
def multigammaln(input: Tensor, p: builtins.int, *, out: Tensor | None = ...) -> Tensor:
    """log of the p-dimensional gamma function
    (https://docs.pytorch.org/docs/stable/special.html#torch.special.multigammaln)

    >>> torch.mvlgamma(torch.tensor([2.0, 3.0]), p=2)
    tensor([0.4516, 1.5502])
    """
def ndtr(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """The area under the normal density to the left
    (https://docs.pytorch.org/docs/stable/special.html#torch.special.ndtr)

    >>> torch.special.ndtr(torch.tensor([0.0, 1.96]))
    tensor([0.5000, 0.9750])
    """
def ndtri(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """The inverse of ndtr
    (https://docs.pytorch.org/docs/stable/special.html#torch.special.ndtri)

    >>> torch.special.ndtri(torch.tensor([0.5, 0.975]))
    tensor([0.0000, 1.9600])
    """
def polygamma(n: builtins.int, input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """The n-th derivative of digamma
    (https://docs.pytorch.org/docs/stable/special.html#torch.special.polygamma)

    >>> torch.polygamma(1, torch.tensor([1.0, 2.0]))  # trigamma; of 1 it is pi² / 6
    tensor([1.6449, 0.6449])
    """
def psi(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """The derivative of lgamma
    (https://docs.pytorch.org/docs/stable/special.html#torch.special.digamma)

    >>> torch.digamma(torch.tensor([1.0, 0.5]))  # minus Euler's constant first
    tensor([-0.5772, -1.9635])
    """
def round(input: Tensor, *, decimals: builtins.int = ..., out: Tensor | None = ...) -> Tensor:
    """The nearest integer, ties to even; decimals moves the digit
    (https://docs.pytorch.org/docs/stable/generated/torch.round.html)

    decimals may be negative. Integers stay as they are.

    >>> torch.round(torch.tensor([0.5, 1.5, 2.5, -1.6]))  # halves to the even number
    tensor([ 0.,  2.,  2., -2.])
    >>> torch.round(torch.tensor([3.14159]), decimals=2)
    tensor([3.1400])
    """
def scaled_modified_bessel_k0(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """exp(x) times the modified Bessel function of the second kind, order 0 (https://docs.pytorch.org/docs/stable/special.html#torch.special.scaled_modified_bessel_k0)

    >>> torch.special.scaled_modified_bessel_k0(torch.tensor([1.0, 100.0]))
    tensor([1.1445, 0.1252])
    """
def scaled_modified_bessel_k1(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """exp(x) times the modified Bessel function of the second kind, order 1 (https://docs.pytorch.org/docs/stable/special.html#torch.special.scaled_modified_bessel_k1)

    >>> torch.special.scaled_modified_bessel_k1(torch.tensor([1.0, 100.0]))
    tensor([1.6362, 0.1258])
    """
def shifted_chebyshev_polynomial_t(input: Tensor | Number, n: Tensor | Number, *, out: Tensor | None = ...) -> Tensor:
    """Shifted Chebyshev polynomial T(2x - 1) of degree n at input; no derivative, as in PyTorch (https://docs.pytorch.org/docs/stable/special.html#torch.special.shifted_chebyshev_polynomial_t)

    >>> torch.special.shifted_chebyshev_polynomial_t(torch.tensor([0.5, 1.0]), 1)  # T at 2x - 1
    tensor([0., 1.])
    """
def shifted_chebyshev_polynomial_u(input: Tensor | Number, n: Tensor | Number, *, out: Tensor | None = ...) -> Tensor:
    """Shifted Chebyshev polynomial U(2x - 1) of degree n at input; no derivative, as in PyTorch (https://docs.pytorch.org/docs/stable/special.html#torch.special.shifted_chebyshev_polynomial_u)

    >>> torch.special.shifted_chebyshev_polynomial_u(torch.tensor([0.5, 1.0]), 1)
    tensor([0., 2.])
    """
def shifted_chebyshev_polynomial_v(input: Tensor | Number, n: Tensor | Number, *, out: Tensor | None = ...) -> Tensor:
    """Shifted Chebyshev polynomial V(2x - 1) of degree n at input; no derivative, as in PyTorch (https://docs.pytorch.org/docs/stable/special.html#torch.special.shifted_chebyshev_polynomial_v)

    >>> torch.special.shifted_chebyshev_polynomial_v(torch.tensor([0.5, 1.0]), 1)
    tensor([-1.,  1.])
    """
def shifted_chebyshev_polynomial_w(input: Tensor | Number, n: Tensor | Number, *, out: Tensor | None = ...) -> Tensor:
    """Shifted Chebyshev polynomial W(2x - 1) of degree n at input; no derivative, as in PyTorch (https://docs.pytorch.org/docs/stable/special.html#torch.special.shifted_chebyshev_polynomial_w)

    >>> torch.special.shifted_chebyshev_polynomial_w(torch.tensor([0.5, 1.0]), 1)
    tensor([1., 3.])
    """
def sinc(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """sin(πx) / (πx), 1 at 0
    (https://docs.pytorch.org/docs/stable/generated/torch.special.sinc.html)

    >>> torch.sinc(torch.tensor([0.0, 0.5, 1.5]))
    tensor([ 1.0000,  0.6366, -0.2122])
    """
def softmax(input: Tensor, dim: builtins.int, dtype: Dtype | None = ..., *, out: Tensor | None = ...) -> Tensor:
    """exp(x) normalized to sum 1 along `dim`, in `dtype` when given
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.softmax.html)

    The shape stays, sums along dim are 1; dtype casts input first.

    >>> torch.softmax(torch.tensor([[1.0, 1.0], [0.0, 100.0]]), dim=1)
    tensor([[5.0000e-01, 5.0000e-01],
            [3.7835e-44, 1.0000e+00]])
    """
def spherical_bessel_j0(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """The spherical Bessel function of the first kind, order 0 (https://docs.pytorch.org/docs/stable/special.html#torch.special.spherical_bessel_j0)

    >>> torch.special.spherical_bessel_j0(torch.tensor([0.0, 1.0]))
    tensor([1.0000, 0.8415])
    """
def tanh(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """tanh of each element (https://docs.pytorch.org/docs/stable/generated/torch.tanh.html)

    Integers give the default floating dtype.

    >>> torch.tanh(torch.tensor([0.0, 0.5, 20.0]))
    tensor([0.0000, 0.4621, 1.0000])
    """
def xlog1py(input: Tensor | Number, other: Tensor | Number, *, out: Tensor | None = ...) -> Tensor:
    """input * log1p(other), 0 where input is 0
    (https://docs.pytorch.org/docs/stable/special.html#torch.special.xlog1py)

    >>> torch.special.xlog1py(torch.tensor([0.0, 2.0]), torch.tensor([-1.0, 1.0]))
    tensor([0.0000, 1.3863])
    """
def xlogy(input: Tensor | Number, other: Tensor | Number, *, out: Tensor | None = ...) -> Tensor:
    """input * log(other), 0 where input is 0
    (https://docs.pytorch.org/docs/stable/special.html#torch.special.xlogy)

    >>> torch.xlogy(torch.tensor([0.0, 2.0]), torch.tensor([0.0, 3.0]))  # 0 where x is 0
    tensor([0.0000, 2.1972])
    """
def zeta(input: Tensor | Number, other: Tensor | Number, *, out: Tensor | None = ...) -> Tensor:
    """Hurwitz' zeta function, the sum of (k + other)**-input; differentiable in other alone
    (https://docs.pytorch.org/docs/stable/special.html#torch.special.zeta)

    >>> torch.special.zeta(torch.tensor([2.0, 4.0]), torch.tensor(1.0))  # pi² / 6, pi⁴ / 90
    tensor([1.6449, 1.0823])
    """
