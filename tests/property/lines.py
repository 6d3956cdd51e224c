"""Random programs as lines of plain PyTorch code, and what becomes of them with a library.

A program begins with `PRELUDE`. Each further line is chosen at random, with an eye to the tensors
that there are: views, indices of all kinds, writes, hooks, backward, storages, shared memory,
subclasses, threads. Numbers are small and whole, so that no arithmetic on them rounds. What a line
raises is part of its outcome, so lines that are refused are as good as others.
"""

from __future__ import annotations

import json
import random
import re
import warnings
from typing import Any

PRELUDE = """\
import threading
import numpy as np

log = []

class Twice(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.mark_dirty(x)
        return x.mul_(2)
    @staticmethod
    def backward(ctx, g):
        log.append(g.tolist())
        return g * 2

class Scaled(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, k):
        ctx.k = k
        ctx.save_for_backward(x)
        return x * k, x + k
    @staticmethod
    def backward(ctx, a, b):
        x, = ctx.saved_tensors
        return a * ctx.k + b + 0 * x, None

class Sub(torch.Tensor):
    pass

class Seen(torch.Tensor):
    @classmethod
    def __torch_function__(cls, func, types, args=(), kwargs=None):
        log.append(func.__name__)
        return super().__torch_function__(func, types, args, kwargs or {})

def note(g):
    if threading.current_thread() is threading.main_thread():
        log.append(g.tolist())

def triple(g):
    return g * 3

def stop(g):
    raise KeyError("stop")

def together(work, n):
    raised = [None] * n
    def run(k):
        try:
            work(k)
        except Exception as e:
            raised[k] = type(e).__name__
    threads = [threading.Thread(target=run, args=(k,)) for k in range(n)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    if any(raised):
        log.append(raised)
"""

NAMES = "abcdefgh"
FLOATS = ("float32", "float32", "float64")
DTYPES = (*FLOATS, "int64", "int32", "uint8", "bool", "complex64")


def numbers(t) -> str:
    """The elements as text, whatever the sign of zeros."""
    if t.dtype.is_complex:
        return str([[c.real + 0.0, c.imag + 0.0] for c in t.resolve_conj().reshape(-1).tolist()])
    if t.dtype.is_floating_point:
        return str((t + 0.0).tolist())
    return str(t.tolist())


def _unsigned(text: str) -> str:
    """Text with numbers whose zeros have no sign."""
    text = re.sub(r"\((-?[\d.]+)([+-][\d.]+)j\)", _parts, re.sub(r"-0\.0\b", "0.0", text))
    return re.sub(r"(?<![\w)(+-])-?(\d[\d.]*j)", lambda m: m[0].replace("-0j", "0j"), text)


def _parts(number) -> str:
    real, imag = (float(p) + 0.0 for p in number.groups())
    return f"({real:g}{imag:+g}j)" if real else f"{imag:g}j"


