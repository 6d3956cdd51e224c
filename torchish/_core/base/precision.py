"""How exact products in float32 are on accelerators, and what else programs ask of kernels there.

Note [Precision of products]
PyTorch multiplies float32 matrices on a GPU in full precision unless a program asks for less, and
convolves, and runs recurrent layers, in TensorFloat32 unless a program asks for more. JAX has one
setting for products of all kinds, which is PyTorch's for matrices here; a convolution says its own
when it is traced. XLA takes DEFAULT on a GPU for TensorFloat32; on a TPU that would be bfloat16,
which is coarser by three bits, so there it is HIGH, three passes of it. Programs are compiled for
one setting: whoever changes one that programs depend on calls `binding.reset_calls`.
"""

from __future__ import annotations

from typing import Any

import jax
from jax import lax

from torchish._core.base import devices

__all__ = ["convolution", "kernels", "options", "recurrent", "state", "use"]

LEGACY = {"highest": "highest", "high": "high", "medium": "default"}


class _State:
    """What was asked for: "ieee", "tf32", or "none" where the next more general one decides."""

    def __init__(self):
        self.matmul = "none"
        self.medium = False  # whether matrices may be multiplied in bfloat16
        self.general = self.cudnn = "none"
        self.conv = self.rnn = "tf32"
        self.deterministic = False  # of cuDNN
        self.algorithms = False  # torch.use_deterministic_algorithms

    def effective(self, kind: str) -> str:
        """ "ieee" or "tf32", for "matmul", "conv" or "rnn"."""
        own = getattr(self, kind)
        if own == "none" and kind != "matmul":
            own = self.cudnn
        if own == "none":
            own = self.general
        return "ieee" if own == "none" else own


state = _State()
# Which kernels of attention a program allows.
kernels = {"flash": True, "mem_efficient": True, "math": True, "cudnn": True}


def use() -> None:
    """Multiply as `state` says from now on."""
    tf32 = state.effective("matmul") == "tf32"
    legacy = ("medium" if state.medium else "high") if tf32 else "highest"
    jax.config.update("jax_default_matmul_precision", LEGACY[legacy])


def _of(kind: str) -> lax.Precision | None:
    where = devices.traced_for()
    if where == "cpu":
        return None
    if state.effective(kind) == "ieee":
        return lax.Precision.HIGHEST
    return lax.Precision.HIGH if where == "tpu" else lax.Precision.DEFAULT


def convolution() -> lax.Precision | None:
    """What a convolution that is being traced is computed with; None: JAX's setting."""
    return _of("conv")


def recurrent() -> lax.Precision | None:
    """The same for the products of a recurrent layer."""
    return _of("rnn")


def options(type: str) -> dict[str, Any] | None:
    """The compiler's options for programs on devices of a type."""
    if type == "cuda" and (state.deterministic or state.algorithms):
        return {"xla_gpu_deterministic_ops": True}
    return None


use()
