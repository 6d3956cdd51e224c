"""`torch.fft`: the functions of the operator table under that name.

https://docs.pytorch.org/docs/stable/fft.html
"""

from torchish.tensor.attach import namespace as _namespace

globals().update(_namespace("fft"))
__all__ = sorted(n for n in _namespace("fft") if not n.startswith("_"))
