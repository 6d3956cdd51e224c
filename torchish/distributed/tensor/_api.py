"""DTensor: one tensor over the devices of a mesh.

https://docs.pytorch.org/docs/stable/distributed.tensor.html
"""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Sequence
from typing import Any

from torchish import _absent
from torchish._core.base import dtypes as dt
from torchish._core.tensor import Size, Tensor, backward, full, no_grad, overrides
from torchish._core.tensor.files.safe_globals import add_safe_globals
from torchish._core.tensor.tensor import alias_of
from torchish.distributed import _collectives
from torchish.distributed._group import ReduceOp, get_process_group_ranks
from torchish.distributed.device_mesh import DeviceMesh, _again, _mesh_resources
from torchish.distributed.tensor import _ops
from torchish.distributed.tensor._dispatch import OWN, handle, meta_of, tagged
from torchish.distributed.tensor._dtensor_spec import DTensorSpec, normal
from torchish.distributed.tensor._local import cut, joined
from torchish.distributed.tensor._redistribute import gradient_moved, moved, of_gradients
from torchish.distributed.tensor.placement_types import (
    Partial,
    Placement,
    Replicate,
    Shard,
    _StridedShard,
)
from torchish.nn.modules.module import Module
from torchish.nn.parameter import Parameter

__all__ = ["DTensor", "distribute_module", "distribute_tensor"]

_ops.load()


