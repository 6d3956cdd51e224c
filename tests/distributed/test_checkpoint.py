"""Distributed checkpoints: what is saved is loaded, by other numbers of processes and by PyTorch;
nothing in a file is run; whoever is killed leaves a checkpoint that can be read."""

import json
import os
import pathlib
import pickle
import subprocess
import sys

import numpy as np
import pytest

import torchish as torch
import torchish.distributed.checkpoint as dcp
from tests.distributed import ranks
from torchish import nn
from torchish.distributed.checkpoint import filesystem, format_utils, metadata, state_dict

STORED = pathlib.Path(__file__).parent / "saved_by_torch"  # two processes, `python -m ...` below

pytestmark = pytest.mark.filterwarnings("ignore:torch.distributed is disabled")


def trained():
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4))
    optimizer = torch.optim.Adam(model.parameters(), lr=0.1)
    model(torch.ones(2, 3)).sum().backward()
    optimizer.step()
    return model, optimizer


def example():
    model, optimizer = trained()
    return {
        "model": model.state_dict(),
        "optim": state_dict.get_optimizer_state_dict(model, optimizer),
        "mixed": [1, torch.ones(2, dtype=torch.bfloat16), {"deep": torch.tensor(True)}],
        "plain": {"list": [1, [2]], "tuple": (1, "a"), "none": None, "text": "x"},
        "scalar": torch.tensor(3),
        "column": torch.arange(20.0).reshape(4, 5)[:, 2],
        "empty": torch.zeros(0, 3),
        "complex": torch.tensor([1 + 2j]),
    }


def blank(value):
    if isinstance(value, torch.Tensor):
        return torch.zeros_like(value)
    if isinstance(value, dict):
        return {k: blank(v) for k, v in value.items()}
    return [blank(v) for v in value] if isinstance(value, list) else 0


def assert_same(a, b):
    if isinstance(a, torch.Tensor):
        assert torch.equal(a, b) and a.dtype == b.dtype
    elif isinstance(a, dict):
        assert a.keys() == b.keys()
        for k in a:
            assert_same(a[k], b[k])
    elif isinstance(a, list):
        assert len(a) == len(b)
        for x, y in zip(a, b, strict=True):
            assert_same(x, y)
    else:
        assert a == b


@pytest.mark.parametrize("options", [{}, {"thread_count": 3}, {"single_file_per_rank": False}])
def test_what_is_saved_is_loaded(tmp_path, options):
    state = example()
    made = dcp.save(state, storage_writer=dcp.FileSystemWriter(tmp_path / "a", **options))
    assert made.planner_data["optim.param_groups.0.lr"] == ("optim", "param_groups", 0, "lr")
    found = blank(state)
    same = found["model"]["0.weight"]
    dcp.load(found, checkpoint_id=tmp_path / "a")
    assert_same(state, found)
    assert found["model"]["0.weight"] is same  # filled, not replaced
    names = os.listdir(tmp_path / "a")
    assert ".metadata" in names and not any(n.endswith(".tmp") for n in names)


def test_a_rank_for_itself(tmp_path):
    for value in (1, 2):
        if value == 1:
            dcp.save({"a": torch.ones(2)}, checkpoint_id=tmp_path, use_collectives=False)
        else:
            with pytest.warns(UserWarning, match="Detected an existing checkpoint"):
                dcp.save({"a": torch.full((2,), 2)}, checkpoint_id=tmp_path, use_collectives=False)
        assert "__0.metadata" in os.listdir(tmp_path) and len(os.listdir(tmp_path)) == 2
        found = {"a": torch.zeros(2)}
        dcp.load(found, checkpoint_id=tmp_path)
        assert found["a"].tolist() == [value, value]


def test_what_is_asked_of_a_checkpoint(tmp_path):
    state = {"model": {"a": torch.ones(2), "b": torch.zeros(3)}, "epoch": 3}
    dcp.save(state, checkpoint_id=tmp_path)
    some = dcp.state_dict_loader._load_state_dict_from_keys({"model.a"}, checkpoint_id=tmp_path)
    assert list(some["model"]) == ["a"] and some["model"]["a"].tolist() == [1, 1]
    whole = dcp.state_dict_loader._load_state_dict_from_keys(checkpoint_id=tmp_path)
    assert_same(whole, state)
    meta = {"model": {"a": torch.empty(2, device="meta")}}
    dcp.load(meta, checkpoint_id=tmp_path)
    assert meta["model"]["a"].tolist() == [1, 1]