class World:
    """A library, and what a program made with it."""

    def __init__(self, lib: Any):
        self.lib = lib
        self.names: dict[str, Any] = {"torch": lib, "__name__": "program"}
        lib.set_grad_enabled(True)
        lib.manual_seed(0)
        exec(PRELUDE, self.names)

    def run(self, line: str) -> str:
        """Run a line: what it raises, in one line, or nothing."""
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                exec(line, self.names)
        except Exception as e:
            said = str(e).split("\n")[0].replace("torchish", "torch")
            kind = next(c for c in type(e).__mro__ if c.__module__ == "builtins").__name__
            return re.sub(r"0x[0-9a-f]+", "0x", f"{kind}: {said}")
        return ""

    def tensors(self) -> dict[str, Any]:
        return {n: self.names[n] for n in NAMES if isinstance(self.names.get(n), self.lib.Tensor)}

    def facts(self) -> dict[str, Any]:
        """What is known of the tensors without their values."""
        found = {}
        with self.lib._C.DisableTorchFunctionSubclass():
            for name, t in self.tensors().items():
                found[name] = self._facts(t)
        return found

    def _facts(self, t) -> list:
        try:
            f = (str(t.dtype).partition(".")[2], list(t.shape), list(t.stride()))
            node = t.grad_fn
        except RuntimeError as e:  # one of many views, whose base was written to
            return ["of a view that lost its history: " + str(e).split(". ")[-1]]
        return [
            f[0],
            f[1],
            [s for n, s in zip(f[1], f[2]) if n > 1] if t.numel() else [],
            t.storage_offset() if t.numel() else 0,
            t.requires_grad,
            t.is_leaf,
            type(t).__name__,
            node is not None,
        ]

    def values(self) -> dict[str, Any]:
        """The values, gradients, and what was noted. They are read, which runs what is pending."""
        found: dict[str, Any] = {}
        with warnings.catch_warnings(), self.lib._C.DisableTorchFunctionSubclass():
            warnings.simplefilter("ignore")
            for name, t in self.tensors().items():
                try:
                    found[name] = numbers(t.detach())
                    if t.is_leaf or t.grad is not None:
                        found[name + ".grad"] = None if t.grad is None else numbers(t.grad)
                except RuntimeError as e:
                    found[name] = str(e)
            for name in NAMES:
                array = self.names.get(name + "_array")
                if array is not None:
                    found[name + "_array"] = str((array + 0).tolist())
        found["log"] = _unsigned(str(self.names["log"]))
        return found


