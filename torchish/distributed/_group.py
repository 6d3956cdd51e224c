"""Process groups: who takes part in a collective.

Note [One world]
`init_process_group` gives every rank one CPU device of an XLA client that all of them share, and a
store. A group is some of these devices, with a name that all its ranks count to alike, so making
one needs no message. A world of one process has neither: there every collective is the identity.

https://docs.pytorch.org/docs/stable/distributed.html#initialization
"""

from __future__ import annotations

import enum
import os
import socket
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from torchish._core.base import jax_internals
from torchish.distributed import _store
from torchish.distributed._rendezvous import rendezvous_of
from torchish.distributed._store import HashStore, PrefixStore, Store, TCPStore
from torchish.distributed._wire import Wire
from torchish.distributed.constants import default_pg_timeout


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
    """A backend's name. All of PyTorch's are taken to mean the one there is, XLA's collectives."""

    GLOO, NCCL, MPI, UCC, XCCL, UNDEFINED = "gloo", "nccl", "mpi", "ucc", "xccl", "undefined"
    backend_list = ["undefined", "gloo", "nccl", "xccl", "ucc", "mpi", "fake"]
    default_device_backend_map = {"cpu": "gloo", "cuda": "nccl", "xpu": "xccl", "mps": "gloo"}

    def __new__(cls, name: str) -> Backend:
        if not isinstance(name, str):
            raise ValueError(f"Backend constructor parameter must be string-ish, not {name!r}")
        return super().__new__(cls, name.lower())


class ProcessGroup:
    """Ranks that call collectives together. Made by `init_process_group` and `new_group`."""

    def __init__(
        self,
        name: str,
        ranks: Sequence[int],
        rank: int,
        backend: str,
        timeout: timedelta,
        store: Store,
        devices: Sequence[Any] | None,
        description: str | None = None,
    ) -> None:
        self._name, self._ranks, self._rank = name, list(ranks), rank
        self._backend, self.timeout = Backend(backend), timeout
        self.store = PrefixStore(f"group/{name}", store)
        self._description = description or "undefined"
        self.devices = devices
        self.wire: Wire | None = None
        if devices is not None and len(ranks) > 1 and rank in ranks:
            here = [devices[r] for r in ranks]
            self.wire = Wire(name, here, self._ranks.index(rank), self.store)
            self.wire.open(timeout)
        self.monitored = 0
        self.sent: dict[tuple[int, int], int] = {}
        self.received: dict[tuple[int, int], int] = {}

    def rank(self) -> int:
        """This process's rank in the group; -1 where it is not in it."""
        return self._ranks.index(self._rank) if self._rank in self._ranks else -1

    def size(self) -> int:
        """How many processes the group has."""
        return len(self._ranks)

    def name(self) -> str:
        """The backend's name."""
        return str(self._backend)

    @property
    def group_name(self) -> str:
        """The group's own name."""
        return self._name

    @property
    def group_desc(self) -> str:
        """What the group is for, as whoever made it said."""
        return self._description

    def set_timeout(self, timeout: timedelta) -> None:
        """How long its collectives wait for other ranks."""
        self.timeout = timeout

    def get_group_store(self) -> Store:
        """A store of the group's own."""
        return self.store

    def __reduce__(self) -> Any:
        raise TypeError(f"cannot pickle {type(self).__name__!r} object")

    def __deepcopy__(self, memo: dict) -> ProcessGroup:
        return self  # a copy of a module that has one is in the same group


class GroupMember:
    """Names of the default group, and of no group."""

    WORLD: ProcessGroup | None = None
    NON_GROUP_MEMBER = object()


class group(GroupMember):
    """The older name of `GroupMember`."""


_groups: dict[str, ProcessGroup] = {}


def _set_world(world: ProcessGroup | None) -> None:
    GroupMember.WORLD = group.WORLD = world
    _groups.clear()
    if world is not None:
        _groups[world.group_name] = world


def is_available() -> bool:
    """True: one process is always there."""
    return True


def is_initialized() -> bool:
    """Whether `init_process_group` has been called."""
    return GroupMember.WORLD is not None


def is_nccl_available() -> bool:
    return False


def is_gloo_available() -> bool:
    """True: XLA's collectives on the CPU go through gloo."""
    return True


def is_mpi_available() -> bool:
    return False


def is_ucc_available() -> bool:
    return False


def is_xccl_available() -> bool:
    return False


def is_backend_available(backend: str) -> bool:
    """Whether this is the backend there is, gloo."""
    return backend.lower() == "gloo"


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
    """How many groups there are, the default one among them."""
    return len(_groups)


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


