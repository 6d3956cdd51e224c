"""Quantized tensors: their life, and what rounding to them does."""

from __future__ import annotations

import io

import pytest

import torchish as torch
from torchish.nn import functional as F

pytestmark = pytest.mark.filterwarnings("ignore:torch.quantize_per_tensor, torch.quantize_per")

x = torch.tensor([-1.0, 0.25, 0.05, 0.15, 2.55, 30.0, -30.0])


def made():
    return torch.quantize_per_tensor(x, 0.1, 10, torch.quint8)


def per_channel(zeros=(0, 1, 2)):
    w = torch.tensor([[1.54, -0.29], [-0.98, -1.43], [-0.71, 0.22]])
    scales = torch.tensor([0.1, 0.2, 0.05])
    return torch.quantize_per_channel(w, scales, torch.tensor(list(zeros)), 0, torch.qint8)


def test_what_a_quantized_tensor_tells():
    q = made()
    assert q.is_quantized
    assert not x.is_quantized
    assert (q.dtype, q.qscheme(), q.shape) == (torch.quint8, torch.per_tensor_affine, (7,))
    assert (q.q_scale(), q.q_zero_point(), q.element_size()) == (0.1, 10, 1)
    assert q.int_repr().tolist() == [0, 12, 10, 12, 36, 255, 0]
    assert q.int_repr().dtype is torch.uint8
    torch.testing.assert_close(q.dequantize(), torch.tensor([-1.0, 0.2, 0.0, 0.2, 2.6, 24.5, -1.0]))
    assert torch.dequantize(q).dtype is torch.float32
    assert torch.int_repr(q).tolist() == q.int_repr().tolist()


def test_printing():
    assert repr(torch.quantize_per_tensor(x[:4], 0.1, 10, torch.quint8)) == (
        "tensor([-1.0000,  0.2000,  0.0000,  0.2000], size=(4,), dtype=torch.quint8,\n"
        "       quantization_scheme=torch.per_tensor_affine, scale=0.1, zero_point=10)"
    )


def test_channels_have_their_own_scale():
    q = per_channel()
    assert q.int_repr().tolist() == [[15, -3], [-4, -6], [-12, 6]]
    assert q.q_per_channel_scales().dtype is torch.float64
    assert q.q_per_channel_zero_points().tolist() == [0, 1, 2]
    assert q.q_per_channel_axis() == 0
    assert q.qscheme() is torch.per_channel_affine
    with pytest.raises(RuntimeError, match="per_tensor_affine"):
        q.q_scale()
    floats = per_channel((0.0, 1.0, 2.5))
    assert floats.qscheme() is torch.per_channel_affine_float_qparams


def test_integers_move_and_are_compared():
    q = made()
    assert q[:6].view(2, 3).t().contiguous().int_repr().tolist() == [[0, 12], [12, 36], [10, 255]]
    assert torch.equal(q, q.clone())
    assert bool((q == q).all())
    assert torch.relu(q).int_repr().tolist() == [10, 12, 10, 12, 36, 255, 10]
    assert torch.cat([q, q]).shape == (14,)
    assert F.max_pool2d(q[:4].view(1, 1, 2, 2), 2).int_repr().item() == 12
    assert F.adaptive_avg_pool2d(q[:4].view(1, 1, 2, 2), 1).int_repr().item() == 8


def test_refusals():
    q = made()
    with pytest.raises(NotImplementedError, match="Could not run 'aten::add'"):
        q + q
    with pytest.raises(RuntimeError, match="Quantize only works on Float Tensor, got Double"):
        torch.quantize_per_tensor(x.double(), 0.1, 0, torch.quint8)
    with pytest.raises(RuntimeError, match="zero_point 300 is above upper bound"):
        torch.quantize_per_tensor(x, 0.1, 300, torch.quint8)
    with pytest.raises(NotImplementedError, match="'aten::int_repr'.*'CPU'"):
        x.int_repr()
    with pytest.raises(TypeError):
        q.numpy()
    with pytest.raises(NotImplementedError, match="quantized per channel"):
        per_channel().view(2, 3)


def test_dynamic_scale():
    q = torch.quantize_per_tensor_dynamic(x, torch.quint8, False)
    assert (q.q_scale(), q.q_zero_point()) == (60 / 255, 128)
    assert torch.quantize_per_tensor_dynamic(x, torch.quint8, True).q_scale() == 60 / 127


def test_files():
    file = io.BytesIO()
    torch.save({"tensor": made(), "channels": per_channel()}, file)
    file.seek(0)
    read = torch.load(file)
    assert torch.equal(read["tensor"], made())
    assert torch.equal(read["channels"], per_channel())


@pytest.mark.filterwarnings("ignore:TypedStorage")
def test_files_are_pytorchs():
    pytorch = pytest.importorskip("torch")
    file = io.BytesIO()
    torch.save({"tensor": made(), "channels": per_channel()}, file)
    file.seek(0)
    theirs = pytorch.load(file, weights_only=False)
    assert theirs["tensor"].int_repr().tolist() == made().int_repr().tolist()
    assert theirs["tensor"].q_zero_point() == 10
    assert theirs["channels"].q_per_channel_zero_points().tolist() == [0, 1, 2]
    file = io.BytesIO()
    pytorch.save(theirs, file)
    file.seek(0)
    assert torch.equal(torch.load(file)["channels"], per_channel())


def test_fake_quantization_and_its_gradient():
    y = x.clone().requires_grad_()
    out = torch.fake_quantize_per_tensor_affine(y, 0.1, 10, 0, 255)
    torch.testing.assert_close(out.detach(), made().dequantize())
    out.sum().backward()
    assert y.grad is not None
    assert y.grad.tolist() == [1.0, 1.0, 1.0, 1.0, 1.0, 0.0, 0.0]
    w = torch.tensor([[1.54, -0.29], [-0.98, -1.43]])
    scale, zero = torch.tensor([0.1, 0.2]), torch.tensor([0, 1], dtype=torch.int32)
    out = torch.fake_quantize_per_channel_affine(w, scale, zero, 0, -128, 127)
    torch.testing.assert_close(out, torch.tensor([[1.5, -0.3], [-1.0, -1.4]]))
    with pytest.raises(RuntimeError, match="`zero_point` must be between"):
        torch.fake_quantize_per_tensor_affine(x, 0.1, 300, 0, 255)


def test_resizing():
    q = torch.quantize_per_tensor(torch.arange(6.0).reshape(2, 3), 0.1, 10, torch.quint8)
    assert q.resize_(3).int_repr().tolist() == [10, 20, 30]
    assert q.shape == (3,) and torch.allclose(q.dequantize(), torch.arange(3.0))
    assert q.resize_((4, 2)).shape == (4, 2)
    torch.use_deterministic_algorithms(True)
    try:
        with pytest.raises(RuntimeError, match="quantized_resize_cpu_ does not have a determ"):
            q.resize_(2)
    finally:
        torch.use_deterministic_algorithms(False)
