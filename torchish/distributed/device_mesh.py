"""`torch.distributed.device_mesh`: devices in rows and columns, with names.

Note [Meshes of one process]
In a world of several processes a mesh's entries are ranks, and each dimension has its process
groups. Without one, or in a world of one process, a mesh may have as many entries as JAX has
devices of that type here (`XLA_FLAGS=--xla_force_host_platform_device_count=8`): this process then
stands for all of them, and takes part under the coordinate of the first.

https://docs.pytorch.org/docs/stable/distributed.html#torch.distributed.device_mesh.DeviceMesh
"""

from __future__ import annotations

import math
import os
import weakref
from collections.abc import Sequence
from typing import Any

import numpy as np

from torchish import _absent
from torchish._core.base import dtypes as dt
from torchish._core.base.devices import jax_devices
from torchish._core.tensor import Tensor, tensor
from torchish.distributed import _group
from torchish.distributed._group import GroupMember, ProcessGroup

__all__ = ["DeviceMesh", "init_device_mesh"]

Names = tuple[str, ...]
_live: weakref.WeakValueDictionary[tuple, DeviceMesh] = weakref.WeakValueDictionary()


class _Resources:
    """The meshes that programs are inside of, by `with mesh:`."""

    def __init__(self) -> None:
        self.mesh_stack: list[DeviceMesh] = []

    def get_current_mesh(self) -> DeviceMesh:
        """The innermost; RuntimeError without one."""
        if not self.mesh_stack:
            raise RuntimeError("No device mesh is currently active!")
        return self.mesh_stack[-1]

    def get_root_mesh(self, mesh: DeviceMesh) -> DeviceMesh:
        """The mesh that a mesh was sliced from."""
        return mesh._get_root_mesh()


_mesh_resources = _Resources()


def _join_world(device_type: str) -> None:
    """Start the default group where a launcher's variables say what it is."""
    if not _group.is_initialized() and int(os.environ.get("WORLD_SIZE", "1")) > 1:
        _group.init_process_group(_group.get_default_backend_for_device(device_type))


