"""Normalizations that keep running statistics.

The operator computes the new statistics; they are written into the buffers here, without history.
https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.batch_norm.html
"""

from __future__ import annotations

from torchish._core.ops.table import TABLE
from torchish._core.tensor import Tensor
from torchish._core.tensor.dispatch import apply
from torchish._core.tensor.inner import assign
from torchish._core.tensor.tape.duals import now

__all__ = ["batch_norm", "instance_norm"]


def _store(input: Tensor, out, running_mean: Tensor | None, running_var: Tensor | None) -> Tensor:
    if not isinstance(out, tuple):
        return out
    if input.numel() == 0:
        return out[0]  # there are no statistics to take in
    for buffer, new in zip((running_mean, running_var), out[1:], strict=False):
        assign(buffer, new)
    return out[0]


def batch_norm(
    input: Tensor,
    running_mean: Tensor | None,
    running_var: Tensor | None,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    training: bool = False,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Tensor:
    """Normalize each channel (dim 1) by the batch's statistics while training, else by the running
    ones; training updates those in place. ValueError for one value per channel
    (https://arxiv.org/abs/1502.03167)."""
    if training and eps <= 0.0:
        raise ValueError(f"batch_norm eps must be positive during training, but got {eps}")
    if eps < 0.0:
        raise ValueError(f"batch_norm eps must be non-negative, but got {eps}")
    if now.level is not None and input._dual is not None:
        if any(t is not None and t._dual is not None for t in (running_mean, running_var)):
            raise RuntimeError(
                "batch_norm is not differentiable wrt running_mean and running_var, they cannot "
                "have forward grad defined"
            )
    args = (input, running_mean, running_var, weight, bias, training, float(momentum), eps)
    return _store(input, apply(TABLE["_batch_norm"], args), running_mean, running_var)


def instance_norm(
    input: Tensor,
    running_mean: Tensor | None = None,
    running_var: Tensor | None = None,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    use_input_stats: bool = True,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Tensor:
    """Normalize each channel of each sample by itself, or by the running statistics, which are
    updated in place when the input's are used. ValueError for one value per channel
    (https://arxiv.org/abs/1607.08022)."""
    args = (input, running_mean, running_var, weight, bias, use_input_stats, float(momentum), eps)
    return _store(input, apply(TABLE["_instance_norm"], args), running_mean, running_var)
