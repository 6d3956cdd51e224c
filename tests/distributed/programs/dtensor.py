"""Functions of DTensors give what they give of plain tensors, gradients too: a line for each that
does not, and how many were compared. With `torch` PyTorch's own."""

import itertools
import sys

import torch
import torch.distributed as dist
import torch.nn.functional as F
from torch.distributed.device_mesh import init_device_mesh
from torch.distributed.tensor import DTensor, Replicate, Shard, distribute_tensor
from torch.distributed.tensor.experimental import implicit_replication, local_map

several = "RANK" in __import__("os").environ
if several:
    dist.init_process_group("gloo")
world = dist.get_world_size() if several else 8
shape = (world,) if "flat" in sys.argv else (2, world // 2)
mesh = init_device_mesh("cpu", shape)
torch.manual_seed(0)

A = torch.randn(4, 6, 8)
B = torch.randn(6, 8)
W = torch.randn(5, 8)
V = torch.randn(8)
S = torch.randn(3, 4, 8)
INDEX = torch.tensor([[0, 3, 1, 4], [2, 2, 0, 1]])
Q, K, U = (torch.randn(4, 2, 6, 8) for _ in range(3))

CASES = {
    "add": (lambda a, b: a + b, (A, B)),
    "broadcast": (lambda a, b: a * b - 2 * a, (A, V)),
    "gelu": (lambda a: F.gelu(a).exp(), (A,)),
    "linear": (lambda a, w, b: F.linear(a, w, b), (A, W, W[:, 0].clone())),
    "matmul": (lambda a, b: a @ b.t(), (A, B)),
    "bmm": (lambda a, b: torch.bmm(a, b), (A, A.mT.contiguous())),
    "addmm": (lambda c, a, b: torch.addmm(c, a, b), (torch.randn(5), B, W.t().contiguous())),
    "sum": (lambda a: a.sum(), (A,)),
    "sum dim": (lambda a: a.sum(1), (A,)),
    "mean": (lambda a: a.mean((0, 2), keepdim=True) * a, (A,)),
    "max": (lambda a: a.max(1).values + a.amax(1), (A,)),
    "max all": (lambda a: a.max() * a, (A,)),
    "softmax": (lambda a: a.softmax(-1), (A,)),
    "layer_norm": (lambda a, w, b: F.layer_norm(a, (8,), w, b), (A, V, V + 1)),
    "rms_norm": (lambda a, w: F.rms_norm(a, (8,), w), (A, V)),
    "transpose": (lambda a: a.transpose(0, 2).contiguous() * 2, (A,)),
    "view": (lambda a: a.reshape(24, 8).view(4, 3, 2, 8), (A,)),
    "heads": (lambda a: a.view(4, 6, 2, 4).transpose(1, 2).flatten(2), (A,)),
    "split": (lambda a: a.split(4, 2)[1] + a.chunk(2, 2)[0], (A,)),
    "getitem": (lambda a: a[:, None, 1:3] * a[..., 0:1, :].unsqueeze(1), (A,)),
    "select": (lambda a: a[1] + a.select(0, 2), (A,)),
    "cat": (lambda a, b: torch.cat([a, b], 0), (A, S.new_tensor(A.tolist()) + 1)),
    "stack": (lambda a, b: torch.stack([a, b], 1), (A, A + 1)),
    "expand": (lambda b: b.unsqueeze(1).expand(6, 3, 8) * 2, (B,)),
    "embedding": (lambda i, w: F.embedding(i, w), (INDEX, W)),
    "attention": (lambda q, k, v: F.scaled_dot_product_attention(q, k, v, is_causal=True),
                  (Q, K, U)),
    "cumsum": (lambda a: a.cumsum(1).tril(), (A,)),
    "without a rule": (lambda a, b: torch.einsum("abc,bc->ab", a, b).logsumexp(0), (A, B)),
    "var": (lambda a: a.var(1) + a.norm(), (A,)),
    "where": (lambda a: torch.where(a > 0, a, a * 0.1).clamp(max=1.0), (A,)),
    "cross_entropy": (lambda a: F.cross_entropy(a, F.one_hot(a.detach().argmax(1), 8)
                                                .float()), (B,)),
    "in place": (lambda a: (a * 1).add_(1).mul_(a), (A,)),
    "set part": (lambda a: _set(a * 1), (A,)),
    "var_mean": (lambda a: torch.var_mean(a, 0)[1] * 2, (A,)),
    "pad": (lambda a: F.pad(a, (1, 0)), (A,)),
    "conv": (lambda a: F.conv1d(a, a[:, :, :3]), (A,)),
}  # fmt: skip


def _set(t):
    t[:, 0] = 3.0
    return t


def placed(t):
    choices = [Replicate(), *(Shard(d) for d in range(min(t.dim(), 3)))]
    return list(itertools.product(choices, repeat=len(mesh.shape)))


def of_parts(t, places):
    """A DTensor of a tensor; Partial where it says so."""
    return distribute_tensor(t.detach(), mesh, places)


def compare(name, f, tensors, places):
    plain = [t.clone().requires_grad_(t.is_floating_point()) for t in tensors]
    parts = [of_parts(t, p).requires_grad_(t.is_floating_point()) for t, p in zip(tensors, places)]
    want, got = f(*plain), f(*parts)
    full = got.full_tensor()
    weight = torch.arange(1.0, want.numel() + 1).reshape(want.shape) / want.numel()
    (want * weight).sum().backward()
    (full * weight).sum().backward()
    where = f"{name} {[str(p) for p in places]}"
    if got.shape != want.shape or not torch.allclose(full, want, rtol=1e-4, atol=1e-5):
        print("value", where)
    if got.to_local().shape != DTensor.from_local(got.to_local(), mesh, got.placements,
            shape=want.shape, stride=got.stride()).to_local().shape:  # fmt: skip
        print("shape", where)
    for a, b in zip(plain, parts):
        if a.grad is None:
            continue
        if not torch.allclose(a.grad, b.grad.full_tensor(), rtol=1e-3, atol=1e-4):
            print("gradient", where, got.placements)


count = 0
only = [a for a in sys.argv[1:] if a in CASES]
for name, (f, tensors) in CASES.items():
    if only and name not in only:
        continue
    combos = list(itertools.product(*map(placed, tensors)))
    step = max(1, len(combos) // (4 if len(mesh.shape) > 1 else 6))
    for places in combos[::step]:
        compare(name, f, tensors, places)
        count += 1

# Plain tensors that count as replicated, and functions of parts.
first = (Shard(0), *[Replicate()] * (len(mesh.shape) - 1))
part = distribute_tensor(A, mesh, first).requires_grad_()
plain = V.clone().requires_grad_()
with implicit_replication():
    (part * plain).sum().full_tensor().backward()
if not torch.allclose(plain.grad, A.sum((0, 1)), atol=1e-4):
    print("implicit", plain.grad)
doubled = local_map(lambda t: t * 2, out_placements=first, in_placements=(first,))
if not torch.equal(doubled(part).full_tensor(), A * 2):
    print("local_map")
print("compared", count)
