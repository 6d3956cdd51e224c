"""Modules that `torch.jit` scripts, traces and loads: their own class, with `save`."""

from __future__ import annotations

import copy
import gc
import pickle
import weakref

import pytest

import torchish as torch
from torchish import nn

X = torch.ones(3, 2)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(2, 2)

    def forward(self, x):
        return self.linear(x).relu()

    @torch.jit.export
    def twice(self, x):
        return self.linear(x) * 2


def test_a_traced_module_saves_itself_and_comes_back(tmp_path):
    net = Net()
    traced = torch.jit.trace(net, X)
    (tmp_path / "other").write_text("")
    traced.save(tmp_path / "net.pt")
    assert (tmp_path / "net.pt").stat().st_mode == (tmp_path / "other").stat().st_mode
    with pytest.raises(RuntimeError, match="Parent directory .* does not exist"):
        traced.save(tmp_path / "no" / "net.pt")
    loaded = torch.jit.load(tmp_path / "net.pt")
    assert torch.equal(loaded(X), net(X)) and loaded(torch.ones(5, 2)).shape == (5, 2)
    loaded.save(tmp_path / "again.pt")
    again = torch.jit.load(tmp_path / "again.pt")
    assert torch.equal(again(X), net(X))
    assert all(isinstance(m, torch.jit.ScriptModule) for m in (traced, loaded, again))
    assert len(traced.save_to_buffer()) > 100


def test_a_scripted_module_is_its_own_class_over_the_same_state():
    net = Net()
    made = torch.jit.script(net)
    assert isinstance(made, Net) and not isinstance(net, torch.jit.ScriptModule)
    assert made.linear is net.linear and made.original_name == "Net" and repr(made) == repr(net)
    assert torch.equal(made.twice(X), net.twice(X))
    made.eval()
    made.register_buffer("seen", torch.zeros(1))
    assert not net.training and net.seen is made.seen
    assert torch.jit.script(made) is made and type(torch.jit.script(Net())) is type(made)


def test_copies_and_pickles_are_scripted_too():
    made = torch.jit.script(Net())
    for other in (copy.deepcopy(made), pickle.loads(pickle.dumps(made))):
        assert isinstance(other, torch.jit.ScriptModule) and isinstance(other, Net)
        assert other.linear is not made.linear and torch.equal(other(X), made(X))


def test_what_a_module_without_example_inputs_lacks():
    made = torch.jit.script(Net())
    with pytest.raises(RuntimeError, match="nothing is known of the arguments"):
        made.save("nowhere.pt")
    for name in ("code", "graph"):
        with pytest.raises(NotImplementedError, match=rf"ScriptModule\.{name}: "):
            getattr(made, name)


def test_classes_are_let_go():
    def made():
        class Local(nn.Module):
            def forward(self, x):
                return x

        return weakref.ref(type(torch.jit.script(Local())))

    kept = made()
    gc.collect()
    assert kept() is None
