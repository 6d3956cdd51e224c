"""`torch.utils.data`. https://docs.pytorch.org/docs/stable/data.html"""

from torchish import _absent
from torchish.utils.data import _utils, dataloader, dataset, distributed, sampler
from torchish.utils.data._utils.collate import default_collate, default_convert
from torchish.utils.data._utils.worker import WorkerInfo, get_worker_info
from torchish.utils.data.dataloader import DataLoader, _DatasetKind
from torchish.utils.data.datapipes.datapipe import (
    IterDataPipe,
    MapDataPipe,
    functional_datapipe,
)
from torchish.utils.data.dataset import (
    ChainDataset,
    ConcatDataset,
    Dataset,
    IterableDataset,
    StackDataset,
    Subset,
    TensorDataset,
    random_split,
)
from torchish.utils.data.distributed import DistributedSampler
from torchish.utils.data.sampler import (
    BatchSampler,
    RandomSampler,
    Sampler,
    SequentialSampler,
    SubsetRandomSampler,
    WeightedRandomSampler,
)

__all__ = [
    "BatchSampler",
    "ChainDataset",
    "ConcatDataset",
    "DataLoader",
    "Dataset",
    "DistributedSampler",
    "IterDataPipe",
    "IterableDataset",
    "MapDataPipe",
    "RandomSampler",
    "Sampler",
    "SequentialSampler",
    "StackDataset",
    "Subset",
    "SubsetRandomSampler",
    "TensorDataset",
    "WeightedRandomSampler",
    "WorkerInfo",
    "_DatasetKind",
    "_utils",
    "dataloader",
    "dataset",
    "default_collate",
    "default_convert",
    "distributed",
    "functional_datapipe",
    "get_worker_info",
    "random_split",
    "sampler",
]

__getattr__ = _absent.attributes(__name__)
