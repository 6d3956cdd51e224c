"""`torch.optim`: optimizers on optax, and learning rate schedules.

https://docs.pytorch.org/docs/stable/optim.html
"""

from torchish.optim import lr_scheduler, swa_utils
from torchish.optim._adafactor import Adafactor
from torchish.optim._muon import Muon
from torchish.optim.adadelta import Adadelta
from torchish.optim.adagrad import Adagrad
from torchish.optim.adam import Adam
from torchish.optim.adamax import Adamax
from torchish.optim.adamw import AdamW
from torchish.optim.asgd import ASGD
from torchish.optim.lbfgs import LBFGS
from torchish.optim.nadam import NAdam
from torchish.optim.optax import Optax
from torchish.optim.optimizer import Optimizer
from torchish.optim.radam import RAdam
from torchish.optim.rmsprop import RMSprop
from torchish.optim.rprop import Rprop
from torchish.optim.sgd import SGD
from torchish.optim.sparse_adam import SparseAdam

__all__ = [
    "ASGD",
    "LBFGS",
    "SGD",
    "Adadelta",
    "Adafactor",
    "Adagrad",
    "Adam",
    "AdamW",
    "Adamax",
    "Muon",
    "NAdam",
    "Optax",
    "Optimizer",
    "RAdam",
    "RMSprop",
    "Rprop",
    "SparseAdam",
    "lr_scheduler",
    "swa_utils",
]
