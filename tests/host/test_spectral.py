"""Host kernels of Fourier transforms against XLA."""

from __future__ import annotations

import pytest

from tests.host.table import hold, tensor

NORMS = (None, "ortho", "forward")


@pytest.mark.parametrize("norm", NORMS)
def test_along_a_dimension(norm):
    for x in (tensor((3, 6)), tensor((3, 5), "complex64")):
        for name in ("fft.fft", "fft.ifft"):
            hold(name, x, norm=norm)
            hold(name, x, 4, 0, norm)
        hold("fft.irfft", x, norm=norm)
        hold("fft.irfft", x, 7, norm=norm)
    for n in (None, 4, 7):
        hold("fft.rfft", tensor((3, 6)), n, norm=norm)


def test_over_several_dimensions():
    for x in (tensor((2, 3, 4)), tensor((2, 3, 4), "complex128")):
        for name in ("fft.fft2", "fft.ifft2", "fft.fftn", "fft.ifftn"):
            hold(name, x)
        hold("fft.fftn", x, dim=(0, 2), norm="ortho")
