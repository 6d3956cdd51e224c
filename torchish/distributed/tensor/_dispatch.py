"""What a function does with DTensors.

Note [Rules of DTensors]
Functions come by `__torch_function__` (Note [Overrides]). A rule, found under the function's name,
says how each operand has to lie so that the function may run on what each process holds, and how
the result then lies; operands are moved there first, with gradients (Note [Gradients of parts]). A
function without a rule, or a rule that does not know a case, gets all operands replicated: so every
function is right, and the common ones move little. Where one process stands for all devices
(Note [Meshes of one process]) it holds the whole tensor, functions run on that, and rules only say
how the result counts as lying.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from torchish._core.engine import meshes
from torchish._core.engine.values import contiguous_strides
from torchish._core.tensor import Size, Tensor, get_rng_state, overrides, set_rng_state
from torchish.distributed import _collectives
from torchish.distributed._group import get_process_group_ranks
from torchish.distributed.device_mesh import DeviceMesh
from torchish.distributed.tensor._dtensor_spec import DTensorSpec, TensorMeta
from torchish.distributed.tensor._redistribute import moved, shared
from torchish.distributed.tensor.placement_types import Placement, Replicate

__all__ = ["Call", "Plan", "handle", "mapped", "meta_of", "mixing", "name_of", "rule", "tagged"]

Placements = tuple[Placement, ...]


class Plan(NamedTuple):
    """How a call runs on what each process holds.

    inputs   how each tensor of the call has to lie
    outputs  how the result, or each of several results, then lies
    shapes   the shape of the whole result, or of each of several
    local    what runs instead of the function: `local(func, args, kwargs)` with local tensors
    """

    inputs: Sequence[Placements]
    outputs: Any
    shapes: Any
    local: Callable | None = None


class Call:
    """A call of a function with DTensors among its arguments."""

    def __init__(self, name: str, func: Callable, args: tuple, kwargs: dict, tensors: list):
        self.name, self.func, self.args, self.kwargs = name, func, args, kwargs
        self.tensors = tensors
        self.specs: list[DTensorSpec] = [t._spec for t in tensors]
        self.mesh: DeviceMesh = self.specs[0].mesh

    @property
    def in_place(self) -> bool:
        """Whether the first tensor is written to."""
        name = self.name
        return name in _WRITING or (name.endswith("_") and not name.endswith("__"))

    @functools.cached_property
    def given(self) -> dict[str, Any]:
        """The arguments by their names, defaults among them."""
        found = _signature(self.func).bind(*self.args, **self.kwargs)
        found.apply_defaults()
        return found.arguments

    def columns(self) -> list[list[Placement]]:
        """The placements of all tensors along each dimension of the mesh."""
        return [[s.placements[i] for s in self.specs] for i in range(self.mesh.ndim)]


_WRITING = {"__setitem__", "__ipow__", "__iand__", "__ior__", "__ixor__", "__ifloordiv__",
            "__ilshift__", "__irshift__", "__imod__"}  # fmt: skip

RULES: dict[str, Callable[[Call], Plan | None]] = {}


def rule(*names: str) -> Callable:
    """Enter a rule for functions of these names; it gives None for what it has no rule for."""

    def entered(f: Callable[[Call], Plan | None]) -> Callable:
        RULES.update(dict.fromkeys(names, f))
        return f

    return entered


_signature = functools.cache(inspect.signature)


@functools.cache
def name_of(func: Callable) -> str:
    """The last part of a function's public name; for properties `shape.__get__`."""
    full = overrides.name_of(func) or getattr(func, "__name__", "")
    if full.endswith(("__get__", "__set__")):
        return ".".join(full.split(".")[-2:])
    return full.rpartition(".")[2]


