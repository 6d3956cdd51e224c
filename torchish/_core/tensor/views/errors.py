"""What PyTorch says of writes that meet a view whose history can not follow them.

https://docs.pytorch.org/docs/stable/notes/autograd.html#in-place-operations-with-autograd
"""

from __future__ import annotations

from typing import Any, NoReturn

IN_INFERENCE = 2  # of `_no_grad_view`; 1 is `no_grad`

_TOGETHER = (
    "This view is the output of a function that returns multiple views. Such functions do not "
    "allow the output views to be modified inplace. You should replace the inplace operation by "
    "an out-of-place one."
)
_CUSTOM = (
    "This view was created inside a custom Function (or because an input was returned as-is) and "
    "the autograd logic to handle view+inplace would override the custom backward associated with "
    "the custom Function, leading to incorrect gradients. This behavior is forbidden. You can fix "
    "this by cloning the output of the custom Function."
)
_NO_GRAD = (
    "Given that this use case is ambiguous and error-prone, it is forbidden. You can clarify your "
    "code by moving both the view and the inplace either both inside the {0} block (if you don't "
    "want the inplace to be tracked) or both outside (if you want the inplace to be tracked)."
)


def refuse_view(t: Any, indirectly: bool = False) -> NoReturn:
    """Raise for a write to a view that was made together with others, by a Function, in no_grad or
    in inference mode; `indirectly` tells that its base was written to."""
    what = "its base or another view of its base has been" if indirectly else "is being"
    if t._no_grad_view == IN_INFERENCE:
        mode, block, where = "inference mode", "inference_mode", " in normal mode"
    else:
        mode, block, where = "no_grad mode", "no_grad", " with grad mode enabled"
    node, custom = t._node, t._several < 0
    made = f" of a view which was created in {mode}" if t._no_grad_view else ""
    if node is None:
        begins = f"A view was created in {mode}"
    else:
        name = node.name().removesuffix("Backward" if custom else "Backward0")
        name = name if custom else name.replace("Backward", "")  # another overload: Squeeze1
        out = t._out if custom else max(t._several - 1, 0)
        begins = f"Output {out} of {name} is a view{made}"
    ending = f"{what} modified inplace{where if made or node is None else ''}. "
    why = _CUSTOM if custom else _TOGETHER if t._several else _NO_GRAD.format(block)
    raise RuntimeError(f"{begins} and {ending}{why}")
