"""`torch.ao.nn.quantized.dynamic`: integer weights, and activations quantized as they come."""

from torchish import _absent
from torchish.ao.nn.quantized.dynamic.modules import (
    GRU,
    LSTM,
    GRUCell,
    Linear,
    LSTMCell,
    RNNCell,
)

__all__ = ["GRU", "LSTM", "GRUCell", "LSTMCell", "Linear", "RNNCell"]
__getattr__ = _absent.attributes(__name__)