class DTensor(Tensor, _waits=True):
    """A tensor over a mesh, of which each process holds the part that its placements say.

    Made by `distribute_tensor`, `DTensor.from_local` and functions of DTensors. Its shape is that
    of the whole, and functions mean the whole (Note [Rules of DTensors]).
    """

    __module__ = "torchish.distributed.tensor"

    _spec: DTensorSpec
    _saves_itself = True  # in files of `torch.save`

    def __new__(cls, local_tensor: Tensor, spec: DTensorSpec, *, requires_grad: bool) -> DTensor:
        made = tagged(cls, alias_of(local_tensor), spec)
        return made.requires_grad_(requires_grad) if requires_grad else made

    @classmethod
    def __torch_function__(cls, func, types, args=(), kwargs=None):
        if not all(issubclass(t, (DTensor, Parameter)) for t in types):
            return NotImplemented
        return handle(DTensor, func, args, kwargs or {})

    @property
    def placements(self) -> tuple[Placement, ...]:
        """How it lies along each dimension of the mesh."""
        return self._spec.placements

    @property
    def device_mesh(self) -> DeviceMesh:
        """The mesh that it lies on."""
        return self._spec.mesh

    @property
    def _local_tensor(self) -> Tensor:
        with overrides.DisableTorchFunctionSubclass():
            return _as_local(alias_of(self), self._spec)

    @staticmethod
    def from_local(
        local_tensor: Tensor,
        device_mesh: DeviceMesh | None = None,
        placements: Sequence[Placement] | None = None,
        *,
        run_check: bool = False,
        shape: Sequence[int] | None = None,
        stride: Sequence[int] | None = None,
        grad_placements: Sequence[Placement] | None = None,
    ) -> DTensor:
        """The DTensor of which each process gives its part, with gradients.

        Args:
            local_tensor: this process's part.
            placements: how the parts make up the whole; Replicate unless given.
            run_check: make replicated parts those of the mesh's first process.
            shape, stride: of the whole, to be given where parts differ in size; unless given, all
                are taken to have the size of this one.
            grad_placements: how the gradient of the parts is to lie.
        """
        mesh = device_mesh or _mesh_resources.get_current_mesh()
        if isinstance(local_tensor, DTensor):
            raise RuntimeError(
                "the local_tensor argument only accepts torch.Tensor but got DTensor"
            )
        lying = normal(placements, mesh, local_tensor.dim())
        if (shape is None) != (stride is None):
            raise RuntimeError("Please pass both shape and stride at the same time.")
        if mesh.is_whole:
            whole = joined(local_tensor, mesh, lying)
            return tagged(DTensor, whole, DTensorSpec(mesh, lying, meta_of(whole, whole.shape)))
        made = local_tensor.as_subclass(Tensor)
        if shape is None:
            size = list(local_tensor.shape)
            for i, p in enumerate(lying):
                if isinstance(p, Shard):
                    size[p.dim] *= mesh.size(i)
            shape = size
        meta = meta_of(made, shape)
        if stride is not None:
            meta = type(meta)(Size(shape), tuple(stride), made.dtype)
        spec = DTensorSpec(mesh, lying, meta)
        if run_check:
            made = made.clone()
            with no_grad():
                for i, p in enumerate(lying):
                    if p.is_replicate() and mesh.size(i) > 1:
                        _send(made, mesh, i)
        if grad_placements is not None:
            wanted = spec.with_placements(normal(grad_placements, mesh, made.dim()))
            made = gradient_moved(made, spec, wanted)
        return tagged(DTensor, made, spec)

    def to_local(self, *, grad_placements: Sequence[Placement] | None = None) -> Tensor:
        """This process's part, sharing memory, with gradients; `grad_placements` is how the
        gradient that comes back lies, as the tensor does unless given."""
        spec = self._spec
        made = self.as_subclass(Tensor)
        if grad_placements is not None and not spec.mesh.is_whole:
            comes = spec.with_placements(normal(grad_placements, spec.mesh, spec.ndim))
            made = gradient_moved(made, comes, spec)
        return _as_local(made, spec)

    def redistribute(
        self,
        device_mesh: DeviceMesh | None = None,
        placements: Sequence[Placement] | None = None,
        *,
        async_op: bool = False,
        forward_dtype: dt.dtype | None = None,
        backward_dtype: dt.dtype | None = None,
    ) -> DTensor:
        """The same tensor lying otherwise, with gradients. RuntimeError where it would become
        Partial, NotImplementedError for another mesh."""
        spec = self._spec
        if placements is None:
            raise RuntimeError("placements is needed for redistribute!")
        if device_mesh is not None and device_mesh != spec.mesh:
            raise NotImplementedError("Cross device mesh comm not supported yet!")
        lying = normal(placements, spec.mesh, spec.ndim)
        for old, new in zip(spec.placements, lying, strict=True):
            if new.is_partial() and old != new:
                raise RuntimeError(
                    f"Can not redistribute from {old} to {new}, redistributing to Partial is for "
                    "internal use only!"
                )
        if backward_dtype is not None:
            raise NotImplementedError("DTensor.redistribute(backward_dtype=...)")
        source = self if forward_dtype is None else self.to(forward_dtype)
        return _moved(source, lying)

    def full_tensor(self, *, grad_placements: Sequence[Placement] | None = None) -> Tensor:
        """The whole tensor, on every process, with gradients."""
        whole = _moved(self, (Replicate(),) * self._spec.mesh.ndim)
        return whole.to_local(grad_placements=grad_placements)

    # --- gradients

    def _gradient_in(self, g: Tensor) -> Tensor:
        if not isinstance(g, DTensor):
            return g
        with overrides.DisableTorchFunctionSubclass():
            return moved(g.as_subclass(Tensor), g._spec, of_gradients(self._spec).placements)

    def _gradient_out(self, g: Tensor) -> Tensor:
        return _around(g, of_gradients(self._spec))

    @classmethod
    def _norm_of_all(cls, tensors: Sequence[Tensor], order: float, norm: Callable) -> Any:
        """The norm of all elements of all tensors, by what each process has of them."""
        return total_norm(tensors, order, norm)

    # --- what Python asks

    def __repr__(self, *, tensor_contents: Any = None) -> str:
        spec = self._spec
        return (
            f"DTensor(local_tensor={self.to_local()!r}, device_mesh={spec.mesh!r}, "
            f"placements={spec.placements})"
        )

    def __deepcopy__(self, memo: dict) -> DTensor:
        if id(self) in memo:
            return memo[id(self)]
        with overrides.DisableTorchFunctionSubclass():
            if not self.is_leaf:
                raise RuntimeError(
                    "Only Tensors created explicitly by the user (graph leaves) support the "
                    "deepcopy protocol at the moment."
                )
            made = tagged(type(self), alias_of(self).clone(), self._spec)
            made.requires_grad_(self.requires_grad)
            g = self._grad
            made._grad = None if g is None else alias_of(g).clone()
        vars(made).update({k: copy.deepcopy(v, memo) for k, v in vars(self).items()})
        memo[id(self)] = made
        return made

    def __reduce_ex__(self, protocol: Any) -> Any:
        with overrides.DisableTorchFunctionSubclass():
            held = alias_of(self)
            needs = self.requires_grad
        more = {k: v for k, v in vars(self).items() if k != "_spec"}
        spec = self._spec
        mesh = (spec.mesh.device_type, spec.mesh.mesh.tolist(), spec.mesh.mesh_dim_names)
        placements = tuple((type(p).__name__, *vars(p).values()) for p in spec.placements)
        return _rebuilt, (held, mesh, placements, tuple(spec.shape), spec.stride, needs, more)


