"""RAdam (see `adamax.py`).

https://docs.pytorch.org/docs/stable/generated/torch.optim.RAdam.html
"""

from torchish.optim.adamax import RAdam

__all__ = ["RAdam"]
