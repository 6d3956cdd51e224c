"""Functions that PyTorch's operator database names: segments, hashes, swaps, references."""

from __future__ import annotations

import math
import weakref

import pytest

import torchish as torch

X = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]
SEGMENTS = {
    "sum": ([3, 0, 18], [1] * 6),
    "mean": ([1.5, math.nan, 4.5], [0.5] * 2 + [0.25] * 4),
    "max": ([2, -math.inf, 6], [0, 1, 0, 0, 0, 1]),
    "min": ([1, math.inf, 3], [1, 0, 1, 0, 0, 0]),
    "prod": ([2, 1, 360], [2, 1, 120, 90, 72, 60]),
}


@pytest.mark.parametrize("reduce", SEGMENTS)
@pytest.mark.parametrize(
    "given", [{"lengths": [2, 0, 4]}, {"offsets": [0, 2, 2, 6]}], ids=["lengths", "offsets"]
)
def test_segments(reduce, given):
    x = torch.tensor(X, requires_grad=True)
    out = torch.segment_reduce(x, reduce, **{k: torch.tensor(v) for k, v in given.items()})
    want, slope = SEGMENTS[reduce]
    assert str(out.tolist()) == str([float(w) for w in want])
    assert torch.autograd.grad(out.sum(), x)[0].tolist() == slope


def test_segments_of_several_rows():
    x = torch.arange(24.0).reshape(2, 3, 4)
    out = torch.segment_reduce(x, "sum", lengths=torch.tensor([[1, 2], [0, 3]]), axis=1)
    assert out.shape == (2, 2, 4) and out[1, 0].tolist() == [0] * 4
    assert out[1, 1].tolist() == x[1].sum(0).tolist()


@pytest.mark.parametrize(
    ("lengths", "text"),
    [([2, 3], "sum to data.size"), ([7, -1], "negative value"), ([[6]], "data.dim")],
)
def test_lengths_that_do_not_fit(lengths, text):
    with pytest.raises(RuntimeError, match=text):
        torch.segment_reduce(torch.tensor(X), "sum", lengths=torch.tensor(lengths))


def test_hashes_are_of_bits():
    x = torch.tensor([[1, 2, 3], [4, 5, 6]])
    assert torch.hash_tensor(x, 1).tolist() == [0, 7]
    assert torch.hash_tensor(torch.tensor([1.0])).item() == 0x3FF0000000000000
    assert torch.hash_tensor(torch.tensor([1.0]).half()).item() == 0x3FF0000000000000


@pytest.mark.parametrize("swap", [True, False])
def test_modules_swap_their_parameters(swap):
    f = torch.__future__
    m = torch.nn.Linear(2, 2)
    out = m(torch.ones(1, 2)).sum()
    p = m.weight
    f.set_swap_module_params_on_conversion(swap)
    try:
        m.double()
    finally:
        f.set_swap_module_params_on_conversion(False)
    assert m.weight is p and p.dtype is torch.float64
    if swap:
        with pytest.raises(RuntimeError, match="poisoned by swap_tensors"):
            out.backward()


def test_swapped_tensors_are_each_other():
    a, b = torch.ones(2), torch.zeros(3)
    b.note = "b"
    torch.utils.swap_tensors(a, b)
    assert a.shape == (3,) and a.note == "b" and not hasattr(b, "note")
    watched = weakref.ref(a)
    with pytest.raises(RuntimeError, match="weakref"):
        torch.utils.swap_tensors(a, b)
    assert watched() is a


def test_references_are_the_operators():
    x = torch.tensor([0.5, -1.0])
    assert torch.equal(torch._refs.sin(x), torch.sin(x))
    assert torch._refs.linalg.norm(x) == torch.linalg.norm(x)
    assert torch.equal(torch._refs.nn.functional.relu(x), torch.nn.functional.relu(x))
    made = torch.empty(2, dtype=torch.float64)
    assert torch._refs.sin(x, out=made) is made and torch.equal(made, torch.sin(x).double())
    assert torch._refs._conversions.half(torch.ones(1)).dtype is torch.float16
    assert not hasattr(torch._refs, "nothing")


