"""What autograd knows of a tensor: the node that made it, whether it is a leaf, its gradient."""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING, Any

from torchish._core.base import dtypes as dt
from torchish._core.base.drawing import C_NAMES
from torchish._core.base.errors import warn_of_missing_gradient
from torchish._core.ops import views
from torchish._core.tensor.state import State
from torchish._core.tensor.tape.graph import Accumulate, Node
from torchish._core.tensor.tape.modes import state as modes
from torchish._core.tensor.views.errors import IN_INFERENCE as IN_INFERENCE
from torchish._core.tensor.views.errors import refuse_view

if TYPE_CHECKING:
    from torchish._core.tensor.tensor import Tensor


class History(State):
    """A tensor's attributes that are about gradients."""

    @property
    def is_leaf(self) -> bool:
        return current_node(self) is None

    @property
    def requires_grad(self) -> bool:
        return tracked(self)

    @requires_grad.setter
    def requires_grad(self, value: bool) -> None:
        if not value and current_node(self) is not None:
            raise RuntimeError(
                "you can only change requires_grad flags of leaf variables. If you want to use a "
                "computed variable in a subgraph that doesn't require differentiation use "
                "var_no_grad = var.detach()."
            )
        if value and self._aval.torch_dtype.category < dt.FLOAT:
            raise RuntimeError(
                "only Tensors of floating point and complex dtype can require gradients"
            )
        if value and self._inference and not modes.inference:
            raise RuntimeError(
                "Setting requires_grad=True on inference tensor outside InferenceMode is not "
                "allowed."
            )
        self._requires_grad = bool(value) and current_node(self) is None

    @requires_grad.deleter
    def requires_grad(self) -> None:
        raise RuntimeError("requires_grad must be a bool")

    def requires_grad_(self, requires_grad: bool = True) -> Any:
        """Start (or stop) recording operators on this leaf for gradients; the tensor itself."""
        if requires_grad and self._aval.torch_dtype.category < dt.FLOAT:
            raise RuntimeError("only Tensors of floating point dtype can require gradients")
        self.requires_grad = requires_grad
        return self

    @property
    def grad_fn(self):
        node = current_node(self)
        return node.named() if isinstance(node, Node) else node

    @property
    def output_nr(self) -> int:
        return self._out

    @property
    def grad(self) -> Tensor | None:
        if self._grad is None and self._node is not None and not self._retains:
            warn_of_missing_gradient()
        return self._grad

    @grad.setter
    def grad(self, value: Tensor | None) -> None:
        if value is not None:
            if not isinstance(value, History):
                raise TypeError(
                    "assigned grad expected to be a Tensor or None but got grad of type "
                    f"{type(value).__name__}"
                )
            if value is self:
                raise RuntimeError("can't assign Variable as its own grad")
            wanted = grad_dtype_of(self)
            if wanted is not None and value.dtype is not wanted:
                raise RuntimeError(
                    f"attempting to assign a gradient with dtype '{C_NAMES[value.dtype]}' to "
                    f"a tensor with grad_dtype '{dt.SCALAR_NAMES[wanted]}'. The gradient must "
                    "match the tensor's grad_dtype (defaults to the tensor's dtype). You can set "
                    "the tensor's grad_dtype attribute with a specific dtype, or None to allow any "
                    "dtype. Set grad_dtype with caution. Diverging the dtypes of a tensor and its "
                    "gradient may break downstream systems that assume that they match."
                )
            if value._aval.shape != self._aval.shape:
                raise RuntimeError(
                    f"attempting to assign a gradient of size '{list(value.shape)}' to a tensor of "
                    f"size '{list(self.shape)}'. Please ensure that the gradient and the tensor "
                    "are the same size"
                )
            if value.device is not self.device:
                raise RuntimeError(
                    f"assigned grad has data located on a different device, got {value.device}, "
                    f"expected {self.device}"
                )
        self._grad = value

    @grad.deleter
    def grad(self) -> None:
        self._grad = None

    @property
    def grad_dtype(self) -> dt.dtype | None:
        """The dtype that `.grad` of this leaf has; None: any."""
        if not self.is_leaf:
            raise RuntimeError("grad_dtype can only be accessed on leaf tensors.")
        return grad_dtype_of(self)

    @grad_dtype.setter
    def grad_dtype(self, value: dt.dtype | None) -> None:
        if not self.is_leaf:
            raise RuntimeError("grad_dtype can only be set on leaf tensors.")
        g = self._grad
        if g is not None and value is not None and g.dtype is not value:
            raise RuntimeError(
                f"Cannot set grad_dtype to '{dt.SCALAR_NAMES[value]}' because there is already a "
                f"gradient with dtype '{C_NAMES[g.dtype]}'. Please clear the gradient (.grad = "
                "None) before changing grad_dtype, or ensure the new grad_dtype matches the "
                "existing gradient's dtype."
            )
        self._grad_dtype = (value,)

    @property
    def retains_grad(self) -> bool:
        return bool(self._retains) and not self.is_leaf


def grad_dtype_of(t: Any) -> dt.dtype | None:
    """The dtype that the gradient of a leaf is given; None: it keeps its own."""
    chosen = t._grad_dtype
    return t.dtype if chosen is None else chosen[0]


def legacy_name(d: dt.dtype) -> str:
    return {"BFloat16": "c10::BFloat16", "Half": "c10::Half"}.get(
        dt.SCALAR_NAMES[d], d.name.replace("32", "").replace("64", "")
    )


def tracked(t: Any) -> bool:
    """Whether a tensor requires a gradient: itself, or as a view of one that does."""
    if t._requires_grad or t._node is not None:
        return True
    base = t._base
    return base is not None and (base._requires_grad or base._node is not None)


def current_node(t: Any) -> Node | None:
    """The autograd node that made a tensor's present value; regenerated for a view whose base was
    written to."""
    base = t._base
    # One whose `.data` was replaced has another memory than its base.
    if base is not None and base._storage is t._storage and t._view_version != t._storage.writes:
        if t._node is not None or base._node is not None or base._requires_grad:
            if t._several or t._no_grad_view:
                refuse_view(t, indirectly=True)
            t._view_version = t._storage.writes
            part = t._view.after(base._view)
            call, edges = views.get_call(part.chain), (grad_edge(base),)
            label = replayed(part.chain) if modes.view_replay else "AsStridedBackward0"
            t._node = Node(call, (base._value(),), part.ats, edges, label, ())
            t._node.outs, t._out = (t._aval,), 0
            if t._retains:
                t._retains.move(t._node, 0)
    return t._node


def replayed(chain: views.Chain) -> str:
    """The name of the node of a view's last step."""
    if not chain:
        return "ViewBackward0"
    return (chain[-1].node or chain[-1].kind.capitalize()) + "Backward0"


def grad_edge(t: Any):
    """Where a tensor's gradient flows to: (node, output number), or None when it requires none."""
    node = current_node(t) if t._base is not None else t._node
    if node is not None:
        return (node, t._out)
    if t._requires_grad:
        return (accumulator(t), 0)
    return None


def accumulator(t: Any) -> Accumulate:
    """The node that adds to a leaf's `.grad`; one per leaf while the graph refers to it."""
    node = t._accumulator and t._accumulator()
    if node is None:
        node = Accumulate(t)
        t._accumulator = weakref.ref(node)
    return node