class DeviceMesh:
    """Devices in a grid, of which each process is one, or all (Note [Meshes of one process]).

    Args:
        device_type: such as "cpu", without an index.
        mesh: ranks in the world, in any number of dimensions.
        mesh_dim_names: a name for each dimension.

    RuntimeError for a mesh that is larger than the world, and for names that do not fit.
    """

    def __init__(
        self,
        device_type: str,
        mesh: Any = None,
        *,
        mesh_dim_names: Names | None = None,
        backend_override: Any = None,
        _init_backend: bool = True,
        _rank: int | None = None,
    ) -> None:
        if backend_override is not None:
            raise NotImplementedError("DeviceMesh(backend_override=...)")
        if mesh is None:
            raise TypeError("DeviceMesh() needs a mesh")
        self.device_type = device_type
        grid = mesh.tolist() if isinstance(mesh, Tensor) else mesh
        self._ranks = np.array(grid, np.int32)
        self.mesh_dim_names = None if mesh_dim_names is None else tuple(mesh_dim_names)
        self._root: DeviceMesh | None = None
        self._flat: dict[str, DeviceMesh] = {}
        self._groups: list[ProcessGroup | None] = [None] * self._ranks.ndim
        _join_world(device_type)
        world = _group.get_world_size() if _group.is_initialized() else 1
        self._alone = world == 1
        size = world if world > 1 else max(1, len(jax_devices(device_type)))
        if self._ranks.size > size or (self._ranks.size and self._ranks.max() >= size):
            raise RuntimeError(
                f"Mesh should not be bigger than default world size {size}, but found "
                f"{self._ranks.size} ranks!"
            )
        rank = _group.get_rank() if _group.is_initialized() else 0
        self._rank = rank if _rank is None else _rank
        if _init_backend:
            self._start_groups()
            _live[self._key()] = self

    @property
    def is_whole(self) -> bool:
        """Whether this process stands for all devices of a mesh that has several."""
        return self._alone and self._ranks.size > 1

    def _start_groups(self) -> None:
        if not _group.is_initialized() or self._alone:
            self._groups = [GroupMember.WORLD] * self.ndim
            return
        world = list(range(_group.get_world_size()))
        for dim in range(self.ndim):
            rows = np.moveaxis(self._ranks, dim, -1).reshape(-1, self._ranks.shape[dim])
            for row in rows.tolist():
                name = f"mesh_{self.mesh_dim_names[dim] if self.mesh_dim_names else dim}"
                same = row == world
                made = GroupMember.WORLD if same else _made_group(row, name)
                if self._rank in row:
                    self._groups[dim] = made

    # --- what it is

    @property
    def mesh(self) -> Tensor:
        """The ranks, as an int32 tensor."""
        return tensor(self._ranks.tolist(), dtype=dt.int32).reshape(self._ranks.shape)

    @property
    def shape(self) -> tuple[int, ...]:
        return tuple(self._ranks.shape)

    @property
    def ndim(self) -> int:
        return self._ranks.ndim

    def size(self, mesh_dim: int | None = None) -> int:
        """How many devices there are, in all or along a dimension."""
        return self._ranks.size if mesh_dim is None else self._ranks.shape[mesh_dim]

    def get_rank(self) -> int:
        """This process's rank in the world."""
        return self._rank

    def get_coordinate(self) -> tuple[int, ...] | None:
        """This process's place; None where it is not in the mesh."""
        found = np.argwhere(self._ranks == self._rank)
        return tuple(map(int, found[0])) if len(found) else None

    def _dim_of(self, mesh_dim: int | str) -> int:
        if isinstance(mesh_dim, int):
            return mesh_dim % self.ndim
        if mesh_dim not in (self.mesh_dim_names or ()):
            raise KeyError(
                f"Mesh dimension '{mesh_dim}' does not exist. Available mesh dimensions are: "
                f"mesh_dim_names={self.mesh_dim_names}"
            )
        return (self.mesh_dim_names or ()).index(mesh_dim)

    def get_local_rank(self, mesh_dim: int | str | None = None) -> int:
        """This process's place along a dimension. RuntimeError where there are several and none is
        named."""
        if self.ndim > 1 and mesh_dim is None:
            raise RuntimeError(
                f"Found the DeviceMesh have {self.ndim} dimensions",
                "Optional kwarg `mesh_dim` needs to be specified when device_mesh.ndim > 1.",
            )
        coordinate = self.get_coordinate()
        if coordinate is None:
            raise RuntimeError(f"rank {self._rank} is not in {self!r}")
        return coordinate[self._dim_of(0 if mesh_dim is None else mesh_dim)]

    def get_group(self, mesh_dim: int | str | None = None) -> ProcessGroup:
        """The group of this process along a dimension. RuntimeError where there are several and
        none is named, or no process groups."""
        if self.ndim > 1 and mesh_dim is None:
            raise RuntimeError(
                f"Found the DeviceMesh have {self.ndim} dimensions",
                "Optional kwarg `mesh_dim` needs to be specified when device_mesh.ndim > 1.",
                "If you want to get the list of all the ProcessGroups in the DeviceMesh,please use "
                "`get_all_groups()` instead.",
            )
        found = self._groups[self._dim_of(0 if mesh_dim is None else mesh_dim)]
        if found is None:
            raise RuntimeError("DeviceMesh process groups not initialized!")
        return found

    def get_all_groups(self) -> list[ProcessGroup]:
        """The groups of this process, one for each dimension."""
        return [self.get_group(i) for i in range(self.ndim)]

    # --- parts of it

    def __getitem__(self, mesh_dim_names: str | Names) -> DeviceMesh:
        """The mesh of some dimensions that this process is in. KeyError for names that are not
        there, or not in this order."""
        if not self.mesh_dim_names:
            raise RuntimeError("Cannot slice a DeviceMesh without mesh_dim_names!")
        names = (mesh_dim_names,) if isinstance(mesh_dim_names, str) else tuple(mesh_dim_names)
        if names == self.mesh_dim_names:
            return self
        flat = self._get_root_mesh()._flat
        if len(names) == 1 and names[0] in flat and names[0] not in self.mesh_dim_names:
            return flat[names[0]]
        if not names or any(n not in self.mesh_dim_names for n in names):
            raise KeyError(
                f"Invalid mesh_dim_names {names} specified. Valid mesh_dim_names are "
                f"{list(self.mesh_dim_names)}."
            )
        dims = [self.mesh_dim_names.index(n) for n in names]
        if dims != sorted(set(dims)):
            raise KeyError(
                f"Invalid mesh_dim_names {names} specified. Mesh dim indices should be in "
                "ascending order."
            )
        return self._sliced(dims, names)

    def _sliced(self, dims: Sequence[int], names: Names | None) -> DeviceMesh:
        place = self.get_coordinate() or (0,) * self.ndim
        index = tuple(slice(None) if d in dims else place[d] for d in range(self.ndim))
        return self._like(self._ranks[index], names, [self._groups[d] for d in dims])

    def _like(self, ranks: np.ndarray, names: Names | None, groups: list) -> DeviceMesh:
        made = DeviceMesh(
            self.device_type, ranks, mesh_dim_names=names, _init_backend=False, _rank=self._rank
        )
        made._groups, made._root = groups, self._get_root_mesh()
        _live.setdefault(made._key(), made)
        return made

    def _get_all_submeshes(self, mesh_dim_name: str) -> list[DeviceMesh]:
        """All rows along a dimension, of which this process is in one."""
        dim = self._dim_of(mesh_dim_name)
        rows = np.moveaxis(self._ranks, dim, -1).reshape(-1, self._ranks.shape[dim])
        mine: list = [self._groups[dim]]
        return [
            self._like(row, (mesh_dim_name,), mine if self._rank in row else [None]) for row in rows
        ]

    def _get_root_mesh(self) -> DeviceMesh:
        """The mesh that this was sliced from; itself for one that was not."""
        return self if self._root is None else self._root

    def _flatten(self, mesh_dim_name: str | None = None, backend_override: Any = None):
        """The same devices in one dimension, kept under a name by the mesh it comes from."""
        if backend_override is not None:
            raise NotImplementedError("DeviceMesh._flatten(backend_override=...)")
        root = self._get_root_mesh()
        name = mesh_dim_name or "_".join(self.mesh_dim_names or ())
        if self.ndim == 1 and name in (self.mesh_dim_names or ()):
            return self
        if name in (root.mesh_dim_names or ()):
            raise ValueError(f"{name} already exists in the root mesh. Use another name.")
        found = root._flat.get(name)
        if found is None or found._ranks.tolist() != self._ranks.reshape(-1).tolist():
            found = self._like(self._ranks.reshape(-1), (name,) if name else None, [None])
            found._groups = [self._flat_group(root)]
            root._flat[name] = found
        return found

    def _flat_group(self, root: DeviceMesh) -> ProcessGroup | None:
        """The group of these devices; all processes make those of their own slices."""
        if not _group.is_initialized() or self._alone:
            return GroupMember.WORLD
        names = self.mesh_dim_names or ()
        dims = [root._dim_of(n) for n in names] if root.mesh_dim_names else range(root.ndim)
        rest = [d for d in range(root.ndim) if d not in dims]
        mine = None
        for row in root._ranks.transpose(*rest, *dims).reshape(-1, self._ranks.size).tolist():
            made = _made_group(row, "mesh_flat")
            if self._rank in row:
                mine = made
        return mine

    @staticmethod
    def from_group(
        group: ProcessGroup | list[ProcessGroup],
        device_type: str,
        mesh: Any = None,
        *,
        mesh_dim_names: Names | None = None,
    ) -> DeviceMesh:
        """A mesh over the ranks of a group, or over `mesh`, with a group for each dimension."""
        groups = list(group) if isinstance(group, (list, tuple)) else [group]
        if not groups:
            raise ValueError("Must provide at least one ProcessGroup")
        if mesh is None and len(groups) == 1:
            mesh = _group.get_process_group_ranks(groups[0])
        if mesh is None:
            raise ValueError("Must pass mesh if passing multiple ProcessGroups")
        made = DeviceMesh(device_type, mesh, mesh_dim_names=mesh_dim_names, _init_backend=False)
        if made.ndim != len(groups):
            raise ValueError(
                "Expects mesh with ndim equal to number of ProcessGroups but got mesh "
                f"{made.mesh.tolist()} and {len(groups)} ProcessGroups"
            )
        made._groups = groups
        return made

    # --- what Python asks

    def __enter__(self) -> DeviceMesh:
        _mesh_resources.mesh_stack.append(self)
        return self

    def __exit__(self, *exc: object) -> None:
        _mesh_resources.mesh_stack.pop()

    def __eq__(self, other: object) -> bool:
        return self is other or (isinstance(other, DeviceMesh) and self._key() == other._key())

    def __hash__(self) -> int:
        return hash(self._key())

    def _key(self) -> tuple:
        return self._ranks.tobytes(), self.shape, self.device_type, self.mesh_dim_names

    def __deepcopy__(self, memo: dict) -> DeviceMesh:
        return self  # groups are this process's, so a copy would be the same mesh

    def __reduce__(self) -> Any:
        return _again, (self.device_type, self._ranks.tolist(), self.mesh_dim_names)

    def __repr__(self) -> str:
        names = self.mesh_dim_names
        parts = [f"{names[i]}={n}" if names else str(n) for i, n in enumerate(self.shape)]
        inside = ", ".join(parts) + ("," if len(parts) == 1 and not names else "")
        strides = tuple(math.prod(self.shape[i + 1 :]) for i in range(self.ndim))
        return f"DeviceMesh(({inside}), {self.device_type!r}, stride={strides})"


