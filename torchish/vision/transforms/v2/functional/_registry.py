"""Which function handles which kind of input.

A functional such as `resize` is a table: for each kind of input (plain tensor, PIL image, and each
class of `tv_tensors`) a kernel, an ordinary function of a plain tensor. The kernel of boxes asks by
the names of its parameters for what the box object knows (`format`, `canvas_size`,
`clamping_mode`); an argument that a kernel has no parameter for does not concern that kind: a mask
is never interpolated. A result of (tensor, canvas size) sets the new canvas size.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from typing import Any

from torchish._core.tensor import Tensor
from torchish.vision.transforms._functional_pil import is_pil, pillow
from torchish.vision.tv_tensors import BoundingBoxes, Image, KeyPoints, Mask, TVTensor, Video, wrap

__all__ = ["Functional", "functional", "is_pure_tensor", "register_kernel"]

_METADATA = ("format", "canvas_size", "clamping_mode")
_named: dict[str, Any] = {}
_BUILTIN = (Image, BoundingBoxes, KeyPoints, Mask, Video)


def is_pure_tensor(inpt: Any) -> bool:
    """Whether an input is a tensor and none of `tv_tensors`."""
    return isinstance(inpt, Tensor) and not isinstance(inpt, TVTensor)


class _Kernel:
    """A kernel, called with a tv_tensor."""

    def __init__(self, function: Callable, shown: inspect.Signature):
        self.function = function
        names = list(inspect.signature(function).parameters)[1:]
        given = list(shown.parameters)[1:]
        self.shown = shown
        self.metadata = [n for n in _METADATA if n in names and n not in given]
        self.takes = None if names == given else [n for n in given if n in names]

    def __call__(self, inpt: Any, *args: Any, **kwargs: Any) -> Any:
        if self.takes is not None:
            bound = self.shown.bind(inpt, *args, **kwargs).arguments
            args, kwargs = (), {n: bound[n] for n in self.takes if n in bound}
            for name in self.metadata:
                kwargs[name] = getattr(inpt, name)
        out = self.function(inpt.as_subclass(Tensor), *args, **kwargs)
        if isinstance(out, tuple) and len(out) == 2 and isinstance(out[1], tuple):
            return wrap(out[0], like=inpt, canvas_size=out[1])
        if isinstance(out, tuple):  # several crops
            return tuple(wrap(o, like=inpt) for o in out)
        return wrap(out, like=inpt) if isinstance(out, Tensor) else out


class Functional:
    """A function that has a kernel for each kind of input; TypeError for kinds without one."""

    def __init__(
        self, name: str, doc: str, kernels: dict[str, Callable], not_for: Sequence[str] = ()
    ):
        self.__name__ = self.__qualname__ = name
        self.__doc__ = doc
        first = inspect.signature(kernels["image"])
        parameters = list(first.parameters.values())
        parameters[0] = parameters[0].replace(name="inpt", annotation=Any)
        self.__signature__ = first.replace(parameters=parameters)
        self.pure = kernels["image"]
        self.pil = kernels.get("pil")
        self.table: dict[type, Callable] = {}
        classes = {
            "image": Image,
            "video": Video,
            "mask": Mask,
            "boxes": BoundingBoxes,
            "points": KeyPoints,
        }
        for kind, cls in classes.items():
            if kind in kernels and kind not in not_for:
                self.table[cls] = _Kernel(kernels[kind], self.__signature__)

    def kernel_of(self, cls: type) -> Callable | None:
        """The kernel of a class, or of the nearest of its bases that has one."""
        for base in cls.__mro__:
            if base in self.table:
                return self.table[base]
            if base in _BUILTIN:
                return None
        return None

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if args:
            inpt, rest = args[0], args[1:]
        else:
            inpt, rest = kwargs.pop("inpt"), ()
        if isinstance(inpt, TVTensor):
            kernel = self.kernel_of(type(inpt))
            if kernel is not None:
                return kernel(inpt, *rest, **kwargs)
        elif isinstance(inpt, Tensor):
            return self.pure(inpt, *rest, **kwargs)
        elif is_pil(inpt):
            if self.pil is not None:
                if kwargs:
                    bound = self.__signature__.bind(inpt, *rest, **kwargs)
                    rest, kwargs = bound.args[1:], bound.kwargs
                return self.pil(inpt, *rest, **kwargs)
        else:
            kernel = self.kernel_of(type(inpt))
            if kernel is not None:
                return kernel(inpt, *rest, **kwargs)
        own = [Tensor, self.pil and pillow().Image, *self.table]
        found = dict.fromkeys(kind for kind in own if kind).keys()
        raise TypeError(
            f"Functional F.{self.__name__} supports inputs of type {found}, but got {type(inpt)} "
            "instead."
        )

    def supports(self, inpt: Any) -> bool:
        """Whether there is a kernel for an input."""
        if isinstance(inpt, Tensor):
            return is_pure_tensor(inpt) or self.kernel_of(type(inpt)) is not None
        return self.pil is not None if is_pil(inpt) else self.kernel_of(type(inpt)) is not None

    def __repr__(self) -> str:
        return f"<function {self.__name__}>"

    def __reduce__(self) -> str:
        return self.__name__


def functional(name: str, doc: str, not_for: Sequence[str] = (), **kernels: Callable) -> Functional:
    """A Functional of kernels for image, pil, video, mask, boxes and points.

    That of images also handles plain tensors, and these alone when it is `not_for` images.
    """
    made = _named[name] = Functional(name, doc, kernels, not_for)
    return made


def register_kernel(functional: Any, tv_tensor_cls: type) -> Callable[[Callable], Callable]:
    """A decorator: the function handles a class of the user's in a functional, or in one by name.

    It is given the object as it is, and its result is returned as it is. ValueError for classes
    that are no tv_tensors, or that have a kernel already.
    """
    if isinstance(functional, str):
        if functional not in _named:
            raise ValueError(f"Could not find functional with name '{functional}'.")
        functional = _named[functional]
    if not isinstance(functional, Functional):
        raise ValueError(f"Kernels can only be registered on functionals, but got {functional}.")
    if not (isinstance(tv_tensor_cls, type) and issubclass(tv_tensor_cls, TVTensor)):
        raise ValueError(
            f"Kernels can only be registered for subclasses of TVTensor, but got {tv_tensor_cls}."
        )
    if tv_tensor_cls in _BUILTIN:
        raise ValueError(f"Kernels cannot be registered for the builtin class {tv_tensor_cls}")
    if tv_tensor_cls in functional.table:
        raise ValueError(f"Functional {functional} already has a kernel for {tv_tensor_cls}")

    def register(kernel: Callable) -> Callable:
        functional.table[tv_tensor_cls] = kernel
        return kernel

    return register
