"""Names whose feature does not exist here: there to be imported and compared with, refused by name
when they are used."""

from __future__ import annotations

import importlib
import inspect
import os
import pathlib
import subprocess
import sys

import pytest

import torchish as torch
from torchish._absent import table

ROOT = pathlib.Path(__file__).parents[1]


def ours(module: str) -> str:
    return "torchish" + module.removeprefix("torch")


@pytest.mark.parametrize("module", sorted(table.modules()))
def test_every_name_is_there_and_refuses_by_name(module):
    home = importlib.import_module(ours(module))
    for name, entry in table.entries(module).items():
        value = getattr(home, name)
        if entry.kind in ("def", "class"):
            assert inspect.signature(value) is not None
            with pytest.raises(NotImplementedError, match=name):
                value()


TWICE = """
import importlib, importlib.util
from tests.test_absent import ours, table
for module in table.modules():
    home = importlib.import_module(ours(module))
    if getattr(home, "__file__", None) is not None:
        source = importlib.util.find_spec(ours(module))
        fresh = importlib.util.module_from_spec(source)
        source.loader.exec_module(fresh)  # a second time, hence in a process of its own
        twice = set(vars(fresh)) & set(table.entries(module))
        assert not twice, (module, twice)
"""


def test_the_list_has_no_name_that_is_there_for_real():
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", TWICE],
        cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def test_a_class_is_in_no_object_s_ancestry():
    from torchish._subclasses.fake_tensor import FakeTensor

    assert issubclass(FakeTensor, torch.Tensor)
    assert not isinstance(torch.ones(2), FakeTensor)
    with pytest.raises(NotImplementedError, match="FakeTensor.from_tensor"):
        FakeTensor.from_tensor(torch.ones(2))


def test_a_module_is_one_object_by_every_way():
    import torchish.distributed.fsdp as fsdp

    assert torch.distributed.fsdp is fsdp
    assert fsdp.FullyShardedDataParallel is torch.distributed.fsdp.FullyShardedDataParallel
    assert fsdp.ShardingStrategy.FULL_SHARD.name == "FULL_SHARD"
    assert "device_mesh" in inspect.signature(fsdp.FullyShardedDataParallel).parameters


def test_a_subclass_of_an_absent_class_refuses_when_it_is_made():
    class Mine(torch.distributed.pipelining.ScheduleDualPipeV):
        pass

    with pytest.raises(NotImplementedError, match="ScheduleDualPipeV"):
        Mine()


def test_a_function_keeps_its_name_beside_a_module():
    importlib.import_module("torchish.distributed.rendezvous")
    assert inspect.isfunction(torch.distributed.rendezvous)
    spawn = torch.multiprocessing.spawn  # which is here for real
    module = importlib.import_module("torchish.multiprocessing.spawn")
    assert torch.multiprocessing.spawn is spawn is module.spawn and inspect.isfunction(spawn)


def test_what_pytorch_lacks_is_missing_here_too():
    with pytest.raises(AttributeError, match="no_such_name"):
        _ = torch.distributed.no_such_name
    with pytest.raises(ModuleNotFoundError):
        importlib.import_module("torchish.distributed.no_such_module")
