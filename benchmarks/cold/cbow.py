"""Word embeddings: an n-gram language model and continuous bag of words, one example a step."""

import torch
import torch.nn as nn
import torch.nn.functional as F

TEXT = """a river runs from the hill to the sea and the sea gives the rain to the hill so the
river never ends and the rain never stays and a stone in the river is round from the run of the
rain""".split()
vocab = sorted(set(TEXT))
index = {w: i for i, w in enumerate(vocab)}


class NGram(nn.Module):
    def __init__(self, size, dim, context):
        super().__init__()
        self.embeddings = nn.Embedding(size, dim)
        self.linear1 = nn.Linear(context * dim, 64)
        self.linear2 = nn.Linear(64, size)

    def forward(self, x):
        embeds = self.embeddings(x).view((1, -1))
        return F.log_softmax(self.linear2(F.relu(self.linear1(embeds))), dim=1)


class CBOW(nn.Module):
    def __init__(self, size, dim):
        super().__init__()
        self.embeddings = nn.Embedding(size, dim)
        self.out = nn.Linear(dim, size)

    def forward(self, x):
        return F.log_softmax(self.out(self.embeddings(x).sum(0, keepdim=True)), dim=1)


torch.manual_seed(1)
ngrams = [([TEXT[i - 1], TEXT[i - 2]], TEXT[i]) for i in range(2, len(TEXT))]
model = NGram(len(vocab), 10, 2)
optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
losses = []
for _ in range(6):
    total = 0
    for context, target in ngrams:
        ids = torch.tensor([index[w] for w in context], dtype=torch.long)
        model.zero_grad()
        loss = F.nll_loss(model(ids), torch.tensor([index[target]]))
        loss.backward()
        optimizer.step()
        total += loss.item()
    losses.append(round(total, 3))
print(losses)
print(model.embeddings.weight[index["sea"]])

windows = [(TEXT[i - 2 : i] + TEXT[i + 1 : i + 3], TEXT[i]) for i in range(2, len(TEXT) - 2)]
model = CBOW(len(vocab), 10)
optimizer = torch.optim.SGD(model.parameters(), lr=0.02)
for epoch in range(4):
    total = torch.zeros(1)
    for context, target in windows:
        ids = torch.tensor([index[w] for w in context])
        loss = F.nll_loss(model(ids), torch.tensor([index[target]]))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.detach()
    print(epoch, total)
