"""`torch._foreach_*` over lists of tensors, against the numbers that PyTorch gives."""

import pytest

import torchish as torch

A = [2.0, 5.0]


def lists():
    return [torch.full((n,), v) for n, v in ((2, A[0]), (3, A[1]))]


def firsts(tensors):
    return [t.flatten()[0].item() for t in tensors]


@pytest.mark.parametrize(
    ("name", "arguments", "expected"),
    [
        ("sqrt", (), [2**0.5, 5**0.5]),
        ("add", (1,), [3, 6]),
        ("add", ([1, 2],), [3, 7]),
        ("add", (lists(),), [4, 10]),
        ("sub", (torch.tensor(2.0),), [0, 3]),
        ("mul", ([3, 4.0],), [6, 20]),
        ("div", (lists(),), [1, 1]),
        ("pow", (2,), [4, 25]),
        ("maximum", (3,), [3, 5]),
        ("clamp_max", ([1, 9],), [1, 5]),
        ("addcmul", (lists(), lists(), 2), [10, 55]),
        ("addcdiv", (lists(), lists(), [1, 3]), [3, 8]),
        ("addcmul", (lists(), lists(), torch.tensor([1.0, 2.0])), [6, 55]),
        ("lerp", ([t * 3 for t in lists()], 0.5), [4, 10]),
    ],
)
def test_each_operator_gives_new_tensors_and_changes_them_in_place(name, arguments, expected):
    tensors = lists()
    result = getattr(torch, f"_foreach_{name}")(tensors, *arguments)
    assert isinstance(result, tuple)
    assert firsts(result) == pytest.approx(expected)
    assert firsts(tensors) == A
    changed = getattr(torch, f"_foreach_{name}_")(tensors, *arguments)
    assert all(a is b for a, b in zip(changed, tensors, strict=True))
    assert firsts(tensors) == pytest.approx(expected)


def test_factors_norms_copies_and_powers_of_a_number():
    assert firsts(torch._foreach_add(lists(), lists(), alpha=3)) == [8, 20]
    assert firsts(torch._foreach_pow(2.0, lists())) == [4, 32]
    assert firsts(torch._foreach_norm(lists(), 1)) == [4, 15]
    assert firsts(torch._foreach_max(lists())) == A
    tensors = lists()
    torch._foreach_zero_(tensors)
    assert firsts(tensors) == [0, 0]
    torch._foreach_copy_(tensors, lists())
    assert firsts(tensors) == A


def test_what_does_not_fit_is_refused():
    with pytest.raises(RuntimeError, match="must have at least one tensor"):
        torch._foreach_add([], 1)
    with pytest.raises(RuntimeError, match="same number of tensors, got 2 and 1"):
        torch._foreach_mul(lists(), lists()[:1])
    with pytest.raises(RuntimeError, match="same number of elements as scalar list"):
        torch._foreach_add(lists(), [1])
    with pytest.raises(RuntimeError, match="expected to be 0 dim but it has 1 dim"):
        torch._foreach_add(lists(), torch.ones(2))
    with pytest.raises(TypeError, match="alpha"):
        torch._foreach_add(lists(), [1, 2], alpha=3)
    with pytest.raises(TypeError, match="must be tuple of Tensors, not Tensor"):
        torch._foreach_mul(torch.ones(2), 2)