def group_of(given: ProcessGroup | None) -> ProcessGroup:
    """A group that was given, else the default one."""
    world = default_group()
    if given is None or given is world:
        return world
    if not isinstance(given, ProcessGroup):
        raise ValueError("Invalid process group specified")
    if given.group_name not in _groups:
        raise ValueError(f"Group {given} is not registered, please create group with new_group API")
    return given


def init_process_group(
    backend: str | None = None,
    init_method: str | None = None,
    timeout: timedelta | None = None,
    world_size: int = -1,
    rank: int = -1,
    store: Store | None = None,
    group_name: str = "",
    pg_options: Any = None,
    device_id: Any = None,
) -> None:
    """Make the default group. Every process calls this, and waits until all have.

    Args:
        backend: any of PyTorch's names; there is one backend.
        init_method: where the processes find each other: `env://` (the default; WORLD_SIZE, RANK,
            MASTER_ADDR and MASTER_PORT of the environment), `tcp://host:port`, `file://path`.
        timeout: how long a collective waits for other ranks, 30 minutes unless given.
        world_size, rank: how many processes there are, and which this is; they go before the
            environment.
        store: where the processes find each other, instead of `init_method`.

    ValueError without a world size or a rank and for a second call, DistNetworkError where nobody
    answers.
    """
    if is_initialized():
        raise ValueError("trying to initialize the default process group twice!")
    if timeout is not None and not isinstance(timeout, timedelta):
        raise TypeError(
            f"Expected timeout argument to be of type datetime.timedelta, got {timeout}"
        )
    if store is not None and init_method is not None:
        raise AssertionError("Cannot specify both init_method and store.")
    if pg_options is not None:
        raise NotImplementedError("init_process_group(pg_options=...)")
    limit = default_pg_timeout if timeout is None else timeout
    names = Backend(backend.partition(":")[0] if backend and ":" not in backend else "gloo")
    if store is None:
        store, rank, world_size = rendezvous_of(init_method or "env://", rank, world_size, limit)
    elif not (world_size > 0 and rank >= 0):
        raise AssertionError("world_size must be positive if using store"
                             if world_size <= 0 else
                             "rank must be non-negative if using store")  # fmt: skip
    if not 0 <= rank < world_size:
        raise ValueError(f"rank {rank} is not below the world size {world_size}")
    devices = None if world_size == 1 else _devices(store, rank, world_size)
    name = backend if backend is not None and ":" not in backend else names
    _set_world(
        ProcessGroup("0", range(world_size), rank, name, limit, store or HashStore(), devices,
                     "default_pg")
    )  # fmt: skip


def _devices(store: Store | None, rank: int, world_size: int) -> Sequence[Any]:
    """One device of each rank. The store's own service is asked the first time, then one that is
    started for it: what processes tell each other for this can be told once."""
    assert store is not None
    number = getattr(store, "_worlds", 0)
    vars(store)["_worlds"] = number + 1
    interface = os.environ.get("GLOO_SOCKET_IFNAME")
    if isinstance(store, TCPStore) and number == 0:
        return jax_internals.joined_devices(store.client, rank, world_size, interface)
    key = f"/world/{number}"
    if rank == 0:
        port = _store._free_port()
        _store.start_service(port)
        host = store.host if isinstance(store, TCPStore) else _own_address()
        store.set(key, f"{host} {port}")
    host, port_text = store.get(key).decode().split()
    client = _store.connect(host, int(port_text), store.timeout)
    return jax_internals.joined_devices(client, rank, world_size, interface)


def _own_address() -> str:
    try:
        return socket.gethostbyname(socket.gethostname())
    except OSError:
        return "127.0.0.1"  # the name is known to nobody, so nobody elsewhere can ask for it


def destroy_process_group(group: ProcessGroup | None = None) -> None:
    """Forget the default group and with it all others, or one of `new_group`."""
    world = default_group()
    if group is None or group is world:
        _set_world(None)
        return
    _groups.pop(group_of(group).group_name)


_made = 0