class Chooser:
    """Chooses the next line, given the facts of the tensors."""

    def __init__(self, seed: int | str):
        self.random = random.Random(seed)
        self.facts: dict[str, Any] = {}

    def one(self, *choices):
        return self.random.choice(choices)

    def below(self, n: int) -> int:
        return self.random.randrange(n) if n > 0 else 0

    def name(self) -> str:
        return self.one(*self.facts)

    def new(self) -> str:
        return self.one(*NAMES)

    def line(self, facts: dict[str, Any]) -> str:
        self.facts = {n: f for n, f in facts.items() if len(f) > 1}
        if len(self.facts) < 2 or self.below(9) == 0:
            return self.create()
        kinds = (self.view, self.view, self.view, self.index, self.index, self.assign, self.write)
        kinds += (self.write, self.computed, self.result, self.result, self.hook, self.backward)
        kinds += (self.storage, self.array, self.subclass, self.function, self.thread, self.flag)
        return self.one(*kinds)()

    # --- making tensors

    def shape(self) -> tuple[int, ...]:
        return self.one((4,), (2, 3), (3, 2), (2, 2, 2), (), (1,), (3, 1), (2, 1, 2), (3, 4))

    def create(self) -> str:
        n, shape, dtype = self.new(), self.shape(), self.one(*DTYPES)
        k, of = self.below(4), f"dtype=torch.{dtype}"
        size = 1
        for s in shape:
            size *= s
        made = self.one(
            f"torch.ones({shape}, {of})",
            f"torch.zeros({shape}, {of})",
            f"torch.full({shape}, {k}, {of})",
            f"torch.arange({size}, {of}).reshape({shape})" if dtype != "bool" else "torch.eye(2)",
            f"torch.arange({k}, {size + k}).reshape({shape}).to(torch.{dtype})",
            f"torch.eye(3, {of})",
            f"torch.empty({shape}, {of}).fill_({k})",
            f"torch.tensor([[1, {k}], [0, 2]], {of})",
            f"torch.from_numpy(np.arange({size}.).reshape({shape}))",
            f"torch.ones(1, {of}).expand(2, 3).clone()",
            f"torch.ones(2, 1, {of}).repeat(1, {k})",
            f"torch.stack([torch.zeros({shape}), torch.ones({shape})])",
            f"torch.full_like(torch.ones(3, 2).t(), {k})",
            f"torch.ones({shape}).new_full((2, {k}), {k})",
            f"torch.as_tensor([1, 2, {k}], {of})",
            f"torch.ones(4, 3, {of}).t()",
            f"torch.linspace(0, 4, 5, {of})" if dtype != "bool" else "torch.ones(3, dtype=bool)",
        )
        if self.below(3) == 0 and "float" in dtype:
            return (
                f"{n} = {made}.float().clone().requires_grad_()"
                if self.below(2)
                else (f"{n} = torch.nn.Parameter({made}.double().clone())")
            )
        return f"{n} = {made}"

    # --- views

    def dim(self, name: str) -> int:
        d = len(self.facts[name][1])
        return (
            self.below(d + 1) - self.below(2) * d
            if self.below(12) == 0
            else (self.below(d) - self.one(0, d) if d else 0)
        )

    def view_of(self, n: str) -> str:
        shape = self.facts[n][1]
        size = 1
        for s in shape:
            size *= s
        d, e = self.dim(n), self.dim(n)
        length = shape[d] if -len(shape) <= d < len(shape) else 1
        k = self.below(length + 1)
        return self.one(
            f"{n}.transpose({d}, {e})",
            f"{n}.unsqueeze({d})",
            f"{n}.squeeze()",
            f"{n}.squeeze({d})",
            f"{n}.expand(2, {', '.join(map(str, shape))})" if shape else f"{n}.expand(3)",
            f"{n}.expand({', '.join('-1' for _ in shape) or '2'})",
            f"{n}.unfold({d}, {self.below(length) + 1}, {1 + self.below(2)})",
            f"{n}.diagonal({self.below(3) - 1}, {d}, {e})",
            f"{n}.narrow({d}, {k}, {self.below(length - k + 1)})",
            f"{n}.select({d}, {k})",
            f"{n}.view(-1)",
            f"{n}.view({size})",
            f"{n}.reshape({size}, 1)",
            f"{n}.reshape(-1, {1 + self.below(3)})",
            f"{n}.flatten()",
            f"{n}.permute({tuple(self.random.sample(range(len(shape)), len(shape)))})",
            f"{n}.t()",
            f"{n}.mT",
            f"{n}.split({1 + self.below(2)}, {d})[0]",
            f"{n}.chunk(2, {d})[-1]",
            f"{n}.unbind({d})[-1]",
            f"{n}.tensor_split(2, {d})[0]",
            f"{n}.as_strided((2, 2), ({2 + self.below(2)}, 1), {self.below(2)})",
            f"{n}.as_strided((3,), (0,), {self.below(3)})",
            f"{n}.movedim({d}, {e})",
            f"{n}.detach()",
            f"{n}.view_as({self.name()})",
            f"{n}.expand_as({self.name()})",
            f"{n}.swapaxes(0, -1)",
            f"{n}.detach().view(torch.{self.one('int32', 'int64')})",
            # No bools: as such, bytes are written as 0 or 1 by what writes all of them.
            f"{n}.view(torch.{self.one(*FLOATS, 'int64', 'int32', 'int16', 'uint8', 'complex64')})",
            f"torch.view_as_real({n})",
            f"{n}.real",
            f"{n}.imag",
            f"{n}.unflatten({d}, (-1, 1))",
            f"torch.atleast_2d({n})",
            f"{n}.diag()",
            f"torch.broadcast_to({n}, {tuple(shape)})",
            f"{n}.contiguous()",
        )

    def view(self) -> str:
        line = f"{self.new()} = {self.view_of(self.name())}"
        if self.below(12) == 0:
            a, b = self.new(), self.new()
            n, d = self.name(), self.below(2)
            line = f"{a}, {b} = " + self.one(
                f"{n}.chunk(2, {d})", f"{n}.unbind({d})[:2]", f"{n}.split(1, {d})[-2:]"
            )
        return f"with torch.no_grad(): {line}" if self.below(12) == 0 else line

    # --- indices

    def part(self, length: int) -> str:
        k = self.below(length) if length else 0
        return self.one(
            ":",
            ":",
            f"{k}",
            f"{k - length}",
            f"{k}:",
            f":{k + 1}",
            "::2",
            f"{k}:{length}:2",
            "None",
            f"[{k}, 0]",
            f"[{k - length}]",
            f"torch.tensor({k})",
            f"torch.tensor([{k}, 0, {k}])",
            f"torch.tensor([[{k}], [0]])",
            f"[{', '.join(self.one('True', 'False') for _ in range(length))}]",
            f"torch.tensor({[bool(i % 2) for i in range(length)]})",
            f"torch.tensor({[i % 2 for i in range(length)]}, dtype=torch.uint8)",
            f"[[{k}, 0], [0, 0]]",
            f"np.array([0, {k}])",
            f"range({min(length, 2)})",
            f"torch.arange({length})[{k}]",
            f"{length + self.below(2)}",
        )

    def index_of(self, n: str) -> str:
        shape = self.facts[n][1]
        used = self.below(len(shape)) + 1 if shape else self.below(2)
        parts = [self.part(shape[i] if i < len(shape) else 1) for i in range(used)]
        whole = self.below(14)
        if whole == 0:
            return f"{n} > 1"
        if whole == 1:
            return f"{n}.detach().bool()"
        if whole == 2 and shape:
            return f"[torch.tensor([0]), {self.one('slice(None)', '[0]', 'None', '...')}]"
        if whole == 3 and shape:
            return f"({', '.join(p for p in parts if ':' not in p)},)"
        return ", ".join(parts) if parts else "..."

    def index(self) -> str:
        n = self.name()
        return f"{self.new()} = {n}[{self.index_of(n)}]"

    def value(self, n: str) -> str:
        return self.one("0", "1", "2", "True", f"{n}.new_tensor(3)", self.name(), "[1, 2]", "1.0")

    def assign(self) -> str:
        n, op = self.name(), self.one("=", "=", "=", "+=", "*=")
        value = self.value(n)
        if value == n:
            value = f"{n}.clone()"
        line = f"{n}[{self.index_of(n)}] {op} {value}"
        return self.quietly(line)

    def quietly(self, line: str) -> str:
        return f"with torch.no_grad(): {line}" if self.below(4) == 0 else line

    def computed(self) -> str:
        n = self.name()
        if self.below(4) == 0:
            k = self.below((self.facts[n][1] or [1])[0])
            return f"{self.new()} = " + self.one(
                f"{n}[torch.tensor({k})]", f"{n}.narrow(0, torch.tensor({k}), 1)"
            )
        length = (self.facts[n][1] or [1])[0]
        k = self.below(length)
        i = self.one(
            f"torch.tensor({k})",
            f"torch.arange({length or 1}).max()",
            f"torch.tensor([0, {k}]).sum()",
            f"(torch.ones(3, dtype=torch.int64).cumsum(0)[{k % 3}] - 1)",
            f"torch.ones({length or 1}).argmax()",
        )
        return self.quietly(
            self.one(
                f"{n}[{i}].add_({1 + self.below(2)})",
                f"{n}[{i}].copy_({self.name()})",
                f"torch.add(torch.ones(()), 1, out={n}[{i}])",
                f"{n}[{i}] = {self.value(n)}",
                f"{n}[..., {i}].zero_()",
                f"{n}.select(0, {i}).fill_(2)",
                f"for k in torch.arange({min(length, 2)}): {n}[k].mul_(2)",
                f"{n}.index_select(0, {i}.reshape(1)).add_(1)",
                f"log.append([1, 2, 3, 4][{i}])",
            )
        )

    # --- writes

    def write(self) -> str:
        n, m, k = self.name(), self.name(), 1 + self.below(2)
        target = n if self.below(3) else self.view_of(n)
        return self.quietly(
            self.one(
                f"{target}.add_({k})",
                f"{target}.mul_({k})",
                f"{target}.zero_()",
                f"{target}.fill_({k})",
                f"{target}.copy_({m})",
                f"{target}.add_({m})",
                f"{target}.sub_(1, alpha=2)",
                f"{target}.neg_()",
                f"{target}.clamp_(0, 2)",
                f"{target}.masked_fill_({n} > 1, {k})",
                f"{target}.index_fill_(0, torch.tensor([0]), {k})",
                f"{target}.index_add_(0, torch.tensor([0]), {target}[:1] + 0)",
                f"{target}.scatter_(0, torch.zeros_like({target}, dtype=torch.int64), 1)",
                f"{target}.relu_()",
                f"{target}.t_()",
                f"{target}.transpose_(0, -1)",
                f"{target}.unsqueeze_(0)",
                f"{target}.squeeze_()",
                f"{target}.resize_({n}.shape)",
                f"{n}.set_({m}.detach())",
                f"{n} += {self.value(n)}",
                f"{n} *= {m}",
                f"{n} -= 1",
                f"torch.add({n}, 1, out={n})",
                f"{target}.pow_(2)",
                f"{target}.addcmul_({m}.clone(), {m}.clone())",
                f"{target}.data.mul_({k})",
                f"{target}.detach().add_({k})",
                f"{target}.data.copy_({m})",
                f"{target}.index_put_((torch.tensor([0]),), {n}.new_ones(()), accumulate=True)",
                f"{target}.fill_diagonal_(1)",
                f"{target}.floor_()",
            )
        )

    def result(self) -> str:
        n, m = self.name(), self.name()
        d = self.dim(n)
        return f"{self.new()} = " + self.one(
            f"{n} + {m}",
            f"{n} * {1 + self.below(2)}",
            f"{n} - {m}",
            f"2 - {n}",
            f"{n}.clone()",
            f"-{n}",
            f"{n}.sum()",
            f"{n}.sum({d})",
            f"{n}.sum({d}, keepdim=True)",
            f"{n}.cumsum({d})",
            f"{n}.amax({d})",
            f"{n}.max({d})[0]",
            f"torch.cat([{n}, {n}], {d})",
            f"torch.stack([{n}, {n}], {d})",
            f"torch.where({n} > 1, {n}, {m})",
            f"{n}.flip({d})",
            f"{n}.roll(1, {d})",
            f"{n}.to(torch.{self.one(*DTYPES)})",
            f"{n} > {m}",
            f"{n} == 1",
            f"{n}.index_select({d}, torch.tensor([0, 0]))",
            f"{n}.gather({d}, torch.zeros_like({n}, dtype=torch.int64))",
            f"{n}.masked_fill({n} > 1, 0)",
            f"{n}[{n} > 0]",
            f"{n}.repeat_interleave(2)",
            f"{n}.tril()",
            f"{n}.abs()",
            f"torch.zeros_like({n})",
            f"{n}.new_zeros(2)",
            f"{n}.scatter_add(0, torch.zeros_like({n}, dtype=torch.int64), {n})",
            f"{n}.take(torch.tensor([0, -1]))",
            f"{n}.nonzero()",
            f"{n}.sort({d})[0]",
            f"{n}.any()",
            f"{n}.prod()",
            f"{n} // 2",
            f"{n} % 2",
            f"{n}.pow(2)",
            f"torch.outer({n}, {m})",
            f"{n}.tile(2)",
            f"{n}.data",
        )

    # --- gradients

    def hook(self) -> str:
        n = self.name()
        return self.one(
            f"{n}.register_hook(note)",
            f"{n}.register_hook(triple)",
            f"h = {n}.register_hook(triple); h.remove()",
            f"{n}.retain_grad()",
            f"{n}.register_post_accumulate_grad_hook(lambda p: log.append(p.grad.tolist()))",
            f"{n}.register_post_accumulate_grad_hook(lambda p: p.grad.mul_(2))",
            f"{n}.register_hook(lambda g: g[..., :1].expand(g.shape))",
            f"{n}.register_hook(lambda g: None)",
            f"{n}.register_hook(stop)" if self.below(4) == 0 else f"{n}.retain_grad()",
            f"{n}.grad_fn.register_prehook(lambda g: log.append(len(g)))",
            f"{n}.grad_fn.register_hook(lambda i, o: log.append((len(i), len(o))))",
        )

    def backward(self) -> str:
        n, m = self.name(), self.name()
        if "Seen" in (self.facts[n][-2], self.facts[m][-2]):
            return self.result()
        return self.one(
            f"{n}.sum().backward()",
            f"({n} * {n}).sum().backward()",
            f"({n} * {m}).sum().backward(retain_graph=True)",
            f"{n}.backward(torch.ones_like({n}))",
            f"{n}.backward(torch.ones_like({n}), inputs=[{m}])",
            f"log.append([g.tolist() for g in torch.autograd.grad({n}.sum(), [{m}])])",
            f"log.append([g is None for g in "
            f"torch.autograd.grad(({n} * 2).sum(), [{m}], allow_unused=True)])",
            f"g, = torch.autograd.grad(({n} * {n}).sum(), {n}, create_graph=True); "
            f"g.sum().backward(); del g",
            f"{n}.grad = None",
            f"{n}.grad.zero_()",
            f"{n}.grad = torch.ones_like({n})",
            f"{self.new()} = {n}.grad",
        )

    def flag(self) -> str:
        n, m = self.name(), self.name()
        if self.facts[m][-2] == "Seen":
            m = n
        return self.one(
            f"{n}.requires_grad = False",
            f"{n}.requires_grad_()",
            f"{n}.data = {n} * 2",
            f"{n}.clone().data.add_(1)",
            f"{n}.data = {m}.expand_as({n}).clone()",
            f"log.append(bool({n}))",
            f"log.append({n}.item())",
            f"log.append(int({n}))",
            f"log.append(len({n}))",
            f"log.append({n}.is_contiguous())",
            f"log.append({n} is {n}.contiguous())",
            f"log.append([r.tolist() for r in {n}])",
            f"log.append(torch.equal({n}, {m}))",
            f"log.append({n}.is_set_to({m}))",
            f"{n}, {m} = {m}, {n}",
            f"import copy; {self.new()} = copy.copy({n})",
            f"import copy; {self.new()} = copy.deepcopy({n}.as_subclass(torch.Tensor))",
            f"del {n}",
        )

    # --- memory

    def storage(self) -> str:
        n, m, a, b = self.name(), self.name(), *self.random.sample(NAMES, 2)
        # Memory of which a part has another name grows.
        grown = f"{a} = {n}.detach().clone(); {b} = {a}.detach().view(-1)[{self.below(2)}:]; {a}"
        return self.one(
            f"log.append({n}.storage().tolist())",
            f"log.append({n}.untyped_storage().nbytes())",
            f"log.append({n}.storage().data_ptr() == {n}.data.storage().data_ptr())",
            f"k = {n}.clone(); k.untyped_storage().fill_(0); log.append(k.tolist())",
            f"log.append(len({n}.storage()))",
            f"k = {n}.clone(); k.storage()[0] = 1; log.append(k.tolist())",
            f"log.append({n}.storage()[0])",
            f"k = {n}.detach().clone(); k.set_(k.storage()); log.append(k.tolist())",
            f"log.append({n}.storage().size())",
            f"{grown}.resize_({self.below(4)}, {1 + self.below(3)}).fill_(1)",
            f"{grown}.set_({m}.detach().clone().flatten(), {self.below(2)}, "
            f"({self.below(4)}, 2), (2, 1)).untyped_storage().fill_(0)",
            f"{grown}; torch.add(torch.ones({self.below(4)}, 3, dtype={a}.dtype), 1, out={a})",
            f"{grown}; torch.mul(torch.ones({self.below(4)}, 3, dtype={b}.dtype), 1, out={b})",
            f"{grown}; {a}.untyped_storage().resize_({200 + 8 * self.below(9)}); "
            f"log.append({a}.untyped_storage().fill_(0).nbytes())",
        )

    def array(self) -> str:
        n = self.name()
        if self.facts[n][-2] == "Seen":
            return self.result()
        return self.one(
            f"{n}_array = {n}.numpy()",
            f"{n}_array = {n}.detach().numpy()",
            f"{n}_array[...] = 2",
            f"{n}_array.flat[0] = 3",
            f"{self.new()} = torch.from_numpy({n}_array)",
            f"{self.new()} = torch.as_tensor({n}_array)",
            f"{self.new()} = torch.tensor({n}_array)",
            f"log.append(np.asarray({n}).tolist())",
            f"{self.new()} = torch.from_dlpack({n}.detach().clone())",
        )

    # --- classes, functions, threads

    def subclass(self) -> str:
        n, kind = self.name(), self.one("Sub", "Seen", "Sub")
        return self.one(
            f"{self.new()} = {n}.as_subclass({kind})",
            f"{self.new()} = {n}.detach().as_subclass({kind})",
            f"log.append(type({n} + 1).__name__)",
            f"log.append(type({n}.view(-1)).__name__)",
            f"log.append(type(torch.stack([{n}, {n}])).__name__)",
            f"log.append(type({n}.max(0)[0]).__name__)",
            f"{self.new()} = torch.Tensor._make_subclass({kind}, {n}.detach())",
            f"{self.new()} = {n}.as_subclass(torch.Tensor)",
            f"log.append(isinstance({n}, {kind}))",
        )

    def function(self) -> str:
        n = self.name()
        return self.one(
            f"{self.new()} = Twice.apply({n})",
            f"Twice.apply({n})",
            f"{n} = Twice.apply({n})",
            f"Twice.apply({self.view_of(n)})",
            f"{self.new()}, {self.new()} = Scaled.apply({n}, 2)",
            f"{self.new()} = Scaled.apply({n}, 3)[0]",
            f"{n} = Twice.apply({n}.clone())",
        )

    def thread(self) -> str:
        n = self.name()
        if self.below(3) or self.facts[n][-2] == "Seen":
            return self.result()
        return self.one(
            f"together(lambda k: ({n} * k).sum().backward(), {3 if self.facts[n][-3] else 1})",
            f"together(lambda k: {n}.sum().backward(), {4 if self.facts[n][-3] else 1})",
            f"out = [0] * 3; together(lambda k: out.__setitem__(k, ({n} + k).tolist()), 3); "
            f"log.append(out)",
            f"out = [0] * 3; together(lambda k: out.__setitem__(k, {n} * k), 3); "
            f"{self.new()} = out[2]",
            "together(lambda k: log.append(torch.is_grad_enabled()), 2)",
        )


def large(world: World) -> bool:
    """Whether numbers have grown beyond what all dtypes hold exactly."""
    with warnings.catch_warnings(), world.lib._C.DisableTorchFunctionSubclass():
        warnings.simplefilter("ignore")
        for t in world.tensors().values():
            if t.numel() > 200 or (
                t.numel()
                and not t.dtype.is_complex
                and float(t.detach().double().abs().max()) > 1e4
            ):
                return True
    return False


REPEATED = "more than one element of the written-to tensor"


def outcome(world: World, line: str) -> str:
    """What there is after a line, and whether it was refused, as text.

    Where elements of a tensor share memory, PyTorch writes in some cases, warning that it will not
    any longer; then a program ends.

    Of two faults in one line libraries may name either; what is said of one fault alone is held in
    reference/bad_calls.json, mistakes.json and refusals.json.
    """
    said = world.run(line)
    return json.dumps([REPEATED if REPEATED in said else bool(said), world.facts()])


__all__ = ["NAMES", "REPEATED", "PRELUDE", "Chooser", "World", "large", "outcome"]
