"""All parameters as one vector, and back.

https://docs.pytorch.org/docs/stable/generated/torch.nn.utils.parameters_to_vector.html
"""

from __future__ import annotations

from collections.abc import Iterable

from torchish._core.tensor import Tensor, cat
from torchish.nn.modules.module import typename

__all__ = ["parameters_to_vector", "vector_to_parameters"]


def _same_device(first, param: Tensor):
    if first is not None and param.device != first:
        raise TypeError(
            "Found two parameters on different devices, this is currently not supported."
        )
    return param.device


def parameters_to_vector(parameters: Iterable[Tensor]) -> Tensor:
    """The flattened parameters one after the other. TypeError when they are on different
    devices.

    >>> nn.utils.parameters_to_vector([torch.tensor([[1.0, 2.0]]), torch.tensor([3.0])])
    tensor([1., 2., 3.])
    """
    device, parts = None, []
    for p in parameters:
        device = _same_device(device, p)
        parts.append(p.view(-1))
    return cat(parts)


def vector_to_parameters(vec: Tensor, parameters: Iterable[Tensor]) -> None:
    """Set the parameters to the slices of a vector. TypeError for what is no tensor.

    >>> w, b = torch.zeros(1, 2), torch.zeros(1)
    >>> nn.utils.vector_to_parameters(torch.tensor([1.0, 2.0, 3.0]), [w, b])
    >>> w, b
    (tensor([[1., 2.]]), tensor([3.]))
    """
    if not isinstance(vec, Tensor):
        raise TypeError(f"expected torch.Tensor, but got: {typename(vec)}")
    device, at = None, 0
    for p in parameters:
        device = _same_device(device, p)
        n = p.numel()
        p.data = vec[at : at + n].view_as(p).data
        at += n
