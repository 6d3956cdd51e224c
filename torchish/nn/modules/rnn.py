"""Recurrent layers and cells.

https://docs.pytorch.org/docs/stable/nn.html#recurrent-layers
"""

from __future__ import annotations

import math
import numbers
import warnings
from typing import Any

from torchish._core.tensor import Tensor, empty, zeros
from torchish.nn import init
from torchish.nn._functional import recurrent
from torchish.nn.modules.module import Module
from torchish.nn.parameter import Parameter
from torchish.nn.utils.rnn import PackedSequence

__all__ = ["GRU", "GRUCell", "LSTM", "LSTMCell", "RNN", "RNNBase", "RNNCell", "RNNCellBase"]


class RNNBase(Module):
    """What RNN, LSTM and GRU have in common: stacked layers in one or both directions.

    Parameters are `weight_ih_l0`, `weight_hh_l0`, `bias_ih_l0`, `bias_hh_l0` (`weight_hr_l0`), then
    with the suffix `_reverse`, then those of layer 1, and so on.
    """

    __constants__ = [
        "mode",
        "input_size",
        "hidden_size",
        "num_layers",
        "bias",
        "batch_first",
        "dropout",
        "bidirectional",
        "proj_size",
    ]
    _GATES = {"LSTM": 4, "GRU": 3, "RNN_TANH": 1, "RNN_RELU": 1}

    def __init__(
        self,
        mode: str,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        proj_size: int = 0,
        device=None,
        dtype=None,
    ) -> None:
        super().__init__()
        self.mode = mode
        self.input_size = input_size
        self.hidden_size = hidden_size
        self.num_layers = num_layers
        self.bias = bias
        self.batch_first = batch_first
        self.dropout = float(dropout)
        self.bidirectional = bidirectional
        self.proj_size = proj_size
        self._check_options(dropout)
        directions = 2 if bidirectional else 1
        gates = self._GATES.get(mode)
        if gates is None:
            raise ValueError("Unrecognized RNN mode: " + mode)
        self._all_weights: list[list[str]] = []
        for layer in range(num_layers):
            for direction in range(directions):
                out = proj_size if proj_size > 0 else hidden_size
                wide = input_size if layer == 0 else out * directions
                shapes = {
                    "weight_ih": (gates * hidden_size, wide),
                    "weight_hh": (gates * hidden_size, out),
                }
                if bias:
                    shapes["bias_ih"] = shapes["bias_hh"] = (gates * hidden_size,)
                if proj_size > 0:
                    shapes["weight_hr"] = (proj_size, hidden_size)
                suffix = f"_l{layer}" + ("_reverse" if direction else "")
                for name, shape in shapes.items():
                    setattr(
                        self, name + suffix, Parameter(empty(shape, device=device, dtype=dtype))
                    )
                self._all_weights.append([name + suffix for name in shapes])
        self.reset_parameters()

    def _check_options(self, dropout: Any) -> None:
        if (
            not isinstance(dropout, numbers.Number)
            or not 0 <= dropout <= 1
            or isinstance(dropout, bool)
        ):
            raise ValueError(
                "dropout should be a number in range [0, 1] representing the probability of an "
                "element being zeroed"
            )
        if dropout > 0 and self.num_layers == 1:
            warnings.warn(
                "dropout option adds dropout after all but last recurrent layer, so non-zero "
                f"dropout expects num_layers greater than 1, but got dropout={dropout} and "
                f"num_layers={self.num_layers}",
                stacklevel=4,
            )
        for name in ("bias", "batch_first"):
            value = getattr(self, name)
            if not isinstance(value, bool):
                raise TypeError(f"{name} should be of type bool, got: {type(value).__name__}")
        for name in ("input_size", "hidden_size"):
            value = getattr(self, name)
            if not isinstance(value, int):
                raise TypeError(f"{name} should be of type int, got: {type(value).__name__}")
            if value <= 0:
                raise ValueError(f"{name} must be greater than zero")
        if self.num_layers <= 0:
            raise ValueError("num_layers must be greater than zero")
        if self.proj_size < 0:
            raise ValueError(
                "proj_size should be a positive integer or zero to disable projections"
            )
        if self.proj_size >= self.hidden_size:
            raise ValueError("proj_size has to be smaller than hidden_size")

    @property
    def all_weights(self) -> list[list[Parameter]]:
        """The parameters, a list for each layer and direction."""
        return [[getattr(self, name) for name in names] for names in self._all_weights]

    @property
    def _flat_weights(self) -> list[Parameter]:
        return [getattr(self, name) for names in self._all_weights for name in names]

    @property
    def _flat_weights_names(self) -> list[str]:
        return [name for names in self._all_weights for name in names]

    def flatten_parameters(self) -> None:
        """Nothing to do: the layout of weights in memory is the compiler's."""

    def reset_parameters(self) -> None:
        """Draw new initial values, uniform on ±1/√hidden_size."""
        bound = 1.0 / math.sqrt(self.hidden_size) if self.hidden_size > 0 else 0
        for weight in self.parameters():
            init.uniform_(weight, -bound, bound)

    def check_input(self, input: Tensor, batch_sizes: Tensor | None) -> None:
        """RuntimeError, ValueError unless the input's dimensions and dtype fit."""
        weight = self._parameters.get("weight_ih_l0")
        if weight is not None and input.dtype is not weight.dtype:
            raise ValueError(
                f"RNN input dtype ({input.dtype}) does not match weight dtype ({weight.dtype}). "
                "Convert input: "
                f"input.to({weight.dtype}), or convert model: model.to({input.dtype})"
            )
        expected = 2 if batch_sizes is not None else 3
        if input.dim() != expected:
            raise RuntimeError(f"input must have {expected} dimensions, got {input.dim()}")
        if self.input_size != input.size(-1):
            raise RuntimeError(
                f"input.size(-1) must be equal to input_size. Expected {self.input_size}, got "
                f"{input.size(-1)}"
            )

    def get_expected_hidden_size(
        self, input: Tensor, batch_sizes: Tensor | None
    ) -> tuple[int, int, int]:
        """Shape of the hidden state that goes with an input."""
        if batch_sizes is not None:
            batch = int(batch_sizes[0])
        else:
            batch = input.size(0) if self.batch_first else input.size(1)
        directions = 2 if self.bidirectional else 1
        return (
            self.num_layers * directions,
            batch,
            self.proj_size if self.proj_size > 0 else self.hidden_size,
        )

    def check_hidden_size(
        self,
        hx: Tensor,
        expected_hidden_size: tuple[int, int, int],
        msg: str = "Expected hidden size {}, got {}",
    ) -> None:
        """RuntimeError unless a hidden state has the expected shape."""
        if hx.size() != expected_hidden_size:
            raise RuntimeError(msg.format(expected_hidden_size, list(hx.size())))

    def check_forward_args(self, input: Tensor, hidden: Tensor, batch_sizes: Tensor | None) -> None:
        """`check_input`, `check_hidden_size`."""
        self.check_input(input, batch_sizes)
        self.check_hidden_size(hidden, self.get_expected_hidden_size(input, batch_sizes))

    def permute_hidden(self, hx: Any, permutation: Tensor | None) -> Any:
        """The hidden state in the order of a packed batch, or back."""
        return hx if permutation is None else hx.index_select(1, permutation)

    def extra_repr(self) -> str:
        s = f"{self.input_size}, {self.hidden_size}"
        if self.proj_size != 0:
            s += f", proj_size={self.proj_size}"
        if self.num_layers != 1:
            s += f", num_layers={self.num_layers}"
        if self.bias is not True:
            s += f", bias={self.bias}"
        if self.batch_first is not False:
            s += f", batch_first={self.batch_first}"
        if self.dropout != 0:
            s += f", dropout={self.dropout}"
        if self.bidirectional is not False:
            s += f", bidirectional={self.bidirectional}"
        return s

    def _zeros(self, input: Tensor, batch: int, width: int) -> Tensor:
        directions = 2 if self.bidirectional else 1
        return zeros(
            self.num_layers * directions, batch, width, dtype=input.dtype, device=input.device
        )

    def _states(self, hx: Any) -> tuple:
        """The hidden state as a tuple of tensors."""
        return hx if isinstance(hx, tuple) else (hx,)

    def _first_states(self, input: Tensor, batch: int) -> tuple:
        out = self.proj_size if self.proj_size > 0 else self.hidden_size
        first = self._zeros(input, batch, out)
        return (
            (first, self._zeros(input, batch, self.hidden_size))
            if self.mode == "LSTM"
            else (first,)
        )

    def _check_unbatched(self, input: Tensor, hx: Any) -> None:
        """RuntimeError unless the hidden state is batched as the input is."""
        if hx is None:
            return
        batched = input.dim() == 3
        want = 3 if batched else 2
        if self.mode == "LSTM":
            if hx[0].dim() != want or hx[1].dim() != want:
                raise RuntimeError(
                    f"For {'batched 3-D' if batched else 'unbatched 2-D'} input, hx and cx should "
                    f"also be {want}-D but got ({hx[0].dim()}-D, {hx[1].dim()}-D) tensors"
                )
        elif hx.dim() != want:
            raise RuntimeError(
                f"For {'batched 3-D' if batched else 'unbatched 2-D'} input, hx should also be "
                f"{want}-D but got {hx.dim()}-D tensor"
            )

    def forward(self, input: Any, hx: Any = None) -> Any:
        """(output, hidden state): output (L, N, D·H), batch first when asked; a PackedSequence for
        one."""
        packed = isinstance(input, PackedSequence)
        batch_sizes = sorted_indices = unsorted_indices = None
        single = False
        if packed:
            data, batch_sizes, sorted_indices, unsorted_indices = input
            batch = int(batch_sizes[0])
        else:
            if input.dim() not in (2, 3):
                name = type(self).__name__ if self.mode not in ("RNN_TANH", "RNN_RELU") else "RNN"
                end = "D tensor instead" if name == "RNN" else "D instead"
                raise ValueError(f"{name}: Expected input to be 2D or 3D, got {input.dim()}{end}")
            self._check_unbatched(input, hx)
            if not input.size(int(self.batch_first and input.dim() == 3)):
                raise RuntimeError("Expected sequence length to be larger than 0 in RNN")
            single = input.dim() == 2
            at = 0 if self.batch_first else 1
            data = input.unsqueeze(at) if single else input
            batch = data.size(at)
        states = None if hx is None else self._states(hx)
        if states is None:
            states = self._first_states(data, batch)
        else:
            if single:
                states = tuple(s.unsqueeze(1) for s in states)
            states = tuple(self.permute_hidden(s, sorted_indices) for s in states)
        self.check_forward_args(data, states if self.mode == "LSTM" else states[0], batch_sizes)
        output, states = recurrent.run(
            self.mode,
            data,
            states,
            self.all_weights,
            dropout=self.dropout if self.training else 0.0,
            bidirectional=self.bidirectional,
            bias=self.bias,
            batch_first=self.batch_first and not packed,
            batch_sizes=batch_sizes,
        )
        if packed:
            output = PackedSequence(output, batch_sizes, sorted_indices, unsorted_indices)
        elif single:
            output = output.squeeze(0 if self.batch_first else 1)
            states = tuple(s.squeeze(1) for s in states)
        states = tuple(self.permute_hidden(s, unsorted_indices) for s in states)
        return output, states if self.mode == "LSTM" else states[0]


