"""`torch.autograd.graph`: nodes and handles."""

from torchish.tensor.graph import BaseNode as Node
from torchish.tensor.graph import RemovableHandle
from torchish.tensor.tensor import Tensor, grad_edge


def get_gradient_edge(tensor: Tensor):
    """(node, output number) that a tensor's gradient flows to."""
    edge = grad_edge(tensor)
    if edge is None:
        raise RuntimeError(
            "It is not possible to get the gradient edge for a Tensor that does not require "
            "gradients"
        )
    return edge


__all__ = ["Node", "RemovableHandle", "get_gradient_edge"]
