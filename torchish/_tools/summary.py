"""`torchish.summary`: the layers of a module with shapes, parameters and multiplications.

The table has the form of the package torchinfo, which runs with torchish too and can do more.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from torchish._core.base.dtypes import dtype, get_default_dtype
from torchish._core.tensor import Tensor
from torchish._core.tensor.api.factory import zeros
from torchish._core.tensor.tape.modes import no_grad
from torchish.nn.modules.module import Module
from torchish.nn.parameter import UninitializedTensorMixin
from torchish.utils import _pytree as pytree

__all__ = ["Layer", "Summary", "summary"]

TITLES = {
    "input_size": "Input Shape",
    "output_size": "Output Shape",
    "num_params": "Param #",
    "params_percent": "Param %",
    "kernel_size": "Kernel Shape",
    "mult_adds": "Mult-Adds",
    "trainable": "Trainable",
}
NAME_WIDTH, INDENT = 40, 5


class Layer:
    """One call of a module: what it is, how deep, and what it was given and gave."""

    def __init__(self, module: Module, name: str, depth: int, index: int, again: bool):
        self.module, self.name, self.depth, self.index = module, name, depth, index
        self.again = again  # the module was called before: its parameters count once
        self.inside: list[Layer] = []
        self.input_size: list[int] = []
        self.output_size: list[int] = []
        self.output_bytes = 0
        self.count()

    def count(self) -> None:
        """Count the parameters that there are: lazy layers make theirs when they are called."""
        held = self.module.parameters()
        made = [p for p in held if not isinstance(p, UninitializedTensorMixin)]
        self.num_params = sum(p.numel() for p in made)
        self.param_bytes = sum(p.numel() * p.element_size() for p in made)
        self.trainable_params = sum(p.numel() for p in made if p.requires_grad)

    @property
    def leaf(self) -> bool:
        """Whether no other module was called by it."""
        return not self.inside

    @property
    def own_params(self) -> int:
        """Parameters that are in none of the modules it called."""
        return self.num_params - sum(
            c.num_params if c.leaf else c.own_params + c.below() for c in self.inside if not c.again
        )

    def below(self) -> int:
        """Parameters of the modules it called."""
        return self.num_params - self.own_params

    @property
    def mult_adds(self) -> int:
        """Multiplications: each number of a weight or bias once for each place where it is used.

        The places of a convolution are those of its output, of a recurrent layer the first two
        dimensions, of others the batch.
        """
        if not self.leaf:
            return sum(c.mult_adds for c in self.inside)
        places, total = self.output_size, 0
        if not places:
            return 0
        for name, p in self.module.named_parameters():
            if name in ("weight", "bias"):
                conv = "Conv" in type(self.module).__name__
                count = math.prod([places[0], *places[2:]]) if conv else places[0]
            elif "weight" in name or "bias" in name:
                count = math.prod(places[:2])
            else:
                continue
            total += count * p.numel()
        return total

    def title(self, var_names: bool) -> str:
        """Its class, and where it is."""
        text = type(self.module).__name__
        if var_names and self.name:
            text += f" ({self.name})"
        return f"{text}: {self.depth}-{self.index}" if self.depth else text

    def _kernel(self) -> str:
        size = getattr(self.module, "kernel_size", None)
        return str(list(size)) if isinstance(size, tuple) else str(size or "--")

    def _trainable(self) -> str:
        if self.num_params == 0:
            return "--"
        if self.trainable_params == 0:
            return "False"
        return "True" if self.trainable_params == self.num_params else "Partial"

    def cells(self, deepest: bool, total: int) -> dict[str, str]:
        """What its row shows, by column."""
        whole = deepest or self.leaf
        n = self.num_params if whole else self.own_params
        params = f"{n:,}" if n > 0 else "--"
        share = f"{n / total:>7.2%}" if n and total else "     --"
        if whole and n and not self.trainable_params:
            params = f"({params})"
        if self.num_params and self.again:
            params = share = "(recursive)"
        count = self.mult_adds if whole else 0
        return {
            "input_size": str(self.input_size or "--"),
            "output_size": str(self.output_size or "--"),
            "num_params": params,
            "params_percent": share,
            "kernel_size": self._kernel(),
            "mult_adds": f"{count:,}" if count else "--",
            "trainable": self._trainable(),
        }


def _size(given: Any) -> tuple[list[int], int]:
    """Shape of the first tensor in an argument or result, and its bytes."""
    found = next((t for t in pytree.tree_leaves(given) if isinstance(t, Tensor)), None)
    return (
        (list(found.shape), found.numel() * found.element_size()) if found is not None else ([], 0)
    )


class Summary:
    """The calls of modules in one forward pass, with their sums; `str` and `print` show a table."""

    def __init__(
        self,
        layers: list[Layer],
        input_bytes: int,
        ran: bool,
        *,
        depth: int,
        col_names: Sequence[str],
        col_width: int,
        row_settings: Sequence[str],
    ):
        self.summary_list, self.total_input, self._ran = layers, input_bytes, ran
        self._depth, self._columns, self._width = depth, tuple(col_names), col_width
        self._settings = frozenset(row_settings)
        top = layers[0]
        self.total_params, self.trainable_params = top.num_params, top.trainable_params
        self.total_param_bytes = top.param_bytes
        self.total_mult_adds = top.mult_adds
        # Once forward and once for the gradient.
        self.total_output_bytes = sum(
            2 * layer.output_bytes for layer in layers if layer.leaf and layer.num_params
        )

    def _start(self, depth: int) -> str:
        plain = "ascii_only" in self._settings
        if depth <= 1:
            return ("+ " if plain else "├─") * depth
        bar, end = ("|    ", "+ ") if plain else ("│    ", "└─")
        return bar * (depth - 1) + end

    def __repr__(self) -> str:
        var_names = "var_names" in self._settings
        titles = [layer.title(var_names) for layer in self.summary_list]
        longest = max(
            len(t) + INDENT * layer.depth + 1
            for t, layer in zip(titles, self.summary_list, strict=True)
        )
        first = max(NAME_WIDTH, math.ceil(longest / INDENT) * INDENT)
        rule = "=" * (first + len(self._columns) * self._width)

        def row(name: str, cells: Mapping[str, str]) -> str:
            parts = [f"{name:<{first}}", *(f"{cells[c]:<{self._width}}" for c in self._columns)]
            return " ".join(parts).rstrip()

        head = f"Layer (type{' (var_name)' if var_names else ''}:depth-idx)"
        lines = [rule, row(head, TITLES), rule]
        for title, layer in zip(titles, self.summary_list, strict=True):
            if layer.depth <= self._depth:
                cells = layer.cells(layer.depth == self._depth, self.total_params)
                lines.append(row(self._start(layer.depth) + title, cells))
        fixed = self.total_params - self.trainable_params
        lines += [
            rule,
            f"Total params: {self.total_params:,}",
            f"Trainable params: {self.trainable_params:,}",
            f"Non-trainable params: {fixed:,}",
        ]
        if self._ran:
            n, unit = self.total_mult_adds, "M"
            for larger, size in (("T", 1e12), ("G", 1e9), ("M", 1e6)):
                if n >= size or larger == "M":
                    n, unit = n / size, larger
                    break
            held = [self.total_input, self.total_output_bytes, self.total_param_bytes]
            words = ["Input size", "Forward/backward pass size", "Params size"]
            count = f"{int(n):,}" if float(n).is_integer() else f"{n:,.2f}"
            lines += [f"Total mult-adds ({unit}): {count}", rule]
            lines += [f"{w} (MB): {b / 1e6:.2f}" for w, b in zip(words, held, strict=True)]
            lines.append(f"Estimated Total Size (MB): {sum(held) / 1e6:.2f}")
        return "\n".join([*lines, rule])


class _Watch:
    """Notes each call of a module below the top one, in the order of the calls."""

    def __init__(self, top: Module):
        self.layers: list[Layer] = []
        self._open: list[Layer] = []
        self._count: dict[int, int] = {}
        self._seen: set[int] = set()
        self._names = {id(m): n.rpartition(".")[2] for n, m in top.named_modules()}
        self._handles = [
            h
            for m in dict.fromkeys(top.modules())
            for h in (
                m.register_forward_pre_hook(self._before, with_kwargs=True),
                m.register_forward_hook(self._after),
            )
        ]

    def _before(self, module: Module, args: tuple, kwargs: dict) -> None:
        depth = len(self._open)
        self._count[depth] = index = self._count.get(depth, 0) + 1
        layer = Layer(module, self._names[id(module)], depth, index, id(module) in self._seen)
        self._seen.add(id(module))
        layer.input_size, _ = _size((args, kwargs))
        if self._open:
            self._open[-1].inside.append(layer)
        self.layers.append(layer)
        self._open.append(layer)

    def _after(self, module: Module, args: tuple, result: Any) -> None:
        layer = self._open.pop()
        layer.output_size, layer.output_bytes = _size(result)

    def close(self) -> None:
        for handle in self._handles:
            handle.remove()


def _made(size: Any, kinds: Iterable[dtype] | None, device: Any) -> tuple[Tensor, ...]:
    """Inputs of zeros with a size, or with several."""
    sizes = [size] if all(isinstance(n, int) for n in size) else list(size)
    given = list(kinds or [get_default_dtype()] * len(sizes))
    return tuple(zeros(tuple(s), dtype=k, device=device) for s, k in zip(sizes, given, strict=True))


def _without_running(model: Module) -> list[Layer]:
    """The modules as they are held, where there is no input to call them with."""
    layers: list[Layer] = []
    count: dict[int, int] = {}
    seen: set[int] = set()

    def walk(module: Module, name: str, depth: int) -> Layer:
        count[depth] = count.get(depth, 0) + 1
        layer = Layer(module, name, depth, count[depth], id(module) in seen)
        seen.add(id(module))
        layers.append(layer)
        layer.inside = [walk(m, n, depth + 1) for n, m in module.named_children()]
        return layer

    walk(model, "", 0)
    return layers


def summary(
    model: Module,
    input_size: Sequence[int] | Sequence[Sequence[int]] | None = None,
    input_data: Any = None,
    *,
    depth: int = 3,
    col_names: Sequence[str] | None = None,
    col_width: int = 25,
    row_settings: Sequence[str] = ("depth",),
    dtypes: Iterable[dtype] | None = None,
    device: Any = None,
    mode: str = "eval",
    verbose: int = 1,
    **kwargs: Any,
) -> Summary:
    """The layers of a model with output shapes, parameters and mult-adds, in torchinfo's form.

    input_size    shape of the input with its batch, or a list of shapes; zeros are passed through
    input_data    the inputs themselves: a tensor, or a tuple, list or dict of arguments
    depth         how deep the table goes; deeper layers are counted with the layer around them
    col_names     of input_size, output_size, num_params, params_percent, kernel_size, mult_adds,
                  trainable
    row_settings  of depth, var_names, ascii_only
    dtypes        of inputs made from `input_size`, a dtype for each
    mode          "eval" or "train" during the pass; afterwards the model is as it was
    verbose       1 prints the table, 0 does not

    Without an input no shapes are known, and the modules are listed as they are held. Other keyword
    arguments go to the model. ValueError for an unknown column or setting.

    >>> net = nn.Sequential(nn.Linear(4, 3), nn.ReLU(), nn.Linear(3, 2))
    >>> torch.summary(net, (1, 4), verbose=0).total_params
    23
    """
    ran = input_size is not None or input_data is not None
    columns = tuple(col_names or (("output_size", "num_params") if ran else ("num_params",)))
    for name in columns:
        if name not in TITLES:
            raise ValueError(f"summary: no column {name!r}; there are {', '.join(TITLES)}")
    for name in row_settings:
        if name not in ("depth", "var_names", "ascii_only"):
            raise ValueError(f"summary: no row setting {name!r}")
    if mode not in ("eval", "train"):
        raise ValueError(f"summary: mode is 'eval' or 'train', not {mode!r}")
    if input_size is not None and input_data is not None:
        raise ValueError("summary: input_size or input_data, not both")
    given: Any = input_data
    if input_size is not None:
        given = _made(input_size, dtypes, device)
    if ran:
        layers = _called(model, given, kwargs, mode)
    else:
        layers = _without_running(model)
    sizes = [t for t in pytree.tree_leaves(given) if isinstance(t, Tensor)]
    made = Summary(
        layers,
        sum(t.numel() * t.element_size() for t in sizes),
        ran,
        depth=depth,
        col_names=columns,
        col_width=col_width,
        row_settings=row_settings,
    )
    if verbose:
        print(made)
    return made


def _called(model: Module, given: Any, kwargs: dict[str, Any], mode: str) -> list[Layer]:
    training = {m: m.training for m in model.modules()}
    watch = _Watch(model)
    try:
        model.train(mode == "train")
        with no_grad():
            if isinstance(given, Mapping):
                model(**given, **kwargs)
            elif isinstance(given, tuple | list):
                model(*given, **kwargs)
            else:
                model(given, **kwargs)
    finally:
        watch.close()
        for m, flag in training.items():
            m.training = flag
    for layer in watch.layers:
        layer.count()
    return watch.layers
