"""Linear and recurrent layers with integer weights, whose inputs are quantized as they come."""

from __future__ import annotations

from typing import Any

from torchish import nn
from torchish._core.base import dtypes as dt
from torchish._core.tensor import FUNCTIONS, Tensor, randn, zeros
from torchish._quantized import products
from torchish.ao.nn.intrinsic import modules as nni
from torchish.ao.nn.quantized import modules as nnq

__all__ = ["GRU", "LSTM", "GRUCell", "LSTMCell", "Linear", "RNNCell"]


def _half(weight: Tensor) -> Tensor:
    return weight.detach().to(dt.float16)


def _product(x: Tensor, weight: Any, bias: Any, relu: bool = False, reduce: bool = True) -> Tensor:
    """A product with an integer or float16 weight."""
    if weight.is_quantized:
        return products.linear_dynamic(x, weight, bias, relu, reduce)
    out = nn.functional.linear(x, weight.to(dt.float32), bias)
    return out.relu() if relu else out


class Linear(nnq.Linear):
    """A linear layer on floats."""

    def forward(self, x: Tensor) -> Tensor:
        return _product(x, self.weight(), self.bias(), self._RELU).to(x.dtype)

    def _get_name(self) -> str:
        return "DynamicQuantizedLinear"

    def extra_repr(self) -> str:
        text = (
            f"in_features={self.in_features}, out_features={self.out_features}, "
            f"dtype={self._packed_params.dtype}"
        )
        if self._packed_params.dtype is nnq.QINT8:
            text += f", qscheme={self.weight().qscheme()}"
        return text

    @classmethod
    def from_float(cls, mod: Any, use_precomputed_fake_quant: bool = False) -> Any:
        """Of a float layer with a `qconfig`."""
        if not getattr(mod, "qconfig", None):
            raise AssertionError("Input float module must have qconfig defined")
        layer = mod[0] if isinstance(mod, nni._FusedModule) else mod
        observer = mod.qconfig.weight()
        made = cls(layer.in_features, layer.out_features, dtype=observer.dtype)
        if observer.dtype is dt.float16:
            weight: Any = _half(layer.weight)
        elif observer.dtype is nnq.QINT8:
            observer(layer.weight)
            weight = nnq.quantize_weight(layer.weight, observer)
        else:
            raise RuntimeError("Unsupported dtype specified for dynamic quantized Linear!")
        made.set_weight_bias(weight, layer.bias)
        return made


class LinearReLU(Linear):
    """A linear layer and ReLU on floats."""

    _RELU = True

    def _get_name(self) -> str:
        return "DynamicQuantizedLinearReLU"


class _Weights(nn.Module):
    """The weights of one direction of one layer."""

    def __init__(self, *param: Any) -> None:
        super().__init__()
        object.__setattr__(self, "param", param)

    param: tuple

    def _save_to_state_dict(self, destination, prefix, keep_vars) -> None:
        super()._save_to_state_dict(destination, prefix, keep_vars)
        destination[prefix + "param"] = self.param

    def _load_from_state_dict(
        self, state_dict, prefix, local_metadata, strict, missing, unexpected, errors
    ) -> None:
        object.__setattr__(self, "param", tuple(state_dict.pop(prefix + "param")))
        super()._load_from_state_dict(
            state_dict, prefix, local_metadata, False, missing, unexpected, errors
        )


def _draw(mode: str, wide: int, hidden: int, bias: bool) -> None:
    """Take from the generator what PyTorch's layer begins with, before it gets its weights: what a
    program draws next is the same."""
    n = {"LSTM": 4, "GRU": 3}.get(mode, 1) * hidden
    for shape in ((n, wide), (n, hidden), *(((n,), (n,)) if bias else ())):
        randn(*shape)


def _weight_of(mod: Any, weight: Tensor) -> Any:
    observer = mod.qconfig.weight()
    if observer.dtype is dt.float16:
        return _half(weight)
    if observer.dtype is not nnq.QINT8:
        raise RuntimeError(f"Unsupported dtype for dynamic RNN quantization: {observer.dtype}")
    observer(weight)
    return nnq.quantize_weight(weight, observer)


