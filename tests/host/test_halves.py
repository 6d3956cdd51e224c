"""Host kernels given half types, which compute in float32 and round the results."""

from __future__ import annotations

import pytest

import torchish as torch
from tests.host.table import hold, tensor

F = "nn.functional."
HALVES = pytest.mark.parametrize("dtype", ["float16", "bfloat16"])


@HALVES
def test_activations(dtype):
    x = tensor((4, 6), dtype)
    for name in ("softmax", "log_softmax", F + "softmax", F + "log_softmax", F + "softmin"):
        hold(name, x, 1)
    hold(F + "softmax", x, -1, dtype=torch.float32)
    hold(F + "softmax", tensor((4, 6)), -1, dtype=torch.float32)
    hold("prelu", x, tensor((6,), dtype, 1))
    mask = tensor((4, 6), "bool", 1)
    hold("_dropout", x, mask, 0.5)
    hold("_alpha_dropout", x, mask, 0.5)


@HALVES
def test_losses(dtype):
    x, target = tensor((6, 5), dtype), tensor((6,), "int64", 1) % 5
    weight = tensor((5,), dtype, 3).abs()
    for reduction in ("mean", "none"):
        hold(F + "nll_loss", x, target, reduction=reduction)
        hold(F + "cross_entropy", x, target, reduction=reduction)
        hold(F + "cross_entropy", x, target, weight, reduction=reduction, without=("weight",))
        hold(F + "binary_cross_entropy", x.sigmoid(), tensor((6, 5), dtype, 2).sigmoid())
    hold(F + "cross_entropy", x, tensor((6, 5), dtype, 1).softmax(1))


@HALVES
def test_norms(dtype):
    x = tensor((4, 6, 3), dtype)
    for kind in (dtype, "float32"):
        scale = tensor((6,), kind, 2), tensor((6,), kind, 3)
        stats = tensor((6,), kind), tensor((6,), kind, 1).abs()
        for training in (True, False):
            hold("_batch_norm", x, *stats, *scale, training=training, momentum=0.1)
        hold("_instance_norm", x, *stats, *scale, momentum=0.1)
        hold(F + "group_norm", x, 3, *scale)
        hold(F + "layer_norm", x, (3,), tensor((3,), kind, 2), tensor((3,), kind, 3))
    hold("layer_norm", x, (3,))
    hold("_batch_norm", x, None, None, training=True, momentum=0.1)
    hold(F + "rms_norm", x, (3,), tensor((3,), dtype, 1))


@HALVES
def test_images(dtype):
    x = tensor((2, 4, 6, 6), dtype)
    # XLA rounds the sum after every tap in the gradient.
    weight, bias = tensor((3, 4, 3, 3), dtype, 1), tensor((3,), dtype, 2)
    hold(F + "conv2d", x, weight, bias, padding=1, atol=2e-2)
    hold(F + "conv_transpose2d", x, tensor((4, 3, 2, 2), dtype, 1), stride=2)
    hold(F + "conv1d", x[0], tensor((3, 6, 3), dtype, 1))
    hold(F + "max_pool2d", x, 2)
    hold(F + "avg_pool2d", x, 2)
    hold(F + "adaptive_avg_pool2d", x, 3)
    hold(F + "adaptive_max_pool2d", x, 3)
    hold(F + "interpolate", x, scale_factor=2)
    hold(F + "interpolate", x, scale_factor=2, mode="bilinear", align_corners=False)
    hold(F + "unfold", x, 2)


@HALVES
def test_attention_and_products(dtype):
    q, k, v = (tensor((2, 2, 5, 4), dtype, i) for i in range(3))
    hold("_scaled_dot_product_attention", q, k, v)
    hold("_scaled_dot_product_attention", q, k, v, is_causal=True)
    hold("_scaled_dot_product_attention", q, k, v, tensor((5, 5), dtype, 3))
    a, b = tensor((3, 4), dtype), tensor((4, 5), dtype, 1)
    hold("addmm", tensor((5,), dtype, 2), a, b)
    hold("baddbmm", tensor((2, 3, 5), dtype), tensor((2, 3, 4), dtype), tensor((2, 4, 5), dtype))
    hold("mv", a, b[:, 0])
    hold("dot", a[0], b[:, 0])
    hold("inner", a, a)


def test_mixed_types_are_left_to_the_operator():
    with pytest.raises(AssertionError, match="no host kernel"):
        hold(F + "conv1d", tensor((1, 2, 5), "float16"), tensor((3, 2, 3)))
    with pytest.raises(AssertionError, match="no host kernel"):
        hold(F + "layer_norm", tensor((2, 3)), (3,), tensor((3,), "bfloat16"))