def new_group(
    ranks: Sequence[int] | None = None,
    timeout: timedelta | None = None,
    backend: str | None = None,
    pg_options: Any = None,
    use_local_synchronization: bool = False,
    group_desc: str | None = None,
    device_id: Any = None,
    sort_ranks: bool = True,
) -> Any:
    """A group of some ranks, all unless given. Every process calls this, in the same order, also
    those that are not in it, which get `GroupMember.NON_GROUP_MEMBER`.

    ValueError for ranks that do not exist or that are there twice.
    """
    global _made
    world = default_group()
    if pg_options is not None:
        raise NotImplementedError("new_group(pg_options=...)")
    if use_local_synchronization:
        raise NotImplementedError("new_group(use_local_synchronization=True)")
    chosen = list(range(world.size())) if ranks is None else [int(r) for r in ranks]
    if sort_ranks:
        chosen.sort()
    if len(chosen) > world.size():
        raise ValueError(
            "the new group's world size should be less or equal to the world size set by "
            "init_process_group"
        )
    for r in chosen:
        if not 0 <= r < world.size():
            raise ValueError(
                f"Rank {r} is out of range. Valid ranks are 0 to {world.size() - 1} "
                f"(world_size={world.size()})"
            )
    if len(set(chosen)) != len(chosen):
        raise ValueError(f"the ranks of a group are there once each, got {chosen}")
    _made += 1
    name = f"{_made}:{','.join(map(str, chosen))}"
    if world.rank() not in chosen:
        return GroupMember.NON_GROUP_MEMBER
    made = ProcessGroup(
        name, chosen, world.rank(), backend or world.name(), timeout or world.timeout,
        world.store, world.devices, group_desc,
    )  # fmt: skip
    _groups[name] = made
    return made


def new_subgroups_by_enumeration(
    ranks_per_subgroup_list: Sequence[Sequence[int]],
    timeout: timedelta | None = None,
    backend: str | None = None,
    pg_options: Any = None,
    group_desc: str | None = None,
) -> tuple[Any, list[Any]]:
    """A group for each of these lists of ranks: the one that this process is in (None without
    one), and all of them. ValueError for an empty list and for a rank in two of them."""
    if not ranks_per_subgroup_list:
        raise ValueError("The arg 'ranks_per_subgroup_list' cannot be empty")
    mine, groups, seen = None, [], {}
    for ranks in ranks_per_subgroup_list:
        made = new_group(ranks, timeout, backend, pg_options, group_desc=group_desc)
        groups.append(made)
        for r in ranks:
            if r in seen:
                raise ValueError(
                    f"Rank {r} has appeared in both subgroup {seen[r]} and {list(ranks)}"
                )
            seen[r] = list(ranks)
        if get_rank() in ranks:
            mine = made
    return mine, groups


def new_subgroups(
    group_size: int | None = None,
    group: ProcessGroup | None = None,
    timeout: timedelta | None = None,
    backend: str | None = None,
    pg_options: Any = None,
    group_desc: str | None = None,
) -> tuple[Any, list[Any]]:
    """Groups of `group_size` neighbouring ranks each: this process's, and all of them. ValueError
    where the world can not be divided so."""
    world = default_group().size()
    if group_size is None:
        group_size = int(os.environ.get("LOCAL_WORLD_SIZE", world))
    if group_size <= 0:
        raise ValueError(f"The arg 'group_size' ({group_size}) must be positive")
    if world < group_size:
        raise ValueError(
            f"The arg 'group_size' ({group_size}) must not exceed the world size ({world})"
        )
    if world % group_size != 0:
        raise ValueError(f"The world size ({world}) must be divisible by 'group_size={group_size}'")
    lists = [list(range(i, i + group_size)) for i in range(0, world, group_size)]
    return new_subgroups_by_enumeration(lists, timeout, backend, pg_options, group_desc)


def get_rank(group: ProcessGroup | None = None) -> int:
    """This process's rank; -1 in a group that it is not in. ValueError before
    `init_process_group`."""
    default_group()
    return -1 if group is GroupMember.NON_GROUP_MEMBER else group_of(group).rank()


def get_world_size(group: ProcessGroup | None = None) -> int:
    """How many processes the group has; -1 for one that this process is not in. ValueError before
    `init_process_group`."""
    default_group()
    return -1 if group is GroupMember.NON_GROUP_MEMBER else group_of(group).size()


def get_backend(group: ProcessGroup | None = None) -> Backend:
    """The backend's name as it was given."""
    return group_of(group)._backend


def get_backend_config(group: ProcessGroup | None = None) -> str:
    """The backend of each type of device, as text."""
    name = get_backend(group)
    return ",".join(f"{device}:{name}" for device in ("cpu", "cuda"))


def get_process_group_ranks(group: ProcessGroup | None = None) -> list[int]:
    """The ranks in the world of a group's members."""
    return list(group_of(group)._ranks)


def get_group_rank(group: ProcessGroup, global_rank: int) -> int:
    """The rank in a group of a rank in the world; ValueError where it is not in it."""
    ranks = group_of(group)._ranks
    if global_rank not in ranks:
        raise ValueError(f"Global rank {global_rank} is not part of group {group}")
    return ranks.index(global_rank)


def get_global_rank(group: ProcessGroup, group_rank: int) -> int:
    """The rank in the world of a rank in a group; ValueError where there is none."""
    ranks = group_of(group)._ranks
    if not 0 <= group_rank < len(ranks):
        raise ValueError(f"Group rank {group_rank} is not part of group {group}")
    return ranks[group_rank]
