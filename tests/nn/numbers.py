"""Numbers that modules, nn.utils and nn.init give for a seed, which must be PyTorch's.

`rec(name, value)` records a tensor, or anything else as text.
"""

from __future__ import annotations

import copy
import re
import warnings


def attempt(f):
    try:
        return f()
    except Exception as e:
        return f"{type(e).__name__}: {e}"


def collect(T, scenario) -> dict:
    """What one scenario records with a library: nested lists with shape and dtype, or texts."""
    out: dict = {}

    def rec(name, value):
        key = name
        while key in out:
            key += "+"
        if isinstance(value, T.Tensor):
            value = value.detach()
            kind = str(value.dtype).rsplit(".", 1)[1]
            out[key] = [kind, list(value.shape), value.reshape(-1).tolist()]
        else:
            out[key] = re.sub(r"torchish\.", "torch.", str(value))

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        T.manual_seed(0)
        scenario(T, T.nn, T.nn.utils, rec)
    return out


def gradients(T, nn, U, rec):
    T.manual_seed(0)
    layer = nn.Linear(3, 4)
    x = T.randn(2, 3)
    (layer(x) ** 2).sum().backward()
    rec("n", U.clip_grad_norm_(layer.parameters(), 0.1))
    rec("g", layer.weight.grad)
    rec("inf", U.clip_grad_norm_(layer.parameters(), 0.01, float("inf")))
    rec("l1", U.clip_grad_norm_(layer.parameters(), 0.01, 1))
    rec("v", U.clip_grad_value_(layer.parameters(), 0.001))
    rec("g2", layer.weight.grad)
    rec("tot", U.get_total_norm([p.grad for p in layer.parameters()]))
    layer.weight.grad.fill_(float("inf"))
    rec(
        "nonf", attempt(lambda: U.clip_grad_norm_(layer.parameters(), 1.0, error_if_nonfinite=True))
    )
    v = U.parameters_to_vector(layer.parameters())
    rec("vec", v)
    U.vector_to_parameters(v * 2, layer.parameters())
    rec("vec2", layer.bias)


def hook_norms(T, nn, U, rec):
    x = T.randn(2, 3)
    w = U.weight_norm(nn.Linear(3, 4))
    rec("wn", w(x))
    rec("wnk", list(w.state_dict()))
    w(x).sum().backward()
    rec("wng", w.weight_g.grad)
    U.remove_weight_norm(w)
    rec("wnr", w.weight)
    w = U.weight_norm(nn.Conv2d(3, 4, 2), dim=None)
    rec("wn2", w.weight_g)
    s = U.spectral_norm(nn.Linear(3, 4))
    rec("sn", s(x))
    rec("snk", list(s.state_dict()))
    rec("sn2", s(x))
    s.eval()
    rec("sn3", s(x))
    s2 = U.spectral_norm(nn.Linear(3, 4)).eval()
    s2.load_state_dict(s.state_dict())
    rec("sn4", s2(x))
    U.remove_spectral_norm(s)
    rec("snr", list(s.state_dict()))


def parametrizations(T, nn, U, rec):
    x = T.randn(2, 3)
    P = U.parametrizations
    s = P.spectral_norm(nn.Conv2d(3, 4, 2))
    rec("psn", s.weight)
    rec("psn2", s.weight)
    rec("psnk", list(s.state_dict()))
    rec("psnr", repr(s))
    w = P.weight_norm(nn.Linear(3, 4))
    rec("pwn", w(x))
    rec("pwnk", list(w.state_dict()))
    w(x).sum().backward()
    rec("pwng", w.parametrizations.weight.original0.grad)
    for m, kw in (
        (nn.Linear(3, 3), {}),
        (nn.Linear(3, 5), {}),
        (nn.Linear(5, 3), dict(orthogonal_map="cayley")),
        (nn.Linear(3, 5), dict(orthogonal_map="matrix_exp")),
        (nn.Linear(3, 5), dict(use_trivialization=False)),
        (nn.Linear(3, 3), dict(orthogonal_map="householder")),
    ):
        o = attempt(lambda m=m, kw=kw: P.orthogonal(m, **kw))
        if isinstance(o, str):
            rec("orth", o)
            continue
        rec("orth", o.weight)
        o(T.ones(1, o.in_features)).sum().backward()
        rec("og", o.parametrizations.weight.original.grad)
    pz = U.parametrize

    class Sym(nn.Module):
        def forward(self, X):
            return X.triu() + X.triu(1).mT

        def right_inverse(self, A):
            return A.triu()

    layer = nn.Linear(3, 3)
    pz.register_parametrization(layer, "weight", Sym())
    rec("sym", layer.weight)
    rec("symr", repr(layer))
    layer.weight = T.ones(3, 3)
    rec("sym2", layer.weight)
    rec(
        "isp",
        [
            pz.is_parametrized(layer),
            pz.is_parametrized(layer, "bias"),
            pz.type_before_parametrizations(layer).__name__,
            type(layer).__name__,
        ],
    )
    with pz.cached():
        rec("cached", layer.weight is layer.weight)
    l2 = copy.deepcopy(layer)
    rec("deep", l2.weight)
    rec("params", [k for k, _ in layer.named_parameters()])
    pz.remove_parametrizations(layer, "weight")
    rec("rem", [layer.weight, type(layer).__name__][1])
    rec("rem2", layer.weight)

    class Bad(nn.Module):
        def forward(self, X):
            return X[0]

    rec("bad", attempt(lambda: pz.register_parametrization(nn.Linear(2, 2), "weight", Bad())))
    rec("bad2", attempt(lambda: pz.register_parametrization(nn.Linear(2, 2), "w", Bad())))
    rec("bad3", attempt(lambda: pz.remove_parametrizations(nn.Linear(2, 2), "w")))


