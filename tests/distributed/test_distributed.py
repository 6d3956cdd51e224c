"""torch.distributed in a world of one process, and what goes with it."""

import pytest

import torchish as torch
import torchish.distributed as dist
from torchish import nn
from torchish.nn.parallel import DistributedDataParallel
from torchish.utils.data import DataLoader, TensorDataset
from torchish.utils.data.distributed import DistributedSampler


@pytest.fixture
def world(monkeypatch):
    monkeypatch.setenv("WORLD_SIZE", "1")
    monkeypatch.setenv("RANK", "0")
    dist.init_process_group("nccl", init_method="env://")
    yield
    if dist.is_initialized():
        dist.destroy_process_group()


def test_the_group(world):
    assert dist.is_available() and dist.is_initialized()
    assert (dist.get_rank(), dist.get_world_size(), dist.get_backend()) == (0, 1, "nccl")
    assert dist.group.WORLD.size() == 1
    with pytest.raises(ValueError, match="twice"):
        dist.init_process_group("gloo", rank=0, world_size=1)
    with pytest.raises(ValueError, match="less or equal to the world size"):
        dist.new_group([0, 1])
    with pytest.raises(ValueError, match="Rank 1 is out of range"):
        dist.new_group([1])
    dist.destroy_process_group()
    assert not dist.is_initialized()
    for call in (dist.get_rank, dist.barrier, lambda: dist.all_reduce(torch.ones(1))):
        with pytest.raises(ValueError, match="has not been initialized"):
            call()


def test_what_a_world_needs(monkeypatch):
    monkeypatch.delenv("MASTER_ADDR", raising=False)
    with pytest.raises(ValueError, match="environment variable MASTER_ADDR expected"):
        dist.init_process_group("gloo", rank=0, world_size=2)
    monkeypatch.setenv("RANK", "0")
    monkeypatch.delenv("WORLD_SIZE", raising=False)
    with pytest.raises(ValueError, match="environment variable WORLD_SIZE expected"):
        dist.init_process_group("gloo")
    assert not dist.is_initialized()


def test_collectives(world):
    t = torch.tensor([1.0, 2.0])
    assert dist.all_reduce(t, op=dist.ReduceOp.SUM) is None and t.tolist() == [1, 2]
    assert dist.all_reduce(t, async_op=True).wait()
    out = [torch.zeros(2)]
    dist.all_gather(out, t)
    assert out[0].tolist() == [1, 2]
    flat = torch.zeros(1, 2)
    dist.all_gather_into_tensor(flat, t)
    assert flat.tolist() == [[1, 2]]
    dist.scatter(t, [torch.tensor([5.0, 6.0])])
    assert t.tolist() == [5, 6]
    objects = [None]
    dist.all_gather_object(objects, {"a": 1})
    assert objects == [{"a": 1}]
    dist.broadcast(t, src=0)
    with pytest.raises(RuntimeError, match="invalid root rank: 3"):
        dist.broadcast(t, src=3)
    with pytest.raises(RuntimeError, match="expected length 1, got 2"):
        dist.all_gather([torch.zeros(2), torch.zeros(2)], t)
    with pytest.raises(TypeError, match=r"torch\.Tensor"):
        dist.all_reduce([1])


def test_a_data_parallel_loop(world):
    torch.manual_seed(0)
    net = nn.Linear(3, 1)
    ddp = DistributedDataParallel(net)
    assert list(ddp.state_dict()) == ["module.weight", "module.bias"]
    data = TensorDataset(torch.randn(8, 3), torch.randn(8, 1))
    sampler = DistributedSampler(data)
    optimizer = torch.optim.SGD(ddp.parameters(), lr=0.1)
    losses = []
    for epoch in range(5):
        sampler.set_epoch(epoch)
        for x, y in DataLoader(data, batch_size=4, sampler=sampler):
            optimizer.zero_grad()
            loss = nn.functional.mse_loss(ddp(x), y)
            loss.backward()
            optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < losses[0]
    with ddp.no_sync():
        assert not ddp.require_backward_grad_sync
    with pytest.raises(RuntimeError, match="requires a gradient"):
        DistributedDataParallel(nn.ReLU())