_PLACEMENTS = {
    "Shard": Shard,
    "_StridedShard": _StridedShard,
    "Replicate": Replicate,
    "Partial": Partial,
}


def _rebuilt(
    held: Tensor,
    place: tuple,
    lying: tuple,
    shape: tuple,
    stride: tuple,
    needs: bool,
    more: dict,
) -> DTensor:
    """A DTensor of its pickled parts; RuntimeError where there is no such mesh."""
    mesh = _again(*place)
    placements = tuple(_PLACEMENTS[name](*given) for name, *given in lying)
    meta = meta_of(held, shape)
    spec = DTensorSpec(mesh, placements, type(meta)(Size(shape), stride, held.dtype))
    made = DTensor(held, spec, requires_grad=needs)
    vars(made).update(more)
    return made


add_safe_globals([_rebuilt])  # which makes nothing but a DTensor


def _as_local(held: Tensor, spec: DTensorSpec) -> Tensor:
    return cut(held, spec) if spec.mesh.is_whole else held


def _moved(t: DTensor, placements: tuple[Placement, ...]) -> DTensor:
    spec = t._spec
    if spec.placements == placements:
        return t
    made = t.as_subclass(Tensor)
    if not spec.mesh.is_whole:
        made = moved(made, spec, placements)
    return tagged(DTensor, made, spec.with_placements(placements))


def total_norm(tensors: Sequence[Tensor], order: float, norm: Callable) -> DTensor:
    """The norm of all elements of DTensors on one mesh, as a replicated DTensor; `norm` gives that
    of local tensors."""
    groups: dict[tuple[int, ...], list[Tensor]] = {}
    first = next(t for t in tensors if isinstance(t, DTensor))
    mesh = first.device_mesh
    for t in tensors:
        if not isinstance(t, DTensor):  # which every process has
            groups.setdefault((), []).append(t)
            continue
        if t.device_mesh != mesh:
            raise NotImplementedError("the total norm of tensors that lie on different meshes")
        lying = of_gradients(t._spec)
        whole = t if lying.placements == t.placements else t.redistribute(None, lying.placements)
        cut_by = tuple(i for i, p in enumerate(lying.placements) if p.is_shard())
        groups.setdefault(() if mesh.is_whole else cut_by, []).append(whole)
    with no_grad(), overrides.DisableTorchFunctionSubclass():
        parts = []
        for cut_by, some in groups.items():
            part = norm([alias_of(t) for t in some], order)
            kind = part.dtype
            part = part.double()
            op = {math.inf: ReduceOp.MAX, -math.inf: ReduceOp.MIN}.get(order, ReduceOp.SUM)
            if math.isfinite(order) and order != 0:
                part = part**order
            for i in cut_by:
                if mesh.size(i) > 1:
                    _collectives.all_reduce(part, op, mesh.get_group(i))
            parts.append(part)
        if math.isfinite(order):
            total = sum(parts[1:], parts[0])
            total = total if order == 0 else total ** (1 / order)
        else:
            total = norm(parts, order)
        total = total.to(kind)
    spec = DTensorSpec(mesh, (Replicate(),) * mesh.ndim, meta_of(total, total.shape))
    return tagged(DTensor, total, spec)


