"""torch.utils.tensorboard: what is written is what TensorBoard reads."""

import importlib
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


def check_hparams(folder):
    run = read(folder)
    assert run.Scalars("accuracy")[0].value == 0.75
    metadata = importlib.import_module("tensorboard.plugins.hparams.metadata")
    held = run.SummaryMetadata(metadata.SESSION_START_INFO_TAG).plugin_data.content
    start = metadata.parse_session_start_info_plugin_data(held).hparams
    assert start["lr"].number_value == 0.1 and start["layers"].number_value == 3
    assert start["name"].string_value == "net" and start["wide"].number_value == 1
    held = run.SummaryMetadata(metadata.EXPERIMENT_TAG).plugin_data.content
    infos = metadata.parse_experiment_plugin_data(held).hparam_infos
    assert [i.name for i in infos] == ["lr", "name", "wide", "layers"]
    assert [v.string_value for v in infos[1].domain_discrete.values] == ["net", "other"]


def check_curve(numbers):
    tp, fp, tn, fn, precision, recall = np.reshape(numbers, (6, 11))
    # Thresholds 0, 0.1, ... 1: above 0.35 are 0.8, which is right, and 0.4, which is not.
    assert (tp[0], fp[0], tn[0], fn[0]) == (2, 2, 0, 0)
    assert (tp[4], fp[4], tn[4], fn[4]) == (1, 1, 1, 1)
    assert precision[5] == 1 and recall[5] == 0.5 and tp[10] == 0


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
        results = {"accuracy": torch.tensor(0.75)}
        given = {"lr": 0.1, "name": "net", "wide": True, "layers": torch.tensor(3), "none": None}
        writer.add_hparams(given, results, {"name": ["net", "other"]}, run_name="first")
        with pytest.raises(ValueError, match="int, float, str, bool"):
            writer.add_hparams({"sizes": [1, 2]}, {})
        with pytest.raises(TypeError, match="dictionary"):
            writer.add_hparams([], {})
        labels, scores = torch.tensor([0, 1, 1, 0]), torch.tensor([0.1, 0.8, 0.3, 0.4])
        writer.add_pr_curve("curve", labels, scores, 0, num_thresholds=11)
        with pytest.raises(ValueError, match="4 labels, 2 predictions"):
            writer.add_pr_curve("curve", labels, scores[:2])
    check_hparams(tmp_path / "run" / "first")
    events = read(tmp_path / "run")
    check_curve(events.Tensors("curve")[0].tensor_proto.float_val)
    losses = [(e.step, e.value) for e in events.Scalars("loss")]
    np.testing.assert_allclose(losses, [(0, 1), (1, 1 / 2), (2, 1 / 3)], rtol=1e-6)
    histogram = events.Histograms("w")[0].histogram_value
    assert (histogram.min, histogram.max, histogram.num, histogram.sum) == (0, 9, 10, 45)
    image = events.Images("dots")[0]
    assert (image.width, image.height) == (10, 4)
    assert events.Tensors("note/text_summary")[0].tensor_proto.string_val[0] == b"hello"
    assert read(tmp_path / "run" / "both_b").Scalars("both")[0].value == 2
