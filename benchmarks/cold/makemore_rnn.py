"""An unrolled Python RNN and a GRU over padded names, AdamW, and sampling from both."""

import torch
import torch.nn as nn
import torch.nn.functional as F

WORDS = (
    "emma olivia ava isabella sophia charlotte mia amelia harper evelyn abigail emily elizabeth "
    "mila ella avery sofia camila aria scarlett victoria madison luna grace chloe penelope layla "
    "riley zoey nora lily eleanor hannah lillian addison aubrey ellie stella natalie zoe leah "
    "hazel violet aurora savannah audrey brooklyn bella claire skylar lucy paisley everly anna"
).split()
chars = ["."] + sorted(set("".join(WORDS)))
stoi = {c: i for i, c in enumerate(chars)}
V, T = len(chars), max(map(len, WORDS)) + 1
X = torch.zeros(len(WORDS), T, dtype=torch.long)
Y = torch.full((len(WORDS), T), -1, dtype=torch.long)
for i, w in enumerate(WORDS):
    codes = torch.tensor([stoi[c] for c in w])
    X[i, 1 : 1 + len(w)] = codes
    Y[i, : len(w)] = codes
    Y[i, len(w)] = 0


class RNNCell(nn.Module):
    def __init__(self, n_in, n):
        super().__init__()
        self.xh_to_h = nn.Linear(n_in + n, n)

    def forward(self, x, h):
        return torch.tanh(self.xh_to_h(torch.cat([x, h], dim=1)))


class GRUCell(nn.Module):
    def __init__(self, n_in, n):
        super().__init__()
        self.z = nn.Linear(n_in + n, n)
        self.r = nn.Linear(n_in + n, n)
        self.bar = nn.Linear(n_in + n, n)

    def forward(self, x, h):
        xh = torch.cat([x, h], dim=1)
        r = torch.sigmoid(self.r(xh))
        bar = torch.tanh(self.bar(torch.cat([x, r * h], dim=1)))
        z = torch.sigmoid(self.z(xh))
        return (1 - z) * h + z * bar


class Model(nn.Module):
    def __init__(self, cell, n=32):
        super().__init__()
        self.start = nn.Parameter(torch.zeros(1, n))
        self.wte = nn.Embedding(V, n)
        self.cell = cell(n, n)
        self.head = nn.Linear(n, V)

    def forward(self, idx, targets=None):
        emb = self.wte(idx)
        h = self.start.expand(idx.size(0), -1)
        hs = []
        for i in range(idx.size(1)):
            h = self.cell(emb[:, i, :], h)
            hs.append(h)
        logits = self.head(torch.stack(hs, 1))
        if targets is None:
            return logits
        return F.cross_entropy(logits.view(-1, V), targets.view(-1), ignore_index=-1)


@torch.no_grad()
def generate(model):
    idx = torch.zeros(3, 1, dtype=torch.long)
    for _ in range(T - 1):
        probs = F.softmax(model(idx)[:, -1, :], dim=-1)
        idx = torch.cat((idx, torch.multinomial(probs, num_samples=1)), dim=1)
    for row in idx[:, 1:].tolist():
        print("  " + "".join(chars[i] for i in row).split(".")[0])


for cell in (RNNCell, GRUCell):
    torch.manual_seed(3407)
    model = Model(cell)
    optimizer = torch.optim.AdamW(
        model.parameters(), lr=5e-3, weight_decay=0.01, betas=(0.9, 0.99), eps=1e-8
    )
    for step in range(40):
        rows = torch.randint(0, len(WORDS), (16,))
        loss = model(X[rows], Y[rows])
        model.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        if step % 10 == 0:
            print(cell.__name__, step, f"{loss.item():.4f}")
    generate(model)
