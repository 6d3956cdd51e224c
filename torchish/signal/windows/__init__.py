"""`torch.signal.windows`. https://docs.pytorch.org/docs/stable/signal.html"""

from torchish import _absent
from torchish.tensor.public import namespace as _namespace

globals().update(_namespace("signal.windows"))
__all__ = sorted(n for n in _namespace("signal.windows") if not n.startswith("_"))

__getattr__ = _absent.attributes(__name__)
