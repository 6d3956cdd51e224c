# %% backward and grad_fn names
x = torch.tensor([1., 2., 3.], requires_grad=True)
y = (x * x + 3 * x).sum()
print(y, y.grad_fn is not None, x.is_leaf, y.is_leaf, y.requires_grad)
y.backward()
print(x.grad)
(x ** 2).mean().backward()
print(x.grad)
x.grad.zero_()
print(x.grad, x)
# %% printing with grad_fn
x = torch.ones(2, 2, requires_grad=True)
print(x + 2, x * 2, x.sum(), x.mean(), x @ x, x.exp(), x.view(4), x[0], x.t(), x - 1, x / 2, -x, x.relu(), x.sigmoid(), x.reshape(4), x.clone(), sep="\n")
print(torch.cat([x, x]), torch.stack([x, x]).shape, x.softmax(0), x.double(), x.unsqueeze(0), x.squeeze(), x.expand(3, 2, 2)[0, 0], x ** 2, x.permute(1, 0), sep="\n")
# %% errors
x = torch.ones(2, requires_grad=True)
attempt((x * 2).backward)
attempt(torch.ones(2).sum().backward)
y = (x * x).sum()
y.backward()
attempt(y.backward)
z = (x + 1).sum(); z.backward(); attempt(z.backward)
attempt(x.add_, 1)
attempt(x.numpy)
attempt(torch.ones(2, dtype=torch.int64).requires_grad_)
attempt(torch.autograd.grad, (x * 2).sum(), torch.ones(2, requires_grad=True))
attempt(torch.autograd.grad, (x * 2).sum(), torch.ones(2))
attempt(torch.tensor([1], dtype=torch.long).requires_grad_, True)
def assign(): x.grad = torch.ones(3)
attempt(assign)
def assign2(): x.grad = 1
attempt(assign2)
w = x * 2
def unset(): w.requires_grad = False
attempt(unset)
attempt((x * 2).backward, torch.ones(3))
attempt(x[0].add_, 1)
attempt(torch.add, x, 1, out=torch.zeros(2))
# %% in-place on non-leaf
x = torch.tensor([1., 2., 3.], requires_grad=True)
y = x * 2
y.mul_(3).add_(1)
y[1] = 0
y[2] += y[0]
y.sum().backward()
print(y, x.grad)
# %% in-place through views with history
x = torch.arange(6., requires_grad=True)
y = (x * 1).view(2, 3)
v = y[0]
v *= x[3:]
w = y.t()[1]
w.copy_(x[:2] ** 2)
print(y, v, w)
(y * torch.arange(6.).view(2, 3)).sum().backward()
print(x.grad)
# %% buffer that receives rows
x = torch.tensor([1., 2.], requires_grad=True)
buf = torch.zeros(3, 2)
for i in range(3):
    buf[i] = x * (i + 1)
print(buf, buf.requires_grad)
buf.sum().backward()
print(x.grad)
# %% no_grad, enable_grad, decorators
x = torch.ones(2, requires_grad=True)
with torch.no_grad():
    y = x * 2
    print(y.requires_grad, torch.is_grad_enabled())
    with torch.enable_grad():
        print((x * 2).requires_grad)
