"""What modules say and do, as text that must be PyTorch's: each function records lines under names.

`rec(name, value)` records a value, `err(name, function)` what a call raises.
"""

from __future__ import annotations

import collections
import copy
import pickle
import re
import warnings

from tests.nn.layer_scenarios import layers


def text_of(value) -> str:
    """A value as text that does not tell the libraries apart."""
    text = str(value).replace("torchish.", "torch.")
    return re.sub(r"0x[0-9a-f]+", "0x", text)


def raised(f) -> str:
    try:
        f()
    except Exception as e:
        return f"{type(e).__name__}: {e}"
    return "no error"


def collect(torch) -> dict[str, str]:
    """All that the scenarios of this file record with a library."""
    out: dict[str, str] = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for scenario in SCENARIOS:
            name = scenario.__name__

            def rec(key, value, name=name):
                assert f"{name} {key}" not in out, f"{name} {key} is recorded twice"
                out[f"{name} {key}"] = text_of(value)

            def err(key, f, rec=rec):
                rec(key, raised(f))

            scenario(torch, torch.nn, rec, err)
    return out


def registration(torch, nn, rec, err):
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.a = nn.Linear(2, 3)
            self.b = nn.Sequential(nn.ReLU(), nn.Linear(3, 1))
            self.register_buffer("buf", torch.ones(2))
            self.register_buffer("np_", torch.zeros(1), persistent=False)
            self.p = nn.Parameter(torch.zeros(2, 2))
            self.none = None
            self.register_parameter("q", None)
            self.shared = self.a

        def forward(self, x):
            return self.b(self.a(x))

    torch.manual_seed(0)
    n = Net()
    rec("repr", repr(n))
    for m in ["named_parameters", "named_buffers", "named_modules", "named_children"]:
        rec(m, [k for k, _ in getattr(n, m)()])
    rec("np_dup", [k for k, _ in n.named_parameters(remove_duplicate=False)])
    rec("np_prefix", [k for k, _ in n.named_parameters(prefix="x", recurse=False)])
    rec("nm_dup", [k for k, _ in n.named_modules(remove_duplicate=False)])
    rec("sd", list(n.state_dict()))
    rec("sdm", dict(n.state_dict()._metadata))
    rec("sdprefix", list(n.state_dict(prefix="m.")))
    rec(
        "dir",
        [d for d in dir(n) if d in ("a", "b", "p", "buf", "np_", "none", "forward", "shared")],
    )

    class Bad(nn.Module):
        def __init__(self):
            self.x = nn.Linear(1, 1)

    err("before_init_mod", Bad)

    class Bad2(nn.Module):
        def __init__(self):
            self.x = nn.Parameter(torch.zeros(1))

    err("before_init_par", Bad2)

    class Bad3(nn.Module):
        def __init__(self):
            self.register_buffer("x", torch.zeros(1))

    err("before_init_buf", Bad3)

    class Bad4(nn.Module):
        def __init__(self):
            self.register_parameter("x", None)

    err("before_init_par2", Bad4)
    err("kw", lambda: nn.Module(x=1))
    err("arg", lambda: nn.Module(1, 2))
    err("attr", lambda: n.foo)
    err("fwd", lambda: nn.Module()(1))
    err("setparam", lambda: setattr(n, "p", torch.zeros(1)))
    err("setparam2", lambda: setattr(n, "p", 3))
    err("setmod", lambda: setattr(n, "a", 3))
    err("setbuf", lambda: setattr(n, "buf", 3))
    err("setmodt", lambda: setattr(n, "a", torch.zeros(1)))
    err("rb1", lambda: n.register_buffer("a.b", None))
    err("rb2", lambda: n.register_buffer("", None))
    err("rb3", lambda: n.register_buffer("a", None))
    err("rb4", lambda: n.register_buffer(3, None))
    err("rb5", lambda: n.register_buffer("z", 3))
    err("rp1", lambda: n.register_parameter("a.b", None))
    err("rp2", lambda: n.register_parameter("", None))
    err("rp3", lambda: n.register_parameter("a", None))
    err("rp4", lambda: n.register_parameter(3, None))
    err("rp5", lambda: n.register_parameter("z", torch.zeros(1)))
    err("rp6", lambda: n.register_parameter("z", 3))

    def nonleaf():
        p = nn.Parameter(torch.zeros(1))
        q = p * 2

        class P(nn.Parameter):
            pass

        n.register_parameter("z", q)

    err("rp7", nonleaf)
    err("am1", lambda: n.add_module("a.b", nn.ReLU()))
    err("am2", lambda: n.add_module("", nn.ReLU()))
    err("am3", lambda: n.add_module("buf", nn.ReLU()))
    err("am4", lambda: n.add_module("z", 3))
    err("am5", lambda: n.add_module(3, nn.ReLU()))
    err("gs1", lambda: n.get_submodule("b.7"))
    err("gs2", lambda: n.get_submodule("p"))
    rec("gs3", n.get_submodule("b.1"))
    err("gp1", lambda: n.get_parameter("buf"))
    err("gp2", lambda: n.get_parameter("a.zz"))
    rec("gp3", n.get_parameter("a.bias"))
    err("gb1", lambda: n.get_buffer("p"))
    rec("gb2", n.get_buffer("buf"))
    err("gb3", lambda: n.get_buffer("a.zz"))
    err("ss1", lambda: n.set_submodule("", nn.ReLU()))
    err("ss2", lambda: n.set_submodule("a.x.y", nn.ReLU()))
    err("ss3", lambda: n.set_submodule("p", nn.ReLU()))
    err("ss4", lambda: n.set_submodule("b.0", 3))
    err("ss5", lambda: n.set_submodule("zz", nn.ReLU(), strict=True))
    n2 = copy.deepcopy(n)
    n2.set_submodule("b.0", nn.Tanh())
    rec("ss6", n2)
    err("train", lambda: n.train(1))
    err("to1", lambda: n.to(torch.int64))
    err("to2", lambda: n.to(1, 2, 3, 4, 5))
    err("del", lambda: delattr(n, "nope"))
    sd = n.state_dict()
    sd.pop("a.weight")
    sd["extra"] = torch.zeros(1)
    sd["a.bias"] = torch.zeros(7)
    sd["b.1.bias"] = 3
    err("load", lambda: n.load_state_dict(sd))
    err("load2", lambda: n.load_state_dict(sd, strict=False))
    err("load3", lambda: n.load_state_dict([1]))
    good = n.state_dict()
    good.pop("buf")
    rec("load4", n.load_state_dict(good, strict=False))
    rec("load5", n.load_state_dict(n.state_dict()))
    rec("load5b", repr(n.load_state_dict(n.state_dict())))
    with warnings.catch_warnings(record=True) as w:
        warnings.simplefilter("always")
        n.state_dict({}, "p.")
        rec("warn sd", [str(i.message) for i in w])
    m2 = Net()
    s2 = {k: v.clone() for k, v in n.state_dict().items()}
    m2.load_state_dict(s2, assign=True)
    rec("assign", [m2.p.data_ptr() == s2["p"].data_ptr(), type(m2.p).__name__, m2.p.requires_grad])
    n3 = copy.deepcopy(n)
    rec(
        "deep",
        [
            n3.shared is n3.a,
            n3.a is not n.a,
            repr(n3) == repr(n),
            torch.equal(n3.a.weight, n.a.weight),
            n3.p.requires_grad,
        ],
    )
    n4 = pickle.loads(pickle.dumps(nn.Sequential(nn.Linear(2, 2), nn.BatchNorm1d(2))))
    rec("pickle", n4)
    n.eval()
    rec("trained", [n.training, n.b.training])
    n.train()
    n.requires_grad_(False)
    rec("rg", [p.requires_grad for p in n.parameters()])
    n.requires_grad_()
    n.double()
    rec("dtype", [str(p.dtype) for p in n.parameters()] + [str(n.buf.dtype)])
    n.half()
    rec("dtype2", str(n.p.dtype))
    n.to(torch.float32)
    rec("dtype3", str(n.buf.dtype))
    n.to(torch.zeros(1, dtype=torch.float64))
    rec("d4", str(n.p.dtype))
    n.float()
    n.type(torch.float64)
    rec("d5", n.p.dtype)
    n.float()
    ident = id(n.p)
    n.to("cpu")
    rec("ident", id(n.p) == ident)
    log = []
    n.apply(lambda m: log.append(type(m).__name__))
    rec("apply", log)


