"""Initial values of parameters; the same seed gives PyTorch's numbers.

Every function fills `tensor` in place, without autograd, and returns it. `generator` is where draws
come from (the default generator when None). https://docs.pytorch.org/docs/stable/nn.init.html
"""

from __future__ import annotations

import functools
import math
import warnings
from collections.abc import Callable

from torchish import _absent
from torchish import linalg as _linalg
from torchish._core.tensor import Generator as _Generator
from torchish._core.tensor import Tensor, empty_like, no_grad, randperm

__all__ = [
    "calculate_gain",
    "constant",
    "constant_",
    "dirac",
    "dirac_",
    "eye",
    "eye_",
    "kaiming_normal",
    "kaiming_normal_",
    "kaiming_uniform",
    "kaiming_uniform_",
    "normal",
    "normal_",
    "ones_",
    "orthogonal",
    "orthogonal_",
    "sparse",
    "sparse_",
    "trunc_normal_",
    "uniform",
    "uniform_",
    "xavier_normal",
    "xavier_normal_",
    "xavier_uniform",
    "xavier_uniform_",
    "zeros_",
]

_UNIT_GAIN = (
    "linear",
    "conv1d",
    "conv2d",
    "conv3d",
    "conv_transpose1d",
    "conv_transpose2d",
    "conv_transpose3d",
    "sigmoid",
)


def calculate_gain(nonlinearity: str, param: float | None = None) -> float:
    """The factor by which a nonlinearity shrinks the standard deviation; `param` is leaky_relu's
    slope. ValueError for an unknown nonlinearity.

    >>> nn.init.calculate_gain("relu")  # √2
    1.4142135623730951
    >>> nn.init.calculate_gain("leaky_relu", 1.0)
    1.0
    """
    if nonlinearity in _UNIT_GAIN:
        return 1
    if nonlinearity == "tanh":
        return 5.0 / 3
    if nonlinearity == "relu":
        return math.sqrt(2.0)
    if nonlinearity == "leaky_relu":
        slope = 0.01 if param is None else param
        if isinstance(slope, bool) or not isinstance(slope, (int, float)):
            raise ValueError(f"negative_slope {param} not a valid number")
        return math.sqrt(2.0 / (1 + slope**2))
    if nonlinearity == "selu":
        return 3.0 / 4
    raise ValueError(f"Unsupported nonlinearity {nonlinearity}")


@no_grad()
def uniform_(
    tensor: Tensor, a: float = 0.0, b: float = 1.0, generator: _Generator | None = None
) -> Tensor:
    """Uniform on [a, b).

    >>> w = nn.init.uniform_(torch.empty(1000), 2.0, 3.0)
    >>> w.min() >= 2, w.max() <= 3
    (tensor(True), tensor(True))
    """
    return tensor.uniform_(a, b, generator=generator)


@no_grad()
def normal_(
    tensor: Tensor, mean: float = 0.0, std: float = 1.0, generator: _Generator | None = None
) -> Tensor:
    """Normal with this mean and standard deviation.

    >>> w = nn.init.normal_(torch.empty(1000), mean=3.0, std=0.1)
    >>> w.mean().round(decimals=1)
    tensor(3.)
    """
    return tensor.normal_(mean, std, generator=generator)


@no_grad()
def trunc_normal_(
    tensor: Tensor,
    mean: float = 0.0,
    std: float = 1.0,
    a: float = -2.0,
    b: float = 2.0,
    generator: _Generator | None = None,
) -> Tensor:
    """Normal restricted to [a, b], by rejection: from normal draws where [a, b] holds much of the
    distribution, else from uniform ones.

    >>> w = nn.init.trunc_normal_(torch.empty(1000), a=-1.0, b=1.0)
    >>> w.abs().max() <= 1
    tensor(True)
    """
    if tensor.is_meta:
        return tensor
    if mean < a - 2 * std or mean > b + 2 * std:
        warnings.warn(
            "mean is more than 2 std from [a, b] in nn.init.trunc_normal_. "
            "The distribution of values may be incorrect.",
            stacklevel=3,
        )
    draw = _from_normal if _mass(mean, std, a, b) > 0.3 else _from_uniform
    drawn = draw(tensor, mean, std, a, b, generator)
    return tensor if drawn is tensor else tensor.copy_(drawn)


def _mass(mean: float, std: float, a: float, b: float) -> float:
    def below(x):
        return (1.0 + math.erf((x - mean) / std / math.sqrt(2.0))) / 2.0

    return below(b) - below(a)


def _from_normal(tensor: Tensor, mean: float, std: float, a: float, b: float, generator) -> Tensor:
    # The bounds as the tensor's own dtype represents them.
    low, high = tensor.new_tensor(a).item(), tensor.new_tensor(b).item()
    out = tensor.normal_(mean, std, generator=generator)
    while (outside := (out < low) | (out > high)).any():
        out = empty_like(out).normal_(mean, std, generator=generator).where(outside, out)
    return out


