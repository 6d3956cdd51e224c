"""What a Function's forward and backward share.

https://docs.pytorch.org/docs/stable/generated/torch.autograd.function.FunctionCtx.html
"""

from __future__ import annotations

import warnings

from torchish._core.base.frames import user_level
from torchish._core.tensor.tape import saved
from torchish._core.tensor.tape.graph import SPENT
from torchish._core.tensor.tensor import Tensor


class Context:
    """What a Function's forward and backward share (`ctx`)."""

    def __init__(self):
        self.saved: tuple = ()
        self.non_differentiable: tuple = ()
        self.dirty: tuple = ()
        self.materialize_grads = True
        self.needs_input_grad: tuple = ()
        self._materialize_non_diff_grads = True
        self._freed = False
        self._raw: tuple = ()
        self._stamps: tuple = ()  # of what was saved: the storage, and how often it was written to
        self._clears = self._read = False  # saved tensors are given away once; whether they were
        self.node = None
        self._for_forward: tuple | None = None  # until `jvp` has seen it

    def save_for_backward(self, *tensors) -> None:
        for t in tensors:
            if t is not None and not isinstance(t, Tensor):
                raise TypeError(
                    "save_for_backward can only save variables, but argument 0 is of type "
                    f"{type(t).__name__}"
                )
        self.saved = tensors

    def save_for_forward(self, *tensors) -> None:
        for t in tensors:
            if t is not None and not isinstance(t, Tensor):
                raise TypeError(
                    "save_for_forward expects all arguments to be tensors; you should save "
                    "non-tensors as attributes on ctx."
                )
        self._for_forward = tensors

    @property
    def saved_tensors(self) -> tuple:
        if self._for_forward is not None:
            return self._for_forward
        if self._freed:
            raise RuntimeError(SPENT)
        if self._raw:
            return tuple(r.tensor() for r in self._raw)
        self._verify(*range(min(len(self._stamps), len(self.saved))))
        found = self.saved
        if self._clears:
            if self._read:
                raise RuntimeError(
                    "saved_tensors can only be accessed once when "
                    "clear_saved_tensors_on_access=True is set on the autograd.Function. Either "
                    "access saved_tensors only once, or set clear_saved_tensors_on_access=False."
                )
            self._read, self.saved = True, ()
        return found

    def released(self) -> bool:
        """Whether what was saved is gone."""
        return self._freed

    def _verify(self, *places: int) -> None:
        """RuntimeError where what was saved was written to since."""
        for i in places:
            kept, t = self._stamps[i], self.saved[i]
            if kept is not None and t is not None and kept[0].writes != kept[1]:
                maker = None if t._node is None else (t._node, t._out)
                raise RuntimeError(saved.modified(t._aval, maker, kept[0].writes, kept[1]))

    @property
    def _raw_saved_tensors(self) -> tuple:
        if self._freed:
            raise RuntimeError(SPENT)
        if not self._raw:
            kept = enumerate(self.saved)
            self._raw = tuple(saved.SavedTensor(self, i) for i, _ in kept)
        return self._raw

    def kept_tensor(self, i: int) -> Tensor:
        """The tensor that was saved in a place."""
        if self._freed:
            raise RuntimeError(SPENT)
        if self._stamps:
            self._verify(i)
        return self.saved[i]

    def keep(self, i: int, kept: saved.SavedTensor) -> None:
        """Keep what hooks made of it instead."""
        self.saved = tuple(None if k == i else t for k, t in enumerate(self.saved))

    @property
    def saved_variables(self) -> tuple:
        warnings.warn(
            "'saved_variables' is deprecated; use 'saved_tensors'",
            DeprecationWarning,
            stacklevel=user_level(),
        )
        return self.saved_tensors

    def mark_non_differentiable(self, *tensors) -> None:
        self.non_differentiable = tensors

    def mark_dirty(self, *tensors) -> None:
        self.dirty = tensors

    def set_materialize_grads(self, value: bool) -> None:
        self.materialize_grads = value
