"""Functions of `torchish.fft`. Written by docs/make_stubs.py: don't edit."""

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

def fft(input: Tensor, n: builtins.int | None = ..., dim: builtins.int = ..., norm: builtins.str | None = ..., *, out: Tensor | None = ...) -> Tensor:
    """The transform along a dimension, complex.

    (https://docs.pytorch.org/docs/stable/generated/torch.fft.fft.html)
    """
def fft2(input: Tensor, s: builtins.int | builtins.tuple[builtins.int, ...] | None = ..., dim: builtins.int | builtins.tuple[builtins.int, ...] = ..., norm: builtins.str | None = ..., *, out: Tensor | None = ...) -> Tensor:
    """`fftn` over two dimensions.

    (https://docs.pytorch.org/docs/stable/generated/torch.fft.fft2.html)
    """
def fftfreq(n: builtins.int, d: Number | Tensor = ..., *, dtype: Dtype | None = ..., out: Tensor | None = ..., layout: Layout | None = ..., device: Device | builtins.str | None = ..., pin_memory: builtins.bool = ..., requires_grad: builtins.bool = ...) -> Tensor:
    """The frequencies, in cycles per unit of the spacing `d`, of n transformed points.

    (https://docs.pytorch.org/docs/stable/generated/torch.fft.fftfreq.html)
    """
def fftn(input: Tensor, s: builtins.int | builtins.tuple[builtins.int, ...] | None = ..., dim: builtins.int | builtins.tuple[builtins.int, ...] | None = ..., norm: builtins.str | None = ..., *, out: Tensor | None = ...) -> Tensor:
    """The transform over several dimensions (all by default), resized to `s`.

    (https://docs.pytorch.org/docs/stable/generated/torch.fft.fftn.html)
    """
def fftshift(input: Tensor, dim: builtins.int | builtins.tuple[builtins.int, ...] | None = ...) -> Tensor:
    """Elements rolled so that the zero frequency comes to the middle.

    (https://docs.pytorch.org/docs/stable/generated/torch.fft.fftshift.html)
    """
def hfft(input: Tensor, n: builtins.int | None = ..., dim: builtins.int = ..., norm: builtins.str | None = ..., *, out: Tensor | None = ...) -> Tensor:
    """The transform of a Hermitian signal, given by its first half: n real values.

    (https://docs.pytorch.org/docs/stable/generated/torch.fft.hfft.html)
    """
def hfft2(input: Tensor, s: builtins.int | builtins.tuple[builtins.int, ...] | None = ..., dim: builtins.int | builtins.tuple[builtins.int, ...] = ..., norm: builtins.str | None = ..., *, out: Tensor | None = ...) -> Tensor:
    """`hfftn` over two dimensions.

    (https://docs.pytorch.org/docs/stable/generated/torch.fft.hfft2.html)
    """
def hfftn(input: Tensor, s: builtins.int | builtins.tuple[builtins.int, ...] | None = ..., dim: builtins.int | builtins.tuple[builtins.int, ...] | None = ..., norm: builtins.str | None = ..., *, out: Tensor | None = ...) -> Tensor:
    """The transform of a signal that is Hermitian over several dimensions, real.

    (https://docs.pytorch.org/docs/stable/generated/torch.fft.hfftn.html)
    """
def ifft(input: Tensor, n: builtins.int | None = ..., dim: builtins.int = ..., norm: builtins.str | None = ..., *, out: Tensor | None = ...) -> Tensor:
    """The inverse transform along a dimension, complex.

    (https://docs.pytorch.org/docs/stable/generated/torch.fft.ifft.html)
    """
def ifft2(input: Tensor, s: builtins.int | builtins.tuple[builtins.int, ...] | None = ..., dim: builtins.int | builtins.tuple[builtins.int, ...] = ..., norm: builtins.str | None = ..., *, out: Tensor | None = ...) -> Tensor:
    """`ifftn` over two dimensions.

    (https://docs.pytorch.org/docs/stable/generated/torch.fft.ifft2.html)
    """
def ifftn(input: Tensor, s: builtins.int | builtins.tuple[builtins.int, ...] | None = ..., dim: builtins.int | builtins.tuple[builtins.int, ...] | None = ..., norm: builtins.str | None = ..., *, out: Tensor | None = ...) -> Tensor:
    """The inverse transform over several dimensions (all by default), resized to `s`.

    (https://docs.pytorch.org/docs/stable/generated/torch.fft.ifftn.html)
    """
