"""What layers refuse, the formats in memory that they keep, and the functions below them."""

from __future__ import annotations

import itertools
import math
import re
import sys
import traceback

import pytest

import torchish as torch
import torchish.nn.functional as F
from torchish import nn
from torchish._ops.layers import KERNELS
from torchish._utils_internal import deprecated
from torchish.nn.attention import SDPBackend, _cur_sdpa_kernel_backends, sdpa_kernel
from torchish.nn.parallel._functions import Broadcast, Scatter
from torchish.nn.utils import prune
from torchish.utils._device import set_device
from torchish.utils._traceback import report_compile_source_on_error


@pytest.mark.parametrize(
    "args",
    [
        (torch.device("cpu"), True),
        (None, True),
        ([],),
        (torch.device("cpu"), torch.tensor(3)),
        (torch.long,),
    ],
)
def test_a_module_goes_to_a_device_a_dtype_or_a_tensor_only(args):
    with pytest.raises(TypeError):
        nn.Linear(2, 2).to(*args)


def test_a_module_is_not_copied_on_its_way():
    with pytest.raises(RuntimeError, match="does not accept copy"):
        nn.Linear(2, 2).to("cpu", torch.float32, False, False)


def test_a_buffer_does_not_take_the_place_of_an_attribute():
    m = nn.Module()
    m.a = 5
    with pytest.raises(KeyError, match="already exists"):
        m.a = nn.Buffer(torch.rand(2))


@pytest.mark.parametrize("kind", [nn.ParameterList, nn.ParameterDict])
def test_a_replica_takes_views_in_the_place_of_parameters(kind):
    p = nn.Parameter(torch.rand(2))
    held = kind([p]) if kind is nn.ParameterList else kind({"a": p})
    replica = held._replicate_for_data_parallel()
    for name, q in held.named_parameters():
        setattr(replica, name, q.view_as(q))
    values = list(replica) if kind is nn.ParameterList else list(replica.values())
    assert values[0]._base is p and values[0].grad_fn is not None
    assert list(replica.parameters()) == []


@pytest.mark.parametrize(
    ("lengths", "words"),
    [([2, -1, 2], "have value at least 0, but got value -1"), ([9, 1, 1], "have value at most")],
)
@pytest.mark.parametrize("joined", [False, True])
def test_ctc_lengths(lengths, words, joined):
    x = torch.randn(6, 3, 5).log_softmax(2)
    shape = (4,) if joined else (3, 4)
    inputs, targets = ([6] * 3, lengths) if lengths[1] < 0 else (lengths, [1, 1, 1])
    with pytest.raises(RuntimeError, match=words):
        F.ctc_loss(x, torch.ones(shape, dtype=torch.long), inputs, targets)


def test_ctc_without_any_target():
    x = torch.randn(6, 3, 5, dtype=torch.float64).log_softmax(2)
    loss = F.ctc_loss(x, torch.ones(0, dtype=torch.long), [6] * 3, [0] * 3, reduction="none")
    assert torch.allclose(loss, -x[:, :, 0].sum(0))


@pytest.mark.parametrize("which", ["src", "tgt", "memory"])
@pytest.mark.filterwarnings("ignore:enable_nested_tensor is True")
def test_padding_masks_have_the_sizes_of_batch_and_keys(which):
    model = nn.Transformer(8, 2, 1, 1, 8)
    mask = torch.zeros(3, 7, dtype=torch.bool)
    with pytest.raises(AssertionError, match=re.escape("key_padded_mask.shape[1] to be")):
        model(torch.rand(5, 3, 8), torch.rand(4, 3, 8), **{f"{which}_key_padding_mask": mask})


@pytest.mark.parametrize("p", [0, 1, 2, 0.5, 2.5, math.inf])
def test_the_gradient_of_no_distance_is_zero_by_every_way(p):
    x = torch.ones(2, 3, requires_grad=True)
    out = F.pdist(x, p)
    seeds = torch.ones(2, 1)
    rows = torch.func.vmap(lambda g: torch.autograd.grad(out, x, g, retain_graph=True)[0])(seeds)
    assert rows.abs().max() == 0


@pytest.mark.parametrize(
    "layer",
    [
        lambda x: nn.PixelShuffle(2)(x),
        lambda x: torch.native_channel_shuffle(x, 2),
        lambda x: nn.BatchNorm2d(8)(x),
        lambda x: F.max_unpool2d(*F.max_pool2d(x, 2, return_indices=True), 2),
    ],
)
def test_channels_stay_last(layer):
    x = torch.rand(2, 8, 4, 4).contiguous(memory_format=torch.channels_last)
    assert layer(x).is_contiguous(memory_format=torch.channels_last)
    assert layer(x.contiguous()).is_contiguous()


