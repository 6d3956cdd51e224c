"""What PyTorch says of writes that meet a view whose history can not follow them.

https://docs.pytorch.org/docs/stable/notes/autograd.html#in-place-operations-with-autograd
"""

from __future__ import annotations

from typing import Any, NoReturn

_TOGETHER = (
    "This view is the output of a function that returns multiple views. Such functions do not "
    "allow the output views to be modified inplace. You should replace the inplace operation by "
    "an out-of-place one."
)
_NO_GRAD = (
    "Given that this use case is ambiguous and error-prone, it is forbidden. You can clarify your "
    "code by moving both the view and the inplace either both inside the no_grad block (if you "
    "don't want the inplace to be tracked) or both outside (if you want the inplace to be tracked)."
)


def refuse_view(t: Any, indirectly: bool = False) -> NoReturn:
    """Raise for a write to a view that was made together with others, or in no_grad mode;
    `indirectly` tells that its base was written to."""
    what = "its base or another view of its base has been" if indirectly else "is being"
    node, where = t._node, ""
    if t._no_grad_view or node is None:
        where = " of a view which was created in no_grad mode"
        ending = f"{what} modified inplace with grad mode enabled. "
    else:
        ending = f"{what} modified inplace. "
    if node is None:
        begins = "A view was created in no_grad mode"
    else:
        out = max(t._several - 1, 0)
        begins = f"Output {out} of {node.name().removesuffix('Backward0')} is a view{where}"
    raise RuntimeError(f"{begins} and {ending}{_TOGETHER if t._several else _NO_GRAD}")
