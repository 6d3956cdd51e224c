# %% basic views share storage
x = torch.arange(12).reshape(3, 4)
y = x[1]
y[2] = 100
x.t()[0, 1] = -5
print(x, y, x.t().stride(), x.t().is_contiguous(), x.storage_offset(), y.storage_offset())
# %% write through every view
for view in (lambda x: x[0], lambda x: x[:, 1], lambda x: x[::2, 1:], lambda x: x[..., None], lambda x: x.view(-1), lambda x: x.reshape(2, 6),
             lambda x: x.t(), lambda x: x.T, lambda x: x.mT, lambda x: x.transpose(0, 1), lambda x: x.permute(1, 0), lambda x: x.movedim(0, 1),
             lambda x: x.swapaxes(0, 1), lambda x: x.select(1, 2), lambda x: x.narrow(1, 1, 2), lambda x: x.split(2, 1)[1], lambda x: x.chunk(2, 1)[0],
             lambda x: x.unbind(1)[3], lambda x: x.tensor_split(3, 1)[1], lambda x: x.diagonal(), lambda x: x.diagonal(1), lambda x: x.unfold(1, 2, 2),
             lambda x: x.squeeze(), lambda x: x.unsqueeze(1), lambda x: x.flatten(), lambda x: x.unflatten(1, (2, 2)),
             lambda x: x.as_strided((2, 2), (5, 1), 1), lambda x: x.detach(), lambda x: x.data, lambda x: x.expand(3, 4), lambda x: x.view_as(x),
             lambda x: x[1:][:, 2:].t()[1], lambda x: x.view(3, 2, 2).permute(2, 0, 1)[0], lambda x: x[None, 1, ..., 2:4]):
    x = torch.arange(12.).reshape(3, 4)
    v = view(x)
    v.mul_(10)
    v += 1
    print(tuple(v.shape), v.stride(), v.storage_offset(), v.is_contiguous(), x.tolist())