def _from_uniform(like: Tensor, mean: float, std: float, a: float, b: float, generator) -> Tensor:
    peak = -0.5 * ((max(a, min(mean, b)) - mean) / std) ** 2
    out = pending = None
    while pending is None or pending.any():
        candidate = empty_like(like).uniform_(a, b, generator=generator)
        density = ((candidate - mean) / std).pow(2).mul(-0.5).sub(peak)
        refused = empty_like(like).uniform_(generator=generator).log().gt(density)
        out = candidate if pending is None else candidate.where(pending, out)
        pending = refused if pending is None else pending & refused
    return out


@no_grad()
def constant_(tensor: Tensor, val: float) -> Tensor:
    """One value everywhere.

    >>> nn.init.constant_(torch.empty(2), 0.5)
    tensor([0.5000, 0.5000])
    """
    return tensor.fill_(val)


@no_grad()
def ones_(tensor: Tensor) -> Tensor:
    """Ones.

    >>> nn.init.ones_(torch.empty(2))
    tensor([1., 1.])
    """
    return tensor.fill_(1.0)


@no_grad()
def zeros_(tensor: Tensor) -> Tensor:
    """Zeros.

    >>> nn.init.zeros_(torch.empty(2))
    tensor([0., 0.])
    """
    return tensor.zero_()


@no_grad()
def eye_(tensor: Tensor) -> Tensor:
    """The identity matrix. ValueError unless 2-dimensional.

    >>> nn.init.eye_(torch.empty(2, 3))
    tensor([[1., 0., 0.],
            [0., 1., 0.]])
    """
    if tensor.ndimension() != 2:
        raise ValueError("Only tensors with 2 dimensions are supported")
    tensor.zero_()
    tensor.diagonal().fill_(1)
    return tensor


