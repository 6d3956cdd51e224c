"""`torch.testing`. https://docs.pytorch.org/docs/stable/testing.html"""

from torchish.testing import _utils
from torchish.testing._comparison import assert_allclose, assert_close
from torchish.testing._creation import make_tensor
from torchish.testing._file_check import FileCheck

__all__ = ["FileCheck", "_utils", "assert_allclose", "assert_close", "make_tensor"]
