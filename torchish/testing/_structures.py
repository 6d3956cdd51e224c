"""The walk through nested structures that makes pairs of their items, and compares them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from torchish.testing._pairs import ErrorMeta, ObjectPair, Pair, UnsupportedInputs, item

__all__ = ["not_close_error_metas", "originate_pairs"]


def originate_pairs(
    actual: Any,
    expected: Any,
    *,
    pair_types: Sequence[type[Pair]],
    sequence_types: tuple[type, ...] = (Sequence,),
    mapping_types: tuple[type, ...] = (Mapping,),
    id: tuple[Any, ...] = (),
    **options: Any,
) -> list[Pair]:
    """The pairs of two nested structures, each of the first class that takes its inputs.

    sequence_types, mapping_types   what is compared item by item; strings are not
    id                              the keys that lead to the two inputs
    options                         handed to every pair
    Raises ErrorMeta where lengths or keys differ, or no class takes two inputs.
    """

    def below(key: Any) -> list[Pair]:
        return originate_pairs(
            actual[key],
            expected[key],
            pair_types=pair_types,
            sequence_types=sequence_types,
            mapping_types=mapping_types,
            id=(*id, key),
            **options,
        )

    both = (actual, expected)
    if all(isinstance(x, sequence_types) and not isinstance(x, str) for x in both):
        if len(actual) != len(expected):
            text = f"The length of the sequences mismatch: {len(actual)} != {len(expected)}"
            raise ErrorMeta(AssertionError, text, id=id)
        return [pair for i in range(len(actual)) for pair in below(i)]
    if all(isinstance(x, mapping_types) for x in both):
        keys, wanted = set(actual.keys()), set(expected.keys())
        if keys != wanted:
            text = (
                "The keys of the mappings do not match:\n"
                f"Missing keys in the actual mapping: {sorted(wanted - keys)}\n"
                f"Additional keys in the actual mapping: {sorted(keys - wanted)}"
            )
            raise ErrorMeta(AssertionError, text, id=id)
        try:
            order = sorted(keys)  # so that the first failure is always the same one
        except TypeError:
            order = list(keys)
        return [pair for key in order for pair in below(key)]
    for kind in pair_types:
        try:
            return [kind(actual, expected, id=id, **options)]
        except UnsupportedInputs:
            continue
        except ErrorMeta:
            raise
        except Exception as error:
            raise RuntimeError(
                f"Originating a {kind.__name__}() at item {item(id)} with\n\n"
                f"{type(actual).__name__}(): {actual}\n\nand\n\n"
                f"{type(expected).__name__}(): {expected}\n\n"
                "resulted in the unexpected exception above."
            ) from error
    text = "No comparison pair was able to handle inputs of type "
    raise ErrorMeta(TypeError, f"{text}{type(actual)} and {type(expected)}.", id=id)


def not_close_error_metas(
    actual: Any,
    expected: Any,
    *,
    pair_types: Sequence[type[Pair]] = (ObjectPair,),
    sequence_types: tuple[type, ...] = (Sequence,),
    mapping_types: tuple[type, ...] = (Mapping,),
    **options: Any,
) -> list[ErrorMeta]:
    """The errors of all pairs of two nested structures that differ; empty where they are close.

    Raises the error itself where the structures have no common form (`originate_pairs`).
    """
    __tracebackhide__ = True  # pytest leaves this frame out
    try:
        pairs = originate_pairs(
            actual,
            expected,
            pair_types=pair_types,
            sequence_types=sequence_types,
            mapping_types=mapping_types,
            **options,
        )
    except ErrorMeta as error:
        raise error.to_error() from None
    found = []
    for pair in pairs:
        try:
            pair.compare()
        except ErrorMeta as error:
            # Its frames hold the list that it is put in, and what was compared with it.
            found.append(error.with_traceback(None))
        except Exception as error:
            raise RuntimeError(
                f"Comparing\n\n{pair}\n\nresulted in the unexpected exception above."
            ) from error
    return found