def hooks(torch, nn, rec, err):
    log = []
    layer = nn.Linear(2, 2)
    x = torch.ones(1, 2, requires_grad=True)
    hs = [
        layer.register_forward_pre_hook(lambda m, a: log.append(("pre", len(a)))),
        layer.register_forward_pre_hook(
            lambda m, a, k: log.append(("prekw", sorted(k))), with_kwargs=True, prepend=True
        ),
        layer.register_forward_hook(lambda m, a, o: log.append(("fwd", tuple(o.shape)))),
        layer.register_forward_hook(
            lambda m, a, k, o: (log.append("kw"), o * 2)[1], with_kwargs=True
        ),
        layer.register_full_backward_hook(
            lambda m, gi, go: log.append(
                (
                    "bw",
                    [None if g is None else tuple(g.shape) for g in gi],
                    [tuple(g.shape) for g in go],
                )
            )
        ),
        layer.register_full_backward_pre_hook(lambda m, go: log.append(("bpre", len(go)))),
    ]
    o = layer(x)
    rec("gradfn", type(o.grad_fn).__name__ if False else bool(o.grad_fn))
    o.sum().backward()
    layer(input=x.detach()).sum().backward()
    rec("hooks", log)
    for h in hs:
        h.remove()
    log.clear()
    layer(x)
    rec("removed", log)

    def boom(*a):
        raise ValueError("boom")

    class Raise(nn.Module):
        def forward(self, x):
            raise RuntimeError("inner")

    r = Raise()
    r.register_forward_hook(lambda m, a, o: log.append(("always", o)), always_call=True)
    err("always", lambda: r(1))
    rec("alwayslog", log)
    layer.register_forward_pre_hook(lambda m, a, k: 3, with_kwargs=True)
    err("prekwbad", lambda: layer(x))
    layer = nn.Linear(2, 2)
    layer.register_full_backward_hook(lambda m, gi, go: (gi[0] * 10,))
    x = torch.ones(1, 2, requires_grad=True)
    layer.weight.data.fill_(1.0)
    layer(x).sum().backward()
    rec("modgi", x.grad)
    layer = nn.Linear(2, 2)
    layer.weight.data.fill_(1.0)
    layer.register_full_backward_pre_hook(lambda m, go: (go[0] * 10,))
    x = torch.ones(1, 2, requires_grad=True)
    layer(x).sum().backward()
    rec("modgo", x.grad)
    rec("modgo2", layer.bias.grad)
    layer = nn.Linear(2, 2)
    layer.register_full_backward_hook(lambda m, gi, go: (1, 2))
    err("badgi", lambda: layer(torch.ones(1, 2, requires_grad=True)).sum().backward())
    layer = nn.Linear(2, 2)
    layer.register_full_backward_hook(lambda m, gi, go: (torch.ones(1),))
    err("badgi2", lambda: layer(torch.ones(1, 2)).sum().backward())
    layer = nn.Linear(2, 2)
    seen = []
    layer.register_full_backward_hook(lambda m, gi, go: seen.append((gi, len(go))))
    layer(torch.ones(1, 2)).sum().backward()
    rec("nogi", seen)
    err("mix", lambda: layer.register_backward_hook(boom))


