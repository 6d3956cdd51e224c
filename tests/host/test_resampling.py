"""Host kernels of resizing against XLA."""

from __future__ import annotations

import pytest

from tests.host.table import hold, tensor


@pytest.mark.parametrize(
    ("shape", "options"),
    [
        ((2, 3, 4, 5), {"scale_factor": 2}),
        ((2, 3, 4, 5), {"size": (7, 3)}),
        ((2, 3, 4, 5), {"scale_factor": 1.5, "mode": "nearest-exact"}),
        ((2, 3, 4, 5), {"scale_factor": 2.0, "mode": "bilinear"}),
        ((2, 3, 4, 5), {"size": (8, 5), "mode": "bilinear", "align_corners": True}),
        ((2, 3, 4, 5), {"size": (6, 7), "mode": "bicubic"}),
        ((2, 3, 6), {"size": 9, "mode": "linear"}),
        ((1, 2, 3, 4, 3), {"scale_factor": (2.0, 1.0, 1.5), "mode": "trilinear"}),
    ],
)
def test_interpolate(shape, options):
    hold("nn.functional.interpolate", tensor(shape), rtol=1e-4, atol=1e-4, **options)