def _around(held: Tensor, spec: DTensorSpec) -> DTensor:
    """A gradient of what this process holds, as a DTensor over the same memory."""
    return held if isinstance(held, DTensor) else tagged(DTensor, held.as_subclass(Tensor), spec)


def _send(t: Tensor, mesh: DeviceMesh, i: int, source: int = 0) -> None:
    """Make a tensor what the `source`-th process along a dimension of the mesh has."""
    group = mesh.get_group(i)
    _collectives.broadcast(t, get_process_group_ranks(group)[source], group)


# --- what the class answers itself


def _own(*names: str) -> Callable:
    def entered(f: Callable) -> Callable:
        OWN.update(dict.fromkeys(names, f))
        return f

    return entered


OWN["shape.__get__"] = lambda self: self._spec.shape
OWN["ndim.__get__"] = OWN["dim"] = OWN["ndimension"] = lambda self: self._spec.ndim
OWN["numel"] = OWN["nelement"] = lambda input: input._spec.shape.numel()
OWN["nbytes.__get__"] = lambda self: self._spec.shape.numel() * self.itemsize


@_own("size")
def _size(self: DTensor, dim: int | None = None) -> Any:
    shape = self._spec.shape
    return shape if dim is None else full(shape, 0, device="meta").size(dim)


@_own("stride")
def _stride(self: DTensor, dim: int | None = None) -> Any:
    strides = self._spec.stride
    return strides if dim is None else strides[dim]


@_own("__len__")
def _len(self: DTensor) -> int:
    if not self._spec.ndim:
        raise TypeError("len() of a 0-d tensor")
    return self._spec.shape[0]


@_own("grad.__get__")
def _grad(self: DTensor) -> Any:
    g = self._grad
    return None if g is None else _around(g, of_gradients(self._spec))


@_own("grad.__set__")
def _set_grad(self: DTensor, value: Any) -> None:
    with overrides.DisableTorchFunctionSubclass():
        Tensor.grad.__set__(self, None if value is None else self._gradient_in(value))


@_own("data.__set__")
def _set_data(self: DTensor, new: DTensor) -> None:
    with overrides.DisableTorchFunctionSubclass():
        Tensor.data.__set__(self, new)
    if isinstance(new, DTensor):
        vars(self)["_spec"] = new._spec


@_own("backward")
def _backward(
    self: DTensor,
    gradient: Tensor | None = None,
    retain_graph: bool | None = None,
    create_graph: bool = False,
    inputs: Any = None,
) -> None:
    # Not within the guard's context: hooks and functions of programs run in it.
    backward([self], gradient, retain_graph, create_graph, inputs=inputs)


@_own("register_hook")
def _register_hook(self: DTensor, hook: Callable) -> Any:
    spec = of_gradients(self._spec)

    def of_part(g: Tensor) -> Any:
        made = hook(_around(g, spec))
        return None if made is None else self._gradient_in(made)

    with overrides.DisableTorchFunctionSubclass():
        return self.register_hook(of_part)


# --- making them


