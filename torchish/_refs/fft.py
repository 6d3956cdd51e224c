"""`torch._refs.fft`: the functions of `torch.fft`."""

from torchish._refs import _mirror

__getattr__ = _mirror.attributes(__name__, "torchish.fft")
