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
    """The Airy function Ai (https://docs.pytorch.org/docs/stable/special.html#torch.special.airy_ai)"""
def bessel_j0(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """The Bessel function of the first kind, order 0 (https://docs.pytorch.org/docs/stable/special.html#torch.special.bessel_j0)"""
def bessel_j1(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """The Bessel function of the first kind, order 1 (https://docs.pytorch.org/docs/stable/special.html#torch.special.bessel_j1)"""
def bessel_y0(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """The Bessel function of the second kind, order 0 (https://docs.pytorch.org/docs/stable/special.html#torch.special.bessel_y0)"""
def bessel_y1(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """The Bessel function of the second kind, order 1 (https://docs.pytorch.org/docs/stable/special.html#torch.special.bessel_y1)"""
def chebyshev_polynomial_t(input: Tensor | Number, n: Tensor | Number, *, out: Tensor | None = ...) -> Tensor:
    """Chebyshev polynomial of the first kind of degree n at input; no derivative, as in PyTorch (https://docs.pytorch.org/docs/stable/special.html#torch.special.chebyshev_polynomial_t)"""
def chebyshev_polynomial_u(input: Tensor | Number, n: Tensor | Number, *, out: Tensor | None = ...) -> Tensor:
    """Chebyshev polynomial of the second kind of degree n at input; no derivative, as in PyTorch (https://docs.pytorch.org/docs/stable/special.html#torch.special.chebyshev_polynomial_u)"""
def chebyshev_polynomial_v(input: Tensor | Number, n: Tensor | Number, *, out: Tensor | None = ...) -> Tensor:
    """Chebyshev polynomial of the third kind of degree n at input; no derivative, as in PyTorch (https://docs.pytorch.org/docs/stable/special.html#torch.special.chebyshev_polynomial_v)"""
def chebyshev_polynomial_w(input: Tensor | Number, n: Tensor | Number, *, out: Tensor | None = ...) -> Tensor:
    """Chebyshev polynomial of the fourth kind of degree n at input; no derivative, as in PyTorch (https://docs.pytorch.org/docs/stable/special.html#torch.special.chebyshev_polynomial_w)"""
def digamma(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """The derivative of lgamma
    (https://docs.pytorch.org/docs/stable/special.html#torch.special.digamma)
    """
def entr(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """-x log(x), 0 at 0 and -inf below
    (https://docs.pytorch.org/docs/stable/special.html#torch.special.entr)
    """
def erf(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """The error function (https://docs.pytorch.org/docs/stable/special.html#torch.special.erf)"""
def erfc(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """1 - erf (https://docs.pytorch.org/docs/stable/special.html#torch.special.erfc)"""
def erfcx(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """exp(x²) erfc(x) (https://docs.pytorch.org/docs/stable/special.html#torch.special.erfcx)"""
def erfinv(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """The inverse of erf
    (https://docs.pytorch.org/docs/stable/special.html#torch.special.erfinv)
    """
def exp2(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """exp2 of each element (https://docs.pytorch.org/docs/stable/generated/torch.exp2.html)"""
def expit(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """sigmoid of each element (https://docs.pytorch.org/docs/stable/generated/torch.sigmoid.html)"""
def expm1(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """expm1 of each element (https://docs.pytorch.org/docs/stable/generated/torch.expm1.html)"""
def gammainc(input: Tensor, other: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """The regularized lower incomplete gamma function P(input, other); differentiable in other
    alone (https://docs.pytorch.org/docs/stable/special.html#torch.special.gammainc)
    """
def gammaincc(input: Tensor, other: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """The regularized upper incomplete gamma function Q(input, other); differentiable in other
    alone (https://docs.pytorch.org/docs/stable/special.html#torch.special.gammaincc)
    """
def gammaln(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """log |Γ(x)| (https://docs.pytorch.org/docs/stable/special.html#torch.special.gammaln)"""
def hermite_polynomial_h(input: Tensor | Number, n: Tensor | Number, *, out: Tensor | None = ...) -> Tensor:
    """Physicists' Hermite polynomial of degree n at input; no derivative, as in PyTorch (https://docs.pytorch.org/docs/stable/special.html#torch.special.hermite_polynomial_h)"""
def hermite_polynomial_he(input: Tensor | Number, n: Tensor | Number, *, out: Tensor | None = ...) -> Tensor:
    """Probabilists' Hermite polynomial of degree n at input; no derivative, as in PyTorch (https://docs.pytorch.org/docs/stable/special.html#torch.special.hermite_polynomial_he)"""
def i0(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """The modified Bessel function of the first kind, order 0 (https://docs.pytorch.org/docs/stable/special.html#torch.special.i0)"""
def i0e(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """exp(-|x|) times the modified Bessel function of the first kind, order 0 (https://docs.pytorch.org/docs/stable/special.html#torch.special.i0e)"""
def i1(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """The modified Bessel function of the first kind, order 1 (https://docs.pytorch.org/docs/stable/special.html#torch.special.i1)"""
def i1e(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """exp(-|x|) times the modified Bessel function of the first kind, order 1 (https://docs.pytorch.org/docs/stable/special.html#torch.special.i1e)"""
def laguerre_polynomial_l(input: Tensor | Number, n: Tensor | Number, *, out: Tensor | None = ...) -> Tensor:
    """Laguerre polynomial of degree n at input; no derivative, as in PyTorch (https://docs.pytorch.org/docs/stable/special.html#torch.special.laguerre_polynomial_l)"""
def legendre_polynomial_p(input: Tensor | Number, n: Tensor | Number, *, out: Tensor | None = ...) -> Tensor:
    """Legendre polynomial of degree n at input; no derivative, as in PyTorch (https://docs.pytorch.org/docs/stable/special.html#torch.special.legendre_polynomial_p)"""
def log1p(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """log1p of each element (https://docs.pytorch.org/docs/stable/generated/torch.log1p.html)"""
def log_ndtr(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """log(ndtr(x)), exact in the left tail
    (https://docs.pytorch.org/docs/stable/special.html#torch.special.log_ndtr)
    """
def log_softmax(input: Tensor, dim: builtins.int, dtype: Dtype | None = ..., *, out: Tensor | None = ...) -> Tensor:
    """Logarithm of softmax along `dim`
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.log_softmax.html)
    """
def logit(input: Tensor, eps: builtins.float | None = ..., *, out: Tensor | None = ...) -> Tensor:
    """log(x / (1 - x)); x is clamped to [eps, 1 - eps] when eps is given
    (https://docs.pytorch.org/docs/stable/generated/torch.special.logit.html)
    """
def logsumexp(input: Tensor, dim: builtins.int | Sequence[builtins.int] | None, keepdim: builtins.bool = ..., *, out: Tensor | None = ...) -> Tensor:
    """log(sum(exp(input))) over dims without overflow
    (https://docs.pytorch.org/docs/stable/generated/torch.logsumexp.html)
    """
def modified_bessel_i0(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """The modified Bessel function of the first kind, order 0 (https://docs.pytorch.org/docs/stable/special.html#torch.special.modified_bessel_i0)"""
def modified_bessel_i1(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """The modified Bessel function of the first kind, order 1 (https://docs.pytorch.org/docs/stable/special.html#torch.special.modified_bessel_i1)"""
def modified_bessel_k0(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """The modified Bessel function of the second kind, order 0 (https://docs.pytorch.org/docs/stable/special.html#torch.special.modified_bessel_k0)"""
def modified_bessel_k1(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """The modified Bessel function of the second kind, order 1 (https://docs.pytorch.org/docs/stable/special.html#torch.special.modified_bessel_k1)"""
def multigammaln(input: Tensor, p: builtins.int, *, out: Tensor | None = ...) -> Tensor:
    """log of the p-dimensional gamma function
    (https://docs.pytorch.org/docs/stable/special.html#torch.special.multigammaln)
    """
def ndtr(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """The area under the normal density to the left
    (https://docs.pytorch.org/docs/stable/special.html#torch.special.ndtr)
    """
def ndtri(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """The inverse of ndtr
    (https://docs.pytorch.org/docs/stable/special.html#torch.special.ndtri)
    """
def polygamma(n: builtins.int, input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """The n-th derivative of digamma
    (https://docs.pytorch.org/docs/stable/special.html#torch.special.polygamma)
    """
def psi(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """The derivative of lgamma
    (https://docs.pytorch.org/docs/stable/special.html#torch.special.digamma)
    """
def round(input: Tensor, *, decimals: builtins.int = ..., out: Tensor | None = ...) -> Tensor:
    """The nearest integer, ties to even; decimals moves the digit
    (https://docs.pytorch.org/docs/stable/generated/torch.round.html)
    """
def scaled_modified_bessel_k0(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """exp(x) times the modified Bessel function of the second kind, order 0 (https://docs.pytorch.org/docs/stable/special.html#torch.special.scaled_modified_bessel_k0)"""
def scaled_modified_bessel_k1(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """exp(x) times the modified Bessel function of the second kind, order 1 (https://docs.pytorch.org/docs/stable/special.html#torch.special.scaled_modified_bessel_k1)"""
def shifted_chebyshev_polynomial_t(input: Tensor | Number, n: Tensor | Number, *, out: Tensor | None = ...) -> Tensor:
    """Shifted Chebyshev polynomial T(2x - 1) of degree n at input; no derivative, as in PyTorch (https://docs.pytorch.org/docs/stable/special.html#torch.special.shifted_chebyshev_polynomial_t)"""
def shifted_chebyshev_polynomial_u(input: Tensor | Number, n: Tensor | Number, *, out: Tensor | None = ...) -> Tensor:
    """Shifted Chebyshev polynomial U(2x - 1) of degree n at input; no derivative, as in PyTorch (https://docs.pytorch.org/docs/stable/special.html#torch.special.shifted_chebyshev_polynomial_u)"""
def shifted_chebyshev_polynomial_v(input: Tensor | Number, n: Tensor | Number, *, out: Tensor | None = ...) -> Tensor:
    """Shifted Chebyshev polynomial V(2x - 1) of degree n at input; no derivative, as in PyTorch (https://docs.pytorch.org/docs/stable/special.html#torch.special.shifted_chebyshev_polynomial_v)"""
def shifted_chebyshev_polynomial_w(input: Tensor | Number, n: Tensor | Number, *, out: Tensor | None = ...) -> Tensor:
    """Shifted Chebyshev polynomial W(2x - 1) of degree n at input; no derivative, as in PyTorch (https://docs.pytorch.org/docs/stable/special.html#torch.special.shifted_chebyshev_polynomial_w)"""
def sinc(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """sin(πx) / (πx), 1 at 0
    (https://docs.pytorch.org/docs/stable/generated/torch.special.sinc.html)
    """
def softmax(input: Tensor, dim: builtins.int, dtype: Dtype | None = ..., *, out: Tensor | None = ...) -> Tensor:
    """exp(x) normalized to sum 1 along `dim`, in `dtype` when given
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.softmax.html)
    """
def spherical_bessel_j0(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """The spherical Bessel function of the first kind, order 0 (https://docs.pytorch.org/docs/stable/special.html#torch.special.spherical_bessel_j0)"""
def tanh(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """tanh of each element (https://docs.pytorch.org/docs/stable/generated/torch.tanh.html)"""
def xlog1py(input: Tensor | Number, other: Tensor | Number, *, out: Tensor | None = ...) -> Tensor:
    """input * log1p(other), 0 where input is 0
    (https://docs.pytorch.org/docs/stable/special.html#torch.special.xlog1py)
    """
def xlogy(input: Tensor | Number, other: Tensor | Number, *, out: Tensor | None = ...) -> Tensor:
    """input * log(other), 0 where input is 0
    (https://docs.pytorch.org/docs/stable/special.html#torch.special.xlogy)
    """
def zeta(input: Tensor | Number, other: Tensor | Number, *, out: Tensor | None = ...) -> Tensor:
    """Hurwitz' zeta function, the sum of (k + other)**-input; differentiable in other alone
    (https://docs.pytorch.org/docs/stable/special.html#torch.special.zeta)
    """
