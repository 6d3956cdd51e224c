"""`torch.xpu`, answering for JAX's backend of that name.
https://docs.pytorch.org/docs/stable/xpu.html"""

from torchish import _absent
from torchish._accelerators import functions as _functions

globals().update(_functions("xpu"))
default_generators = ()
__getattr__ = _absent.attributes(__name__)
