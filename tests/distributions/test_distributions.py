"""torch.distributions: errors and gradients; its numbers are cases of tests/oracle.py."""

import importlib

import pytest

import torchish


def messages(torch) -> list[str]:
    d, t = importlib.import_module(f"{torch.__name__}.distributions"), torch.tensor
    calls = [
        lambda: d.Normal(torch.zeros(2), t([1.0, -1.0])),
        lambda: d.Normal(0.0, 1.0).log_prob(t(float("nan"))),
        lambda: d.Normal(torch.zeros(2), torch.ones(2)).log_prob(torch.zeros(3)),
        lambda: d.Normal(0.0, 1.0).log_prob(1.0),
        lambda: d.Categorical(t([0.5, 0.5])).log_prob(t(3)),
        lambda: d.Categorical(),
        lambda: d.Bernoulli(1.5),
        lambda: d.Uniform(1.0, 0.0),
        lambda: d.MultivariateNormal(torch.zeros(2), -torch.eye(2)),
        lambda: d.Independent(d.Normal(0.0, 1.0), 1),
    ]
    found = []
    for call in calls:
        with pytest.raises(ValueError) as e:
            call()
        found.append(str(e.value))
    return found


def test_errors_name_what_is_wrong():
    found = messages(torchish)
    assert found[0].startswith(
        "Expected parameter scale (Tensor of shape (2,)) of distribution Normal(loc: "
        "torch.Size([2]), scale: torch.Size([2])) to satisfy the constraint "
        "GreaterThan(lower_bound=0.0), but found invalid values:"
    )
    with pytest.raises(NotImplementedError, match="No KL"):
        d = torchish.distributions
        d.kl_divergence(d.Uniform(0.0, 1.0), d.Poisson(1.0))


@pytest.mark.oracle
def test_errors_are_pytorchs():
    torch = pytest.importorskip("torch")
    assert messages(torchish) == messages(torch)


def test_gradients_and_policies():
    d = torchish.distributions
    torchish.manual_seed(0)
    loc = torchish.zeros(3, requires_grad=True)
    scale = torchish.ones(3, requires_grad=True)
    x = d.Normal(loc, scale).rsample((50,))
    (x**2).mean().backward()
    assert loc.grad is not None and scale.grad is not None
    assert not d.Normal(loc, scale).sample().requires_grad
    logits = torchish.zeros(4, requires_grad=True)
    policy = d.Categorical(logits=logits)
    action = policy.sample()
    (-policy.log_prob(action) * 2.0).backward()
    expected = torchish.full((4,), 0.5)
    expected[action] -= 2
    torchish.testing.assert_close(logits.grad, expected)
    assert d.Normal(loc, scale).expand((2, 3)).batch_shape == (2, 3)
    assert d.Categorical(logits=logits).expand((5,)).sample().shape == (5,)
    assert d.Bernoulli(torchish.rand(2)).enumerate_support().tolist() == [[0, 0], [1, 1]]


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (lambda d: d.Geometric(probs=torchish.tensor([0.0, 0.5])), "to be positive"),
        (lambda d: d.Chi2(0.0), "parameter df"),
        (lambda d: d.HalfNormal(-1.0), "parameter scale"),
        (lambda d: d.HalfCauchy(-1.0), "parameter scale"),
    ],
)
def test_parameters_that_are_derived_are_checked(make, text):
    with pytest.raises(ValueError, match=text):
        make(torchish.distributions)


def test_transforms_and_their_inverses():
    t = torchish.distributions.transforms
    reshape = t.ReshapeTransform((2,), (1, 2))
    x = torchish.arange(4.0).reshape(2, 2)
    assert reshape(x).shape == (2, 1, 2) and reshape.inv(reshape(x)).tolist() == x.tolist()
    assert reshape.log_abs_det_jacobian(x, reshape(x)).tolist() == [0, 0]
    both = t.ComposeTransform([t.ExpTransform(), t.SigmoidTransform()])
    assert both.inv.inv is both and t.AbsTransform().with_cache(1)._cache_size == 1


def test_the_gradient_of_even_odds():
    logits = torchish.zeros(1, requires_grad=True)
    d = torchish.distributions.Binomial(torchish.tensor([20.0]), logits=logits)
    d.log_prob(torchish.tensor([8.0])).sum().backward()
    assert (
        logits.grad.tolist() == [-2]
        and str(d.support) == "IntegerInterval(lower_bound=0, upper_bound=tensor([20.]))"
    )
