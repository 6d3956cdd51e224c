"""FullyShardedDataParallel: `True` in every line. PyTorch's needs an accelerator."""

import functools
import math

import torch
import torch.distributed as dist
from torch import nn
from torch.distributed.fsdp import (
    CPUOffload,
    FullStateDictConfig,
    FullyShardedDataParallel,
    MixedPrecision,
    ShardingStrategy,
    StateDictType,
)
from torch.distributed.fsdp.wrap import (
    CustomPolicy,
    ModuleWrapPolicy,
    enable_wrap,
    size_based_auto_wrap_policy,
    transformer_auto_wrap_policy,
    wrap,
)
from torch.distributed.tensor import DTensor

from models import Block, gpt, images, lenet, loss_of, texts

dist.init_process_group("gloo")
rank, world = dist.get_rank(), dist.get_world_size()
share = slice(rank * 8 // world, (rank + 1) * 8 // world)


def close(name, *pairs):
    print(f"{name}:", all(torch.allclose(a, b, rtol=1e-4, atol=1e-4) for a, b in pairs))


def train(name, make, data, steps, **options):
    plain = make()
    model = FullyShardedDataParallel(make(), **options)
    runs = [(plain, slice(0, 8)), (model, share)]
    optimizers = [torch.optim.AdamW(m.parameters(), lr=0.002) for m, _ in runs]
    near = True
    for x, y in zip(*data(steps)):
        row = []
        for (m, part), optimizer in zip(runs, optimizers):
            optimizer.zero_grad()
            loss = loss_of(m(x[part]), y[part])
            loss.backward()
            if m is model:
                norm = m.clip_grad_norm_(0.5)
            else:
                want = nn.utils.clip_grad_norm_(m.parameters(), 0.5)
            optimizer.step()
            row.append(loss.detach())
        dist.all_reduce(row[1])
        near = near and abs(row[1].item() / world - row[0].item()) < 1e-6 * row[0].item()
    print(name, near, math.isclose(norm, want, rel_tol=1e-4))
    return plain, model, optimizers


blocks = functools.partial(transformer_auto_wrap_policy, transformer_layer_cls={Block})
train("lenet", lenet, images, 10)
plain, model, optimizers = train("gpt", gpt, texts, 20, auto_wrap_policy=blocks)
print("wrapped", len(FullyShardedDataParallel.fsdp_modules(model)) == 3, model.check_is_root())
for strategy in (ShardingStrategy.SHARD_GRAD_OP, ShardingStrategy.NO_SHARD,
                 ShardingStrategy.HYBRID_SHARD):  # fmt: skip
    train(strategy.name, gpt, texts, 3, auto_wrap_policy=ModuleWrapPolicy({Block}),
          sharding_strategy=strategy)  # fmt: skip

# State dicts.
state = model.state_dict()
print("names", list(state) == list(plain.state_dict()), type(state["head.weight"]) is torch.Tensor)
again = gpt()
again.load_state_dict(state)
x, y = (t[0] for t in texts(1))
close("loaded plainly", (again(x), model(x)))
other = FullyShardedDataParallel(gpt(), auto_wrap_policy=ModuleWrapPolicy({Block}))
nn.init.zeros_(other.head.weight)
other.load_state_dict(state)
close("loaded", (other(x), model(x)))
with FullyShardedDataParallel.state_dict_type(model, StateDictType.SHARDED_STATE_DICT):
    parts = model.state_dict()
    print("parts", all(isinstance(v, DTensor) for v in parts.values()))
    model.load_state_dict(parts)
one = FullStateDictConfig(offload_to_cpu=True, rank0_only=True)
with FullyShardedDataParallel.state_dict_type(model, StateDictType.FULL_STATE_DICT, one):
    print("rank 0", bool(model.state_dict()) == (rank == 0))
saved = FullyShardedDataParallel.optim_state_dict(model, optimizers[1])
want = optimizers[0].state_dict()["state"]
print(
    "states", saved["state"]["head.weight"]["exp_avg"].shape == want[len(want) - 1]["exp_avg"].shape
)
fresh = torch.optim.AdamW(other.parameters(), lr=0.5)
fresh.load_state_dict(FullyShardedDataParallel.optim_state_dict_to_load(other, fresh, saved))
for m, o, part in ((model, optimizers[1], share), (other, fresh, share)):
    o.zero_grad()
    loss_of(m(x[part]), y[part]).backward()
    o.step()
close("continued", *((p.full_tensor(), q.full_tensor())
                     for p, q in zip(model.parameters(), other.parameters())))  # fmt: skip

older = FullyShardedDataParallel.full_optim_state_dict(other, fresh)
print("older", bool(older) == (rank == 0))
loaded = FullyShardedDataParallel.scatter_full_optim_state_dict(older or None, other, optim=fresh)
fresh.load_state_dict(loaded)
print("scattered", all(isinstance(s["exp_avg"], DTensor) for s in fresh.state.values()))

# Whole parameters.
with FullyShardedDataParallel.summon_full_params(model, with_grads=True):
    named = dict(model.named_parameters())
    print("summoned", list(named) == [n for n, _ in plain.named_parameters()],
          named["head.weight"].shape == plain.head.weight.shape,
          named["head.weight"].grad.shape == plain.head.weight.shape)  # fmt: skip
    with torch.no_grad():
        model.head.weight.fill_(0.25)
print(
    "written",
    bool((model.state_dict()["head.weight"] == 0.25).all()),
    type(model.head.weight) is DTensor,
)
model.apply(lambda m: nn.init.constant_(m.bias, 2.0) if isinstance(m, nn.LayerNorm) else None)
print("applied", bool((model.state_dict()["norm.bias"] == 2).all()))

# Gradients that wait; what is left alone; modules without values; values of the first process.
model.zero_grad()
with model.no_sync():
    loss_of(model(x[share]), y[share]).backward()
print("waits", all(p.grad is None for p in model.parameters()))
loss_of(model(x[share]), y[share]).backward()
print("arrived", all(p.grad is not None for p in model.parameters()))
net = lenet()
kept = FullyShardedDataParallel(net, ignored_modules=[net[0]])
print("ignored", type(net[0].weight) is nn.Parameter, type(net[4].weight) is DTensor)
with torch.device("meta"):
    net = nn.Sequential(nn.Linear(3, 4), nn.Linear(4, 2))
net = FullyShardedDataParallel(net, sync_module_states=True)
net(torch.ones(1, 3)).sum().backward()
print("made", not net[0].weight.is_meta)
torch.manual_seed(rank)
synced = FullyShardedDataParallel(nn.Linear(3, 2), sync_module_states=True)
torch.manual_seed(0)
close("synced", (synced.state_dict()["weight"], nn.Linear(3, 2).weight))
half = FullyShardedDataParallel(gpt(), mixed_precision=MixedPrecision(torch.bfloat16))
out = half(x[share])
loss_of(out.float(), y[share]).backward()
print("half", out.dtype is torch.bfloat16, half.head.weight.grad.dtype is torch.float32)
chosen = CustomPolicy(lambda m: {"sharding_strategy": ShardingStrategy.SHARD_GRAD_OP}
                      if isinstance(m, nn.Linear) else False)  # fmt: skip
print("custom", len(FullyShardedDataParallel.fsdp_modules(
    FullyShardedDataParallel(lenet(), auto_wrap_policy=chosen))) == 3)  # fmt: skip
large = functools.partial(size_based_auto_wrap_policy, min_num_params=1000)
print("large", len(FullyShardedDataParallel.fsdp_modules(
    FullyShardedDataParallel(lenet(), auto_wrap_policy=large))) == 2)  # fmt: skip
with enable_wrap(wrapper_cls=FullyShardedDataParallel):
    print("wrap", type(wrap(nn.Linear(2, 2))) is FullyShardedDataParallel)
try:
    FullyShardedDataParallel(lenet(), cpu_offload=CPUOffload(True))
except NotImplementedError as error:
    print("offload", "cpu_offload" in str(error))
dist.barrier()
dist.destroy_process_group()