# Functions that only tell of what this process holds, or change how it is differentiated.
TELLING = {
    "data_ptr", "dtype.__get__", "device.__get__", "element_size", "get_device",
    "grad_dtype.__get__", "grad_dtype.__set__", "grad_fn.__get__", "is_complex", "is_conj",
    "is_contiguous", "is_cpu.__get__", "is_cuda.__get__", "is_floating_point", "is_inference",
    "is_leaf.__get__", "is_meta.__get__", "is_neg", "is_pinned", "is_shared", "is_signed",
    "is_tensor", "itemsize.__get__", "layout.__get__", "names.__get__", "output_nr.__get__",
    "requires_grad.__get__", "requires_grad.__set__", "requires_grad_", "retain_grad",
    "retains_grad.__get__", "register_post_accumulate_grad_hook", "storage_offset", "__hash__",
    "storage", "untyped_storage", "_version.__get__", "is_nonzero_", "share_memory_", "detach_",
    "_is_view", "is_distributed", "_base.__get__",
}  # fmt: skip

OWN: dict[str, Callable] = {}  # functions that the class answers itself
FIRST: dict[str, Callable] = {}  # what programs have functions replaced by, for a time

# Functions that draw numbers: processes have to draw the same.
DRAWING = {
    "bernoulli", "bernoulli_", "multinomial", "normal", "normal_", "uniform_", "random_", "poisson",
    "exponential_", "geometric_", "log_normal_", "cauchy_", "rand_like", "randn_like", "binomial",
    "randint_like", "dropout", "dropout_", "dropout1d", "dropout2d", "dropout3d", "alpha_dropout",
    "alpha_dropout_", "feature_alpha_dropout", "feature_dropout", "rrelu", "rrelu_",
    "gumbel_softmax", "scaled_dot_product_attention", "multi_head_attention_forward",
    "fractional_max_pool2d", "fractional_max_pool3d",
}  # fmt: skip
# Functions whose result depends on a tensor's shape and dtype only.
SHAPED = {"new_zeros", "new_ones", "new_full", "new_empty", "new_tensor"}


def mapped(f: Callable, x: Any) -> Any:
    """A function of every tensor in lists, tuples and dicts."""
    if isinstance(x, Tensor):
        return f(x)
    if type(x) in (list, tuple):
        return type(x)([mapped(f, y) for y in x])
    if isinstance(x, tuple) and hasattr(type(x), "n_sequence_fields"):  # torch.return_types
        return type(x)([mapped(f, y) for y in x])
    if isinstance(x, tuple) and hasattr(x, "_fields"):
        return type(x)(*[mapped(f, y) for y in x])
    if type(x) is dict:
        return {k: mapped(f, y) for k, y in x.items()}
    return x


def tagged(cls: type, local: Tensor, spec: DTensorSpec) -> Any:
    """A tensor that nobody else has as what this process holds of a DTensor."""
    if not isinstance(local, cls):
        overrides.made(cls)
        local.__class__ = cls
    vars(local)["_spec"] = spec
    if spec.mesh.is_whole:
        _lie(local, spec)
    return local


def _lie(whole: Tensor, spec: DTensorSpec) -> None:
    """Let a tensor's memory lie as its DTensor does, where it is the DTensor's alone
    (Note [Parts on devices])."""
    storage = whole._storage
    plain = whole._strides is None and not whole._offset and not whole._pending
    if plain and not storage.shared and storage.aval is whole._aval:
        lies = spec.sharding()
        if lies is not None:
            meshes.hold(storage, lies)
        if whole._node is None and not whole._requires_grad:
            whole._view = whole._cached = None  # it reads the memory itself, and keeps no copy


def meta_of(local: Tensor, shape: Sequence[int]) -> TensorMeta:
    """What is known of a whole tensor, by a part: its strides are in the part's order."""
    with overrides.DisableTorchFunctionSubclass():
        strides: tuple[int, ...] = tuple(contiguous_strides(tuple(shape)))
        if not local.is_contiguous() and local.dim() == len(shape) and local.numel():
            order = sorted(range(len(shape)), key=lambda d: -local.stride()[d])
            made, step = [0] * len(shape), 1
            for d in reversed(order):
                made[d], step = step, step * max(1, shape[d])
            strides = tuple(made)
        return TensorMeta(Size(shape), strides, local.dtype)


