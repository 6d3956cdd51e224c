"""Functions of `torchish.signal.windows`. Written by docs/make_stubs.py: don't edit."""

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

def bartlett(M: builtins.int, *, sym: builtins.bool = ..., dtype: Dtype | None = ..., layout: Any = ..., device: Device | builtins.str | None = ..., pin_memory: builtins.bool = ..., requires_grad: builtins.bool = ...) -> Tensor:
    """The triangular Bartlett window, shape (M,).

    (https://docs.pytorch.org/docs/stable/generated/torch.signal.windows.bartlett.html)

    >>> torch.signal.windows.bartlett(5)
    tensor([0.0000, 0.5000, 1.0000, 0.5000, 0.0000])
    """
def blackman(M: builtins.int, *, sym: builtins.bool = ..., dtype: Dtype | None = ..., layout: Any = ..., device: Device | builtins.str | None = ..., pin_memory: builtins.bool = ..., requires_grad: builtins.bool = ...) -> Tensor:
    """The Blackman window, shape (M,).

    (https://docs.pytorch.org/docs/stable/generated/torch.signal.windows.blackman.html)

    >>> torch.signal.windows.blackman(5).abs().round(decimals=4)
    tensor([0.0000, 0.3400, 1.0000, 0.3400, 0.0000])
    """
def cosine(M: builtins.int, *, sym: builtins.bool = ..., dtype: Dtype | None = ..., layout: Any = ..., device: Device | builtins.str | None = ..., pin_memory: builtins.bool = ..., requires_grad: builtins.bool = ...) -> Tensor:
    """Half a period of a sine, shape (M,).

    (https://docs.pytorch.org/docs/stable/generated/torch.signal.windows.cosine.html)

    >>> torch.signal.windows.cosine(3)
    tensor([0.5000, 1.0000, 0.5000])
    """
def exponential(M: builtins.int, *, center: builtins.float | None = ..., tau: builtins.float = ..., sym: builtins.bool = ..., dtype: Dtype | None = ..., layout: Any = ..., device: Device | builtins.str | None = ..., pin_memory: builtins.bool = ..., requires_grad: builtins.bool = ...) -> Tensor:
    """exp(-|k - center| / tau), shape (M,).

    (https://docs.pytorch.org/docs/stable/generated/torch.signal.windows.exponential.html)

    >>> torch.signal.windows.exponential(3, tau=2.0)
    tensor([0.6065, 1.0000, 0.6065])
    """
def gaussian(M: builtins.int, *, std: builtins.float = ..., sym: builtins.bool = ..., dtype: Dtype | None = ..., layout: Any = ..., device: Device | builtins.str | None = ..., pin_memory: builtins.bool = ..., requires_grad: builtins.bool = ...) -> Tensor:
    """exp(-(k - middle)**2 / (2 std**2)), shape (M,).

    (https://docs.pytorch.org/docs/stable/generated/torch.signal.windows.gaussian.html)

    >>> torch.signal.windows.gaussian(3, std=1.0)
    tensor([0.6065, 1.0000, 0.6065])
    """
def general_cosine(M: builtins.int, *, a: Any, sym: builtins.bool = ..., dtype: Dtype | None = ..., layout: Any = ..., device: Device | builtins.str | None = ..., pin_memory: builtins.bool = ..., requires_grad: builtins.bool = ...) -> Tensor:
    """A weighted sum of cosines, with weights `a` of alternating sign, shape (M,).

    (https://docs.pytorch.org/docs/stable/generated/torch.signal.windows.general_cosine.html)

    >>> torch.signal.windows.general_cosine(3, a=[0.5, 0.5])
    tensor([0., 1., 0.])
    """
def general_hamming(M: builtins.int, *, alpha: Number | Tensor = ..., sym: builtins.bool = ..., dtype: Dtype | None = ..., layout: Any = ..., device: Device | builtins.str | None = ..., pin_memory: builtins.bool = ..., requires_grad: builtins.bool = ...) -> Tensor:
    """alpha - (1 - alpha) * cos, shape (M,).

    (https://docs.pytorch.org/docs/stable/generated/torch.signal.windows.general_hamming.html)

    >>> torch.signal.windows.general_hamming(3, alpha=0.5)
    tensor([0., 1., 0.])
    """
def hamming(M: builtins.int, *, sym: builtins.bool = ..., dtype: Dtype | None = ..., layout: Any = ..., device: Device | builtins.str | None = ..., pin_memory: builtins.bool = ..., requires_grad: builtins.bool = ...) -> Tensor:
    """The Hamming window, shape (M,).

    (https://docs.pytorch.org/docs/stable/generated/torch.signal.windows.hamming.html)

    >>> torch.signal.windows.hamming(3)
    tensor([0.0800, 1.0000, 0.0800])
    """
def hann(M: builtins.int, *, sym: builtins.bool = ..., dtype: Dtype | None = ..., layout: Any = ..., device: Device | builtins.str | None = ..., pin_memory: builtins.bool = ..., requires_grad: builtins.bool = ...) -> Tensor:
    """The Hann window, shape (M,).

    (https://docs.pytorch.org/docs/stable/generated/torch.signal.windows.hann.html)

    >>> torch.signal.windows.hann(4, sym=False)
    tensor([0.0000, 0.5000, 1.0000, 0.5000])
    """
def kaiser(M: builtins.int, *, beta: builtins.float = ..., sym: builtins.bool = ..., dtype: Dtype | None = ..., layout: Any = ..., device: Device | builtins.str | None = ..., pin_memory: builtins.bool = ..., requires_grad: builtins.bool = ...) -> Tensor:
    """The Kaiser window of shape `beta`, shape (M,).

    (https://docs.pytorch.org/docs/stable/generated/torch.signal.windows.kaiser.html)

    >>> torch.signal.windows.kaiser(3, beta=5.0)
    tensor([0.0367, 1.0000, 0.0367])
    """
def nuttall(M: builtins.int, *, sym: builtins.bool = ..., dtype: Dtype | None = ..., layout: Any = ..., device: Device | builtins.str | None = ..., pin_memory: builtins.bool = ..., requires_grad: builtins.bool = ...) -> Tensor:
    """Nuttall's minimal 4-term window, shape (M,).

    (https://docs.pytorch.org/docs/stable/generated/torch.signal.windows.nuttall.html)

    >>> torch.signal.windows.nuttall(3).round(decimals=4)
    tensor([4.0000e-04, 1.0000e+00, 4.0000e-04])
    """
