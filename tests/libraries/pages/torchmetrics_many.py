"""Metrics of classification, regression, retrieval, images and text, updated in two batches."""

import torch
import torchmetrics
from harness import show
from torchmetrics import classification, image, regression, retrieval, text

torch.manual_seed(0)
scores = torch.randn(40, 5).softmax(-1)
target = torch.randint(0, 5, (40,))
for name in ("Accuracy", "F1Score", "Precision", "Recall", "ConfusionMatrix", "AUROC",
             "AveragePrecision", "CohenKappa", "MatthewsCorrCoef", "Specificity", "JaccardIndex",
             "HammingDistance", "CalibrationError", "HingeLoss", "StatScores"):  # fmt: skip
    metric = getattr(classification, f"Multiclass{name}")(num_classes=5)
    metric.update(scores[:20], target[:20])
    metric.update(scores[20:], target[20:])
    show(f"Multiclass{name}", metric.compute())
for name in ("Accuracy", "AUROC", "AveragePrecision", "F1Score", "ROC", "PrecisionRecallCurve"):
    metric = getattr(classification, f"Binary{name}")()
    metric.update(scores[:, 0], target % 2)
    show(f"Binary{name}", metric.compute())
a, b = scores[:, 0], scores[:, 1]
for name in ("MeanSquaredError", "MeanAbsoluteError", "R2Score", "PearsonCorrCoef",
             "SpearmanCorrCoef", "ExplainedVariance", "KendallRankCorrCoef", "ConcordanceCorrCoef",
             "MeanAbsolutePercentageError", "LogCoshError"):  # fmt: skip
    metric = getattr(regression, name)()
    metric.update(a[:20], b[:20])
    metric.update(a[20:], b[20:])
    show(name, metric.compute())
for name in ("RetrievalMAP", "RetrievalMRR", "RetrievalNormalizedDCG", "RetrievalPrecision"):
    metric = getattr(retrieval, name)()
    show(name, metric(a, target > 2, indexes=torch.arange(40) // 8))
images = torch.rand(2, 3, 32, 32)
near = (images + 0.1 * torch.rand(2, 3, 32, 32)).clamp(0, 1)
for name in ("PeakSignalNoiseRatio", "StructuralSimilarityIndexMeasure", "TotalVariation",
             "UniversalImageQualityIndex"):  # fmt: skip
    options = (
        {} if name in ("TotalVariation", "UniversalImageQualityIndex") else {"data_range": 1.0}
    )
    metric = getattr(image, name)(**options)
    show(name, metric(near) if name == "TotalVariation" else metric(near, images))
show("BLEUScore", text.BLEUScore()(["the cat is on the mat"], [["there is a cat on the mat"]]))
show("WordErrorRate", text.WordErrorRate()(["this is the prediction"], ["this is the reference"]))
show("Perplexity", text.Perplexity()(scores.log()[None], target[None]))
many = torchmetrics.MetricCollection(
    [classification.MulticlassAccuracy(5), classification.MulticlassF1Score(5)]
)
show("collection", many(scores, target))
mean = torchmetrics.MeanMetric()
mean.update(a)
show("MeanMetric", mean.compute())
show("state", {k: v for k, v in mean.state_dict().items()})
