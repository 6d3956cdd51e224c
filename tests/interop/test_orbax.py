"""torchish.interop.orbax: state dicts as Orbax checkpoints."""

import numpy as np
import pytest

import torchish as torch
from torchish import nn

ocp = pytest.importorskip("orbax.checkpoint")
orbax = pytest.importorskip("torchish.interop.orbax")


def trained():
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4))
    optimizer = torch.optim.Adam(model.parameters(), lr=0.1)
    model(torch.randn(5, 3)).pow(2).sum().backward()
    optimizer.step()
    return model, optimizer


def test_training_goes_on(tmp_path):
    model, optimizer = trained()
    state = {
        "model": model,
        "optim": optimizer.state_dict(),
        "note": {"epoch": 3, "shape": (1, [2])},
    }
    orbax.save(tmp_path / "a", state)
    torch.manual_seed(5)
    other = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4))
    found = orbax.restore(tmp_path / "a")
    assert found["note"] == {"epoch": 3, "shape": (1, [2])}
    again = torch.optim.Adam(other.parameters(), lr=0.5)
    orbax.load(tmp_path / "a", {"model": other})
    states = {int(k): v for k, v in found["optim"]["state"].items()}
    again.load_state_dict({"state": states, "param_groups": found["optim"]["param_groups"]})
    x = torch.randn(6, 3)
    for m, o in ((model, optimizer), (other, again)):
        o.zero_grad()
        m(x).pow(2).sum().backward()
        o.step()
    for a, b in zip(model.state_dict().values(), other.state_dict().values(), strict=True):
        assert torch.equal(a, b)


def test_kinds_of_tensors(tmp_path):
    state = {
        "half": torch.ones(2, dtype=torch.bfloat16),
        "long": torch.tensor(2**40),
        "deep": [torch.tensor([True]), {"x": torch.tensor([1 + 2j])}, None],
        "empty": torch.zeros(0, 3, dtype=torch.float64),
        "column": torch.arange(20.0).reshape(4, 5)[:, 2],
    }
    orbax.save(tmp_path / "a", state)
    found = orbax.restore(tmp_path / "a")
    for name in ("half", "long", "empty", "column"):
        assert found[name].dtype == state[name].dtype
        assert torch.equal(found[name], state[name])
    assert found["deep"][0].tolist() == [True] and found["deep"][2] is None
    assert found["deep"][1]["x"].tolist() == [1 + 2j]
    orbax.save(tmp_path / "b", {"n": 1})
    assert orbax.restore(tmp_path / "b") == {"n": 1}


def test_orbax_reads_the_tensors(tmp_path):
    orbax.save(tmp_path / "a", {"model": {"0.weight": torch.arange(4.0)}})
    checkpointer = ocp.Checkpointer(ocp.PyTreeCheckpointHandler())
    found = checkpointer.restore(tmp_path / "a" / "state")
    np.testing.assert_array_equal(found["model"]["0.weight"], np.arange(4.0))


def test_what_does_not_fit(tmp_path):
    orbax.save(tmp_path / "a", {"w": torch.ones(2)})
    with pytest.raises(ValueError, match="already exists"):
        orbax.save(tmp_path / "a", {"w": torch.ones(2)})
    orbax.save(tmp_path / "a", {"w": torch.zeros(2)}, overwrite=True)
    state = {"w": torch.ones(2)}
    orbax.load(tmp_path / "a", state)
    assert state["w"].tolist() == [0, 0]
    with pytest.raises(ValueError, match="Size mismatch"):
        orbax.load(tmp_path / "a", {"w": torch.ones(3)})
    with pytest.raises(RuntimeError, match="Missing key in checkpoint state_dict: v"):
        orbax.load(tmp_path / "a", {"v": torch.ones(3)})
    with pytest.raises(TypeError, match="own is a object"):
        orbax.save(tmp_path / "b", {"own": object()})
