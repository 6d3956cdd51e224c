"""What a model's inner modules give.

https://docs.pytorch.org/vision/stable/feature_extraction.html
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Sequence
from typing import Any

from torchish import nn
from torchish._core.tensor import Tensor

__all__ = ["create_feature_extractor"]

Nodes = Sequence[str] | dict[str, str]


class _Found(Exception):
    """All that is wanted is there: the rest of the model need not run."""


class FeatureExtractor(nn.Module):
    """The children of a model; forward gives an ordered dict of what the named modules give."""

    def __init__(
        self, model: nn.Module, train_nodes: dict[str, str], eval_nodes: dict[str, str]
    ) -> None:
        super().__init__()
        self.__dict__["_model"] = model  # not a child: names in the state dict stay the model's
        self._modules = model._modules
        self._parameters = model._parameters
        self._buffers = model._buffers
        self.training = model.training
        self._nodes = {True: train_nodes, False: eval_nodes}
        modules = dict(model.named_modules())
        for name in {**train_nodes, **eval_nodes}:
            _resolve(name, modules)

    def train(self, mode: bool = True) -> FeatureExtractor:
        self._model.train(mode)
        return super().train(mode)

    def forward(self, *args: Any, **kwargs: Any) -> OrderedDict[str, Any]:
        nodes = self._nodes[self.training]
        modules = dict(self._model.named_modules())
        wanted: dict[str, dict[int, str]] = {}
        for node in nodes:
            path, call = _resolve(node, modules)
            wanted.setdefault(path, {})[call] = node
        found: dict[str, Any] = {}

        def watch(path: str) -> Any:
            calls = iter(range(1 << 30))

            def hook(module: nn.Module, given: Any, result: Any) -> None:
                node = wanted[path].get(next(calls))
                if node is not None:
                    # What follows may write into it: `out += shortcut`
                    found[node] = result.clone() if isinstance(result, Tensor) else result
                    if len(found) == len(nodes):
                        raise _Found

            return hook

        handles = [modules[path].register_forward_hook(watch(path)) for path in wanted]
        try:
            self._model(*args, **kwargs)
        except _Found:
            pass
        finally:
            for handle in handles:
                handle.remove()
        missing = [node for node in nodes if node not in found]
        if missing:
            raise ValueError(f"nodes {missing} were not reached")
        return OrderedDict((key, found[node]) for node, key in nodes.items())


def _resolve(node: str, modules: dict[str, nn.Module]) -> tuple[str, int]:
    """The module of a node's name, and which of its calls: "relu_1" is the second one of "relu"."""
    if node in modules and node:
        return node, 0
    match = re.fullmatch(r"(.+)_(\d+)", node)
    if match and match[1] in modules:
        return match[1], int(match[2])
    raise ValueError(
        f"node: '{node}' is not present in model: only modules are nodes here, by their names in "
        "`named_modules()`, not single operations"
    )


def _named(nodes: Nodes) -> dict[str, str]:
    if isinstance(nodes, dict):
        return {str(k): str(v) for k, v in nodes.items()}
    return {str(n): str(n) for n in nodes}


def create_feature_extractor(
    model: nn.Module,
    return_nodes: Nodes | None = None,
    train_return_nodes: Nodes | None = None,
    eval_return_nodes: Nodes | None = None,
) -> FeatureExtractor:
    """A module that gives what modules of a model give, by the keys that `return_nodes` says.

    Nodes are modules' names, such as "layer4" or "layer1.0.relu_1" (its second call); the model is
    run as far as the last of them. ValueError for other names.
    https://docs.pytorch.org/vision/stable/generated/torchvision.models.feature_extraction.create_feature_extractor.html
    """
    both = (train_return_nodes, eval_return_nodes)
    if return_nodes is None and None in both:
        raise ValueError(
            "Either `return_nodes` or `train_return_nodes` and `eval_return_nodes` together, "
            "should be specified"
        )
    if return_nodes is not None and both != (None, None):
        raise ValueError(
            "If `train_return_nodes` and `eval_return_nodes` are specified, then `return_nodes` "
            "should not be"
        )
    train, evaluate = (return_nodes, return_nodes) if return_nodes is not None else both
    return FeatureExtractor(model, _named(train), _named(evaluate))