def test_objects_that_save_themselves(tmp_path):
    model, optimizer = trained()
    dcp.save({"model": model, "optim": optimizer}, checkpoint_id=str(tmp_path))
    torch.manual_seed(1)
    other = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4))
    dcp.load({"model": other}, checkpoint_id=str(tmp_path))
    assert_same(model.state_dict(), other.state_dict())


def test_what_does_not_fit(tmp_path):
    dcp.save({"a": torch.ones(2), "n": 1}, checkpoint_id=tmp_path)

    def refused(state, kind, words, **options):
        with pytest.raises(dcp.CheckpointException, match=words) as caught:
            dcp.load(state, checkpoint_id=tmp_path, **options)
        (error, frames), = caught.value.failures.values()  # fmt: skip
        assert type(error) is kind and frames

    refused({"b": torch.ones(2)}, RuntimeError, "Missing key in checkpoint state_dict: b.")
    refused({"a": torch.ones(3)}, ValueError, "Size mismatch between saved")
    refused({"a": 1}, ValueError, "Invalid checkpoint metadata for a")
    found = {"a": torch.zeros(2), "b": 5}
    dcp.load(found, checkpoint_id=tmp_path, planner=dcp.DefaultLoadPlanner(allow_partial_load=True))
    assert found["a"].tolist() == [1, 1] and found["b"] == 5
    with pytest.raises(RuntimeError, match="`checkpoint_id` must be specified"):
        dcp.save({})
    with pytest.raises(dcp.CheckpointException, match="metadata is None"):
        dcp.load({"a": 1}, checkpoint_id=tmp_path / "nothing")
    with pytest.raises(dcp.CheckpointException, match="duplicated flatten key a.b.c"):
        dcp.load({"a": {"b.c": 1}, "a.b": {"c": 2}}, checkpoint_id=tmp_path)


def test_writing_over(tmp_path):
    dcp.save({"a": torch.ones(2)}, checkpoint_id=tmp_path)
    with pytest.raises(dcp.CheckpointException, match="Checkpoint already exists"):
        dcp.save({}, storage_writer=dcp.FileSystemWriter(tmp_path, overwrite=False))
    for value in (2.0, 3.0):
        with pytest.warns(UserWarning, match="Detected an existing checkpoint"):
            dcp.save({"a": torch.full((2,), value)}, checkpoint_id=tmp_path)
        found = {"a": torch.zeros(2)}
        dcp.load(found, checkpoint_id=tmp_path)
        assert found["a"].tolist() == [value, value]
        assert len(os.listdir(tmp_path)) == 2


@pytest.mark.filterwarnings("ignore:Detected an existing checkpoint")
@pytest.mark.parametrize("at", range(4))
def test_whoever_is_stopped_leaves_a_checkpoint(tmp_path, at, monkeypatch):
    """Stopped at the first, second, ... step that changes the folder: the old one can be read, or
    the new one."""
    dcp.save({"a": torch.ones(2), "n": 1}, checkpoint_id=tmp_path)
    steps = 0

    def stop_at(name):
        plain = getattr(filesystem.FileSystem, name)

        def step(*args, **kwargs):
            nonlocal steps
            steps += "rb" not in args
            if steps > at:
                raise OSError("stopped")
            return plain(*args, **kwargs)

        monkeypatch.setattr(filesystem.FileSystem, name, step)

    for name in ("create_stream", "rename", "rm_file"):
        stop_at(name)
    with pytest.raises(dcp.CheckpointException, match="stopped"):
        dcp.save({"a": torch.zeros(2), "n": 0}, checkpoint_id=tmp_path)
    monkeypatch.undo()
    found = {"a": torch.full((2,), 5.0), "n": 5}
    dcp.load(found, checkpoint_id=tmp_path)
    assert found["n"] == 1 and found["a"].tolist() == [1, 1]


