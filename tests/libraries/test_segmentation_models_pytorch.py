"""segmentation_models_pytorch runs unmodified: its page gives PyTorch's results."""

from tests.libraries.harness import hold


def test_page():
    hold("segmentation_models", "segmentation_models_pytorch")
