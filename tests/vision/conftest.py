"""torchvision's wheel wants a CUDA build of PyTorch for its kernels; its Python part does not."""

from __future__ import annotations

import importlib.util

import pytest

from tests.vision import oracle


@pytest.fixture(scope="session")
def torchvision():
    """torchvision beside a PyTorch without CUDA; the test is skipped when one is missing."""
    pytest.importorskip("torch")
    if importlib.util.find_spec("torchvision") is None:
        pytest.skip("no torchvision")
    return oracle.load()
