"""Checks of random numbers that are drawn on an accelerator, which a CPU device stands for."""

from __future__ import annotations

import re

import torchish as torch
from torchish import nn
from torchish.utils.checkpoint import checkpoint


def raises(words, f, kind=RuntimeError):
    try:
        f()
    except kind as error:
        assert re.search(words, str(error)), str(error)
    else:
        raise AssertionError(f"no {kind.__name__}")


def draw(n=4):
    return torch.rand(n, device="cuda").tolist()


def check_a_seed_gives_the_same_numbers_again_and_others_next():
    torch.manual_seed(3)
    first, second = draw(), draw()
    assert first != second
    torch.manual_seed(3)
    assert (draw(), draw()) == (first, second)
    torch.manual_seed(4)
    assert draw() != first
    torch.cuda.manual_seed(3)
    assert draw() == first
    torch.manual_seed(3)
    assert torch.rand(4).tolist() != first  # the CPU's are PyTorch's


def check_the_cpus_numbers_do_not_move():
    torch.manual_seed(3)
    want = torch.rand(5).tolist()
    torch.manual_seed(3)
    draw()
    nn.functional.dropout(torch.ones(9, device="cuda"))
    torch.cuda.manual_seed_all(9)
    assert torch.rand(5).tolist() == want


def check_devices_have_generators_of_their_own():
    torch.manual_seed(1)
    a = torch.rand(3, device="cuda:0")
    b, c = torch.rand(3, device="cuda:1"), torch.rand(3, device="cuda:1")
    assert a.tolist() == b.tolist() != c.tolist()
    torch.cuda.manual_seed_all(7)
    assert torch.rand(3, device="cuda:1").tolist() == torch.rand(3, device="cuda:2").tolist()
    g = torch.Generator("cuda:1").manual_seed(5)
    d = torch.rand(3, device="cuda:1", generator=g)
    assert torch.rand(3, device="cuda:1", generator=g.manual_seed(5)).tolist() == d.tolist()
    raises(
        "Expected a 'cuda' device type for generator but found 'cpu'",
        lambda: torch.rand(2, device="cuda", generator=torch.Generator()),
    )
    raises(
        "Expected a 'cpu' device type for generator but found 'cuda'",
        lambda: torch.rand(2, generator=g),
    )


def check_states_are_saved_and_restored():
    state = torch.cuda.get_rng_state()
    assert state.dtype == torch.uint8 and state.shape == (16,) and state.is_cpu
    first = draw()
    torch.cuda.set_rng_state(state)
    assert draw() == first
    states = torch.cuda.get_rng_state_all()
    assert len(states) == torch.cuda.device_count()
    other = torch.rand(2, device="cuda:2").tolist()
    torch.cuda.set_rng_state_all(states)
    assert torch.rand(2, device="cuda:2").tolist() == other
    g = torch.Generator("cuda")
    assert g.manual_seed(6).get_offset() == 0 and g.initial_seed() == 6
    torch.rand(2, device="cuda", generator=g)
    assert g.get_offset() % 4 == 0 < g.get_offset()
    again = g.clone_state()
    assert (
        torch.rand(2, device="cuda", generator=g).tolist()
        == torch.rand(2, device="cuda", generator=again).tolist()
    )
    raises("multiple of 4", lambda: g.set_offset(3))
    raises("wrong size", lambda: torch.cuda.set_rng_state(torch.get_rng_state()))


def check_a_fork_leaves_every_generator_where_it_stood():
    torch.manual_seed(0)
    want = torch.rand(2).tolist(), draw(), torch.rand(2, device="cuda:3").tolist()
    torch.manual_seed(0)
    with torch.random.fork_rng():
        torch.manual_seed(9)
        torch.rand(2), draw(), torch.rand(2, device="cuda:3")
    assert (torch.rand(2).tolist(), draw(), torch.rand(2, device="cuda:3").tolist()) == want
    torch.manual_seed(0)
    with torch.random.fork_rng(devices=[3]):
        torch.rand(2), draw(), torch.rand(2, device="cuda:3")
    assert torch.rand(2, device="cuda:3").tolist() == want[2] and draw() != want[1]


def check_the_cpus_numbers_on_request():
    torch.manual_seed(2)
    want = torch.randn(3).tolist()
    torch.random.match_cpu()
    try:
        torch.manual_seed(2)
        assert torch.randn(3, device="cuda").tolist() == want
    finally:
        torch.random.match_cpu(False)
    torch.manual_seed(2)
    assert torch.randn(3, device="cuda").tolist() != want


