"""Scalars, histograms, images, text and figures as TensorBoard event files.

https://docs.pytorch.org/docs/stable/tensorboard.html
"""

from __future__ import annotations

import datetime
import importlib
import io
import os
import socket
import time
from collections.abc import Mapping
from typing import Any

import numpy as np

from torchish._core.tensor import Tensor
from torchish.utils.tensorboard import _plugins

__all__ = ["FileWriter", "SummaryWriter"]


def _part(name: str) -> Any:
    """A module of the tensorboard package; ImportError with the install command without it."""
    try:
        return importlib.import_module(f"tensorboard.{name}")
    except ModuleNotFoundError as e:
        raise ImportError(
            "torch.utils.tensorboard needs the tensorboard package: pip install tensorboard"
        ) from e


def _array(x: Any) -> np.ndarray:
    return x.detach().cpu().numpy() if isinstance(x, Tensor) else np.asarray(x)


def _number(x: Any) -> float:
    a = _array(x)
    if a.size != 1:
        raise ValueError(f"scalar should be 0D, got an array of shape {a.shape}")
    return float(a.reshape(()))


def _png(a: np.ndarray, layout: str, rescale: float = 1.0) -> tuple[int, int, int, bytes]:
    """Height, width, channels and PNG of an image, or of a batch side by side, with the letters of
    `layout` naming its dims: floats in [0, 1] or uint8."""
    from PIL import Image

    layout = layout.upper()
    if a.ndim != len(layout):
        raise ValueError(
            f"size of input tensor and input format are different. tensor shape: {a.shape}, "
            f"input_format: {layout}"
        )
    if a.dtype.kind == "f":
        a = (np.clip(a * rescale, 0, 1) * 255).astype(np.uint8)
    a = np.transpose(a, [layout.index(c) for c in "NHWC" if c in layout])
    if "N" in layout:
        a = np.concatenate(list(a), axis=1)
    if "C" not in layout:
        a = a[..., None]
    if a.shape[-1] == 1:
        a = np.repeat(a, 3, axis=-1)
    out = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(a, np.uint8)).save(out, format="PNG")
    return a.shape[0], a.shape[1], a.shape[2], out.getvalue()


class FileWriter:
    """Writes protocol buffers to one event file in a folder."""

    def __init__(
        self,
        log_dir: str | os.PathLike,
        max_queue: int = 10,
        flush_secs: int = 120,
        filename_suffix: str = "",
    ) -> None:
        module = _part("summary.writer.event_file_writer")
        self.event_writer = module.EventFileWriter(
            os.fspath(log_dir), max_queue, flush_secs, filename_suffix
        )

    def get_logdir(self) -> str:
        return self.event_writer.get_logdir()

    def add_summary(self, summary: Any, global_step: Any = None, walltime: Any = None) -> None:
        event = _part("compat.proto.event_pb2").Event(summary=summary)
        event.wall_time = time.time() if walltime is None else walltime
        if global_step is not None:
            event.step = int(global_step)
        self.event_writer.add_event(event)

    def flush(self) -> None:
        self.event_writer.flush()

    def close(self) -> None:
        self.event_writer.close()