def test_batch_norm_of_channels_last_told_by_sizes_of_one():
    x = torch.rand(1, 3, 2, 1).permute(0, 2, 1, 3)
    assert nn.BatchNorm2d(2).eval()(x).stride() == (6, 1, 2, 2)


def test_nothing_is_normalized_in_any_dtype():
    m = nn.BatchNorm2d(3)
    assert m(torch.rand(0, 3, 2, 2, dtype=torch.float64)).shape == (0, 3, 2, 2)
    with pytest.raises(RuntimeError, match="mixed dtype"):
        m(torch.rand(2, 3, 2, 2, dtype=torch.float64))


@pytest.mark.parametrize("n", [1, 2, 3])
def test_nothing_is_pooled_and_put_back(n):
    x = torch.rand(0, 2, *[4] * n, requires_grad=True)
    out = getattr(F, f"max_unpool{n}d")(*getattr(F, f"max_pool{n}d")(x, 2, return_indices=True), 2)
    out.sum().backward()
    assert out.shape == x.shape == x.grad.shape


@pytest.mark.parametrize("n", [2, 3])
def test_fractional_pools_of_nothing_and_to_nothing(n):
    def pool(x, size, samples=None):
        return getattr(F, f"fractional_max_pool{n}d")(
            x, (2,) * n, output_size=size, _random_samples=samples
        )

    assert pool(torch.rand(0, 3, *[5] * n), (2,) * n).shape == (0, 3, *[2] * n)
    assert pool(torch.rand(1, 3, *[5] * n), (0,) * n).shape == (1, 3, *[0] * n)
    with pytest.raises(RuntimeError, match="Expected input to have non-zero size"):
        pool(torch.rand(1, 0, *[5] * n), (2,) * n)
    with pytest.raises(RuntimeError, match="no less then input batch size"):
        pool(torch.rand(1, 3, *[5] * n), (2,) * n, torch.rand(0, 3, n))


def test_unit_grids_are_warned_of():
    theta = torch.rand(1, 2, 3)
    with pytest.warns(UserWarning, match="unit-size grids"):
        F.affine_grid(theta, [1, 1, 2, 1], align_corners=True)


@pytest.mark.parametrize("kind", [0, 1, 2])
@pytest.mark.parametrize("dim", [0, 3, None])
def test_masked_softmax(kind, dim):
    x = torch.randn(2, 3, 4, 4, requires_grad=True)
    mask = torch.rand({0: (4, 4), 1: (2, 4), 2: (2, 3, 4, 4)}[kind]) > 0.5
    full = mask.reshape({0: (1, 1, 4, 4), 1: (2, 1, 1, 4), 2: mask.shape}[kind]).expand(x.shape)
    out = torch._masked_softmax(x, mask, dim, kind)
    e = x.exp() * ~full
    expected = e / e.sum(3 if dim is None else dim, keepdim=True)
    assert torch.allclose(out, expected, equal_nan=True)
    out.nan_to_num().sum().backward()
    assert (x.grad[full] == 0).all()


def test_masks_of_other_kinds_are_refused():
    with pytest.raises(RuntimeError, match="boolean"):
        torch._masked_softmax(torch.rand(2, 2), torch.rand(2, 2))
    with pytest.raises(RuntimeError, match="match input shape"):
        torch._masked_softmax(torch.rand(2, 2), torch.ones(2, dtype=torch.bool))


def test_statistics_are_updated():
    x = torch.arange(12.0).view(4, 3)
    mean, var = torch.zeros(3), torch.ones(3)
    found = torch.batch_norm_update_stats(x, mean, var, 0.1)
    assert torch.allclose(found[0], x.mean(0)) and torch.allclose(found[1], x.var(0, correction=0))
    assert torch.allclose(mean, 0.1 * x.mean(0)) and torch.allclose(var, 0.9 + 0.1 * x.var(0))
    with pytest.raises(RuntimeError, match="at least one element"):
        torch.batch_norm_update_stats(torch.rand(0, 1), mean, var, 0.1)


@pytest.mark.parametrize(
    ("n", "mode"), list(itertools.product((1, 2, 3), ("reflection", "replication")))
)
def test_pads_by_dimension(n, mode):
    pad = KERNELS[f"{mode}_pad{n}d"]
    x = torch.rand(2, *[4] * n)
    name = {"reflection": "reflect", "replication": "replicate"}[mode]
    assert torch.equal(pad(x, (1,) * 2 * n), F.pad(x, (1,) * 2 * n, name))
    with pytest.raises(RuntimeError, match="padding size is expected"):
        pad(x, ())
    with pytest.raises(RuntimeError, match=f"{n + 1}D or {n + 2}D"):
        pad(torch.rand(1, 1, 2, *[4] * n), (1,) * 2 * n)


