"""Instance normalization.

https://docs.pytorch.org/docs/stable/generated/torch.nn.InstanceNorm2d.html
"""

from __future__ import annotations

import warnings

from torchish._core.tensor import Tensor
from torchish.nn import functional as F
from torchish.nn.modules.batchnorm import _LazyNormBase, _NormBase

__all__ = [
    "InstanceNorm1d",
    "InstanceNorm2d",
    "InstanceNorm3d",
    "LazyInstanceNorm1d",
    "LazyInstanceNorm2d",
    "LazyInstanceNorm3d",
]


class _InstanceNorm(_NormBase):
    _no_batch: int

    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float = 0.1,
        affine: bool = False,
        track_running_stats: bool = False,
        device=None,
        dtype=None,
        *,
        bias: bool = True,
    ) -> None:
        super().__init__(
            num_features, eps, momentum, affine, track_running_stats, device, dtype, bias=bias
        )

    def _get_no_batch_dim(self) -> int:
        return self._no_batch

    def _check_input_dim(self, input: Tensor) -> None:
        n = self._get_no_batch_dim()
        if input.dim() not in (n, n + 1):
            raise ValueError(f"expected {n}D or {n + 1}D input (got {input.dim()}D input)")

    def _apply_instance_norm(self, input: Tensor) -> Tensor:
        return F.instance_norm(
            input,
            self.running_mean,
            self.running_var,
            self.weight,
            self.bias,
            self.training or not self.track_running_stats,
            self.momentum if self.momentum is not None else 0.0,
            self.eps,
        )

    def forward(self, input: Tensor) -> Tensor:
        self._check_input_dim(input)
        single = input.dim() == self._get_no_batch_dim()
        at = input.dim() - self._get_no_batch_dim()
        if input.size(at) != self.num_features:
            if self.affine:
                raise ValueError(
                    f"expected input's size at dim={at} to match num_features "
                    f"({self.num_features}), but got: {input.size(at)}."
                )
            warnings.warn(
                f"input's size at dim={at} does not match num_features. You can silence this "
                "warning by not passing in num_features, which is not used because affine=False",
                stacklevel=2,
            )
        if single:
            return self._apply_instance_norm(input.unsqueeze(0)).squeeze(0)
        return self._apply_instance_norm(input)

    def _load_from_state_dict(
        self, state_dict, prefix, local_metadata, strict, missing_keys, unexpected_keys, error_msgs
    ) -> None:
        version = local_metadata.get("version", None)
        if version is None and not self.track_running_stats:
            # Before version 2 the default was to track statistics, so old checkpoints have them.
            stale = [
                prefix + n for n in ("running_mean", "running_var") if prefix + n in state_dict
            ]
            if stale:
                names = " and ".join(f'"{k}"' for k in stale)
                error_msgs.append(
                    f"Unexpected running stats buffer(s) {names} for {self.__class__.__name__} "
                    "with track_running_stats=False. If state_dict is a checkpoint saved before "
                    "0.4.0, this may be expected because InstanceNorm does not track running stats "
                    "by default since 0.4.0. Please remove these keys from state_dict. If the "
                    "running stats are actually needed, instead set track_running_stats=True in "
                    f"{self.__class__.__name__} to enable them. See the documentation of "
                    f"{self.__class__.__name__} for details."
                )
                for key in stale:
                    state_dict.pop(key)
        super()._load_from_state_dict(
            state_dict, prefix, local_metadata, strict, missing_keys, unexpected_keys, error_msgs
        )


class InstanceNorm1d(_InstanceNorm):
    """Normalizes each channel of each (C, L) by itself (https://arxiv.org/abs/1607.08022).

    >>> nn.InstanceNorm1d(2)(torch.tensor([[[0.0, 2.0], [10.0, 30.0]]]))
    tensor([[[-1.0000,  1.0000],
             [-1.0000,  1.0000]]])
    """

    _no_batch = 2


class InstanceNorm2d(_InstanceNorm):
    """Normalizes each channel of each (C, H, W) by itself (https://arxiv.org/abs/1607.08022).

    >>> nn.InstanceNorm2d(3)(torch.rand(2, 3, 4, 4)).mean((2, 3)).abs().max() < 1e-5
    tensor(True)
    """

    _no_batch = 3


class InstanceNorm3d(_InstanceNorm):
    """Normalizes each channel of each (C, D, H, W) by itself (https://arxiv.org/abs/1607.08022).

    >>> nn.InstanceNorm3d(3)(torch.rand(2, 3, 2, 2, 2)).shape
    torch.Size([2, 3, 2, 2, 2])
    """

    _no_batch = 4


class LazyInstanceNorm1d(_LazyNormBase, _InstanceNorm):
    """InstanceNorm1d that takes `num_features` from its first input.

    >>> layer = nn.LazyInstanceNorm1d()
    >>> _ = layer(torch.rand(1, 3, 4))
    >>> layer.num_features
    3
    """

    _no_batch = 2
    cls_to_become = InstanceNorm1d


class LazyInstanceNorm2d(_LazyNormBase, _InstanceNorm):
    """InstanceNorm2d that takes `num_features` from its first input.

    >>> layer = nn.LazyInstanceNorm2d()
    >>> _ = layer(torch.rand(1, 3, 4, 4))
    >>> layer.num_features
    3
    """

    _no_batch = 3
    cls_to_become = InstanceNorm2d


class LazyInstanceNorm3d(_LazyNormBase, _InstanceNorm):
    """InstanceNorm3d that takes `num_features` from its first input.

    >>> layer = nn.LazyInstanceNorm3d()
    >>> _ = layer(torch.rand(1, 3, 2, 2, 2))
    >>> layer.num_features
    3
    """

    _no_batch = 4
    cls_to_become = InstanceNorm3d
