"""What PyTorch warns of is warned of here, in its words and at the user's line."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

import torchish as torch
from torchish import nn
from torchish._core.base import errors
from torchish.nn import functional as F

ONE, IMAGE = torch.ones(2, 2), torch.ones(1, 1, 2, 2)


def _read_only():
    a = np.ones(3)
    a.flags.writeable = False
    return a


def _legacy_hook():
    net = nn.Sequential(nn.Linear(2, 2), nn.ReLU(), nn.Linear(2, 2))
    net.register_backward_hook(lambda *a: None)
    net(torch.ones(1, 2))


GIVEN = {
    "uint8 index": (
        lambda: torch.ones(2)[torch.tensor([1, 0], dtype=torch.uint8)],
        "indexing with",
    ),
    "grad": (lambda: (torch.ones(2, requires_grad=True) * 2).grad, "The .grad attribute"),
    "cov": (lambda: torch.cov(torch.ones(2, 1)), "cov(): degrees of freedom is <= 0"),
    "cov of counts": (
        lambda: torch.cov(ONE, fweights=torch.tensor([1, 0])),
        "cov(): degrees of freedom is <= 0",
    ),
    "grid_sample": (lambda: F.grid_sample(IMAGE, torch.zeros(1, 2, 2, 2)), "Default grid_sample"),
    "affine_grid": (
        lambda: F.affine_grid(torch.ones(1, 2, 3), (1, 1, 2, 2)),
        "Default grid_sample",
    ),
    "meshgrid": (lambda: torch.meshgrid(ONE[0], ONE[0]), "torch.meshgrid: in an upcoming"),
    "softmax": (lambda: F.softmax(torch.ones(3, 2)), "Implicit dimension choice"),
    "log_softmax": (lambda: F.log_softmax(torch.ones(3, 2)), "Implicit dimension choice"),
    "mse_loss": (lambda: F.mse_loss(torch.ones(3, 1), torch.ones(3)), "Using a target size"),
    "l1_loss": (lambda: F.l1_loss(torch.ones(3, 1), torch.ones(3)), "Using a target size"),
    "kl_div": (lambda: F.kl_div(torch.ones(3), torch.ones(3)), "reduction: 'mean' divides"),
    "size_average": (lambda: nn.MSELoss(size_average=True), "size_average and reduce"),
    "dropout2d": (lambda: F.dropout2d(torch.ones(2, 2)), "dropout2d: Received a 2-D"),
    "LSTM": (lambda: nn.LSTM(2, 2, dropout=0.5), "dropout option adds dropout"),
    "upsample": (lambda: F.upsample(IMAGE, scale_factor=2), "`nn.functional.upsample` is"),
    "var": (lambda: torch.ones(1).var(), "var(): degrees of freedom is <= 0"),
    "std": (lambda: torch.std(torch.ones(2, 1), 1), "std(): degrees of freedom is <= 0"),
    "std_mean": (lambda: torch.std_mean(torch.ones(1)), "std_mean(): degrees of freedom"),
    "from_numpy": (lambda: torch.from_numpy(_read_only()), "The given NumPy array is not"),
    "frombuffer": (lambda: torch.frombuffer(b"ab", dtype=torch.uint8), "The given buffer is not"),
    "list of arrays": (lambda: torch.tensor([np.ones(2), np.ones(2)]), "Creating a tensor from a"),
    "tensor of tensor": (lambda: torch.tensor(ONE), "To copy construct from a tensor"),
    "complex": (lambda: torch.ones(2, dtype=torch.complex64).float(), "Casting complex values"),
    "storage": (lambda: ONE.storage(), "TypedStorage is deprecated"),
    "backward hook": (_legacy_hook, "Using a non-full backward hook"),
    "NLLLoss2d": (lambda: nn.NLLLoss2d(), "`NLLLoss2d` has been deprecated"),
    "cross": (lambda: torch.cross(torch.ones(3), torch.ones(3)), "Using torch.cross without"),
    "volatile": (lambda: torch.autograd.Variable(ONE, volatile=True), "volatile was removed"),
    "qr": (lambda: torch.qr(ONE), "torch.qr is deprecated"),
    "cholesky": (lambda: torch.cholesky(torch.eye(2)), "torch.cholesky is deprecated"),
    "lu": (lambda: torch.lu(torch.eye(2)), "torch.lu is deprecated"),
    "stft": (lambda: torch.stft(torch.ones(16), 4, return_complex=True), "A window was not"),
    "triangular_solve": (
        lambda: torch.triangular_solve(torch.ones(2, 1), torch.eye(2)),
        "torch.triangular_solve is deprecated",
    ),
    "chain_matmul": (lambda: torch.chain_matmul(ONE, ONE), "torch.chain_matmul is deprecated"),
    "default type": (
        lambda: torch.set_default_tensor_type(torch.FloatTensor),
        "torch.set_default_tensor_type() is deprecated",
    ),
    "resize": (lambda: ONE.resize(4), "non-inplace resize is deprecated"),
    "resize_as": (lambda: ONE.resize_as(IMAGE), "non-inplace resize_as is deprecated"),
}


@pytest.fixture(autouse=True)
def _anew(monkeypatch):
    """As in a process where nothing was warned of yet."""
    from torchish._core.tensor import binding

    monkeypatch.setattr(errors, "_warned", set())
    binding.reset_calls()


@pytest.mark.parametrize("name", GIVEN)
def test_it_is_said_at_the_users_line(name):
    call, text = GIVEN[name]
    with warnings.catch_warnings(record=True) as given:
        warnings.simplefilter("always")
        call()
    found = [w for w in given if str(w.message).startswith(text)]
    assert found, [str(w.message) for w in given]
    assert found[0].filename == __file__


def test_what_is_fine_is_not_warned_of():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        torch.ones(2).var()
        torch.ones(2, 2).std(1, correction=0)
        torch.ones(1).var(unbiased=False)
        torch.var(torch.ones(3), 0, True)
        torch.cross(torch.ones(3), torch.ones(3), 0)
        torch.stft(torch.ones(16), 4, window=torch.ones(4), return_complex=True)
        torch.from_numpy(np.ones(3))
        torch.tensor([1.0, 2.0])


def test_correlations_of_one_observation():
    with pytest.warns(UserWarning, match=r"cov\(\): degrees of freedom is <= 0"):
        assert torch.corrcoef(torch.ones(2, 1)).isnan().all()
