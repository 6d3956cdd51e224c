"""Functions of the `torch` namespace below those of `nn.functional`: numbers of PyTorch's."""

from __future__ import annotations

import importlib

import numpy as np
import pytest

import torchish
import torchish as torch


def results(lib) -> dict:
    """Name → what each function gives, under one seed."""
    t = importlib.import_module(lib.__name__)
    rng = np.random.default_rng(0)

    def made(*shape, seed=None):
        return t.from_numpy(rng.standard_normal(shape).astype("float32"))

    x, w4 = made(3, 2, 5), [made(12, 5), made(12, 3), made(12), made(12)]
    w1 = [made(3, 5), made(3, 3), made(3), made(3)]
    w3 = [made(9, 5), made(9, 3), made(9), made(9)]
    h, c = made(1, 2, 3), made(1, 2, 3)
    image, table = made(2, 4, 3, 3), made(6, 3)
    weight, bias, mean, var = made(4), made(4), made(4), made(4).square()
    ids, starts = t.tensor([0, 5, 2, 2, 1]), t.tensor([0, 2, 2])
    target = t.tensor([1.0, -1.0])
    a, b, e = made(2, 3), made(2, 3), made(2, 3)
    packed = t.nn.utils.rnn.pack_padded_sequence(x, [3, 2])
    theta, grid = made(2, 2, 3), made(2, 2, 2, 2).tanh()
    data = made(6, 2)
    lengths = t.tensor([2, 0, 4])
    calls = {
        "lstm": lambda: t.lstm(x, (h, c), w4, True, 1, 0.0, False, False, False),
        "lstm, packed": lambda: t.lstm(
            packed.data, packed.batch_sizes, (h, c), w4, True, 1, 0.0, False, False
        ),
        "gru": lambda: t.gru(x, h, w3, True, 1, 0.0, False, False, False),
        "gru, packed": lambda: t.gru(
            packed.data, packed.batch_sizes, h, w3, True, 1, 0.0, False, False
        ),
        "rnn_tanh": lambda: t.rnn_tanh(x, h, w1, True, 1, 0.0, False, False, False),
        "rnn_relu": lambda: t.rnn_relu(x, h, w1[:2], False, 1, 0.0, False, False, False),
        "lstm_cell": lambda: t.lstm_cell(x[0], (h[0], c[0]), *w4),
        "gru_cell": lambda: t.gru_cell(x[0], h[0], *w3),
        "rnn_tanh_cell": lambda: t.rnn_tanh_cell(x[0], h[0], *w1),
        "rnn_relu_cell": lambda: t.rnn_relu_cell(x[0], h[0], *w1[:2]),
        "dropout": lambda: t.dropout(image, 0.3, True),
        "dropout_": lambda: t.dropout_(image.clone(), 0.3, True),
        "alpha_dropout": lambda: t.alpha_dropout(image, 0.3, True),
        "feature_dropout": lambda: t.feature_dropout(image, 0.3, True),
        "feature_dropout_": lambda: t.feature_dropout_(image.clone(), 0.3, True),
        "feature_alpha_dropout": lambda: t.feature_alpha_dropout(image, 0.3, True),
        "no dropout": lambda: t.dropout(image, 0.3, False),
        "native_dropout": lambda: t.native_dropout(image, 0.3, True),
        "batch_norm": lambda: t.batch_norm(
            image, weight, bias, mean.clone(), var.clone(), True, 0.1, 1e-5, False
        ),
        "batch_norm, running": lambda: t.batch_norm(
            image, weight, bias, mean, var, False, 0.1, 1e-5, False
        ),
        "instance_norm": lambda: t.instance_norm(
            image, weight, bias, None, None, True, 0.1, 1e-5, False
        ),
        "native_batch_norm": lambda: t.native_batch_norm(
            image, weight, bias, mean.clone(), var.clone(), True, 0.1, 1e-5
        ),
        "native_layer_norm": lambda: t.native_layer_norm(image, (3, 3), None, None, 1e-5),
        "native_group_norm": lambda: t.native_group_norm(image, weight, bias, 2, 4, 9, 2, 1e-5),
        "norm_except_dim": lambda: t.norm_except_dim(image, 2, 1),
        "embedding": lambda: t.embedding(table, ids, 2),
        "embedding_bag": lambda: t.embedding_bag(table, ids, starts),
        "embedding_bag, mean": lambda: t.embedding_bag(table, ids, starts, False, 1),
        "embedding_bag, max": lambda: t.embedding_bag(table, ids, starts, False, 2),
        "kl_div": lambda: t.kl_div(a, b.square(), 2),
        "bce": lambda: t.binary_cross_entropy_with_logits(a, b.sigmoid(), None, a.exp(), 0),
        "cosine": lambda: t.cosine_embedding_loss(a, b, target, 0.2),
        "hinge": lambda: t.hinge_embedding_loss(a, b.sign(), 0.7, 0),
        "ranking": lambda: t.margin_ranking_loss(a, b, e.sign(), 0.1, 2),
        "triplet": lambda: t.triplet_margin_loss(a, b, e, 1.0, 2, 1e-6, True, 0),
        "poisson": lambda: t.poisson_nll_loss(a, b.square(), True, True, 1e-8, 1),
        "ctc": lambda: t.ctc_loss(x.log_softmax(2), t.tensor([[1, 2], [3, 3]]), (3, 3), (2, 1)),
        "grid_sampler": lambda: t.grid_sampler(image, grid, 0, 1, True),
        "affine_grid_generator": lambda: t.affine_grid_generator(theta, (2, 1, 3, 3), False),
        "rrelu": lambda: t.rrelu(a, 0.1, 0.3, True),
        "rrelu_": lambda: t.rrelu_(a.clone(), 0.1, 0.3, True),
        "convolution": lambda: t.convolution(
            image, made(2, 4, 2, 2), None, (1, 1), (0, 0), (1, 1), False, (0, 0), 1
        ),
        "convolution, transposed": lambda: t.convolution(
            image, made(4, 2, 2, 2), None, (2, 2), (0, 0), (1, 1), True, (1, 1), 1
        ),
        **{
            f"segment_reduce, {how}": lambda how=how: t.segment_reduce(data, how, lengths=lengths)
            for how in ("sum", "mean", "max", "min", "prod")
        },
        "segment_reduce, offsets": lambda: t.segment_reduce(
            data, "mean", offsets=t.tensor([0, 2, 2, 6]), initial=0.5
        ),
        "cond": lambda: t.cond(t.tensor(True), lambda v: v + 1, lambda v: v - 1, (a,)),
        "is_signed": lambda: t.is_signed(ids) and not t.is_signed(ids.to(t.uint8)),
        "empty_permuted": lambda: t.tensor(t.empty_permuted((2, 3, 4), (1, 2, 0)).stride()),
        "functional": lambda: t.functional.einsum("ij,kj->ik", a, b),
    }
    out = {}
    for name, call in calls.items():
        t.manual_seed(3)
        value = call()
        parts = value if isinstance(value, (tuple, list)) else (value,)
        out[name] = [np.asarray(p.detach().numpy() if hasattr(p, "detach") else p) for p in parts]
    return out


