"""What programs see of the graph: nodes, edges, hooks, saved tensors, anomaly mode."""

from __future__ import annotations

import warnings
import weakref

import pytest

import torchish as torch
from torchish.autograd import Function
from torchish.autograd.graph import GradientEdge, Node, get_gradient_edge, saved_tensors_hooks


def leaf(*values: float):
    return torch.tensor(values, requires_grad=True)


class Twice(Function):
    @staticmethod
    def forward(ctx, x):
        ctx.factor = 2
        ctx.save_for_backward(x)
        return x * 2

    @staticmethod
    def backward(ctx, g):
        return g * ctx.factor


# --- edges


def test_gradients_for_an_edge():
    x = leaf(1.0, 2.0)
    y = x * 3
    edge = get_gradient_edge(y)
    (g,) = torch.autograd.grad((y * y).sum(), edge)
    assert g.tolist() == [6.0, 12.0]
    (g,) = torch.autograd.grad(edge, x, torch.ones(2), retain_graph=True)
    assert g.tolist() == [3.0, 3.0]
    torch.autograd.backward(edge, torch.ones(2))
    assert x.grad.tolist() == [3.0, 3.0]


def test_an_edge_stays_where_it_was():
    x = leaf(1.0).clone()
    before = GradientEdge(x.grad_fn, x.output_nr)
    x *= 2
    old, new = torch.autograd.grad(x.sum(), (before, x))
    assert (old.item(), new.item()) == (2.0, 1.0)


def test_edges_that_are_not_reached():
    x, y = leaf(1.0).clone(), leaf(1.0).clone()
    edge = get_gradient_edge(y)
    assert torch.autograd.grad(x.sum(), (x, edge), allow_unused=True, retain_graph=True)[1] is None
    with pytest.raises(RuntimeError, match="when the given input is a GradientEdge"):
        torch.autograd.grad(x.sum(), (x, edge), materialize_grads=True)


# --- gradients depend on what they depend on


def test_a_gradient_has_no_history_that_it_does_not_need():
    x, a = leaf(0.5), leaf(3.0)
    (g,) = torch.autograd.grad(x * a, x, create_graph=True)
    assert torch.autograd.grad(g, x, allow_unused=True, retain_graph=True) == (None,)
    assert torch.autograd.grad(g, a)[0].item() == 1.0
    (g,) = torch.autograd.grad(x * 2, x, create_graph=True)
    assert not g.requires_grad
    (z,) = torch.autograd.grad(x * 2, a, create_graph=True, materialize_grads=True)
    assert z.requires_grad and z.item() == 0.0


# --- nodes


def test_a_nodes_attributes_are_its_contexts():
    y = Twice.apply(leaf(1.0))
    node = y.grad_fn
    assert type(node) is Twice._backward_cls
    assert (type(node).__name__, node.factor) == ("TwiceBackward", 2)
    assert node._forward_cls is Twice
    assert isinstance(node, Node) and Node not in type(node).mro()
    node.metadata["seen"] = True
    assert node.metadata == {"seen": True}


def test_a_node_can_be_called():
    node = (leaf(3.0) ** 2).grad_fn
    assert node(torch.ones(1)).item() == 6.0
    with pytest.raises(TypeError, match="expected 1 arguments, got 2"):
        node(torch.ones(1), torch.ones(1))
    with pytest.raises(TypeError, match="argument 0 is not a Variable"):
        node(1)


def test_what_a_nodes_gradients_are_like():
    metadata = (leaf(1.0, 2.0) * 2).grad_fn._input_metadata
    assert [(list(m.shape), m.dtype) for m in metadata] == [([2], torch.float32)]


def test_numbers_have_a_place_among_the_next_functions():
    x = leaf(1.0)
    y = x + 5
    assert y.grad_fn.next_functions[1] == (None, 0)
    assert isinstance(y.grad_fn.next_functions[0][0], torch._C._functions.AccumulateGrad)


def test_which_nodes_a_backward_computes():
    a, b = leaf(1.0), leaf(2.0)
    y, other = a * b, a * 3
    seen = []
    y.register_hook(
        lambda g: seen.append([torch._C._will_engine_execute_node(t.grad_fn) for t in (y, other)])
    )
    (y * 2).sum().backward(inputs=[a])
    assert seen == [[True, False]]
    with pytest.raises(RuntimeError, match="only be called during the backward pass"):
        torch._C._will_engine_execute_node(y.grad_fn)


# --- hooks


def test_hooks_of_what_is_not_computed_are_not_called():
    def never(*gradients):
        raise AssertionError("called")

    a, b = leaf(1.0), leaf(1.0)
    c = a.clone()
    a.register_hook(never)
    c.grad_fn.next_functions[0][0].register_hook(never)
    (a + b + c).sum().backward(inputs=[b])
    assert a.grad is None and b.grad.item() == 1.0


