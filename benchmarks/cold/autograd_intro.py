"""Gradients by hand and by autograd: leaves, accumulation, no_grad, detach, Jacobian products."""

import torch

x = torch.ones(2, 2, requires_grad=True)
y = x + 2
z = (y * y * 3).mean()
print(y, z)
z.backward()
print(x.grad)

a = torch.tensor([2.0, 3.0], requires_grad=True)
b = torch.tensor([6.0, 4.0], requires_grad=True)
q = 3 * a**3 - b**2
q.backward(gradient=torch.tensor([1.0, 1.0]))
print(a.grad, b.grad, 9 * a**2 == a.grad, -2 * b == b.grad)

torch.manual_seed(1)
v = torch.randn(3, requires_grad=True)
w = v * 2
while w.norm() < 1000:
    w = w * 2
print(w)
w.backward(torch.tensor([0.1, 1.0, 0.0001]))
print(v.grad)
with torch.no_grad():
    print((v**2).requires_grad, v.detach().requires_grad)

x = torch.ones(5)
target = torch.zeros(3)
weight = torch.randn(5, 3, requires_grad=True)
bias = torch.randn(3, requires_grad=True)
loss = torch.nn.functional.binary_cross_entropy_with_logits(x @ weight + bias, target)
loss.backward()
print(loss.item(), weight.grad, bias.grad)

inp = torch.eye(4, 5, requires_grad=True)
out = (inp + 1).pow(2).t()
for name in ("first", "second"):
    out.backward(torch.ones_like(out), retain_graph=True)
    print(name, inp.grad)
inp.grad.zero_()
out.backward(torch.ones_like(out))
print(inp.grad)

s = torch.tensor(0.7, requires_grad=True)
(first,) = torch.autograd.grad(torch.sin(s) ** 2, s, create_graph=True)
(second,) = torch.autograd.grad(first, s)
print(first.item(), second.item())
