"""The one choke point for calls: arguments of a public function become a recorded operator and its
result tensors.
"""

from __future__ import annotations

import math
import sys
import warnings
from collections.abc import Sequence
from typing import Any

import jax.numpy as jnp
import numpy as np

from torchish._core.base import devices
from torchish._core.base import dtypes as dt
from torchish._core.base.errors import SparseOperand, size_text
from torchish._core.base.fitting import require_fit
from torchish._core.base.frames import user_level
from torchish._core.base.promotion import can_cast
from torchish._core.base.references import ONE
from torchish._core.engine import trace
from torchish._core.engine.values import Value, from_host
from torchish._core.ops import core, views
from torchish._core.ops.table import Call, FunctionCall, Op, Promote
from torchish._core.tensor import out_dtypes, overrides, sparse_rules
from torchish._core.tensor.api.results import return_type
from torchish._core.tensor.binding import _fused, bind, operands_of, tensor_error
from torchish._core.tensor.tape import forward, record, saved
from torchish._core.tensor.tape.duals import base_of, now
from torchish._core.tensor.tape.graph import Node
from torchish._core.tensor.tape.modes import Seen
from torchish._core.tensor.tape.modes import state as modes
from torchish._core.tensor.tape.record import edges_of, make_node, run_dynamic, values_of
from torchish._core.tensor.tensor import Tensor, grad_edge, tracked, wrap
from torchish._core.tensor.views import repeated
from torchish._core.tensor.views.errors import refuse_view
from torchish._core.tensor.views.strides import (
    ORDERS,
    OWN_ORDERS,
    overlaps,
    overlaps_in_part,
    shares_memory,
)


def run(
    op: Op, call: Call, tensors, numbers, device=None, inplace: bool = False
) -> tuple[list[Value], Node | None]:
    """Record a bound call: its result values, and its node when gradients are being recorded."""
    values = values_of(tensors)
    if op.dynamic:
        if op.check is not None:
            _check(op, call, values, numbers)
        return run_dynamic(op, call, values, numbers), None
    outs = trace.record(call, values, numbers, device)
    if op.fits:
        _require_fits(op, call, numbers, outs[0].aval.torch_dtype)
    if modes.observers:
        for o in modes.observers:
            o.forward(call, values, outs)
    node = None
    if modes.grad and call.differentiable:
        edges = edges_of(tensors)
        if edges is not None:
            node = make_node(
                call, values, numbers, edges, call.label or op.grad_label(values), outs
            )
            if node is not None and op.saves is not None:
                n = len(tensors)
                if n == 1:
                    s = tensors[0]._storage
                    node.saved = (s, s.writes)
                elif n == 2:
                    s, r = tensors[0]._storage, tensors[1]._storage
                    node.saved = (s, s.writes, r, r.writes)
                else:
                    node.saved = saved.stamps(tensors)
                if modes.saved_hooks:
                    # An in-place operator's own tensor is about to be written to.
                    own = [wrap(values[0]), *tensors[1:]] if inplace else tensors
                    saved.packed(node, own, outs)
            if Seen.inference and node is not None:
                saved.refuse_inference(node, tensors)
            if now.level is not None and type(node) is Node:
                node = forward.remembering(node, tensors, outs)
    # After recording: a call that was refused leaves no check behind.
    if op.check is not None and not trace.served(outs):
        _check(op, call, values, numbers)
    return outs, node


def _require_fits(op: Op, call: Call, numbers, d: dt.dtype) -> None:
    if op.fits_as_float and d.is_floating_point and d.itemsize < 4:
        d = dt.float32
    for name in op.fits:
        spec = call.template[name]
        x = numbers[spec[1]] if spec[0] == "n" else spec[1] if spec[0] == "s" else None
        if x is not None:
            require_fit(x, d)


def _check(op: Op, call: Call, values, numbers) -> None:
    """Test an operator's validity condition: now where the indices are on the host, else with the
    program."""
    check = op.check
    avals = [v.aval for v in values]
    when = check.when(call, avals, numbers)
    if when == "never" or any(a.device is devices.meta for a in avals):
        return

    def raise_now(payload: int) -> Exception:
        return check.error(payload, **call.arguments([*avals, *numbers]))

    index_like = [
        v for v in values if v.aval.torch_dtype.category <= dt.INT and not check.of_floats
    ]
    if when == "now" or (index_like and all(v.host and v.array is not None for v in index_like)):
        flat = [
            v.aval if when == "now" or v.aval.torch_dtype.category > dt.INT else np.asarray(v.array)
            for v in values
        ]
        ok, payload = check.ok(**call.arguments([*flat, *numbers]))
        if not ok:
            raise raise_now(int(payload))
        return
    flag = call.compiled.get("check")
    if flag is None:

        def fn(*flat):
            ok, payload = check.ok(**call.arguments(flat))
            return (jnp.stack([jnp.asarray(ok, jnp.int64), jnp.asarray(payload, jnp.int64)]),)

        def on_host(*flat):
            return (np.array((check.host or check.ok)(**call.arguments(flat)), np.int64),)

        flag = call.compiled["check"] = FunctionCall(
            op.name + "_check", fn, call.tensors, call.numbers, False, on_host
        )
    trace.check(flag, values, numbers, raise_now, check.at_call)


