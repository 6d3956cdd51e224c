"""A pickle reader that runs nothing: every name, call and object state in the stream goes to the
subclass to judge.

Python's own unpickler looks names up and calls what it finds. Here the opcodes only build numbers,
strings and containers; the four that could do more (a name, a call, a new object, an object's
state) are methods that refuse. Opcodes: pickletools in Python's library; the wording of refusals is
that of PyTorch's `weights_only` loader.
"""

from __future__ import annotations

import struct
from _compat_pickle import IMPORT_MAPPING, NAME_MAPPING
from collections import Counter, OrderedDict, defaultdict
from collections.abc import Callable
from pickle import UnpicklingError, decode_long
from typing import Any

_MARK = object()
# A key of a dict or an element of a set may hold this many values: hashing one is a recursion, and
# through shared parts of a tuple it may take exponential time.
_MAX_KEY = 1000


class Name:
    """A name that the stream mentioned, where nothing may be looked up."""

    def __init__(self, module: str, name: str):
        self.module, self.name = module, name

    def __repr__(self):
        return f"{self.module}.{self.name}"


def shown(value: Any) -> str:
    """A value of the stream in a message. What it holds is not shown: through shared parts, the
    text of a tuple may be longer than any memory."""
    if isinstance(value, (str, bytes)):
        return repr(value[:200])
    if value is None or isinstance(value, (bool, float, type, Name)):
        return str(value)
    if isinstance(value, int) and value.bit_length() < 1000:
        return str(value)
    if type(value) is tuple and len(value) < 8 and all(_is_plain(v) for v in value):
        return repr(value)[:200]
    if callable(value) and not isinstance(value, (tuple, list, dict, set, frozenset)):
        return str(getattr(value, "__qualname__", type(value).__name__))
    return f"a {type(value).__name__}"


def _is_plain(value: Any) -> bool:
    if isinstance(value, int):
        return value.bit_length() < 1000
    return value is None or isinstance(value, (str, bytes, float))


