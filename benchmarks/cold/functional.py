"""torch.func: grad, vmap, jacrev, jacfwd, hessian, per-sample gradients, functional_call."""

import torch
from torch import nn
from torch.func import functional_call, grad, hessian, jacfwd, jacrev, jvp, vjp, vmap

torch.manual_seed(0)
print(grad(torch.sin)(torch.tensor(0.3)), grad(grad(torch.sin))(torch.tensor(0.3)))
x, w, b = torch.randn(5), 0.3 * torch.randn(4, 5), torch.randn(4)


def predict(weight, bias, x):
    return (weight @ x + bias).tanh()


J = jacrev(predict, argnums=2)(w, b, x)
print(J, torch.allclose(J, jacfwd(predict, argnums=2)(w, b, x), atol=1e-6))
print(vmap(torch.dot)(torch.ones(3, 5), torch.arange(15.0).view(3, 5)))
H = hessian(lambda v: predict(w, b, v).sum())(x)
print(torch.allclose(H, H.T, atol=1e-6), H.norm())
_, tangent = jvp(lambda v: predict(w, b, v), (x,), (torch.ones(5),))
_, pullback = vjp(lambda v: predict(w, b, v), x)
print(tangent, pullback(torch.ones(4))[0])

model = nn.Sequential(nn.Linear(6, 12), nn.ReLU(), nn.Linear(12, 3))
params = {k: v.detach() for k, v in model.named_parameters()}
data, labels = torch.randn(16, 6), torch.randint(0, 3, (16,))


def loss(params, sample, label):
    out = functional_call(model, params, (sample.unsqueeze(0),))
    return nn.functional.cross_entropy(out, label.unsqueeze(0))


per_sample = vmap(grad(loss), in_dims=(None, 0, 0))(params, data, labels)
for name, g in per_sample.items():
    print(name, tuple(g.shape), f"{g.norm().item():.5f}")
mean = nn.functional.cross_entropy(model(data), labels)
mean.backward()
print(torch.allclose(per_sample["0.weight"].mean(0), model[0].weight.grad, atol=1e-6))