def test_async_save_has_what_was_there_at_the_call(tmp_path):
    t = torch.ones(1000)
    writer = dcp.FileSystemWriter(tmp_path, cache_staged_state_dict=True)
    for i in range(2):
        saving = dcp.async_save({"t": t}, storage_writer=writer, checkpoint_id=tmp_path / str(i))
        t.add_(1)
        saving.result()
    for i in range(2):
        found = {"t": torch.zeros(1000)}
        dcp.load(found, checkpoint_id=tmp_path / str(i))
        assert found["t"].unique().tolist() == [i + 1]


def test_formats(tmp_path):
    state = example()
    dcp.save(state, checkpoint_id=tmp_path / "a")
    format_utils.dcp_to_torch_save(tmp_path / "a", tmp_path / "one.pt")
    assert_same(state, torch.load(tmp_path / "one.pt"))
    format_utils.torch_save_to_dcp(tmp_path / "one.pt", tmp_path / "b")
    found = blank(state)
    dcp.load(found, checkpoint_id=tmp_path / "b")
    assert_same(state, found)
    found = blank({"model": state["model"]})
    torch.save({"model": state["model"]}, tmp_path / "model.pt")
    dcp.load(
        found,
        storage_reader=format_utils.BroadcastingTorchSaveReader(),
        planner=format_utils.DynamicMetaLoadPlanner(),
        checkpoint_id=tmp_path / "model.pt",
    )
    assert_same({"model": state["model"]}, found)


def test_safetensors(tmp_path):
    state = {
        "model": {"a": torch.arange(6.0).reshape(2, 3), "b": torch.ones(2, dtype=torch.bfloat16)},
        "count": torch.tensor(3),
        "none": torch.zeros(0, 4),
    }
    where = {"model.a": 1, "model.b": 2, "count": 2, "none": 2}
    dcp.save(state, storage_writer=dcp.HuggingFaceStorageWriter(str(tmp_path), where))
    names = ["model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"]
    assert sorted(os.listdir(tmp_path)) == [*names, "model.safetensors.index.json"]
    index = json.loads((tmp_path / "model.safetensors.index.json").read_text())
    assert index["weight_map"]["model.b"] == names[1] and index["metadata"]["total_size"] == 36
    found = blank(state)
    dcp.load(found, storage_reader=dcp.HuggingFaceStorageReader(str(tmp_path)))
    assert_same(state, found)
    with pytest.raises(dcp.CheckpointException, match="n is no tensor"):
        writer = dcp.HuggingFaceStorageWriter(str(tmp_path / "n"))
        dcp.save({"n": 1}, storage_writer=writer)
    (tmp_path / names[0]).write_bytes(b"\xff" * 20)
    with pytest.raises(dcp.CheckpointException, match="is no file of safetensors"):
        dcp.load(found, storage_reader=dcp.HuggingFaceStorageReader(str(tmp_path)))


def test_safetensors_of_others(tmp_path):
    numpy = pytest.importorskip("safetensors.numpy")
    a = np.arange(12, dtype=np.float32).reshape(3, 4)
    numpy.save_file({"a": a, "b": np.array(7)}, tmp_path / "model.safetensors")
    found = {"a": torch.zeros(3, 4), "b": torch.tensor(0)}
    dcp.load(found, storage_reader=dcp.HuggingFaceStorageReader(str(tmp_path)))
    assert found["b"].item() == 7 and torch.equal(found["a"], torch.from_numpy(a))
    writer = dcp.HuggingFaceStorageWriter(str(tmp_path / "ours"), save_distributed=True)
    dcp.save(found, storage_writer=writer)
    (name,) = os.listdir(tmp_path / "ours")
    assert name == "shard-00001-model-00001-of-00001.safetensors"
    np.testing.assert_array_equal(numpy.load_file(tmp_path / "ours" / name)["a"], a)


# --- what a file may not do


class Evil:
    def __reduce__(self):
        return os.system, ("echo run > evil",)


