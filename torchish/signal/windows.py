"""`torch.signal.windows`. https://docs.pytorch.org/docs/stable/signal.html"""

from torchish.tensor.attach import namespace as _namespace

globals().update(_namespace("signal.windows"))
__all__ = sorted(n for n in _namespace("signal.windows") if not n.startswith("_"))
