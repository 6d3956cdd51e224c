"""Carries values and functions between PyTorch and the library under test.

The library is whatever `--lib` names; PyTorch itself goes over the same bridge, which is how the
exams show that they ask for nothing that PyTorch does not give (`--self`).

Values go through NumPy. Functions are found again by where PyTorch keeps them: `torch.fft.fft` is
looked up as `fft.fft` of the library, and the method `torch.Tensor.cfloat` as a method, although
`torch.cfloat` is a dtype. A function that the database defines itself is run as it stands, with
the library in the place of `torch`; where it seeds (`wrapper_set_seed`), the library is seeded.
"""

from __future__ import annotations

import contextlib
import functools
import os
import types
import warnings
from typing import Any

import numpy as np
import torch

# Before the databases are imported, which every exam does after this module.
os.environ.setdefault("PYTORCH_TESTING_DEVICE_ONLY_FOR", "cpu")
warnings.filterwarnings("ignore")

DATABASE = "torch.testing"
DATABASE_SEED = 42  # wrapper_set_seed's
# What the database calls by a private name, spelled as a program spells it.
SPELLED = {
    "slice": lambda x, dim=0, start=None, end=None, step=1: x[
        (slice(None),) * (dim % x.ndim) + (slice(start, end, step),)
    ],
}


def look_up(root: Any, dotted: str) -> Any:
    """The attribute at a dotted path, or None."""
    for part in dotted.strip(".").split("."):
        root = getattr(root, part, None)
        if root is None:
            return None
    return root


def leaves(x: Any, kind: type) -> list:
    """The values of one class in nested lists, tuples and dicts."""
    if isinstance(x, kind):
        return [x]
    if isinstance(x, list | tuple):
        return [leaf for item in x for leaf in leaves(item, kind)]
    if isinstance(x, dict):
        return [leaf for item in x.values() for leaf in leaves(item, kind)]
    return []


def mapped(f, x: Any) -> Any:
    """`x` with every tensor of PyTorch replaced by `f(tensor)`."""
    if isinstance(x, torch.Tensor):
        return f(x)
    if isinstance(x, tuple) and hasattr(x, "_fields"):
        return type(x)(*[mapped(f, item) for item in x])
    if isinstance(x, list | tuple) and not isinstance(x, torch.Size):
        return type(x)(mapped(f, item) for item in x)
    if isinstance(x, dict):
        return {key: mapped(f, value) for key, value in x.items()}
    return x


def fresh(x: Any) -> Any:
    """The same values in new leaf tensors."""
    return mapped(lambda t: t.detach().clone().requires_grad_(t.requires_grad), x)


def dtype_name(dtype: Any) -> str:
    return str(dtype).split(".")[1]


def differentiable(out: Any) -> list[torch.Tensor]:
    """The tensors of PyTorch among `out` that a gradient can be asked of."""
    tensors = leaves(out, torch.Tensor)
    return [t for t in tensors if t.requires_grad and (t.is_floating_point() or t.is_complex())]