# %% complex views
z = torch.tensor([1 + 2j, 3 - 4j])
z.real[0] = 9
z.imag.mul_(2)
r = torch.view_as_real(z)
r[1, 1] = 0.5
print(z, r, r.stride(), z.real.stride(), z.imag.storage_offset())
w = torch.zeros(2, 2)
torch.view_as_complex(w)[0] = 5 - 1j
print(w)
# %% view dtype
x = torch.tensor([1., 2., -0.5])
print(x.view(torch.int32))
x.view(torch.int32)[0] = 0
print(x, torch.arange(4, dtype=torch.int32).view(torch.int64), torch.tensor([1], dtype=torch.int64).view(torch.uint8))
attempt(torch.zeros(3, dtype=torch.int16).view, torch.int32)
# %% view errors
x = torch.arange(6).reshape(2, 3)
attempt(x.t().view, 6)
attempt(x.view, 4)
attempt(x.view, -1, -1)
attempt(x.view, -2, 3)
attempt(x.expand, 3, 3)
attempt(x.expand, 3)
attempt(x.permute, 0)
attempt(x.permute, 0, 0)
attempt(x.select, 0, 5)
attempt(x.select, 3, 0)
attempt(x.narrow, 0, 1, 5)
attempt(x.split, [1, 2])
attempt(x.unfold, 0, 5, 1)
attempt(x.as_strided, (10,), (1,))
attempt(x.unsqueeze, 5)
attempt(x.diagonal, 0, 0, 0)
attempt(x.chunk, 0)
attempt(x.transpose, 0, 2)
attempt(torch.zeros(2, 2, 2).t)
attempt(x.flatten, 1, 0)
attempt(x.movedim, (0, 1), (0,))
attempt(lambda: x.imag)
# %% overlapping writes are refused
x = torch.zeros(1, 3).expand(2, 3)
attempt(x.add_, 1)
attempt(x.fill_, 1)
# %% in-place view methods
x = torch.arange(6.).reshape(2, 3)
x.t_()
print(x, x.stride())
x.unsqueeze_(0); print(x.shape); x.squeeze_(); print(x.shape); x.transpose_(0, 1); print(x, x.is_contiguous())
# %% numpy sharing
a = np.arange(6, dtype=np.float32).reshape(2, 3)
t = torch.from_numpy(a)
a[0, 0] = 7
t[1] += 10
print(t, a)
u = torch.ones(3)
b = u.numpy()
b[1] = 5
u.add_(1)
print(u, b)
c = u[1:].numpy()
c[0] = -1
print(u, b, c)
d = torch.tensor(a)
a[:] = 0
print(d, t)
e = torch.from_numpy(a[:, ::2])
e.fill_(3)
print(a, e.stride(), torch.from_numpy(a.T).stride())
# %% numpy errors
attempt(torch.ones(2, requires_grad=True).numpy)
attempt(torch.ones(2, dtype=torch.bfloat16).numpy)
attempt(torch.from_numpy, np.array(["a"]))
attempt(torch.from_numpy, [1])
attempt(torch.from_numpy, np.arange(3)[::-1])
# %% numpy array protocol
x = torch.arange(3.)
print(np.asarray(x), np.add(x, 1), x.double() * np.array([1, 2, 3]), x.__array__(np.int64))
# %% strides after elementwise
x = torch.randn(3, 4).t()
print((x + 1).stride(), (x + torch.zeros(4, 3)).stride(), x.exp().is_contiguous(), torch.zeros_like(x).stride(), x.clone().stride(), x.contiguous().stride())
y = torch.randn(2, 3, 4, 5).permute(0, 2, 3, 1)
print((y * 2).stride(), y.sum(1).stride(), torch.relu(y).stride(), (y[:, :2] + 1).stride(), (y > 0).stride(), y.to(torch.float64).stride())
# %% size
s = torch.zeros(2, 3).shape
print(s, s[0], s[-1], s[:1], s + (4,), s.numel(), len(s), s == (2, 3), torch.Size([1, 2]), isinstance(s, tuple), torch.zeros(2, 3).size(1))
attempt(torch.zeros(2).size, 3)
# %% indexing
x = torch.arange(24).reshape(2, 3, 4)
print(x[1, 2, 3], x[0].shape, x[:, 1].shape, x[..., 0], x[:, None].shape, x[-1, ::2, 1:3])
print(x[torch.tensor([0, 1]), torch.tensor([2, 0])], x[[0, 1], :, [1, 2]].shape, x[:, [0, 2]].shape, x[x > 20], x[torch.tensor([True, False])].shape)
print(x[0, [0, 1]][:, [3]], x[:, torch.tensor([[0, 1], [1, 2]])].shape, x[1, torch.tensor([0]), 2:].shape, x[True].shape, x[False].shape)
# %% index assignment
x = torch.zeros(3, 4)
x[0] = torch.arange(4.)
x[1, 1:3] = 5
x[[0, 2], [1, 3]] = torch.tensor([-1., -2.])
x[x == 0] = 0.5
x[:, 0] += 1
x[torch.tensor([False, True, False])] = torch.tensor([9., 8., 7., 6.])
x[2, ...] *= 2
x[:, [1, 1]] = torch.tensor([[1., 2.], [3., 4.], [5., 6.]])
print(x)
# %% index errors
x = torch.arange(6).reshape(2, 3)
attempt(lambda: x[2])
attempt(lambda: x[0, 3])
attempt(lambda: x[0, 0, 0])
attempt(lambda: x["a"])
attempt(lambda: x[1.5])
attempt(lambda: x[..., ...])
attempt(lambda: x[::-1])
attempt(lambda: x[torch.tensor([0, 5])])
attempt(lambda: x[torch.tensor([True, False, True])])
attempt(lambda: x[torch.tensor([0.5])])
attempt(lambda: torch.tensor(3)[0])
attempt(lambda: list(torch.tensor(3)))
attempt(lambda: len(torch.tensor(3)))
def assign(k, v): x[k] = v
attempt(assign, 0, torch.tensor([1, 2]))
attempt(assign, (0, torch.tensor([0, 1])), torch.tensor([1., 2.]))
attempt(assign, 5, 1)
# %% contains, iteration, bool
x = torch.tensor([[1, 2], [3, 4]])
print(3 in x, 9 in x, [r.tolist() for r in x], bool(torch.tensor([0.])), [int(v) for v in x.flatten()])
attempt(bool, x)
attempt(bool, torch.tensor([]))
attempt(x.item)
attempt(float, x)
print(float(torch.tensor([2.5])), int(torch.tensor(3.7)), complex(torch.tensor(1 + 1j)), [1, 2, 3][torch.tensor(1)], f"{torch.tensor(3.14159):.2f}", f"{x}")
# %% deepcopy and pickle
import copy, pickle
x = torch.randn(2, 3, requires_grad=True)
y = copy.deepcopy(x)
print(torch.equal(x, y), y.requires_grad, y is x, y.data_ptr() == x.data_ptr())
z = pickle.loads(pickle.dumps(x.detach().t()))
print(torch.equal(z, x.t()), z.stride())
base = torch.arange(4.); pair = copy.deepcopy([base, base[1:]])
pair[0][1] = 50
print(pair)
attempt(copy.deepcopy, x * 2)
# %% set data and resize
x = torch.zeros(2, 2)
x.data = torch.ones(3)
print(x, x.shape)
y = torch.arange(6.); y.resize_(2, 2); print(y); print(y.resize_(0).shape)
z = torch.zeros(2); z.set_(torch.arange(3.)); print(z)
# %% bools are bools
x = torch.tensor([True, False])
print(x.tolist(), x[0].item(), (x[0] == x[1]).item(), torch.tensor(True).item() is True)
c = torch.zeros(2, dtype=torch.int64)
c[torch.tensor(1)] += (x[0] == x[0]).item()
print(c)
