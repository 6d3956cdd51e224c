"""Checks that run where CPU devices stand for GPUs (run.py): a batch over several of them, and
checkpoints of tensors over all of them."""

from __future__ import annotations

import copy
import tempfile
import warnings

import torchish as torch
import torchish.distributed.checkpoint as dcp
from torchish import nn
from torchish.distributed.checkpoint import state_dict
from torchish.distributed.device_mesh import init_device_mesh
from torchish.distributed.tensor import DTensor, Replicate, Shard, distribute_tensor
from torchish.nn import parallel


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(nn.Conv2d(1, 4, 3), nn.ReLU(), nn.Flatten(), nn.Linear(144, 8))
        self.norm, self.tied = nn.LayerNorm(8), nn.Linear(8, 3)
        self.again = self.tied
        self.register_buffer("seen", torch.zeros(1))

    def forward(self, x, *, scale=1.0, note=None):
        self.seen += len(x)
        hidden = self.norm(self.layers(x))
        return {"out": self.tied(hidden) * scale, "twice": [self.again(hidden), hidden.sum()]}


def stepped(model, net, optimizer, x, y):
    optimizer.zero_grad()
    loss = nn.functional.cross_entropy(model(x, scale=2.0, note="x")["out"], y)
    loss.backward()
    optimizer.step()
    return loss.item()


def check_losses_are_those_of_one_device():
    torch.manual_seed(0)
    nets = [Net().double().to("cuda")]
    nets.append(copy.deepcopy(nets[0]))
    models = [nets[0], nn.DataParallel(nets[1], device_ids=[0, 2, 3])]
    optimizers = [torch.optim.SGD(n.parameters(), lr=0.05, momentum=0.9) for n in nets]
    for _ in range(6):
        x = torch.randn(8, 1, 8, 8, dtype=torch.float64)
        y = torch.randint(0, 3, (8,), device="cuda")
        a, b = (
            stepped(m, n, o, x.to("cuda"), y)
            for m, n, o in zip(models, nets, optimizers, strict=True)
        )
        assert abs(a / b - 1) < 1e-12
    for p, q in zip(nets[0].parameters(), nets[1].parameters(), strict=True):
        torch.testing.assert_close(p, q)
        assert q.device == torch.device("cuda:0")
    assert (nets[0].seen.item(), nets[1].seen.item()) == (48, 18)  # what the first device has seen


def check_what_goes_out_and_comes_back():
    model = nn.DataParallel(Net().to("cuda"))
    assert model.device_ids == list(range(7)) and model.output_device == 0
    made = model(torch.ones(14, 1, 8, 8), scale=3.0)
    assert made["out"].shape == (14, 3) and str(made["out"].device) == "cuda:0"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert made["twice"][1].shape == (7,)  # a number of each device
    with torch.no_grad():
        assert model(torch.ones(5, 1, 8, 8))["out"].grad_fn is None
    one = nn.DataParallel(Net(), device_ids=["cuda:2"])
    assert str(one(torch.ones(2, 1, 8, 8))["out"].device) == "cuda:2"
    out = parallel.data_parallel(nn.Linear(2, 2).to("cuda"), torch.ones(4, 2), [0, 1], 1)
    assert str(out.device) == "cuda:1"


def check_parts():
    cut = parallel.scatter({"a": torch.arange(4), "b": [(torch.ones(3, 2), "x")]}, [0, 1])
    assert [c["a"].tolist() for c in cut] == [[0, 1], [2, 3]]
    assert cut[1]["b"][0][0].shape == (1, 2) and str(cut[1]["b"][0][0].device) == "cuda:1"
    assert parallel.gather([c["a"] for c in cut], 0).tolist() == [0, 1, 2, 3]
    module = nn.Linear(2, 2).to("cuda")
    copies = parallel.replicate(module, [0, 1])
    assert [str(c.weight.device) for c in copies] == ["cuda:0", "cuda:1"]
    outs = parallel.parallel_apply(copies, [torch.ones(1, 2).to(f"cuda:{i}") for i in range(2)])
    parallel.gather(outs, 0).sum().backward()
    assert module.weight.grad.tolist() == [[2, 2], [2, 2]]
    try:
        parallel.parallel_apply(
            copies, [torch.ones(1, 2).to("cuda"), torch.ones(1, 5).to("cuda:1")]
        )
    except RuntimeError as error:
        assert any("in replica 1 on device" in note for note in error.__notes__)
    else:
        raise AssertionError("a wrong size is not told")


def check_a_module_that_is_elsewhere():
    try:
        nn.DataParallel(nn.Linear(2, 2), [0, 1])(torch.ones(2, 2))
    except RuntimeError as error:
        assert "module must have its parameters and buffers on device cuda:0" in str(error)
    else:
        raise AssertionError("a module on the CPU is taken")


def check_checkpoints_of_tensors_over_all_devices():
    warnings.simplefilter("ignore", UserWarning)
    mesh = init_device_mesh("cpu", (4, 2), mesh_dim_names=("a", "b"))
    whole = torch.arange(70.0).reshape(7, 10)
    folder = tempfile.mkdtemp()
    saved = distribute_tensor(whole, mesh, [Shard(0), Shard(1)])
    dcp.save({"w": saved}, checkpoint_id=folder)
    other = distribute_tensor(torch.zeros(7, 10), mesh, [Replicate(), Shard(0)])
    for into in (other, torch.zeros(7, 10)):
        dcp.load({"w": into}, checkpoint_id=folder)
        found = into.full_tensor() if isinstance(into, DTensor) else into
        assert torch.equal(found, whole)


def check_whole_state_dicts_of_tensors_over_all_devices():
    mesh = init_device_mesh("cpu", (8,))
    model = nn.Linear(4, 6)
    wanted = {k: v.clone() + 1 for k, v in model.state_dict().items()}
    model.weight = nn.Parameter(distribute_tensor(model.weight.detach(), mesh, [Shard(0)]))
    options = state_dict.StateDictOptions(full_state_dict=True)
    state_dict.set_model_state_dict(model, wanted, options=options)
    assert isinstance(model.weight, DTensor) and model.weight.placements == (Shard(0),)
    found = state_dict.get_model_state_dict(model, options=options)
    assert not isinstance(found["weight"], DTensor)
    for name, value in wanted.items():
        assert torch.equal(found[name], value)