def global_hooks(torch, nn, rec, err):
    log = []
    mm = torch.nn.modules.module
    h1 = mm.register_module_forward_hook(lambda m, a, o: log.append("gf"))
    h2 = mm.register_module_forward_pre_hook(lambda m, a: log.append("gp"))
    nn.ReLU()(torch.ones(1))
    h1.remove()
    h2.remove()
    nn.ReLU()(torch.ones(1))
    rec("global", log)
    h = mm.register_module_parameter_registration_hook(lambda m, nm, p: log.append(nm))
    nn.Linear(1, 1)
    h.remove()
    h = mm.register_module_buffer_registration_hook(lambda m, nm, p: log.append(nm))
    nn.BatchNorm1d(1)
    h.remove()
    h = mm.register_module_module_registration_hook(lambda m, nm, p: log.append(nm))
    nn.Sequential(nn.ReLU())
    h.remove()
    rec("global2", log)


def state_dict_hooks(torch, nn, rec, err):
    layer = nn.Linear(1, 1)
    log = []
    layer.register_state_dict_pre_hook(lambda m, p, k: log.append(("pre", p, k)))
    layer.register_state_dict_post_hook(
        lambda m, s, p, meta: log.append(("post", list(s), p, meta))
    )
    layer.register_load_state_dict_pre_hook(
        lambda m, s, p, meta, strict, mi, un, er: log.append(("lpre", list(s), p, strict))
    )
    layer.register_load_state_dict_post_hook(
        lambda m, k: (log.append(("lpost", k)), k.missing_keys.clear())[0]
    )
    s = nn.Sequential(layer)
    s.load_state_dict(s.state_dict())
    rec("sdhooks", log)
    s.load_state_dict({}, strict=True) if False else None
    rec("sdclear", raised(lambda: s.load_state_dict({})))
    layer.register_state_dict_post_hook(lambda *a: 3)
    err("posthook", lambda: layer.state_dict())

    class Ex(nn.Module):
        def __init__(self):
            super().__init__()
            self.v = 1

        def get_extra_state(self):
            return {"v": self.v}

        def set_extra_state(self, s):
            self.v = s["v"]

    e1 = Ex()
    e1.v = 5
    e2 = Ex()
    rec("extra", list(e1.state_dict()))
    e2.load_state_dict(e1.state_dict())
    rec("extra2", e2.v)
    err("extra3", lambda: e2.load_state_dict({}))
    err("extra4", lambda: nn.ReLU().load_state_dict({"_extra_state": 1}))

    class B(nn.Module):
        def __init__(self):
            super().__init__()
            self.x = nn.Buffer(torch.ones(2))
            self.y = nn.Buffer(torch.ones(1), persistent=False)

    b = B()
    rec(
        "Buffer",
        [
            list(b.state_dict()),
            [k for k, _ in b.named_buffers()],
            isinstance(b.x, nn.Buffer),
            isinstance(torch.ones(1), nn.Buffer),
        ],
    )
    b.x = torch.zeros(3)
    rec("Buffer2", b.x)


