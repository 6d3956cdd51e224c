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

    Any dtype gives complex; n cuts or pads with zeros; norm is "backward", "ortho" or
    "forward".

    >>> torch.fft.fft(torch.tensor([1.0, 1.0, 1.0, 1.0])).real
    tensor([4., 0., 0., 0.])
    """
def fft2(input: Tensor, s: builtins.int | builtins.tuple[builtins.int, ...] | None = ..., dim: builtins.int | builtins.tuple[builtins.int, ...] = ..., norm: builtins.str | None = ..., *, out: Tensor | None = ...) -> Tensor:
    """`fftn` over two dimensions.

    (https://docs.pytorch.org/docs/stable/generated/torch.fft.fft2.html)

    >>> torch.fft.fft2(torch.tensor([[1.0, 1.0], [1.0, 1.0]]))
    tensor([[4.+0.j, 0.+0.j],
            [0.+0.j, 0.+0.j]])
    """
def fftfreq(n: builtins.int, d: Number | Tensor = ..., *, dtype: Dtype | None = ..., out: Tensor | None = ..., layout: Layout | None = ..., device: Device | builtins.str | None = ..., pin_memory: builtins.bool = ..., requires_grad: builtins.bool = ...) -> Tensor:
    """The frequencies, in cycles per unit of the spacing `d`, of n transformed points.

    (https://docs.pytorch.org/docs/stable/generated/torch.fft.fftfreq.html)

    >>> torch.fft.fftfreq(4, d=0.5)
    tensor([ 0.0000,  0.5000, -1.0000, -0.5000])
    """
def fftn(input: Tensor, s: builtins.int | builtins.tuple[builtins.int, ...] | None = ..., dim: builtins.int | builtins.tuple[builtins.int, ...] | None = ..., norm: builtins.str | None = ..., *, out: Tensor | None = ...) -> Tensor:
    """The transform over several dimensions (all by default), resized to `s`.

    (https://docs.pytorch.org/docs/stable/generated/torch.fft.fftn.html)

    >>> torch.fft.fftn(torch.ones(2, 2)).real
    tensor([[4., 0.],
            [0., 0.]])
    """
def fftshift(input: Tensor, dim: builtins.int | builtins.tuple[builtins.int, ...] | None = ...) -> Tensor:
    """Elements rolled so that the zero frequency comes to the middle.

    (https://docs.pytorch.org/docs/stable/generated/torch.fft.fftshift.html)

    >>> torch.fft.fftshift(torch.fft.fftfreq(4))
    tensor([-0.5000, -0.2500,  0.0000,  0.2500])
    """
def hfft(input: Tensor, n: builtins.int | None = ..., dim: builtins.int = ..., norm: builtins.str | None = ..., *, out: Tensor | None = ...) -> Tensor:
    """The transform of a Hermitian signal, given by its first half: n real values.

    (https://docs.pytorch.org/docs/stable/generated/torch.fft.hfft.html)

    >>> torch.fft.hfft(torch.tensor([1.0, 2.0, 3.0]))
    tensor([ 8., -2.,  0., -2.])
    """
def hfft2(input: Tensor, s: builtins.int | builtins.tuple[builtins.int, ...] | None = ..., dim: builtins.int | builtins.tuple[builtins.int, ...] = ..., norm: builtins.str | None = ..., *, out: Tensor | None = ...) -> Tensor:
    """`hfftn` over two dimensions.

    (https://docs.pytorch.org/docs/stable/generated/torch.fft.hfft2.html)

    >>> torch.fft.hfft2(torch.tensor([[1.0, 2.0], [3.0, 4.0]]))
    tensor([[10., -2.],
            [-4.,  0.]])
    """
def hfftn(input: Tensor, s: builtins.int | builtins.tuple[builtins.int, ...] | None = ..., dim: builtins.int | builtins.tuple[builtins.int, ...] | None = ..., norm: builtins.str | None = ..., *, out: Tensor | None = ...) -> Tensor:
    """The transform of a signal that is Hermitian over several dimensions, real.

    (https://docs.pytorch.org/docs/stable/generated/torch.fft.hfftn.html)

    >>> torch.fft.hfftn(torch.tensor([1.0, 2.0, 3.0]))
    tensor([ 8., -2.,  0., -2.])
    """
def ifft(input: Tensor, n: builtins.int | None = ..., dim: builtins.int = ..., norm: builtins.str | None = ..., *, out: Tensor | None = ...) -> Tensor:
    """The inverse transform along a dimension, complex.

    (https://docs.pytorch.org/docs/stable/generated/torch.fft.ifft.html)

    Any dtype gives complex, divided by n unless norm says otherwise.

    >>> torch.fft.ifft(torch.fft.fft(torch.tensor([1.0, 2.0, 4.0, 8.0]))).real
    tensor([1., 2., 4., 8.])
    """
def ifft2(input: Tensor, s: builtins.int | builtins.tuple[builtins.int, ...] | None = ..., dim: builtins.int | builtins.tuple[builtins.int, ...] = ..., norm: builtins.str | None = ..., *, out: Tensor | None = ...) -> Tensor:
    """`ifftn` over two dimensions.

    (https://docs.pytorch.org/docs/stable/generated/torch.fft.ifft2.html)

    >>> torch.fft.ifft2(torch.tensor([[4.0, 0.0], [0.0, 0.0]])).real
    tensor([[1., 1.],
            [1., 1.]])
    """
def ifftn(input: Tensor, s: builtins.int | builtins.tuple[builtins.int, ...] | None = ..., dim: builtins.int | builtins.tuple[builtins.int, ...] | None = ..., norm: builtins.str | None = ..., *, out: Tensor | None = ...) -> Tensor:
    """The inverse transform over several dimensions (all by default), resized to `s`.

    (https://docs.pytorch.org/docs/stable/generated/torch.fft.ifftn.html)

    >>> torch.fft.ifftn(torch.tensor([4.0, 0.0])).real
    tensor([2., 2.])
    """
def ifftshift(input: Tensor, dim: builtins.int | builtins.tuple[builtins.int, ...] | None = ...) -> Tensor:
    """The inverse of `fftshift`.

    (https://docs.pytorch.org/docs/stable/generated/torch.fft.ifftshift.html)

    >>> torch.fft.ifftshift(torch.tensor([-2, -1, 0, 1]))
    tensor([ 0,  1, -2, -1])
    """
def ihfft(input: Tensor, n: builtins.int | None = ..., dim: builtins.int = ..., norm: builtins.str | None = ..., *, out: Tensor | None = ...) -> Tensor:
    """The inverse of `hfft`: the first half of the inverse transform of real values.

    (https://docs.pytorch.org/docs/stable/generated/torch.fft.ihfft.html)

    >>> torch.fft.ihfft(torch.tensor([4.0, 0.0, 0.0, 0.0])).real
    tensor([1., 1., 1.])
    """
def ihfft2(input: Tensor, s: builtins.int | builtins.tuple[builtins.int, ...] | None = ..., dim: builtins.int | builtins.tuple[builtins.int, ...] = ..., norm: builtins.str | None = ..., *, out: Tensor | None = ...) -> Tensor:
    """`ihfftn` over two dimensions.

    (https://docs.pytorch.org/docs/stable/generated/torch.fft.ihfft2.html)

    >>> torch.fft.ihfft2(torch.tensor([[4.0, 0.0], [0.0, 0.0]])).real
    tensor([[1., 1.],
            [1., 1.]])
    """
def ihfftn(input: Tensor, s: builtins.int | builtins.tuple[builtins.int, ...] | None = ..., dim: builtins.int | builtins.tuple[builtins.int, ...] | None = ..., norm: builtins.str | None = ..., *, out: Tensor | None = ...) -> Tensor:
    """The inverse of `hfftn`; the last dimension is halved.

    (https://docs.pytorch.org/docs/stable/generated/torch.fft.ihfftn.html)

    >>> torch.fft.ihfftn(torch.tensor([4.0, 0.0, 0.0, 0.0])).real
    tensor([1., 1., 1.])
    """
def irfft(input: Tensor, n: builtins.int | None = ..., dim: builtins.int = ..., norm: builtins.str | None = ..., *, out: Tensor | None = ...) -> Tensor:
    """The inverse of `rfft`: n real values, 2 * (size - 1) without n.

    (https://docs.pytorch.org/docs/stable/generated/torch.fft.irfft.html)

    The inverse of rfft; real, 2 · (size - 1) long unless n is given.

    >>> x = torch.tensor([1.0, 2.0, 4.0])
    >>> torch.fft.irfft(torch.fft.rfft(x), n=3).shape  # n tells odd lengths from even ones
    torch.Size([3])
    """
def irfft2(input: Tensor, s: builtins.int | builtins.tuple[builtins.int, ...] | None = ..., dim: builtins.int | builtins.tuple[builtins.int, ...] = ..., norm: builtins.str | None = ..., *, out: Tensor | None = ...) -> Tensor:
    """`irfftn` over two dimensions.

    (https://docs.pytorch.org/docs/stable/generated/torch.fft.irfft2.html)

    >>> x = torch.tensor([[1.0, 2.0], [3.0, 4.0]])
    >>> torch.fft.irfft2(torch.fft.rfft2(x))
    tensor([[1., 2.],
            [3., 4.]])
    """
def irfftn(input: Tensor, s: builtins.int | builtins.tuple[builtins.int, ...] | None = ..., dim: builtins.int | builtins.tuple[builtins.int, ...] | None = ..., norm: builtins.str | None = ..., *, out: Tensor | None = ...) -> Tensor:
    """The inverse of `rfftn`, real.

    (https://docs.pytorch.org/docs/stable/generated/torch.fft.irfftn.html)

    >>> x = torch.tensor([1.0, 2.0, 3.0, 4.0])
    >>> torch.fft.irfftn(torch.fft.rfftn(x))
    tensor([1., 2., 3., 4.])
    """
def rfft(input: Tensor, n: builtins.int | None = ..., dim: builtins.int = ..., norm: builtins.str | None = ..., *, out: Tensor | None = ...) -> Tensor:
    """The transform of real values along a dimension: its first n // 2 + 1 elements.

    (https://docs.pytorch.org/docs/stable/generated/torch.fft.rfft.html)

    Real input gives n // 2 + 1 complex numbers. RuntimeError for complex.

    >>> torch.fft.rfft(torch.tensor([1.0, 1.0, 1.0, 1.0]))
    tensor([4.+0.j, 0.+0.j, 0.+0.j])
    """
def rfft2(input: Tensor, s: builtins.int | builtins.tuple[builtins.int, ...] | None = ..., dim: builtins.int | builtins.tuple[builtins.int, ...] = ..., norm: builtins.str | None = ..., *, out: Tensor | None = ...) -> Tensor:
    """`rfftn` over two dimensions.

    (https://docs.pytorch.org/docs/stable/generated/torch.fft.rfft2.html)

    >>> torch.fft.rfft2(torch.ones(4, 4)).shape
    torch.Size([4, 3])
    """
def rfftfreq(n: builtins.int, d: Number | Tensor = ..., *, dtype: Dtype | None = ..., out: Tensor | None = ..., layout: Layout | None = ..., device: Device | builtins.str | None = ..., pin_memory: builtins.bool = ..., requires_grad: builtins.bool = ...) -> Tensor:
    """The frequencies of the n // 2 + 1 elements that `rfft` gives.

    (https://docs.pytorch.org/docs/stable/generated/torch.fft.rfftfreq.html)

    >>> torch.fft.rfftfreq(4, d=0.5)
    tensor([0.0000, 0.5000, 1.0000])
    """
def rfftn(input: Tensor, s: builtins.int | builtins.tuple[builtins.int, ...] | None = ..., dim: builtins.int | builtins.tuple[builtins.int, ...] | None = ..., norm: builtins.str | None = ..., *, out: Tensor | None = ...) -> Tensor:
    """The transform of real values over several dimensions; the last is halved.

    (https://docs.pytorch.org/docs/stable/generated/torch.fft.rfftn.html)

    >>> torch.fft.rfftn(torch.ones(2, 2, 4)).shape
    torch.Size([2, 2, 3])
    """
