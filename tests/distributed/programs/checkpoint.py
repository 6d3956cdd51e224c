"""Saves and loads a checkpoint: `save FOLDER` and `load FOLDER`, with any number of processes."""

import os
import sys

import torch
import torch.distributed as dist
import torch.distributed.checkpoint as dcp
from torch import nn
from torch.distributed.checkpoint.metadata import (
    ChunkStorageMetadata,
    MetadataIndex,
    TensorProperties,
)
from torch.distributed.checkpoint.planner import TensorWriteData, WriteItem, WriteItemType
from torch.distributed.checkpoint.state_dict import (
    StateDictOptions,
    get_state_dict,
    set_state_dict,
)
from torch.distributed.device_mesh import init_device_mesh
from torch.distributed.fsdp import fully_shard
from torch.distributed.tensor import Shard, distribute_tensor

dist.init_process_group("gloo")
rank, world = dist.get_rank(), dist.get_world_size()
what, folder = sys.argv[1:]


class Cut:
    """A matrix of which each rank has some rows, or some columns."""

    def __init__(self, whole, dim):
        self.size, self.dim = whole.shape, dim
        length = -(-whole.shape[dim] // world)
        start = min(rank * length, whole.shape[dim])
        self.local = whole.narrow(dim, start, min(length, whole.shape[dim] - start)).clone()
        offsets = [0, 0]
        offsets[dim] = start
        self.box = ChunkStorageMetadata(torch.Size(offsets), self.local.size())

    @property
    def shape(self):
        return self.size

    def __create_write_items__(self, fqn, object):
        if not self.local.numel():
            return []
        data = TensorWriteData(self.box, TensorProperties(dtype=self.local.dtype), self.size)
        index = MetadataIndex(fqn, self.box.offsets)
        return [WriteItem(index, WriteItemType.SHARD, tensor_data=data)]

    def __create_chunk_list__(self):
        return [self.box] if self.local.numel() else []

    def __get_tensor_shard__(self, index):
        assert index.offset == self.box.offsets
        return self.local


def empty(*shape):
    """Some columns to fill. PyTorch loads into tensors only, and saves what `Cut` says."""
    zeros = torch.zeros(shape)
    return (
        Cut(zeros, 1)
        if torch.__name__ == "torchish"
        else distribute_tensor(zeros, mesh, [Shard(1)])
    )


def part(filled):
    return filled.local if isinstance(filled, Cut) else filled.to_local()


def matrix(n):
    return torch.arange(float(7 * n)).reshape(7, n)


def sharded():
    """A model and an optimizer of which each rank has a part."""
    torch.manual_seed(3)
    net = nn.Sequential(nn.Linear(6, 16), nn.ReLU(), nn.Linear(16, 5))
    for module in (net[0], net[2], net):
        fully_shard(module)
    return net, torch.optim.AdamW(net.parameters(), lr=0.01)


def losses(net, optimizer, steps):
    """The losses of batches that all ranks share out."""
    found = []
    for i in steps:
        x = torch.randn(8, 6, generator=torch.Generator().manual_seed(i))
        optimizer.zero_grad()
        loss = net(x[rank * 8 // world : (rank + 1) * 8 // world]).pow(2).mean()
        loss.backward()
        optimizer.step()
        total = loss.detach().clone()
        dist.all_reduce(total)
        found.append(round(total.item() / world, 6))
    return found


torch.manual_seed(0)
model = nn.parallel.DistributedDataParallel(nn.Sequential(nn.Linear(3, 4), nn.Linear(4, 2)))
optimizer = torch.optim.Adam(model.parameters(), lr=0.1)

if what == "save":
    mesh = init_device_mesh("cpu", (2, world // 2))
    model(torch.ones(2, 3)).sum().backward()
    optimizer.step()
    own, optim = get_state_dict(model, optimizer)
    state = {
        "model": own,
        "optim": optim,
        "rows": Cut(matrix(5), 0),
        "columns": Cut(matrix(6), 1),
        "whole": distribute_tensor(matrix(9), mesh, [Shard(0), Shard(1)]),
        "note": {"epoch": 3, f"of rank {rank}": rank},
    }
    saving = dcp.async_save(state, checkpoint_id=folder + "-late")
    # What a thread saves meanwhile is what was there at the call.
    total = torch.ones(1)
    for _ in range(5):
        dist.all_reduce(total)
        with torch.no_grad():
            for p in model.parameters():
                p.mul_(0.5)
    saving.result()
    print("meanwhile", total.item() == world**5)
    for p in model.parameters():
        p.data.mul_(32)
    metadata = dcp.save(state, checkpoint_id=folder)
    writers = {info.relative_path for info in metadata.storage_data.values()}
    print("writers", len(writers) == world, len(metadata.state_dict_metadata["rows"].chunks))

    class Failing(dcp.DefaultSavePlanner):
        def create_local_plan(self):
            if rank == 1:
                raise ValueError("not on this rank")
            return super().create_local_plan()

    before = sorted(os.listdir(folder))
    try:
        dcp.save(
            state,
            storage_writer=dcp.FileSystemWriter(folder + "-failed"),
            planner=Failing(),
        )
    except dcp.api.CheckpointException as e:
        print("failed", list(e.failures), "ValueError: not on this rank" in str(e))
    print("as it was", sorted(os.listdir(folder)) == before)
    net, adam = sharded()
    losses(net, adam, range(3))
    own, optim = get_state_dict(net, adam)
    dcp.save({"model": own, "optim": optim}, checkpoint_id=folder + "-sharded")
    whole = StateDictOptions(full_state_dict=True, cpu_offload=True)
    own, optim = get_state_dict(net, adam, options=whole)
    print("whole", (len(own), len(optim)) == ((0, 0) if rank else (4, 2)))
    again, other = sharded()
    given = StateDictOptions(full_state_dict=True, broadcast_from_rank0=True)
    set_state_dict(again, other, model_state_dict=own, optim_state_dict=optim, options=given)
    after = losses(net, adam, range(3, 6))
    print("from rank 0", losses(again, other, range(3, 6)) == after)
    print("losses", after)
else:
    mesh = init_device_mesh("cpu", (world,))
    plain = nn.Sequential(nn.Linear(3, 4), nn.Linear(4, 2))
    nn.init.zeros_(plain[0].weight)
    again = torch.optim.Adam(plain.parameters())
    for name in (folder, folder + "-late"):
        own, optim = get_state_dict(plain, again)
        rows, columns = empty(7, 5), empty(7, 6)
        state = {"model": own, "optim": optim, "rows": rows, "columns": columns}
        state["note"] = {"epoch": 0, "of rank 3": 0}
        state["whole"] = distribute_tensor(torch.zeros(7, 9), mesh, [Shard(1)])
        dcp.load(state, checkpoint_id=name)
        print("rows", torch.equal(part(rows), Cut(matrix(5), 1).local))
        print("columns", torch.equal(part(columns), Cut(matrix(6), 1).local))
        print("whole", torch.equal(state["whole"].full_tensor(), matrix(9)))
        print("note", state["note"] == {"epoch": 3, "of rank 3": 3})
        set_state_dict(plain, again, model_state_dict=own, optim_state_dict=optim)
        expected = nn.Sequential(nn.Linear(3, 4), nn.Linear(4, 2))
        torch.manual_seed(0)
        for layer in expected:
            layer.reset_parameters()
        other = torch.optim.Adam(expected.parameters(), lr=0.1)
        expected(torch.ones(2, 3)).sum().backward()
        other.step()
        pairs = zip(plain.parameters(), expected.parameters())
        print("model", all(torch.allclose(a, b, atol=1e-6) for a, b in pairs))
        pairs = zip(plain.parameters(), expected.parameters())
        print("optimizer", again.param_groups[0]["lr"] == 0.1, all(
            torch.equal(again.state[a]["exp_avg"], other.state[b]["exp_avg"]) for a, b in pairs
        ))  # fmt: skip
    net, adam = sharded()
    own, optim = get_state_dict(net, adam)
    dcp.load({"model": own, "optim": optim}, checkpoint_id=folder + "-sharded")
    set_state_dict(net, adam, model_state_dict=own, optim_state_dict=optim)
    print("losses", losses(net, adam, range(3, 6)))
dist.barrier()
dist.destroy_process_group()
