"""`torch.utils.tensorboard`: a SummaryWriter, through the tensorboard package.

https://docs.pytorch.org/docs/stable/tensorboard.html
"""

from torchish.utils.tensorboard.writer import FileWriter, SummaryWriter

__all__ = ["FileWriter", "SummaryWriter"]