def check_moments():
    torch.manual_seed(0)
    n, cuda = 20000, {"device": "cuda"}

    def full(v):
        return torch.full((n,), v, **cuda)

    cases = [
        (torch.rand(n, **cuda), 0.5, 1 / 12),
        (torch.randn(n, **cuda), 0, 1),
        (torch.empty(n, **cuda).uniform_(2, 4), 3, 4 / 12),
        (torch.empty(n, **cuda).normal_(1, 2), 1, 4),
        (torch.empty(n, **cuda).exponential_(2), 0.5, 0.25),
        (torch.empty(n, **cuda).geometric_(0.5), 2, 2),
        (torch.bernoulli(full(0.3)), 0.3, 0.21),
        (torch.empty(n, **cuda).bernoulli_(0.3), 0.3, 0.21),
        (torch.normal(full(2.0), 0.5), 2, 0.25),
        (torch.poisson(full(3.0)), 3, 3),
        (torch.binomial(full(10.0), full(0.5)), 5, 2.5),
        (torch._standard_gamma(full(2.0)), 2, 2),
        (torch.randint(0, 10, (n,), **cuda).float(), 4.5, 8.25),
        (torch.empty(n, **cuda).random_(0, 10), 4.5, 8.25),
        (torch.multinomial(torch.tensor([0.5, 0.5], **cuda), n, True).float(), 0.5, 0.25),
        (torch.randn(n, dtype=torch.bfloat16, **cuda).float(), 0, 1),
        (torch.randn(n, dtype=torch.complex64, **cuda).real, 0, 0.5),
    ]
    for i, (x, mean, variance) in enumerate(cases):
        assert x.is_cuda, i
        assert abs(x.mean().item() - mean) < 5 * (variance / n) ** 0.5 + 2e-3, (i, x.mean())
        assert abs(x.var().item() - variance) < 0.1 * variance + 1e-3, (i, x.var())
    assert sorted(torch.randperm(50, **cuda).tolist()) == list(range(50))
    drawn = torch.multinomial(torch.ones(6, 9, **cuda), 9)
    assert drawn.sort(1).values.tolist() == [list(range(9))] * 6
    rows = torch._sample_dirichlet(torch.ones(4, 3, **cuda))
    torch.testing.assert_close(rows.sum(1).cpu(), torch.ones(4))


def check_what_the_cpu_refuses_is_refused():
    x = torch.ones(3, device="cuda")
    raises("normal expects std >= 0", lambda: x.normal_(0, -1))
    raises("expects to be less|to be less than|range", lambda: x.uniform_(2, 1))
    raises("geometric_ expects p", lambda: x.geometric_(2.0))
    raises("cannot sample n_sample > prob_dist", lambda: torch.multinomial(x, 4))
    raises("", lambda: torch.ones(2, device="cuda", dtype=torch.int64).exponential_())


def check_dropout_is_part_of_the_step():
    torch.manual_seed(0)
    net = nn.Sequential(nn.Linear(8, 64), nn.Dropout(0.25), nn.Linear(64, 2)).to("cuda")
    x = torch.ones(16, 8, device="cuda")
    optimizer = torch.optim.SGD(net.parameters(), lr=0.01)

    def step():
        optimizer.zero_grad()
        net(x).square().mean().backward()
        optimizer.step()

    for _ in range(4):
        step()
    torch.engine.reset_stats()
    step()
    stats = torch.engine.stats()
    assert stats["runs"] == stats["hits"] == 1 and stats["programs_compiled"] == 0, stats
    y = nn.functional.dropout(torch.ones(10000, device="cuda"), 0.25)
    assert set(y.unique().tolist()) == {0.0, 4 / 3 - 0.0} or y.max().item() - 4 / 3 < 1e-6
    assert abs((y == 0).float().mean().item() - 0.25) < 0.03
    turned = nn.functional.dropout(torch.ones(4, 5, device="cuda").t(), 0.5)
    assert turned.shape == (5, 4) and turned.is_cuda


def check_checkpointing_draws_the_same_again():
    torch.manual_seed(0)
    x = torch.ones(100, device="cuda", requires_grad=True)
    y = checkpoint(lambda t: nn.functional.dropout(t * 1.0), x, use_reentrant=False)
    y.sum().backward()
    assert torch.equal(x.grad, y.detach())


def check_gamma_is_differentiable_by_its_shape():
    a = torch.full((5,), 2.0, device="cuda", requires_grad=True)
    torch._standard_gamma(a).sum().backward()
    assert a.grad.is_cuda and (a.grad > 0).all().item()
