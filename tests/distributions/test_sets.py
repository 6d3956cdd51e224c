"""Constraints, the transforms onto them, and distributions that users derive."""

from __future__ import annotations

import importlib
import pkgutil

import numpy as np
import pytest

import torchish
import torchish.distributions


def sets(lib) -> dict:
    c, a = lib.distributions.constraints, lib.tensor([0.5, -1.0, 2.0])
    return {
        "real": c.real,
        "real_vector": c.real_vector,
        "positive": c.positive,
        "nonnegative": c.nonnegative,
        "greater_than": c.greater_than(a),
        "greater_than_eq": c.greater_than_eq(1.5),
        "less_than": c.less_than(a),
        "unit_interval": c.unit_interval,
        "interval": c.interval(a, a + 2),
        "half_open_interval": c.half_open_interval(-1, 3),
        "simplex": c.simplex,
        "lower_triangular": c.lower_triangular,
        "lower_cholesky": c.lower_cholesky,
        "corr_cholesky": c.corr_cholesky,
        "square": c.square,
        "symmetric": c.symmetric,
        "positive_definite": c.positive_definite,
        "positive_semidefinite": c.positive_semidefinite,
        "cat": c.cat([c.positive, c.interval(0, 1)], -1, [1, 2]),
        "stack": c.stack([c.positive, c.real, c.less_than(2)], -1),
        "stack of vectors": c.stack(
            [c.independent(c.positive, 1), c.real_vector, c.real_vector], 0
        ),
        "independent": c.independent(c.positive, 1),
        "boolean": c.boolean,
        "multinomial": c.multinomial(4),
        "integer_interval": c.integer_interval(0, 3),
        "nonnegative_integer": c.nonnegative_integer,
        "one_hot": c.one_hot,
        "dependent": c.dependent(is_discrete=True, event_dim=1),
        "mixture": c.MixtureSameFamilyConstraint(c.positive),
    }


def plain(t):
    return [list(t.shape), np.asarray(t.detach().numpy(), np.float64).ravel().tolist()]


def described(lib) -> dict:
    """What each set says of itself and of some values, and where its transforms take them."""
    rng = np.random.default_rng(0)
    points = lib.tensor(rng.standard_normal((3, 3)).tolist(), dtype=lib.float64)
    out = {}
    for name, c in sets(lib).items():
        text = [repr(c), c.is_discrete, c.event_dim, lib.distributions.constraints.is_dependent(c)]
        out[name] = [text]
        if name != "dependent":
            tried = (points, points.exp(), points @ points.mT, lib.eye(3), points.tril().exp())
            out[name].append([plain(c.check(x)) for x in tried])
        for registry in (lib.distributions.biject_to, lib.distributions.transform_to):
            try:
                t = registry(c)
            except NotImplementedError as e:
                out[name].append(str(e))
                continue
            y = t(points)
            row = [repr(t), t.bijective, plain(y), plain(t.inv(y)), bool(c.check(y).all())]
            row += [list(t.forward_shape((3, 3))), list(t.inverse_shape(y.shape))]
            try:
                row.append(plain(t.log_abs_det_jacobian(points, y)))
            except NotImplementedError:
                row.append(None)
            out[name].append(row)
    return out


def close(name, got, want):
    if isinstance(want, list) and len(want) == 2 and isinstance(want[1], list) and want[1]:
        if isinstance(want[1][0], float):
            assert got[0] == want[0], name
            np.testing.assert_allclose(got[1], want[1], 1e-9, 1e-12, err_msg=name)
            return
    if isinstance(want, list):
        assert len(got) == len(want), name
        for g, w in zip(got, want, strict=True):
            close(name, g, w)
        return
    assert got == want, name


@pytest.mark.oracle
def test_sets_and_transforms_are_pytorchs():
    torch = pytest.importorskip("torch")
    got, want = described(torchish), described(torch)
    for name in want:
        close(name, got[name], want[name])


