"""stable_baselines3 runs unmodified: its page gives PyTorch's results."""

from tests.libraries.harness import hold


def test_page():
    hold("stable_baselines", "stable_baselines3", "gymnasium")
