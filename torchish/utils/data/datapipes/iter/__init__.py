"""`torch.utils.data.datapipes.iter`: pipes that are iterated over."""

from torchish import _absent
from torchish.utils.data.datapipes.datapipe import BatcherIterDataPipe as Batcher
from torchish.utils.data.datapipes.datapipe import CollatorIterDataPipe as Collator
from torchish.utils.data.datapipes.datapipe import FilterIterDataPipe as Filter
from torchish.utils.data.datapipes.datapipe import IterableWrapperIterDataPipe as IterableWrapper
from torchish.utils.data.datapipes.datapipe import IterDataPipe
from torchish.utils.data.datapipes.datapipe import MapperIterDataPipe as Mapper
from torchish.utils.data.datapipes.datapipe import ShufflerIterDataPipe as Shuffler

__all__ = ["Batcher", "Collator", "Filter", "IterDataPipe", "IterableWrapper", "Mapper", "Shuffler"]

__getattr__ = _absent.attributes(__name__)
