"""`torch.distributions`: probability distributions to sample from, and their densities.

https://docs.pytorch.org/docs/stable/distributions.html
"""

from torchish import _absent
from torchish.distributions import constraint_registry, constraints, kl, transforms, utils
from torchish.distributions.bernoulli import Bernoulli
from torchish.distributions.beta import Beta
from torchish.distributions.binomial import Binomial
from torchish.distributions.categorical import Categorical
from torchish.distributions.cauchy import Cauchy
from torchish.distributions.chi2 import Chi2
from torchish.distributions.constraint_registry import biject_to, transform_to
from torchish.distributions.continuous_bernoulli import ContinuousBernoulli
from torchish.distributions.dirichlet import Dirichlet
from torchish.distributions.distribution import Distribution
from torchish.distributions.exp_family import ExponentialFamily
from torchish.distributions.exponential import Exponential
from torchish.distributions.fishersnedecor import FisherSnedecor
from torchish.distributions.gamma import Gamma
from torchish.distributions.generalized_pareto import GeneralizedPareto
from torchish.distributions.geometric import Geometric
from torchish.distributions.gumbel import Gumbel
from torchish.distributions.half_cauchy import HalfCauchy
from torchish.distributions.half_normal import HalfNormal
from torchish.distributions.independent import Independent
from torchish.distributions.inverse_gamma import InverseGamma
from torchish.distributions.kl import kl_divergence, register_kl
from torchish.distributions.kumaraswamy import Kumaraswamy
from torchish.distributions.laplace import Laplace
from torchish.distributions.lkj_cholesky import LKJCholesky
from torchish.distributions.log_normal import LogNormal
from torchish.distributions.logistic_normal import LogisticNormal
from torchish.distributions.lowrank_multivariate_normal import LowRankMultivariateNormal
from torchish.distributions.mixture_same_family import MixtureSameFamily
from torchish.distributions.multinomial import Multinomial
from torchish.distributions.multivariate_normal import MultivariateNormal
from torchish.distributions.negative_binomial import NegativeBinomial
from torchish.distributions.normal import Normal
from torchish.distributions.one_hot_categorical import (
    OneHotCategorical,
    OneHotCategoricalStraightThrough,
)
from torchish.distributions.pareto import Pareto
from torchish.distributions.poisson import Poisson
from torchish.distributions.relaxed_bernoulli import RelaxedBernoulli
from torchish.distributions.relaxed_categorical import RelaxedOneHotCategorical
from torchish.distributions.studentT import StudentT
from torchish.distributions.transformed_distribution import TransformedDistribution
from torchish.distributions.transforms import (
    AbsTransform,
    AffineTransform,
    CatTransform,
    ComposeTransform,
    CorrCholeskyTransform,
    CumulativeDistributionTransform,
    ExpTransform,
    IndependentTransform,
    LowerCholeskyTransform,
    PositiveDefiniteTransform,
    PowerTransform,
    ReshapeTransform,
    SigmoidTransform,
    SoftmaxTransform,
    SoftplusTransform,
    StackTransform,
    StickBreakingTransform,
    TanhTransform,
    Transform,
    identity_transform,
)
from torchish.distributions.uniform import Uniform
from torchish.distributions.von_mises import VonMises
from torchish.distributions.weibull import Weibull
from torchish.distributions.wishart import Wishart

__all__ = [
    "AbsTransform",
    "AffineTransform",
    "Bernoulli",
    "Beta",
    "Binomial",
    "CatTransform",
    "Categorical",
    "Cauchy",
    "Chi2",
    "ComposeTransform",
    "ContinuousBernoulli",
    "CorrCholeskyTransform",
    "CumulativeDistributionTransform",
    "Dirichlet",
    "Distribution",
    "ExpTransform",
    "Exponential",
    "ExponentialFamily",
    "FisherSnedecor",
    "Gamma",
    "GeneralizedPareto",
    "Geometric",
    "Gumbel",
    "HalfCauchy",
    "HalfNormal",
    "Independent",
    "IndependentTransform",
    "InverseGamma",
    "Kumaraswamy",
    "LKJCholesky",
    "Laplace",
    "LogNormal",
    "LogisticNormal",
    "LowRankMultivariateNormal",
    "LowerCholeskyTransform",
    "MixtureSameFamily",
    "Multinomial",
    "MultivariateNormal",
    "NegativeBinomial",
    "Normal",
    "OneHotCategorical",
    "OneHotCategoricalStraightThrough",
    "Pareto",
    "Poisson",
    "PositiveDefiniteTransform",
    "PowerTransform",
    "RelaxedBernoulli",
    "RelaxedOneHotCategorical",
    "ReshapeTransform",
    "SigmoidTransform",
    "SoftmaxTransform",
    "SoftplusTransform",
    "StackTransform",
    "StickBreakingTransform",
    "StudentT",
    "TanhTransform",
    "Transform",
    "TransformedDistribution",
    "Uniform",
    "VonMises",
    "Weibull",
    "Wishart",
    "biject_to",
    "constraint_registry",
    "constraints",
    "identity_transform",
    "kl",
    "kl_divergence",
    "register_kl",
    "transform_to",
    "transforms",
    "utils",
]

__getattr__ = _absent.attributes(__name__)
