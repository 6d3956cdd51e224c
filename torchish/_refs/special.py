"""`torch._refs.special`: the functions of `torch.special`."""

from torchish._refs import _mirror

__getattr__ = _mirror.attributes(__name__, "torchish.special")
