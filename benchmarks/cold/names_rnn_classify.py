"""Names told apart by language with a recurrent cell written out, one name a step."""

import random

import torch
import torch.nn as nn

NAMES = {
    "Italian": "Rossi Ferrari Bianchi Romano Gallo Conti Mancini Lombardi Moretti".split(),
    "German": "Schneider Fischer Weber Wagner Becker Schulz Hoffmann Koch Richter Klein".split(),
    "Japanese": "Tanaka Suzuki Watanabe Ito Yamamoto Nakamura Kobayashi Kato Yoshida".split(),
}
LETTERS = "abcdefghijklmnopqrstuvwxyz"
CATEGORIES = list(NAMES)


def encode(name):
    tensor = torch.zeros(len(name), 1, len(LETTERS))
    for i, letter in enumerate(name.lower()):
        tensor[i][0][LETTERS.index(letter)] = 1
    return tensor


class RNN(nn.Module):
    def __init__(self, n_in, hidden, n_out):
        super().__init__()
        self.hidden = hidden
        self.i2h = nn.Linear(n_in, hidden)
        self.h2h = nn.Linear(hidden, hidden)
        self.h2o = nn.Linear(hidden, n_out)
        self.softmax = nn.LogSoftmax(dim=1)

    def forward(self, x, h):
        h = torch.tanh(self.i2h(x) + self.h2h(h))
        return self.softmax(self.h2o(h)), h

    def start(self):
        return torch.zeros(1, self.hidden)


random.seed(0)
torch.manual_seed(0)
rnn = RNN(len(LETTERS), 64, len(CATEGORIES))
criterion = nn.NLLLoss()
rate = 0.01
current = 0.0
for step in range(1, 201):
    category = random.choice(CATEGORIES)
    line = encode(random.choice(NAMES[category]))
    target = torch.tensor([CATEGORIES.index(category)])
    hidden = rnn.start()
    rnn.zero_grad()
    for i in range(line.size(0)):
        output, hidden = rnn(line[i], hidden)
    loss = criterion(output, target)
    loss.backward()
    for p in rnn.parameters():
        p.data.add_(p.grad.data, alpha=-rate)
    current += loss.item()
    if step % 40 == 0:
        print(f"{step} {current / 40:.4f}")
        current = 0.0
with torch.no_grad():
    for name in ("Marino", "Neumann", "Hayashi"):
        hidden = rnn.start()
        for letter in encode(name):
            output, hidden = rnn(letter, hidden)
        print(name, output.exp())