def test_bijections_invert_and_tell_their_jacobian():
    d = torchish.distributions
    torchish.manual_seed(0)
    for name, c in sets(torchish).items():
        try:
            t = d.biject_to(c)
        except NotImplementedError:
            continue
        x = torchish.randn(3, dtype=torchish.float64)
        if name == "stack of vectors":
            x = torchish.randn(3, 3, dtype=torchish.float64)
        y = t(x)
        assert bool(c.check(y).all()), name
        torchish.testing.assert_close(t.inv(y), x, rtol=1e-7, atol=1e-9)
    x = torchish.randn(6, dtype=torchish.float64)
    t = d.biject_to(d.constraints.corr_cholesky)
    rows, columns = torchish.tril_indices(4, 4, -1)
    matrix = torchish.autograd.functional.jacobian(lambda v: t(v)[rows, columns], x)
    slope = torchish.linalg.slogdet(matrix).logabsdet
    torchish.testing.assert_close(t.log_abs_det_jacobian(x, t(x)), slope)


def test_registering_a_set_of_ones_own():
    d = torchish.distributions

    class Even(d.constraints.Constraint):
        pass

    with pytest.raises(NotImplementedError, match="Cannot transform Even constraints"):
        d.transform_to(Even())

    @d.transform_to.register(Even)
    def _double(constraint):
        return d.AffineTransform(0, 2)

    assert d.transform_to(Even())(torchish.tensor(3.0)).item() == 6
    with pytest.raises(TypeError, match="Expected constraint"):
        d.biject_to.register(3, lambda c: None)


def test_modules_are_named_as_pytorchs():
    """`from torch.distributions.categorical import Categorical` and the like."""
    d = torchish.distributions
    names = {m.name for m in pkgutil.iter_modules(d.__path__)}
    assert {"normal", "categorical", "studentT", "transformed_distribution", "utils"} <= names


@pytest.mark.oracle
def test_modules_and_rules_are_all_of_pytorchs():
    theirs = pytest.importorskip("torch.distributions")
    d = torchish.distributions
    names = {m.name for m in pkgutil.iter_modules(d.__path__)}
    assert {m.name for m in pkgutil.iter_modules(theirs.__path__)} <= names
    assert set(theirs.__all__) <= set(d.__all__)
    for name in theirs.__all__:
        home = getattr(theirs, name).__module__.rpartition(".")[2]
        module = importlib.import_module(f"torchish.distributions.{home}")
        assert getattr(module, name) is getattr(d, name), name
    pairs = {(p.__name__, q.__name__) for p, q in theirs.kl._KL_REGISTRY}
    assert {(p.__name__, q.__name__) for p, q in d.kl._RULES} == pairs


def test_expanding_a_class_derived_by_a_user():
    d, torch = torchish.distributions, torchish

    class Shifted(d.TransformedDistribution):
        def __init__(self, loc, validate_args=None):
            self.loc = loc
            base = d.Normal(torch.zeros_like(loc), 1.0)
            super().__init__(base, d.AffineTransform(loc, 1.0), validate_args=validate_args)

        def expand(self, batch_shape, _instance=None):
            new = self._get_checked_instance(Shifted, _instance)
            new.loc = self.loc.expand(batch_shape)
            return super().expand(batch_shape, _instance=new)

    wide = Shifted(torch.arange(3.0)).expand((2, 3))
    assert wide.sample().shape == (2, 3) and wide.loc.shape == (2, 3)
    want = d.Normal(torch.arange(3.0), 1.0).log_prob(torch.ones(2, 3))
    torch.testing.assert_close(wide.log_prob(torch.ones(2, 3)), want)

    class Own(d.Normal):
        def __init__(self, scale):
            super().__init__(0.0, scale)

    with pytest.raises(NotImplementedError, match=r"custom \.expand\(\) method"):
        Own(1.0)._get_checked_instance(d.Normal)


def test_families_by_their_normalizer():
    """Entropies and divergences of the natural parameters are those of the closed forms."""
    d, torch = torchish.distributions, torchish
    a, b = torch.tensor([0.5, 1.0, 2.5]), torch.tensor([1.5, 0.7, 3.0])
    family = d.ExponentialFamily
    for made in (d.Normal(a, b), d.Gamma(a, b), d.Exponential(b), d.Bernoulli(a / 3)):
        torch.testing.assert_close(family.entropy(made), made.entropy(), rtol=1e-4, atol=1e-5)
    for one, other in (
        (d.Beta(a, b), d.Beta(b, a)),
        (d.Dirichlet(a), d.Dirichlet(b)),
        (d.Gamma(a, b), d.Gamma(b, a)),
    ):
        rule = d.kl._RULES[family, family]
        torch.testing.assert_close(
            rule(one, other), d.kl_divergence(one, other), rtol=1e-4, atol=1e-5
        )
