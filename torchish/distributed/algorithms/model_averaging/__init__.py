"""`torch.distributed.algorithms.model_averaging`: parameters averaged now and then."""

from torchish import _absent
from torchish.distributed.algorithms.model_averaging import averagers, utils

__all__ = ["averagers", "utils"]

__getattr__ = _absent.attributes(__name__)
