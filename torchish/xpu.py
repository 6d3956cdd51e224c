"""`torch.xpu`, answering for JAX's backend of that name.
https://docs.pytorch.org/docs/stable/xpu.html"""

from torchish._accelerators import functions as _functions

globals().update(_functions("xpu"))
