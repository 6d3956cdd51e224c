"""What transforms refuse and warn of, and in which order they look."""

from __future__ import annotations

import pytest

import torchish as torch

REAL, COMPLEX = torch.arange(60.0).view(3, 4, 5), torch.ones(3, 4, 5, dtype=torch.complex64)


@pytest.mark.parametrize("name", ["irfft", "hfft"])
def test_the_dtype_comes_before_the_number_of_points(name):
    with pytest.raises(RuntimeError, match="Unsupported dtype Half"):
        getattr(torch.fft, name)(torch.zeros(2, 1, dtype=torch.float16))


@pytest.mark.parametrize("name", ["rfftn", "rfft2", "ihfftn", "ihfft2"])
def test_over_several_dimensions_the_number_of_points_comes_first(name):
    with pytest.raises(RuntimeError, match=r"Invalid number of data points \(0\)"):
        getattr(torch.fft, name)(torch.zeros(1, 0, dtype=torch.float16))


@pytest.mark.parametrize(
    "options, error, match",
    [
        ({"dim": (0, 1, 0)}, RuntimeError, "FFT dims must be unique"),
        ({"dim": (3,)}, IndexError, "Dimension out of range"),
        ({"dim": []}, RuntimeError, "ihfftn must transform at least one axis"),
        ({"s": (0, 2), "dim": (0, 1)}, RuntimeError, r"Invalid number of data points \(0\)"),
        ({}, RuntimeError, "Only supports floating-point dtypes, but found: ComplexFloat"),
    ],
)
def test_ihfftn_of_complex_values(options, error, match):
    with pytest.raises(error, match=match):
        torch.fft.ihfftn(COMPLEX, **options)


@pytest.mark.parametrize("shift", [torch.fft.fftshift, torch.fft.ifftshift])
def test_a_dimension_that_is_shifted_twice(shift):
    x = torch.arange(5)
    assert shift(x, (0, 0)).tolist() == shift(shift(x, 0), 0).tolist()


def test_what_stft_says_it_was_called_with():
    x = torch.ones(100)
    with pytest.raises(RuntimeError) as e:
        torch.stft(x, 10, win_length=12, window=torch.ones(10), return_complex=True)
    assert str(e.value) == (
        "stft(torch.FloatTensor[110], n_fft=10, hop_length=2, win_length=12, "
        "window=torch.FloatTensor{[10]}, normalized=0, onesided=None, return_complex=1, "
        "align_to_window=None) : expected 0 < win_length <= n_fft, but got win_length=12"
    )


def test_what_istft_says_it_was_called_with():
    x = torch.zeros(6, 5, dtype=torch.complex64)
    with pytest.raises(RuntimeError) as e:
        torch.istft(x, 10, window=torch.zeros(10))
    assert str(e.value) == (
        "istft(CPUComplexFloatType[6, 5], n_fft=10, hop_length=2, win_length=10, "
        "window=torch.FloatTensor{[10]}, center=1, normalized=0, onesided=None, length=None, "
        "return_complex=0) window overlap add min: 1\n[ CPUBoolType{} ]"
    )
    with pytest.raises(RuntimeError, match=r"expected a tensor with 3 or 4 dimensions, but got 5"):
        torch.istft(x[None, None], 10, window=torch.ones(10))
    with pytest.raises(RuntimeError, match=r"min\(\): Expected reduction dim"):
        torch.istft(x, 10, window=torch.ones(10), length=0)


def test_istft_warns_of_a_missing_window_and_of_a_signal_that_is_too_short():
    x = torch.ones(6, 5, dtype=torch.complex64)
    torch.set_warn_always(True)
    try:
        with pytest.warns(UserWarning, match="A window was not provided"):
            torch.istft(x, 10)
        with pytest.warns(UserWarning, match="length of signal is shorter than the length"):
            y = torch.istft(x, 10, window=torch.ones(10), length=20)
    finally:
        torch.set_warn_always(False)
    assert y.shape == (20,) and y[13:].tolist() == [0.0] * 7