def saved_metadata(tmp_path, **changes):
    """A checkpoint whose metadata says something else than was written."""
    made = dcp.save({"a": torch.ones(2)}, checkpoint_id=tmp_path)
    place = next(iter(made.storage_data.values()))
    for name, value in changes.items():
        setattr(place if name != "size" else made.state_dict_metadata["a"], name, value)
    with open(tmp_path / ".metadata", "wb") as file:
        dcp.filesystem._metadata_file.write(made, file)
    return {"a": torch.zeros(2)}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"relative_path": "../../x"}, "is not a file of its folder"),
        ({"relative_path": "/etc/passwd"}, "is not a file of its folder"),
        ({"length": 10**6}, "ends before"),
        ({"offset": "0"}, "a StorageInfo with 'offset'='0'"),
        ({"size": [2]}, "a TensorStorageMetadata with 'size'="),
        ({"transform_descriptors": ["stream.zstd"]}, "stream.zstd"),
    ],
)
def test_metadata_that_lies(tmp_path, changes, words):
    state = saved_metadata(tmp_path, **changes)
    with pytest.raises(dcp.CheckpointException, match=words):
        dcp.load(state, checkpoint_id=tmp_path)


def test_nothing_in_a_file_is_run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    dcp.save({"a": torch.ones(2), "n": Evil.__name__}, checkpoint_id=tmp_path / "a")
    (tmp_path / "a" / ".metadata").write_bytes(pickle.dumps(Evil()))
    with pytest.raises(dcp.CheckpointException, match="UnpicklingError"):
        dcp.load({"a": torch.zeros(2)}, checkpoint_id=tmp_path / "a")
    (tmp_path / "a" / ".metadata").write_bytes(pickle.dumps({"a": 1}))
    with pytest.raises(dcp.CheckpointException, match="the file holds a dict"):
        dcp.load({"a": torch.zeros(2)}, checkpoint_id=tmp_path / "a")
    assert not (tmp_path / "evil").exists()


class Own:
    def __init__(self):
        self.x = 1


def test_classes_of_the_users(tmp_path):
    dcp.save({"own": Own()}, checkpoint_id=tmp_path)
    state = {"own": None}
    with pytest.raises(dcp.CheckpointException, match="add_safe_globals"):
        dcp.load(state, checkpoint_id=tmp_path)
    with torch.serialization.safe_globals([Own]):
        dcp.load(state, checkpoint_id=tmp_path)
    assert state["own"].x == 1


# --- state dicts by names


def test_state_dicts_by_names():
    model, optimizer = trained()
    names = ["0.weight", "0.bias", "1.weight", "1.bias"]
    own, optim = state_dict.get_state_dict(model, optimizer)
    assert list(own) == list(model.state_dict())
    assert list(optim["state"]) == names and optim["param_groups"][0]["params"] == names
    other = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4))
    # Other groups in another order: names find their state.
    groups = [{"params": other[1].parameters()}, {"params": other[0].parameters(), "lr": 9.0}]
    again = torch.optim.Adam(groups)
    state_dict.set_state_dict(other, again, model_state_dict=own, optim_state_dict=optim)
    assert_same(model.state_dict(), other.state_dict())
    for a, b in zip(model.parameters(), other.parameters(), strict=True):
        assert_same(dict(optimizer.state[a]), dict(again.state[b]))
    assert [g["lr"] for g in again.param_groups] == [0.1, 0.1]
    flat = state_dict.StateDictOptions(flatten_optimizer_state_dict=True)
    once = state_dict.get_optimizer_state_dict(model, optimizer, options=flat)
    assert once["param_groups.1.bias.lr"] == 0.1 and "state.0.weight.exp_avg" in once
    fresh = torch.optim.Adam(model.parameters())
    state_dict.set_optimizer_state_dict(model, fresh, once, options=flat)
    assert_same(fresh.state_dict(), optimizer.state_dict())


def test_options_of_state_dicts():
    model, _ = trained()
    model[0].bias.requires_grad_(False)
    get, options = state_dict.get_model_state_dict, state_dict.StateDictOptions
    assert "0.bias" not in get(model, options=options(ignore_frozen_params=True))
    assert list(get(model, submodules={model[0]})) == ["0.weight", "0.bias"]
    short = options(keep_submodule_prefixes=False)
    assert list(get(model, submodules={model[0]}, options=short)) == ["weight", "bias"]
    with pytest.raises(RuntimeError, match="Missing key"):
        state_dict.set_model_state_dict(model, {model[0]: model[0].state_dict()})
    found = state_dict.set_model_state_dict(
        model, {model[0]: model[0].state_dict()}, options=options(strict=False)
    )
    assert "1.weight" in found.missing_keys and not found.unexpected_keys
    with pytest.raises(ValueError, match="full_state_dict must be True"):
        get(model, options=options(broadcast_from_rank0=True))
    with pytest.raises(RuntimeError, match="Optimizers are not passed in"):
        state_dict.get_optimizer_state_dict(model, [])


