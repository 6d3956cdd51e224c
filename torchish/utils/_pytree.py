"""Nested containers as a list of leaves and a description of the rest, as `torch.utils._pytree`.

Lists, tuples, named tuples, dicts (in their own order) and the containers of `collections` are
nodes; everything else, None too, is a leaf, unless its class was registered.
"""

from __future__ import annotations

import dataclasses
import json
import pprint
import types
from collections import OrderedDict, defaultdict, deque, namedtuple
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from torchish._core.tensor import Size
from torchish.utils._pytree_json import DUMPED, Dumped, from_json, to_json

__all__ = [
    "LeafSpec",
    "PyTree",
    "TreeSpec",
    "arg_tree_leaves",
    "keystr",
    "register_dataclass",
    "register_pytree_node",
    "tree_all",
    "tree_all_only",
    "tree_any",
    "tree_any_only",
    "tree_flatten",
    "tree_flatten_with_path",
    "tree_iter",
    "tree_leaves",
    "tree_leaves_with_path",
    "tree_map",
    "tree_map_",
    "tree_map_only",
    "tree_map_with_path",
    "tree_structure",
    "tree_unflatten",
]

PyTree = PyTreeSpec = KeyEntry = Any
KeyPath = tuple
FlattenFunc = UnflattenFunc = FlattenWithKeysFunc = Callable
Context = Any
IsLeaf = Callable[[Any], bool] | None
_Kinds = type | tuple[type, ...] | types.UnionType
_Which = _Kinds | Callable[[Any], bool]


class MappingKey(NamedTuple):
    """A step of a path: a key of a dict."""

    key: Any

    def __str__(self) -> str:
        return f"[{self.key!r}]"

    def get(self, mapping: Mapping[Any, Any]) -> Any:
        """What stands there."""
        return mapping[self.key]


class SequenceKey(NamedTuple):
    """A step of a path: an index."""

    idx: int

    def __str__(self) -> str:
        return f"[{self.idx}]"

    def get(self, sequence: Sequence[Any]) -> Any:
        """What stands there."""
        return sequence[self.idx]


class GetAttrKey(NamedTuple):
    """A step of a path: an attribute."""

    name: str

    def __str__(self) -> str:
        return f".{self.name}"

    def get(self, obj: object) -> Any:
        """What stands there."""
        return getattr(obj, self.name)


class NodeDef(NamedTuple):
    """How a class of nodes comes apart and together."""

    flatten_fn: Callable[[Any], tuple[list, Context]]
    unflatten_fn: Callable[[Iterable, Context], Any]
    keys: Callable[[Any], list] | None


SUPPORTED_NODES: dict[type, NodeDef] = {}


def _attributes(x) -> list:
    return [GetAttrKey(name) for name in x._fields]


def _indices(x) -> list:
    return [SequenceKey(i) for i in range(len(x))]


def _mapping(x) -> list:
    return [MappingKey(k) for k in x]


def _unflatten_defaultdict(values, context) -> defaultdict:
    return defaultdict(context[0], zip(context[1], values))


for _cls, _node in {
    list: NodeDef(lambda x: (x, None), lambda v, c: list(v), _indices),
    tuple: NodeDef(lambda x: (list(x), None), lambda v, c: tuple(v), _indices),
    dict: NodeDef(lambda x: (list(x.values()), list(x)), lambda v, c: dict(zip(c, v)), _mapping),
    OrderedDict: NodeDef(
        lambda x: (list(x.values()), list(x)), lambda v, c: OrderedDict(zip(c, v)), _mapping
    ),
    defaultdict: NodeDef(
        lambda x: (list(x.values()), [x.default_factory, list(x)]), _unflatten_defaultdict, _mapping
    ),
    Size: NodeDef(lambda x: (list(x), None), lambda v, c: tuple(v), _indices),
    deque: NodeDef(lambda x: (list(x), x.maxlen), lambda v, c: deque(v, maxlen=c), _indices),
}.items():
    SUPPORTED_NODES[_cls] = _node


class _NamedTuple:
    """Stands for every class of named tuples."""


SUPPORTED_NODES[_NamedTuple] = NodeDef(
    lambda x: (list(x), type(x)),
    lambda v, c: c(*v) if hasattr(c, "_make") else c(tuple(v)),
    _attributes,
)


