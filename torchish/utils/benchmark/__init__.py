"""`torch.utils.benchmark`: how long a statement takes.

https://docs.pytorch.org/docs/stable/benchmark_utils.html
"""

from torchish import _absent
from torchish.utils.benchmark.compare import Compare
from torchish.utils.benchmark.measurement import Measurement, TaskSpec
from torchish.utils.benchmark.timer import Timer, timer

__all__ = ["Compare", "Measurement", "TaskSpec", "Timer", "timer"]

__getattr__ = _absent.attributes(__name__)
