"""Calls that PyTorch refuses by kind of number, dtype, size or index, and some that it does not."""

from __future__ import annotations

import warnings

import pytest

import torchish as torch

INT, FLOAT = "torch.ones(2, dtype=torch.int)", "torch.ones(2)"
REFUSED = {
    f"torch.add({INT}, {INT}, alpha=1.5)": "argument alpha must not be a floating point number",
    f"torch.sub({INT}, 1, alpha=True)": "Boolean alpha only supported for Boolean results",
    f"torch.rsub({INT}, 1, alpha=1.5)": "argument alpha must not be a floating point number",
    f"torch.neg({FLOAT}, out=torch.ones(2, dtype=torch.double))": "Found dtype Double but expected",
    f"torch.lerp({FLOAT}, {FLOAT}.double(), 1)": "expected dtype float for `end` but got dtype dou",
    "torch.ones(2, 2, dtype=torch.bool).trace()": "not implemented for 'Bool'",
    "torch.tensor(1).flip(1)": "Dimension out of range",
    "torch.rot90(torch.ones(2, 2), 1, [0, 0])": "expected rotation dims to be different",
    "torch.rot90(torch.ones(2, 2), 1, [0, 2])": "Dimension out of range",
    "torch.nonzero(torch.ones(2), as_tuple=True, out=torch.empty(0))": "not support the out kwarg",
    "torch.result_type(1, 'a')": "invalid combination of arguments",
    "torch.promote_types(torch.float8_e5m2, torch.float32)": "Promotion for Float8 Types",
    "torch.unique(torch.empty(5, 0, 0), dim=1)": "Number of zero sized dimensions",
    "torch.broadcast_shapes((2, 3), (4, 3))": "Attempting to broadcast a dimension of length 4",
    "torch.broadcast_shapes(-1)": "negative length",
    "torch.broadcast_shapes(1.5)": "should be of type ints",
    "torch.unravel_index(torch.tensor([1]), torch.tensor([2, 3]))": "'shape' to be int or sequence",
    "torch.unravel_index(torch.tensor([1]), (2, 2.0))": "only contain ints",
    "torch.rand(3)['0':'1']": "slice indices must be integers",
    "torch.rand(3)[0.5:]": "slice indices must be integers",
    "torch.rand(3)[2**70]": "Overflow when unpacking",
    "torch.rand(3)[torch.tensor([0], dtype=torch.int16)]": "must be long, int, byte or bool",
    "torch.rand(3).__delitem__(0)": "does not support deleting",
    "torch.ops.aten.index.Tensor(torch.rand(3), [])": "at least one index must be provided",
    "torch.rand(2).mH": "tensor.mH is only supported on matrices",
    "torch.rand(2).adjoint()": "tensor.adjoint() is only supported on matrices",
    "torch.rand(2, 2, 2).H": "consider using tensor.mH",
    "torch.rand(4, 4, 3, dtype=torch.half).view(torch.cdouble)": r"self.size(-1) must be divisible",
    "torch.empty(()).resize_(2**31, 2**31)": "overflow",
}


@pytest.mark.parametrize("code", REFUSED)
def test_refused(code):
    with pytest.raises((RuntimeError, TypeError, ValueError, IndexError)) as caught:
        eval(code, {"torch": torch})
    assert REFUSED[code] in str(caught.value)


def test_functions_of_numbers_alone():
    assert torch.add(2, 3).tolist() == 5 and torch.add(True, True).dtype is torch.bool
    assert torch.mul(2, 1.5).dtype is torch.float32 and torch.div(3, 2).item() == 1.5
    with pytest.raises(TypeError, match="must be Tensor, not int"):
        torch.maximum(1, 2)


def test_names_of_swapped_axes():
    x = torch.rand(2, 3)
    assert torch.swapaxes(x, axis0=0, axis1=1).shape == (3, 2)
    assert x.swapdims(dim0=0, dim1=1).shape == (3, 2)


def test_resizing_into_channels_last():
    x = torch.arange(48.0).resize_((2, 3, 2, 4), memory_format=torch.channels_last)
    assert x.stride() == (24, 1, 12, 3) and x[0, :, 0, 0].tolist() == [0.0, 1.0, 2.0]
    y = torch.zeros(3).resize_as_(x, memory_format=torch.preserve_format)
    assert y.is_contiguous(memory_format=torch.channels_last)


def test_a_list_of_many_sequences_is_one_index():
    windows = [range(i, i + 3) for i in range(40)]
    assert torch.arange(50)[windows].shape == (40, 3)
    assert torch.arange(50)[windows[:32]].shape == (32, 3)
    with pytest.raises(IndexError, match="too many indices"):
        torch.arange(50)[windows[:31]]


def test_masks_of_bytes_warn_wherever_they_index():
    mask = torch.tensor([1, 0], dtype=torch.uint8)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        torch.zeros(2).index_put_((mask,), torch.ones(1), accumulate=True)
    assert len(caught) == 1 and "torch.uint8 is now deprecated" in str(caught[0].message)


def test_flattened_copies_are_no_views():
    assert torch.ones(2, 2).flatten()._is_view() and not torch.ones(2, 2).T.flatten()._is_view()


def test_forward_mode_is_held_against_differences():
    x = torch.arange(6.0, dtype=torch.double).requires_grad_()
    assert torch.autograd.gradcheck(lambda t: t.sin() * t, x, check_forward_ad=True)
    part = torch.arange(8.0, dtype=torch.double)[4:].requires_grad_()  # whose memory goes on before
    assert torch.autograd.gradcheck(lambda t: t.as_strided((3,), (1,), 2), part)


def test_stacked_images_keep_their_order_in_memory():
    x = torch.arange(120.0).reshape(2, 3, 4, 5).contiguous(memory_format=torch.channels_last)
    strides = [torch.stack([x, x], d).stride() for d in range(5)]
    assert strides[:2] == [(120, 60, 1, 15, 3), (120, 3, 1, 30, 6)]
    assert strides[2:] == [(120, 1, 60, 15, 3), (120, 1, 30, 15, 3), (120, 40, 10, 2, 1)]
    assert torch.equal(torch.stack([x, x], 1)[:, 1], x)


def test_capsules_of_bfloat16_share_memory():
    x = torch.tensor([[1.5, 2.0], [3.0, 4.0]], dtype=torch.bfloat16)
    y = torch.from_dlpack(torch.utils.dlpack.to_dlpack(x.t()))
    assert y.dtype is torch.bfloat16 and y.stride() == (1, 2)
    y[0, 1] = 7
    assert x.tolist() == [[1.5, 2.0], [7.0, 4.0]]


def test_gradients_of_norms_have_pytorchs_names():
    g = torch.rand(3, 3, requires_grad=True)
    norm = torch.linalg.matrix_norm
    assert type(g.norm("nuc").grad_fn).__name__ == "SumBackward1"
    names = [type(norm(g, order).grad_fn).__name__ for order in ("fro", "nuc", 1, -2)]
    assert names == [
        "LinalgVectorNormBackward0",
        "SumBackward1",
        "AmaxBackward0",
        "AminBackward0",
    ]


def test_lazy_modules_load_what_has_no_shape_either():
    a, b = torch.nn.LazyLinear(4), torch.nn.LazyLinear(4)
    assert str(a.load_state_dict(b.state_dict())) == "<All keys matched successfully>"
    assert a.has_uninitialized_params() and a(torch.ones(2, 3)).shape == (2, 4)
