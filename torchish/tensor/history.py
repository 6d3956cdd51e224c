"""What autograd knows of a tensor: the node that made it, whether it is a leaf, its gradient."""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING, Any, NoReturn

from torchish.base import dtypes as dt
from torchish.base.errors import warn_of_missing_gradient
from torchish.ops import views
from torchish.tensor.graph import Accumulate, Node
from torchish.tensor.modes import state as modes
from torchish.tensor.state import State

if TYPE_CHECKING:
    from torchish.tensor.tensor import Tensor


class History(State):
    """A tensor's attributes that are about gradients."""

    @property
    def is_leaf(self) -> bool:
        return current_node(self) is None

    @property
    def requires_grad(self) -> bool:
        if self._requires_grad or (self._several and self._node is not None):
            return True
        return current_node(self) is not None or of_leaf(self)

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
        if value and self._base is not None and current_node(self) is None:
            self._base = None  # a view that becomes a leaf: of it there may be views
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
        if node is None and self._no_grad_view == IN_INFERENCE and self._base._node is not None:
            if self._view_version != self._storage.version:
                refuse_view(self, "its base or another view of its base has been")
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
                    f"attempting to assign a gradient with dtype '{_plain(value.dtype)}' to "
                    f"a tensor with grad_dtype '{_plain(wanted)}'. The gradient must "
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
                f"Cannot set grad_dtype to '{_plain(value)}' because there is already a "
                f"gradient with dtype '{_plain(g.dtype)}'. Please clear the gradient (.grad = "
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


def _plain(d: dt.dtype) -> str:
    return legacy_name(d).removeprefix("c10::")


def legacy_name(d: dt.dtype) -> str:
    return {"BFloat16": "c10::BFloat16", "Half": "c10::Half"}.get(
        dt.SCALAR_NAMES[d], d.name.replace("32", "").replace("64", "")
    )


def current_node(t: Any) -> Node | None:
    """The autograd node that made a tensor's present value; regenerated for a view whose base was
    written to."""
    base = t._base
    # One whose `.data` was replaced has another memory than its base.
    if t._no_grad_view:
        return t._node
    if base is not None and base._storage is t._storage and t._view_version != t._storage.version:
        t._view_version = t._storage.version
        edge = grad_edge(base)
        node = t._node
        if node is not None and edge is not None and node.edges == (edge,):
            return node  # written to, but by nothing that has a history
        if (
            edge is not None
            and (t._node is not None or base._node is not None)
            and not t._no_grad_view
        ):
            if t._several:
                t._view_version = -1
                refuse_several(t, "its base or another view of its base has been modified inplace")
            part = t._view.after(base._view)
            call = views.get_call(part.chain)
            label = replayed(part.chain) if modes.view_replay else "AsStridedBackward0"
            t._node = Node(call, (base._value(),), part.ats, (edge,), label, ())
            t._node.outs, t._out = (t._aval,), 0
            if t._retains:
                t._retains.move(t._node, 0)
    return t._node


def replayed(chain: views.Chain) -> str:
    """The name of the node of a view's last step."""
    names = {"reshape": "View", "as_real": "ViewAsReal", "as_complex": "ViewAsComplex"}
    names |= {"part": "Slice", "pick": "Select", "bitcast": "View", "gather": "AsStrided"}
    kind = chain[-1][0] if chain else "reshape"
    return names.get(kind, kind.capitalize()) + "Backward0"


def of_leaf(t: Any) -> bool:
    """Whether a tensor is a view of one that became a leaf later. It requires gradients, too, and
    gets none."""
    base = t._base
    if base is None or t._node is not None:
        return False
    if t._no_grad_view == IN_INFERENCE:
        return base.requires_grad
    if not base._requires_grad or t._no_grad_view:
        return False
    return base._storage is t._storage and t._aval.torch_dtype.category >= dt.FLOAT


IN_INFERENCE = 2  # of `_no_grad_view`


def refuse_view(t: Any, what: str = "is being") -> NoReturn:
    """Raise for a write with history that reaches a view made without."""
    if t._no_grad_view == IN_INFERENCE:
        mode, where, block = "inference mode", "in normal mode", "inference_mode"
    else:
        mode, where, block = "no_grad mode", "with grad mode enabled", "no_grad"
    raise RuntimeError(
        f"A view was created in {mode} and {what} modified inplace {where}. Given that this use "
        "case is ambiguous and error-prone, it is forbidden. You can clarify your code by moving "
        f"both the view and the inplace either both inside the {block} block (if you don't want "
        "the inplace to be tracked) or both outside (if you want the inplace to be tracked)."
    )


def refuse_several(t: Any, what: str = "is being modified inplace") -> NoReturn:
    """Raise for a write that reaches a view made by a function of many views, or by a Function."""
    node, number = t._node, t._several - 1
    custom = number < 0
    if node is None:
        text = f"A view was created in no_grad mode and {what} with grad mode enabled. "
    else:
        name = node.name().removesuffix("Backward" if custom else "Backward0")
        text = f"Output {t._out if custom else number} of {name} is a view and {what}. "
    if custom:
        text += (
            "This view was created inside a custom Function (or because an input was returned "
            "as-is) and the autograd logic to handle view+inplace would override the custom "
            "backward associated with the custom Function, leading to incorrect gradients. This "
            "behavior is forbidden. You can fix this by cloning the output of the custom Function."
        )
    else:
        text += (
            "This view is the output of a function that returns multiple views. Such functions do "
            "not allow the output views to be modified inplace. You should replace the inplace "
            "operation by an out-of-place one."
        )
    raise RuntimeError(text)


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
