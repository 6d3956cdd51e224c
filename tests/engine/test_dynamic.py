"""Shapes that keep changing: the report of what has changed, and batches padded to a few sizes."""

from __future__ import annotations

import pytest

import torchish as torch
from torchish import dynamic, nn
from torchish._core.engine import changes, policy
from torchish.utils.data import DataLoader, TensorDataset


@pytest.fixture
def compiling(monkeypatch):
    """What comes back is compiled at once, and the report is new."""
    monkeypatch.setattr(policy, "price", lambda facts: (-1.0, "always"))
    torch.engine.barrier()
    changes.clear()
    torch.engine.reset_stats()


def training(batches, masked: bool):
    """The losses of a pass over the batches, and the weight in the end."""
    torch.manual_seed(0)
    net = nn.Sequential(nn.Linear(3, 5), nn.Tanh(), nn.Linear(5, 2))
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1, momentum=0.9)
    losses = []
    for item in batches:
        (x, y), mask = item if masked else (item, None)
        each = nn.functional.cross_entropy(net(x), y, reduction="none")
        loss = each.mean() if mask is None else (each * mask).sum() / mask.sum()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses, net[0].weight.detach()


def ragged(sizes):
    torch.manual_seed(1)
    return [(torch.randn(n, 3), torch.randint(0, 2, (n,))) for n in sizes]


def test_losses_and_weights_are_those_of_the_batches_themselves():
    batches = ragged([8, 8, 5, 3, 8, 1])
    want, weight = training(batches, masked=False)
    got, padded = training(dynamic.bucket(batches, (4, 8)), masked=True)
    torch.testing.assert_close(torch.tensor(got), torch.tensor(want))
    torch.testing.assert_close(padded, weight)


def test_there_is_a_program_for_each_size(compiling):
    batches = ragged([8, 7, 5, 3, 6, 4, 2, 7, 5, 6, 8, 1, 3, 2] * 3)
    training(dynamic.bucket(batches, (4, 8)), masked=True)
    few = torch.engine.stats()["programs_compiled"]
    torch.engine.reset_stats()
    training(batches, masked=False)
    assert 0 < few < torch.engine.stats()["programs_compiled"]


def test_the_report_says_which_dimension_changed(compiling):
    def program(n):
        x = torch.ones(n, 4)
        return ((x @ torch.ones(4, 4)).relu() * 2).sum()

    for n in (32, 32, 32, 17, 17, 17):
        program(n).item()
    found = [c for c in dynamic.report() if (c.dimension, c.was, c.now) == (0, 32, 17)]
    assert not found  # sizes of new tensors are part of the operators here
    w = torch.ones(4, 4)
    for n in (32, 32, 32, 17, 17, 17):
        x = torch.tensor([[1.0] * 4] * n)
        ((x @ w).relu() * 2).sum().item()
    found = [c for c in dynamic.report() if (c.dimension, c.was, c.now) == (0, 32, 17)]
    assert found and "test_dynamic.py" in found[0].line
    assert str(found[0]).endswith("dimension 0 was 32, now 17")
    dynamic.clear()
    assert dynamic.report() == []


def test_masks_and_nests():
    tokens, lengths = torch.ones(3, 5, dtype=torch.int64), torch.tensor([5, 4, 2])
    batch, mask = dynamic.bucket([], {0: [4], 1: [8, 16]}, fill=-1).padded(
        {"ids": tokens, "lengths": lengths, "name": "first"}
    )
    assert batch["ids"].shape == (4, 8) and batch["lengths"].tolist() == [5, 4, 2, -1]
    assert batch["ids"][0].tolist() == [1] * 5 + [-1] * 3 and batch["name"] == "first"
    assert mask.shape == (4, 8) and mask.sum().item() == 15 and mask[2, 4] and not mask[3, 0]
    (a, b), _ = dynamic.bucket([], {0: [4], 1: [8]}, fields=[0]).padded((tokens, tokens))
    assert a.shape == (4, 8) and b.shape == (4, 5)
    same, mask = dynamic.bucket([], [3]).padded(lengths)
    assert same is lengths and mask.all()


def test_a_loader_is_gone_through():
    data = TensorDataset(torch.arange(10.0), torch.arange(10))
    buckets = dynamic.bucket(DataLoader(data, batch_size=4), [4])
    assert len(buckets) == 3
    shapes = [(tuple(x.shape), int(mask.sum())) for (x, _), mask in buckets]
    assert shapes == [((4,), 4), ((4,), 4), ((4,), 2)]


def test_refusals():
    with pytest.raises(ValueError, match="largest size is 2"):
        dynamic.bucket([], [2]).padded(torch.ones(3))
    with pytest.raises(ValueError, match="no tensor of the batch has a dimension 1"):
        dynamic.bucket([], {1: [2]}).padded(torch.ones(3))
    with pytest.raises(ValueError, match="sizes for dimensions"):
        dynamic.bucket([], [])
