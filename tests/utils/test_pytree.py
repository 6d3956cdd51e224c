"""Trees come apart and together as PyTorch's do."""

from __future__ import annotations

import collections

import pytest

from torchish.utils import _pytree

Pair = collections.namedtuple("Pair", "a b")
TREES = [
    1, None, [], {}, [1, 2], (1, (2,)), {"b": 1, "a": [2]}, Pair(1, [2]),
    collections.OrderedDict(x=1), collections.deque([1, 2]), collections.defaultdict(list, {"a":
    1}),
]  # fmt: skip


@pytest.mark.parametrize("tree", TREES, ids=repr)
def test_round_trip(tree):
    leaves, spec = _pytree.tree_flatten(tree)
    again = _pytree.tree_unflatten(leaves, spec)
    assert again == tree and type(again) is type(tree)
    assert spec == _pytree.tree_structure(tree)


@pytest.mark.oracle
@pytest.mark.parametrize("tree", TREES, ids=repr)
def test_leaves_and_text_are_pytorchs(tree):
    pytest.importorskip("torch")
    import torch.utils._pytree as theirs

    leaves, spec = _pytree.tree_flatten(tree)
    want, want_spec = theirs.tree_flatten(tree)
    assert leaves == want
    assert repr(spec) == repr(want_spec)
    assert (spec.num_leaves, spec.num_nodes) == (want_spec.num_leaves, want_spec.num_nodes)


def test_map():
    assert _pytree.tree_map(lambda x: x + 1, {"a": 1, "b": [2]}) == {"a": 2, "b": [3]}
    assert _pytree.tree_map(lambda x, y: x + y, [1, 2], [3, 4]) == [4, 6]
    assert _pytree.tree_map_only(int, lambda x: x + 1, [1, "a"]) == [2, "a"]
    with pytest.raises(ValueError, match=r"Node arity mismatch; expected 2, but got 3"):
        _pytree.tree_map(lambda x, y: x, [1, 2], [3, 4, 5])
    with pytest.raises(ValueError, match="has length 1 but the spec refers to a pytree"):
        _pytree.tree_unflatten([1], _pytree.tree_structure([1, 2]))


def test_paths():
    pairs, _ = _pytree.tree_flatten_with_path({"a": [1, 2]})
    assert [(_pytree.keystr(p), x) for p, x in pairs] == [("['a'][0]", 1), ("['a'][1]", 2)]


def test_registered_classes():
    class Box:
        def __init__(self, x):
            self.x = x

    _pytree.register_pytree_node(Box, lambda b: ([b.x], None), lambda v, c: Box(*v))
    assert _pytree.tree_map(lambda x: x * 2, Box(3)).x == 6
    with pytest.raises(ValueError, match="already registered"):
        _pytree.register_pytree_node(Box, lambda b: ([b.x], None), lambda v, c: Box(*v))


def test_broadcast():
    spec = _pytree.tree_structure((1, [2, 3]))
    assert _pytree._broadcast_to_and_flatten((0, None), spec) == [0, None, None]
    assert _pytree._broadcast_to_and_flatten((0, 1, 2), spec) is None
