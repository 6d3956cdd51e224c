"""Host kernels of short-time Fourier transforms and the trapezoidal rule against XLA."""

from __future__ import annotations

import pytest

import torchish as torch
from tests.host.table import hold, tensor

LOOSE = {"rtol": 1e-4, "atol": 1e-5}


@pytest.mark.parametrize("mode", ["reflect", "constant", "replicate", "circular"])
def test_stft(mode):
    for shape in ((50,), (2, 50)):
        x, window = tensor(shape), tensor((12,)).abs()
        hold("stft", x, 16, 5, 12, window, True, mode, return_complex=True, **LOOSE)
    hold("stft", tensor((40,), "float64"), 8, pad_mode=mode, return_complex=True)


def test_forms_of_stft():
    x = tensor((2, 40))
    hold("stft", x, 8, 3, return_complex=False, center=False, **LOOSE)
    hold("stft", x, 8, 2, normalized=True, return_complex=True, **LOOSE)
    hold("stft", x, 7, onesided=False, return_complex=True, **LOOSE)
    hold("stft", tensor((40,), "complex64"), 8, 3, 6, **LOOSE)


def test_istft():
    spectrum = tensor((9, 11), "complex64")
    window = torch.hann_window(12) + 0.1
    for made in (spectrum, tensor((2, 9, 11), "complex64")):
        hold("istft", made, 16, 4, 12, window, without=("window",), **LOOSE)
        hold("istft", made, 16, 5, length=60, **LOOSE)
    hold("istft", spectrum, 16, 4, normalized=True, center=False, length=30, **LOOSE)
    hold("istft", tensor((9, 5), "complex64"), 9, 3, onesided=False, **LOOSE)
    hold("istft", tensor((8, 5), "complex64"), 8, 2, onesided=False, return_complex=True, **LOOSE)


def test_a_signal_comes_back_and_its_gradient_is_1():
    x = torch.randn(2, 200, dtype=torch.float64, requires_grad=True)
    window = torch.hann_window(32, dtype=torch.float64)
    spectrum = torch.stft(x, 32, 8, window=window, return_complex=True)
    back = torch.istft(spectrum, 32, 8, window=window, length=200)
    torch.testing.assert_close(back, x)
    back.sum().backward()
    torch.testing.assert_close(x.grad, torch.ones_like(x))
    with pytest.raises(RuntimeError, match="window overlap add min"):
        torch.istft(spectrum.detach(), 32, 32, window=window).tolist()


@pytest.mark.parametrize("name", ["trapezoid", "cumulative_trapezoid"])
def test_areas(name):
    y = tensor((3, 5))
    hold(name, y)
    hold(name, y, dx=0.3, dim=0)
    hold(name, y, tensor((5,)))
    hold(name, y, tensor((3,)), dim=0)
    hold(name, tensor((4,), "float64"))
