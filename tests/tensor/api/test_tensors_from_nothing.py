"""What makes tensors out of sizes, ranges, buffers and nested data: the arguments and refusals.

The values are what PyTorch's documentation states and its own tests check."""

import numpy as np
import pytest

import torchish as torch


def test_asarray_copies_only_where_it_must():
    x = torch.ones(3, requires_grad=True)
    assert torch.asarray(x) is x or torch.asarray(x).data_ptr() == x.data_ptr()
    assert torch.asarray(x, copy=True).data_ptr() != x.data_ptr()
    assert not torch.asarray(x, requires_grad=False).requires_grad
    assert torch.asarray(x, requires_grad=True).requires_grad
    with pytest.raises(ValueError, match="can't alias"):
        torch.asarray(x, dtype=torch.float64, copy=False)
    with pytest.raises(ValueError, match="can't alias"):
        torch.asarray([1, 2], copy=False)


def test_asarray_shares_arrays_and_buffers():
    a = np.arange(4.0)
    torch.asarray(a)[0] = 9
    assert a[0] == 9
    b = bytearray(np.arange(3, dtype=np.int32).tobytes())
    t = torch.asarray(b, dtype=torch.int32)
    t[1] = 7
    assert np.frombuffer(b, np.int32).tolist() == [0, 7, 2]


def test_frombuffer_counts_and_offsets():
    a = np.arange(5, dtype=np.int16)
    t = torch.frombuffer(a, dtype=torch.int16, offset=2, count=2)
    assert t.tolist() == [1, 2]
    t[0] = 8
    assert a.tolist() == [0, 8, 2, 3, 4]
    with pytest.raises(ValueError, match="both buffer length .* and count .* must not be 0"):
        torch.frombuffer(np.array([], np.int16), dtype=torch.int16)
    with pytest.raises(ValueError, match="must be non-negative and no greater than"):
        torch.frombuffer(a, dtype=torch.int16, offset=10)
    with pytest.raises(ValueError, match="must be a multiple of element size"):
        torch.frombuffer(a, dtype=torch.int32)


def test_a_range_too_long_or_without_end():
    with pytest.raises(RuntimeError, match="unsupported range"):
        torch.arange(0, float("inf"))
    with pytest.raises(RuntimeError, match="step must be nonzero"):
        torch.arange(0, 3, 0)
    with pytest.raises(RuntimeError, match="bound"):
        torch.arange(5, 0, 1)


def test_ranges_fill_what_they_are_given():
    out = torch.empty(5)
    assert torch.linspace(0, 1, 5, out=out) is out
    assert out.tolist() == [0, 0.25, 0.5, 0.75, 1]
    assert torch.arange(5, out=out).tolist() == [0, 1, 2, 3, 4]
    with pytest.warns(UserWarning, match="out-of-bounds|resized|does not match"):
        torch.arange(3, out=torch.empty(7))


def test_nested_data():
    assert torch.tensor([torch.tensor(1.0), torch.tensor(2.0)]).tolist() == [1, 2]
    assert torch.tensor([[torch.tensor(1)], [2]]).tolist() == [[1], [2]]
    endless = []
    endless.append(endless)
    with pytest.raises((ValueError, RuntimeError, TypeError)):
        torch.tensor(endless)
    with pytest.raises(ValueError, match="expected sequence of length 2 at dim 1"):
        torch.tensor([[1, 2], [3]])


def test_sizes_and_strides_are_checked():
    with pytest.raises(RuntimeError, match="negative"):
        torch.zeros(-1)
    with pytest.raises(RuntimeError, match="dimensionality of sizes"):
        torch.empty_strided((1, 2), (1,))
    with pytest.raises(RuntimeError, match="not implemented for sparse types"):
        torch.hann_window(4, layout=torch.sparse_coo)


def test_legacy_classes_hold_to_their_device_and_type():
    assert torch.FloatTensor.dtype is torch.float32
    with pytest.raises(RuntimeError, match="legacy constructor expects device type: cpu"):
        torch.FloatTensor(2, device="meta")


def test_small_helpers():
    assert torch.block_diag().shape == (1, 0)
    assert torch.cat([torch.empty(0), torch.empty(0)]).shape == (0,)
    with pytest.raises(RuntimeError, match="repeats can not be negative"):
        torch.repeat_interleave(torch.tensor([1, -1]))