class RNN(RNNBase):
    """h' = tanh(W_ih x + b_ih + W_hh h + b_hh), or with relu
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.RNN.html).

    >>> rnn = nn.RNN(input_size=4, hidden_size=6, num_layers=2, batch_first=True)
    >>> output, h = rnn(torch.zeros(3, 5, 4))
    >>> output.shape, h.shape
    (torch.Size([3, 5, 6]), torch.Size([2, 3, 6]))
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        if "proj_size" in kwargs:
            raise ValueError("proj_size argument is only supported for LSTM, not RNN or GRU")
        if len(args) > 3:
            self.nonlinearity = args[3]
            args = args[:3] + args[4:]
        else:
            self.nonlinearity = kwargs.pop("nonlinearity", "tanh")
        modes = {"tanh": "RNN_TANH", "relu": "RNN_RELU"}
        if self.nonlinearity not in modes:
            raise ValueError(
                f"Unknown nonlinearity '{self.nonlinearity}'. Select from 'tanh' or 'relu'."
            )
        super().__init__(modes[self.nonlinearity], *args, **kwargs)


class LSTM(RNNBase):
    """Long short-term memory
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.LSTM.html).

    >>> lstm = nn.LSTM(input_size=4, hidden_size=6, batch_first=True, bidirectional=True)
    >>> output, (h, c) = lstm(torch.zeros(3, 5, 4))
    >>> output.shape, h.shape, c.shape
    (torch.Size([3, 5, 12]), torch.Size([2, 3, 6]), torch.Size([2, 3, 6]))
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__("LSTM", *args, **kwargs)

    def get_expected_cell_size(
        self, input: Tensor, batch_sizes: Tensor | None
    ) -> tuple[int, int, int]:
        """Shape of the cell state that goes with an input."""
        layers, batch, _ = self.get_expected_hidden_size(input, batch_sizes)
        return (layers, batch, self.hidden_size)

    def check_forward_args(self, input: Tensor, hidden: Any, batch_sizes: Tensor | None) -> None:
        """`check_input`, `check_hidden_size` of both states."""
        self.check_input(input, batch_sizes)
        self.check_hidden_size(
            hidden[0],
            self.get_expected_hidden_size(input, batch_sizes),
            "Expected hidden[0] size {}, got {}",
        )
        self.check_hidden_size(
            hidden[1],
            self.get_expected_cell_size(input, batch_sizes),
            "Expected hidden[1] size {}, got {}",
        )

    def permute_hidden(self, hx: Any, permutation: Tensor | None) -> Any:
        """The hidden states in the order of a packed batch, or back."""
        if isinstance(hx, tuple):
            return tuple(super(LSTM, self).permute_hidden(h, permutation) for h in hx)
        return super().permute_hidden(hx, permutation)