def test_convolutions_below_the_layers():
    x, w = torch.rand(1, 2, 5, 5), torch.rand(3, 2, 3, 3)
    conv = torch._C._nn.thnn_conv2d
    assert torch.equal(conv(x, w, (3, 3), None, (1, 1), (1, 1)), F.conv2d(x, w, padding=1))
    t = torch._C._nn.slow_conv_transpose2d(x, w.transpose(0, 1), 3)
    assert torch.equal(t, F.conv_transpose2d(x, w.transpose(0, 1)))
    for name in ("kernel_size", "stride", "padding"):
        options = {"kernel_size": (3, 3), "stride": (1, 1), "padding": (0, 0)} | {name: ()}
        with pytest.raises(RuntimeError, match=f"2D {name} expected"):
            conv(x, w, **options)


def test_a_threshold_is_the_same_written_twice():
    x = torch.tensor([[0.0], [1.0]]).expand(2, 3)
    F.threshold_(x, 0.5, 0.25)
    assert x.tolist() == [[0.25] * 3, [1.0] * 3]
    with pytest.raises(RuntimeError, match="unsupported operation"):
        F.elu_(x)


def test_statistics_of_batch_norm_have_no_tangents():
    x, mean, var = torch.rand(3, 2), torch.zeros(2), torch.ones(2)
    with torch.autograd.forward_ad.dual_level():
        make = torch.autograd.forward_ad.make_dual
        with pytest.raises(RuntimeError, match="not differentiable wrt running_mean"):
            F.batch_norm(make(x, x), make(mean, mean), var)


def test_places_of_new_tensors_by_decorator():
    @set_device("meta")
    def steps():
        yield torch.empty(2)
        yield torch.empty(2)

    assert [t.device.type for t in steps()] == ["meta", "meta"]
    assert set_device("meta")(torch.empty)(2).device.type == "meta"
    assert torch.empty(2).device.type == "cpu"


def test_a_private_function_with_a_deprecated_public_name(monkeypatch):
    module = sys.modules[__name__]
    monkeypatch.setattr(module, "twice", None, raising=False)
    monkeypatch.delattr(module, "twice")

    def _twice(x):
        return 2 * x

    kept = deprecated()(_twice)
    assert kept is _twice and kept(2) == 4
    with pytest.warns(UserWarning, match="twice is DEPRECATED"):
        assert module.twice(2) == 4
    with pytest.raises(RuntimeError, match="already exists"):
        deprecated()(_twice)


def test_errors_show_source_made_while_the_program_ran():
    source = "def f():\n    def g():\n        raise ValueError  # here it is\n    return g()\n"
    made = {}
    exec(source, {"__compile_source__": source}, made)
    with pytest.raises(ValueError) as caught, report_compile_source_on_error():
        made["f"]()
    shown = "".join(traceback.format_tb(caught.value.__traceback__))
    assert "here it is" in shown and "return g()" in shown


def test_copies_on_devices_are_not_for_the_cpu():
    with pytest.raises(AssertionError, match="not implemented for CPU"):
        Broadcast.apply((0,), torch.rand(2))
    x = torch.rand(4, requires_grad=True)
    parts = Scatter.apply(["cpu", "cpu"], None, 0, x)
    (parts[0].sum() + 2 * parts[1].sum()).backward()
    assert x.grad.tolist() == [1, 1, 2, 2]


def test_amounts_to_prune():
    assert (
        prune._compute_nparams_toprune(0.4, 17) == 7 and prune._compute_nparams_toprune(1, 9) == 1
    )
    for amount, error in (("x", TypeError), (1.5, ValueError), (-1, ValueError)):
        with pytest.raises(error):
            prune._validate_pruning_amount_init(amount)
    with pytest.raises(ValueError, match="smaller than the number"):
        prune._validate_pruning_amount(20, 19)


def test_calls_are_rendered():
    assert torch._utils.render_call(torch.sum, [torch.rand(3)], {"dim": 0}) == (
        "torch.sum(tensor([...], size=(3,)), dim=0)"
    )
    assert torch._utils.try_import("no_such_module") is None


def test_scripting_wants_known_shapes():
    with pytest.raises(RuntimeError, match="run a forward pass"):
        torch.jit.script(nn.LazyLinear(2))


def test_attention_refuses_what_no_allowed_kernel_takes():
    q = torch.rand(1, 2, 4, 8)
    mask = torch.ones(4, 4, dtype=torch.bool)
    attend = F.scaled_dot_product_attention
    with sdpa_kernel(SDPBackend.EFFICIENT_ATTENTION):
        assert _cur_sdpa_kernel_backends() == [SDPBackend.EFFICIENT_ATTENTION]
        assert not torch.backends.cuda.math_sdp_enabled()
        with pytest.raises(RuntimeError, match="No viable backend"):
            attend(q, q, q)
    with sdpa_kernel([SDPBackend.FLASH_ATTENTION]):
        assert attend(q, q, q).shape == q.shape
        for args in ((q[0], q[0], q[0]), (q, q, q, None, 0.5), (q, q[:, :1], q[:, :1])):
            with pytest.raises(RuntimeError, match="No available kernel"):
                attend(*args)
    with (
        sdpa_kernel(SDPBackend.MATH),
        pytest.raises(RuntimeError, match="Explicit attn_mask should not be set"),
    ):
        attend(q, q, q, mask, is_causal=True)
    assert len(_cur_sdpa_kernel_backends()) == 4