def _collected(cls: type, args: tuple, kwargs: dict, func_name: str) -> list:
    found, plain = [], []
    mapped(lambda t: (found if isinstance(t, cls) else plain).append(t), (args, kwargs))
    mesh = found[0]._spec.mesh
    for t in found:
        if t._spec.mesh != mesh:
            raise RuntimeError(
                f"Cannot run aten.{func_name} on inputs with different meshes: got {mesh} and "
                f"{t._spec.mesh}"
            )
    for t in plain:
        if t.numel() != 1:
            raise RuntimeError(
                f"aten.{func_name} got mixed torch.Tensor and DTensor, need to convert all "
                "torch.Tensor to DTensor before calling distributed operators!"
            )
    return found


class _Mixing:
    """Whether plain tensors beside DTensors count as replicated."""

    allowed = False


mixing = _Mixing()


def _replicated_beside(cls: type, args: tuple, kwargs: dict) -> tuple[tuple, dict]:
    """Arguments with plain tensors as replicated DTensors of the others' mesh."""
    meshes: list[DeviceMesh] = []
    mapped(lambda t: meshes.append(t._spec.mesh) if isinstance(t, cls) else None, (args, kwargs))
    mesh = meshes[0]

    def placed(t: Any) -> Any:
        if isinstance(t, cls):
            return t
        spec = DTensorSpec(mesh, _replicated(mesh), meta_of(t, tuple(t.shape)))
        return tagged(cls, t.as_subclass(Tensor), spec)

    return mapped(placed, (args, kwargs))


_seeded: dict[int, list] = {}


def seed_alike(mesh: DeviceMesh) -> None:
    """Give all processes of a mesh the generator's state of its first, when they first draw."""
    seen = _seeded.setdefault(id(mesh._groups[0]), [])
    if mesh in seen or mesh.is_whole:
        return
    seen.append(mesh)
    state = get_rng_state()
    for i in range(mesh.ndim):
        if mesh.size(i) > 1:
            group = mesh.get_group(i)
            _collectives.broadcast(state, get_process_group_ranks(group)[0], group)
    set_rng_state(state)


def handle(cls: type, func: Callable, args: tuple, kwargs: dict) -> Any:
    """A function of DTensors, by the class's own answers, by a rule, or replicated."""
    name = name_of(func)
    own = FIRST.get(name) or OWN.get(name)
    if own is not None:
        return own(*args, **kwargs)
    if name in TELLING:
        with overrides.DisableTorchFunctionSubclass():
            return func(*args, **kwargs)
    if name.startswith("_foreach_"):
        return _each(cls, func, name, args, kwargs)
    if kwargs.get("out") is not None:
        rest = {k: v for k, v in kwargs.items() if k != "out"}
        return _written(kwargs["out"], handle(cls, func, args, rest))
    if mixing.allowed:
        args, kwargs = _replicated_beside(cls, args, kwargs)
    tensors = _collected(cls, args, kwargs, name)
    call = Call(name, func, args, kwargs, tensors)
    if name in DRAWING:
        seed_alike(call.mesh)
    found = RULES.get(name)
    plan = found(call) if found is not None else None
    if plan is not None and any(s.is_strided() for s in call.specs):
        plan = _alike(call, plan)
    if call.mesh.is_whole:
        return _run_whole(cls, call, plan)
    return _run_parts(cls, call, plan)


def _alike(call: Call, plan: Plan) -> Plan | None:
    """The plan of operands that are cut in an order of their own, which rules do not know: where
    all lie alike, and the result would as well, it does; else there is none."""
    first = call.specs[0]
    same = all(s.placements == first.placements and s.shape == first.shape for s in call.specs)
    plain = [[getattr(p, "dim", p) for p in row] for row in (first.placements, plan.outputs)]
    wanted = [[getattr(p, "dim", p) for p in row] for row in plan.inputs]
    if not same or plan.local is not None or plan.shapes != tuple(first.shape):
        return None
    if plain[0] != plain[1] or any(row != plain[0] for row in wanted):
        return None
    return Plan([first.placements] * len(call.specs), first.placements, plan.shapes)


def _written(out: Any, made: Any) -> Any:
    if isinstance(out, Tensor):
        return out.copy_(made)
    for each, m in zip(out, made, strict=True):
        each.copy_(m)
    return out