class GRU(RNNBase):
    """Gated recurrent units (https://docs.pytorch.org/docs/stable/generated/torch.nn.GRU.html).

    >>> gru = nn.GRU(input_size=4, hidden_size=6)
    >>> output, h = gru(torch.zeros(5, 3, 4))  # (length, batch, features)
    >>> output.shape, h.shape
    (torch.Size([5, 3, 6]), torch.Size([1, 3, 6]))
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        if "proj_size" in kwargs:
            raise ValueError("proj_size argument is only supported for LSTM, not RNN or GRU")
        super().__init__("GRU", *args, **kwargs)


class RNNCellBase(Module):
    """What the cells have in common: one step, with the weights of one layer."""

    __constants__ = ["input_size", "hidden_size", "bias"]

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        bias: bool,
        num_chunks: int,
        device=None,
        dtype=None,
    ) -> None:
        super().__init__()
        where = {"device": device, "dtype": dtype}
        self.input_size = input_size
        self.hidden_size = hidden_size
        self.bias = bias
        self.weight_ih = Parameter(empty((num_chunks * hidden_size, input_size), **where))
        self.weight_hh = Parameter(empty((num_chunks * hidden_size, hidden_size), **where))
        if bias:
            self.bias_ih = Parameter(empty(num_chunks * hidden_size, **where))
            self.bias_hh = Parameter(empty(num_chunks * hidden_size, **where))
        else:
            self.register_parameter("bias_ih", None)
            self.register_parameter("bias_hh", None)
        self.reset_parameters()

    def extra_repr(self) -> str:
        s = f"{self.input_size}, {self.hidden_size}"
        if self.bias is not True:
            s += f", bias={self.bias}"
        if getattr(self, "nonlinearity", "tanh") != "tanh":
            s += f", nonlinearity={self.nonlinearity}"
        return s

    def reset_parameters(self) -> None:
        """Draw new initial values, uniform on ±1/√hidden_size."""
        bound = 1.0 / math.sqrt(self.hidden_size) if self.hidden_size > 0 else 0
        for weight in self.parameters():
            init.uniform_(weight, -bound, bound)

    def _step(self, mode: str, input: Tensor, hx: Any) -> tuple:
        name = type(self).__name__
        if input.dim() not in (1, 2):
            raise ValueError(f"{name}: Expected input to be 1D or 2D, got {input.dim()}D instead")
        states = () if hx is None else hx if isinstance(hx, tuple) else (hx,)
        for i, s in enumerate(states):
            if s.dim() not in (1, 2):
                what = f"hx[{i}]" if mode == "LSTM" else "hidden"
                raise ValueError(f"{name}: Expected {what} to be 1D or 2D, got {s.dim()}D instead")
        single = input.dim() == 1
        x = input.unsqueeze(0) if single else input
        if not states:
            zero = zeros(x.size(0), self.hidden_size, dtype=x.dtype, device=x.device)
            states = (zero, zero) if mode == "LSTM" else (zero,)
        elif single:
            states = tuple(s.unsqueeze(0) for s in states)
        out = recurrent.cell(
            mode, x, states, self.weight_ih, self.weight_hh, self.bias_ih, self.bias_hh
        )
        return tuple(s.squeeze(0) for s in out) if single else out


class RNNCell(RNNCellBase):
    """One step of RNN (https://docs.pytorch.org/docs/stable/generated/torch.nn.RNNCell.html).

    >>> cell, h = nn.RNNCell(4, 6), torch.zeros(3, 6)
    >>> for x in torch.zeros(5, 3, 4):
    ...     h = cell(x, h)
    >>> h.shape
    torch.Size([3, 6])
    """

    __constants__ = ["input_size", "hidden_size", "bias", "nonlinearity"]

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        bias: bool = True,
        nonlinearity: str = "tanh",
        device=None,
        dtype=None,
    ) -> None:
        super().__init__(input_size, hidden_size, bias, num_chunks=1, device=device, dtype=dtype)
        self.nonlinearity = nonlinearity

    def forward(self, input: Tensor, hx: Tensor | None = None) -> Tensor:
        if self.nonlinearity not in ("tanh", "relu"):
            raise RuntimeError(f"Unknown nonlinearity: {self.nonlinearity}")
        return self._step("RNN_" + self.nonlinearity.upper(), input, hx)[0]


class LSTMCell(RNNCellBase):
    """One step of LSTM (https://docs.pytorch.org/docs/stable/generated/torch.nn.LSTMCell.html).

    >>> cell = nn.LSTMCell(4, 6)
    >>> h, c = cell(torch.zeros(3, 4))
    >>> h.shape, c.shape
    (torch.Size([3, 6]), torch.Size([3, 6]))
    """

    def __init__(
        self, input_size: int, hidden_size: int, bias: bool = True, device=None, dtype=None
    ) -> None:
        super().__init__(input_size, hidden_size, bias, num_chunks=4, device=device, dtype=dtype)

    def forward(
        self, input: Tensor, hx: tuple[Tensor, Tensor] | None = None
    ) -> tuple[Tensor, Tensor]:
        return self._step("LSTM", input, hx)


class GRUCell(RNNCellBase):
    """One step of GRU (https://docs.pytorch.org/docs/stable/generated/torch.nn.GRUCell.html).

    >>> nn.GRUCell(4, 6)(torch.zeros(3, 4)).shape
    torch.Size([3, 6])
    """

    def __init__(
        self, input_size: int, hidden_size: int, bias: bool = True, device=None, dtype=None
    ) -> None:
        super().__init__(input_size, hidden_size, bias, num_chunks=3, device=device, dtype=dtype)

    def forward(self, input: Tensor, hx: Tensor | None = None) -> Tensor:
        return self._step("GRU", input, hx)[0]