class Machine:
    """Reads one pickle from `data` at `at`; afterwards `at` is where it ended. Protocols 0 to 5 in
    binary form."""

    def __init__(self, data: bytes | memoryview, at: int = 0, encoding: str = "utf-8"):
        self.data, self.at, self.encoding = memoryview(data), at, encoding
        self.stack: list[Any] = []
        self.memo: dict[int, Any] = {}

    # What a subclass decides

    def find(self, module: str, name: str) -> Any:
        """The value that a name stands for."""
        raise UnpicklingError(f"Unsupported global: GLOBAL {module}.{name}")

    def call(self, function: Any, args: Any) -> Any:
        """`function(*args)`."""
        raise UnpicklingError(f"Trying to call reduce for unrecognized function {shown(function)}")

    def new(self, cls: Any, args: Any, kwargs: dict) -> Any:
        """`cls.__new__(cls, *args, **kwargs)`."""
        raise UnpicklingError(f"Can not create an object of {shown(cls)}")

    def set_state(self, value: Any, state: Any) -> None:
        """Give an object its pickled state."""
        raise UnpicklingError(f"Can not set the state of {type(value)}")

    def persistent(self, key: Any) -> Any:
        """The object that a persistent id stands for."""
        raise UnpicklingError("unsupported persistent id encountered")

    # Containers: the subclass widens these for its placeholders

    def append(self, target: Any, values: list) -> None:
        if type(target) is not list:
            raise UnpicklingError(f"Can only append to lists, but got {type(target)}")
        target.extend(values)

    def set_items(self, target: Any, pairs: list) -> None:
        if type(target) not in (dict, OrderedDict, Counter, defaultdict):
            raise UnpicklingError(
                "Can only SETITEM for dict, collections.OrderedDict, collections.Counter, but got "
                f"{type(target)}"
            )
        for key, value in zip(pairs[::2], pairs[1::2], strict=True):
            target[self.key(key)] = value

    def add(self, target: Any, values: list) -> None:
        if type(target) is not set:
            raise UnpicklingError(f"Can only add to sets, but got {type(target)}")
        target.update(self.key(v) for v in values)

    def key(self, value: Any) -> Any:
        """`value` if hashing it is quick."""
        if type(value) in (tuple, frozenset):
            todo, seen = list(value), 0
            while todo:
                v = todo.pop()
                seen += 1
                if seen > _MAX_KEY:
                    raise UnpicklingError(
                        "a dictionary key in the file is a tuple of too many values"
                    )
                if type(v) in (tuple, frozenset):
                    todo.extend(v)
        return value

    # The stream

    def take(self, n: int) -> memoryview:
        if n < 0 or n > len(self.data) - self.at:
            raise UnpicklingError("pickle data was truncated")
        self.at += n
        return self.data[self.at - n : self.at]

    def number(self, form: str) -> Any:
        return struct.unpack(form, self.take(struct.calcsize(form)))[0]

    def line(self) -> str:
        # Names are short; a line without an end must not be searched for through gigabytes.
        head = bytes(self.data[self.at : self.at + 4096])
        n = head.find(b"\n")
        if n < 0:
            raise UnpicklingError("pickle data was truncated")
        self.at += n + 1
        return head[:n].decode()

    def pop(self) -> Any:
        if not self.stack or self.stack[-1] is _MARK:
            raise UnpicklingError(
                "unexpected MARK found" if self.stack else "pickle stack underflow"
            )
        return self.stack.pop()

    def top(self) -> Any:
        if not self.stack or self.stack[-1] is _MARK:
            raise UnpicklingError(
                "unexpected MARK found" if self.stack else "pickle stack underflow"
            )
        return self.stack[-1]

    def pop_mark(self) -> list:
        for i in range(len(self.stack) - 1, -1, -1):
            if self.stack[i] is _MARK:
                values = self.stack[i + 1 :]
                del self.stack[i:]
                return values
        raise UnpicklingError("could not find MARK")

    def load(self) -> Any:
        """The object. UnpicklingError for whatever the stream should not hold, EOFError when there
        is none."""
        if self.at >= len(self.data):
            raise EOFError("Ran out of input")
        try:
            while True:
                code = self.take(1)[0]
                if code == 0x2E:  # STOP
                    return self.pop()
                action = _ACTIONS.get(code)
                if action is None:
                    raise UnpicklingError(f"Unsupported operand {code}")
                action(self)
        except (UnicodeError, struct.error) as e:
            raise UnpicklingError(f"{type(e).__name__}: {e}") from e

    def _push(self, value: Any) -> None:
        self.stack.append(value)

    def _named(self, module: str, name: str) -> None:
        # Pickles of protocol 2 name the modules of Python 2.
        if (module, name) in NAME_MAPPING:
            module, name = NAME_MAPPING[module, name]
        elif module in IMPORT_MAPPING:
            module = IMPORT_MAPPING[module]
        self._push(self.find(module, name))

    def _stack_global(self) -> None:
        name, module = self.pop(), self.pop()
        if type(name) is not str or type(module) is not str:
            raise UnpicklingError("STACK_GLOBAL requires str")
        self._named(module, name)

    def _string(self, form: str) -> None:
        self._push(str(self.take(self.number(form)), "utf-8", "surrogatepass"))

    def _bytes(self, form: str) -> None:
        self._push(bytes(self.take(self.number(form))))

    def _old_string(self, form: str) -> None:
        raw = bytes(self.take(self.number(form)))
        self._push(raw if self.encoding == "bytes" else raw.decode(self.encoding))

    def _long(self, form: str) -> None:
        self._push(decode_long(bytes(self.take(self.number(form)))))

    def _tuple(self, n: int) -> None:
        values = [self.pop() for _ in range(n)]
        self._push(tuple(reversed(values)))

    def _append(self) -> None:
        value = self.pop()
        self.append(self.top(), [value])

    def _appends(self) -> None:
        values = self.pop_mark()
        self.append(self.top(), values)

    def _set_item(self) -> None:
        value, key = self.pop(), self.pop()
        self.set_items(self.top(), [key, value])

    def _set_items(self) -> None:
        pairs = self.pop_mark()
        if len(pairs) % 2:
            raise UnpicklingError("odd number of items for SETITEMS")
        self.set_items(self.top(), pairs)

    def _add_items(self) -> None:
        values = self.pop_mark()
        self.add(self.top(), values)

    def _reduce(self) -> None:
        args, function = self.pop(), self.pop()
        self._push(self.call(function, args))

    def _new(self, keywords: bool = False) -> None:
        kwargs = self.pop() if keywords else {}
        args, cls = self.pop(), self.pop()
        self._push(self.new(cls, args, kwargs))

    def _build(self) -> None:
        state = self.pop()
        self.set_state(self.top(), state)

    def _persistent(self) -> None:
        key = self.pop()
        if type(key) not in (tuple, int):
            raise UnpicklingError(f"persistent_load id must be tuple or int, but got {type(key)}")
        self._push(self.persistent(key))

    def _get(self, form: str) -> None:
        i = self.number(form)
        if i not in self.memo:
            raise UnpicklingError(f"Memo value not found at index {i}")
        self._push(self.memo[i])

    def _put(self, form: str) -> None:
        self.memo[self.number(form)] = self.top()

    def _memoize(self) -> None:
        self.memo[len(self.memo)] = self.top()


