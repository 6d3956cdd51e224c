"""Arithmetic as modules, so that observers can be beside it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from torchish import nn
from torchish._core.tensor import FUNCTIONS, Tensor, tensor
from torchish._quantized.tensors import quantized

__all__ = ["FXFloatFunctional", "FloatFunctional", "QFunctional"]


class FloatFunctional(nn.Module):
    """Sums, products and concatenations with an observer on what they give."""

    def __init__(self) -> None:
        super().__init__()
        self.activation_post_process: Any = nn.Identity()

    def forward(self, x: Any) -> Any:
        raise RuntimeError(
            "FloatFunctional is not intended to use the forward. Please use the underlying "
            "operation"
        )

    def _seen(self, x: Tensor) -> Tensor:
        return self.activation_post_process(x)

    def add(self, x: Tensor, y: Tensor) -> Tensor:
        """x + y"""
        return self._seen(x + y)

    def add_scalar(self, x: Tensor, y: float) -> Tensor:
        """x + a number, which is not observed"""
        return x + y

    def mul(self, x: Tensor, y: Tensor) -> Tensor:
        """x * y"""
        return self._seen(x * y)

    def mul_scalar(self, x: Tensor, y: float) -> Tensor:
        """x * a number, which is not observed"""
        return x * y

    def cat(self, x: Sequence[Tensor], dim: int = 0) -> Tensor:
        """One behind the other along a dimension."""
        return self._seen(FUNCTIONS["cat"](x, dim))

    def add_relu(self, x: Tensor, y: Tensor) -> Tensor:
        """relu(x + y)"""
        return self._seen((x + y).relu())

    def matmul(self, x: Tensor, y: Tensor) -> Tensor:
        """x @ y"""
        return self._seen(x @ y)


class FXFloatFunctional(nn.Module):
    """The same without observers."""

    def forward(self, x: Any) -> Any:
        raise RuntimeError(
            "FloatFunctional is not intended to use the forward. Please use the underlying "
            "operation"
        )

    add = staticmethod(lambda x, y: x + y)
    add_scalar = add
    mul = staticmethod(lambda x, y: x * y)
    mul_scalar = mul
    cat = staticmethod(lambda x, dim=0: FUNCTIONS["cat"](x, dim))
    add_relu = staticmethod(lambda x, y: (x + y).relu())
    matmul = staticmethod(lambda x, y: x @ y)


class QFunctional(nn.Module):
    """The same on quantized tensors, by the scale that was observed."""

    def __init__(self) -> None:
        super().__init__()
        self.scale, self.zero_point = 1.0, 0
        self.activation_post_process: Any = nn.Identity()

    def _save_to_state_dict(self, destination, prefix, keep_vars) -> None:
        super()._save_to_state_dict(destination, prefix, keep_vars)
        destination[prefix + "scale"] = tensor(self.scale)
        destination[prefix + "zero_point"] = tensor(self.zero_point)

    def _load_from_state_dict(self, state_dict, prefix, *args: Any) -> None:
        self.scale = float(state_dict.pop(prefix + "scale"))
        self.zero_point = int(state_dict.pop(prefix + "zero_point"))
        super()._load_from_state_dict(state_dict, prefix, *args)

    def _get_name(self) -> str:
        return "QFunctional"

    def extra_repr(self) -> str:
        return f"scale={self.scale}, zero_point={self.zero_point}"

    def forward(self, x: Any) -> Any:
        raise RuntimeError(
            "Functional is not intended to use the forward. Please use the underlying operation"
        )

    def _given(self, x: Tensor, like: Any) -> Any:
        return quantized(x, self.scale, self.zero_point, like.dtype)

    def add(self, x: Any, y: Any) -> Any:
        """x + y"""
        return self._given(x.dequantize() + y.dequantize(), x)

    def add_relu(self, x: Any, y: Any) -> Any:
        """relu(x + y)"""
        return self._given((x.dequantize() + y.dequantize()).relu(), x)

    def mul(self, x: Any, y: Any) -> Any:
        """x * y"""
        return self._given(x.dequantize() * y.dequantize(), x)

    def cat(self, x: Sequence[Any], dim: int = 0) -> Any:
        """One behind the other along a dimension."""
        return self._given(FUNCTIONS["cat"]([t.dequantize() for t in x], dim), x[0])

    def matmul(self, x: Any, y: Any) -> Any:
        """x @ y"""
        return self._given(x.dequantize() @ y.dequantize(), x)

    @classmethod
    def from_float(cls, mod: Any, use_precomputed_fake_quant: bool = False) -> Any:
        """Of a `FloatFunctional` that has observed."""
        if type(mod) is not FloatFunctional:
            raise AssertionError("QFunctional.from_float expects an instance of FloatFunctional")
        scale, zero = mod.activation_post_process.calculate_qparams()
        made = cls()
        made.scale, made.zero_point = float(scale), int(zero)
        return made
