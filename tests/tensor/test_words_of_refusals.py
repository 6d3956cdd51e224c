"""Calls that PyTorch refuses by kind of number, dtype, size or index, and some that it does not."""

from __future__ import annotations

import warnings

import pytest

import torchish as torch

INT, FLOAT = torch.ones(2, dtype=torch.int), torch.ones(2)
REFUSED = [
    (lambda: torch.add(INT, INT, alpha=1.5), "argument alpha must not be a floating point number"),
    (lambda: torch.sub(INT, 1, alpha=True), "Boolean alpha only supported for Boolean results"),
    (lambda: torch.rsub(INT, 1, alpha=1.5), "argument alpha must not be a floating point number"),
    (
        lambda: torch.neg(FLOAT, out=torch.ones(2, dtype=torch.double)),
        "Found dtype Double but expected",
    ),
    (
        lambda: torch.lerp(FLOAT, FLOAT.double(), 1),
        "expected dtype float for `end` but got dtype dou",
    ),
    (lambda: torch.ones(2, 2, dtype=torch.bool).trace(), "not implemented for 'Bool'"),
    (lambda: torch.tensor(1).flip(1), "Dimension out of range"),
    (lambda: torch.rot90(torch.ones(2, 2), 1, [0, 0]), "expected rotation dims to be different"),
    (lambda: torch.rot90(torch.ones(2, 2), 1, [0, 2]), "Dimension out of range"),
    (
        lambda: torch.nonzero(torch.ones(2), as_tuple=True, out=torch.empty(0)),
        "not support the out kwarg",
    ),
    (lambda: torch.result_type(1, "a"), "invalid combination of arguments"),
    (lambda: torch.promote_types(torch.float8_e5m2, torch.float32), "Promotion for Float8 Types"),
    (lambda: torch.unique(torch.empty(5, 0, 0), dim=1), "Number of zero sized dimensions"),
    (
        lambda: torch.broadcast_shapes((2, 3), (4, 3)),
        "Attempting to broadcast a dimension of length 4",
    ),
    (lambda: torch.broadcast_shapes(-1), "negative length"),
    (lambda: torch.broadcast_shapes(1.5), "should be of type ints"),
    (
        lambda: torch.unravel_index(torch.tensor([1]), torch.tensor([2, 3])),
        "'shape' to be int or sequence",
    ),
    (lambda: torch.unravel_index(torch.tensor([1]), (2, 2.0)), "only contain ints"),
    (lambda: torch.rand(3)["0":"1"], "slice indices must be integers"),
    (lambda: torch.rand(3)[0.5:], "slice indices must be integers"),
    (lambda: torch.rand(3)[2**70], "Overflow when unpacking"),
    (
        lambda: torch.rand(3)[torch.tensor([0], dtype=torch.int16)],
        "must be long, int, byte or bool",
    ),
    (lambda: torch.rand(3).__delitem__(0), "does not support deleting"),
    (lambda: torch.ops.aten.index.Tensor(torch.rand(3), []), "at least one index must be provided"),
    (lambda: torch.rand(2).mH, "tensor.mH is only supported on matrices"),
    (lambda: torch.rand(2).adjoint(), "tensor.adjoint() is only supported on matrices"),
    (lambda: torch.rand(2, 2, 2).H, "consider using tensor.mH"),
    (
        lambda: torch.rand(4, 4, 3, dtype=torch.half).view(torch.cdouble),
        r"self.size(-1) must be divisible",
    ),
    (lambda: torch.empty(()).resize_(2**31, 2**31), "overflow"),
]


@pytest.mark.parametrize("call, words", REFUSED, ids=[words for _, words in REFUSED])
def test_refused(call, words):
    with pytest.raises((RuntimeError, TypeError, ValueError, IndexError)) as caught:
        call()
    assert words in str(caught.value)


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


def test_words_of_rows_that_are_added():
    x, two = torch.zeros(3, 2), torch.ones(2, 2)
    for call, error, words in [
        (lambda: x.index_add_(0, torch.tensor([3]), two[:1]), RuntimeError, "index 3 is out of"),
        (lambda: x.index_add_(0, torch.tensor([3]), two[:1], alpha=2), IndexError, "in self"),
        (lambda: x[:, 0].index_add_(0, torch.tensor([3]), two[0, :1]), IndexError, "in self"),
        (lambda: x.index_add_(0, torch.tensor([1]), two), RuntimeError, r"index_add_\(\): Number"),
        (lambda: x.index_reduce_(0, torch.tensor([1]), two, "prod"), RuntimeError, "Number of ind"),
        (lambda: x.index_copy_(0, torch.tensor([1]), two), IndexError, r"source.size\(dim\) \(2\)"),
    ]:
        with pytest.raises(error, match=words):
            call()
    with pytest.raises(RuntimeError, match="Stride calculation overflowed"):
        torch.empty([0, 4, 2**61])
    with pytest.raises(RuntimeError, match="only supported by strided"):
        torch.empty_like(two.to_sparse(), memory_format=torch.preserve_format)
    with pytest.raises(RuntimeError, match="dummy base class CUDAGraph"):
        torch.cuda.CUDAGraph()


@pytest.mark.parametrize("name", ["abs_", "absolute_"])
@pytest.mark.parametrize("values", [[1j], []])
def test_an_absolute_value_is_not_complex(name, values):
    x = torch.tensor(values, dtype=torch.cfloat)
    with pytest.raises(RuntimeError, match="In-place abs is not supported for complex tensors"):
        getattr(x, name)()
    assert x.tolist() == values


@pytest.mark.parametrize("n", [1, 2, 3])
def test_a_number_has_no_image_to_convolve(n):
    weight = torch.randn(2, 1, *[3] * n)
    conv = getattr(torch.nn.functional, f"conv{n}d")
    for _ in range(3):  # as it is recorded, and as it was
        with pytest.raises(RuntimeError, match="input"):
            conv(torch.tensor(1.0), weight)


def test_strides_beyond_memory():
    with pytest.raises(RuntimeError, match=r"overflowed with sizes=\[8, 8\] and strides=\[2305"):
        torch.empty_strided([8, 8], [2**61, 1], dtype=torch.float64)
