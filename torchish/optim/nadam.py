"""NAdam (see `adamax.py`).

https://docs.pytorch.org/docs/stable/generated/torch.optim.NAdam.html
"""

from torchish.optim.adamax import NAdam

__all__ = ["NAdam"]