class _RNN(nn.Module):
    _FLOAT_MODULE: Any
    _STATES = 1

    def __init__(
        self, mode: str, input_size: int, hidden_size: int, num_layers: int = 1, bias: bool = True,
        batch_first: bool = False, dropout: float = 0.0, bidirectional: bool = False,
        dtype: Any = nnq.QINT8,
    ) -> None:  # fmt: skip
        super().__init__()
        self.mode, self.input_size, self.hidden_size = mode, input_size, hidden_size
        self.num_layers, self.bias, self.batch_first = num_layers, bias, batch_first
        self.dropout, self.bidirectional, self.dtype = float(dropout), bidirectional, dtype
        self._all_weight_values = nn.ModuleList()
        self.training = False
        for layer in range(num_layers):
            for _ in range(2 if bidirectional else 1):
                wide = hidden_size * (1 + bidirectional) if layer else input_size
                _draw(mode, wide, hidden_size, bias)

    def _get_name(self) -> str:
        return f"DynamicQuantized{type(self).__name__}"

    def extra_repr(self) -> str:
        text = f"{self.input_size}, {self.hidden_size}"
        for name, default in (("num_layers", 1), ("bias", True), ("batch_first", False),
                              ("dropout", 0.0), ("bidirectional", False)):  # fmt: skip
            if getattr(self, name) != default:
                text += f", {name}={getattr(self, name)}"
        return text

    def __repr__(self) -> str:
        return f"{self._get_name()}({self.extra_repr()})"

    def _step(self, weights: tuple, inside: Tensor, states: tuple) -> tuple:
        raise NotImplementedError

    def forward(self, input: Any, hx: Any = None) -> Any:
        if isinstance(input, nn.utils.rnn.PackedSequence):
            raise NotImplementedError(f"{self._get_name()} of a PackedSequence")
        single = input.dim() == 2
        x = input.unsqueeze(0 if self.batch_first else 1) if single else input
        x = x.transpose(0, 1) if self.batch_first else x
        directions = 2 if self.bidirectional else 1
        n = self.num_layers * directions
        if hx is None:
            first = zeros(n, x.shape[1], self.hidden_size, dtype=x.dtype)
            given = (first,) * self._STATES
        else:
            given = (hx,) if self._STATES == 1 else tuple(hx)
            given = tuple(h.unsqueeze(1) for h in given) if single else given
        last: list[list[Tensor]] = [[] for _ in range(self._STATES)]
        for layer in range(self.num_layers):
            outs = []
            for d in range(directions):
                at = layer * directions + d
                weights = self._all_weight_values[at].param
                states = tuple(h[at] for h in given)
                # All inputs of a layer are quantized by one range.
                inside = _product(x, weights[0], weights[2])
                steps: list[Any] = [None] * x.shape[0]
                for t in range(x.shape[0]) if d == 0 else reversed(range(x.shape[0])):
                    states = self._step(weights, inside[t], states)
                    steps[t] = states[0]
                outs.append(FUNCTIONS["stack"](steps))
                for kept, h in zip(last, states, strict=True):
                    kept.append(h)
            x = FUNCTIONS["cat"](outs, -1) if directions == 2 else outs[0]
            if self.dropout and self.training and layer < self.num_layers - 1:
                x = nn.functional.dropout(x, self.dropout)
        final = tuple(FUNCTIONS["stack"](kept) for kept in last)
        x = x.transpose(0, 1) if self.batch_first else x
        if single:
            x = x.squeeze(0 if self.batch_first else 1)
            final = tuple(h.squeeze(1) for h in final)
        return x, final[0] if self._STATES == 1 else final

    @classmethod
    def from_float(cls, mod: Any, use_precomputed_fake_quant: bool = False) -> Any:
        """Of a float layer with a `qconfig`."""
        if type(mod) is not cls._FLOAT_MODULE:
            raise AssertionError(f"{cls.__name__}.from_float only works for nn.{cls.__name__}")
        if not getattr(mod, "qconfig", None):
            raise AssertionError("Input float module must have qconfig defined")
        if getattr(mod, "proj_size", 0):
            raise NotImplementedError(f"{cls.__name__}.from_float: proj_size")
        made = cls(
            mod.input_size, mod.hidden_size, mod.num_layers, mod.bias, mod.batch_first,
            mod.dropout, mod.bidirectional, mod.qconfig.weight().dtype,
        )  # fmt: skip
        for layer in range(mod.num_layers):
            for suffix in ("", "_reverse") if mod.bidirectional else ("",):
                w = [
                    _weight_of(mod, getattr(mod, f"weight_{k}_l{layer}{suffix}"))
                    for k in ("ih", "hh")
                ]
                b = [
                    getattr(mod, f"bias_{k}_l{layer}{suffix}").detach() if mod.bias else None
                    for k in ("ih", "hh")
                ]
                made._all_weight_values.append(_Weights(*w, *b))
        return made