def test_the_first_state_of_an_optimizer_takes_no_step():
    model, _ = trained()
    before = [p.detach().clone() for p in model.parameters()]
    model.zero_grad()
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.5)
    found = state_dict.get_optimizer_state_dict(model, optimizer)
    assert "exp_avg" in found["state"]["0.weight"] and found["param_groups"][0]["lr"] == 0.5
    assert_same(before, list(model.parameters()))
    assert all(p.grad is None for p in model.parameters())


# --- several processes, and PyTorch's files


def true_lines(outs, many):
    for out in outs:
        lines = out.splitlines()
        assert len(lines) == many and all("True" in line for line in lines), out


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    """A checkpoint of four processes."""
    folder = tmp_path_factory.mktemp("checkpoint") / "saved"
    outs = ranks.run("checkpoint", 4, "save", str(folder))
    losses = outs[0].splitlines()[-1]
    true_lines([out.replace(losses, "True") for out in outs], 7)
    assert all("failed [1]" in out for out in outs)
    return folder, losses


def test_pytorchs_checkpoint_is_read():
    """Written by PyTorch 2.13 with two processes: a DTensor sharded by rows, and what both had."""
    found = {"rows": torch.zeros(5, 3), "model": {"weight": torch.zeros(2)}, "step": 0}
    dcp.load(found, checkpoint_id=STORED)
    assert_same(found["rows"], torch.arange(15.0).reshape(5, 3))
    assert found["model"]["weight"].tolist() == [1, 2] and found["step"] == 7
    says = dcp.FileSystemReader(STORED).read_metadata()
    assert len(says.state_dict_metadata["rows"].chunks) == 2


def loaded(saved, world, torch):
    """Processes that load say good things only, with the losses of those that saved."""
    folder, losses = saved
    outs = ranks.run("checkpoint", world, "load", str(folder), torch=torch)
    assert [out.splitlines()[-1] for out in outs] == [losses] * world
    true_lines([out.replace(losses, "True") for out in outs], 13)


def test_pytorch_reads_ours(saved):
    pytest.importorskip("torch")
    loaded(saved, 2, torch=True)


def test_metadata_by_pytorchs_names(tmp_path):
    dcp.save({"a": torch.ones(2)}, checkpoint_id=tmp_path)
    text = (tmp_path / ".metadata").read_bytes()
    for name in (
        b"torch.distributed.checkpoint.metadata",
        b"torch.distributed.checkpoint.filesyst",
    ):
        assert name in text
    assert b"torchish" not in text and b"_StorageInfo" in text
    assert metadata.MetadataIndex("a", [0], 3) == metadata.MetadataIndex("a", [0], None)


def test_saved_by_four_loaded_by_two_and_by_one(saved):
    loaded(saved, 2, torch=False)
    shapes = {"rows": (7, 5), "columns": (7, 6), "whole": (7, 9)}
    found = {name: torch.zeros(shape) for name, shape in shapes.items()}
    dcp.load(found, checkpoint_id=saved[0])
    for name, shape in shapes.items():
        assert_same(found[name], torch.arange(float(shape[0] * shape[1])).reshape(shape))


def test_killed_and_resumed(tmp_path):
    program = ranks.HERE / "programs" / "resume.py"
    done = subprocess.run(
        [sys.executable, "-m", "torchish.distributed.run", "--standalone", "--nproc-per-node=2",
         "--max-restarts=1", str(program), str(tmp_path)],
        env=ranks.environment(), capture_output=True, text=True, timeout=ranks.LIMIT,
    )  # fmt: skip
    assert done.stdout.splitlines() == ["from 6: True"] * 2, done.stderr
