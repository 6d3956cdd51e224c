"""All module classes; their files are named as PyTorch's (`torch.nn.modules.conv`, ...)."""

from torchish.nn.modules import (
    activation,
    adaptive,
    batchnorm,
    channelshuffle,
    container,
    conv,
    distance,
    dropout,
    flatten,
    fold,
    instancenorm,
    linear,
    linear_cross_entropy,
    loss,
    normalization,
    padding,
    pixelshuffle,
    pooling,
    rnn,
    sparse,
    transformer,
    upsampling,
)
from torchish.nn.modules.activation import *
from torchish.nn.modules.adaptive import *
from torchish.nn.modules.batchnorm import *
from torchish.nn.modules.channelshuffle import *
from torchish.nn.modules.container import *
from torchish.nn.modules.conv import *
from torchish.nn.modules.distance import *
from torchish.nn.modules.dropout import *
from torchish.nn.modules.flatten import *
from torchish.nn.modules.fold import *
from torchish.nn.modules.instancenorm import *
from torchish.nn.modules.linear import *
from torchish.nn.modules.linear_cross_entropy import *
from torchish.nn.modules.loss import *
from torchish.nn.modules.module import Module
from torchish.nn.modules.normalization import *
from torchish.nn.modules.padding import *
from torchish.nn.modules.pixelshuffle import *
from torchish.nn.modules.pooling import *
from torchish.nn.modules.rnn import *
from torchish.nn.modules.sparse import *
from torchish.nn.modules.transformer import *
from torchish.nn.modules.upsampling import *

__all__ = ["Module"]
__all__ += activation.__all__
__all__ += adaptive.__all__
__all__ += batchnorm.__all__
__all__ += channelshuffle.__all__
__all__ += container.__all__
__all__ += conv.__all__
__all__ += distance.__all__
__all__ += dropout.__all__
__all__ += flatten.__all__
__all__ += fold.__all__
__all__ += instancenorm.__all__
__all__ += linear.__all__
__all__ += linear_cross_entropy.__all__
__all__ += loss.__all__
__all__ += normalization.__all__
__all__ += padding.__all__
__all__ += pixelshuffle.__all__
__all__ += pooling.__all__
__all__ += rnn.__all__
__all__ += sparse.__all__
__all__ += transformer.__all__
__all__ += upsampling.__all__
