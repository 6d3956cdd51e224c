"""Sampling from logits: temperature, top-k, nucleus, Gumbel, beams, and distributions."""

import torch
import torch.nn.functional as F
from torch import distributions as D

torch.manual_seed(0)
logits = torch.randn(4, 30) * 2
for temperature in (0.5, 1.0, 2.0):
    probs = F.softmax(logits / temperature, dim=-1)
    entropy = -(probs * probs.log()).sum(-1)
    print(temperature, torch.multinomial(probs, 3).tolist(), entropy.mean())


def top_k(logits, k):
    least = logits.topk(k).values[..., -1:]
    return logits.masked_fill(logits < least, float("-inf"))


def nucleus(logits, p):
    ordered, index = logits.sort(descending=True)
    total = ordered.softmax(-1).cumsum(-1)
    drop = total - ordered.softmax(-1) > p
    keep = ordered.masked_fill(drop, float("-inf"))
    return torch.full_like(logits, float("-inf")).scatter(-1, index, keep)


for name, cut in (("top", top_k(logits, 5)), ("nucleus", nucleus(logits, 0.8))):
    kept = (cut > float("-inf")).sum(-1)
    print(name, kept.tolist(), torch.multinomial(cut.softmax(-1), 1).view(-1).tolist())
gumbel = -torch.log(-torch.log(torch.rand(4, 30)))
print((logits + gumbel).argmax(-1).tolist(), F.gumbel_softmax(logits, hard=True).sum(-1))

table = torch.log_softmax(torch.randn(12, 12), -1)
beams = [(0.0, [0])]
for _ in range(6):
    grown = []
    for score, path in beams:
        values, tokens = table[path[-1]].topk(3)
        for v, t in zip(values.tolist(), tokens.tolist()):
            grown.append((score + v, [*path, t]))
    beams = sorted(grown, reverse=True)[:3]
print(beams[0][1], f"{beams[0][0]:.4f}")

mixture = D.MixtureSameFamily(
    D.Categorical(torch.tensor([0.3, 0.7])), D.Normal(torch.tensor([-2.0, 3.0]), torch.ones(2))
)
values = mixture.sample((1000,))
print(values.mean(), mixture.log_prob(torch.tensor([0.0, 3.0])), mixture.mean)
normal = D.Normal(0.0, 2.0)
print(normal.cdf(torch.tensor(1.0)), D.kl_divergence(normal, D.Normal(1.0, 1.0)), normal.entropy())