def register_pytree_node(
    cls: type,
    flatten_fn: Callable[[Any], tuple[list, Context]],
    unflatten_fn: Callable[[Iterable, Context], Any],
    *,
    serialized_type_name: str | None = None,
    to_dumpable_context: Callable | None = None,
    from_dumpable_context: Callable | None = None,
    flatten_with_keys_fn: Callable | None = None,
) -> None:
    """Make the objects of a class nodes: `flatten_fn(x)` gives (children, context)."""
    if (to_dumpable_context is None) != (from_dumpable_context is None):
        raise ValueError(
            f"Both to_dumpable_context and from_dumpable_context for {cls} must be None or "
            "registered."
        )
    if cls in SUPPORTED_NODES:
        raise ValueError(f"{cls} is already registered as pytree node.")
    keys = None
    if flatten_with_keys_fn is not None:

        def keys(x):
            return [k for k, _ in flatten_with_keys_fn(x)[0]]

    SUPPORTED_NODES[cls] = NodeDef(flatten_fn, unflatten_fn, keys)
    if serialized_type_name is not None:
        DUMPED[cls] = Dumped(serialized_type_name, to_dumpable_context, from_dumpable_context)


def _private_register_pytree_node(cls: type, *args, **kwargs) -> None:
    """`register_pytree_node`; a class that is registered already gets the new functions."""
    SUPPORTED_NODES.pop(cls, None)
    register_pytree_node(cls, *args, **kwargs)


_register_pytree_node = _private_register_pytree_node


def _deregister_pytree_node(cls: type) -> None:
    """Make the objects of a class leaves again."""
    del SUPPORTED_NODES[cls]
    DUMPED.pop(cls, None)


def _flat(cls: type) -> Callable:
    return lambda x: SUPPORTED_NODES[cls].flatten_fn(x)


def _flat_with_keys(cls: type) -> Callable:
    def flatten(x):
        node = SUPPORTED_NODES[cls]
        children, context = node.flatten_fn(x)
        return list(zip(node.keys(x) if node.keys else (), children)), context

    return flatten


_list_flatten, _list_flatten_with_keys = _flat(list), _flat_with_keys(list)
_tuple_flatten, _tuple_flatten_with_keys = _flat(tuple), _flat_with_keys(tuple)
_dict_flatten, _dict_flatten_with_keys = _flat(dict), _flat_with_keys(dict)
_ordereddict_flatten = _odict_flatten = _flat(OrderedDict)
_ordereddict_flatten_with_keys = _flat_with_keys(OrderedDict)
_namedtuple_flatten = _flat(_NamedTuple)
_namedtuple_flatten_with_keys = _flat_with_keys(_NamedTuple)
_list_unflatten = SUPPORTED_NODES[list].unflatten_fn
_tuple_unflatten = SUPPORTED_NODES[tuple].unflatten_fn
_dict_unflatten = SUPPORTED_NODES[dict].unflatten_fn
_ordereddict_unflatten = _odict_unflatten = SUPPORTED_NODES[OrderedDict].unflatten_fn
_namedtuple_unflatten = SUPPORTED_NODES[_NamedTuple].unflatten_fn


def register_dataclass(cls: type, *, field_names: list[str] | None = None) -> None:
    """Make the objects of a dataclass nodes, with its fields as children."""
    names = field_names or [f.name for f in dataclasses.fields(cls) if f.init]
    SUPPORTED_NODES[cls] = NodeDef(
        lambda x: ([getattr(x, n) for n in names], names),
        lambda v, c: cls(**dict(zip(c, v))),
        lambda x: [GetAttrKey(n) for n in names],
    )


def _kind(x: Any) -> type | None:
    """The registered class that an object is taken apart as; None for a leaf."""
    cls = type(x)
    if cls in SUPPORTED_NODES:
        return cls
    if issubclass(cls, tuple):
        return _NamedTuple if hasattr(cls, "_fields") else None
    return None


