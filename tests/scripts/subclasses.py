"""Subclasses of Tensor, objects with __torch_function__, and modes; prints what they see."""

import copy
import functools
import io

import torch
import torch.nn.functional as F
from torch.overrides import (
    TorchFunctionMode,
    handle_torch_function,
    has_torch_function,
    is_tensor_like,
    resolve_name,
)


def kind(x):
    return type(x).__name__


class Plain(torch.Tensor):
    pass


a = Plain([1.0, 2.0])
b = torch.ones(2, 2).as_subclass(Plain)
print(kind(a), a, b, b * 2)
print(*map(kind, (b.T, b.data, b.detach(), b.shape, copy.copy(b), b.clone(), b[0], b > 1)))
print(*map(kind, (torch.ones(2) + a, 1 - a, a @ a, abs(a), -a, F.relu(b), torch.nn.ReLU()(b))))
print(*map(kind, (torch.max(b, 0), torch.max(b, 0)[0], b.split(1)[0], next(iter(b)))))
print(*map(kind, (torch.cat([torch.ones(2, 2), b]), torch.stack((a, a)), torch.zeros_like(b))))
print(*map(kind, (torch.linalg.norm(b), torch.fft.fft(a), torch.einsum("ij,j->i", b, a))))
print(*map(kind, (b.new_zeros(2), b.to(torch.float64), b.numpy(), b.tolist(), torch.tensor(a))))
b += 1
b[0] = 5
print(kind(b), b[0, 1].item(), len(b), b.sum() > 3)

w = torch.ones(2, requires_grad=True)
(w.as_subclass(Plain) * 3).sum().backward()
leaf = Plain(torch.ones(2)).requires_grad_()
(leaf * 2).sum().backward()
print(kind(w.grad), w.grad, kind(leaf.grad), leaf.grad)
buffer = io.BytesIO()
torch.save(b, buffer)
buffer.seek(0)
print(kind(torch.load(buffer, weights_only=False)))


class Child(Plain):
    pass


class Other(torch.Tensor):
    pass


c, o = torch.ones(2).as_subclass(Child), torch.ones(2).as_subclass(Other)
print(kind(c + a), kind(a + c))
for f in (lambda: c + o, lambda: c.add(o), lambda: torch.stack([a, o]), lambda: a[o]):
    try:
        print(f())
    except TypeError as error:
        print(str(error).replace("__main__.", ""))


class Tagged(torch.Tensor):
    @staticmethod
    def __new__(cls, x, tag, *args, **kwargs):
        return super().__new__(cls, x, *args, **kwargs)

    def __init__(self, x, tag):
        self.tag = tag


t = Tagged([1, 2, 3], "z")
print(t, t.tag, kind(t + 1), hasattr(t + 1, "tag"))


class WithMetadata(torch.Tensor):
    def __init__(self, data, metadata=None, **kwargs):
        pass

    @staticmethod
    def __new__(cls, data, metadata=None, **kwargs):
        t = torch.as_tensor(data, **kwargs).as_subclass(cls)
        t._metadata = metadata
        return t

    def __repr__(self):
        return f"Metadata: {self._metadata}\ndata: {self.as_subclass(torch.Tensor)}"

    @classmethod
    def __torch_function__(cls, func, types, args=(), kwargs=None):
        found = tuple(a._metadata for a in args if hasattr(a, "_metadata"))
        out = super().__torch_function__(func, types, args, kwargs or {})
        if isinstance(out, WithMetadata):
            out._metadata = found[0]
        return out


m = WithMetadata([[1.0, 2.0], [3, 4]], metadata="mine")
print(torch.add(m, torch.eye(2)), m.mean()._metadata)

seen = []


class Logging(torch.Tensor):
    @classmethod
    def __torch_function__(cls, func, types, args=(), kwargs=None):
        seen.append(resolve_name(func) or func.__name__)
        return super().__torch_function__(func, types, args, kwargs or {})


x = torch.ones(2, 2).as_subclass(Logging)
CALLS = """
x+1;1+x;1-x;x*2;2/x;x//2;2//x;x%2;2%x;x**2;2**x;x@x;-x;x==1;x<1;x[0];len(x);float(x[0,0])
x.shape;x.T;x.grad;x.data;x.ndim;x.view(-1);x.sum();x.tolist();repr(x);torch.sum(x,dim=0)
F.cross_entropy(x,torch.tensor([0,1]));F.layer_norm(x,(2,));x.split(1);torch.zeros_like(x)
x.masked_fill_(x>3,0);x.__setitem__(0,1);x.__iadd__(1);~(x>0);hash(x)
x.requires_grad_();(x*1).sum().backward()
torch.tensor(x);torch.linalg.norm(x);torch.fft.fft(x);x.max(0);torch.nn.Linear(2,2)(x)
torch.nn.Softmax(dim=0)(x);copy.copy(x.detach());x.size();torch.is_tensor(x)
"""
for line in CALLS.strip().split("\n"):
    for expression in line.split(";"):
        seen.clear()
        eval(expression)
        print(expression, *seen)

HANDLED = {}


class Diagonal:
    def __init__(self, n, value):
        self.n, self.value = n, value

    @classmethod
    def __torch_function__(cls, func, types, args=(), kwargs=None):
        if func not in HANDLED or not all(issubclass(t, (torch.Tensor, Diagonal)) for t in types):
            return NotImplemented
        return HANDLED[func](*args, **(kwargs or {}))


def implements(function):
    def decorate(f):
        functools.update_wrapper(f, function)
        HANDLED[function] = f
        return f

    return decorate


@implements(torch.mean)
def mean(input):
    return float(input.value) / input.n


@implements(torch.Tensor.add)
def add(input, other):
    return f"{kind(input)} + {kind(other)}"


d = Diagonal(5, 2)
print(torch.mean(d), torch.ones(2) + d)
for f in (lambda: torch.mul(d, 1), lambda: torch.ones(2) * d, lambda: torch.ones(2) @ d):
    try:
        print(f())
    except TypeError as error:
        print(str(error).replace("__main__.", ""))


class Log(TorchFunctionMode):
    def __torch_function__(self, func, types, args=(), kwargs=None):
        print("mode", resolve_name(func))
        return func(*args, **(kwargs or {}))


with Log():
    y = torch.ones(2) + 1
    F.softmax(y, dim=0).sum()


def own(x):
    return handle_torch_function(own, (x,), x) if has_torch_function((x,)) else 1


HANDLED[own] = lambda x: "handled"
print(own(d), own(y), is_tensor_like(d), is_tensor_like(3))
with torch._C.DisableTorchFunctionSubclass():
    print(kind(a + 1), kind(a + o))