def result(op: Op, outs: list[Value], node: Node | None):
    """Result tensors: one, a tuple, or the operator's named tuple."""
    if len(outs) == 1:
        t = wrap(outs[0])
        if node is not None:
            t._node = node
            if op.saves_result:
                node.kept = t._storage
        return t
    ts = []
    for i, o in enumerate(outs):
        t = wrap(o)
        if node is not None and o.aval.differentiable:
            t._node, t._out = node, i
        ts.append(t)
    if node is not None and op.saves_result:
        node.kept = ts[0]._storage
    if op.returns is None:
        return tuple(ts)
    return return_type(op)(*ts)


def apply(op: Op, args: Sequence, device=None) -> Any:
    """Call an operator on arguments in the order of its parameters; result tensors."""
    if modes.autocast is not None:
        args = modes.autocast(op, args)
    try:
        call, tensors, numbers = bind(op, args)
        outs, node = run(op, call, tensors, numbers, device)
    except SparseOperand:
        outs = None
    except overrides.ForeignOperand:
        return overrides.call_foreign(op, args)
    if outs is None:
        return sparse_rules.call(op, args)
    t = result(op, outs, node)
    if op.order is not None:
        for x in tensors:
            if x._strides is not None or op.order in OWN_ORDERS:
                more = (args,) if op.order in ("stacked", "solved") else ()
                ORDERS[op.order](t, tensors, len(tensors) < operands_of(op), *more)
                break
    if now.level is not None:
        forward.attach(t, forward.push(call, tensors, numbers, [o.aval for o in outs]))
    return t


# --- in-place and out=


def check_writable(t: Tensor, overlapping: bool = False) -> None:
    """Refuse writes that PyTorch refuses: leaves that require grad, overlapping elements unless
    allowed."""
    if modes.grad and tracked(t):
        base = t._base
        if base is not None:
            if t._several or t._no_grad_view:
                refuse_view(t)
            if base._node is None:
                raise RuntimeError(
                    "a view of a leaf Variable that requires grad is being used in an in-place "
                    "operation."
                )
        elif t._node is None:
            raise RuntimeError(
                "a leaf Variable that requires grad is being used in an in-place operation."
            )
    if t._inference:
        refuse_inference(t)
    if not overlapping:
        refuse_repeats(t)


def refuse_inference(t: Tensor) -> None:
    """RuntimeError for a write to an inference tensor outside of the mode."""
    if not modes.inference:
        raise RuntimeError(
            "Inplace update to inference tensor outside InferenceMode is not allowed.You can make "
            "a clone to get a normal tensor before doing inplace update.See "
            "https://github.com/pytorch/rfcs/pull/17 for more details."
        )


def write(t: Tensor, value: Value, node: Node | None, out: int = 0) -> None:
    """Put a result into a tensor, through its lens, and rebase history."""
    base = t._base
    if not modes.grad or (
        node is None and t._node is None and (base is None or base._node is None)
    ):
        t._set_value(value)
        return
    if base is None:
        t._set_value(value)
        t._node, t._out = node, out
        if t._retains:
            t._retains.move(node, out)
        return
    if t._several or t._no_grad_view:
        refuse_view(t)
    part = t._view.after(base._view)
    call = views.put_call(part.chain)
    edge = grad_edge(base)
    if node is not None:
        _pass_over(node, t, edge)
    base_value = base._value()
    rebased = None
    put = trace.record(call, (base_value, value), part.ats)
    if edge is not None or node is not None:
        rebased = Node(
            call,
            (base_value, value),
            part.ats,
            (edge, (node, out) if node is not None else None),
            "CopySlices",
            put,
        )
    base._set_value(put[0])
    base._node, base._out = rebased, 0
    if base._retains:
        base._retains.move(rebased, 0)
    if rebased is not None and t._node is None:
        t._node = rebased  # replaced by the regenerated view when next looked at
    t._view_version = -1


