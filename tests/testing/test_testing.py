"""assert_close says what PyTorch's says, and make_tensor draws what PyTorch's draws."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

import torchish

NAN = float("nan")
# Arguments, given `t` for `lib.tensor` and the library; "raises" stays whatever PyTorch does.
COMPARISONS = {
    "ints of other types": lambda t, lib: ((1, 1.0), {}),
    "ints": lambda t, lib: ((1, 2), {}),
    "int and zero": lambda t, lib: ((2, 0), {}),
    "floats": lambda t, lib: ((1.0, 1.1), {}),
    "close floats": lambda t, lib: ((1.0, 1.0 + 1e-8), {}),
    "bools": lambda t, lib: ((True, False), {}),
    "nans": lambda t, lib: ((NAN, NAN), {}),
    "equal nans": lambda t, lib: ((NAN, NAN), {"equal_nan": True}),
    "complex": lambda t, lib: ((1 + 1j, 1 + 2j), {}),
    "vectors": lambda t, lib: ((t([1.0, 2.0]), t([1.0, 3.0])), {}),
    "dtypes": lambda t, lib: ((t([1.0, 2.0]), t([1.0, 2.0]).double()), {}),
    "any dtype": lambda t, lib: ((t([1.0]), t([1]).double()), {"check_dtype": False}),
    "shapes": lambda t, lib: ((t([1.0, 2.0]), t([[1.0, 2.0]])), {}),
    "int vectors": lambda t, lib: ((t([1, 2]), t([1, 3])), {}),
    "matrices": lambda t, lib: ((t([[1.0, 2.0], [3, 4]]), t([[1.0, 2.0], [5, 6]])), {}),
    "0-d": lambda t, lib: ((t(1.0), t(2.0)), {}),
    "0-d ints": lambda t, lib: ((t(0), t(2)), {}),
    "bool vectors": lambda t, lib: ((t([True, False]), t([True, True])), {}),
    "lists": lambda t, lib: (([t([1.0]), t([2.0])], [t([1.0]), t([3.0])]), {}),
    "dicts": lambda t, lib: (({"a": t(1.0)}, {"a": t(2.0)}), {}),
    "keys": lambda t, lib: (({"a": t(1.0)}, {"b": t(1.0)}), {}),
    "lengths": lambda t, lib: (([1, 2], [1]), {}),
    "list and tuple": lambda t, lib: (((1, 2), [1, 2]), {}),
    "nested": lambda t, lib: (({"a": [t(1.0), {"b": t(2.0)}]}, {"a": [t(1.0), {"b": t(3.0)}]}), {}),
    "strings": lambda t, lib: (("a", "b"), {}),
    "none": lambda t, lib: ((None, None), {}),
    "none and one": lambda t, lib: ((None, 1), {}),
    "tensor and number": lambda t, lib: ((t(1), 1), {}),
    "only rtol": lambda t, lib: ((t([1.0]), t([2.0])), {"rtol": 1.0}),
    "both": lambda t, lib: ((t([1.0]), t([2.0])), {"rtol": 1.0, "atol": 1.0}),
    "atol": lambda t, lib: ((t([1.0]), t([2.0])), {"rtol": 0, "atol": 0.5}),
    "message": lambda t, lib: ((t([1.0]), t([2.0])), {"msg": "hi"}),
    "message function": lambda t, lib: (([t([1.0])], [t([2.0])]), {"msg": lambda m: "X " + m}),
    "device": lambda t, lib: ((t([1.0], device="meta"), t([1.0])), {}),
    "stride": lambda t, lib: ((t([1.0, 2.0, 3.0])[::2], t([1.0, 3.0])), {"check_stride": True}),
    "nan vectors": lambda t, lib: ((t([NAN]), t([NAN])), {}),
    "equal nan vectors": lambda t, lib: ((t([NAN]), t([NAN])), {"equal_nan": True}),
    "arrays": lambda t, lib: ((np.array([1.0, 2.0]), np.array([1.0, 3.0])), {}),
    "array and tensor": lambda t, lib: ((np.array([1.0]), t([1.0]).double()), {}),
    "numpy number": lambda t, lib: ((np.float64(1), 1.0), {}),
    "parameter": lambda t, lib: ((lib.nn.Parameter(t([1.0])), t([1.0])), {}),
    "bfloat16": lambda t, lib: ((t([1.0]).bfloat16(), t([1.02]).bfloat16()), {}),
    "half": lambda t, lib: ((t([1.0]).half(), t([1.001]).half()), {}),
    "double": lambda t, lib: ((t([1.0]).double(), t([1.0]).double() + 1e-6), {}),
    "complex vectors": lambda t, lib: ((t([1 + 1j]), t([1 + 2j])), {}),
    "inf": lambda t, lib: ((t([float("inf")]), t([1.0])), {}),
    "to zero": lambda t, lib: ((t([1.0]), t([0.0])), {}),
    "objects": lambda t, lib: ((1, "a"), {}),
    "uint8": lambda t, lib: ((t([1]).to(lib.uint8), t([255]).to(lib.uint8)), {}),
    "far ints": lambda t, lib: ((t([2**62]), t([-(2**62)])), {}),
    "empty": lambda t, lib: (([], []), {}),
}


def _said(lib, name: str) -> str:
    args, options = COMPARISONS[name](lib.tensor, lib)
    try:
        lib.testing.assert_close(*args, **options)
    except (AssertionError, TypeError, ValueError) as e:
        return f"{type(e).__name__}: {e}".replace("torchish.", "torch.")
    return "close"


@pytest.mark.oracle
@pytest.mark.parametrize("name", COMPARISONS)
def test_assert_close_is_pytorchs(name):
    torch = pytest.importorskip("torch")
    assert _said(torchish, name) == _said(torch, name)


def test_assert_close():
    assert _said(torchish, "both") == "close"
    assert _said(torchish, "vectors") == (
        "AssertionError: Tensor-likes are not close!\n\nMismatched elements: 1 / 2 (50.0%)\n"
        "Greatest absolute difference: 1.0 at index (1,) (up to 1e-05 allowed)\n"
        "Greatest relative difference: 0.3333333432674408 at index (1,) (up to 1.3e-06 allowed)"
    )
    assert _said(torchish, "nested").endswith("The failure occurred for item ['a'][1]['b']")
    assert _said(torchish, "only rtol").startswith("ValueError: Both 'rtol' and 'atol' must be")


def test_assert_allclose():
    with pytest.warns(FutureWarning, match=r"assert_allclose.* is deprecated since 1.12"):
        torchish.testing.assert_allclose(torchish.tensor([1.0]), torchish.tensor([1.00001]))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with pytest.raises(AssertionError, match=r"up to 0.0001 allowed"):
            torchish.testing.assert_allclose(torchish.tensor([1.0]), torchish.tensor([1.001]))


DTYPES = (
    "bool",
    "uint8",
    "int8",
    "int32",
    "int64",
    "float16",
    "bfloat16",
    "float32",
    "float64",
    "complex64",
    "complex128",
)


@pytest.mark.oracle
@pytest.mark.parametrize("dtype", DTYPES)
def test_make_tensor_draws_pytorchs_numbers(dtype):
    torch = pytest.importorskip("torch")
    made = []
    for lib in (torchish, torch):
        lib.manual_seed(0)
        options = {"dtype": getattr(lib, dtype), "device": "cpu"}
        make = lib.testing.make_tensor
        made.append([make(2, 3, **options), make((2, 3), low=-2, high=5, **options),
                     make(2, 3, noncontiguous=True, exclude_zero=True, **options),
                     make(17, low=0.5, high=1.5, **options)])  # fmt: skip
    for ours, theirs in zip(*made):
        assert ours.stride() == theirs.stride()
        wide = "complex128" if "complex" in dtype else "float64"
        a = ours.to(getattr(torchish, wide)).numpy()
        np.testing.assert_allclose(a, theirs.to(getattr(torch, wide)).numpy(), rtol=1e-6)


def test_make_tensor_refuses():
    make = torchish.testing.make_tensor
    with pytest.raises(ValueError, match=r"`low` must be less than `high`, but got 5 >= 3"):
        make(3, dtype=torchish.float32, device="cpu", low=5, high=3)
    with pytest.raises(ValueError, match=r"cannot be NaN, but got low=nan and high=9"):
        make(3, dtype=torchish.float32, device="cpu", low=NAN)
    with pytest.raises(ValueError, match="not supported for boolean and integral dtypes"):
        make(3, dtype=torchish.int32, device="cpu", requires_grad=True)
    with pytest.raises(ValueError, match=r"but torch.uint8 only supports \[0, 256\)"):
        make(3, dtype=torchish.uint8, device="cpu", low=-300, high=-299)
    with pytest.warns(FutureWarning, match=r"Passing `low==high`"):
        assert make(2, dtype=torchish.float32, device="cpu", low=5, high=5).tolist() == [5.0, 5.0]
    assert make(3, dtype=torchish.float32, device="cpu", requires_grad=True).requires_grad