def _lstm_gates(inside: Tensor, hidden: Tensor, c: Tensor) -> tuple[Tensor, Tensor]:
    i, f, g, o = (inside + hidden).chunk(4, -1)
    c = f.sigmoid() * c + i.sigmoid() * g.tanh()
    return o.sigmoid() * c.tanh(), c


def _gru_gates(inside: Tensor, hidden: Tensor, h: Tensor) -> Tensor:
    ir, iz, new = inside.chunk(3, -1)
    hr, hz, hn = hidden.chunk(3, -1)
    r, z = (ir + hr).sigmoid(), (iz + hz).sigmoid()
    n = (new + r * hn).tanh()
    return (h - n) * z + n


class LSTM(_RNN):
    """A long short-term memory."""

    _FLOAT_MODULE = nn.LSTM
    _STATES = 2

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__("LSTM", *args, **kwargs)

    def _step(self, weights: tuple, inside: Tensor, states: tuple) -> tuple:
        h, c = states
        return _lstm_gates(inside, _product(h, weights[1], weights[3]), c)


class GRU(_RNN):
    """A gated recurrent unit."""

    _FLOAT_MODULE = nn.GRU

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__("GRU", *args, **kwargs)

    def _step(self, weights: tuple, inside: Tensor, states: tuple) -> tuple:
        (h,) = states
        return (_gru_gates(inside, _product(h, weights[1], weights[3]), h),)


class _Cell(nn.Module):
    _FLOAT_MODULE: Any
    weights: tuple

    def __init__(self, input_size: int, hidden_size: int, bias: bool = True) -> None:
        super().__init__()
        self.input_size, self.hidden_size, self.bias = input_size, hidden_size, bias
        _draw(type(self).__name__.removesuffix("Cell"), input_size, hidden_size, bias)

    def _get_name(self) -> str:
        return f"DynamicQuantized{type(self).__name__}"

    def extra_repr(self) -> str:
        return f"{self.input_size}, {self.hidden_size}"

    def _sides(self, x: Tensor, h: Tensor | None) -> tuple[Tensor, Tensor, Tensor]:
        h = zeros(x.shape[0], self.hidden_size, dtype=x.dtype) if h is None else h
        w = self.weights
        return _product(x, w[0], w[2]), _product(h, w[1], w[3]), h

    @classmethod
    def from_float(cls, mod: Any, use_precomputed_fake_quant: bool = False) -> Any:
        """Of a float cell with a `qconfig`."""
        made = cls(mod.input_size, mod.hidden_size, mod.bias)
        b = [mod.bias_ih.detach(), mod.bias_hh.detach()] if mod.bias else [None, None]
        w = [_weight_of(mod, mod.weight_ih), _weight_of(mod, mod.weight_hh)]
        object.__setattr__(made, "weights", (*w, *b))
        made.nonlinearity = getattr(mod, "nonlinearity", "tanh")
        return made


class LSTMCell(_Cell):
    """A step of an LSTM."""

    _FLOAT_MODULE = nn.LSTMCell

    def forward(self, input: Tensor, hx: Any = None) -> tuple[Tensor, Tensor]:
        inside, hidden, h = self._sides(input, None if hx is None else hx[0])
        return _lstm_gates(inside, hidden, h if hx is None else hx[1])


class GRUCell(_Cell):
    """A step of a GRU."""

    _FLOAT_MODULE = nn.GRUCell

    def forward(self, input: Tensor, hx: Any = None) -> Tensor:
        return _gru_gates(*self._sides(input, hx))


class RNNCell(_Cell):
    """A step of a plain recurrent net."""

    _FLOAT_MODULE = nn.RNNCell

    def forward(self, input: Tensor, hx: Any = None) -> Tensor:
        inside, hidden, _ = self._sides(input, hx)
        out = inside + hidden
        return out.relu() if self.nonlinearity == "relu" else out.tanh()
