"""`torch._refs.nn.functional`: the functions of `torch.nn.functional`."""

from torchish._refs import _mirror

__getattr__ = _mirror.attributes(__name__, "torchish.nn.functional")
