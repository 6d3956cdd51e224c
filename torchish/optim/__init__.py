"""`torch.optim`: optimizers on optax, and learning rate schedules.

https://docs.pytorch.org/docs/stable/optim.html
"""

from torchish.optim.adam import Adam
from torchish.optim.adamw import AdamW
from torchish.optim.optimizer import Optimizer
from torchish.optim.rmsprop import RMSprop
from torchish.optim.sgd import SGD

__all__ = ["SGD", "Adam", "AdamW", "Optimizer", "RMSprop"]
