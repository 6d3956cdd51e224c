"""Character bigrams: counts, sampling, likelihood, and the same model as one linear layer."""

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
V = len(chars)

N = torch.zeros((V, V), dtype=torch.int32)
for w in WORDS:
    row = ["."] + list(w) + ["."]
    for a, b in zip(row, row[1:]):
        N[stoi[a], stoi[b]] += 1
print(N[0].tolist())
P = (N + 1).float()
P /= P.sum(1, keepdim=True)

g = torch.Generator().manual_seed(2147483647)
for _ in range(5):
    out, ix = [], 0
    while True:
        ix = torch.multinomial(P[ix], num_samples=1, replacement=True, generator=g).item()
        if ix == 0:
            break
        out.append(chars[ix])
    print("".join(out))

log_likelihood, n = 0.0, 0
for w in WORDS[:15]:
    row = ["."] + list(w) + ["."]
    for a, b in zip(row, row[1:]):
        log_likelihood += torch.log(P[stoi[a], stoi[b]])
        n += 1
print(log_likelihood, -log_likelihood / n)

xs, ys = [], []
for w in WORDS:
    row = ["."] + list(w) + ["."]
    for a, b in zip(row, row[1:]):
        xs.append(stoi[a])
        ys.append(stoi[b])
xs, ys = torch.tensor(xs), torch.tensor(ys)
W = torch.randn((V, V), generator=g, requires_grad=True)
for k in range(60):
    logits = F.one_hot(xs, num_classes=V).float() @ W
    counts = logits.exp()
    probs = counts / counts.sum(1, keepdim=True)
    loss = -probs[torch.arange(len(xs)), ys].log().mean() + 0.01 * (W**2).mean()
    if k % 10 == 0:
        print(loss.item())
    W.grad = None
    loss.backward()
    W.data += -20 * W.grad
with torch.no_grad():
    row = F.one_hot(torch.tensor([0]), num_classes=V).float() @ W
    print(torch.softmax(row, 1).topk(4))