@pytest.mark.parametrize("name", ["float8_e4m3fnuz", "float8_e5m2fnuz", "float8_e4m3fn"])
def test_floats_of_one_byte(name):
    d = getattr(torch, name)
    x = torch.tensor([1.3, 0.0, -2.0, 9.0]).to(d)
    assert x.float().tolist() == [1.25, 0, -2, 9 if "e4m3" in name else 8]
    with pytest.raises(RuntimeError, match="Promotion for Float8"):
        torch.promote_types(d, torch.float32)


@pytest.mark.parametrize("name", ["qint8", "bits8", "int4", "complex32", "float8_e8m0fnu"])
def test_dtypes_without_arrays_are_refused_by_name(name):
    d = getattr(torch, name)
    assert repr(d) == f"torch.{name}" and d.itemsize == (4 if name == "complex32" else 1)
    for make in (lambda: torch.zeros(2, dtype=d), lambda: torch.ones(2).to(d)):
        with pytest.raises(NotImplementedError, match=name):
            make()


def test_shapes_and_older_names_of_products():
    assert torch._shape_as_tensor(torch.ones(2, 3)).tolist() == [2, 3]
    found = torch._shape_as_tensor(torch.ones(()))
    assert found.dtype is torch.int64 and found.shape == (0,)
    x = torch.arange(6.0).reshape(2, 3)
    assert torch.equal(torch.dsmm(torch.eye(2).to_sparse(), x), x)
    b, ends = torch.ones(2, 3, 1), torch.tensor([1, 2], dtype=torch.int32)
    assert torch._grouped_mm(x, b, ends).tolist() == [[3.0], [12.0]]


def test_rows_of_sparse_matrices():
    rows = torch.tensor([0, 0, 2])
    compressed = torch._convert_indices_from_coo_to_csr(rows, 4)
    assert compressed.tolist() == [0, 2, 2, 3, 3] and compressed.dtype is torch.int64
    assert torch._convert_indices_from_coo_to_csr(rows, 4, out_int32=True).dtype is torch.int32
    ends, columns = torch.tensor([0, 2, 2, 3]), torch.tensor([1, 2, 0])
    back = torch._convert_indices_from_csr_to_coo(ends, columns)
    assert back.tolist() == [[0, 0, 2], [1, 2, 0]]
    turned = torch._convert_indices_from_csr_to_coo(ends, columns, out_int32=True, transpose=True)
    assert turned.tolist() == [[1, 2, 0], [0, 0, 2]] and turned.dtype is torch.int32
    both = torch._convert_indices_from_csr_to_coo(
        torch.tensor([[0, 2, 2, 3], [0, 1, 1, 3]]), torch.tensor([[1, 2, 0], [1, 2, 0]])
    )
    assert both.tolist() == [[0, 0, 0, 1, 1, 1], [0, 0, 2, 0, 2, 2], [1, 2, 0, 1, 2, 0]]


def test_products_of_scaled_floats_of_one_byte():
    F = torch.nn.functional
    a = torch.tensor([[1.0, 2.0], [4.0, 0.5]]).to(torch.float8_e4m3fn)
    whole, rows = F.ScalingType.TensorWise, F.ScalingType.RowWise
    one = F.scaled_mm(a, a, torch.tensor(0.5), whole, torch.tensor(4.0), whole)
    assert one.dtype is torch.bfloat16 and one.tolist() == [[18.0, 6.0], [12.0, 16.5]]
    scales = torch.tensor([[1.0], [2.0]])
    each = F.scaled_mm(a, a, scales, rows, scales.t(), rows, output_dtype=torch.float32)
    assert each.tolist() == [[9.0, 6.0], [12.0, 33.0]]
    with pytest.raises(NotImplementedError, match="BlockWise1x16"):
        F.scaled_mm(a, a, scales, F.ScalingType.BlockWise1x16, scales, rows)
