"""Custom functions: an exponential that saves its result, a clipped gradient, and gradcheck."""

import torch


class Exp(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        result = x.exp()
        ctx.save_for_backward(result)
        return result

    @staticmethod
    def backward(ctx, grad):
        (result,) = ctx.saved_tensors
        return grad * result


class ClippedGradient(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, limit):
        ctx.limit = limit
        return x.clone()

    @staticmethod
    def backward(ctx, grad):
        return grad.clamp(-ctx.limit, ctx.limit), None


torch.manual_seed(0)
x = torch.randn(4, 3, requires_grad=True)
y = Exp.apply(x)
y.sum().backward()
print(y, x.grad, torch.equal(y, x.grad))
x.grad = None
(ClippedGradient.apply(x, 0.5) * torch.arange(3.0)).sum().backward()
print(x.grad)
double = torch.randn(2, 3, dtype=torch.float64, requires_grad=True)
print(torch.autograd.gradcheck(Exp.apply, (double,)))
w = torch.zeros(3, requires_grad=True)
for step in range(40):
    loss = (Exp.apply(w) - torch.tensor([1.0, 2.0, 3.0])).pow(2).sum()
    (g,) = torch.autograd.grad(loss, w)
    with torch.no_grad():
        w -= 0.05 * g
    if step % 10 == 0:
        print(step, loss.item())
print(w)
