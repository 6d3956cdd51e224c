"""`torch.masked.maskedtensor`: tensors some of whose elements are not there."""

from torchish import _absent
from torchish.masked.maskedtensor.core import MaskedTensor, is_masked_tensor
from torchish.masked.maskedtensor.creation import as_masked_tensor, masked_tensor

__all__ = ["MaskedTensor", "as_masked_tensor", "is_masked_tensor", "masked_tensor"]
__getattr__ = _absent.attributes(__name__)
