"""A first look at tensors: making, indexing, reshaping, arithmetic, in-place writes."""

import torch

torch.manual_seed(0)
data = [[1, 2], [3, 4]]
t = torch.tensor(data)
print(t, t.dtype, t.shape)
x = torch.rand(3, 4)
print(x)
print(torch.ones_like(t), torch.zeros(2, 3), torch.full((2,), 7.5), torch.eye(3))
print(torch.arange(0, 10, 3), torch.linspace(0, 1, 5))
print(x[0], x[:, 1], x[..., -1], x[1:, ::2])
x[:, 1] = 0
print(x.sum(), x.mean(0), x.max(1))
print(torch.cat([x, x], dim=1).shape, torch.stack([x, x]).shape)
a = x @ x.T
b = x.matmul(x.t())
print(torch.allclose(a, b), a)
print(x * x, x.mul(2), x.add_(1))
print(x.view(-1)[:5], x.reshape(2, 6), x.permute(1, 0).shape, x.unsqueeze(0).shape)
total = x.sum().item()
print(round(total, 3), type(total))
mask = x > 1.5
print(mask, x[mask], mask.sum().item(), torch.where(mask, x, torch.zeros_like(x)))
print(torch.sort(torch.tensor([3, 1, 2])), torch.unique(torch.tensor([1, 1, 5])))
i = torch.randint(0, 10, (3, 3))
print(i, i.float().std(), i.argmax(dim=1), i.bool().any())
print(x.numpy().shape, torch.from_numpy(x.numpy()).sum())
p, q = torch.meshgrid(torch.arange(3), torch.arange(2), indexing="ij")
print(p, q, torch.einsum("ij,kj->ik", x, x).diagonal(), x.chunk(2, dim=1)[1])