@torch.no_grad()
def f(): return (x * 2).requires_grad
@torch.no_grad
def g(): return (x * 2).requires_grad
print(f(), g(), torch.is_grad_enabled())
with torch.set_grad_enabled(False): print((x * 2).requires_grad)
with torch.inference_mode(): print((x * 2).requires_grad, (x * 2).is_inference())
with torch.no_grad(): x.add_(1); x -= 0.5
print(x)
x.data.mul_(2); x.detach().add_(1)
print(x)
# %% detach and versions
x = torch.ones(3, requires_grad=True)
y = (x * 2).detach()
print(y.requires_grad, y._version)
y.add_(1); y[0] = 5
print(y, y._version)
# %% double backward
x = torch.tensor(2., requires_grad=True)
y = x ** 4
g, = torch.autograd.grad(y, x, create_graph=True)
h, = torch.autograd.grad(g, x, create_graph=True)
k, = torch.autograd.grad(h, x)
print(y.item(), g.item(), h.item(), k.item(), g.requires_grad)
# %% grad of several, allow_unused
a = torch.ones(2, requires_grad=True); b = torch.ones(2, requires_grad=True); c = torch.ones(2, requires_grad=True)
print(torch.autograd.grad((a * b).sum(), [a, b, c], allow_unused=True))
print(torch.autograd.grad([(a * 2).sum(), (b * 3).sum()], [a, b], grad_outputs=[torch.tensor(1.), torch.tensor(2.)]))
print(torch.autograd.grad((a * 2).sum(), [a, c], materialize_grads=True))
# %% backward with inputs and gradient
a = torch.ones(2, requires_grad=True); b = torch.ones(2, requires_grad=True)
(a * b * 2).backward(torch.tensor([1., 10.]), inputs=[a])
print(a.grad, b.grad)
torch.autograd.backward([(a * 3).sum(), (b * 4).sum()])
print(a.grad, b.grad)
# %% hooks
x = torch.ones(2, requires_grad=True)
y = x * 2
h = y.register_hook(lambda g: g * 10)
h2 = x.register_hook(lambda g: print("leaf hook", g))
y.retain_grad()
y.sum().backward()
print(x.grad, y.grad)
h.remove(); h2.remove()
x.grad = None
x.register_post_accumulate_grad_hook(lambda p: print("accumulated", p.grad))
(x * 3).sum().backward()
attempt(torch.ones(1).register_hook, print)
# %% Function, both styles
class Square(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, k):
        ctx.save_for_backward(x); ctx.k = k
        return x * x * k
    @staticmethod
    def backward(ctx, g):
        x, = ctx.saved_tensors
        return g * 2 * x * ctx.k, None
class Cube(torch.autograd.Function):
    @staticmethod
    def forward(x): return x ** 3
    @staticmethod
    def setup_context(ctx, inputs, output): ctx.save_for_backward(*inputs)
    @staticmethod
    def backward(ctx, g): return g * 3 * ctx.saved_tensors[0] ** 2
x = torch.tensor([1., 2.], requires_grad=True)
y = Square.apply(x, 3.0)
print(y)
y.sum().backward(); print(x.grad)
z = Cube.apply(x); print(z)
g, = torch.autograd.grad(z.sum(), x, create_graph=True); print(g)
print(torch.autograd.grad(g.sum(), x))
attempt(y.sum().backward)
# %% accumulate over branches and views
x = torch.arange(4., requires_grad=True)
y = x.view(2, 2)
loss = (y[0] * y[1]).sum() + y.sum() * x[0] + y.t().diagonal().prod()
loss.backward()
print(x.grad)
# %% set grad to none and accumulate
w = torch.tensor([1., 2.], requires_grad=True)
for _ in range(3): (w * 2).sum().backward()
print(w.grad)
g = w.grad
(w * 1).sum().backward()
print(g, g is w.grad)
w.grad = None
(w * 5).sum().backward(); print(w.grad)
# %% gradcheck
x = torch.randn(3, 2, dtype=torch.float64, requires_grad=True)
print(torch.autograd.gradcheck(lambda t: (t.sin() * t).sum(0), (x,)), torch.autograd.gradgradcheck(lambda t: t ** 3, (x,)))
# %% next functions
x = torch.ones(1, requires_grad=True)
y = (x * 2).exp()
print(y.grad_fn.next_functions[0][0].name(), y.grad_fn.name(), y.grad_fn.next_functions[0][0].next_functions[0][0].name())
# %% anomaly mode
x = torch.tensor([0.], requires_grad=True)
def f():
    with torch.autograd.detect_anomaly():
        (torch.sqrt(x) * 0).sum().backward()
attempt(f)