def _pass_over(node: Node, t: Tensor, end: tuple | None) -> None:
    """Let the gradient of what is written to a view flow to the base, whose edge is `end`, by
    another way than the nodes of views, whose hooks are those of their older values."""
    edge, chain = (t._node, t._out), []
    while edge != end and isinstance(edge[0], Node) and len(edge[0].edges) == 1:
        chain.append(edge)
        edge = edge[0].edges[0] or (None, 0)
    hooked = any([n.tensor_hooks or n.pre_hooks or n.post_hooks for n, _ in chain])
    if not hooked or chain[0] not in node.edges:
        return
    for old, out in reversed(chain):
        fresh = Node(old.call, old.values or (), old.numbers, (edge,), old.label, ())
        if old.values is None:
            fresh.values, fresh._avals = None, old.avals
        fresh.outs = old.outs
        edge = (fresh, out)
    node.edges = tuple([edge if e == chain[0] else e for e in node.edges])


# In-place operators that may write a place twice, as the second time it is the same.
_IDEMPOTENT = {"_fill", "threshold"}
# In-place operators that write some places before they have read others.
_MOVES = {"scatter", "scatter_add", "scatter_reduce", "put"}
_MOVES |= {"index_" + n for n in ("add", "copy", "fill", "put", "reduce")}


def refuse_repeats(t: Tensor) -> None:
    """RuntimeError where a tensor to write has an element of memory twice."""
    if t._strides is not None and overlaps(t):
        raise RuntimeError(
            "unsupported operation: more than one element of the written-to tensor refers to a "
            "single memory location. Please clone() the tensor before performing the operation."
        )


def refuse_overlap(
    self: Tensor, tensors: Sequence[Tensor], wholly: bool = False, numel: int | None = None
) -> None:
    """RuntimeError where what is read lies in part where is written, or with `wholly` at all.

    `numel` is given when `self` is first resized to so many elements.
    """
    for t in tensors:
        if t._storage.whole is not self._storage.whole:
            continue
        same = wholly and (shares_memory(self, t, numel) or (t is self and numel != 0))
        if same or overlaps_in_part(self, t):
            raise RuntimeError(
                "unsupported operation: some elements of the input tensor and the written-to "
                "tensor refer to a single memory location. Please clone() the tensor before "
                "performing the operation."
            )


def apply_inplace(op: Op, args: Sequence) -> Any:
    """Call an operator and write its first result into its first argument, which is returned."""
    self = args[0]
    if not isinstance(self, Tensor):
        tensor_error(op, 0, self)
    if self._strides is not None and op.name in repeated.OPERATORS and repeated.is_repeated(self):
        check_writable(self, True)
        return repeated.write(op.name, args)
    check_writable(self, op.short in _IDEMPOTENT)
    try:
        call, tensors, numbers = bind(op, args)
        refuse_overlap(self, tensors[1:], op.name in _MOVES)
        outs, made = run(op, call, tensors, numbers, inplace=True)
    except SparseOperand:
        outs = None
    if outs is None:
        return _apply_sparse_inplace(op, self, args)
    if now.level is not None:
        tangents = forward.push(call, tensors, numbers, [o.aval for o in outs])
    value, node = _fit(op, self, outs[0], made)
    write(self, value, node)
    if made is not None and made.saved is not None:
        saved.written(made, self)
    if now.level is not None:
        write_tangent(self, None if tangents is None else tangents[0])
    return self


def write_tangent(self: Tensor, tangent: Tensor | None) -> None:
    """What an in-place operator does to the tangent: it is written into, so that views and bases
    see it; None stands for zeros."""
    mine = forward.tangent_of(self)
    if mine is None:
        if tangent is None or now.level is None:
            return
        base = base_of(self)
        if base is None:
            forward.attach(self, [tangent])
            return
        a = base._aval
        forward.attach(base, [wrap(from_host(np.zeros(a.shape, a.dtype), a.device))])
        mine = forward.tangent_of(self)
        if mine is None:  # of another memory than its base
            forward.attach(self, [tangent])
            return
    check_writable(mine)
    if tangent is None:
        apply_inplace(core.fill, (mine, 0))
        return
    value, node = _fit(core.copy, mine, tangent._value(), tangent._node)
    write(mine, value, node, tangent._out)


def _apply_sparse_inplace(op: Op, self: Tensor, args: Sequence) -> Tensor:
    """The same with a sparse argument: by the operator's rule for it, when its result has the
    layout of `self`."""
    r = sparse_rules.call_inplace(op, self, args)
    if r._sparse and not self._sparse:
        r = r.to_dense()
    out_dtypes.require(out_dtypes.CAST, r.dtype, self.dtype)
    if r.layout is not self.layout:
        raise NotImplementedError(
            f"{op.short}_(): a result of layout {r.layout} in place of {self.layout}"
        )
    if self._sparse:
        return self._become(r)
    value, node = _fit(op, self, r._value(), r._node)
    write(self, value, node, r._out)
    return self


