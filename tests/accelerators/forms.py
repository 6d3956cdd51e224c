"""Checks of what is lowered for accelerators: precision, layouts, autocast, attention, donation."""

from __future__ import annotations

import contextlib
import re
import types

import jax
from jax._src.cudnn import fused_attention_stablehlo

import torchish as torch
from torchish import nn
from torchish._core.base import devices, jax_internals, precision
from torchish._core.engine import plan, recording
from torchish._core.engine.interpreter.interpret import NUMBER_DTYPES

F = nn.functional


def texts(f, *args, platform="cuda", within=contextlib.nullcontext):
    """What is lowered, within a context, for each operator that f records, by its name."""
    torch.engine.barrier()
    for root in (recording.trie.root, *recording.trie.roots.values()):
        root.next = None
    f(*args)
    torch.engine.barrier()
    found = {}
    stack = [recording.trie.root, *recording.trie.roots.values()]
    while stack:
        state = stack.pop()
        stack += (state.next or {}).values()
        if state.parent is None:
            continue
        path = plan.Plan(state, ())
        call = state.key[0]
        structs = [a.struct() for a in path.avals_of(path.path[-1])]
        structs += [jax.ShapeDtypeStruct((), NUMBER_DTYPES[k]) for k in call.numbers]
        with devices.tracing(platform), within():
            # A function of its own: JAX keeps what it has traced by the function.
            made = jax.jit(lambda *flat, call=call: call.fn(*flat)).trace(*structs)
            text = made.lower(lowering_platforms=(platform,)).as_text()
        name = call.name.rsplit(".", 1)[-1]
        found[name] = found.get(name, "") + text
    return found


def precisions(text):
    return set(re.findall(r"precision(?:_config)? = \[(\w+)", text)) | {
        p for p in re.findall(r"#stablehlo<precision (\w+)>", text)
    }


def image(*shape):
    return torch.randn(*shape, device="cuda")


def convolving():
    x, w = image(1, 3, 8, 8), image(4, 3, 3, 3).requires_grad_()
    F.conv2d(x, w).sum().backward()


def check_products_are_exact_and_convolutions_are_not():
    a, b = image(3, 4), image(4, 5)
    assert precisions(texts(torch.mm, a, b)["mm"]) == {"HIGHEST"}
    found = texts(convolving)
    assert precisions(found["conv2d_backward"]) == precisions(found["conv2d"]) == {"DEFAULT"}, found
    found = texts(convolving, platform="tpu")
    assert precisions(found["conv2d"]) == {"HIGH"}


def check_a_program_may_ask_for_another_precision():
    a, b = image(3, 4), image(4, 5)
    matmul, cudnn = torch.backends.cuda.matmul, torch.backends.cudnn
    try:
        torch.set_float32_matmul_precision("high")
        assert matmul.allow_tf32 and precisions(texts(torch.mm, a, b)["mm"]) == {"HIGH"}
        torch.set_float32_matmul_precision("medium")
        assert precisions(texts(torch.mm, a, b)["mm"]) == {"DEFAULT"}
        matmul.allow_tf32 = False
        assert torch.get_float32_matmul_precision() == "highest"
        assert precisions(texts(torch.mm, a, b)["mm"]) == {"HIGHEST"}
        matmul.fp32_precision = "tf32"
        assert torch.get_float32_matmul_precision() == "high"
        matmul.fp32_precision = "ieee"
        with cudnn.flags(enabled=True, allow_tf32=False):
            assert not cudnn.allow_tf32 and cudnn.conv.fp32_precision == "none"
            assert precisions(texts(convolving)["conv2d"]) == {"HIGHEST"}
        assert cudnn.allow_tf32 and precisions(texts(convolving)["conv2d"]) == {"DEFAULT"}
    finally:
        torch.set_float32_matmul_precision("highest")


def check_recurrent_layers_go_by_their_own_setting():
    net, x = nn.LSTM(3, 4).to("cuda"), image(5, 2, 3)
    assert precisions("".join(texts(net, x).values())) == {"DEFAULT"}
    torch.backends.cudnn.rnn.fp32_precision = "ieee"
    try:
        assert precisions("".join(texts(net, x).values())) == {"HIGHEST"}
    finally:
        torch.backends.cudnn.rnn.fp32_precision = "tf32"


def check_recurrent_layers_multiply_their_inputs_outside_of_the_loop():
    x = image(50, 2, 3)
    for kind, gates in ((nn.LSTM, 4), (nn.GRU, 3), (nn.RNN, 1)):
        for platform in ("cuda", "tpu"):
            found = texts(kind(3, 8).to("cuda"), x, platform=platform)
            text = next(t for name, t in found.items() if "recurrent" in name)
            products = re.findall(r"dot_general .*-> tensor<([\dx]+)xf32>", text)
            # One for all steps; and in the loop one, of all gates.
            outside = {f"50x2x{gates * 8}", f"100x{gates * 8}"}
            assert len(products) == 2 and outside & set(products), products
            assert f"2x{gates * 8}" in products and text.count("stablehlo.while") == 1, products


