"""A tagger with nn.LSTM: one sentence of its own length a step, scores before and after."""

import torch
import torch.nn as nn
import torch.nn.functional as F

DATA = [
    ("the dog ate the apple".split(), ["D", "N", "V", "D", "N"]),
    ("everybody read that book".split(), ["N", "V", "D", "N"]),
    ("a cat sleeps".split(), ["D", "N", "V"]),
]
words = {}
for sentence, _ in DATA:
    for word in sentence:
        words.setdefault(word, len(words))
tags = {"D": 0, "N": 1, "V": 2}


def ids(sequence, table):
    return torch.tensor([table[w] for w in sequence], dtype=torch.long)


class Tagger(nn.Module):
    def __init__(self):
        super().__init__()
        self.embeddings = nn.Embedding(len(words), 6)
        self.lstm = nn.LSTM(6, 6)
        self.hidden2tag = nn.Linear(6, len(tags))

    def forward(self, sentence):
        embeds = self.embeddings(sentence)
        out, _ = self.lstm(embeds.view(len(sentence), 1, -1))
        return F.log_softmax(self.hidden2tag(out.view(len(sentence), -1)), dim=1)


torch.manual_seed(1)
model = Tagger()
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
with torch.no_grad():
    print(model(ids(DATA[0][0], words)))
for epoch in range(60):
    for sentence, labels in DATA:
        model.zero_grad()
        loss = F.nll_loss(model(ids(sentence, words)), ids(labels, tags))
        loss.backward()
        optimizer.step()
    if epoch % 15 == 0:
        print(epoch, f"{loss.item():.4f}")
with torch.no_grad():
    scores = model(ids(DATA[0][0], words))
    print(scores, scores.argmax(1).tolist())