def pruning(T, nn, U, rec):
    pr = U.prune
    m = nn.Linear(4, 3)
    pr.l1_unstructured(m, "weight", 0.5)
    rec("p1", m.weight)
    rec("pk", list(m.state_dict()))
    pr.random_unstructured(m, "weight", 2)
    rec("p2", m.weight_mask)
    pr.ln_structured(m, "weight", 1, 2, 0)
    rec("p3", m.weight_mask)
    pr.random_structured(m, "weight", 1, 1)
    rec("p4", m.weight_mask)
    rec("isp", pr.is_pruned(m))
    m(T.ones(1, 4))
    pr.remove(m, "weight")
    rec("p5", m.weight)
    rec("p6", attempt(lambda: pr.remove(m, "weight")))
    rec("p7", attempt(lambda: pr.l1_unstructured(m, "weight", 2.0)))
    rec("p8", attempt(lambda: pr.l1_unstructured(m, "weight", 99)))
    a, b = (nn.Linear(3, 2), nn.Linear(2, 2))
    pr.global_unstructured([(a, "weight"), (b, "weight")], pr.L1Unstructured, amount=0.3)
    rec("glob", a.weight)
    rec("glob2", b.weight)
    pr.custom_from_mask(b, "bias", T.tensor([1.0, 0.0]))
    rec("cust", b.bias)


def fusion(T, nn, U, rec):
    c = nn.Conv2d(3, 4, 2).eval()
    bn = nn.BatchNorm2d(4).eval()
    bn.running_mean.fill_(0.3)
    bn.running_var.fill_(2.0)
    bn.weight.data.fill_(1.5)
    xx = T.randn(1, 3, 4, 4)
    rec("fuse", (U.fuse_conv_bn_eval(c, bn)(xx) - bn(c(xx))).abs().max() < 1e-06)
    rec("fuse2", U.fuse_conv_bn_eval(c, bn).bias)


def packing(T, nn, U, rec):
    R = U.rnn
    seqs = [T.arange(3.0) + 1, T.arange(1.0) + 1, T.arange(2.0) + 1]
    p = R.pad_sequence(seqs)
    rec("pad", p)
    rec("pad2", R.pad_sequence(seqs, batch_first=True, padding_value=-1, padding_side="left"))
    k = R.pack_padded_sequence(p, [3, 1, 2], enforce_sorted=False)
    rec("pk", k.data)
    rec("pk2", k.batch_sizes)
    rec("pk3", k.sorted_indices)
    rec("pk4", k.unsorted_indices)
    u, ln = R.pad_packed_sequence(k, padding_value=9.0)
    rec("up", u)
    rec("upl", ln)
    rec("up2", R.pad_packed_sequence(k, batch_first=True, total_length=5)[0])
    rec("pke", attempt(lambda: R.pack_padded_sequence(p, [1, 2, 3])))
    rec("pke2", attempt(lambda: R.pack_padded_sequence(p, [3, 2])))
    rec("pke3", attempt(lambda: R.pack_padded_sequence(p, [3, 2, 0])))
    rec("unp", R.unpack_sequence(R.pack_sequence(seqs, enforce_sorted=False))[1])
    rec("repr", repr(k))
    rec("pke4", attempt(lambda: R.pad_packed_sequence(k, total_length=1)))


