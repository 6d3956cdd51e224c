"""torchvision's wheel wants a CUDA build of PyTorch for its kernels; its Python part does not."""

from __future__ import annotations

import pytest

from tests.vision import oracle


@pytest.fixture(scope="session")
def torchvision():
    """torchvision beside a PyTorch without CUDA; the test is skipped when one is missing."""
    pytest.importorskip("torch")
    oracle.prepare()
    return pytest.importorskip("torchvision")