def containers(torch, nn, rec, err):
    s = nn.Sequential(nn.Linear(1, 2), nn.ReLU(), nn.Linear(2, 1))
    rec("s1", s[1])
    rec("s2", s[-1])
    rec("s3", s[:2])
    err("s4", lambda: s[7])
    del s[1]
    rec("s5", s)
    s.insert(1, nn.Tanh())
    s.append(nn.ReLU())
    rec("s6", s)
    rec("s7", s + nn.Sequential(nn.GELU()))
    rec("s8", nn.Sequential(nn.ReLU()) * 3)
    err("s9", lambda: s * 0)
    err("s10", lambda: s * "a")
    err("s11", lambda: s + 3)
    rec("s12", s.pop(0))
    s[0] = nn.SiLU()
    rec("s13", s)
    s.extend([nn.ReLU()])
    rec("s14", len(s))
    err("s15", lambda: s.insert(9, nn.ReLU()))
    err("s16", lambda: s.insert(0, 3))
    s += nn.Sequential(nn.ELU())
    rec("s17", s)
    s *= 2
    rec("s18", s)
    rec("s19", nn.Sequential(collections.OrderedDict(a=nn.ReLU(), b=nn.Tanh())))
    del s[1:3]
    rec("s20", s)
    ml = nn.ModuleList([nn.Linear(1, 1) for _ in range(3)])
    ml.append(nn.ReLU())
    rec("ml1", ml)
    ml.insert(1, nn.Tanh())
    rec("ml2", ml)
    rec("ml3", ml[1:3])
    err("ml4", lambda: ml[9])
    err("ml5", lambda: ml.extend(3))
    rec("ml6", ml.pop(1))
    del ml[0]
    rec("ml7", ml)
    more = [nn.ReLU()]
    rec("ml8", ml + more)
    ml[0] = nn.GELU()
    rec("ml9", ml)
    rec("ml10", nn.ModuleList())
    err("ml11", lambda: ml(1))
    rec("ml12", nn.ModuleList([nn.Sequential(nn.ReLU(), nn.Linear(1, 2)) for _ in range(2)]))
    md = nn.ModuleDict({"x": nn.ReLU(), "y": nn.Linear(1, 1)})
    rec("md1", md)
    md["z"] = nn.Tanh()
    rec("md2", list(md))
    rec("md3", md.pop("x"))
    md.update([("k", nn.ELU())])
    rec("md4", md)
    err("md5", lambda: md.update(3))
    err("md6", lambda: md.update([1]))
    err("md7", lambda: md.update([(1, 2, 3)]))
    rec("md8", ["k" in md, len(md), list(md.keys())])
    err("md9", lambda: md["nope"])
    md.clear()
    rec("md10", md)
    err("md11", lambda: md.__setitem__("a", 3))
    pl = nn.ParameterList([torch.zeros(2), nn.Parameter(torch.ones(1)), 3])
    rec("pl1", pl)
    pl.append(torch.ones(2, 2))
    rec("pl2", pl)
    rec("pl3", pl[1:])
    err("pl4", lambda: pl[9])
    err("pl5", lambda: pl.extend(3))
    err("pl6", lambda: pl(1))
    pl[0] = torch.ones(3)
    rec("pl7", pl[0])
    rec("pl8", [k for k, _ in pl.named_parameters()])
    pl += [torch.zeros(1)]
    rec("pl9", len(pl))
    err("pl10", lambda: pl.extend(torch.zeros(2)))
    pd = nn.ParameterDict({"b": torch.zeros(2), "a": nn.Parameter(torch.ones(1))})
    rec("pd1", pd)
    rec("pd2", list(pd))
    pd["c"] = "str"
    rec("pd3", pd)
    rec("pd4", pd.pop("b"))
    rec("pd5", pd.get("zz", 4))
    err("pd6", lambda: pd(1))
    err("pd7", lambda: pd.update(3))
    err("pd8", lambda: pd[1])
    rec("pd9", pd | nn.ParameterDict({"n": torch.ones(1)}))
    rec("pd10", pd.popitem())
    rec("pd12", pd.setdefault("new", torch.ones(2)))
    rec("pd13", pd.copy())
    err("pd14", lambda: pd.update([1]))
    rec("pd15", list(reversed(pd)))


