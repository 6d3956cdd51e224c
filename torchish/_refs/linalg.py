"""`torch._refs.linalg`: the functions of `torch.linalg`."""

from torchish._refs import _mirror

__getattr__ = _mirror.attributes(__name__, "torchish.linalg")
