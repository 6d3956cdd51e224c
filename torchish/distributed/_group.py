"""The process group: one process, rank 0."""

from __future__ import annotations

import enum
import os
from collections.abc import Sequence
from typing import Any


class ReduceOp(enum.Enum):
    """How values of several processes are combined."""

    SUM = 0
    AVG = 1
    PRODUCT = 2
    MIN = 3
    MAX = 4
    BAND = 5
    BOR = 6
    BXOR = 7
    PREMUL_SUM = 8


type.__setattr__(ReduceOp, "RedOpType", ReduceOp)  # PyTorch's class of the members


class Backend(str):
    """A backend's name; any of PyTorch's is accepted, since nothing is communicated."""

    GLOO, NCCL, MPI, UCC, XCCL, UNDEFINED = "gloo", "nccl", "mpi", "ucc", "xccl", "undefined"
    backend_list = ["undefined", "gloo", "nccl", "xccl", "ucc", "mpi", "fake"]
    default_device_backend_map = {"cpu": "gloo", "cuda": "nccl", "xpu": "xccl", "mps": "gloo"}

    def __new__(cls, name: str) -> Backend:
        if not isinstance(name, str):
            raise ValueError(f"Backend constructor parameter must be string-ish, not {name!r}")
        return super().__new__(cls, name.lower())


class ProcessGroup:
    """A group of this one process."""

    def __init__(self, backend: str):
        self._backend = Backend(backend)

    def rank(self) -> int:
        return 0

    def size(self) -> int:
        return 1

    def name(self) -> str:
        return str(self._backend)


class Work:
    """What an asynchronous collective gives; it is done when it exists."""

    def __init__(self, result: Any = None):
        self._result = result

    def wait(self, timeout: Any = None) -> bool:
        return True

    def is_completed(self) -> bool:
        return True

    def result(self) -> Any:
        return self._result


class GroupMember:
    """Names of the default group, and of no group."""

    WORLD: ProcessGroup | None = None
    NON_GROUP_MEMBER = object()


class group(GroupMember):
    """The older name of `GroupMember`."""


def _set_world(world: ProcessGroup | None) -> None:
    GroupMember.WORLD = group.WORLD = world


def is_available() -> bool:
    """True: one process is always there."""
    return True


def is_initialized() -> bool:
    """Whether `init_process_group` has been called."""
    return GroupMember.WORLD is not None


def is_nccl_available() -> bool:
    return False


def is_gloo_available() -> bool:
    return False


def is_mpi_available() -> bool:
    return False


def is_ucc_available() -> bool:
    return False


def is_xccl_available() -> bool:
    return False


def is_backend_available(backend: str) -> bool:
    """False for every backend: nothing is communicated."""
    return False


def get_default_backend_for_device(device: Any) -> str:
    """PyTorch's backend for a device's type; ValueError where it has none."""
    kind = getattr(device, "type", device).partition(":")[0]
    if kind not in Backend.default_device_backend_map:
        raise ValueError(f"Default backend not registered for device : {kind}")
    return Backend.default_device_backend_map[kind]


def get_node_local_rank(fallback_rank: int | None = None) -> int:
    """LOCAL_RANK of the environment, else `fallback_rank`; RuntimeError without both."""
    if "LOCAL_RANK" in os.environ:
        return int(os.environ["LOCAL_RANK"])
    if fallback_rank is not None:
        return int(fallback_rank)
    raise RuntimeError(
        "LOCAL_RANK is not in the environment. Consider passing fallback_rank to allow "
        "`get_node_local_rank` to work, assuming you are not running in a multi-device context and "
        "want the code to run locally instead."
    )


def get_pg_count() -> int:
    """How many groups there are: the default one, or none."""
    return int(is_initialized())