def test_the_hooks_of_a_leaf_in_order():
    x, log = leaf(1.0), []
    node = x.clone().grad_fn.next_functions[0][0]
    x.register_hook(lambda g: log.append("tensor"))
    node.register_prehook(lambda g: log.append("before"))
    node.register_hook(lambda inputs, outputs: log.append((inputs, outputs[0].item())))
    x.register_post_accumulate_grad_hook(lambda t: log.append("accumulated"))
    (x * 2).sum().backward()
    assert log == ["tensor", "before", "accumulated", ((), 2.0)]
    log.clear()
    torch.autograd.grad((x * 2).sum(), x)
    assert log == ["tensor"]


def test_hooks_are_told_of_missing_gradients():
    seen = []
    var, mean = torch.var_mean(torch.ones(2, requires_grad=True))
    var.register_hook(seen.append)
    mean.backward()
    assert seen == [None]


def test_a_views_hooks_are_those_of_its_older_value():
    log = []
    base = leaf(1.0, 2.0).clone()
    view = base[:1]
    view.register_hook(lambda g: log.append("older"))
    view.mul_(2)
    view.sum().backward()
    assert log == []


def test_once_differentiable_gradients_can_not_be_differentiated():
    class Once(Function):
        @staticmethod
        def forward(ctx, x, y):
            return x * y

        @staticmethod
        @torch.autograd.function.once_differentiable
        def backward(ctx, g):
            return g, None

    x = leaf(1.0)
    (g,) = torch.autograd.grad(
        Once.apply(x, leaf(2.0)), x, torch.ones(1, requires_grad=True), create_graph=True
    )
    assert [type(n).__name__ for n, _ in g.grad_fn.next_functions] == ["AccumulateGrad", "NoneType"]
    with pytest.raises(RuntimeError, match="differentiate twice"):
        g.sum().backward()


# --- saved tensors


def test_saved_tensors_are_seen():
    x = leaf(1.0, 2.0)
    y = x * x
    assert y.grad_fn._saved_self is x
    result = x.exp()
    assert result.grad_fn._saved_result.tolist() == result.tolist()
    assert result.grad_fn._saved_result.grad_fn is result.grad_fn
    assert torch.stack([x, x]).grad_fn._saved_dim == 0
    assert {"_saved_self", "_raw_saved_self"} <= set(dir(y.grad_fn))
    y.sum().backward()
    with pytest.raises(RuntimeError, match="after they have already been freed"):
        _ = y.grad_fn._saved_self


@pytest.mark.parametrize(
    ("f", "name", "want"),
    [
        (lambda x: x * x, "self", 3.0),
        (torch.exp, "result", 2 * 2.718281828),
        (torch.sigmoid, "result", 1.462117157 * (1 - 1.462117157)),
        (torch.tanh, "result", 1 - (2 * 0.761594156) ** 2),
        (torch.sqrt, "result", 0.25),
        (torch.reciprocal, "result", -4.0),
    ],
)
def test_hooks_on_a_saved_tensor_give_what_is_computed_with(f, name, want):
    x = leaf(1.0)
    y = f(x)
    kept = getattr(y.grad_fn, "_raw_saved_" + name)
    kept.register_hooks(lambda t: 2 * t, lambda t: t)
    with pytest.raises(RuntimeError, match="have already been set"):
        kept.register_hooks(lambda t: t, lambda t: t)
    y.backward()
    assert x.grad.item() == pytest.approx(want, rel=1e-5)


def test_second_derivatives_through_an_unpacked_result():
    x = leaf(1.0)
    with saved_tensors_hooks(lambda t: t, lambda t: t):
        y = x.exp()
    (g,) = torch.autograd.grad(y, x, create_graph=True)
    (gg,) = torch.autograd.grad(g, x)
    assert gg.item() == pytest.approx(2.718281828, rel=1e-6)


def test_hooks_that_a_saved_tensor_refuses():
    y = leaf(1.0).exp()
    kept = y.grad_fn._raw_saved_result
    for hooks in ((lambda t: t,), (1, 1)):
        with pytest.raises(TypeError, match="incompatible function arguments"):
            kept.register_hooks(*hooks)
    with pytest.raises(RuntimeError, match="modifying its input in place"):
        kept.register_hooks(lambda t: t.add_(1), lambda t: t)
    with pytest.raises(RuntimeError, match="from Python is forbidden"):
        torch.autograd.SavedTensor()


def test_what_a_function_saved():
    y = Twice.apply(leaf(1.0))
    (kept,) = y.grad_fn._raw_saved_tensors
    assert kept.unpack_hook is None
    kept.register_hooks(lambda t: t + 1, lambda t: t)
    assert y.grad_fn.saved_tensors[0].item() == 2.0


def test_saved_tensors_that_are_given_away_once():
    seen = []

    class Once(Twice):
        clear_saved_tensors_on_access = True

        @staticmethod
        def backward(ctx, g):
            (x,) = ctx.saved_tensors
            reference = weakref.ref(x)
            del x
            seen.append(reference() is None)
            with pytest.raises(RuntimeError, match="can only be accessed once"):
                _ = ctx.saved_tensors
            return g

    Once.apply(leaf(1.0).clone()).backward()
    assert seen == [True]


