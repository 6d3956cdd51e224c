"""Operators over lists of tensors, and the named tuples of operators with several results: what is
given back and refused, as PyTorch's own tests check it."""

import numpy as np
import pytest

import torchish as torch
from torchish import _VF, return_types


@pytest.mark.parametrize("kind", [list, tuple])
def test_in_place_gives_the_same_list(kind):
    ts = kind([torch.ones(2), torch.ones(3)])
    assert torch._foreach_exp_(ts) is ts
    assert torch._foreach_add_(ts, 1) is ts
    assert torch._foreach_copy_(ts, ts) is ts
    assert torch._foreach_zero_(ts) is ts
    with pytest.raises(RuntimeError, match="can't be cast"):
        torch._foreach_clamp_min_([torch.arange(3)], [0.5])


def test_extremes_of_nothing_are_refused():
    nothing = [torch.ones(2), torch.empty(0)]
    with pytest.raises(RuntimeError, match="_foreach_norm cannot compute the infinity norm"):
        torch._foreach_norm(nothing, ord=float("inf"))
    with pytest.raises(RuntimeError, match="_foreach_max cannot compute the maximum"):
        torch._foreach_max(nothing)
    assert torch._foreach_norm(nothing, ord=1)[1].item() == 0
    with pytest.raises(RuntimeError, match="Expected a floating point or complex"):
        torch._foreach_norm([torch.arange(3)])


def test_packed_scalars_are_one_dense_row():
    ts = [torch.ones(2)] * 3
    for scalars, words in (
        (torch.tensor(1.0), "of dimension 1. Got 0"),
        (torch.tensor([1.0, 2.0]), "match input of length 3 but got 2"),
        (torch.tensor([[0, 1], [2, 3], [4, 5]])[:, 1], "scalars to be contiguous"),
    ):
        with pytest.raises(RuntimeError, match=words):
            torch._foreach_addcmul(ts, ts, ts, scalars)


def test_scatters_by_no_index_change_nothing():
    x, none = torch.ones(2, 2), torch.tensor((), dtype=torch.long)
    src = torch.zeros(2, 2)
    for reduce in ("sum", "prod", "mean", "amax", "amin"):
        assert torch.equal(x.scatter_reduce(0, none, src, reduce=reduce), x)
    assert torch.equal(x.scatter(0, none, src), x)
    y = torch.rand(3, 2, requires_grad=True)
    torch.gather(y, -1, torch.zeros((2, 0), dtype=torch.long), sparse_grad=True).sum().backward()
    assert not y.grad.to_dense().any()


def test_factors_come_with_results():
    a = torch.tensor([[4.0, 1.0], [2.0, 3.0]])
    r = torch._linalg_slogdet(a)
    assert type(r) is return_types._linalg_slogdet and r.LU.shape == (2, 2)
    assert r.sign.item() * r.logabsdet.exp().item() == pytest.approx(10)
    assert _VF._linalg_det(a).result.item() == pytest.approx(10)
    assert torch._linalg_svd(a, compute_uv=False).U.shape == (0,)
    np.testing.assert_allclose(torch._linalg_solve_ex(a, a).result.numpy(), np.eye(2), atol=1e-6)
    out = tuple(torch.empty(0) for _ in range(2))
    assert type(torch._linalg_eigh(a, out=out)) is return_types._linalg_eigh_out


def test_result_classes_take_one_sequence():
    for name in ("sort", "sort_out", "histogramdd", "_unpack_dual", "_linalg_svd", "linalg_lu_out"):
        kind = getattr(return_types, name)
        assert len(kind([0] * kind.n_fields)) == kind.n_fields


def test_quantizing_helpers_say_what_they_cut_off():
    x, one, zero = torch.tensor([1.0, 300.0]), torch.tensor([1]), torch.tensor([0])
    r = _VF._fake_quantize_per_tensor_affine_cachemask_tensor_qparams(
        x, torch.tensor([1.0]), zero, one, 0, 255
    )
    assert r.output.tolist() == [1, 255] and r.mask.tolist() == [True, False]
    low, high = torch.tensor(0.0), torch.tensor(300.0)
    scale = torch.tensor([1.0])
    r = _VF._fused_moving_avg_obs_fq_helper(
        x, one, one, low, high, scale, torch.tensor([0], dtype=torch.int32), 0.01, 0, 255, 0
    )
    assert r.mask.tolist() == [True, True]


def test_the_order_of_dimensions():
    t = torch.empty((2, 3, 5, 7), memory_format=torch.channels_last)
    assert t.dim_order() == (0, 2, 3, 1)
    assert torch.empty(2, 3, 5).transpose(1, 2).dim_order() == (0, 2, 1)
    one = torch.empty((1, 2, 3, 4))
    assert one.dim_order(ambiguity_check=[torch.contiguous_format]) == (0, 1, 2, 3)
    with pytest.raises(RuntimeError, match="does not have unique dim order"):
        one.dim_order(ambiguity_check=True)
    with pytest.raises(TypeError, match="bool or a list"):
        one.dim_order(ambiguity_check="no")


def test_small_refusals():
    with pytest.raises(IndexError, match="Expected reduction dim -1 or 0 for scalar but got 100"):
        torch.cummax(torch.tensor(1.0), 100)
    with pytest.raises(RuntimeError, match="only supported by strided"):
        torch.empty_like(torch.eye(2).to_sparse(), memory_format=torch.contiguous_format)
    with pytest.raises(RuntimeError, match="Empty tensor not supported"):
        torch.ops.aten._local_scalar_dense(torch.empty(0))
    with pytest.raises(TypeError, match="not a sequence"):
        torch.tensor([[np.ones(3), 1.0]])
    assert torch._tensor_str.get_summarized_data(torch.zeros(20, 20)).shape == (6, 6)
