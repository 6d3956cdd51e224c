"""torch.utils.tensorboard: what is written is what TensorBoard reads."""

import importlib.util

import numpy as np
import pytest

import torchish as torch
from torchish.utils.tensorboard import SummaryWriter

THERE = importlib.util.find_spec("tensorboard") is not None


@pytest.mark.skipif(THERE, reason="tensorboard is installed")
def test_without_tensorboard_the_install_command_is_named(tmp_path):
    with pytest.raises(ImportError, match="pip install tensorboard"):
        SummaryWriter(tmp_path)


def read(folder):
    reader = importlib.import_module("tensorboard.backend.event_processing.event_accumulator")
    events = reader.EventAccumulator(str(folder), size_guidance={"histograms": 0, "images": 0})
    return events.Reload()


@pytest.mark.skipif(not THERE, reason="tensorboard is not installed")
@pytest.mark.filterwarnings("ignore")
def test_what_is_written_is_read(tmp_path):
    with SummaryWriter(tmp_path / "run") as writer:
        for step in range(3):
            writer.add_scalar("loss", torch.tensor(1.0 / (step + 1)), step)
        writer.add_histogram("w", torch.arange(10.0), 0)
        writer.add_image("dot", torch.rand(3, 4, 5), 0)
        writer.add_images("dots", torch.rand(2, 1, 4, 5), 0)
        writer.add_text("note", "hello", 0)
        writer.add_scalars("both", {"a": 1, "b": 2.0}, 0)
        with pytest.raises(ValueError, match="0D"):
            writer.add_scalar("loss", torch.ones(2), 3)
        with pytest.raises(NotImplementedError, match="add_graph"):
            writer.add_graph(None)
    events = read(tmp_path / "run")
    losses = [(e.step, e.value) for e in events.Scalars("loss")]
    np.testing.assert_allclose(losses, [(0, 1), (1, 1 / 2), (2, 1 / 3)], rtol=1e-6)
    histogram = events.Histograms("w")[0].histogram_value
    assert (histogram.min, histogram.max, histogram.num, histogram.sum) == (0, 9, 10, 45)
    image = events.Images("dots")[0]
    assert (image.width, image.height) == (10, 4)
    assert events.Tensors("note/text_summary")[0].tensor_proto.string_val[0] == b"hello"
    assert read(tmp_path / "run" / "both_b").Scalars("both")[0].value == 2
