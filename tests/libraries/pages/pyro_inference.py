"""Pyro: variational inference with a guide made by hand and by rule, and Hamiltonian sampling."""

import pyro
import pyro.distributions as dist
import torch
from harness import show
from pyro.infer import MCMC, NUTS, SVI, Predictive, Trace_ELBO
from pyro.infer.autoguide import AutoNormal

pyro.set_rng_seed(0)
x = torch.linspace(-1, 1, 20)
y = 2 * x + 0.5 + 0.1 * torch.randn(20)


def model(x, y=None):
    slope = pyro.sample("slope", dist.Normal(0.0, 5.0))
    start = pyro.sample("start", dist.Normal(0.0, 5.0))
    noise = pyro.sample("noise", dist.LogNormal(0.0, 1.0))
    with pyro.plate("data", len(x)):
        return pyro.sample("y", dist.Normal(slope * x + start, noise), obs=y)


pyro.clear_param_store()
guide = AutoNormal(model)
svi = SVI(model, guide, pyro.optim.Adam({"lr": 0.05}), Trace_ELBO())
show("losses", [svi.step(x, y) for _ in range(15)])
show("median", {k: v for k, v in guide.median(x, y).items()})
predictive = Predictive(model, guide=guide, num_samples=5)
show("predicted", predictive(x)["y"].mean(0)[:4])

pyro.clear_param_store()


def coin(data):
    f = pyro.sample("f", dist.Beta(10.0, 10.0))
    with pyro.plate("flips", len(data)):
        pyro.sample("obs", dist.Bernoulli(f), obs=data)


def coin_guide(data):
    positive = dist.constraints.positive
    a = pyro.param("a", torch.tensor(15.0), constraint=positive)
    b = pyro.param("b", torch.tensor(15.0), constraint=positive)
    pyro.sample("f", dist.Beta(a, b))


data = torch.tensor([1.0] * 6 + [0.0] * 4)
svi = SVI(coin, coin_guide, pyro.optim.Adam({"lr": 0.05}), Trace_ELBO())
show("coin", [svi.step(data) for _ in range(10)])
show("parameters", [pyro.param("a").item(), pyro.param("b").item()])
pyro.set_rng_seed(1)
sampler = MCMC(NUTS(coin), num_samples=10, warmup_steps=5, disable_progbar=True)
sampler.run(data)
show("mcmc", sampler.get_samples()["f"])
