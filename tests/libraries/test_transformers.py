"""Programs of transformers' users against PyTorch's results: `reference/`, which harness.py
writes."""

from __future__ import annotations

import pytest

from tests.libraries.harness import hold


@pytest.mark.parametrize("page", ["decoders", "encoders", "trainer"])
def test_page(page):
    hold(f"transformers_{page}", "transformers", within=2e-4)