def recurrent(T, nn, U, rec):
    R = U.rnn
    for cls, kw in (
        (nn.LSTM, dict(bidirectional=True, num_layers=2)),
        (nn.GRU, dict(num_layers=2)),
        (nn.RNN, dict(bidirectional=True)),
        (nn.LSTM, dict(proj_size=2)),
    ):
        r = cls(2, 3, **kw)
        xp = T.randn(4, 3, 2, requires_grad=True)
        k = R.pack_padded_sequence(xp, [2, 4, 1], enforce_sorted=False)
        o, h = r(k)
        rec("rnn", o.data)
        hh = h if isinstance(h, tuple) else (h,)
        [rec("h", z) for z in hh]
        (o.data.sum() + sum(z.sum() for z in hh)).backward()
        rec("rg", xp.grad)
        rec("rw", r.weight_hh_l0.grad)
    for d in (0.0, 0.5):
        r = nn.LSTM(2, 3, num_layers=3, dropout=d)
        T.manual_seed(4)
        o, h = r(R.pack_padded_sequence(T.randn(4, 3, 2), [4, 2, 1]))
        rec("drop", o.data)
        T.manual_seed(4)
        rec("drop2", r(T.randn(4, 3, 2))[0])
    r = nn.GRU(2, 3, batch_first=True, bidirectional=True)
    rec("bf", r(T.randn(2, 5, 2))[0])
    rec("unb", r(T.randn(5, 2))[0])
    rec("cell", nn.LSTMCell(2, 3)(T.randn(4, 2))[1])
    rec("cellu", nn.GRUCell(2, 3)(T.randn(2)))


def dropout(T, nn, U, rec):
    x = T.randn(4, 6, 5)
    for f in (
        nn.Dropout(0.3),
        nn.Dropout1d(0.5),
        nn.AlphaDropout(0.4),
        nn.FeatureAlphaDropout(0.4),
    ):
        T.manual_seed(1)
        rec("do", f(x))
        T.manual_seed(1)
        rec("dot", f(x.transpose(0, 2)) if isinstance(f, (nn.Dropout, nn.AlphaDropout)) else 0)
        y = x.clone()
        f.inplace = True
        T.manual_seed(1)
        f(y)
        rec("doi", y)
    T.manual_seed(1)
    rec("d2", nn.Dropout2d(0.5)(T.ones(2, 3, 2, 2)))
    T.manual_seed(1)
    rec("d3", nn.Dropout3d(0.5)(T.ones(3, 2, 2, 2)))
    T.manual_seed(1)
    rec("rrelu", nn.RReLU()(x))
    T.manual_seed(1)
    rec("gum", nn.functional.gumbel_softmax(x, hard=True))
    T.manual_seed(1)
    rec("gum2", nn.functional.gumbel_softmax(x, tau=0.5))
    rec("rree", nn.RReLU().eval()(x))
    T.manual_seed(1)
    y = x.clone()
    T.manual_seed(1)
    nn.RReLU(inplace=True)(y)
    rec("rri", y)


def embedding(T, nn, U, rec):
    e = nn.Embedding(5, 3, max_norm=0.5, padding_idx=1)
    rec("emb", e(T.tensor([1, 2, 2])))
    rec("embw", e.weight)
    e(T.tensor([1, 2, 2])).sum().backward()
    rec("eg", e.weight.grad)