def parameters(torch, nn, rec, err):
    p = nn.Parameter(torch.ones(2))
    rec("par", p)
    rec("par2", type(p * 2).__name__)
    rec("par3", [p.requires_grad, p.is_leaf, type(p.data).__name__, type(p.detach()).__name__])
    err("par4", lambda: nn.Parameter(torch.ones(2, dtype=torch.int64)))
    rec("par5", nn.Parameter(torch.ones(2), requires_grad=False))
    rec("par6", nn.Parameter())
    q = copy.deepcopy(p)
    rec("par7", [type(q).__name__, q.requires_grad])
    q = pickle.loads(pickle.dumps(p))
    rec("par8", q)
    u = nn.UninitializedParameter()
    rec("unin", u)
    err("unin2", lambda: u.shape)
    err("unin3", lambda: u + 1)
    err("unin4", lambda: torch.add(u, 1))
    u.materialize((2, 2))
    rec("unin5", [type(u).__name__, tuple(u.shape), u.requires_grad])
    lz = nn.LazyLinear(3)
    rec("lazy", lz)
    rec("lazy2", [type(v).__name__ for v in lz.parameters()])
    err("lazy3", lambda: lz.weight.share_memory_())
    lz(torch.ones(1, 2))
    rec("lazy4", lz)
    rec("lazy5", [tuple(v.shape) for v in lz.parameters()])
    lz = nn.LazyLinear(3)
    lz.load_state_dict(nn.Linear(4, 3).state_dict())
    rec("lazy6", tuple(lz.weight.shape))
    lz = nn.LazyLinear(3)
    rec("lazy7", list(lz.state_dict()))
    err("lazy8", lambda: nn.Linear(2, 3).load_state_dict(lz.state_dict()))
    err("lazy9", lambda: nn.LazyConv2d(3, 3)(torch.ones(2, 2)))
    lz2 = copy.deepcopy(lz)
    rec("lazy10", type(lz2.weight).__name__)
    lz = nn.LazyBatchNorm2d()
    lz(torch.ones(2, 3, 2, 2))
    rec("lazybn", lz)
    layer = nn.Linear(1, 1)
    layer(torch.ones(1, 1)).sum().backward()
    layer.zero_grad(set_to_none=False)
    rec("zg", layer.weight.grad)
    layer.zero_grad()
    rec("zg2", layer.weight.grad)
    me = nn.Linear(2, 2, device="meta")
    rec("meta", [me.weight.device, me.weight.is_meta])
    err("meta2", lambda: me.to("cpu"))
    me.to_empty(device="cpu")
    rec("meta3", [str(me.weight.device), tuple(me.weight.shape), type(me.weight).__name__])
    rec(
        "skip",
        nn.utils.skip_init(nn.Linear, 2, 3).weight.shape if hasattr(nn.utils, "skip_init") else "",
    )


SCENARIOS = [registration, hooks, global_hooks, state_dict_hooks, containers, parameters, layers]
