"""torch.masked, against what PyTorch 2.13 prints; copies of views, and writes into copies."""

import math

import pytest

import torchish as torch

X = torch.arange(6.0).view(2, 3)
MASK = torch.tensor([[True, False, True], [False, False, False]])


def near(t, expected):
    torch.testing.assert_close(t, torch.tensor(expected), rtol=1e-4, atol=1e-4, equal_nan=True)


def test_reductions_leave_out_what_the_mask_takes():
    m = torch.masked
    near(m.sum(X, 1, mask=MASK), [2.0, 0.0])
    near(m.mean(X, 1, mask=MASK), [1.0, math.nan])
    near(m.prod(X, 1, mask=MASK), [0.0, 1.0])
    near(m.amax(X, 1, mask=MASK), [2.0, -math.inf])
    near(m.amin(X, 1, mask=MASK), [0.0, math.inf])
    near(m.median(X, 1, mask=MASK), [0.0, math.nan])
    near(m.logsumexp(X, 1, mask=MASK), [2.1269, -math.inf])
    near(m.std(X, 1, mask=MASK), [1.4142, math.nan])
    near(m.norm(X, 2.0, 1, mask=MASK), [2.0, 0.0])
    near(m.var(X, None, mask=MASK), 2.0)
    assert m.sum(X.long(), 1, mask=MASK).dtype == torch.int64
    assert m.argmax(X.long(), 1, mask=MASK).tolist() == [2, 0]


def test_what_keeps_the_shape():
    m, nan = torch.masked, math.nan
    near(m.softmax(X, 1, mask=MASK), [[0.1192, 0.0, 0.8808], [nan, nan, nan]])
    near(m.softmin(X, 1, mask=MASK), [[0.8808, 0.0, 0.1192], [nan, nan, nan]])
    near(m.cumsum(X, 1, mask=MASK), [[0.0, 0.0, 2.0], [0.0, 0.0, 0.0]])
    near(m.normalize(X, 2.0, 1, mask=MASK), [[0.0, 0.0, 1.0], [0.0, 0.0, 0.0]])


def test_gradients_stop_at_the_mask():
    x = X.clone().requires_grad_()
    torch.masked.sum(x, mask=MASK).backward()
    assert x.grad.tolist() == MASK.float().tolist()


def test_errors():
    with pytest.raises(ValueError, match="Could not infer output dtype"):
        torch.masked.mean(X.long(), 1, mask=MASK)
    with pytest.raises(ValueError, match="no fully masked out rows"):
        torch.masked.median(X.long(), 1, mask=MASK)
    with pytest.raises(IndexError, match="broadcastable mask"):
        torch.masked.sum(X, 1, mask=torch.ones(3, 2, 3) > 0)


def test_copies_and_writes_into_copies():
    y = torch.permute_copy(X, (1, 0))
    assert y.is_contiguous() and y.tolist() == X.t().tolist()
    y.zero_()
    assert X.sum() == 15
    out = torch.empty(0)
    assert torch.unsqueeze_copy(X, 0, out=out) is out and out.shape == (1, 2, 3)
    assert [t.tolist() for t in torch.unbind_copy(X)] == X.tolist()
    x, s = X.clone().requires_grad_(), torch.zeros(2, requires_grad=True)
    z = torch.select_scatter(x, s, 1, 2)
    z.sum().backward()
    assert z.tolist() == [[0, 1, 0], [3, 4, 0]]
    assert x.grad.tolist() == [[1, 1, 0]] * 2 and s.grad.tolist() == [1, 1]
    with pytest.raises(RuntimeError, match="size equal to the slice"):
        torch.slice_scatter(X, torch.zeros(3), 0)
    with pytest.raises(RuntimeError, match=r"t_copy\(\): functions with out="):
        torch.t_copy(x, out=out)