class TreeSpec:
    """The containers of a tree without its leaves."""

    __slots__ = ("_children", "context", "num_leaves", "num_nodes", "type")

    def __init__(self, type: Any, context: Context, children: list[TreeSpec]):
        self.type, self.context, self._children = type, context, children
        self.num_nodes = 1 + sum(c.num_nodes for c in children)
        self.num_leaves = sum(c.num_leaves for c in children) if type is not None else 1

    @property
    def num_children(self) -> int:
        return len(self._children)

    def children(self) -> list[TreeSpec]:
        """The descriptions of the node's children."""
        return list(self._children)

    def child(self, index: int) -> TreeSpec:
        """The description of one child."""
        return self._children[index]

    def is_leaf(self) -> bool:
        """Whether this stands for a leaf."""
        return self.type is None

    def unflatten(self, leaves: Iterable) -> PyTree:
        """The tree with these leaves."""
        return tree_unflatten(leaves, self)

    def __eq__(self, other) -> bool:
        return (
            isinstance(other, TreeSpec)
            and self.type is other.type
            and self.context == other.context
            and self._children == other._children
        )

    def __hash__(self) -> int:
        context = self.context
        return hash((self.type, tuple(context) if isinstance(context, list) else context))

    def __repr__(self, indent: int = 0) -> str:
        if self.type is None:
            return "*"
        name = "namedtuple" if self.type is _NamedTuple else self.type.__name__
        head = f"TreeSpec({name}, {self.context}, ["
        if not self._children:
            return head + "])"
        inner = (",\n" + " " * (indent + 2)).join(c.__repr__(indent + 2) for c in self._children)
        return head + inner + "])"


_LEAF = TreeSpec(None, None, [])


class _OfLeaf(type):
    def __instancecheck__(cls, x: Any) -> bool:
        return isinstance(x, TreeSpec) and x.is_leaf()

    def __call__(cls) -> TreeSpec:
        return _LEAF


class LeafSpec(metaclass=_OfLeaf):
    """`LeafSpec()` is the description of a leaf, and its only instance."""


def tree_flatten(tree: PyTree, is_leaf: IsLeaf = None) -> tuple[list, TreeSpec]:
    """(leaves, the rest). `is_leaf(x)` true makes `x` a leaf."""
    leaves: list = []
    return leaves, _flatten(tree, is_leaf, leaves)


# Not functions within functions: those would refer to themselves, and so keep leaves alive until
# the garbage collector comes.
def _flatten(x, is_leaf: IsLeaf, leaves: list) -> TreeSpec:
    kind = None if is_leaf is not None and is_leaf(x) else _kind(x)
    if kind is None:
        leaves.append(x)
        return _LEAF
    children, context = SUPPORTED_NODES[kind].flatten_fn(x)
    return TreeSpec(kind, context, [_flatten(c, is_leaf, leaves) for c in children])


def _build(spec: TreeSpec, rest: Iterator):
    if spec.type is None:
        return next(rest)
    children = [_build(c, rest) for c in spec._children]
    return SUPPORTED_NODES[spec.type].unflatten_fn(children, spec.context)


def tree_unflatten(leaves: Iterable, treespec: TreeSpec) -> PyTree:
    """The tree of a description, with these leaves; ValueError when there are too few or many."""
    if not isinstance(treespec, TreeSpec):
        raise TypeError(
            "tree_unflatten(leaves, treespec): Expected `treespec` to be instance of "
            f"PyTreeSpec but got item of type {type(treespec)}."
        )
    leaves = list(leaves)
    if len(leaves) != treespec.num_leaves:
        raise ValueError(
            f"treespec.unflatten(leaves): `leaves` has length {len(leaves)} but the spec refers "
            f"to a pytree that holds {treespec.num_leaves} items ({treespec})."
        )
    return _build(treespec, iter(leaves))


def tree_iter(tree: PyTree, is_leaf: IsLeaf = None) -> Iterator:
    """The leaves, one by one."""
    yield from tree_flatten(tree, is_leaf)[0]


def tree_leaves(tree: PyTree, is_leaf: IsLeaf = None) -> list:
    """The leaves."""
    return tree_flatten(tree, is_leaf)[0]


def tree_structure(tree: PyTree, is_leaf: IsLeaf = None) -> TreeSpec:
    """The tree without its leaves."""
    return tree_flatten(tree, is_leaf)[1]


def arg_tree_leaves(*args, **kwargs) -> list:
    """The leaves of arguments."""
    return [x for a in (*args, *kwargs.values()) for x in tree_leaves(a)]