class Bridge:
    def __init__(self, lib: Any):
        self.lib = lib
        # A dict here maps one tensor of PyTorch to one of the library, so that identity is kept.
        self.memo: dict | None = None
        # Storages here arrive as one storage, and what is a view of one stays one, with its
        # strides. Any other tensor arrives as a contiguous copy.
        self.memory: dict | None = None
        self.rebound: dict[types.FunctionType, types.FunctionType] = {}

    # values

    def there(self, x: Any, grad: bool = False) -> Any:
        """A value, or a nest of values, for the library; with `grad`, requires_grad goes along."""
        lib = self.lib
        if isinstance(x, torch.Tensor):
            return self._tensor(x, grad)
        if isinstance(x, torch.dtype):
            return getattr(lib, dtype_name(x))
        if isinstance(x, torch.device):
            return lib.device(str(x))
        if isinstance(x, torch.memory_format | torch.layout):
            return getattr(lib, str(x).split(".")[1])
        if isinstance(x, torch.Generator):
            return lib.Generator().manual_seed(x.initial_seed())
        if isinstance(x, torch.Size):
            return lib.Size(x)
        if isinstance(x, tuple) and hasattr(x, "_fields"):
            return type(x)(*[self.there(item, grad) for item in x])
        if isinstance(x, list | tuple):
            return type(x)(self.there(item, grad) for item in x)
        if isinstance(x, dict):
            return {key: self.there(value, grad) for key, value in x.items()}
        if isinstance(x, torch.nn.Module):
            return self._module(x)
        if isinstance(x, types.FunctionType | functools.partial) or (
            callable(x) and str(getattr(x, "__module__", "")).startswith("torch")
        ):
            found = self.function(x)
            return x if found is None else found
        return x

    def _tensor(self, x: torch.Tensor, grad: bool) -> Any:
        if self.memo is not None:
            if id(x) not in self.memo:
                self.memo[id(x)] = (x, self._copy(x, grad=True))
            return self.memo[id(x)][1]
        if self.memory is not None and _place(x) in self.memory:
            return self._view(x)
        return self._copy(x, grad)

    def _copy(self, x: torch.Tensor, grad: bool) -> Any:
        y = x.detach().resolve_conj().resolve_neg()
        if x.dtype == torch.bfloat16:
            t = self.lib.from_numpy(y.float().numpy().copy()).to(self.lib.bfloat16)
        else:
            t = self.lib.from_numpy(y.numpy().copy())
        if grad and x.requires_grad:
            t.requires_grad_(True)
        return t

    @contextlib.contextmanager
    def shared_memory(self, values: Any):
        """Within, memory that `values` share, or that one of them has twice, is kept so."""
        tensors = [t for t in leaves(values, torch.Tensor) if t.layout == torch.strided]
        places = [_place(t) for t in tensors]
        kept = [_place(t) for t in tensors if 0 in t.stride() or places.count(_place(t)) > 1]
        self.memory = {place: {} for place in kept}
        try:
            yield
        finally:
            self.memory = None

    def _view(self, x: torch.Tensor) -> Any:
        """`x` on the same memory, in the library, as the other tensors of its storage."""
        views = self.memory[_place(x)]  # by the tensor's identity; under None, the storage
        if None not in views:
            length = x.untyped_storage().nbytes() // x.element_size()
            whole = torch.as_strided(x.detach(), (length,), (1,), 0)
            views[None] = self._copy(whole, grad=False)
        if id(x) not in views:
            layout = tuple(x.shape), x.stride(), x.storage_offset()
            views[id(x)] = self.lib.as_strided(views[None], *layout)
        return views[id(x)]

    def _module(self, x: torch.nn.Module) -> Any:
        """A module with the same arguments and the same state. What the database hands over either
        needs no argument or has been noted by `module_parity`, which watches it being made."""
        args, kwargs = getattr(x, "made_with", ((), {}))
        module = look_up(self.lib, "nn." + type(x).__name__)(
            *self.there(args), **self.there(kwargs)
        )
        module.load_state_dict({key: self.there(value) for key, value in x.state_dict().items()})
        return module.train(x.training)

    def back(self, t: Any) -> torch.Tensor:
        """A tensor of the library as one of PyTorch."""
        if isinstance(t, torch.Tensor):
            return t.detach()
        t = t.detach()
        if dtype_name(t.dtype) == "bfloat16":
            return torch.from_numpy(np.array(t.float().numpy())).bfloat16()
        return torch.from_numpy(np.array(t.resolve_conj().resolve_neg().numpy()))

    # functions

    def function(self, f: Any, *paths: str) -> Any:
        """The library's function for one of PyTorch, or None. `paths` are names to try first."""
        if isinstance(f, functools.partial):
            inner = self.function(f.func)
            if inner is None:
                return None
            return functools.partial(inner, *self.there(f.args), **self.there(f.keywords))
        module = str(getattr(f, "__module__", None) or "")
        if isinstance(f, types.FunctionType) and not module.startswith("torch."):
            return self._with_library(f)  # written in a program, or a lambda of an exam
        if isinstance(f, types.FunctionType) and module.startswith(DATABASE):
            return self._with_library(f)
        name = getattr(f, "__name__", "")
        owner = getattr(f, "__objclass__", None)
        tried = [*paths, f"Tensor.{name}"] if owner is not None else [*paths]
        tried += [f"{module.removeprefix('torch').strip('.')}.{name}", name, f"Tensor.{name}"]
        for path in tried:
            if look_up(torch, path) is f:
                return look_up(self.lib, path)
        return None

    def _with_library(self, f: types.FunctionType) -> Any:
        """The same Python function with the library in the place of `torch`, and so for the
        functions of the database that it calls and those that it closes over."""
        if f.__name__ == "wrapper_set_seed" and f.__module__.startswith(DATABASE):
            return self.seeding
        if f in self.rebound:
            return self.rebound[f]
        scope = dict(f.__globals__)
        cells = f.__closure__ and tuple(self._cell(cell) for cell in f.__closure__)
        g = types.FunctionType(f.__code__, scope, f.__name__, f.__defaults__, cells)
        g.__kwdefaults__ = f.__kwdefaults__
        self.rebound[f] = g  # before its globals are gone through: functions call each other
        for name in _names(f.__code__):
            value = scope.get(name)
            if value is torch:
                scope[name] = self.lib
            elif value is torch.nn.functional:
                scope[name] = self.lib.nn.functional
            elif isinstance(value, types.FunctionType) and value.__module__.startswith(DATABASE):
                scope[name] = self._with_library(value)
        return g

    def _cell(self, cell: types.CellType) -> types.CellType:
        value = cell.cell_contents
        if value is torch:
            return types.CellType(self.lib)
        if callable(value) and not isinstance(value, type):
            found = self.function(value)
            return cell if found is None else types.CellType(found)
        return cell

    def seeding(self, f, *args, **kwargs) -> Any:
        """The database's wrapper_set_seed. The generator is left where the call took it: every call
        of an exam begins with a seed of its own."""
        self.lib.manual_seed(DATABASE_SEED)
        return f(*args, **kwargs)

    def operator(self, op: Any) -> Any:
        """The library's function for an entry of the database."""
        if op.name in SPELLED:
            return SPELLED[op.name]
        f = op.op
        if isinstance(f, types.FunctionType) and f.__module__.startswith(DATABASE):
            return self._with_library(f)
        names = [name.removeprefix("torch.") for name in (op.name, *[a.name for a in op.aliases])]
        paths = [path for name in names for path in (name, f"Tensor.{name}")]
        same = [path for path in paths if look_up(torch, path) is f]
        for path in same or paths:
            found = look_up(self.lib, path)
            if found is not None:
                return found
        return None


def _place(x: torch.Tensor) -> tuple:
    """What tensors on the same memory have in common; elements of another size are elsewhere."""
    return x.untyped_storage().data_ptr(), x.dtype


def _names(code: types.CodeType) -> set[str]:
    """The global names that a function uses, and those that functions within it use."""
    inner = [const for const in code.co_consts if isinstance(const, types.CodeType)]
    return set(code.co_names).union(*[_names(c) for c in inner])


THEIRS = Bridge(torch)