@pytest.mark.oracle
def test_numbers_are_pytorchs():
    torch = pytest.importorskip("torch")
    got, want = results(torchish), results(torch)
    for name, parts in want.items():
        assert len(got[name]) == len(parts), name
        for g, w in zip(got[name], parts, strict=True):
            assert (g.dtype, g.shape) == (w.dtype, w.shape), name
            np.testing.assert_allclose(g, w, 2e-5, 2e-6, err_msg=name)


def test_a_cell_unrolled_is_the_layer():
    t = torchish
    layer = t.nn.LSTM(4, 3)
    x = t.randn(5, 2, 4)
    h = c = t.zeros(2, 3)
    weights = [w.detach() for w in layer.parameters()]
    for step in x:
        h, c = t.lstm_cell(step, (h, c), *weights)
    want, (last, cell) = layer(x)
    t.testing.assert_close(h, want[-1])
    t.testing.assert_close((h, c), (last[0], cell[0]))


def test_what_is_refused():
    t = torchish
    with pytest.raises(RuntimeError, match="number of RNN parameters"):
        t.gru(t.ones(1, 1, 2), t.ones(1, 1, 2), [t.ones(6, 2)], True, 1, 0.0, False, False, False)
    with pytest.raises(RuntimeError, match="sum to"):
        t.segment_reduce(t.ones(3), "sum", lengths=t.tensor([1]))
    with pytest.raises(RuntimeError, match="single-element tensor"):
        t.cond(t.ones(2), abs, abs, (1,))


@pytest.mark.parametrize(
    "name, mode, n, rest",
    [
        ("upsample_nearest1d", "nearest", 1, ()),
        ("_upsample_nearest_exact2d", "nearest-exact", 2, ()),
        ("upsample_bilinear2d", "bilinear", 2, (True,)),
        ("upsample_trilinear3d", "trilinear", 3, (False,)),
    ],
)
def test_sampling_below_interpolate(name, mode, n, rest):
    call = getattr(torch._C._nn, name)
    x = torch.randn(2, 3, *[4] * n)
    wanted = torch.nn.functional.interpolate(x, [6] * n, mode=mode, align_corners=(*rest, None)[0])
    assert torch.equal(call(x, [6] * n, *rest), wanted)
    out = torch.empty(0)
    assert call(x, [6] * n, *rest, out=out) is out and torch.equal(out, wanted)
    assert call(x, [8] * n, *rest, *[2.0] * n).shape == (2, 3, *[8] * n)
    with pytest.raises(RuntimeError, match="float32 but got torch.float64 instead"):
        call(x, [6] * n, *rest, out=torch.empty(0, dtype=torch.double))
    with pytest.raises(NotImplementedError, match="scales"):
        call(x, [9] * n, *rest, *[2.0] * n)


def test_sampling_keeps_channels_last_where_out_is_empty():
    x = torch.randn(1, 2, 3, 3).contiguous(memory_format=torch.channels_last)
    out = torch._C._nn.upsample_nearest2d(x, (5, 5), out=torch.empty(0))
    assert out.is_contiguous(memory_format=torch.channels_last)
    out = torch._C._nn.upsample_nearest2d(x, (5, 5), out=torch.empty(1, 2, 5, 5))
    assert out.is_contiguous()