def _flatten_up_to(tree: PyTree, spec: TreeSpec) -> list:
    """The parts of a tree that stand where a description has leaves; ValueError when it differs."""
    if spec.type is None:
        return [tree]
    kind = _kind(tree)
    if kind is not spec.type:
        raise ValueError(f"Node type mismatch; expected {spec.type}, but got {type(tree)}.")
    children, context = SUPPORTED_NODES[kind].flatten_fn(tree)
    if len(children) != spec.num_children:
        raise ValueError(
            f"Node arity mismatch; expected {spec.num_children}, but got {len(children)}."
        )
    if isinstance(tree, dict):
        keys = spec.context[1] if kind is defaultdict else spec.context
        if set(keys) != set(tree):
            raise ValueError(f"Node keys mismatch; expected {keys}, but got {list(tree)}.")
        children = [tree[k] for k in keys]
    elif context != spec.context and kind is not deque:
        raise ValueError(f"Node context mismatch; expected {spec.context}, but got {context}.")
    return [x for c, s in zip(children, spec._children) for x in _flatten_up_to(c, s)]


def tree_map(func: Callable, tree: PyTree, *rests: PyTree, is_leaf: IsLeaf = None) -> PyTree:
    """The tree of `func(leaf, *the same places of the other trees)`."""
    leaves, spec = tree_flatten(tree, is_leaf)
    others = [_flatten_up_to(r, spec) for r in rests]
    return tree_unflatten([func(*xs) for xs in zip(leaves, *others)], spec)


def tree_map_(func: Callable, tree: PyTree, *rests: PyTree, is_leaf: IsLeaf = None) -> PyTree:
    """Call `func` as `tree_map` does, for what it does; gives the tree itself."""
    tree_map(func, tree, *rests, is_leaf=is_leaf)
    return tree


def _is_of(kinds) -> Callable[[Any], bool]:
    if isinstance(kinds, (type, tuple)) or not callable(kinds):
        return lambda x: isinstance(x, kinds)
    return kinds


def tree_map_only(
    type_or_types_or_pred: _Which, /, func: Callable, tree: PyTree, is_leaf: IsLeaf = None
) -> PyTree:
    """`tree_map` for the leaves of some classes, or for which a predicate holds."""
    test = _is_of(type_or_types_or_pred)
    return tree_map(lambda x: func(x) if test(x) else x, tree, is_leaf=is_leaf)


def tree_all(pred: Callable, tree: PyTree, is_leaf: IsLeaf = None) -> bool:
    """Whether all leaves satisfy a predicate."""
    return all(map(pred, tree_iter(tree, is_leaf)))


def tree_any(pred: Callable, tree: PyTree, is_leaf: IsLeaf = None) -> bool:
    """Whether some leaf satisfies a predicate."""
    return any(map(pred, tree_iter(tree, is_leaf)))


def tree_all_only(
    type_or_types: _Kinds, /, pred: Callable, tree: PyTree, is_leaf: IsLeaf = None
) -> bool:
    """`tree_all` for the leaves of some classes."""
    return all(pred(x) for x in tree_iter(tree, is_leaf) if isinstance(x, type_or_types))


def tree_any_only(
    type_or_types: _Kinds, /, pred: Callable, tree: PyTree, is_leaf: IsLeaf = None
) -> bool:
    """`tree_any` for the leaves of some classes."""
    return any(pred(x) for x in tree_iter(tree, is_leaf) if isinstance(x, type_or_types))


def tree_leaves_with_path(tree: PyTree, is_leaf: IsLeaf = None) -> list[tuple[tuple, Any]]:
    """(path, leaf) for each leaf."""
    found: list[tuple[tuple, Any]] = []
    _find(tree, (), is_leaf, found)
    return found


def _find(x, path: tuple, is_leaf: IsLeaf, found: list) -> None:
    kind = None if is_leaf is not None and is_leaf(x) else _kind(x)
    if kind is None:
        found.append((path, x))
        return
    node = SUPPORTED_NODES[kind]
    if node.keys is None:
        raise ValueError(
            f"Did not find a flatten_with_keys_fn for type: {kind}. Please pass a "
            "flatten_with_keys_fn argument to register_pytree_node."
        )
    for key, child in zip(node.keys(x), node.flatten_fn(x)[0]):
        _find(child, (*path, key), is_leaf, found)


def tree_flatten_with_path(
    tree: PyTree, is_leaf: IsLeaf = None
) -> tuple[list[tuple[KeyPath, Any]], TreeSpec]:
    """([(path, leaf), ...], the rest)."""
    return tree_leaves_with_path(tree, is_leaf), tree_structure(tree, is_leaf)