def _fit(op: Op, self: Tensor, value: Value, node: Node | None) -> tuple[Value, Node | None]:
    """A result checked and cast for writing into `self`."""
    a, want = value.aval, self._aval
    if a.shape != want.shape:
        raise RuntimeError(
            f"output with shape {size_text(want.shape)} doesn't match the broadcast shape "
            f"{size_text(a.shape)}"
        )
    if a.dtype != want.dtype:
        if op.name == "float_power":
            raise RuntimeError(
                f"the base given to float_power_ has dtype {dt.SCALAR_NAMES[want.torch_dtype]} but "
                f"the operation's result requires dtype {dt.SCALAR_NAMES[a.torch_dtype]}"
            )
        if op.name == "abs":  # of a complex number, which is real
            raise RuntimeError("In-place abs is not supported for complex tensors.")
        if not can_cast(a.torch_dtype, want.torch_dtype):
            raise RuntimeError(
                f"result type {dt.SCALAR_NAMES[a.torch_dtype]} can't be cast to the desired output "
                f"type {dt.SCALAR_NAMES[want.torch_dtype]}"
            )
        value, node = cast_value(value, node, want.torch_dtype)
    return value, node


def cast_value(value: Value, node: Node | None, dtype: dt.dtype) -> tuple[Value, Node | None]:
    key = (core.to_dtype, dtype)
    call = _fused.get(key)
    if call is None:
        call = _fused[key] = Call(core.to_dtype, {"input": ("t", 0), "dtype": ("s", dtype)}, 1, ())
    outs = trace.record(call, (value,))
    if node is not None:
        node = make_node(call, [value], (), ((node, 0),), "ToCopyBackward0", outs)
    return outs[0], node


def _rule(op: Op, args: Sequence, several: bool) -> out_dtypes.Rule:
    """What the `out=` of an operator's call is held to."""
    rule = out_dtypes.RULES.get(op.name)
    if rule is None:
        return (
            out_dtypes.CAST if op.promote is not Promote.NONE or op.elementwise else out_dtypes.SAME
        )
    if several and op.name in ("max", "min"):
        return out_dtypes.SAME
    if rule.takes is out_dtypes.Takes.CAST and any(
        p.name == "dtype" and a is not None for p, a in zip(op.params, args, strict=True)
    ):
        return out_dtypes.GIVEN.get(op.name, out_dtypes.SAME)
    if rule is out_dtypes.FOUND and op.promote is Promote.COMPLEX_TO_FLOAT and args[0].is_complex():
        return out_dtypes.CAST
    return rule


def apply_out(op: Op, args: Sequence, out) -> Any:
    """Call an operator and write its results into `out`, resizing it where PyTorch does."""
    if any(getattr(t, "_sparse", False) for t in (out, *args)):
        return _sparse_out(op, args, out)
    if op.name in ("cumsum", "cumprod") and args[2] is None and isinstance(out, Tensor):
        args = (*args[:2], out.dtype)  # the scan is of the numbers that it is written as
    call, tensors, numbers = bind(op, args)
    targets = (out,) if isinstance(out, Tensor) else tuple(out)
    if now.level is not None and forward.tangents_of([*tensors, *targets]) is not None:
        raise NotImplementedError(
            f"Trying to use forward AD with {op.short}_out that does not support it because it is "
            "an out= function"
        )
    for t in targets:
        if not isinstance(t, Tensor):
            raise TypeError(f"{op.short}(): argument 'out' must be Tensor, not {type(t).__name__}")
    refuse_history(op.short, tensors if op.differentiable else (), targets)
    wholly = op.apart == "wholly"
    if wholly or op.elementwise:
        for t in targets:
            refuse_repeats(t)
    found, _ = run(op, call, tensors, numbers)
    if len(targets) != len(found):
        raise TypeError(f"{op.short}() expected {len(found)} tensors in 'out', got {len(targets)}")
    rule = _rule(op, args, len(found) > 1)
    for i, (t, v) in enumerate(zip(targets, found, strict=True)):
        out_dtypes.require(rule, v.aval.torch_dtype, t.dtype, i)
    for t, v in zip(targets, found, strict=True):
        if op.apart:
            resized = None if v.aval.shape == t._aval.shape else math.prod(v.aval.shape)
            refuse_overlap(t, tensors, wholly, resized)
        anew = v.aval.shape != t._aval.shape
        write_out(t, v, rule)
        if anew and op.order == "iterated" and t._view is None:
            ORDERS["iterated"](t, tensors, len(tensors) < operands_of(op))
    if isinstance(out, Tensor):
        return out
    return return_type(op)(*targets) if op.returns else tuple(targets)


