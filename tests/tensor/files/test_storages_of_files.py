"""Storages of files, and parts of storages."""

from __future__ import annotations

import sys

import pytest

import torchish as torch
from torchish._core.base import errors


def test_a_private_file(tmp_path):
    path = tmp_path / "bytes"
    path.write_bytes(bytes(range(16)))
    memory = torch.UntypedStorage.from_file(str(path), False, 16)
    part = torch.asarray(memory[4:12], dtype=torch.uint8)
    assert part.tolist() == list(range(4, 12)) and memory.filename is None
    assert part.view(torch.int32).tolist() == [0x07060504, 0x0B0A0908]
    part[0] = 99
    assert memory[4] == 99 and path.read_bytes() == bytes(range(16))


def test_a_shared_file(tmp_path):
    path = tmp_path / "shared"
    memory = torch.UntypedStorage.from_file(str(path), True, 8)
    memory[0] = 5
    assert memory.filename == str(path) and path.stat().st_size == 8
    assert path.read_bytes()[0] == 5


def test_parts_share_memory(monkeypatch):
    monkeypatch.setattr(errors, "_warned", set())  # another test may have met the warning
    t = torch.arange(4.0)
    memory = t.untyped_storage()
    part = memory[4:8]
    assert part.nbytes() == 4 and part.data_ptr() - memory.data_ptr() == 4
    assert sys.getsizeof(memory) >= memory.nbytes()
    with pytest.raises(RuntimeError, match="step of 2"):
        memory[::2]
    with pytest.warns(UserWarning, match="TypedStorage"):
        typed = t.storage()
    with pytest.raises(RuntimeError, match="slices are only supported"):
        typed[1:3]


def test_as_strided_of_a_view_that_begins_a_history():
    x = torch.arange(12.0).reshape(3, 4)
    y = x[1].detach().requires_grad_(True)
    overlapping = torch.as_strided(y, (2, 2), (1, 1))
    assert overlapping.tolist() == [[4, 5], [5, 6]]
    (overlapping * torch.tensor([[1.0, 2], [3, 4]])).sum().backward()
    assert y.grad.tolist() == [1, 5, 4, 0]
    y.grad = None
    beyond = torch.as_strided(y, (3,), (1,), 2)  # begins two elements before the view
    assert beyond.tolist() == [2, 3, 4]
    (beyond * torch.tensor([1.0, 2, 3])).sum().backward()
    assert y.grad.tolist() == [3, 0, 0, 0]


def test_numpy_where_gradients_are_off():
    t = torch.ones(2, requires_grad=True) * 2
    with pytest.raises(RuntimeError, match="requires grad"):
        t.numpy()
    with torch.no_grad():
        assert t.numpy().tolist() == [2, 2]