def test_the_kernel_that_would_be_used():
    q = torch.rand(1, 4, 4, 8)
    assert torch._fused_sdp_choice(q, q, q) == 1
    assert torch._fused_sdp_choice(q[0], q[0], q[0]) == 0
    assert torch._fused_sdp_choice(q, q, q, None, 0.5) == 0
    assert torch._fused_sdp_choice(q, q[:, :2], q[:, :2]) == 0
    assert torch._fused_sdp_choice(q, q[:, :2], q[:, :2], enable_gqa=True) == 1
    assert torch._fused_sdp_choice(q, q, q, torch.ones(4, 4, requires_grad=True)) == 0


def test_attention_by_plain_products_gives_its_weights():
    q, k = torch.rand(2, 4, 3, 8), torch.rand(2, 2, 5, 8)
    mask = torch.rand(3, 5)
    options = {"attn_mask": mask, "scale": 0.3, "enable_gqa": True}
    out, weights = torch._scaled_dot_product_attention_math(q, k, k, **options)
    assert torch.allclose(weights.sum(-1), torch.ones(2, 4, 3))
    assert torch.allclose(out, F.scaled_dot_product_attention(q, k, k, **options), atol=1e-6)
    assert torch.equal(
        torch.ops.aten._scaled_dot_product_attention_math(q, k, k, **options)[0], out
    )


@pytest.mark.parametrize("name", ["softmax", "log_softmax"])
def test_softmax_below_the_public_one(name):
    x = torch.rand(2, 3)
    inner = getattr(torch, f"_{name}")
    assert torch.equal(inner(x, 1, False), getattr(torch, name)(x, 1))
    with pytest.raises(RuntimeError, match="half to float conversion is not supported on CPU"):
        inner(x.half(), 1, True)


def test_sparse_adam_takes_dense_parameters():
    with pytest.raises(ValueError, match=re.escape("at indices [[0, 1]]: SparseAdam requires")):
        torch.optim.SparseAdam([torch.ones(2), torch.ones(2).to_sparse()])


@pytest.mark.parametrize(
    ("sizes", "words"),
    [
        (((3,), (5, 2), (5,)), "mat1 and mat2 shapes cannot be multiplied (1x3 and 2x5)"),
        (((2, 4, 3), (5, 2)), "mat1 and mat2 shapes cannot be multiplied (8x3 and 2x5)"),
        (
            ((3,), (2,)),
            "inconsistent tensor size, expected tensor [3] and src [2] to have the same",
        ),
        (((4, 3), (3,), (1,)), "mat2 must be a matrix, got 1-D tensor"),
        (
            ((2, 4, 3), (5, 3), (4,)),
            "The expanded size of the tensor (5) must match the existing size (4) at non-singleton "
            "dimension 1.  Target sizes: [8, 5].  Tensor sizes: [4]",
        ),
        (
            ((4, 3), (5, 3), (2, 4, 5)),
            "expand(torch.FloatTensor{[2, 4, 5]}, size=[4, 5]): the number of sizes provided (2)",
        ),
        (((3,), (5, 3), (2, 5)), "output with shape [5] doesn't match the broadcast shape [2, 5]"),
    ],
)
def test_what_a_linear_map_refuses(sizes, words):
    with pytest.raises(RuntimeError, match=re.escape(words)):
        F.linear(*map(torch.ones, sizes))


def test_a_bias_of_one_row_adds_no_dimension():
    assert F.linear(torch.ones(3), torch.ones(5, 3), torch.ones(1, 5)).shape == (5,)


def test_results_of_recurrent_layers_are_named_as_pytorchs():
    x = torch.ones(3, 1, 2)
    assert nn.LSTM(2, 2)(x)[0].grad_fn.name() == "MkldnnRnnLayerBackward0"
    assert nn.GRU(2, 2)(x)[0].grad_fn.name() == "StackBackward0"
    assert "MulBackward0" in repr(nn.LSTMCell(2, 2)(x[0])[0])
    assert nn.GRUCell(2, 2)(x[0]).grad_fn.name() == "AddBackward0"
    kinds = {"tanh": "TanhBackward0", "relu": "ReluBackward0"}
    for kind, name in kinds.items():
        assert nn.RNNCell(2, 2, nonlinearity=kind)(x[0]).grad_fn.name() == name
