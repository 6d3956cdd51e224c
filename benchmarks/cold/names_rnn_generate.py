"""Names written letter by letter by a recurrent net that also reads the category."""

import random

import torch
import torch.nn as nn

NAMES = {
    "Greek": "Pappas Nikolaou Makris Kotsis Alexiou Doukas Galanis Samaras".split(),
    "Polish": "Kowalski Nowak Wojcik Lewandowski Zielinski Szymanski Wozniak Mazur".split(),
}
LETTERS = "abcdefghijklmnopqrstuvwxyz"
END = len(LETTERS)
CATEGORIES = list(NAMES)


class RNN(nn.Module):
    def __init__(self, hidden):
        super().__init__()
        self.hidden = hidden
        width = len(CATEGORIES) + END + 1
        self.i2h = nn.Linear(width + hidden, hidden)
        self.i2o = nn.Linear(width + hidden, END + 1)
        self.o2o = nn.Linear(hidden + END + 1, END + 1)
        self.dropout = nn.Dropout(0.1)
        self.softmax = nn.LogSoftmax(dim=1)

    def forward(self, category, letter, hidden):
        combined = torch.cat((category, letter, hidden), 1)
        hidden = torch.tanh(self.i2h(combined))
        output = self.o2o(torch.cat((hidden, self.i2o(combined)), 1))
        return self.softmax(self.dropout(output)), hidden


def one_hot(i, n):
    row = torch.zeros(1, n)
    row[0, i] = 1
    return row


random.seed(1)
torch.manual_seed(1)
model = RNN(64)
criterion = nn.NLLLoss()
total = 0.0
for step in range(1, 121):
    index = random.randrange(len(CATEGORIES))
    word = random.choice(NAMES[CATEGORIES[index]]).lower()
    category = one_hot(index, len(CATEGORIES))
    codes = [LETTERS.index(c) for c in word]
    targets = torch.LongTensor([*codes[1:], END]).unsqueeze(-1)
    hidden = torch.zeros(1, 64)
    model.zero_grad()
    loss = torch.zeros(1)
    for i, code in enumerate(codes):
        output, hidden = model(category, one_hot(code, END + 1), hidden)
        loss = loss + criterion(output, targets[i])
    loss.backward()
    with torch.no_grad():
        for p in model.parameters():
            p.add_(p.grad, alpha=-0.005)
    total += loss.item() / len(codes)
    if step % 30 == 0:
        print(f"{step} {total / 30:.4f}")
        total = 0.0

model.eval()
with torch.no_grad():
    for index, name in enumerate(CATEGORIES):
        for start in "aks":
            hidden = torch.zeros(1, 64)
            letter, written = LETTERS.index(start), start
            for _ in range(10):
                output, hidden = model(
                    one_hot(index, len(CATEGORIES)), one_hot(letter, END + 1), hidden
                )
                letter = output.topk(1)[1][0][0].item()
                if letter == END:
                    break
                written += LETTERS[letter]
            print(name, written)