_ACTIONS: dict[int, Callable[[Machine], Any]] = {
    ord("("): lambda m: m._push(_MARK),
    ord("0"): lambda m: m.pop(),
    ord("1"): lambda m: m.pop_mark(),
    ord("2"): lambda m: m._push(m.top()),
    ord("N"): lambda m: m._push(None),
    0x88: lambda m: m._push(True),
    0x89: lambda m: m._push(False),
    ord("J"): lambda m: m._push(m.number("<i")),
    ord("K"): lambda m: m._push(m.number("<B")),
    ord("M"): lambda m: m._push(m.number("<H")),
    0x8A: lambda m: m._long("<B"),
    0x8B: lambda m: m._long("<i"),
    ord("G"): lambda m: m._push(m.number(">d")),
    ord("X"): lambda m: m._string("<I"),
    0x8C: lambda m: m._string("<B"),
    0x8D: lambda m: m._string("<Q"),
    ord("B"): lambda m: m._bytes("<I"),
    ord("C"): lambda m: m._bytes("<B"),
    0x8E: lambda m: m._bytes("<Q"),
    0x96: lambda m: m._push(bytearray(m.take(m.number("<Q")))),
    ord("U"): lambda m: m._old_string("<B"),
    ord("T"): lambda m: m._old_string("<i"),
    ord(")"): lambda m: m._push(()),
    0x85: lambda m: m._tuple(1),
    0x86: lambda m: m._tuple(2),
    0x87: lambda m: m._tuple(3),
    ord("t"): lambda m: m._push(tuple(m.pop_mark())),
    ord("]"): lambda m: m._push([]),
    ord("l"): lambda m: m._push(m.pop_mark()),
    ord("a"): Machine._append,
    ord("e"): Machine._appends,
    ord("}"): lambda m: m._push({}),
    ord("s"): Machine._set_item,
    ord("u"): Machine._set_items,
    0x8F: lambda m: m._push(set()),
    0x90: Machine._add_items,
    0x91: lambda m: m._push(frozenset(m.key(v) for v in m.pop_mark())),
    ord("c"): lambda m: m._named(m.line(), m.line()),
    0x93: Machine._stack_global,
    ord("R"): Machine._reduce,
    0x81: Machine._new,
    0x92: lambda m: m._new(keywords=True),
    ord("b"): Machine._build,
    ord("Q"): Machine._persistent,
    ord("h"): lambda m: m._get("<B"),
    ord("j"): lambda m: m._get("<I"),
    ord("q"): lambda m: m._put("<B"),
    ord("r"): lambda m: m._put("<I"),
    0x94: Machine._memoize,
    0x80: lambda m: m.take(1),  # the protocol's number; every one is read the same way
    0x95: lambda m: m.take(8),  # the length of a frame
}


class _Placeholder:
    """Stands for an object that was not made."""


class Skimmer(Machine):
    """Reads over a pickle and makes none of its objects: collects the names and the persistent ids
    in it."""

    def __init__(self, data: bytes | memoryview, at: int = 0, encoding: str = "utf-8"):
        super().__init__(data, at, encoding)
        self.names: list[Name] = []
        self.keys: list[Any] = []

    def find(self, module: str, name: str) -> Any:
        self.names.append(Name(module, name))
        return self.names[-1]

    def call(self, function: Any, args: Any) -> Any:
        return _Placeholder()

    def new(self, cls: Any, args: Any, kwargs: dict) -> Any:
        return _Placeholder()

    def set_state(self, value: Any, state: Any) -> None:
        return None

    def persistent(self, key: Any) -> Any:
        self.keys.append(key)
        return _Placeholder()

    # Nothing goes into containers but lists: keys may be placeholders, which cannot be hashed as
    # what they stand for.

    def append(self, target: Any, values: list) -> None:
        return None

    def set_items(self, target: Any, pairs: list) -> None:
        return None

    def add(self, target: Any, values: list) -> None:
        return None
