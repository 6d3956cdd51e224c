"""Losses as modules; each is its namesake in `torch.nn.functional` with the options fixed.

https://docs.pytorch.org/docs/stable/nn.html#loss-functions
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

from torchish._core.tensor import Tensor
from torchish.nn import _reduction as _Reduction
from torchish.nn import functional as F
from torchish.nn.modules.distance import PairwiseDistance
from torchish.nn.modules.module import Module

__all__ = [
    "BCELoss",
    "BCEWithLogitsLoss",
    "CTCLoss",
    "CosineEmbeddingLoss",
    "CrossEntropyLoss",
    "GaussianNLLLoss",
    "HingeEmbeddingLoss",
    "HuberLoss",
    "KLDivLoss",
    "L1Loss",
    "MSELoss",
    "MarginRankingLoss",
    "MultiLabelMarginLoss",
    "MultiLabelSoftMarginLoss",
    "MultiMarginLoss",
    "NLLLoss",
    "NLLLoss2d",
    "PoissonNLLLoss",
    "SmoothL1Loss",
    "SoftMarginLoss",
    "TripletMarginLoss",
    "TripletMarginWithDistanceLoss",
]


def _calling(name: str, *options: str) -> Callable[[Any, Tensor, Tensor], Tensor]:
    """The forward method that calls a function of `nn.functional` with these attributes."""

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        return getattr(F, name)(input, target, **{n: getattr(self, n) for n in options})

    return forward


class _Loss(Module):
    reduction: str

    def __init__(self, size_average=None, reduce=None, reduction: str = "mean") -> None:
        super().__init__()
        if size_average is not None or reduce is not None:
            reduction = _Reduction.legacy_get_string(size_average, reduce)
        self.reduction = reduction


class _WeightedLoss(_Loss):
    def __init__(
        self, weight: Tensor | None = None, size_average=None, reduce=None, reduction: str = "mean"
    ) -> None:
        super().__init__(size_average, reduce, reduction)
        self.register_buffer("weight", weight)
        self.weight: Tensor | None


class L1Loss(_Loss):
    """|input - target| (https://docs.pytorch.org/docs/stable/generated/torch.nn.L1Loss.html).

    >>> nn.L1Loss()(torch.tensor([1.0, 2.0]), torch.tensor([2.0, 5.0]))
    tensor(2.)
    """

    __constants__ = ["reduction"]

    forward = _calling("l1_loss", "reduction")


class MSELoss(_Loss):
    """(input - target)² (https://docs.pytorch.org/docs/stable/generated/torch.nn.MSELoss.html).

    >>> nn.MSELoss()(torch.tensor([1.0, 2.0]), torch.tensor([2.0, 4.0]))
    tensor(2.5000)
    """

    __constants__ = ["reduction"]

    forward = _calling("mse_loss", "reduction")


class SmoothL1Loss(_Loss):
    """Squared below beta, linear above (https://arxiv.org/abs/1504.08083).

    >>> nn.SmoothL1Loss(beta=2.0, reduction="none")(torch.tensor([0.5, 5.0]), torch.zeros(2))
    tensor([0.0625, 4.0000])
    """

    __constants__ = ["reduction"]

    def __init__(
        self, size_average=None, reduce=None, reduction: str = "mean", beta: float = 1.0
    ) -> None:
        super().__init__(size_average, reduce, reduction)
        self.beta = beta

    forward = _calling("smooth_l1_loss", "reduction", "beta")


class HuberLoss(_Loss):
    """Squared below delta, delta times linear above
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.HuberLoss.html).

    >>> nn.HuberLoss(reduction="none")(torch.tensor([0.5, 5.0]), torch.zeros(2))
    tensor([0.1250, 4.5000])
    """

    __constants__ = ["reduction", "delta"]

    def __init__(self, reduction: str = "mean", delta: float = 1.0) -> None:
        super().__init__(reduction=reduction)
        if isinstance(delta, bool) or not isinstance(delta, (int, float)):
            raise TypeError(f"delta must be a float or int, got: {type(delta)}")
        self.delta = delta

    forward = _calling("huber_loss", "reduction", "delta")


class NLLLoss(_WeightedLoss):
    """-input[target], input being log-probabilities
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.NLLLoss.html).

    >>> log_probs = torch.tensor([[0.25, 0.75], [0.5, 0.5]]).log()
    >>> nn.NLLLoss()(log_probs, torch.tensor([1, 0]))
    tensor(0.4904)
    """

    __constants__ = ["ignore_index", "reduction"]

    def __init__(
        self,
        weight: Tensor | None = None,
        size_average=None,
        ignore_index: int = -100,
        reduce=None,
        reduction: str = "mean",
    ) -> None:
        super().__init__(weight, size_average, reduce, reduction)
        self.ignore_index = ignore_index

    forward = _calling("nll_loss", "weight", "ignore_index", "reduction")


class NLLLoss2d(NLLLoss):
    """Deprecated name of NLLLoss.

    >>> import warnings
    >>> warnings.simplefilter("ignore")  # deprecated: NLLLoss takes images too
    >>> nn.NLLLoss2d()(torch.zeros(1, 2, 1, 1), torch.zeros(1, 1, 1, dtype=torch.int64))
    tensor(0.)
    """

    def __init__(self, *args: Any, **kwargs: Any):
        warnings.warn(
            "`NLLLoss2d` has been deprecated. Please use `NLLLoss` instead as a drop-in "
            "replacement and see https://pytorch.org/docs/main/nn.html#torch.nn.NLLLoss for more "
            "details.",
            FutureWarning,
            stacklevel=2,
        )
        super().__init__(*args, **kwargs)


class PoissonNLLLoss(_Loss):
    """Negative log-likelihood of a Poisson distribution
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.PoissonNLLLoss.html).

    >>> nn.PoissonNLLLoss()(torch.tensor([0.0]), torch.tensor([2.0]))
    tensor(1.)
    """

    __constants__ = ["log_input", "full", "eps", "reduction"]

    def __init__(
        self,
        log_input: bool = True,
        full: bool = False,
        size_average=None,
        eps: float = 1e-8,
        reduce=None,
        reduction: str = "mean",
    ) -> None:
        super().__init__(size_average, reduce, reduction)
        self.log_input = log_input
        self.full = full
        self.eps = eps

    def forward(self, log_input: Tensor, target: Tensor) -> Tensor:
        return F.poisson_nll_loss(
            log_input,
            target,
            log_input=self.log_input,
            full=self.full,
            eps=self.eps,
            reduction=self.reduction,
        )


class GaussianNLLLoss(_Loss):
    """Negative log-likelihood of a normal distribution
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.GaussianNLLLoss.html).

    >>> nn.GaussianNLLLoss()(torch.tensor([1.0]), torch.tensor([3.0]), torch.tensor([4.0]))
    tensor(1.1931)
    """

    __constants__ = ["full", "eps", "reduction"]

    def __init__(self, *, full: bool = False, eps: float = 1e-6, reduction: str = "mean") -> None:
        super().__init__(None, None, reduction)
        self.full = full
        self.eps = eps

    def forward(self, input: Tensor, target: Tensor, var: Tensor | float) -> Tensor:
        return F.gaussian_nll_loss(
            input, target, var, full=self.full, eps=self.eps, reduction=self.reduction
        )


class KLDivLoss(_Loss):
    """Kullback-Leibler divergence, input being log-probabilities
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.KLDivLoss.html).

    >>> p, q = torch.tensor([[0.5, 0.5]]), torch.tensor([[0.9, 0.1]])
    >>> nn.KLDivLoss(reduction="batchmean")(q.log(), p)
    tensor(0.5108)
    """

    __constants__ = ["reduction"]

    def __init__(
        self, size_average=None, reduce=None, reduction: str = "mean", log_target: bool = False
    ) -> None:
        super().__init__(size_average, reduce, reduction)
        self.log_target = log_target

    forward = _calling("kl_div", "reduction", "log_target")


class BCELoss(_WeightedLoss):
    """Binary cross entropy of probabilities
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.BCELoss.html).

    >>> nn.BCELoss()(torch.tensor([0.9, 0.1]), torch.tensor([1.0, 0.0]))
    tensor(0.1054)
    """

    __constants__ = ["reduction"]

    forward = _calling("binary_cross_entropy", "weight", "reduction")


class BCEWithLogitsLoss(_Loss):
    """Binary cross entropy of logits
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.BCEWithLogitsLoss.html).

    >>> nn.BCEWithLogitsLoss()(torch.tensor([100.0, 0.0]), torch.tensor([1.0, 0.0]))
    tensor(0.3466)
    >>> loss = nn.BCEWithLogitsLoss(pos_weight=torch.tensor([3.0]))
    >>> loss(torch.tensor([0.0]), torch.tensor([1.0]))
    tensor(2.0794)
    """

    def __init__(
        self,
        weight: Tensor | None = None,
        size_average=None,
        reduce=None,
        reduction: str = "mean",
        pos_weight: Tensor | None = None,
    ) -> None:
        super().__init__(size_average, reduce, reduction)
        self.register_buffer("weight", weight)
        self.register_buffer("pos_weight", pos_weight)
        self.weight: Tensor | None
        self.pos_weight: Tensor | None

    forward = _calling("binary_cross_entropy_with_logits", "weight", "pos_weight", "reduction")


class HingeEmbeddingLoss(_Loss):
    """Input where the target is 1, max(0, margin - input) where it is -1
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.HingeEmbeddingLoss.html).

    >>> nn.HingeEmbeddingLoss()(torch.tensor([0.3]), torch.tensor([-1]))
    tensor(0.7000)
    """

    __constants__ = ["margin", "reduction"]

    def __init__(
        self, margin: float = 1.0, size_average=None, reduce=None, reduction: str = "mean"
    ) -> None:
        super().__init__(size_average, reduce, reduction)
        self.margin = margin

    forward = _calling("hinge_embedding_loss", "margin", "reduction")


class MultiLabelMarginLoss(_Loss):
    """Multi-class multi-label hinge loss
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.MultiLabelMarginLoss.html).

    >>> nn.MultiLabelMarginLoss()(torch.tensor([[0.1, 0.9, 0.4]]), torch.tensor([[1, -1, 0]]))
    tensor(0.2333)
    """

    __constants__ = ["reduction"]

    forward = _calling("multilabel_margin_loss", "reduction")


class SoftMarginLoss(_Loss):
    """log(1 + e^(-target·input))
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.SoftMarginLoss.html).

    >>> nn.SoftMarginLoss()(torch.tensor([0.0, 2.0]), torch.tensor([1.0, -1.0]))
    tensor(1.4100)
    """

    __constants__ = ["reduction"]

    forward = _calling("soft_margin_loss", "reduction")


class CrossEntropyLoss(_WeightedLoss):
    """Cross entropy of logits with class indices or class probabilities
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.CrossEntropyLoss.html).

    >>> scores = torch.tensor([[2.0, 0.0, 0.0], [0.0, 0.0, 2.0]])
    >>> nn.CrossEntropyLoss()(scores, torch.tensor([0, 2]))
    tensor(0.2395)
    >>> nn.CrossEntropyLoss(reduction="none", label_smoothing=0.1)(scores, torch.tensor([0, 1]))
    tensor([0.3729, 2.1729])
    """

    __constants__ = ["ignore_index", "reduction", "label_smoothing"]

    def __init__(
        self,
        weight: Tensor | None = None,
        size_average=None,
        ignore_index: int = -100,
        reduce=None,
        reduction: str = "mean",
        label_smoothing: float = 0.0,
    ) -> None:
        super().__init__(weight, size_average, reduce, reduction)
        self.ignore_index = ignore_index
        self.label_smoothing = label_smoothing

    forward = _calling("cross_entropy", "weight", "ignore_index", "reduction", "label_smoothing")


class MultiLabelSoftMarginLoss(_WeightedLoss):
    """Multi-label one-versus-all loss
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.MultiLabelSoftMarginLoss.html).

    >>> nn.MultiLabelSoftMarginLoss()(torch.zeros(1, 3), torch.tensor([[1.0, 0.0, 1.0]]))
    tensor(0.6931)
    """

    __constants__ = ["reduction"]

    forward = _calling("multilabel_soft_margin_loss", "weight", "reduction")


class CosineEmbeddingLoss(_Loss):
    """1 - cos where the target is 1, max(0, cos - margin) where it is -1
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.CosineEmbeddingLoss.html).

    >>> loss = nn.CosineEmbeddingLoss()
    >>> loss(torch.tensor([[1.0, 0.0]]), torch.tensor([[0.0, 1.0]]), torch.tensor([1]))
    tensor(1.)
    """

    __constants__ = ["margin", "reduction"]

    def __init__(
        self, margin: float = 0.0, size_average=None, reduce=None, reduction: str = "mean"
    ) -> None:
        super().__init__(size_average, reduce, reduction)
        self.margin = margin

    def forward(self, input1: Tensor, input2: Tensor, target: Tensor) -> Tensor:
        return F.cosine_embedding_loss(
            input1, input2, target, margin=self.margin, reduction=self.reduction
        )


class MarginRankingLoss(_Loss):
    """max(0, -target·(input1 - input2) + margin)
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.MarginRankingLoss.html).

    >>> loss = nn.MarginRankingLoss(margin=0.5)
    >>> loss(torch.tensor([1.0]), torch.tensor([3.0]), torch.tensor([1]))
    tensor(2.5000)
    """

    __constants__ = ["margin", "reduction"]

    def __init__(
        self, margin: float = 0.0, size_average=None, reduce=None, reduction: str = "mean"
    ) -> None:
        super().__init__(size_average, reduce, reduction)
        self.margin = margin

    def forward(self, input1: Tensor, input2: Tensor, target: Tensor) -> Tensor:
        return F.margin_ranking_loss(
            input1, input2, target, margin=self.margin, reduction=self.reduction
        )


class MultiMarginLoss(_WeightedLoss):
    """Multi-class hinge loss
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.MultiMarginLoss.html).

    >>> nn.MultiMarginLoss()(torch.tensor([[0.1, 0.9, 0.4]]), torch.tensor([1]))
    tensor(0.2333)
    """

    __constants__ = ["p", "margin", "reduction"]

    def __init__(
        self,
        p: int = 1,
        margin: float = 1.0,
        weight: Tensor | None = None,
        size_average=None,
        reduce=None,
        reduction: str = "mean",
    ) -> None:
        super().__init__(weight, size_average, reduce, reduction)
        if p not in (1, 2):
            raise ValueError("only p == 1 and p == 2 supported")
        if weight is not None and weight.dim() != 1:
            raise ValueError(
                f"MultiMarginLoss: expected weight to be None or 1D tensor, got {weight.dim()}D "
                "instead"
            )
        self.p = p
        self.margin = margin

    forward = _calling("multi_margin_loss", "p", "margin", "weight", "reduction")


class TripletMarginLoss(_Loss):
    """max(0, d(anchor, positive) - d(anchor, negative) + margin)
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.TripletMarginLoss.html).

    >>> a, p, n = torch.tensor([[0.0]]), torch.tensor([[1.0]]), torch.tensor([[1.5]])
    >>> nn.TripletMarginLoss()(a, p, n)
    tensor(0.5000)
    """

    __constants__ = ["margin", "p", "eps", "swap", "reduction"]

    def __init__(
        self,
        margin: float = 1.0,
        p: float = 2.0,
        eps: float = 1e-6,
        swap: bool = False,
        size_average=None,
        reduce=None,
        reduction: str = "mean",
    ) -> None:
        super().__init__(size_average, reduce, reduction)
        if margin <= 0:
            raise ValueError(
                f"TripletMarginLoss: expected margin to be greater than 0, got {margin} instead"
            )
        self.margin = margin
        self.p = p
        self.eps = eps
        self.swap = swap

    def forward(self, anchor: Tensor, positive: Tensor, negative: Tensor) -> Tensor:
        return F.triplet_margin_loss(
            anchor,
            positive,
            negative,
            margin=self.margin,
            p=self.p,
            eps=self.eps,
            swap=self.swap,
            reduction=self.reduction,
        )


class TripletMarginWithDistanceLoss(_Loss):
    """TripletMarginLoss with any distance function
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.TripletMarginWithDistanceLoss.html).

    >>> loss = nn.TripletMarginWithDistanceLoss(distance_function=lambda x, y: (x - y).abs().sum(1))
    >>> loss(torch.tensor([[0.0]]), torch.tensor([[1.0]]), torch.tensor([[1.5]]))
    tensor(0.5000)
    """

    __constants__ = ["margin", "swap", "reduction"]

    def __init__(
        self,
        *,
        distance_function: Callable[[Tensor, Tensor], Tensor] | None = None,
        margin: float = 1.0,
        swap: bool = False,
        reduction: str = "mean",
    ) -> None:
        super().__init__(size_average=None, reduce=None, reduction=reduction)
        if margin <= 0:
            raise ValueError(
                "TripletMarginWithDistanceLoss: expected margin to be greater than 0, got "
                f"{margin} instead"
            )
        self.distance_function = (
            distance_function if distance_function is not None else PairwiseDistance()
        )
        self.margin = margin
        self.swap = swap

    def forward(self, anchor: Tensor, positive: Tensor, negative: Tensor) -> Tensor:
        return F.triplet_margin_with_distance_loss(
            anchor,
            positive,
            negative,
            distance_function=self.distance_function,
            margin=self.margin,
            swap=self.swap,
            reduction=self.reduction,
        )


class CTCLoss(_Loss):
    """Connectionist temporal classification (https://www.cs.toronto.edu/~graves/icml_2006.pdf).

    >>> log_probs = torch.log_softmax(torch.zeros(4, 1, 3), 2)
    >>> nn.CTCLoss()(log_probs, torch.tensor([[1, 2]]), torch.tensor([4]), torch.tensor([2]))
    tensor(0.8432)
    """

    __constants__ = ["blank", "reduction"]

    def __init__(
        self, blank: int = 0, reduction: str = "mean", zero_infinity: bool = False
    ) -> None:
        super().__init__(reduction=reduction)
        self.blank = blank
        self.zero_infinity = zero_infinity

    def forward(
        self, log_probs: Tensor, targets: Tensor, input_lengths: Tensor, target_lengths: Tensor
    ) -> Tensor:
        return F.ctc_loss(
            log_probs,
            targets,
            input_lengths,
            target_lengths,
            self.blank,
            self.reduction,
            self.zero_infinity,
        )
