"""torch.compile and torch.compiler: what they say of themselves."""

import torchish as torch


def test_compiling_is_what_happens_anyway():
    @torch.compile(fullgraph=True)
    def f(x):
        return x * 2

    @torch.compiler.disable
    def g(x):
        return x + 1

    assert torch.compile(g) is g and torch.compiler.disable(recursive=False)(f) is f
    assert f(g(torch.ones(2))).tolist() == [4, 4]
    assert not torch.compiler.is_compiling() and not torch.compiler.is_exporting()
    torch.engine.reset_stats()
    y = torch.ones(3).exp()
    torch.compiler.cudagraph_mark_step_begin()
    assert torch.engine.pending() == 0 and torch.engine.stats()["runs"] >= 1
    assert y.shape == (3,)
