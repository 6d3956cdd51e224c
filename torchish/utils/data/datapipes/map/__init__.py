"""`torch.utils.data.datapipes.map`: pipes that are looked up by keys."""

from torchish import _absent
from torchish.utils.data.datapipes.datapipe import MapDataPipe
from torchish.utils.data.datapipes.datapipe import MapperMapDataPipe as Mapper
from torchish.utils.data.datapipes.datapipe import SequenceWrapperMapDataPipe as SequenceWrapper

__all__ = ["MapDataPipe", "Mapper", "SequenceWrapper"]

__getattr__ = _absent.attributes(__name__)
