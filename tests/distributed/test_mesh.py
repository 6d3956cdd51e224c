"""Meshes and DTensors of one process with one device: what they tell, and what they refuse."""

import copy
import io

import pytest

import torchish as torch
from torchish import nn
from torchish.distributed.device_mesh import DeviceMesh, init_device_mesh
from torchish.distributed.fsdp import CPUOffload, FullyShardedDataParallel, fully_shard
from torchish.distributed.tensor import (
    DTensor,
    Partial,
    Replicate,
    Shard,
    distribute_tensor,
)
from torchish.distributed.tensor._redistribute import _steps
from torchish.distributed.tensor.placement_types import _StridedShard


@pytest.fixture
def mesh():
    return init_device_mesh("cpu", (1, 1), mesh_dim_names=("dp", "tp"))


def test_what_a_mesh_tells(mesh):
    assert repr(mesh) == "DeviceMesh((dp=1, tp=1), 'cpu', stride=(1, 1))"
    assert (mesh.ndim, mesh.size(), mesh.shape, mesh.size(0)) == (2, 1, (1, 1), 1)
    assert mesh.mesh.dtype is torch.int32 and mesh.get_coordinate() == (0, 0)
    assert mesh["dp", "tp"] is mesh and mesh["tp"].mesh_dim_names == ("tp",)
    assert mesh["tp"]._get_root_mesh() is mesh and mesh["tp"].get_local_rank() == 0
    assert mesh["tp"] == mesh["tp"] and hash(mesh["tp"]) == hash(mesh["tp"])
    assert copy.deepcopy(mesh) is mesh


def test_what_a_mesh_refuses(mesh):
    with pytest.raises(KeyError, match=r"Invalid mesh_dim_names \('xx',\) specified"):
        mesh["xx"]
    with pytest.raises(KeyError, match="should be in ascending order"):
        mesh["tp", "dp"]
    with pytest.raises(RuntimeError, match="mesh_dim` needs to be specified"):
        mesh.get_group()
    with pytest.raises(RuntimeError, match="should not be bigger than default world size"):
        init_device_mesh("cpu", (4096,))
    with pytest.raises(RuntimeError, match="repeated mesh_dim_name"):
        init_device_mesh("cpu", (1, 1), mesh_dim_names=("a", "a"))
    with pytest.raises(RuntimeError, match="with index is not supported"):
        init_device_mesh("cpu:0", (1,))
    with pytest.raises(RuntimeError, match="without mesh_dim_names"):
        DeviceMesh("cpu", [0])["a"]


def test_a_tensor_of_a_mesh(mesh):
    d = distribute_tensor(torch.arange(6.0).reshape(3, 2), mesh, [Shard(0), Replicate()])
    assert d.placements == (Shard(0), Replicate()) and repr(d.placements[0]) == "Shard(dim=0)"
    assert type(d + 1) is DTensor and (d + 1).full_tensor().tolist() == [[1, 2], [3, 4], [5, 6]]
    with pytest.raises(RuntimeError, match=r"mixed torch\.Tensor and DTensor"):
        d + torch.ones(3, 2)
    with pytest.raises(RuntimeError, match="redistributing to Partial is for internal use"):
        d.redistribute(placements=[Partial(), Replicate()])
    with pytest.raises(AssertionError, match="Sharding dim 5 greater than tensor ndim 2"):
        distribute_tensor(torch.ones(3, 2), mesh, [Shard(5), Replicate()])
    file = io.BytesIO()
    torch.save(nn.Parameter(d), file)
    file.seek(0)
    again = torch.load(file)
    assert type(again) is DTensor and isinstance(again, nn.Parameter)
    assert again.placements == d.placements and again.device_mesh is mesh
    assert torch.equal(again.full_tensor(), d.full_tensor())


def test_the_order_of_moves():
    both, one = (Shard(0), Shard(0)), (Replicate(), Shard(0))
    assert _steps(both, one) == [(1, Replicate()), (0, Replicate()), (1, Shard(0))]
    assert _steps((Partial(), Shard(1)), (Shard(0), Shard(1))) == [(0, Shard(0))]
    strided = (_StridedShard(0, split_factor=2), Shard(0))
    assert _steps(strided, (Replicate(),) * 2) == [(0, Replicate()), (1, Replicate())]
    assert _steps((Replicate(),) * 2, strided) == [(1, Shard(0)), (0, strided[0])]


def test_what_sharding_refuses():
    with pytest.raises(NotImplementedError, match="reshard_after_forward=2"):
        fully_shard(nn.Linear(2, 2), reshard_after_forward=2)
    with pytest.raises(NotImplementedError, match="cpu_offload"):
        FullyShardedDataParallel(nn.Linear(2, 2), cpu_offload=CPUOffload(True))