def attention(T, nn, U, rec):
    T.manual_seed(2)
    for kw in (
        dict(),
        dict(batch_first=True),
        dict(add_bias_kv=True),
        dict(add_zero_attn=True),
        dict(kdim=5, vdim=3),
        dict(bias=False),
        dict(dropout=0.5),
    ):
        m = nn.MultiheadAttention(4, 2, **kw)
        q = T.randn(3, 2, 4)
        k = T.randn(
            5 if not kw.get("batch_first") else 3,
            2 if not kw.get("batch_first") else 6,
            kw.get("kdim", 4),
        )
        v = T.randn(*k.shape[:2], kw.get("vdim", 4))
        S = k.shape[1 if kw.get("batch_first") else 0]
        N = 3 if kw.get("batch_first") else 2
        L = 2 if kw.get("batch_first") else 3
        kpm = T.zeros(N, S, dtype=T.bool)
        kpm[0, -1] = True
        am = T.zeros(L, S, dtype=T.bool)
        am[0, 1] = True
        for need in (True, False):
            T.manual_seed(5)
            o, wt = m(q, k, v, need_weights=need)
            rec("mha", o)
            rec("mhaw", wt if wt is not None else 0)
            T.manual_seed(5)
            rec("mha2", m(q, k, v, key_padding_mask=kpm, attn_mask=am, need_weights=need)[0])
            rec(
                "mha3",
                m.eval()(
                    q, k, v, attn_mask=am.float(), need_weights=need, average_attn_weights=False
                )[0],
            )
            m.train()
        if not kw:
            rec("mhau", m(q[:, 0], k[:, 0], v[:, 0])[0])
            rec(
                "mhac",
                m(
                    q,
                    q,
                    q,
                    is_causal=True,
                    attn_mask=nn.Transformer.generate_square_subsequent_mask(3),
                    need_weights=False,
                )[0],
            )
    t = nn.Transformer(4, 2, 2, 2, 8, batch_first=True)
    T.manual_seed(3)
    src = T.randn(2, 5, 4)
    tgt = T.randn(2, 3, 4)
    rec("tr", t(src, tgt))
    kp = T.tensor([[False] * 5, [False] * 3 + [True] * 2])
    t.eval()
    with T.no_grad():
        rec(
            "tre",
            t(
                src,
                tgt,
                src_key_padding_mask=kp,
                memory_key_padding_mask=kp,
                tgt_mask=t.generate_square_subsequent_mask(3),
            ),
        )
        rec("enc", t.encoder(src, src_key_padding_mask=kp))
        rec("enc2", t.encoder(src, src_key_padding_mask=kp.flip(1)))
        rec("enc3", t.encoder(src, mask=t.generate_square_subsequent_mask(5), is_causal=True))
    rec("enc4", t.encoder(src, src_key_padding_mask=kp))


def others(T, nn, U, rec):
    rec("lrn", nn.CrossMapLRN2d(3, alpha=1.0)(T.arange(24.0).view(1, 6, 2, 2)))
    rec("lrn2", nn.CrossMapLRN2d(4, alpha=1.0)(T.arange(24.0).view(1, 6, 2, 2)))
    a = nn.AdaptiveLogSoftmaxWithLoss(6, 10, [3, 6])
    xx = T.randn(4, 6)
    rec("asm", a(xx, T.tensor([0, 4, 9, 5])).output)
    rec("asml", a(xx, T.tensor([0, 4, 9, 5])).loss)
    rec("asmp", a.predict(xx))
    rec("asmlp", a.log_prob(xx))
    rec("asme", attempt(lambda: a(xx, T.tensor([0, 4, 10, 5]))))


def initial_values(T, nn, U, rec):
    for f in (
        "xavier_uniform_",
        "xavier_normal_",
        "kaiming_uniform_",
        "kaiming_normal_",
        "orthogonal_",
        "trunc_normal_",
        "uniform_",
        "normal_",
        "eye_",
    ):
        T.manual_seed(7)
        w = T.empty(5, 7)
        getattr(nn.init, f)(w)
        rec(f, w)
    T.manual_seed(7)
    rec("orth2", nn.init.orthogonal_(T.empty(7, 2, 3), gain=2))
    T.manual_seed(7)
    rec("sparse", nn.init.sparse_(T.empty(5, 7), 0.3))
    rec("dirac", nn.init.dirac_(T.empty(4, 2, 3, 3), 2))
    T.manual_seed(7)
    rec("trunc2", nn.init.trunc_normal_(T.empty(50), 0.0, 1.0, 2.0, 3.0))
    T.manual_seed(7)
    rec("trunc3", nn.init.trunc_normal_(T.empty(50), 0.0, 1.0, -0.1, 0.1))
    rec(
        "gain",
        [
            nn.init.calculate_gain(k)
            for k in ("linear", "tanh", "relu", "leaky_relu", "selu", "sigmoid", "conv2d")
        ],
    )
    for f in (
        lambda: nn.init.eye_(T.empty(2)),
        lambda: nn.init.dirac_(T.empty(2)),
        lambda: nn.init.xavier_normal_(T.empty(2)),
        lambda: nn.init.kaiming_normal_(T.empty(2, 2), mode="x"),
        lambda: nn.init.calculate_gain("x"),
        lambda: nn.init.calculate_gain("leaky_relu", "a"),
        lambda: nn.init.sparse_(T.empty(2), 0.1),
        lambda: nn.init.orthogonal_(T.empty(2)),
        lambda: nn.init.dirac_(T.empty(3, 3, 3), 2),
    ):
        rec("initerr", attempt(f))


SCENARIOS = {
    f.__name__: f
    for f in (
        gradients,
        hook_norms,
        parametrizations,
        pruning,
        fusion,
        packing,
        recurrent,
        dropout,
        embedding,
        attention,
        others,
        initial_values,
    )
}