@no_grad()
def dirac_(tensor: Tensor, groups: int = 1) -> Tensor:
    """The convolution weight that passes channels through. ValueError unless 3- to 5-dimensional
    and divisible.

    >>> nn.init.dirac_(torch.empty(2, 2, 3))  # a convolution that changes nothing
    tensor([[[0., 1., 0.],
             [0., 0., 0.]],
    <BLANKLINE>
            [[0., 0., 0.],
             [0., 1., 0.]]])
    """
    if tensor.ndimension() not in (3, 4, 5):
        raise ValueError("Only tensors with 3, 4, or 5 dimensions are supported")
    sizes = tensor.size()
    if sizes[0] % groups != 0:
        raise ValueError("dim 0 must be divisible by groups")
    per_group = sizes[0] // groups
    n = min(per_group, sizes[1])
    middle = tensor.zero_()
    for size in sizes[2:]:
        middle = middle.select(2, size // 2)
    for g in range(groups):
        middle.narrow(0, g * per_group, n).narrow(1, 0, n).diagonal().fill_(1)
    return tensor


def _calculate_fan_in_and_fan_out(tensor: Tensor) -> tuple[int, int]:
    if tensor.dim() < 2:
        raise ValueError(
            "Fan in and fan out can not be computed for tensor with fewer than 2 dimensions"
        )
    field = math.prod(tensor.shape[2:])
    return tensor.size(1) * field, tensor.size(0) * field


def _calculate_correct_fan(tensor: Tensor, mode: str) -> int:
    mode = mode.lower()
    modes = ["fan_in", "fan_out"]
    if mode not in modes:
        raise ValueError(f"Mode {mode} not supported, please use one of {modes}")
    return _calculate_fan_in_and_fan_out(tensor)[modes.index(mode)]


@no_grad()
def xavier_uniform_(
    tensor: Tensor, gain: float = 1.0, generator: _Generator | None = None
) -> Tensor:
    """Uniform on ±gain·√(6 / (fan_in + fan_out)) (Glorot and Bengio, 2010).

    >>> w = nn.init.xavier_uniform_(torch.empty(3, 3))
    >>> w.abs().max() <= 1.0  # √(6 / (fan_in + fan_out))
    tensor(True)
    """
    bound = (
        math.sqrt(3.0) * gain * math.sqrt(2.0 / float(sum(_calculate_fan_in_and_fan_out(tensor))))
    )
    return tensor.uniform_(-bound, bound, generator=generator)


@no_grad()
def xavier_normal_(
    tensor: Tensor, gain: float = 1.0, generator: _Generator | None = None
) -> Tensor:
    """Normal with standard deviation gain·√(2 / (fan_in + fan_out)) (Glorot and Bengio, 2010).

    >>> w = nn.init.xavier_normal_(torch.empty(400, 100))
    >>> w.std().round(decimals=2)  # √(2 / (fan_in + fan_out))
    tensor(0.0600)
    """
    std = gain * math.sqrt(2.0 / float(sum(_calculate_fan_in_and_fan_out(tensor))))
    return tensor.normal_(0.0, std, generator=generator)


def _kaiming_std(tensor: Tensor, a: float, mode: str, nonlinearity: str) -> float | None:
    if 0 in tensor.shape:
        warnings.warn("Initializing zero-element tensors is a no-op", stacklevel=4)
        return None
    return calculate_gain(nonlinearity, a) / math.sqrt(_calculate_correct_fan(tensor, mode))


@no_grad()
def kaiming_uniform_(
    tensor: Tensor,
    a: float = 0,
    mode: str = "fan_in",
    nonlinearity: str = "leaky_relu",
    generator: _Generator | None = None,
) -> Tensor:
    """Uniform on ±gain·√(3 / fan) (https://arxiv.org/abs/1502.01852).

    >>> w = nn.init.kaiming_uniform_(torch.empty(100, 6), nonlinearity="relu")
    >>> w.abs().max() <= 1.0  # √(6 / fan_in)
    tensor(True)
    """
    std = _kaiming_std(tensor, a, mode, nonlinearity)
    if std is None:
        return tensor
    bound = math.sqrt(3.0) * std
    return tensor.uniform_(-bound, bound, generator=generator)


@no_grad()
def kaiming_normal_(
    tensor: Tensor,
    a: float = 0,
    mode: str = "fan_in",
    nonlinearity: str = "leaky_relu",
    generator: _Generator | None = None,
) -> Tensor:
    """Normal with standard deviation gain / √fan (https://arxiv.org/abs/1502.01852).

    >>> w = nn.init.kaiming_normal_(torch.empty(400, 100), nonlinearity="relu")
    >>> w.std().round(decimals=2)  # √(2 / fan_in)
    tensor(0.1400)
    """
    std = _kaiming_std(tensor, a, mode, nonlinearity)
    return tensor if std is None else tensor.normal_(0, std, generator=generator)


@no_grad()
def orthogonal_(tensor: Tensor, gain: float = 1, generator: _Generator | None = None) -> Tensor:
    """A (semi-)orthogonal matrix of the tensor with its trailing dimensions flattened
    (https://arxiv.org/abs/1312.6120).

    >>> w = nn.init.orthogonal_(torch.empty(3, 5))
    >>> torch.allclose(w @ w.T, torch.eye(3), atol=1e-5)
    True
    """
    if tensor.ndimension() < 2:
        raise ValueError("Only tensors with 2 or more dimensions are supported")
    if tensor.numel() == 0 or tensor.is_meta:
        return tensor
    rows = tensor.size(0)
    cols = tensor.numel() // rows
    flat = tensor.new_empty((rows, cols)).normal_(0, 1, generator=generator)
    if rows < cols:
        flat.t_()
    q, r = _linalg.qr(flat)
    # The signs of R's diagonal make the decomposition unique, so that Q is uniform
    # (arXiv:math-ph/0609050).
    q *= r.diag(0).sign()
    if rows < cols:
        q.t_()
    tensor.view_as(q).copy_(q)
    return tensor.mul_(gain)


@no_grad()
def sparse_(
    tensor: Tensor, sparsity: float, std: float = 0.01, generator: _Generator | None = None
) -> Tensor:
    """Normal with a fraction `sparsity` of each column set to zero. ValueError unless
    2-dimensional.

    >>> w = nn.init.sparse_(torch.empty(10, 3), sparsity=0.2)
    >>> (w == 0).sum(0)  # of each column
    tensor([2, 2, 2])
    """
    if tensor.ndimension() != 2:
        raise ValueError("Only tensors with 2 dimensions are supported")
    if tensor.is_meta:
        return tensor
    rows, cols = tensor.shape
    zeros = math.ceil(sparsity * rows)
    tensor.normal_(0, std, generator=generator)
    for column in range(cols):
        tensor[randperm(rows)[:zeros], column] = 0
    return tensor


def _deprecated(f: Callable) -> Callable:
    old = f.__name__[:-1]

    @functools.wraps(f)
    def forward(*args, **kwargs):
        warnings.warn(
            f"`nn.init.{old}` is now deprecated in favor of `nn.init.{f.__name__}`.",
            FutureWarning,
            stacklevel=2,
        )
        return f(*args, **kwargs)

    forward.__name__ = old
    return forward


uniform = _deprecated(uniform_)
normal = _deprecated(normal_)
constant = _deprecated(constant_)
eye = _deprecated(eye_)
dirac = _deprecated(dirac_)
xavier_uniform = _deprecated(xavier_uniform_)
xavier_normal = _deprecated(xavier_normal_)
kaiming_uniform = _deprecated(kaiming_uniform_)
kaiming_normal = _deprecated(kaiming_normal_)
orthogonal = _deprecated(orthogonal_)
sparse = _deprecated(sparse_)

__getattr__ = _absent.attributes(__name__)
