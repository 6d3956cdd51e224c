"""BoTorch: a model of an objective, and the next point by expected improvement."""

import torch
from botorch.acquisition import LogExpectedImprovement, qExpectedImprovement
from botorch.fit import fit_gpytorch_mll
from botorch.models import SingleTaskGP
from botorch.optim import optimize_acqf
from botorch.sampling import SobolQMCNormalSampler
from botorch.utils.sampling import draw_sobol_samples
from gpytorch.mlls import ExactMarginalLogLikelihood
from harness import show

torch.manual_seed(0)
bounds = torch.tensor([[0.0, 0.0], [1.0, 1.0]], dtype=torch.double)
x = draw_sobol_samples(bounds, n=8, q=1, seed=0).squeeze(1)
show("points", x)
y = -((x - 0.4) ** 2).sum(1, keepdim=True)
model = SingleTaskGP(x, y)
fit_gpytorch_mll(ExactMarginalLogLikelihood(model.likelihood, model))
show("lengthscale", model.covar_module.lengthscale)
improvement = LogExpectedImprovement(model, best_f=y.max())
point, value = optimize_acqf(improvement, bounds, q=1, num_restarts=2, raw_samples=16)
show("next", [point, value])
sampler = SobolQMCNormalSampler(torch.Size([16]), seed=1)
many = qExpectedImprovement(model, best_f=y.max(), sampler=sampler)
show("batch", many(x[:2].unsqueeze(0)))