def distribute_tensor(
    tensor: Tensor,
    device_mesh: DeviceMesh | None = None,
    placements: Sequence[Placement] | None = None,
    *,
    src_data_rank: int | None = 0,
) -> DTensor:
    """A leaf DTensor of a tensor that every process has.

    Args:
        tensor: the whole; a DTensor has to lie so already.
        placements: how it is to lie; Replicate unless given.
        src_data_rank: whose values count, as a place along each dimension of the mesh; None: each
            process takes its part of its own, without communication.
    """
    mesh = device_mesh or _mesh_resources.get_current_mesh()
    if isinstance(tensor, DTensor):
        if tensor.device_mesh != mesh:
            raise ValueError(
                f"Cannot distribute a DTensor with device mesh {tensor.device_mesh} to a different "
                f"device mesh {mesh}."
            )
        if tensor.placements != normal(placements, mesh, tensor.dim()):
            raise ValueError(
                f"Cannot distribute a DTensor with placements {tensor.placements} to a different "
                f"placements {placements}. do you want to call `redistribute` instead?"
            )
        return tensor
    if not tensor.is_leaf:
        raise RuntimeError("`distribute_tensor` should be used to distribute leaf tensors!")
    lying = normal(placements, mesh, tensor.dim())
    whole = alias_of(tensor)
    spec = DTensorSpec(mesh, lying, meta_of(whole, whole.shape))
    if not mesh.is_whole and mesh.get_coordinate() is not None:
        with no_grad():
            whole = _part_of_source(whole, spec, src_data_rank)
    made = tagged(DTensor, whole if whole is not tensor else alias_of(whole), spec)
    if tensor.requires_grad:
        made.requires_grad_(True)
    if isinstance(tensor, Parameter):
        made = Parameter(made, requires_grad=tensor.requires_grad)
    return made


def _part_of_source(whole: Tensor, spec: DTensorSpec, source: int | None) -> Tensor:
    mesh = spec.mesh
    if source is not None and not whole.is_meta:
        whole = whole.clone().contiguous()
        for i in range(mesh.ndim):
            if mesh.size(i) > 1:
                _send(whole, mesh, i, source)
    shape, start = spec.local()
    for d, (size, at) in enumerate(zip(shape, start, strict=True)):
        if size != whole.shape[d]:
            whole = whole.narrow(d, at, size)
    for i, p in enumerate(spec.placements):
        if isinstance(p, Partial) and p.reduce_op == "sum" and mesh.get_local_rank(i):
            whole = whole * 0
    return whole.clone().contiguous()


def distribute_module(
    module: Module,
    device_mesh: DeviceMesh | None = None,
    partition_fn: Callable[[str, Module, DeviceMesh], None] | None = None,
    input_fn: Callable[[Module, Any, DeviceMesh], Any] | None = None,
    output_fn: Callable[[Module, Any, DeviceMesh], Any] | None = None,
) -> Module:
    """Make a module's parameters and buffers DTensors, and hook what goes in and comes out.

    Args:
        partition_fn: called with the name, each submodule and the mesh, to distribute its
            parameters; what it leaves is replicated.
        input_fn, output_fn: called with the module, its inputs (a tuple) or outputs, and the mesh,
            before and after each forward; what they return, if anything, is used instead.
    """
    mesh = device_mesh or _mesh_resources.get_current_mesh()
    for name, submodule in module.named_modules():
        if partition_fn is not None:
            partition_fn(name, submodule, mesh)
        _replicate(submodule, mesh)
    if input_fn is not None:
        module.register_forward_pre_hook(lambda m, inputs: input_fn(m, inputs, mesh))
    if output_fn is not None:
        module.register_forward_hook(lambda m, inputs, outputs: output_fn(m, outputs, mesh))
    return module


def _replicate(module: Module, mesh: DeviceMesh) -> None:
    everywhere = [Replicate()] * mesh.ndim
    for name, p in list(module._parameters.items()):
        if p is not None and not isinstance(p, DTensor):
            module.register_parameter(name, Parameter(distribute_tensor(p.data, mesh, everywhere),
                                                      requires_grad=p.requires_grad))  # fmt: skip
    for name, b in list(module._buffers.items()):
        if b is not None and not isinstance(b, DTensor):
            module._buffers[name] = distribute_tensor(b, mesh, everywhere)


__getattr__ = _absent.attributes(__name__)
