"""fastai runs unmodified: its page gives PyTorch's results."""

from tests.libraries.harness import hold


def test_page():
    hold("fastai_learner", "fastai")