class SummaryWriter:
    """Writes what TensorBoard shows; the folder is runs/<time>_<host><comment> by default.

    ImportError, with the install command, when the tensorboard package is missing.
    """

    def __init__(
        self,
        log_dir: str | os.PathLike | None = None,
        comment: str = "",
        purge_step: int | None = None,
        max_queue: int = 10,
        flush_secs: int = 120,
        filename_suffix: str = "",
    ) -> None:
        if not log_dir:
            now = datetime.datetime.now().strftime("%b%d_%H-%M-%S")
            log_dir = os.path.join("runs", f"{now}_{socket.gethostname()}{comment}")
        self.log_dir, self.purge_step = os.fspath(log_dir), purge_step
        self._options = (max_queue, flush_secs, filename_suffix)
        self._writers: dict[str, FileWriter] = {}
        writer = self._get_file_writer()
        if purge_step is not None:
            event = _part("compat.proto.event_pb2")
            writer.event_writer.add_event(
                event.Event(
                    step=purge_step,
                    wall_time=time.time(),
                    session_log=event.SessionLog(status=event.SessionLog.START),
                )
            )

    def _get_file_writer(self, log_dir: str | None = None) -> FileWriter:
        log_dir = self.log_dir if log_dir is None else log_dir
        if log_dir not in self._writers:
            self._writers[log_dir] = FileWriter(log_dir, *self._options)
        return self._writers[log_dir]

    @property
    def file_writer(self) -> FileWriter:
        return self._get_file_writer()

    def get_logdir(self) -> str:
        return self.log_dir

    def _add(
        self, value: dict, global_step: Any, walltime: Any, log_dir: str | None = None
    ) -> None:
        proto = _part("compat.proto.summary_pb2").Summary
        summary = proto(value=[proto.Value(**value)])
        self._get_file_writer(log_dir).add_summary(summary, global_step, walltime)

    def add_scalar(
        self,
        tag: str,
        scalar_value: Any,
        global_step: int | None = None,
        walltime: float | None = None,
        new_style: bool = False,
        double_precision: bool = False,
    ) -> None:
        """A number."""
        if new_style:
            raise NotImplementedError("add_scalar(new_style=True)")
        value = {"tag": tag, "simple_value": _number(scalar_value)}
        self._add(value, global_step, walltime)

    def add_scalars(
        self,
        main_tag: str,
        tag_scalar_dict: Mapping[str, Any],
        global_step: int | None = None,
        walltime: float | None = None,
    ) -> None:
        """Several numbers in one chart, each in a folder of its own."""
        for tag, number in tag_scalar_dict.items():
            folder = os.path.join(self.log_dir, f"{main_tag.replace('/', '_')}_{tag}")
            value = {"tag": main_tag, "simple_value": _number(number)}
            self._add(value, global_step, walltime, folder)

    def add_histogram(
        self,
        tag: str,
        values: Any,
        global_step: int | None = None,
        bins: Any = "tensorflow",
        walltime: float | None = None,
        max_bins: int | None = None,
    ) -> None:
        """The distribution of values; `bins` as for `numpy.histogram`, or exponential ones."""
        if max_bins is not None:
            raise NotImplementedError("add_histogram(max_bins=...)")
        a = _array(values).astype(np.float64).ravel()
        if not a.size:
            raise ValueError("The input has no element.")
        if isinstance(bins, str) and bins == "tensorflow":
            edges = 1e-12 * 1.1 ** np.arange(774)
            bins = np.concatenate([-edges[::-1], [0], edges])
        counts, limits = np.histogram(a, bins=bins)
        used = np.flatnonzero(counts)
        first, last = (used[0], used[-1] + 1) if used.size else (0, 1)
        histogram = _part("compat.proto.summary_pb2").HistogramProto(
            min=a.min(),
            max=a.max(),
            num=a.size,
            sum=a.sum(),
            sum_squares=float(a.dot(a)),
            bucket_limit=[limits[first], *limits[first + 1 : last + 1]],
            bucket=[0, *counts[first:last]],
        )
        self._add({"tag": tag, "histo": histogram}, global_step, walltime)

    def add_image(
        self,
        tag: str,
        img_tensor: Any,
        global_step: int | None = None,
        walltime: float | None = None,
        dataformats: str = "CHW",
    ) -> None:
        """An image: floats in [0, 1], or uint8."""
        height, width, depth, png = _png(_array(img_tensor), dataformats)
        image = _part("compat.proto.summary_pb2").Summary.Image(
            height=height, width=width, colorspace=depth, encoded_image_string=png
        )
        self._add({"tag": tag, "image": image}, global_step, walltime)

    def add_images(
        self,
        tag: str,
        img_tensor: Any,
        global_step: int | None = None,
        walltime: float | None = None,
        dataformats: str = "NCHW",
    ) -> None:
        """A batch of images, side by side."""
        self.add_image(tag, img_tensor, global_step, walltime, dataformats)

    def add_figure(
        self,
        tag: str,
        figure: Any,
        global_step: int | None = None,
        close: bool = True,
        walltime: float | None = None,
    ) -> None:
        """A matplotlib figure, as an image."""
        figures = list(figure) if isinstance(figure, (list, tuple)) else [figure]
        images = []
        for f in figures:
            f.canvas.draw()
            images.append(np.asarray(f.canvas.buffer_rgba())[..., :3])
            if close:
                importlib.import_module("matplotlib.pyplot").close(f)
        self.add_image(tag, np.stack(images), global_step, walltime, "NHWC")

    def add_text(
        self,
        tag: str,
        text_string: str,
        global_step: int | None = None,
        walltime: float | None = None,
    ) -> None:
        """Text, shown as Markdown."""
        proto, tensor = _part("compat.proto.summary_pb2"), _part("compat.proto.tensor_pb2")
        shape = _part("compat.proto.tensor_shape_pb2").TensorShapeProto
        data = proto.SummaryMetadata.PluginData(plugin_name="text")
        value = {
            "tag": f"{tag}/text_summary",
            "metadata": proto.SummaryMetadata(plugin_data=data),
            "tensor": tensor.TensorProto(
                dtype="DT_STRING",
                string_val=[text_string.encode()],
                tensor_shape=shape(dim=[shape.Dim(size=1)]),
            ),
        }
        self._add(value, global_step, walltime)

    def add_graph(
        self,
        model: Any,
        input_to_model: Any = None,
        verbose: bool = False,
        use_strict_trace: bool = True,
    ) -> None:
        raise NotImplementedError("SummaryWriter.add_graph: there is no TorchScript graph")

    def add_hparams(
        self,
        hparam_dict: dict[str, Any],
        metric_dict: dict[str, Any],
        hparam_domain_discrete: dict[str, list] | None = None,
        run_name: str | None = None,
        global_step: int | None = None,
    ) -> None:
        """A run's hyperparameters (bools, numbers, text) and results, in a folder of its own."""
        told = _plugins.hparams(hparam_dict, metric_dict, hparam_domain_discrete)
        with SummaryWriter(os.path.join(self.log_dir, run_name or str(time.time()))) as writer:
            for summary in told:
                writer.file_writer.add_summary(summary)
            for tag, value in metric_dict.items():
                writer.add_scalar(tag, value, global_step)

    def add_embedding(self, mat: Any, *args: Any, **kwargs: Any) -> None:
        raise NotImplementedError("SummaryWriter.add_embedding")

    def add_video(self, tag: str, vid_tensor: Any, *args: Any, **kwargs: Any) -> None:
        raise NotImplementedError("SummaryWriter.add_video")

    def add_audio(self, tag: str, snd_tensor: Any, *args: Any, **kwargs: Any) -> None:
        raise NotImplementedError("SummaryWriter.add_audio")

    def add_pr_curve(
        self,
        tag: str,
        labels: Any,
        predictions: Any,
        global_step: int | None = None,
        num_thresholds: int = 127,
        weights: Any = None,
        walltime: float | None = None,
    ) -> None:
        """Precision over recall of probabilities for labels that are 0 or 1."""
        weighed = None if weights is None else _array(weights)
        n = min(num_thresholds, 127)
        rows = _plugins.curve(_array(labels), _array(predictions), n, weighed)
        proto, tensor = _part("compat.proto.summary_pb2"), _part("compat.proto.tensor_pb2")
        shape = _part("compat.proto.tensor_shape_pb2").TensorShapeProto
        content = _part("plugins.pr_curve.plugin_data_pb2").PrCurvePluginData(
            version=0, num_thresholds=n
        )
        data = proto.SummaryMetadata.PluginData(
            plugin_name="pr_curves", content=content.SerializeToString()
        )
        value = {
            "tag": tag,
            "metadata": proto.SummaryMetadata(plugin_data=data),
            "tensor": tensor.TensorProto(
                dtype="DT_FLOAT",
                float_val=rows.ravel().tolist(),
                tensor_shape=shape(dim=[shape.Dim(size=k) for k in rows.shape]),
            ),
        }
        self._add(value, global_step, walltime)

    def flush(self) -> None:
        """Write what is queued to the files."""
        for writer in self._writers.values():
            writer.flush()

    def close(self) -> None:
        """Write what is queued and close the files."""
        for writer in self._writers.values():
            writer.flush()
            writer.close()
        self._writers = {}

    def __enter__(self) -> SummaryWriter:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()