def tree_map_with_path(func: Callable, tree: PyTree, *rests, is_leaf: IsLeaf = None) -> PyTree:
    """The tree of `func(path, leaf, *the same places of the other trees)`."""
    pairs, spec = tree_flatten_with_path(tree, is_leaf)
    others = [_flatten_up_to(r, spec) for r in rests]
    return tree_unflatten([func(*p, *xs) for p, *xs in zip(pairs, *others)], spec)


def keystr(kp: tuple) -> str:
    """A path as text: "['a'][0]"."""
    return "".join(str(k) for k in kp)


def _broadcast_to_and_flatten(
    tree: PyTree, treespec: TreeSpec, is_leaf: IsLeaf = None
) -> list | None:
    """The leaves of `tree`, each repeated for the whole part of `treespec` that it stands for;
    None when they do not go together."""
    kind = None if is_leaf is not None and is_leaf(tree) else _kind(tree)
    if kind is None:
        return [tree] * treespec.num_leaves
    if kind is not treespec.type:
        return None
    children, context = SUPPORTED_NODES[kind].flatten_fn(tree)
    if len(children) != treespec.num_children or context != treespec.context:
        return None
    out: list = []
    for child, spec in zip(children, treespec._children):
        part = _broadcast_to_and_flatten(child, spec, is_leaf)
        if part is None:
            return None
        out += part
    return out


# The parts that are asked for less often.


def key_get(obj: Any, kp: tuple) -> Any:
    """What stands at a path."""
    for key in kp:
        obj = key.get(obj)
    return obj


def tree_is_leaf(tree: PyTree, is_leaf: IsLeaf = None) -> bool:
    """Whether an object is a leaf."""
    return (is_leaf is not None and is_leaf(tree)) or _kind(tree) is None


_is_leaf = tree_is_leaf


def _get_node_type(tree: Any) -> type:
    """The class that an object is taken apart as; its own for a leaf."""
    return namedtuple if _kind(tree) is _NamedTuple else type(tree)


def is_namedtuple(obj: Any) -> bool:
    """Whether an object, or a class, is of named tuples."""
    cls = obj if isinstance(obj, type) else type(obj)
    return issubclass(cls, tuple) and hasattr(cls, "_fields") and hasattr(cls, "_make")


is_namedtuple_instance = is_namedtuple_class = _is_namedtuple_instance = is_namedtuple


def map_only(type_or_types_or_pred: _Which, /) -> Callable[[Callable], Callable]:
    """A decorator: the function leaves alone what is not of these types."""
    fits = _is_of(type_or_types_or_pred)
    return lambda func: lambda x: func(x) if fits(x) else x


def tree_map_only_(
    type_or_types_or_pred: _Which, /, func: Callable, tree: PyTree, is_leaf: IsLeaf = None
) -> PyTree:
    """Call a function with the leaves of these types; the tree itself."""
    fits = _is_of(type_or_types_or_pred)
    for leaf in tree_leaves(tree, is_leaf):
        if fits(leaf):
            func(leaf)
    return tree


def treespec_leaf() -> TreeSpec:
    """The description of a leaf."""
    return _LEAF


def treespec_tuple(iterable: Iterable[TreeSpec] = (), /) -> TreeSpec:
    """The description of a tuple of what these describe."""
    return TreeSpec(tuple, None, list(iterable))


def treespec_dict(
    mapping: Mapping[Any, TreeSpec] | Iterable[tuple[Any, TreeSpec]] = (), /, **kwargs: TreeSpec
) -> TreeSpec:
    """The description of a dict of what these describe."""
    entries = dict(mapping, **kwargs)
    return TreeSpec(dict, list(entries), list(entries.values()))


class _Star:
    def __repr__(self) -> str:
        return "*"


def treespec_pprint(treespec: TreeSpec) -> str:
    """The containers of a description, with stars for leaves."""
    return pprint.pformat(
        tree_unflatten([_Star() for _ in range(treespec.num_leaves)], treespec), sort_dicts=False
    )


def treespec_dumps(treespec: TreeSpec, protocol: int | None = None) -> str:
    """A description as JSON."""
    if protocol not in (None, 1):
        raise ValueError(f"Unknown protocol {protocol}. Available protocols: [1]")
    return json.dumps([1, to_json(treespec)])


def treespec_loads(serialized: str) -> TreeSpec:
    """The description that JSON holds."""
    protocol, said = json.loads(serialized)
    if protocol != 1:
        raise ValueError(f"Unknown protocol {protocol}. Available protocols: [1]")
    return from_json(said, TreeSpec)
