"""What TensorBoard's hyperparameters and precision-recall curves are made of."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Any

import numpy as np

__all__ = ["curve", "hparams"]


def _proto(name: str) -> Any:
    return importlib.import_module(f"tensorboard.{name}")


def _plain(x: Any) -> float | str:
    """A hyperparameter as TensorBoard gets it, bools as numbers like PyTorch's. ValueError for what
    is no bool, number or text."""
    if isinstance(x, str):
        return x
    if hasattr(x, "item"):
        x = x.item()
    if isinstance(x, int | float):
        return float(x)
    raise ValueError("value should be one of int, float, str, bool, or torch.Tensor")


def _summary(name: str, content: Any) -> Any:
    """A summary that holds nothing but a message of the plugin."""
    summary = _proto("compat.proto.summary_pb2")
    metadata = _proto("plugins.hparams.metadata")
    value = summary.Summary.Value(tag=name)
    value.metadata.CopyFrom(metadata.create_summary_metadata(content))
    return summary.Summary(value=[value])


def hparams(
    given: Mapping[str, Any],
    metrics: Mapping[str, Any],
    domains: Mapping[str, list] | None = None,
) -> list[Any]:
    """The three summaries of a run's hyperparameters: what there is, its begin, and its end.
    TypeError unless both are dicts."""
    if not isinstance(given, dict) or not isinstance(metrics, dict):
        raise TypeError("hparam_dict and metric_dict should be dictionary.")
    api, data = _proto("plugins.hparams.api_pb2"), _proto("plugins.hparams.plugin_data_pb2")
    metadata = _proto("plugins.hparams.metadata")
    plain = {k: _plain(v) for k, v in given.items() if v is not None}
    infos = []
    for key, value in plain.items():
        kind = api.DATA_TYPE_STRING if isinstance(value, str) else api.DATA_TYPE_FLOAT64
        info = api.HParamInfo(name=key, type=kind)
        if domains and key in domains:
            info.domain_discrete.extend(domains[key])
        infos.append(info)
    named = [api.MetricInfo(name=api.MetricName(tag=k)) for k in metrics]
    experiment = data.HParamsPluginData(
        experiment=api.Experiment(hparam_infos=infos, metric_infos=named),
        version=metadata.PLUGIN_DATA_VERSION,
    )
    start = data.SessionStartInfo()
    for key, value in plain.items():
        field = "string_value" if isinstance(value, str) else "number_value"
        setattr(start.hparams[key], field, value)
    begin = data.HParamsPluginData(session_start_info=start, version=metadata.PLUGIN_DATA_VERSION)
    end = data.HParamsPluginData(
        session_end_info=data.SessionEndInfo(status=api.STATUS_SUCCESS),
        version=metadata.PLUGIN_DATA_VERSION,
    )
    return [
        _summary(metadata.EXPERIMENT_TAG, experiment),
        _summary(metadata.SESSION_START_INFO_TAG, begin),
        _summary(metadata.SESSION_END_INFO_TAG, end),
    ]


def curve(
    labels: np.ndarray, predictions: np.ndarray, thresholds: int, weights: np.ndarray | None
) -> np.ndarray:
    """Six rows by thresholds from 0 to 1: true and false positives, true and false negatives,
    precision, recall. ValueError for arrays of different sizes."""
    labels, predictions = labels.astype(bool).ravel(), predictions.astype(np.float64).ravel()
    if labels.shape != predictions.shape:
        raise ValueError(f"add_pr_curve: {labels.size} labels, {predictions.size} predictions")
    w = np.ones(labels.size) if weights is None else weights.astype(np.float64).ravel()
    place = np.clip(np.floor(predictions * (thresholds - 1)), 0, thresholds - 1).astype(int)

    def above(of: np.ndarray) -> np.ndarray:
        counts = np.bincount(place, weights=w * of, minlength=thresholds)
        return counts[::-1].cumsum()[::-1]

    tp, fp = above(labels), above(~labels)
    fn, tn = tp[0] - tp, fp[0] - fp
    tiny = 1e-7
    precision = tp / np.maximum(tiny, tp + fp)
    recall = tp / np.maximum(tiny, tp + fn)
    return np.stack([tp, fp, tn, fn, precision, recall])