def ifftshift(input: Tensor, dim: builtins.int | builtins.tuple[builtins.int, ...] | None = ...) -> Tensor:
    """The inverse of `fftshift`.

    (https://docs.pytorch.org/docs/stable/generated/torch.fft.ifftshift.html)
    """
def ihfft(input: Tensor, n: builtins.int | None = ..., dim: builtins.int = ..., norm: builtins.str | None = ..., *, out: Tensor | None = ...) -> Tensor:
    """The inverse of `hfft`: the first half of the inverse transform of real values.

    (https://docs.pytorch.org/docs/stable/generated/torch.fft.ihfft.html)
    """
def ihfft2(input: Tensor, s: builtins.int | builtins.tuple[builtins.int, ...] | None = ..., dim: builtins.int | builtins.tuple[builtins.int, ...] = ..., norm: builtins.str | None = ..., *, out: Tensor | None = ...) -> Tensor:
    """`ihfftn` over two dimensions.

    (https://docs.pytorch.org/docs/stable/generated/torch.fft.ihfft2.html)
    """
def ihfftn(input: Tensor, s: builtins.int | builtins.tuple[builtins.int, ...] | None = ..., dim: builtins.int | builtins.tuple[builtins.int, ...] | None = ..., norm: builtins.str | None = ..., *, out: Tensor | None = ...) -> Tensor:
    """The inverse of `hfftn`; the last dimension is halved.

    (https://docs.pytorch.org/docs/stable/generated/torch.fft.ihfftn.html)
    """
def irfft(input: Tensor, n: builtins.int | None = ..., dim: builtins.int = ..., norm: builtins.str | None = ..., *, out: Tensor | None = ...) -> Tensor:
    """The inverse of `rfft`: n real values, 2 * (size - 1) without n.

    (https://docs.pytorch.org/docs/stable/generated/torch.fft.irfft.html)
    """
def irfft2(input: Tensor, s: builtins.int | builtins.tuple[builtins.int, ...] | None = ..., dim: builtins.int | builtins.tuple[builtins.int, ...] = ..., norm: builtins.str | None = ..., *, out: Tensor | None = ...) -> Tensor:
    """`irfftn` over two dimensions.

    (https://docs.pytorch.org/docs/stable/generated/torch.fft.irfft2.html)
    """
def irfftn(input: Tensor, s: builtins.int | builtins.tuple[builtins.int, ...] | None = ..., dim: builtins.int | builtins.tuple[builtins.int, ...] | None = ..., norm: builtins.str | None = ..., *, out: Tensor | None = ...) -> Tensor:
    """The inverse of `rfftn`, real.

    (https://docs.pytorch.org/docs/stable/generated/torch.fft.irfftn.html)
    """
def rfft(input: Tensor, n: builtins.int | None = ..., dim: builtins.int = ..., norm: builtins.str | None = ..., *, out: Tensor | None = ...) -> Tensor:
    """The transform of real values along a dimension: its first n // 2 + 1 elements.

    (https://docs.pytorch.org/docs/stable/generated/torch.fft.rfft.html)
    """
def rfft2(input: Tensor, s: builtins.int | builtins.tuple[builtins.int, ...] | None = ..., dim: builtins.int | builtins.tuple[builtins.int, ...] = ..., norm: builtins.str | None = ..., *, out: Tensor | None = ...) -> Tensor:
    """`rfftn` over two dimensions.

    (https://docs.pytorch.org/docs/stable/generated/torch.fft.rfft2.html)
    """
def rfftfreq(n: builtins.int, d: Number | Tensor = ..., *, dtype: Dtype | None = ..., out: Tensor | None = ..., layout: Layout | None = ..., device: Device | builtins.str | None = ..., pin_memory: builtins.bool = ..., requires_grad: builtins.bool = ...) -> Tensor:
    """The frequencies of the n // 2 + 1 elements that `rfft` gives.

    (https://docs.pytorch.org/docs/stable/generated/torch.fft.rfftfreq.html)
    """
def rfftn(input: Tensor, s: builtins.int | builtins.tuple[builtins.int, ...] | None = ..., dim: builtins.int | builtins.tuple[builtins.int, ...] | None = ..., norm: builtins.str | None = ..., *, out: Tensor | None = ...) -> Tensor:
    """The transform of real values over several dimensions; the last is halved.

    (https://docs.pytorch.org/docs/stable/generated/torch.fft.rfftn.html)
    """