def _each(cls: type, func: Callable, name: str, args: tuple, kwargs: dict) -> Any:
    """A `_foreach_` function, a tensor at a time."""
    single = getattr(Tensor, name.removeprefix("_foreach_"))
    lists = [a for a in args if isinstance(a, (list, tuple))]
    count = len(lists[0])

    def at(i: int, x: Any) -> Any:
        return x[i] if isinstance(x, (list, tuple)) else x

    made = [
        single(*[at(i, a) for a in args], **{k: at(i, v) for k, v in kwargs.items()})
        for i in range(count)
    ]
    return None if name.endswith("_") else made


def _replicated(mesh: DeviceMesh) -> Placements:
    return (Replicate(),) * mesh.ndim


def _labelled(cls: type, made: Any, mesh: DeviceMesh, plan: Plan | None) -> Any:
    """Results as DTensors that lie as a plan says; without one, replicated."""
    several = isinstance(made, (list, tuple))
    count = 0

    def one(t: Tensor) -> Any:
        nonlocal count
        i, count = count, count + 1
        if isinstance(t, cls):
            return t  # what was written to, or given back as it was
        if plan is None:
            placements, shape = _replicated(mesh), tuple(t.shape)
        elif several and isinstance(plan.outputs, list):
            placements, shape = plan.outputs[i], plan.shapes[i]
        else:
            placements, shape = plan.outputs, plan.shapes
        if mesh.is_whole:
            shape = tuple(t.shape)
        return tagged(cls, t, DTensorSpec(mesh, placements, meta_of(t, shape)))

    with overrides.DisableTorchFunctionSubclass():
        return mapped(one, made)


def _run_whole(cls: type, call: Call, plan: Plan | None) -> Any:
    with overrides.DisableTorchFunctionSubclass():
        made = call.func(*call.args, **call.kwargs)
    return _labelled(cls, made, call.mesh, plan)


def _run_parts(cls: type, call: Call, plan: Plan | None) -> Any:
    mesh = call.mesh
    if mesh.get_coordinate() is None:
        raise RuntimeError(f"{call.name}() on a DTensor of a mesh that this process is not in")
    target = call.args[0] if call.in_place and call.args else None
    if plan is None and isinstance(target, cls):
        return _replicated_in_place(call, target)
    wanted = plan.inputs if plan is not None else [_replicated(mesh)] * len(call.tensors)
    if plan is None and call.name in SHAPED:
        wanted = [s.placements for s in call.specs]
    cut = [any(not p[i].is_replicate() for p in wanted) for i in range(mesh.ndim)]
    places = iter(wanted)

    def local(t: Any) -> Tensor:
        if not isinstance(t, cls):
            return t
        return operand(t, next(places), cut)

    with overrides.DisableTorchFunctionSubclass():
        args, kwargs = mapped(local, (call.args, call.kwargs))
        if plan is not None and plan.local is not None:
            made = plan.local(call.func, args, kwargs)
        else:
            made = call.func(*args, **kwargs)
    return _labelled(cls, made, mesh, plan)


def operand(t: Any, placements: Placements, cut: Sequence[bool]) -> Tensor:
    """What this process holds of a DTensor that lies otherwise; `cut` says along which dimensions
    of the mesh other operands are not replicated."""
    spec = t._spec
    made = t
    if spec.placements != placements:
        made = moved(t.as_subclass(Tensor), spec, placements)
    if t.requires_grad:
        for i, others in enumerate(cut):
            if others and placements[i].is_replicate():
                made = shared(made.as_subclass(Tensor), spec.mesh, i)
    return made


def _replicated_in_place(call: Call, target: Any) -> Any:
    """An in-place function that has no rule: of the whole tensor, of which each process then keeps
    its part."""
    spec = target._spec
    everywhere = _replicated(spec.mesh)
    none = (False,) * spec.mesh.ndim
    cls = type(target)
    with overrides.DisableTorchFunctionSubclass():
        whole = operand(target, everywhere, none).as_subclass(Tensor).clone()

        def local(t: Any) -> Any:
            if t is target:
                return whole
            return operand(t, everywhere, none) if isinstance(t, cls) else t

        args, kwargs = mapped(local, (call.args, call.kwargs))
        call.func(*args, **kwargs)
        back = moved(whole, spec.with_placements(everywhere), spec.placements)
        target.copy_(back)
    return target
