"""`torch.testing`. https://docs.pytorch.org/docs/stable/testing.html"""

from torchish.testing._comparison import assert_allclose, assert_close
from torchish.testing._creation import make_tensor

__all__ = ["assert_allclose", "assert_close", "make_tensor"]