def _sparse_out(op: Op, args: Sequence, out: Any) -> Any:
    """The result of an operator on sparse tensors in place of an `out=` of the same layout."""
    if not isinstance(out, Tensor):
        raise NotImplementedError(f"{op.short}(): out= with sparse tensors")
    refuse_history(op.short, [a for a in args if isinstance(a, Tensor)], [out])
    r = apply(op, args)
    if r.layout is not out.layout:
        raise RuntimeError(
            "Expected self.is_sparse() && result.is_sparse() to be true, but got false.  (Could "
            "this error message be improved?  If so, please report an enhancement request to "
            "PyTorch.)"
        )
    out_dtypes.require(_rule(op, args, False), r.dtype, out.dtype)
    if out._sparse:
        out._take_over(r.detach().to(out.dtype))
    else:
        write_out(out, r._value())
    return out


def refuse_history(name: str, inputs: Sequence, targets: Sequence[Tensor]) -> None:
    """Raise where an `out=` call would have to be differentiated."""
    if modes.grad and (edges_of(inputs) is not None or any(t.requires_grad for t in targets)):
        raise RuntimeError(
            f"{name}(): functions with out=... arguments don't support automatic "
            "differentiation, but one of the arguments requires grad."
        )


def write_out(
    t: Tensor, value: Value, rule: out_dtypes.Rule = out_dtypes.CAST, output: int = 0
) -> None:
    """Write a result into an `out=` tensor."""
    a = value.aval
    if t._inference:
        refuse_inference(t)
    if a.device is not t.device:
        raise RuntimeError(
            f"Expected out tensor to have device {a.device}, but got {t.device} instead"
        )
    if a.dtype != t._aval.dtype:
        out_dtypes.require(rule, a.torch_dtype, t.dtype, output)
        value, _ = cast_value(value, None, t.dtype)
    if a.shape != t._aval.shape:
        if t.numel():
            warnings.warn(
                "An output with one or more elements was resized since it had shape "
                f"{size_text(t.shape)}, which does not match the required output shape "
                f"{size_text(a.shape)}. This behavior is deprecated, and in a future PyTorch "
                "release outputs will not be resized unless they have zero elements. You can "
                "explicitly reuse an out tensor t by resizing it, inplace, to zero elements with "
                "t.resize_(0).",
                UserWarning,
                stacklevel=user_level(),
            )
        need = (math.prod(a.shape) + t._offset) * t._aval.dtype.itemsize
        if t._sparse or (need > t._storage.nbytes and (not t.is_cpu or alone(t))):
            replace(t, value)
            return
        t._resize(a.shape)  # what else lies in this memory sees the result
    if t._strides is not None and overlaps(t):
        check_writable(t)
    t._set_value(value)


def fresh(t: Tensor) -> Tensor:
    """A copy with memory of its own, in the order of its dimensions."""
    made = t.clone()
    made._strides = made._storage.strides = None
    return made


def alone(t: Tensor) -> bool:
    """Whether no other tensor lies in a tensor's memory, which begins with it."""
    return t._view is None and sys.getrefcount(t._storage) <= ONE


def replace(t: Tensor, value: Value) -> None:
    """Give a tensor a value of another shape: its storage is replaced in place when the tensor is
    the whole of it."""
    if alone(t):
        t._storage.reset(value)
    else:  # of others that lie in this memory the sizes stay, and so does what they see
        fresh = wrap(value)
        t._storage = fresh._storage
    t._view = t._strides = t._cached = None
    t._offset, t._aval, t._cached_version = 0, value.aval, -1


# --- for packages above


def check_values(op: Op, args: Sequence) -> None:
    """Test an operator's validity condition on arguments, without recording the operator."""
    call, tensors, numbers = bind(op, args)
    _check(op, call, values_of(tensors), numbers)


def apply_function(
    call: FunctionCall,
    tensors: Sequence[Tensor],
    numbers: Sequence = (),
    label: str = "FunctionBackward",
):
    """Record any call on tensors, with its gradient; the result tensors as a tuple."""
    ts = record.apply(call, tensors, numbers, label)
    if now.level is not None:
        forward.attach(ts, forward.push(call, tensors, numbers, [t._aval for t in ts]))
    return ts