def _again(device_type: str, mesh: list, names: Names | None) -> DeviceMesh:
    """A mesh from its pickled parts: the one that is there already, else one without groups."""
    key = (np.array(mesh, np.int32).tobytes(), np.shape(mesh), device_type, names)
    found = _live.get(key)
    if found is not None:
        return found
    return DeviceMesh(device_type, mesh, mesh_dim_names=names, _init_backend=False)


_known: dict[tuple[int, ...], Any] = {}
_known_in: list[ProcessGroup] = []  # the world that they belong to


def _made_group(ranks: list[int], description: str) -> Any:
    """The group of these ranks: meshes over the same ranks share it, in one world."""
    world = _group.default_group()
    if _known_in != [world]:
        _known.clear()
        _known_in[:] = [world]
    key = tuple(ranks)
    if key not in _known:
        _known[key] = _group.new_group(ranks, group_desc=description, sort_ranks=False)
    return _known[key]


def init_device_mesh(
    device_type: str,
    mesh_shape: tuple[int, ...],
    *,
    mesh_dim_names: Names | None = None,
    backend_override: Any = None,
) -> DeviceMesh:
    """A mesh of a shape over ranks 0, 1, …; every process calls this. The default group is started
    where a launcher's variables describe one.

    RuntimeError for names that do not fit, a device with an index, and more entries than the world
    has ranks (Note [Meshes of one process]).
    """
    if backend_override is not None:
        raise NotImplementedError("init_device_mesh(backend_override=...)")
    if mesh_dim_names is not None:
        if len(set(mesh_dim_names)) != len(mesh_dim_names):
            raise RuntimeError(
                "Each mesh_dim_name must be unique. Found repeated mesh_dim_name in "
                f"mesh_dim_names {mesh_dim_names}"
            )
        if len(mesh_shape) != len(mesh_dim_names):
            raise RuntimeError(
                "mesh_shape and mesh_dim_names should have same length! Found "
                f"len(mesh_dim_names): {len(mesh_dim_names)} and len(mesh_shape):{len(mesh_shape)}."
            )
    if not device_type.isalpha():
        raise RuntimeError(
            f"Device type with index is not supported but got {device_type}. ",
            "If you maintained a 'torch.device' object, it's recommended to pass in 'device.type'.",
        )
    ranks = np.arange(math.prod(mesh_shape)).reshape(tuple(mesh_shape))
    return DeviceMesh(device_type, ranks, mesh_dim_names=mesh_dim_names)


__getattr__ = _absent.attributes(__name__)
