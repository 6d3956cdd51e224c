"""`torch.distributed.pipelining`: a model in stages, each on a process, and batches in parts that
go through them one behind the other.

A part is sent by a message (Note [Through the store]), which waits for no receiver: a schedule is
nothing but the order in which a process computes (Note [Orders of stages]).

https://docs.pytorch.org/docs/stable/distributed.pipelining.html
"""

from torchish import _absent
from torchish.distributed.pipelining.schedules import (
    Schedule1F1B,
    ScheduleGPipe,
    ScheduleInterleaved1F1B,
    ScheduleLoopedBFS,
)
from torchish.distributed.pipelining.stage import PipelineStage

__all__ = [
    "PipelineStage",
    "Schedule1F1B",
    "ScheduleGPipe",
    "ScheduleInterleaved1F1B",
    "ScheduleLoopedBFS",
]

__getattr__ = _absent.attributes(__name__)
