"""The character model with batch normalisation written out and running statistics."""

import torch
import torch.nn.functional as F

WORDS = (
    "emma olivia ava isabella sophia charlotte mia amelia harper evelyn abigail emily elizabeth "
    "mila ella avery sofia camila aria scarlett victoria madison luna grace chloe penelope layla "
    "riley zoey nora lily eleanor hannah lillian addison aubrey ellie stella natalie zoe leah "
    "hazel violet aurora savannah audrey brooklyn bella claire skylar lucy paisley everly anna"
).split()
chars = ["."] + sorted(set("".join(WORDS)))
stoi = {c: i for i, c in enumerate(chars)}
V, block, hidden = len(chars), 3, 64
X, Y = [], []
for w in WORDS:
    context = [0] * block
    for c in w + ".":
        X.append(context)
        Y.append(stoi[c])
        context = context[1:] + [stoi[c]]
X, Y = torch.tensor(X), torch.tensor(Y)


class Linear:
    def __init__(self, fan_in, fan_out, bias=True):
        self.weight = torch.randn((fan_in, fan_out), generator=g) / fan_in**0.5
        self.bias = torch.zeros(fan_out) if bias else None

    def __call__(self, x):
        self.out = x @ self.weight
        if self.bias is not None:
            self.out = self.out + self.bias
        return self.out

    def parameters(self):
        return [self.weight] + ([] if self.bias is None else [self.bias])


class BatchNorm:
    def __init__(self, dim):
        self.training = True
        self.gamma, self.beta = torch.ones(dim), torch.zeros(dim)
        self.mean, self.var = torch.zeros(dim), torch.ones(dim)

    def __call__(self, x):
        if self.training:
            mean, var = x.mean(0, keepdim=True), x.var(0, keepdim=True)
            with torch.no_grad():
                self.mean = 0.9 * self.mean + 0.1 * mean
                self.var = 0.9 * self.var + 0.1 * var
        else:
            mean, var = self.mean, self.var
        self.out = self.gamma * (x - mean) / torch.sqrt(var + 1e-5) + self.beta
        return self.out

    def parameters(self):
        return [self.gamma, self.beta]


class Tanh:
    def __call__(self, x):
        self.out = torch.tanh(x)
        return self.out

    def parameters(self):
        return []


g = torch.Generator().manual_seed(7)
C = torch.randn((V, 8), generator=g)
layers = [
    Linear(24, hidden, bias=False), BatchNorm(hidden), Tanh(),
    Linear(hidden, hidden, bias=False), BatchNorm(hidden), Tanh(),
    Linear(hidden, V, bias=False), BatchNorm(V),
]  # fmt: skip
with torch.no_grad():
    layers[-1].gamma *= 0.1
parameters = [C] + [p for layer in layers for p in layer.parameters()]
for p in parameters:
    p.requires_grad = True
for i in range(150):
    ix = torch.randint(0, X.shape[0], (32,), generator=g)
    x = C[X[ix]].view(32, -1)
    for layer in layers:
        x = layer(x)
    loss = F.cross_entropy(x, Y[ix])
    for layer in layers:
        layer.out.retain_grad()
    for p in parameters:
        p.grad = None
    loss.backward()
    for p in parameters:
        p.data += -0.1 * p.grad
    if i % 30 == 0:
        print(f"{i:4d} {loss.item():.4f}")
for i, layer in enumerate(layers):
    if isinstance(layer, Tanh):
        t = layer.out
        print(f"layer {i} mean {t.mean().item():+.3f} std {t.std().item():.3f}")
for layer in layers:
    layer.training = False
with torch.no_grad():
    x = C[X].view(X.shape[0], -1)
    for layer in layers:
        x = layer(x)
    print(f"all {F.cross_entropy(x, Y).item():.4f}")
