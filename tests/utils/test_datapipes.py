"""Pipes of data: names as methods, and the ones that come along."""

from __future__ import annotations

import pytest

import torchish as torch
from torchish.utils.data import DataLoader, IterDataPipe, functional_datapipe
from torchish.utils.data.datapipes.iter import IterableWrapper
from torchish.utils.data.datapipes.map import SequenceWrapper


def test_pipes_by_methods():
    pipe = IterableWrapper(range(10)).filter(lambda n: n % 2).map(lambda n: n * 10).batch(2)
    assert list(pipe) == [[10, 30], [50, 70], [90]]
    assert torch.equal(next(iter(pipe.collate())), torch.tensor([10, 30]))
    assert sorted(IterableWrapper(range(5)).shuffle()) == list(range(5))
    one, two = (list(IterableWrapper(range(9)).shuffle().set_seed(1)) for _ in range(2))
    assert one == two != list(range(9))


def test_pipes_by_keys():
    pipe = SequenceWrapper([1, 2, 3]).map(lambda n: -n)
    assert pipe[1] == -2 and len(pipe) == 3


def test_a_pipe_of_the_users_own():
    @functional_datapipe("doubled_in_test")
    class Doubled(IterDataPipe):
        def __init__(self, source):
            self.source = source

        def __iter__(self):
            for item in self.source:
                yield item
                yield item

    assert list(IterableWrapper("ab").doubled_in_test()) == list("aabb")
    batches = list(DataLoader(IterableWrapper(range(4)).doubled_in_test(), batch_size=4))
    assert [b.tolist() for b in batches] == [[0, 0, 1, 1], [2, 2, 3, 3]]
    with pytest.raises(Exception, match="already taken"):
        functional_datapipe("doubled_in_test")(Doubled)
    with pytest.raises(AttributeError, match="no_such_pipe"):
        IterableWrapper([]).no_such_pipe()


def test_the_loader_switches_shufflers():
    pipe = IterableWrapper(list(range(50))).shuffle().map(int)
    rest = {"batch_size": None}
    assert list(DataLoader(pipe, shuffle=False, **rest)) == list(range(50))
    assert list(DataLoader(pipe, **rest)) == list(range(50))
    mixed = list(DataLoader(pipe, shuffle=True, **rest))
    assert mixed != list(range(50)) and sorted(mixed) == list(range(50))


def test_a_shuffler_is_put_behind_a_pipe_without_one():
    pipe = IterableWrapper(list(range(50)))
    with pytest.warns(UserWarning, match="does not contain a `Shuffler`"):
        loader = DataLoader(pipe, shuffle=True, batch_size=None)
    assert sorted(loader) == list(range(50)) == list(pipe)


def test_sparse_samples_make_no_batch():
    with pytest.raises(RuntimeError, match="Batches of sparse tensors are not currently supported"):
        torch.utils.data.default_collate([torch.eye(2).to_sparse()] * 2)