# --- Functions


def test_a_view_that_a_function_returned_is_not_written_to():
    class Part(Function):
        @staticmethod
        def forward(ctx, x):
            return x[:1]

        @staticmethod
        def backward(ctx, g):
            return torch.cat([g, g])

    x = leaf(1.0, 2.0)
    view = Part.apply(x.clone())
    assert view._is_view()
    with pytest.raises(RuntimeError, match="Output 0 of Part is a view .* a custom Function"):
        view += 1
    (view * 3).sum().backward()
    assert x.grad.tolist() == [3.0, 3.0]


def test_what_is_marked_as_dirty():
    class Dirty(Function):
        @staticmethod
        def forward(ctx, x, mark, result):
            ctx.mark_dirty(mark(x))
            return result(x)

        @staticmethod
        def backward(ctx, g):
            return g, None, None

    x = leaf(1.0)
    with pytest.raises(RuntimeError, match="were not returned as output"):
        Dirty.apply(x.clone(), lambda t: t, lambda t: t + 1)
    with pytest.raises(RuntimeError, match="received a tensor that was not an input"):
        Dirty.apply(x.clone(), lambda t: t.clone()[:], lambda t: t)
    with pytest.warns(UserWarning, match="received a tensor that was not an input"):
        Dirty.apply(x.clone(), lambda t: t + 1, lambda t: t + 1)


def test_a_function_has_one_form_of_its_gradient():
    class Both(Twice):
        @staticmethod
        def vjp(ctx, g):
            return g

    with pytest.raises(RuntimeError, match="Implementing both 'backward' and 'vjp'"):
        Both.apply(leaf(1.0)).backward()


def test_functions_are_not_instantiated():
    with pytest.warns(DeprecationWarning, match="should not be instantiated"):
        f = Twice()
    with pytest.raises(RuntimeError, match="non-static forward method is deprecated"):
        f(leaf(1.0))
    with pytest.raises(RuntimeError, match="Attribute 'next_functions' is invalid"):
        _ = f.next_functions


def test_gradients_that_are_not_wanted_are_not_made():
    seen = []

    class Two(Function):
        @staticmethod
        def forward(ctx, x, materialize):
            a, b = x.clone(), x.clone()
            ctx.mark_non_differentiable(b)
            ctx._materialize_non_diff_grads = materialize
            return a, b

        @staticmethod
        def backward(ctx, g, h):
            seen.append(h)
            return g, None

    for materialize in (True, False):
        Two.apply(leaf(1.0), materialize)[0].backward()
    assert seen[0].tolist() == [0.0]
    assert seen[1] is None


def test_backwards_deep_inside_of_each_other():
    class Deeper(Function):
        @staticmethod
        def forward(ctx, x):
            with torch.enable_grad():
                ctx.below = x.detach().requires_grad_() - 1
            return x.clone()

        @staticmethod
        def backward(ctx, g):
            if ctx.below > 0:
                with torch.enable_grad():
                    Deeper.apply(ctx.below).sum().backward()
            return g

    x = leaf(150.0)
    Deeper.apply(x).sum().backward()
    assert x.grad.item() == 1.0


# --- leaves


def test_the_dtype_of_a_leafs_gradient():
    class AsDouble(Twice):
        @staticmethod
        def backward(ctx, g):
            return g.double()

    for chosen, want in ((torch.float16, torch.float16), (None, torch.float64)):
        x = leaf(1.0)
        assert x.grad_dtype is torch.float32
        x.grad_dtype = chosen
        AsDouble.apply(x).backward()
        assert x.grad.dtype is want
    with pytest.raises(RuntimeError, match="because there is already a gradient"):
        x.grad_dtype = torch.float32
    with pytest.raises(RuntimeError, match="only be accessed on leaf tensors"):
        _ = (x * 2).grad_dtype


def test_a_view_of_what_becomes_a_leaf_requires_gradients_and_gets_none():
    base = torch.ones(3)
    view = base[:2]
    base.requires_grad_()
    assert view.requires_grad and view.is_leaf
    (view * 2).sum().backward()
    assert base.grad is None and view.grad is None


# --- anomaly mode


def failing(x):
    return Twice.apply(x * float("nan")).sum()


def test_anomaly_mode_names_the_forward_line():
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        with torch.autograd.detect_anomaly():
            y = failing(leaf(1.0))
            with pytest.raises(RuntimeError, match="'MulBackward0' returned nan values in its 0th"):
                y.backward()
    assert "Anomaly Detection has been enabled" in str(told[0].message)
    assert "Error detected in MulBackward0. Traceback of forward call" in str(told[1].message)
    assert "return Twice.apply(x * float" in str(told[1].message)


def test_anomaly_mode_without_a_forward_line():
    y = failing(leaf(1.0))
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        with torch.autograd.detect_anomaly(), pytest.raises(RuntimeError, match="nan values"):
            y.backward()
    assert "No forward pass information available" in str(told[1].message)
