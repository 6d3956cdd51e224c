"""`torch.mtia`: JAX has no such backend. https://docs.pytorch.org/docs/stable/mtia.html"""

from torchish import _absent
from torchish._accelerators import functions as _functions

globals().update({_n: _f for _n, _f in _functions("mtia").items() if _n not in ("init", "device")})
__getattr__ = _absent.attributes(__name__)