def check_flags_are_honoured_or_refused():
    backends = torch.backends
    for refused in (
        lambda: setattr(backends.cudnn, "enabled", False),
        lambda: setattr(backends.cuda.matmul, "allow_fp16_accumulation", True),
    ):
        try:
            refused()
        except NotImplementedError:
            continue
        raise AssertionError("accepted and ignored")
    assert precision.options("cuda") is None
    backends.cudnn.deterministic = True
    try:
        assert precision.options("cuda") == {"xla_gpu_deterministic_ops": True}
        assert precision.options("cpu") is None
        assert torch.ones(2, device="cuda").add(1).tolist() == [2, 2]
    finally:
        backends.cudnn.deterministic = False


def check_convolutions_have_their_channels_last():
    text = texts(convolving)["conv2d"]
    assert "[b, 0, 1, f]x[o, 0, 1, i]->[b, 0, 1, f]" in text, text
    assert "[b, f, 0, 1]" in texts(convolving, platform="tpu")["conv2d"]
    for options in ({"stride": 2, "padding": 1}, {"groups": 2}, {"dilation": 2}):
        near = torch.randn(2, 4, 9, 9, requires_grad=True)
        w = torch.randn(6, 4 // options.get("groups", 1), 3, 3, requires_grad=True)
        far, v = near.detach().to("cuda").requires_grad_(), w.detach().to("cuda").requires_grad_()
        want, got = F.conv2d(near, w, **options), F.conv2d(far, v, **options)
        want.square().sum().backward()
        got.square().sum().backward()
        for a, b in ((want, got), (near.grad, far.grad), (w.grad, v.grad)):
            torch.testing.assert_close(b.cpu(), a, rtol=1e-4, atol=1e-4)
        turned = {k: n for k, n in options.items() if k != "dilation"}
        t = torch.randn(2, 6, 5, 5)
        want = F.conv_transpose2d(t, w.detach(), **turned)
        got = F.conv_transpose2d(t.to("cuda"), v.detach(), **turned)
        torch.testing.assert_close(got.cpu(), want, rtol=1e-4, atol=1e-4)


def check_autocast_lowers_products_to_halves():
    net, x = (
        nn.Sequential(nn.Conv2d(3, 4, 3), nn.Flatten(), nn.Linear(144, 5)).to("cuda"),
        image(2, 3, 8, 8),
    )
    for dtype, name in ((torch.bfloat16, "bf16"), (torch.float16, "f16")):

        def run(dtype=dtype):
            with torch.autocast("cuda", dtype):
                y = net(x)
                assert y.dtype == dtype and torch.softmax(y, 1).dtype == torch.float32
                return y.exp()

        found = texts(run)
        assert f"x{name}>" in found["conv2d"] and "xf32>" not in found["conv2d"]
        product = next(text for op, text in found.items() if "dot_general" in text)
        assert re.search(rf"dot_general .*x{name}>", product), product
        assert "xf32>" in found["exp"]


def attending(dtype, mask=None):
    q, k, v = (image(2, 4, 6, 64).to(dtype).requires_grad_() for _ in range(3))
    F.scaled_dot_product_attention(q, k, v, mask, is_causal=mask is None).sum().backward()


def check_attention_is_that_of_the_cpu():
    chosen = torch.rand(2, 1, 5, 6) > 0.4
    chosen[0, 0, 2] = False  # attends to nothing
    behind = torch.ones(5, 6, dtype=torch.bool).tril()
    added = torch.randn(5, 6).masked_fill(torch.rand(5, 6) > 0.8, -torch.inf)
    added[1] = -torch.inf
    padding = (torch.arange(6) < torch.tensor([[4], [6]]))[:, None, None]
    for shape, options in (
        ((2, 4, 6, 8), {"is_causal": True}),
        ((2, 4, 6, 8), {"scale": 0.3}),
        ((2, 2, 6, 8), {"enable_gqa": True}),
        ((2, 4, 6, 8), {"attn_mask": chosen}),
        ((2, 4, 6, 8), {"attn_mask": chosen & behind}),
        ((2, 2, 6, 8), {"attn_mask": padding, "is_causal": True, "enable_gqa": True}),
        ((2, 4, 6, 8), {"attn_mask": added}),
        ((2, 4, 6, 8), {"attn_mask": torch.randn(4, 1, 6)}),
    ):
        hold_attention((2, 4, 5, 8), shape, 2e-5, **options)


def hold_attention(of_queries, of_keys, near_enough, **options):
    """Attention on the stand-in and on the CPU, its values and gradients, a mask's too."""
    near = [torch.randn(*of_queries), torch.randn(*of_keys), torch.randn(*of_keys)]
    mask = options.pop("attn_mask", None)
    if mask is not None:
        near.append(mask)
    far = [x.to("cuda") for x in near]
    learn = [x.is_floating_point() for x in near]
    near, far = ([x.detach().requires_grad_(y) for x, y in zip(xs, learn)] for xs in (near, far))
    want = F.scaled_dot_product_attention(*near, **options)
    got = F.scaled_dot_product_attention(*far, **options)
    want.square().sum().backward()
    got.square().sum().backward()
    torch.testing.assert_close(got.cpu(), want, rtol=near_enough, atol=near_enough)
    for a, b in zip(near, far):
        if a.requires_grad:
            torch.testing.assert_close(b.grad.cpu(), a.grad, rtol=1e-4, atol=1e-4)


def check_long_attention_is_that_of_the_cpu():
    padding = torch.arange(1100) < 900
    shape = (1, 2, 1100, 8)
    hold_attention(shape, (1, 1, 1100, 8), 2e-5, is_causal=True, enable_gqa=True)
    hold_attention(shape, shape, 2e-5, attn_mask=padding[None].expand(1100, 1100))


def check_heads_that_do_not_divide_are_refused():
    q, k = image(2, 4, 5, 8), image(2, 2, 5, 8)
    try:
        F.scaled_dot_product_attention(q, k, k)
    except RuntimeError as error:
        assert "must match" in str(error), error
    else:
        raise AssertionError("grouped queries without enable_gqa")


@contextlib.contextmanager
def cudnn():
    """As where cuDNN is: JAX asks for its version only."""
    versions = types.SimpleNamespace(cudnn_get_version=lambda: 91200)
    usual = jax_internals.has_cudnn, fused_attention_stablehlo.cuda_versions
    jax_internals.has_cudnn = lambda gpus: True
    fused_attention_stablehlo.cuda_versions = versions
    try:
        yield
    finally:
        jax_internals.has_cudnn, fused_attention_stablehlo.cuda_versions = usual


def check_cudnn_has_the_attention_of_halves_where_it_is():
    assert "__cudnn" not in "".join(texts(attending, torch.bfloat16).values())
    found = "".join(texts(attending, torch.bfloat16, within=cudnn).values())
    assert "__cudnn$fmhaSoftmax(" in found or '__cudnn$fmhaSoftmax"' in found, found
    assert "__cudnn$fmhaSoftmaxBackward" in found
    assert "__cudnn" not in "".join(texts(attending, torch.float32, within=cudnn).values())
    for mask in (
        torch.ones(6, 6, dtype=torch.bool, device="cuda").tril(),
        image(2, 1, 6, 6).to(torch.bfloat16),
        torch.ones(2, 1, 1, 6, dtype=torch.bool, device="cuda"),
    ):
        found = "".join(texts(attending, torch.bfloat16, mask, within=cudnn).values())
        assert "__cudnn$fmhaScaleBiasSoftmaxBackward" in found, found
    odd = torch.ones(6, 6, device="cuda")  # float32 beside bfloat16: not to be rounded
    assert "__cudnn" not in "".join(texts(attending, torch.bfloat16, odd, within=cudnn).values())
    with nn.attention.sdpa_kernel(nn.attention.SDPBackend.MATH):
        assert "__cudnn" not in "".join(texts(attending, torch.bfloat16, within=cudnn).values())


def check_what_no_allowed_kernel_takes_is_refused():
    backend, attend = nn.attention.SDPBackend, F.scaled_dot_product_attention
    q = image(1, 2, 4, 8)
    half, mask = q.to(torch.bfloat16), torch.ones(4, 4, dtype=torch.bool, device="cuda")
    for allowed, given, words in (
        ([backend.FLASH_ATTENTION], (q, q, q), "No available kernel"),
        ([backend.FLASH_ATTENTION], (half, half, half, mask), "No available kernel"),
        ([backend.EFFICIENT_ATTENTION], (q[0], q[0], q[0]), "No available kernel"),
        ([], (q, q, q), "No viable backend"),
    ):
        with nn.attention.sdpa_kernel(allowed):
            try:
                attend(*given)
            except RuntimeError as error:
                assert words in str(error), error
            else:
                raise AssertionError(words)
    with nn.attention.sdpa_kernel([backend.FLASH_ATTENTION, backend.EFFICIENT_ATTENTION]):
        want = attend(q.cpu(), q.cpu(), q.cpu())
        torch.testing.assert_close(attend(q, q, q).cpu(), want, rtol=1e-4, atol=1e-5)


def check_draws_lower_for_both_platforms():
    half = torch.full((5,), 0.5, device="cuda")

    def drawing():
        given = {"device": "cuda"}
        torch.rand(3, **given), torch.randn(3, **given), torch.randint(0, 9, (3,), **given)
        torch.randperm(7, **given), torch.bernoulli(half), torch.normal(half, half)
        torch.multinomial(half, 2), torch.poisson(half), torch.binomial(half * 8, half)
        torch._standard_gamma(half), torch._sample_dirichlet(half)
        F.dropout(half), F.rrelu(half, training=True)
        for fill in ("exponential_", "cauchy_", "log_normal_", "random_"):
            getattr(torch.empty(3, **given), fill)()
        torch.empty(3, **given).geometric_(0.5)

    for platform in ("cuda", "tpu"):
        found = [name for name in texts(drawing, platform=platform) if name.startswith("draw_")]
        assert len(found) >= 16, found
