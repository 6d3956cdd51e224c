"""`torch.special`: the functions of the operator table under that name.

https://docs.pytorch.org/docs/stable/special.html
"""

from torchish.tensor.attach import namespace as _namespace

globals().update(_namespace("special"))
__all__ = sorted(n for n in _namespace("special") if not n.startswith("_"))
