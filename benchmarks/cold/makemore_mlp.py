"""A character model on three letters of context: embedding, tanh layer, minibatches, sampling."""

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
V, block = len(chars), 3
X, Y = [], []
for w in WORDS:
    context = [0] * block
    for c in w + ".":
        X.append(context)
        Y.append(stoi[c])
        context = context[1:] + [stoi[c]]
X, Y = torch.tensor(X), torch.tensor(Y)
print(X.shape, Y.shape)

g = torch.Generator().manual_seed(42)
C = torch.randn((V, 10), generator=g)
W1 = torch.randn((30, 100), generator=g) * 0.2
b1 = torch.randn(100, generator=g) * 0.01
W2 = torch.randn((100, V), generator=g) * 0.1
b2 = torch.zeros(V)
parameters = [C, W1, b1, W2, b2]
print(sum(p.nelement() for p in parameters))
for p in parameters:
    p.requires_grad = True
lossi = []
for i in range(400):
    ix = torch.randint(0, X.shape[0], (32,), generator=g)
    emb = C[X[ix]]
    h = torch.tanh(emb.view(-1, 30) @ W1 + b1)
    logits = h @ W2 + b2
    loss = F.cross_entropy(logits, Y[ix])
    for p in parameters:
        p.grad = None
    loss.backward()
    lr = 0.1 if i < 300 else 0.01
    for p in parameters:
        p.data += -lr * p.grad
    lossi.append(loss.log10().item())
    if i % 80 == 0:
        print(i, loss.item())
print(torch.tensor(lossi).view(-1, 100).mean(1))
with torch.no_grad():
    h = torch.tanh(C[X].view(-1, 30) @ W1 + b1)
    print(F.cross_entropy(h @ W2 + b2, Y).item())
    for _ in range(4):
        out, context = [], [0] * block
        for _ in range(12):
            h = torch.tanh(C[torch.tensor([context])].view(1, -1) @ W1 + b1)
            probs = F.softmax(h @ W2 + b2, dim=1)
            ix = torch.multinomial(probs, num_samples=1, generator=g).item()
            if ix == 0:
                break
            context = context[1:] + [ix]
            out.append(chars[ix])
        print("".join(out))