def supports_complex(reduceOp: ReduceOp) -> bool:
    """Whether an operation is defined for complex numbers."""
    refused = (ReduceOp.MAX, ReduceOp.MIN, ReduceOp.PRODUCT, ReduceOp.BAND, ReduceOp.BOR,
               ReduceOp.BXOR)  # fmt: skip
    return reduceOp not in refused


def is_torchelastic_launched() -> bool:
    """Whether `torchrun` started this process."""
    return os.environ.get("TORCHELASTIC_RUN_ID") is not None


def default_group() -> ProcessGroup:
    if GroupMember.WORLD is None:
        raise ValueError(
            "Default process group has not been initialized, please make sure to call "
            "init_process_group."
        )
    return GroupMember.WORLD


def _number(given: int, name: str) -> int:
    if given >= 0:
        return given
    text = os.environ.get(name)
    if text is None:
        raise ValueError(
            f"Error initializing torch.distributed using env:// rendezvous: environment variable "
            f"{name} expected, but not set"
        )
    return int(text)


def init_process_group(
    backend: str | None = None,
    init_method: str | None = None,
    timeout: Any = None,
    world_size: int = -1,
    rank: int = -1,
    store: Any = None,
    group_name: str = "",
    pg_options: Any = None,
    device_id: Any = None,
) -> None:
    """Make the default group, of this process alone.

    World size and rank come from the arguments, or from WORLD_SIZE and RANK in the environment.
    NotImplementedError for more than one process, ValueError without a world size and for a second
    call.
    """
    if is_initialized():
        raise ValueError("trying to initialize the default process group twice!")
    world_size = _number(world_size, "WORLD_SIZE")
    rank = _number(rank, "RANK")
    if world_size != 1:
        raise NotImplementedError(
            f"torch.distributed with world_size={world_size}: torchish runs in one process; shard "
            "arrays over its devices with JAX"
        )
    if rank != 0:
        raise ValueError(f"rank {rank} is not below the world size 1")
    _set_world(ProcessGroup(backend or "gloo"))


def destroy_process_group(group: ProcessGroup | None = None) -> None:
    """Forget the default group, or a group of `new_group`."""
    world = default_group()
    if group is None or group is world:
        _set_world(None)


def new_group(
    ranks: Sequence[int] | None = None,
    timeout: Any = None,
    backend: str | None = None,
    pg_options: Any = None,
    use_local_synchronization: bool = False,
    group_desc: str | None = None,
    device_id: Any = None,
) -> Any:
    """A group of some ranks; ValueError for ranks that do not exist."""
    world = default_group()
    chosen = [0] if ranks is None else list(ranks)
    if any(r != 0 for r in chosen):
        raise ValueError(
            "the new group's rank should be within the world_size set by init_process_group"
        )
    if not chosen:
        return GroupMember.NON_GROUP_MEMBER
    return ProcessGroup(backend or world.name())


def get_rank(group: ProcessGroup | None = None) -> int:
    """0; ValueError before `init_process_group`."""
    default_group()
    return -1 if group is GroupMember.NON_GROUP_MEMBER else 0


def get_world_size(group: ProcessGroup | None = None) -> int:
    """1; ValueError before `init_process_group`."""
    default_group()
    return -1 if group is GroupMember.NON_GROUP_MEMBER else 1


def get_backend(group: ProcessGroup | None = None) -> Backend:
    """The backend's name as it was given."""
    return (group or default_group())._backend


def get_process_group_ranks(group: ProcessGroup | None = None) -> list[int]:
    default_group()
    return [0]


def get_group_rank(group: ProcessGroup, global_rank: int) -> int:
    """The rank in a group of a rank in the world."""
    if global_rank != 0:
        raise ValueError(f"Global rank {global_rank} is not part of group {group}")
    return 0


def get_global_rank(group: ProcessGroup, group_rank: int) -> int:
    """The rank in the world of a rank in a group."""
    if group_rank != 0:
        raise ValueError(f"Group rank {group_rank} is not part of group {group}")
    return 0
